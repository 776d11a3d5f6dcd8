/**
 * Keeps the access state of this process as the database has it.
 *
 * Each change notifies; the poll of the version every 5 s is the net under lost notifications. One
 * look at a time: what happens during one asks for another. Database gone: the last state serves
 * for 10 s after it was last known to be right, then nothing does, for a revocation may have been
 * missed; the poll goes on and ends the refusal by itself.
 */

import type { Database } from '../db/database.ts'
import { HapiError } from '../errors/hapi-error.ts'
import {
  type AccessRules,
  type AccessState,
  readAccessState,
  readAccessVersion,
} from './access-state.ts'

const CHANNEL = 'hapi_access'
const POLL_MS = 5_000
/** Between looks while they fail. */
const RETRY_MS = 1_000
const TRUSTED_MS = 10_000

export interface AccessWatchOptions {
  readonly database: Database
  readonly rules: AccessRules
  /** The clock, in milliseconds. */
  readonly now: () => number
}

/** Reads the state and begins to follow it. Throws UNAVAILABLE. */
export async function openAccessWatch(options: AccessWatchOptions): Promise<AccessWatch> {
  const knownAt = options.now()
  const state = await readAccessState(options.database, options.rules)
  const watch = new AccessWatch(options, state, knownAt)
  await watch.start()
  return watch
}

export class AccessWatch {
  private readonly options: AccessWatchOptions
  private state: AccessState
  /** When the look began that last found the state right. */
  private knownAt: number
  private timer: NodeJS.Timeout | undefined
  private stopListening: (() => void) | undefined
  private isLooking = false
  private isAskedAgain = false
  private isClosed = false
  private looking: Promise<void> = Promise.resolve()
  private readonly listeners = new Set<() => void>()

  /** Use `openAccessWatch`. */
  constructor(options: AccessWatchOptions, state: AccessState, knownAt: number) {
    this.options = options
    this.state = state
    this.knownAt = knownAt
  }

  async start(): Promise<void> {
    this.stopListening = await this.options.database.listen(CHANNEL, () => this.look())
    // Between the reading and the subscription, something may have changed.
    this.look()
    await this.looking
  }

  /** The state, no older than 10 s. Throws UNAVAILABLE. */
  get current(): AccessState {
    if (this.options.now() - this.knownAt <= TRUSTED_MS) return this.state
    throw new HapiError('UNAVAILABLE', {}, { headers: { 'Retry-After': '2' } })
  }

  async close(): Promise<void> {
    this.isClosed = true
    this.stopListening?.()
    clearTimeout(this.timer)
    await this.looking
  }

  /** Waits until what is committed now is known. Never rejects: what is unknown is decided by age. */
  async catchUp(): Promise<void> {
    this.look()
    await this.looking
  }

  /** Calls `listener` after each change that this process has learned of; gives a function that ends it. */
  onChange(listener: () => void): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  private look(): void {
    if (this.isLooking) {
      this.isAskedAgain = true
      return
    }
    if (this.isClosed) return
    clearTimeout(this.timer)
    this.isLooking = true
    this.looking = this.refresh()
  }

  /** Never rejects: a failed look is followed by the next. */
  private async refresh(): Promise<void> {
    let delayMs = POLL_MS
    try {
      do {
        this.isAskedAgain = false
        const startedAt = this.options.now()
        await this.readIfChanged()
        this.knownAt = startedAt
      } while (this.isAskedAgain && !this.isClosed)
    } catch {
      // What the failure means for requests is decided by age, in `current`.
      delayMs = RETRY_MS
    }
    this.isLooking = false
    if (this.isClosed) return
    this.timer = setTimeout(() => this.look(), delayMs)
    this.timer.unref()
  }

  private async readIfChanged(): Promise<void> {
    const { database, rules } = this.options
    if ((await readAccessVersion(database)) === this.state.version) return
    this.state = await readAccessState(database, rules)
    for (const listener of this.listeners) listener()
  }
}
