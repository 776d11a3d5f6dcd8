/**
 * `POST`, `PATCH`, `PUT`, `DELETE` under `/api`: from the request to a command, and from its outcome to the
 * answer. `open-write.ts` has decided before the body was read whether this user may do this at all;
 * `write-answer.ts` tells the outcome.
 */

import type { Principal } from '../../auth/principal.ts'
import type { WriteContext } from '../../domain/command/write-context.ts'
import { inWriteTransaction, type WriteAccount } from '../../domain/command/write-transaction.ts'
import type { SecretBox } from '../../secrets/secret-box.ts'
import { actingBy } from './acting-by.ts'
import { EachWrite } from './each-write.ts'
import type { IncomingRequest, OutgoingReply } from './exchange.ts'
import { VARY } from './negotiation.ts'
import type { OpenedWrite, WriteDependencies } from './open-write.ts'
import { performWrite } from './perform-write.ts'
import { translateReadError } from './read-error.ts'
import {
  findAnswer,
  type RepeatableRequest,
  repeatableRequest,
  storeAnswer,
  type WrittenAnswer,
} from './repeated-request.ts'
import { type AnswerUnderWay, describe, readWishes } from './write-answer.ts'
import { readWriteRequest, type WriteRequest } from './write-request.ts'

export async function handleWrite(
  dependencies: WriteDependencies,
  opened: OpenedWrite,
  request: IncomingRequest,
  reply: OutgoingReply,
): Promise<OutgoingReply> {
  const prepared = prepareWrite(dependencies, opened, request)
  const { answer } = await runWrite(dependencies, opened.principal, prepared)
  return sendWritten(reply, await answer)
}

/** @throws {HapiError} as `inWriteOf` */
export async function runWrite(
  dependencies: WriteDependencies,
  principal: Principal,
  { request, dryRun, run, blame }: PreparedWrite,
): Promise<AnswerUnderWay> {
  try {
    return await inWriteOf(dependencies, { principal, request, dryRun }, run)
  } catch (error) {
    throw blame(error)
  }
}

/** A write that has been read: what is wrong with its body or its options has been refused. */
export interface PreparedWrite {
  readonly request: IncomingRequest
  readonly dryRun: boolean
  /** Runs it inside a transaction, and again when that is run again. */
  readonly run: (context: WriteContext) => Promise<AnswerUnderWay>
  /** The error that it ended with, saying which row's it is where there are several. */
  readonly blame: (error: unknown) => unknown
}

/** @throws {HapiError} INVALID_BODY, INVALID_OPTION_VALUE, IDEMPOTENCY_KEY_INVALID, and what binding finds wrong */
export function prepareWrite(
  dependencies: WriteDependencies,
  opened: OpenedWrite,
  request: IncomingRequest,
): PreparedWrite {
  const { principal, address } = opened
  const bytes = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
  const read = readWriteRequest(opened, request, bytes)
  const { dryRun, run, blame } = writeOf(dependencies, opened, request, read)
  const repeatable = dryRun
    ? undefined
    : repeatableRequest(principal, dependencies.webhooks.secretBox, {
        method: request.method,
        url: address.path + address.query,
        body: bytes,
        headers: request.headers,
        now: dependencies.now(),
      })
  return {
    request,
    dryRun,
    run: (context) =>
      answerOnce(context, repeatable, dependencies.webhooks.secretBox, () => run(context)),
    blame,
  }
}

/** The write itself, whether or not it is repeated. */
function writeOf(
  dependencies: WriteDependencies,
  opened: OpenedWrite,
  request: IncomingRequest,
  read: WriteRequest,
): PreparedWrite {
  const { target } = opened
  if (target.kind === 'each') {
    const each = new EachWrite(dependencies, { ...opened, target }, request, read)
    return {
      request,
      dryRun: each.dryRun,
      run: (context) => each.run(context),
      blame: (error) => each.blame(error),
    }
  }
  const single = { ...opened, target }
  const wanted = readWishes(dependencies, single, request, read.input)
  const toDo = { ...read, id: wanted.id }
  return {
    request,
    dryRun: wanted.dryRun,
    run: async (context) => {
      const { model, parseLimits } = dependencies
      const result = await performWrite(single, toDo, { model, parseLimits, context })
      return describe(dependencies, single, wanted, result, context)
    },
    blame: (error) => error,
  }
}

interface WriteOf {
  readonly principal: Principal
  readonly request: Pick<IncomingRequest, 'id' | 'channel'>
  readonly dryRun: boolean
}

/**
 * A write transaction of this user, in a slot of its own. The work may run several times, each time in a new
 * transaction, and only the last one counts.
 *
 * @throws {HapiError} what the work throws; violated constraints by the catalogue's codes; UNAVAILABLE, TIMED_OUT
 */
export async function inWriteOf<T>(
  { database, slots, webhooks, now, writeTimeoutMs }: WriteDependencies,
  { principal, request, dryRun }: WriteOf,
  work: (context: WriteContext) => Promise<T>,
): Promise<T> {
  const account: WriteAccount = {
    accountId: principal.accountId,
    profile: principal.profile,
    user: principal,
    pinnedAt: principal.pinnedAt ?? null,
    acting: actingBy(principal, request),
  }
  return slots.run(principal.userId, async () => {
    try {
      const { secretBox } = webhooks
      const options = { now: now(), dryRun, webhooks, secretBox }
      return await inWriteTransaction(database, account, options, work)
    } catch (error) {
      throw translateReadError(error, writeTimeoutMs)
    }
  })
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
    const headers: Readonly<Record<string, string>> = {
      ...stored.headers,
      'idempotency-replayed': 'true',
    }
    return {
      answer: Promise.resolve({ ...stored, headers }),
      entityUrl: headers['location'] ?? headers['odata-entityid'],
    }
  }
  const underWay = await work()
  const made = await underWay.answer
  const answer =
    repeatable.scheme === 'key'
      ? made
      : { ...made, headers: { ...made.headers, 'repeatability-result': 'accepted' } }
  await storeAnswer(context.client, repeatable, answer, context.tellsSecret ? secretBox : undefined)
  return { ...underWay, answer: Promise.resolve(answer) }
}

export function sendWritten(
  reply: OutgoingReply,
  { status, headers, body }: WrittenAnswer,
): OutgoingReply {
  reply.code(status).headers(headers).header('vary', VARY)
  return body === undefined ? reply.send() : reply.send(body)
}
