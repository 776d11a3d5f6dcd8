/**
 * One queue that this worker owns: reads what is due, sends it at the endpoint's pace, and hands the outcomes over to be
 * written. What it holds is what is under way; everything else waits in PostgreSQL.
 */

import type { Subscriber } from '../auth/access.ts'
import type { AttemptOutcome } from './attempt.ts'
import { mayHear } from './event-access.ts'
import { type OpenedEndpoint, openEndpoint, requestOf } from './notification-request.ts'
import type { Outcome, QueueHealth } from './outcome-writer.ts'
import { Pace, type Wave } from './pace.ts'
import {
  type ClaimedQueue,
  type DueDelivery,
  giveBackQueue,
  type QueueMark,
  type QueueName,
  type QueueState,
  queueKey,
  readQueue,
} from './queue-store.ts'
import { nextDelayMs } from './retry-schedule.ts'
import type { RunnerDependencies, Standing } from './runner-dependencies.ts'
import type { WorkerSession } from './worker-session.ts'

/** A queue in which nothing is due is kept for so long: the next event then costs one statement less. */
const LINGER_MS = 1_000
/**
 * What has been read ahead is sent at once when a request ends: a slot that waits for a statement sends nothing. It is
 * read again after so long: the endpoint may have changed, or been paused.
 */
const AHEAD_MS = 100
/** A pace below this is that of a queue that fails, or has just begun: nothing is read ahead. */
const AHEAD_PACE_MIN = 8
/** The time of the last success is stored no more often, unless it ends a row of failures. */
const SUCCESS_TOLD_MS = 10_000
/** The database counts from when the outcome is written. */
const RETRY_MARGIN_MS = 20
/** What comes into a queue behind its mark, moved there from another endpoint's, waits no longer than this. */
const MARK_KEPT_MS = 2_000
/** A request takes no longer (HAPI_WEBHOOK_TIMEOUT_MS), and when it has ended the queue is looked at anyway. */
const RETRY_AWAITED_MS = 300_000
/** After a statement that failed. */
const RETRY_MS = 500
/**
 * Seconds until a queue is looked at again of which no request can be made: this process cannot open its secrets, or its
 * user has no live key. (A key that comes is heard of before.)
 */
const SUSPENDED_S = 30

/** A delivery that is read and not begun, and what was read with it. */
interface Ahead {
  readonly delivery: DueDelivery
  readonly endpoint: OpenedEndpoint
  readonly subscriber: Subscriber
  /** By `performance.now()`. */
  readonly readAtMs: number
}

/** The worker as PostgreSQL knows it. */
type Owner = Pick<WorkerSession, 'workerId' | 'isAlive'>

export class QueueRunner {
  readonly queue: ClaimedQueue
  readonly #dependencies: RunnerDependencies
  readonly #owner: Owner
  readonly #onEnd: (runner: QueueRunner) => void
  readonly #pace: Pace
  /** Ids of deliveries sent or decided, and not written yet: by this process, in whatever runner. */
  readonly #open: Set<number>
  #ahead: Ahead[] = []
  #isFilling = false
  #mayHaveMore = true
  #isEnded = false
  /** It fares other than is stored. */
  #health: { succeeded: boolean; failed: boolean; restMs: number | undefined } | undefined
  #isResting = false
  #successToldMs = Number.NEGATIVE_INFINITY
  /** When the first of the attempts that it has put off is due, by `performance.now()`. */
  #retryAtMs = Number.POSITIVE_INFINITY
  #mark: QueueMark | undefined
  #markedFromMs = performance.now()
  #timer: NodeJS.Timeout | undefined

  constructor(
    dependencies: RunnerDependencies,
    owner: Owner,
    queue: ClaimedQueue,
    open: Set<number>,
    onEnd: (runner: QueueRunner) => void,
  ) {
    this.#dependencies = dependencies
    this.#owner = owner
    this.queue = queue
    this.#open = open
    this.#onEnd = onEnd
    this.#pace = new Pace(queue.failures)
  }

  get key(): string {
    return queueKey(this.queue)
  }

  get #name(): QueueName {
    const { accountId, endpointId } = this.queue
    return { accountId, endpointId }
  }

  /** Its queue is somebody else's, or is being given back. */
  get isEnded(): boolean {
    return this.#isEnded
  }

  /** Something may be due that it has not looked for. */
  get mayHaveMore(): boolean {
    return this.#mayHaveMore
  }

  /** Something may be due. */
  wake(): void {
    this.#mayHaveMore = true
    this.#proceed()
  }

  /** Rights may have changed: what is read ahead is read again. */
  accessChanged(): void {
    if (!this.#isFilling) this.#forgetAhead()
    this.wake()
  }

  /** Begins nothing more; what is under way goes on, and is written. The queue is somebody else's from now on. */
  abandon(): void {
    if (this.#isEnded) return
    this.#end()
    this.#onEnd(this)
  }

  #end(): void {
    this.#isEnded = true
    clearTimeout(this.#timer)
    this.#dependencies.budget.forget(this.#proceed)
  }

  /** Outcomes of its deliveries are written. */
  written(hasPromoted: boolean): void {
    if (hasPromoted) this.#mayHaveMore = true
    this.#proceed()
  }

  /** How it fares, when that is to be written. */
  takeHealth(): QueueHealth | undefined {
    const health = this.#health
    this.#health = undefined
    if (health === undefined) return undefined
    const { accountId, endpointId } = this.queue
    return { accountId, endpointId, failures: this.#pace.failures, ...health }
  }

  readonly #proceed = (): void => {
    if (this.#isEnded) return
    clearTimeout(this.#timer)
    if (!this.#isResting) this.#beginAhead()
    if (this.#isFilling) return
    if (this.#isResting) this.#forgetAhead()
    const ahead = this.#ahead.length
    if (this.#isResting || (!this.#mayHaveMore && ahead === 0)) {
      this.#settle()
      return
    }
    const { budget } = this.#dependencies
    if (budget.free <= 0) {
      budget.whenFree(this.#proceed)
      return
    }
    const { limit } = this.#pace
    const room = this.#room
    const wanted = limit < AHEAD_PACE_MIN ? 0 : limit
    // A statement for each request that ends would cost more than the request.
    if (!this.#mayHaveMore || room + wanted - ahead < Math.ceil((limit + wanted) / 4)) return
    this.#isFilling = true
    void this.#fill(Math.max(0, Math.min(room, budget.free)) + wanted - ahead)
  }

  /**
   * What is sent counts until its outcome is written: so a crash repeats no more than the pace, and a database that is
   * slower than the receiver slows the sending.
   */
  get #room(): number {
    return this.#pace.limit - this.#open.size
  }

  /** It is looked at again. */
  #forgetAhead(): void {
    if (this.#ahead.length === 0) return
    this.#ahead = []
    this.#mark = undefined
    this.#mayHaveMore = true
  }

  #beginAhead(): void {
    const { budget } = this.#dependencies
    for (let [next] = this.#ahead; next !== undefined; [next] = this.#ahead) {
      const room = Math.min(this.#room, budget.free)
      if (room <= 0) return
      // It has slept, or its lease was not renewed: others may have taken the queue since it was read.
      if (!this.#owner.isAlive) {
        this.#tryLater()
        return
      }
      if (performance.now() - next.readAtMs > AHEAD_MS) {
        // A read under way leaves these out, and moves the mark past them.
        if (!this.#isFilling) this.#forgetAhead()
        return
      }
      this.#ahead.shift()
      this.#begin(next)
    }
  }

  /** Nothing to begin: gives the queue back when nothing is under way either, after a while unless it rests. */
  #settle(): void {
    const untilRetryMs = this.#retryAtMs - performance.now()
    if (this.#open.size > 0) {
      // A retry does not wait for a request that hangs.
      if (!this.#isResting && untilRetryMs <= RETRY_AWAITED_MS)
        this.#timer = setTimeout(() => this.wake(), untilRetryMs)
      return
    }
    if (this.#isResting) {
      void this.#giveBack(0)
      return
    }
    this.#timer =
      untilRetryMs <= LINGER_MS
        ? setTimeout(() => this.wake(), untilRetryMs)
        : setTimeout(() => void this.#giveBack(0), LINGER_MS)
  }

  async #fill(asked: number): Promise<void> {
    try {
      const found = await this.#read(asked)
      this.#isFilling = false
      if (this.#isEnded) return
      // Not this worker's: giving it back could give back what it has just claimed anew.
      if (found === undefined) this.abandon()
      else if (!found.state.endpoint.isActive) {
        this.#forgetAhead()
        await this.#giveBack(0)
      } else await this.#take(found.state, found.subscriber, asked)
    } catch (error) {
      this.#isFilling = false
      this.#mayHaveMore = true
      this.#dependencies.logger.error({ ...this.#name, err: error }, 'webhook queue failed')
      this.#tryLater()
    }
  }

  #tryLater(): void {
    if (!this.#isEnded) this.#timer = setTimeout(() => this.wake(), RETRY_MS)
  }

  /** What is due, and whose it is by rights that are no older. */
  async #read(
    asked: number,
  ): Promise<{ state: QueueState; subscriber: Subscriber | undefined } | undefined> {
    // What comes while it reads is read next time.
    this.#mayHaveMore = false
    if (this.#retryAtMs <= performance.now()) this.#retryAtMs = Number.POSITIVE_INFINITY
    const { database, subscribers } = this.#dependencies
    const state = await readQueue(database, this.queue, this.#owner.workerId, {
      besides: [...this.#open, ...this.#ahead.map(({ delivery }) => delivery.id)],
      most: asked,
      from: this.#mark,
    })
    if (state === undefined) return undefined
    await subscribers.reach(state.accessVersion)
    return { state, subscriber: subscribers.findSubscriber(state.endpoint.userId) }
  }

  async #take(state: QueueState, subscriber: Subscriber | undefined, asked: number): Promise<void> {
    const { box, logger, onSuspended } = this.#dependencies
    this.#readOn(state, asked)
    if (subscriber?.hasKey !== true) {
      await this.#setAside()
      onSuspended(this.#name, state.endpoint.userId)
      return
    }
    try {
      const endpoint = openEndpoint(box, this.queue, state.endpoint)
      const readAtMs = performance.now()
      for (const delivery of state.due)
        this.#ahead.push({ delivery, endpoint, subscriber, readAtMs })
    } catch (error) {
      logger.error(
        { ...this.#name, err: error },
        'webhook endpoint set aside: no request of it can be made',
      )
      await this.#setAside()
      return
    }
    this.#proceed()
  }

  async #setAside(): Promise<void> {
    this.#forgetAhead()
    await this.#giveBack(SUSPENDED_S)
  }

  /** A full answer is read on from its end; at the end, and now and then, the whole queue is looked at again. */
  #readOn({ due, mark }: QueueState, asked: number): void {
    const isFull = due.length === asked
    if (isFull || this.#mark !== undefined) this.#mayHaveMore = true
    const now = performance.now()
    const isDone = !isFull || now - this.#markedFromMs > MARK_KEPT_MS
    if (isDone) this.#markedFromMs = now
    this.#mark = isDone ? undefined : mark
  }

  #begin({ delivery, endpoint, subscriber }: Ahead): void {
    this.#open.add(delivery.id)
    if (mayHear(subscriber, delivery.entity)) void this.#send(delivery, endpoint)
    else this.#record(delivery, { state: 'CANCELLED', delayMs: undefined, attempt: undefined })
  }

  async #send(delivery: DueDelivery, endpoint: OpenedEndpoint): Promise<void> {
    const { budget, sender, observer, now, signal } = this.#dependencies
    const { wave } = this.#pace
    budget.take()
    const startedAt = now()
    const observed = { queue: this.queue, delivery, startedAt, host: endpoint.host }
    observer.begun(observed)
    const outcome = await sender.send(requestOf(endpoint, delivery, startedAt), signal)
    budget.release()
    // Cut short by our own end, it says nothing: whoever owns the queue next sends again.
    if (outcome.result === 'ABORTED') {
      const { failures } = this.#pace
      observer.ended(observed, outcome, { failuresBefore: failures, failures, restMs: undefined })
      this.#open.delete(delivery.id)
      this.#proceed()
      return
    }
    observer.ended(observed, outcome, this.#judge(outcome, wave))
    const { result, durationMs, status, body } = outcome
    this.#record(delivery, {
      ...this.#decide(delivery, outcome),
      attempt: { url: endpoint.url, startedAt, durationMs, result, status, body },
    })
    this.#proceed()
  }

  #judge({ result, status, retryAfterMs }: AttemptOutcome, wave: Wave): Standing {
    const failuresBefore = this.#pace.failures
    if (result === 'DELIVERED') {
      if (this.#pace.failures > 0 || performance.now() - this.#successToldMs > SUCCESS_TOLD_MS) {
        this.#successToldMs = performance.now()
        this.#health = { succeeded: true, failed: this.#health?.failed ?? false, restMs: undefined }
      }
      this.#pace.succeed()
      this.#isResting = false
      return { failuresBefore, failures: 0, restMs: undefined }
    }
    const ownRestMs = this.#pace.fail(wave)
    // Too many requests, or out of service: what it asks for holds for all that is meant for it.
    const askedMs = status === 429 || status === 503 ? retryAfterMs : undefined
    const restMs = askedMs === undefined ? ownRestMs : Math.max(askedMs, ownRestMs ?? 0)
    this.#health = {
      succeeded: this.#health?.succeeded ?? false,
      failed: true,
      restMs: restMs ?? this.#health?.restMs,
    }
    if (restMs !== undefined) this.#isResting = true
    return { failuresBefore, failures: this.#pace.failures, restMs }
  }

  #decide(
    { roundAttempts }: DueDelivery,
    { result, retryAfterMs }: AttemptOutcome,
  ): Pick<Outcome, 'state' | 'delayMs'> {
    if (result === 'DELIVERED') return { state: 'DELIVERED', delayMs: undefined }
    const { schedule, random } = this.#dependencies
    const delayMs =
      result === 'GONE'
        ? undefined
        : nextDelayMs({ count: roundAttempts + 1, retryAfterMs }, schedule, random)
    return delayMs === undefined ? { state: 'FAILED', delayMs } : { state: 'PENDING', delayMs }
  }

  #record(delivery: DueDelivery, what: Pick<Outcome, 'state' | 'delayMs' | 'attempt'>): void {
    const { accountId, endpointId } = this.queue
    if (what.delayMs !== undefined)
      this.#retryAtMs = Math.min(
        this.#retryAtMs,
        performance.now() + what.delayMs + RETRY_MARGIN_MS,
      )
    this.#dependencies.recorder.add({ accountId, endpointId, delivery, ...what })
  }

  async #giveBack(notBeforeS: number): Promise<void> {
    if (this.#isEnded || this.#open.size > 0) return
    this.#end()
    const { database } = this.#dependencies
    try {
      await giveBackQueue(database, this.queue, this.#owner.workerId, notBeforeS)
    } catch {
      // It may still be this worker's in the database; its next look finds that nobody runs it.
    }
    this.#onEnd(this)
  }
}
