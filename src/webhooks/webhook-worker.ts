/**
 * A worker: makes committed changes into deliveries, and sends what is due. Any number of them may run against one
 * database. What it knows is in PostgreSQL; what it holds is what it is doing.
 *
 * It is woken by notifications, and looks by itself each second for what they missed. Its statements wait for no
 * receiver, and no receiver for another's.
 */

import { setMaxListeners } from 'node:events'
import { announceChange, CHANGES_CHANNEL } from '../changes/announce.ts'
import type { Database } from '../db/database.ts'
import type { SecretBox } from '../secrets/secret-box.ts'
import { disableFailingEndpoint, endGoneEndpoint } from './endpoint-states.ts'
import type { SubscriberSource } from './event-access.ts'
import { DELIVERIES_CHANNEL, type RowFilter } from './fan-out.ts'
import { FanOutLoop } from './fan-out-loop.ts'
import { OutcomeRecorder } from './outcome-recorder.ts'
import type { Outcome } from './outcome-writer.ts'
import { QueueRunner } from './queue-runner.ts'
import {
  type ClaimedQueue,
  claimQueues,
  type DueDelivery,
  findOwnedQueues,
  type QueueName,
  queueKey,
} from './queue-store.ts'
import { RequestBudget } from './request-budget.ts'
import type { RetrySchedule } from './retry-schedule.ts'
import type { RunnerDependencies, WorkerLogger } from './runner-dependencies.ts'
import type { WebhookSender } from './sender.ts'
import { SuspendedQueues } from './suspended-queues.ts'
import type { WorkerObserver } from './worker-observer.ts'
import { buryDeadWorkers, openWorkerSession, type WorkerSession } from './worker-session.ts'

export interface WebhookWorkerOptions {
  readonly database: Database
  readonly subscribers: SubscriberSource
  readonly box: SecretBox
  readonly sender: WebhookSender
  readonly filter: RowFilter
  readonly schedule: RetrySchedule
  readonly observer: WorkerObserver
  readonly logger: WorkerLogger
  readonly now: () => Date
  readonly random: () => number
}

/** The net under lost notifications, and the beat in which retries come due. */
const LOOK_EVERY_MS = 500
/** Each second time it looks for the dead, and for changes that nobody announced. */
const SWEEP_EVERY_LOOKS = 2
/** A queue that is owned costs some kilobytes. */
const QUEUES_MAX = 1_000
const CLAIMED_AT_ONCE = 100
/** Requests under way when the worker is to stop may finish for so long. */
const DRAIN_MS = 8_000
const REOPEN_MS = 500

/** Starts a worker. Throws UNAVAILABLE. */
export async function startWebhookWorker(options: WebhookWorkerOptions): Promise<WebhookWorker> {
  const worker = new WebhookWorker(options)
  await worker.start()
  return worker
}

export class WebhookWorker {
  readonly #options: WebhookWorkerOptions
  readonly #runners = new Map<string, QueueRunner>()
  /** By queue: deliveries of this process that are not written yet, also of runners that have ended. */
  readonly #open = new Map<string, Set<number>>()
  readonly #budget = new RequestBudget()
  readonly #cut = new AbortController()
  readonly #recorder: OutcomeRecorder
  readonly #fanOut: FanOutLoop
  readonly #suspended: SuspendedQueues
  readonly #dependencies: RunnerDependencies
  readonly #stopListening: (() => void)[] = []
  #session: WorkerSession | undefined
  #reopening: Promise<void> = Promise.resolve()
  #timer: NodeJS.Timeout | undefined
  #looks = 0
  #isClaiming = false
  #isAskedToClaim = false
  #isAskedToAdopt = false
  #isSweeping = false
  #isStopping = false

  /** Use `startWebhookWorker`. */
  constructor(options: WebhookWorkerOptions) {
    this.#options = options
    // Each request listens.
    setMaxListeners(0, this.#cut.signal)
    const { database, subscribers, box, sender, filter, schedule, observer, logger } = options
    this.#recorder = new OutcomeRecorder({
      database,
      takeHealth: (key) => this.#runners.get(key)?.takeHealth(),
      onQueueWritten: (key, deliveries, hasPromoted) =>
        this.#queueWritten(key, deliveries, hasPromoted),
      onWritten: (outcome) => this.#written(outcome),
      onFailing: (queue) => void this.#disable(queue),
      onFailure: (error) => logger.error({ err: error }, 'webhook outcomes not written'),
    })
    this.#fanOut = new FanOutLoop({
      dependencies: { database, subscribers, filter },
      observer,
      logger,
      now: options.now,
      onDeliveries: (queues) => {
        for (const queue of queues) this.#runners.get(queueKey(queue))?.wake()
        this.#claim()
      },
    })
    this.#suspended = new SuspendedQueues({
      database,
      subscribers,
      onResumed: () => this.#claim(),
      onFailure: (error) => logger.error({ err: error }, 'webhook queues not resumed'),
    })
    this.#dependencies = {
      database,
      subscribers,
      box,
      sender,
      schedule,
      budget: this.#budget,
      recorder: this.#recorder,
      observer,
      logger,
      onSuspended: (queue, userId) => this.#suspended.add(queue, userId),
      now: options.now,
      random: options.random,
      signal: this.#cut.signal,
    }
  }

  async start(): Promise<void> {
    const { database } = this.#options
    await this.#openSession()
    this.#stopListening.push(
      this.#options.subscribers.onChange(() => {
        this.#suspended.look()
        for (const runner of this.#runners.values()) runner.accessChanged()
      }),
      await database.listen(CHANGES_CHANNEL, (payload) => this.#changed(payload)),
      await database.listen(DELIVERIES_CHANNEL, (payload) => this.#queued(payload)),
    )
    this.#timer = setInterval(() => void this.#look(), LOOK_EVERY_MS)
    await this.#look()
  }

  /** Begins nothing more, lets what is under way finish for some seconds, and frees its queues. */
  async stop(): Promise<void> {
    this.#isStopping = true
    clearInterval(this.#timer)
    for (const stop of this.#stopListening) stop()
    for (const runner of this.#runners.values()) runner.abandon()
    await Promise.all([this.#fanOut.stop(), this.#reopening])
    const forced = setTimeout(() => {
      this.#cut.abort()
      this.#recorder.giveUp()
    }, DRAIN_MS)
    while (this.#budget.used > 0) await new Promise((resolve) => setTimeout(resolve, 10))
    await this.#recorder.settled()
    clearTimeout(forced)
    await this.#session?.close()
  }

  async #openSession(): Promise<void> {
    const session = await openWorkerSession(this.#options.database, () => this.#lost())
    // Who asked has gone meanwhile, and would never close it.
    if (this.#isStopping) await session.close()
    else this.#session = session
  }

  /** Others own its queues now, or will. */
  #lost(): void {
    this.#options.logger.warn({}, 'webhook worker lost its session')
    this.#session = undefined
    for (const runner of this.#runners.values()) runner.abandon()
    this.#reopening = this.#reopen()
  }

  async #reopen(): Promise<void> {
    while (!this.#isStopping && this.#session === undefined) {
      try {
        await this.#openSession()
        await this.#look()
      } catch {
        await new Promise((resolve) => setTimeout(resolve, REOPEN_MS))
      }
    }
  }

  #changed(payload: string | undefined): void {
    const accountId = Number(payload)
    if (Number.isInteger(accountId) && accountId > 0) this.#fanOut.wake(accountId)
    else void this.#sweep()
  }

  #queued(payload: string | undefined): void {
    const queues = readQueues(payload)
    if (queues === undefined) for (const runner of this.#runners.values()) runner.wake()
    else for (const key of queues) this.#runners.get(key)?.wake()
    this.#claim()
  }

  /** While the database is away, a sweep takes seconds: one at a time. */
  async #look(): Promise<void> {
    if (this.#looks++ % SWEEP_EVERY_LOOKS === 0 && !this.#isSweeping) {
      this.#isSweeping = true
      await this.#sweep()
      this.#isSweeping = false
      this.#isAskedToAdopt = true
    }
    this.#budget.wakeWaiting()
    this.#claim()
  }

  async #sweep(): Promise<void> {
    const session = this.#session
    if (session === undefined || this.#isStopping) return
    const { database, logger } = this.#options
    try {
      const dead = await buryDeadWorkers(database, session.workerId)
      if (dead > 0) logger.warn({ dead }, 'queues of dead webhook workers freed')
      await this.#fanOut.sweep()
    } catch (error) {
      logger.error({ err: error }, 'webhook worker failed to look')
    }
  }

  #claim(): void {
    this.#isAskedToClaim = true
    if (!this.#isClaiming) void this.#claimAll()
  }

  async #claimAll(): Promise<void> {
    this.#isClaiming = true
    try {
      while (this.#isAskedToClaim && !this.#isStopping) {
        this.#isAskedToClaim = false
        await this.#claimSome()
      }
    } catch (error) {
      this.#options.logger.error({ err: error }, 'webhook queues not claimed')
    }
    this.#isClaiming = false
  }

  async #claimSome(): Promise<void> {
    const session = this.#session
    const room = Math.min(CLAIMED_AT_ONCE, QUEUES_MAX - this.#runners.size)
    if (session?.isAlive !== true || room <= 0) return
    const claimed = await claimQueues(this.#options.database, session.workerId, room)
    if (claimed.length === room) this.#isAskedToClaim = true
    // Lost meanwhile: they are somebody else's.
    if (this.#session !== session || this.#isStopping) return
    for (const queue of claimed) this.#run(queue, session)
    if (this.#isAskedToAdopt) await this.#adopt(session)
    if (claimed.length > 0) this.#options.observer.owns(this.#runners.size)
  }

  /**
   * Queues that are this worker's in the database and that nobody runs: the answer to their claim was lost, or giving
   * them back failed. No claim is under way here, and a runner that gives back is known until it has.
   */
  async #adopt(session: WorkerSession): Promise<void> {
    this.#isAskedToAdopt = false
    const owned = await findOwnedQueues(this.#options.database, session.workerId)
    if (this.#session !== session || this.#isStopping) return
    for (const queue of owned) if (!this.#runners.has(queueKey(queue))) this.#run(queue, session)
  }

  #run(queue: ClaimedQueue, session: WorkerSession): void {
    const key = queueKey(queue)
    const running = this.#runners.get(key)
    // Two would send the same: it lost the queue and has not noticed, or was adopted with one that was just given back.
    if (running?.isEnded === false) {
      running.wake()
      return
    }
    const open = this.#open.get(key) ?? new Set()
    this.#open.set(key, open)
    const runner = new QueueRunner(this.#dependencies, session, queue, open, (ended) =>
      this.#ended(ended),
    )
    this.#runners.set(key, runner)
    runner.wake()
  }

  #ended(runner: QueueRunner): void {
    if (this.#runners.get(runner.key) === runner) this.#runners.delete(runner.key)
    this.#options.observer.owns(this.#runners.size)
    this.#forget(runner.key)
    // Woken while it gave its queue back.
    if (runner.mayHaveMore) this.#claim()
  }

  #queueWritten(key: string, deliveries: readonly DueDelivery[], hasPromoted: boolean): void {
    const open = this.#open.get(key)
    for (const { id } of deliveries) open?.delete(id)
    this.#runners.get(key)?.written(hasPromoted)
    this.#forget(key)
  }

  #forget(key: string): void {
    if (!this.#runners.has(key) && this.#open.get(key)?.size === 0) this.#open.delete(key)
  }

  #written(outcome: Outcome): void {
    this.#options.observer.written(outcome)
    const { accountId, endpointId, attempt } = outcome
    if (attempt?.result === 'GONE') void this.#endGone({ accountId, endpointId }, attempt.url)
  }

  async #endGone(queue: QueueName, url: string): Promise<void> {
    const { database, logger, observer } = this.#options
    try {
      // Requests that were under way together all answer so.
      if (!(await endGoneEndpoint(database, queue, url))) return
      observer.endpointEnded(queue)
      announceChange(database, queue.accountId)
    } catch (error) {
      logger.error({ ...queue, err: error }, 'webhook endpoint not ended')
    }
  }

  async #disable(queue: QueueName): Promise<void> {
    const { database, logger, observer } = this.#options
    try {
      if (!(await disableFailingEndpoint(database, queue))) return
      observer.endpointDisabled(queue)
      announceChange(database, queue.accountId)
    } catch (error) {
      logger.error({ ...queue, err: error }, 'webhook endpoint not disabled')
    }
  }
}

const QUEUES = /^\[\[\d+, ?\d+\](?:, ?\[\d+, ?\d+\])*\]$/

/** Keys of queues; undefined: all may have changed. Anybody on the database can notify anything. */
function readQueues(payload: string | undefined): readonly string[] | undefined {
  if (payload === undefined || !QUEUES.test(payload)) return undefined
  // Proved by the pattern.
  const pairs = JSON.parse(payload) as readonly (readonly [number, number])[]
  return pairs.map(([accountId, endpointId]) => queueKey({ accountId, endpointId }))
}
