/**
 * `POST`, `PATCH`, `PUT`, `DELETE` under `/api`: from the request to a command, and from its outcome to the
 * answer. `open-write.ts` has decided before the body was read whether this user may do this at all;
 * `write-answer.ts` tells the outcome.
 */

import type { Principal } from '../../auth/principal.ts'
import type { Command } from '../../domain/command/command.ts'
import type { Row } from '../../domain/command/row.ts'
import { runCommand } from '../../domain/command/run-command.ts'
import type { WriteContext } from '../../domain/command/write-context.ts'
import { inWriteTransaction, type WriteAccount } from '../../domain/command/write-transaction.ts'
import { HapiError } from '../../errors/hapi-error.ts'
import { columnName } from '../../model/naming.ts'
import type { SecretBox } from '../../secrets/secret-box.ts'
import { etagOf, matchesEtag } from './etag.ts'
import type { IncomingRequest, OutgoingReply } from './exchange.ts'
import { readJsonObject } from './json-input.ts'
import type { OpenedWrite, WriteDependencies } from './open-write.ts'
import { translateReadError } from './read-error.ts'
import {
  findAnswer,
  type RepeatableRequest,
  repeatableRequest,
  storeAnswer,
  type WrittenAnswer,
} from './repeated-request.ts'
import { singleHeader } from './request-header.ts'
import { type AnswerUnderWay, describe, readWishes } from './write-answer.ts'
import type { AddressedEntity, WriteTarget } from './write-target.ts'

export async function handleWrite(
  dependencies: WriteDependencies,
  opened: OpenedWrite,
  request: IncomingRequest,
  reply: OutgoingReply,
): Promise<OutgoingReply> {
  const { dryRun, run } = prepareWrite(dependencies, opened, request)
  const { principal } = opened
  const { answer } = await inWriteOf(dependencies, { principal, dryRun }, run)
  return sendWritten(reply, await answer)
}

/** A write that has been read: what is wrong with its body or its options has been refused. */
interface PreparedWrite {
  readonly dryRun: boolean
  /** Runs it inside a transaction, and again when that is run again. */
  readonly run: (context: WriteContext) => Promise<AnswerUnderWay>
}

/** @throws {HapiError} INVALID_BODY, INVALID_OPTION_VALUE, IDEMPOTENCY_KEY_INVALID, and what binding finds wrong */
function prepareWrite(
  dependencies: WriteDependencies,
  opened: OpenedWrite,
  request: IncomingRequest,
): PreparedWrite {
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
  return {
    dryRun: wanted.dryRun,
    run: (context) =>
      answerOnce(context, repeatable, dependencies.webhooks.secretBox, async () => {
        const command = await makeCommand(opened, input, request, context)
        return describe(dependencies, opened, wanted, await runCommand(command, context), context)
      }),
  }
}

/**
 * A write transaction of this user, in a slot of its own. The work may run several times, each time in a new
 * transaction, and only the last one counts.
 *
 * @throws {HapiError} what the work throws; violated constraints by the catalogue's codes; UNAVAILABLE, TIMED_OUT
 */
async function inWriteOf<T>(
  { database, slots, webhooks, now, writeTimeoutMs }: WriteDependencies,
  { principal, dryRun }: { readonly principal: Principal; readonly dryRun: boolean },
  work: (context: WriteContext) => Promise<T>,
): Promise<T> {
  const account: WriteAccount = {
    accountId: principal.accountId,
    profile: principal.profile,
    user: principal,
    pinnedAt: principal.pinnedAt ?? null,
  }
  return slots.run(principal.userId, async () => {
    try {
      return await inWriteTransaction(database, account, { now: now(), dryRun, webhooks }, work)
    } catch (error) {
      throw translateReadError(error, writeTimeoutMs)
    }
  })
}

/** An action without parameters needs no body. */
function readBody(
  operation: Command['operation'],
  bytes: Buffer,
): ReturnType<typeof readJsonObject> {
  return operation === 'action' && bytes.length === 0 ? new Map() : readJsonObject(bytes)
}

async function answerOnce(
  context: WriteContext,
  repeatable: RepeatableRequest | undefined,
  secretBox: SecretBox,
  work: () => Promise<AnswerUnderWay>,
): Promise<AnswerUnderWay> {
  if (repeatable === undefined) return work()
  const stored = await findAnswer(context.client, repeatable, secretBox)
  if (stored !== undefined) {
    const headers = { ...stored.headers, 'idempotency-replayed': 'true' }
    return { answer: Promise.resolve({ ...stored, headers }) }
  }
  const underWay = await work()
  const answer = await underWay.answer
  await storeAnswer(context.client, repeatable, answer, context.tellsSecret ? secretBox : undefined)
  return underWay
}

async function makeCommand(
  { target, operation }: OpenedWrite,
  input: ReturnType<typeof readJsonObject>,
  request: IncomingRequest,
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
function precondition(request: IncomingRequest): Pick<Command, 'isUnchanged'> {
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

function sendWritten(
  reply: OutgoingReply,
  { status, headers, body }: WrittenAnswer,
): OutgoingReply {
  reply
    .code(status)
    .headers(headers)
    .header('vary', 'Accept, Accept-Language, OData-MaxVersion, Prefer')
  return body === undefined ? reply.send() : reply.send(body)
}
