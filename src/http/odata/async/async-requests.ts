/**
 * `Prefer: respond-async` (Protocol 4.01 §8.2.8.8, §11.6): the request goes on after its sender has been told where to
 * ask for the answer.
 *
 * One process runs it and keeps the answer in the database, where every process finds it. When that process ends, the
 * request ends with it, and whoever asks is told so after a minute. What it has committed by then stays.
 */

import { randomUUID } from 'node:crypto'
import type { Principal } from '../../../auth/principal.ts'
import { HapiError } from '../../../errors/hapi-error.ts'
import { readDestination } from '../../../webhooks/destination.ts'
import type { EgressPolicy } from '../../../webhooks/egress-policy.ts'
import { answerError } from '../../error-rendering.ts'
import { AnswerLife } from '../answer-life.ts'
import { type CapturedAnswer, CapturedReply } from '../captured-reply.ts'
import type { IncomingRequest, OutgoingReply } from '../exchange.ts'
import { type Preferences, preferenceApplied, readPreferences } from '../preferences.ts'
import { ALIVE_EVERY_MS, type AsyncStore, type KeptRequest } from './async-store.ts'

export interface AsyncOptions {
  readonly store: AsyncStore
  /** Tells a client that its answer is there. Never rejects. */
  readonly call: (url: string) => Promise<unknown>
  readonly egress: EgressPolicy
  readonly bodyBytesMax: number
  /** Of an answer that is kept. */
  readonly answerBytesMax: number
  /** A request that has not begun to answer by then is stopped. */
  readonly deadlineSeconds: number
}

/** How long a client may wait on the line, whatever it asks for: proxies cut later answers. */
const WAIT_SECONDS_MAX = 55

/** Answers one request. */
export type Work = (request: IncomingRequest, reply: OutgoingReply) => Promise<unknown>

interface Job {
  readonly life: AnswerLife
  readonly request: IncomingRequest
  readonly reply: CapturedReply
  /** Settles when all of the answer has been produced. */
  readonly produced: Promise<unknown>
}

interface Running {
  readonly kept: KeptRequest
  readonly job: Job
  readonly ended: Promise<void>
}

export class AsyncRequests {
  readonly #options: AsyncOptions
  readonly #running = new Map<string, Running>()
  #beat: NodeJS.Timeout | undefined

  constructor(options: AsyncOptions) {
    this.#options = options
  }

  /**
   * Answers at once, or says where the answer is to be found, as the request prefers.
   *
   * @param monitors address below which status monitors stand
   */
  async run(
    { principal, monitors }: { readonly principal: Principal; readonly monitors: string },
    request: IncomingRequest,
    reply: OutgoingReply,
    work: Work,
  ): Promise<unknown> {
    if (request.headers['prefer'] === undefined || request.method === 'HEAD')
      return work(request, reply)
    const preferences = readPreferences(request.headers['prefer'])
    if (!preferences.respondAsync) return work(request, reply)
    const job = this.#start(request, work)
    const waited = Math.min(preferences.waitSeconds ?? 0, WAIT_SECONDS_MAX)
    if (waited > 0 && (await isAnsweredWithin(waited * 1_000, job, reply)))
      return forward(job, reply)
    const kept = {
      id: randomUUID(),
      accountId: principal.accountId,
      sealed: request.method !== 'GET',
    }
    // As many as allowed: the preference is not applied.
    if (!(await this.#accept(kept, principal, job))) return forward(job, reply)
    const callback = this.#callbackOf(preferences)
    this.#keep(kept, job, callback)
    const applied = preferenceApplied(preferences, {
      'respond-async': true,
      wait: preferences.waitSeconds,
      callback: callback === undefined ? undefined : true,
    })
    return reply
      .code(202)
      .headers({
        location: `${monitors}/${kept.id}`,
        'retry-after': RETRY_AFTER_SECONDS,
        ...(applied === undefined ? {} : { 'preference-applied': applied }),
      })
      .send()
  }

  /** Stops it if this process runs it; others notice by themselves that nobody wants its answer any more. */
  cancel(id: string): void {
    this.#running.get(id)?.job.life.end()
  }

  /** Stops what runs, and keeps of each that it has been stopped. */
  async close(): Promise<void> {
    clearInterval(this.#beat)
    const running = [...this.#running.values()]
    for (const { job } of running) job.life.end()
    await Promise.all(running.map(({ ended }) => ended))
  }

  #start(asked: IncomingRequest, work: Work): Job {
    const life = new AnswerLife(this.#options.deadlineSeconds * 1_000, () => {})
    // Copied: the framework's own ends with its answer.
    const { id, ip, log, tellRefusal, method, url, headers, body } = asked
    const channel = 'async' as const
    const request = { id, channel, ip, log, tellRefusal, method, url, headers, body }
    const reply = new CapturedReply(life, request)
    const produced = work(request, reply).catch((error: unknown) => {
      this.#answerError(life.isLate ? this.#tooLate() : error, request, reply)
    })
    return { life, request, reply, produced }
  }

  async #accept(kept: KeptRequest, principal: Principal, job: Job): Promise<boolean> {
    try {
      return await this.#options.store.accept(kept, principal)
    } catch (error) {
      job.life.end()
      throw error
    }
  }

  #keep(kept: KeptRequest, job: Job, callback: string | undefined): void {
    const ended = this.#store(kept, job)
      .catch((error: unknown) =>
        job.request.log.error({ err: error }, 'An answer could not be kept'),
      )
      .finally(() => {
        job.life.finish()
        this.#running.delete(kept.id)
        this.#options.store.forgetLater(kept)
        if (this.#running.size === 0) {
          clearInterval(this.#beat)
          this.#beat = undefined
        }
        if (callback !== undefined) void this.#options.call(callback)
      })
    this.#running.set(kept.id, { kept, job, ended })
    this.#beat ??= setInterval(() => void this.#keepAlive(), ALIVE_EVERY_MS)
  }

  async #store(kept: KeptRequest, job: Job): Promise<void> {
    const { store } = this.#options
    try {
      const { status, headers, body } = await job.reply.answered
      if (!(await this.#storeBody(kept, body))) return job.life.end()
      await job.produced
      await store.finish(kept, status, Object.fromEntries(headers))
    } catch (error) {
      await store.clear(kept)
      const { status, headers, body } = await this.#failureOf(job, error)
      await this.#storeBody(kept, body)
      await store.finish(kept, status, Object.fromEntries(headers))
    }
  }

  /** False when nobody wants the answer any more. */
  async #storeBody(kept: KeptRequest, body: CapturedAnswer['body']): Promise<boolean> {
    const { store, answerBytesMax } = this.#options
    let number = 0
    let length = 0
    for await (const bytes of piecesOf(body)) {
      length += bytes.length
      if (length > answerBytesMax)
        throw new HapiError('LIMIT_EXCEEDED', {
          limit: answerBytesMax,
          what: { fr: 'octets par réponse asynchrone', en: 'bytes per asynchronous answer' },
        })
      if (!(await store.append(kept, number++, bytes))) return false
    }
    return true
  }

  /** An answer that could not be finished, as an answer. */
  #failureOf({ life, request }: Job, error: unknown): Promise<CapturedAnswer> {
    const reply = new CapturedReply(life, request)
    const isKnown = error instanceof HapiError
    this.#answerError(isKnown ? error : new HapiError('UNAVAILABLE'), request, reply)
    return reply.answered
  }

  async #keepAlive(): Promise<void> {
    const all = [...this.#running.values()]
    for (const accountId of new Set(all.map(({ kept }) => kept.accountId))) {
      const running = all.filter(({ kept }) => kept.accountId === accountId)
      try {
        const wanted = await this.#options.store.keepAlive(
          accountId,
          running.map(({ kept }) => kept.id),
        )
        for (const { kept, job } of running) if (!wanted.has(kept.id)) job.life.end()
      } catch {
        // The database is away: what runs on it says so itself, and the next beat tries again.
      }
    }
  }

  /** Where to say that the answer is there; undefined when the preference cannot be applied. */
  #callbackOf({ callbackUrl }: Preferences): string | undefined {
    if (callbackUrl === undefined) return undefined
    try {
      return readDestination(callbackUrl, this.#options.egress, 'callback')
    } catch (error) {
      if (error instanceof HapiError) return undefined
      throw error
    }
  }

  #answerError(error: unknown, request: IncomingRequest, reply: CapturedReply): void {
    answerError(error, request, reply, this.#options.bodyBytesMax)
  }

  #tooLate(): HapiError {
    const { deadlineSeconds } = this.#options
    return new HapiError('TIMED_OUT', { seconds: deadlineSeconds })
  }
}

/** How soon to ask again. */
export const RETRY_AFTER_SECONDS = '1'

/** False as well when nobody waits any more: the request has been told to stop then. */
async function isAnsweredWithin(ms: number, job: Job, reply: OutgoingReply): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const gone = (): void => job.life.end()
  reply.raw.once('close', gone)
  try {
    return await Promise.race([
      job.reply.answered.then(
        () => true,
        () => true,
      ),
      new Promise<boolean>((resolve) => (timer = setTimeout(() => resolve(false), ms))),
    ])
  } finally {
    clearTimeout(timer)
    reply.raw.off('close', gone)
  }
}

/** The answer as if it had never been meant to come later. */
async function forward(job: Job, reply: OutgoingReply): Promise<OutgoingReply> {
  reply.raw.once('close', () => job.life.end())
  let answer: CapturedAnswer
  try {
    answer = await job.reply.answered
  } catch {
    return reply.hijack()
  }
  const { status, headers, body } = answer
  void job.produced.then(() => job.life.finish())
  return reply.code(status).headers(Object.fromEntries(headers)).send(body)
}

async function* piecesOf(body: CapturedAnswer['body']): AsyncGenerator<Buffer> {
  if (body === undefined) return
  if (Buffer.isBuffer(body)) yield body
  // A readable of ours gives bytes.
  else yield* body as AsyncIterable<Buffer>
}
