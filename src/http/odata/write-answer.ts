/**
 * The answer to a write, as its caller wants it told: made inside the transaction by the statements and row
 * writers of the read path, so that it shows what is committed.
 */

import { namespace } from '../../derive/csdl-annotations.ts'
import type { Outcome } from '../../domain/command/change.ts'
import type { InputObject } from '../../domain/command/input.ts'
import type { CommandResult } from '../../domain/command/run-command.ts'
import type { WriteContext } from '../../domain/command/write-context.ts'
import { HapiError } from '../../errors/hapi-error.ts'
import type { EntityType } from '../../model/entity-type.ts'
import type { Model } from '../../model/model.ts'
import { tableName } from '../../model/naming.ts'
import { parseRequest } from '../../odata/parse/request-parser.ts'
import type { Literal } from '../../odata/parse/syntax.ts'
import { JsonOutput } from '../../odata/serialize/json-output.ts'
import { compileOptions } from './compile-options.ts'
import type { CompiledRequest } from './compiled-request.ts'
import { etagOf } from './etag.ts'
import type { IncomingRequest } from './exchange.ts'
import { executeRequest } from './execute-request.ts'
import {
  type Negotiated,
  negotiateJson,
  negotiateText,
  negotiationHeaders,
  refuseNewerBody,
  saysControlInformation,
} from './negotiation.ts'
import { nestedExpands, withNestedExpanded } from './nested-expand.ts'
import type { SingleWrite, WriteDependencies } from './open-write.ts'
import { preferenceApplied, readPreferences } from './preferences.ts'
import type { RequestAddress } from './read-handler.ts'
import { asksForSnapshot, isolationNotSupported, refuseOtherSchema } from './refuse-demands.ts'
import type { WrittenAnswer } from './repeated-request.ts'
import { TransactionReader } from './transaction-reader.ts'

/** How the caller wants the outcome told (Protocol 4.01 §8.2.8.7). */
interface Wanted {
  readonly isMinimal: boolean
  /** `Preference-Applied`. */
  readonly applied: string | undefined
  readonly dryRun: boolean
  /** `$id`. */
  readonly id: string | undefined
  readonly negotiated: Negotiated
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

/**
 * An answer whose last statement has been sent: the commit need not wait for its rows. (In an object, since a promise
 * that a function gives is waited for.)
 */
export interface AnswerUnderWay {
  readonly answer: Promise<WrittenAnswer>
  /** Of the row that the answer is about, as later requests of a batch may refer to it. */
  readonly entityUrl?: string | undefined
}

/** @throws {HapiError} INVALID_OPTION_VALUE, and what binding finds wrong with `$select` and `$expand` */
export function readWishes(
  dependencies: WriteDependencies,
  opened: SingleWrite,
  request: IncomingRequest,
  input: InputObject,
): Wanted {
  const { principal, address, target } = opened
  const { dryRun, query } = takeDryRun(address.query)
  const preferences = readPreferences(request.headers['prefer'])
  const shown = shownType(opened.target, dependencies.model)
  const path = `/${(shown ?? target.type).set}(0)${shownPath(target)}`
  const parsed = withNestedExpanded(
    parseRequest(path, query, dependencies.parseLimits),
    nestedExpands(target, input, dependencies.model, principal),
  )
  const headers = negotiationHeaders(request)
  refuseNewerBody(headers)
  refuseOtherSchema(parsed.options.schemaversion)
  if (asksForSnapshot(request)) throw isolationNotSupported('snapshot')
  const negotiated =
    target.kind === 'property' && target.raw
      ? negotiateText({ ...headers, accept: undefined }, undefined, 'text/plain; charset=utf-8')
      : negotiateJson(headers, parsed.options.format)
  const isShown =
    !isSilent(opened, request.method) && shown !== undefined && principal.canRead(shown.set)
  const compiled = isShown ? compileEntity(dependencies, opened, parsed, negotiated) : undefined
  const isMinimal =
    (compiled === undefined && shown !== undefined) || preferences.return === 'minimal'
  return {
    isMinimal,
    applied:
      preferences.return === undefined
        ? undefined
        : preferenceApplied(preferences, { return: isMinimal ? 'minimal' : 'representation' }),
    dryRun,
    id: parsed.options.id,
    negotiated,
    representation:
      compiled === undefined ? undefined : { compiled, negotiated, literals: parsed.literals },
  }
}

/** What has no answer but that it is done. */
function isSilent({ target, operation }: SingleWrite, method: string): boolean {
  return (
    operation === 'delete' ||
    target.kind === 'reference' ||
    (target.kind === 'property' && method === 'DELETE')
  )
}

/** Below the entity that is written. */
function shownPath(target: SingleWrite['target']): string {
  return target.kind === 'property' ? `/${target.property.name}${target.raw ? '/$value' : ''}` : ''
}

/** The type of the entity that the answer is; undefined for a value of a complex type. */
function shownType(target: SingleWrite['target'], model: Model): EntityType | undefined {
  if (target.kind !== 'action') return target.type
  const { returns } = target.operation
  return model.findComplexType(returns) === undefined ? model.getType(returns) : undefined
}

function compileEntity(
  { compiler }: WriteDependencies,
  { principal, address }: SingleWrite,
  parsed: ReturnType<typeof parseRequest>,
  negotiated: Negotiated,
): CompiledRequest {
  return compiler.compile(
    parsed,
    compileOptions(principal, negotiated, {
      paging: { paged: false, continued: 'no' },
      servicePath: address.servicePath,
    }),
  )
}

/** `dryRun=true`, which is none of OData's options, and the query without it. */
export function takeDryRun(query: string): { readonly dryRun: boolean; readonly query: string } {
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
export async function describe(
  dependencies: WriteDependencies,
  opened: SingleWrite,
  wanted: Wanted,
  { id: writtenId, outcome }: CommandResult,
  context: WriteContext,
): Promise<AnswerUnderWay> {
  const { address, target, operation } = opened
  const { type, id } =
    outcome?.kind === 'row'
      ? { type: dependencies.model.getType(outcome.type), id: outcome.id }
      : { type: target.type, id: writtenId }
  const location = `${address.serviceRoot}/${type.set}(${id})`
  const isCreated = operation === 'create'
  const headers = {
    ...(wanted.applied === undefined ? {} : { 'preference-applied': wanted.applied }),
    ...(wanted.dryRun ? { 'dry-run': 'true' } : {}),
    // A dry run leaves nothing that could be found there.
    ...(isCreated && !wanted.dryRun ? { location } : {}),
  }
  if (operation === 'delete' || target.kind === 'reference')
    return { answer: Promise.resolve({ status: 204, headers, body: undefined }) }
  if (outcome?.kind === 'value')
    return { answer: Promise.resolve(valueAnswer(outcome, wanted, headers, address)) }
  if (wanted.isMinimal || wanted.representation === undefined) {
    const entityId =
      wanted.dryRun || target.kind === 'property' ? {} : { 'odata-entityid': location }
    const answer = modifiedDate(type, id, context).then((instant) => ({
      status: 204,
      headers: { ...headers, etag: etagOf(instant), ...entityId },
      body: undefined,
    }))
    return { answer: heardLater(answer), entityUrl: location }
  }
  const { negotiated } = wanted.representation
  // A property has the tag of its entity, which is no part of what is shown.
  const tag = target.kind === 'property' ? etagOf(await modifiedDate(type, id, context)) : undefined
  const { shown, sent } = represent(dependencies, opened, wanted.representation, id, context)
  await sent
  const answer = shown.then(({ etag, body }) => ({
    // A property that is null has no content.
    status: isCreated ? 201 : body.length === 0 ? 204 : 200,
    headers: {
      ...headers,
      etag: tag ?? etag,
      'odata-version': negotiated.version,
      'content-type': negotiated.contentType,
    },
    body,
  }))
  return { answer: heardLater(answer), entityUrl: location }
}

/** A value of a complex type, which has no address and no tag (JSON Format 4.01 §9). */
function valueAnswer(
  { type, value }: Extract<Outcome, { kind: 'value' }>,
  { negotiated, isMinimal }: Wanted,
  headers: WrittenAnswer['headers'],
  { serviceRoot }: RequestAddress,
): WrittenAnswer {
  if (isMinimal) return { status: 204, headers, body: undefined }
  const prefix = negotiated.version === '4.0' ? '@odata.' : '@'
  const context = saysControlInformation(negotiated)
    ? { [`${prefix}context`]: `${serviceRoot}/$metadata#${namespace}.${type}` }
    : {}
  return {
    status: 200,
    headers: {
      ...headers,
      'odata-version': negotiated.version,
      'content-type': negotiated.contentType,
    },
    body: Buffer.from(JSON.stringify({ ...context, ...value })),
  }
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
  { address }: SingleWrite,
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
        pageStart: [],
        rowLimit: undefined,
      },
      negotiated,
      serviceRoot: address.serviceRoot,
      requestUrl: address.url,
      page: undefined,
      relatedPages: undefined,
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
