/**
 * `POST`, `PATCH`, `PUT`, `DELETE` under `/api`: from the request to a command, and from its outcome to the
 * answer. Decides in two steps: `openWrite` says, before the body is read, whether this user may do this at
 * all; `handleWrite` runs the command in its transaction.
 */

import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Principal } from '../../auth/principal.ts'
import type { Command } from '../../domain/command/command.ts'
import type { Row } from '../../domain/command/row.ts'
import { runCommand } from '../../domain/command/run-command.ts'
import type { WriteContext } from '../../domain/command/write-context.ts'
import { inWriteTransaction, type WriteAccount } from '../../domain/command/write-transaction.ts'
import { HapiError } from '../../errors/hapi-error.ts'
import type { EntityType } from '../../model/entity-type.ts'
import type { Model } from '../../model/model.ts'
import { columnName, tableName } from '../../model/naming.ts'
import {
  collectionMethods,
  entityMethods,
  isOffered,
  type SetOperation,
} from '../../model/offered.ts'
import { parseRequest } from '../../odata/parse/request-parser.ts'
import type { Literal } from '../../odata/parse/syntax.ts'
import { JsonOutput } from '../../odata/serialize/json-output.ts'
import type { CompiledRequest } from './compiled-request.ts'
import { etagOf, matchesEtag } from './etag.ts'
import { executeRequest } from './execute-request.ts'
import { readJsonObject } from './json-input.ts'
import { type Negotiated, negotiateJson, saysControlInformation } from './negotiation.ts'
import { translateReadError } from './read-error.ts'
import type { ReadDependencies, RequestAddress } from './read-handler.ts'
import {
  findAnswer,
  type RepeatableRequest,
  repeatableRequest,
  storeAnswer,
  type WrittenAnswer,
} from './repeated-request.ts'
import { TransactionReader } from './transaction-reader.ts'
import { type AddressedEntity, findWriteTarget, type WriteTarget } from './write-target.ts'

export interface WriteDependencies extends ReadDependencies {
  readonly model: Model
  readonly writeTimeoutMs: number
}

/** What a request may do, known before its body is read. */
export interface OpenedWrite {
  readonly principal: Principal
  readonly address: RequestAddress
  readonly target: Exclude<WriteTarget, { kind: 'readOnly' }>
  readonly operation: Command['operation']
}

/**
 * @throws {HapiError} in this order: an address that leads nowhere, MODULE_NOT_LICENSED,
 *   OPERATION_NOT_SUPPORTED with `Allow`, WRITE_NOT_PERMITTED
 */
export function openWrite(
  dependencies: WriteDependencies,
  principal: Principal,
  address: RequestAddress,
  method: string,
): OpenedWrite {
  const parsed = parseRequest(address.path, '', dependencies.parseLimits)
  const target = findWriteTarget(dependencies.model, parsed, method)
  const { type } = target
  requireModule(type, principal)
  const offered = offeredOperation(target, principal, method)
  if (target.kind === 'readOnly' || offered === undefined) {
    throw new HapiError(
      'OPERATION_NOT_SUPPORTED',
      { method, entity: target.kind === 'action' ? target.operation.name : type.set },
      { headers: { allow: allowedMethods(target, principal).join(', ') } },
    )
  }
  if (!principal.canWrite(type.set, offered.right))
    throw new HapiError(
      'WRITE_NOT_PERMITTED',
      { right: offered.right, set: type.set },
      { target: type.set },
    )
  return { principal, address, target, operation: offered.operation }
}

/** whatever the method. */
function requireModule({ module, set }: EntityType, { modules }: Principal): void {
  if (!modules.has(module)) throw new HapiError('MODULE_NOT_LICENSED', { module }, { target: set })
}

interface OfferedWrite {
  readonly operation: Command['operation']
  readonly right: Exclude<SetOperation, 'read'>
}

function offeredOperation(
  target: WriteTarget,
  { profile }: Principal,
  method: string,
): OfferedWrite | undefined {
  const offered = methodOperations[target.kind][method]
  if (offered === undefined) return undefined
  // An action is offered by the model itself; the right that it needs is that to change the row.
  if (target.kind === 'action' || isOffered(target.type, offered.right, profile)) return offered
  return undefined
}

const methodOperations: Readonly<
  Record<WriteTarget['kind'], Readonly<Record<string, OfferedWrite>>>
> = {
  collection: { POST: { operation: 'create', right: 'create' } },
  entity: {
    PATCH: { operation: 'update', right: 'update' },
    PUT: { operation: 'replace', right: 'update' },
    DELETE: { operation: 'delete', right: 'delete' },
  },
  action: { POST: { operation: 'action', right: 'update' } },
  readOnly: {},
}

/**
 * What users of this profile may send to the address. Rights that were taken away from one of them show
 * when it is sent.
 *
 * @throws {HapiError} MODULE_NOT_LICENSED
 */
export function offeredMethods(target: WriteTarget, principal: Principal): readonly string[] {
  requireModule(target.type, principal)
  return allowedMethods(target, principal)
}

/** The methods of an address, for `Allow`. */
function allowedMethods(target: WriteTarget, { profile }: Principal): readonly string[] {
  switch (target.kind) {
    case 'collection':
      return collectionMethods(target.type, profile)
    case 'entity':
      return entityMethods(target.type, profile)
    case 'action':
      return ['POST', 'OPTIONS']
    case 'readOnly':
      return ['GET', 'HEAD', 'OPTIONS']
  }
}

/** How the caller wants the outcome told (Protocol 4.01 §8.2.8.7). */
interface Wanted {
  readonly isMinimal: boolean
  /** `Preference-Applied`. */
  readonly applied: string | undefined
  readonly dryRun: boolean
  /** The entity as a read with the same `$select` and `$expand` would show it. */
  readonly representation:
    | {
        readonly compiled: CompiledRequest
        readonly negotiated: Negotiated
        /** Of its address; the first one is its key, which is known when the row is written. */
        readonly literals: readonly Literal[]
      }
    | undefined
}

export async function handleWrite(
  dependencies: WriteDependencies,
  opened: OpenedWrite,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { principal, address, operation } = opened
  const bytes = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
  const wanted = readWishes(dependencies, opened, request)
  const input = operation === 'delete' ? new Map() : readBody(operation, bytes)
  const repeatable = wanted.dryRun
    ? undefined
    : repeatableRequest(singleHeader(request, 'idempotency-key'), principal, {
        method: request.method,
        url: address.path + address.query,
        body: bytes,
      })
  const account: WriteAccount = {
    accountId: principal.accountId,
    profile: principal.profile,
    pinnedAt: principal.pinnedAt ?? null,
  }
  const options = { now: dependencies.now(), dryRun: wanted.dryRun }
  const answer = await dependencies.slots.run(principal.userId, () =>
    inWriteTransaction(dependencies.database, account, options, (context) =>
      answerOnce(context, repeatable, async () => {
        const command = await makeCommand(opened, input, request, context)
        const { id } = await runCommand(command, context)
        return describe(dependencies, opened, wanted, id, context)
      }),
    )
      .then(({ answer: written }) => written)
      .catch((error: unknown) => {
        throw translateReadError(error, dependencies.writeTimeoutMs)
      }),
  )
  return send(reply, answer)
}

/** An action without parameters needs no body. */
function readBody(
  operation: Command['operation'],
  bytes: Buffer,
): ReturnType<typeof readJsonObject> {
  return operation === 'action' && bytes.length === 0 ? new Map() : readJsonObject(bytes)
}

/**
 * An answer whose last statement has been sent: the commit need not wait for its rows. (In an object, since a promise
 * that a function gives is waited for.)
 */
interface AnswerUnderWay {
  readonly answer: Promise<WrittenAnswer>
}

async function answerOnce(
  context: WriteContext,
  repeatable: RepeatableRequest | undefined,
  work: () => Promise<AnswerUnderWay>,
): Promise<AnswerUnderWay> {
  if (repeatable === undefined) return work()
  const stored = await findAnswer(context.client, repeatable)
  if (stored !== undefined) {
    const headers = { ...stored.headers, 'idempotency-replayed': 'true' }
    return { answer: Promise.resolve({ ...stored, headers }) }
  }
  const underWay = await work()
  await storeAnswer(context.client, repeatable, await underWay.answer)
  return underWay
}

async function makeCommand(
  { target, operation }: OpenedWrite,
  input: ReturnType<typeof readJsonObject>,
  request: FastifyRequest,
  context: WriteContext,
): Promise<Command> {
  const decimalsAsText = /;\s*IEEE754Compatible\s*=\s*true/i.test(
    request.headers['content-type'] ?? '',
  )
  const facts = { type: target.type, decimalsAsText, ...precondition(request) }
  if (target.kind === 'collection')
    return { ...facts, operation: 'create', input, implied: await impliedValues(target, context) }
  const id = await findId(target, context)
  if (target.kind === 'action')
    return {
      ...facts,
      operation: 'action',
      id,
      action: `${target.type.set}/${target.operation.name}`,
      input,
    }
  if (operation === 'delete') return { ...facts, operation, id }
  return { ...facts, operation: operation === 'replace' ? 'replace' : 'update', id, input }
}

async function impliedValues(
  { parent }: Extract<WriteTarget, { kind: 'collection' }>,
  context: WriteContext,
): Promise<Row> {
  if (parent === undefined) return {}
  const id = await findId(parent, context)
  const row = await context.find(parent.type.name, id)
  if (row === undefined)
    throw new HapiError('RECORD_NOT_FOUND', { entity: parent.type.name, key: id })
  return { [parent.navigation.to]: row[parent.navigation.from] ?? null }
}

async function findId({ type, key }: AddressedEntity, context: WriteContext): Promise<number> {
  if ('id' in key) return key.id
  if ('missing' in key)
    throw new HapiError('RECORD_NOT_FOUND', { entity: type.name, key: key.missing })
  const names = Object.keys(key.legacy)
  const condition = names
    .map((name, index) => `${columnName({ name })} = $${index + 2}`)
    .join(' and ')
  const [row] = await context.select(type.name, condition, Object.values(key.legacy))
  if (row === undefined)
    throw new HapiError('RECORD_NOT_FOUND', { entity: type.name, key: key.text })
  return Number(row['Id'])
}

/**
 * `If-Match` and `If-None-Match` (Protocol 4.01 §8.2.4, §8.2.5): the change is made only to the row that the
 * caller saw, or only when it is not that one; `If-None-Match: *` wants no row to be there.
 */
function precondition(request: FastifyRequest): Pick<Command, 'isUnchanged'> {
  const wanted = singleHeader(request, 'if-match')
  const unwanted = singleHeader(request, 'if-none-match')
  if (wanted === undefined && unwanted === undefined) return {}
  return {
    isUnchanged: (instant) => {
      const etag = etagOf(instant)
      if (wanted !== undefined && !matchesEtag(wanted, etag)) return false
      return unwanted === undefined || !matchesEtag(unwanted, etag)
    },
  }
}

function readWishes(
  dependencies: WriteDependencies,
  { principal, address, target, operation }: OpenedWrite,
  request: FastifyRequest,
): Wanted {
  const { dryRun, query } = takeDryRun(address.query)
  const preference = /(?:^|[,;\s])return\s*=\s*"?(minimal|representation)\b/i.exec(
    singleHeader(request, 'prefer') ?? '',
  )?.[1]
  const parsed = parseRequest(`/${target.type.set}(0)`, query, dependencies.parseLimits)
  const negotiated = negotiateJson(
    {
      accept: request.headers.accept,
      odataVersion: singleHeader(request, 'odata-version'),
      odataMaxVersion: singleHeader(request, 'odata-maxversion'),
    },
    parsed.options.format,
  )
  const isShown = operation !== 'delete' && principal.canRead(target.type.set)
  const compiled = isShown ? compileEntity(dependencies, principal, parsed, negotiated) : undefined
  const isMinimal = compiled === undefined || preference?.toLowerCase() === 'minimal'
  return {
    isMinimal,
    applied:
      preference === undefined ? undefined : `return=${isMinimal ? 'minimal' : 'representation'}`,
    dryRun,
    representation:
      compiled === undefined ? undefined : { compiled, negotiated, literals: parsed.literals },
  }
}

function compileEntity(
  { compiler }: WriteDependencies,
  principal: Principal,
  parsed: ReturnType<typeof parseRequest>,
  negotiated: Negotiated,
): CompiledRequest {
  return compiler.compile(parsed, {
    access: {
      hasModule: (code) => principal.modules.has(code),
      canRead: (set) => principal.canRead(set),
    },
    rightsDigest: principal.rightsDigest,
    paging: { paged: false, continued: 'no' },
    tagged: saysControlInformation(negotiated),
    format: {
      ieee754Compatible: negotiated.ieee754Compatible,
      annotationPrefix: negotiated.version === '4.0' ? '@odata.' : '@',
      legacyPadding: principal.legacyPadding,
    },
  })
}

/** `dryRun=true`, which is none of OData's options, and the query without it. */
function takeDryRun(query: string): { readonly dryRun: boolean; readonly query: string } {
  const options = query.split('&')
  const own = options.filter((option) => /^dryRun(?:=|$)/i.test(option))
  const [given] = own
  if (given === undefined) return { dryRun: false, query }
  const value = given.slice('dryRun='.length).toLowerCase()
  if (own.length > 1 || (value !== 'true' && value !== 'false'))
    throw new HapiError(
      'INVALID_OPTION_VALUE',
      { option: 'dryRun', value: value.slice(0, 40) },
      { target: 'dryRun' },
    )
  return {
    dryRun: value === 'true',
    query: options.filter((option) => !own.includes(option)).join('&'),
  }
}

/** The answer, made inside the transaction: what it shows is what is committed. */
async function describe(
  dependencies: WriteDependencies,
  opened: OpenedWrite,
  wanted: Wanted,
  id: number,
  context: WriteContext,
): Promise<AnswerUnderWay> {
  const { address, target, operation } = opened
  const location = `${address.serviceRoot}/${target.type.set}(${id})`
  const isCreated = operation === 'create'
  const headers = {
    ...(wanted.applied === undefined ? {} : { 'preference-applied': wanted.applied }),
    ...(wanted.dryRun ? { 'dry-run': 'true' } : {}),
    // A dry run leaves nothing that could be found there.
    ...(isCreated && !wanted.dryRun ? { location } : {}),
  }
  if (operation === 'delete')
    return { answer: Promise.resolve({ status: 204, headers, body: undefined }) }
  if (wanted.isMinimal || wanted.representation === undefined) {
    const entityId = wanted.dryRun ? {} : { 'odata-entityid': location }
    const answer = modifiedDate(target.type, id, context).then((instant) => ({
      status: 204,
      headers: { ...headers, etag: etagOf(instant), ...entityId },
      body: undefined,
    }))
    return { answer: heardLater(answer) }
  }
  const { negotiated } = wanted.representation
  const { shown, sent } = represent(dependencies, opened, wanted.representation, id, context)
  await sent
  const answer = shown.then(({ etag, body }) => ({
    status: isCreated ? 201 : 200,
    headers: {
      ...headers,
      etag,
      'odata-version': negotiated.version,
      'content-type': negotiated.contentType,
    },
    body,
  }))
  return { answer: heardLater(answer) }
}

/** A promise that is waited for after the commit: when that fails first, its own failure must not end the process. */
function heardLater<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {})
  return promise
}

interface ShownEntity {
  readonly etag: string
  readonly body: Buffer
}

/** The entity as it is now; `sent` settles when no further statement is to come. */
function represent(
  dependencies: WriteDependencies,
  { address }: OpenedWrite,
  { compiled, negotiated, literals }: NonNullable<Wanted['representation']>,
  id: number,
  context: WriteContext,
): { readonly shown: Promise<ShownEntity>; readonly sent: Promise<unknown> } {
  let etag = ''
  const chunks: Buffer[] = []
  const out = new JsonOutput(async (bytes) => {
    chunks.push(Buffer.from(bytes))
  })
  const session = new TransactionReader(context.client)
  const written = executeRequest(
    {
      session,
      compiled,
      values: {
        literals: literals.map((literal, index) =>
          index === 0 ? { ...literal, value: String(id) } : literal,
        ),
        limits: dependencies.encodingLimits,
        accountId: context.accountId,
        now: context.now,
        functionArguments: [],
        pageStart: undefined,
        rowLimit: undefined,
      },
      negotiated,
      serviceRoot: address.serviceRoot,
      requestUrl: address.url,
      page: undefined,
      preconditions: { ifMatch: undefined, ifNoneMatch: undefined },
      announceEtag: (tag) => {
        etag = tag
      },
    },
    out,
  )
  return {
    shown: heardLater(
      written.then(() => ({ etag, body: Buffer.concat([...chunks, out.buffer.view()]) })),
    ),
    sent: Promise.race([written, session.onlySent]),
  }
}

async function modifiedDate(
  type: EntityType,
  id: number,
  { client, accountId }: WriteContext,
): Promise<string> {
  const [row] = await client.lists(
    `select modified_date from ${tableName(type)} where account_id = $1 and id = $2`,
    [accountId, id],
  )
  return row?.[0] ?? ''
}

function send(reply: FastifyReply, { status, headers, body }: WrittenAnswer): FastifyReply {
  reply
    .code(status)
    .headers(headers)
    .header('vary', 'Accept, Accept-Language, OData-MaxVersion, Prefer')
  return body === undefined ? reply.send() : reply.send(body)
}

function singleHeader(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name]
  return Array.isArray(value) ? value[0] : value
}
