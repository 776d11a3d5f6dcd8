/**
 * Slows down whoever guesses passwords, without ever locking a user out.
 *
 * Per (key, user): ten failures are free; each later one closes the door for 1, 2, 4 … 60 s. A good
 * sign-in forgets them, and so do fifteen quiet minutes. Per address: 300 failures a minute.
 * Attempts at the same time count as failures until they are settled, so that a burst cannot pass
 * before the first answer; who has the right password only waits for the others. Counted in memory,
 * so each process counts for itself.
 */

import { createHash } from 'node:crypto'
import { HapiError } from '../errors/hapi-error.ts'
import { networkOf } from './address-network.ts'
import { BoundedMap } from './bounded-map.ts'

const FREE_FAILURES = 10
const DELAY_MAX_S = 60
/** Failures are forgotten after this long without another. */
const MEMORY_MS = 15 * 60_000
const ADDRESS_FAILURES_MAX = 300
const ADDRESS_WINDOW_MS = 60_000
/** About 20 MB when strangers fill it; the oldest subjects are forgotten first. */
const SUBJECTS_MAX = 50_000
/** Attempts of one subject that wait for others to be settled. */
const WAITING_MAX = 100

interface Subject {
  failures: number
  lastFailureAt: number
  blockedUntil: number
  running: number
  /** Called when a running attempt is settled. */
  readonly waiting: (() => void)[]
}

interface AddressWindow {
  startedAt: number
  failures: number
}

/** Whose attempt it is: names as the client sent them, whether or not they exist. */
export interface SignInSubject {
  readonly keyId: string
  readonly signInName: string
  readonly address: string
}

export class SignInThrottle {
  private readonly now: () => number
  private readonly subjects = new BoundedMap<string, Subject>(SUBJECTS_MAX)
  private readonly addresses = new BoundedMap<string, AddressWindow>(SUBJECTS_MAX)

  /** `now` is the clock, in milliseconds. */
  constructor(now: () => number) {
    this.now = now
  }

  /**
   * Runs an attempt, which gives `undefined` when it fails. Throws TOO_MANY_REQUESTS without running
   * it while the door is closed.
   */
  async run<T>(who: SignInSubject, attempt: () => Promise<T | undefined>): Promise<T | undefined> {
    const subject = this.subjectOf(who)
    await this.enter(subject, who.address)
    let result: T | undefined
    try {
      result = await attempt()
    } catch (error) {
      // Not decided (the server is busy): neither a failure nor a success.
      leave(subject)
      throw error
    }
    if (result === undefined) this.countFailure(subject, who.address)
    else subject.failures = 0
    leave(subject)
    return result
  }

  private async enter(subject: Subject, address: string): Promise<void> {
    for (;;) {
      this.checkAddress(address)
      this.checkSubject(subject)
      const isAlone = subject.running === 0
      if (isAlone || subject.failures + subject.running < FREE_FAILURES) break
      if (subject.waiting.length >= WAITING_MAX) throw tooMany(1)
      await new Promise<void>((resolve) => subject.waiting.push(resolve))
    }
    subject.running++
  }

  private checkSubject(subject: Subject): void {
    const now = this.now()
    if (now - subject.lastFailureAt > MEMORY_MS) subject.failures = 0
    if (subject.failures > 0 && now < subject.blockedUntil) {
      throw tooMany(Math.ceil((subject.blockedUntil - now) / 1_000))
    }
  }

  private checkAddress(address: string): void {
    const window = this.addresses.get(networkOf(address))
    if (window === undefined || window.failures < ADDRESS_FAILURES_MAX) return
    const remainingMs = window.startedAt + ADDRESS_WINDOW_MS - this.now()
    if (remainingMs > 0) throw tooMany(Math.ceil(remainingMs / 1_000))
  }

  private countFailure(subject: Subject, address: string): void {
    const now = this.now()
    subject.failures++
    subject.lastFailureAt = now
    const excess = subject.failures - FREE_FAILURES
    if (excess >= 0) subject.blockedUntil = now + Math.min(DELAY_MAX_S, 2 ** excess) * 1_000
    const window = this.addresses.get(networkOf(address))
    if (window === undefined || now - window.startedAt >= ADDRESS_WINDOW_MS) {
      this.addresses.set(networkOf(address), { startedAt: now, failures: 1 })
    } else window.failures++
  }

  private subjectOf(who: SignInSubject): Subject {
    // A digest, so that a long name takes no more memory than a short one.
    const name = createHash('sha256')
      .update(JSON.stringify([who.keyId, who.signInName]))
      .digest('base64url')
    const found = this.subjects.get(name)
    if (found !== undefined) return found
    const subject: Subject = {
      failures: 0,
      lastFailureAt: 0,
      blockedUntil: 0,
      running: 0,
      waiting: [],
    }
    this.subjects.set(name, subject)
    return subject
  }
}

/** One attempt is settled: all who waited for it look again. */
function leave(subject: Subject): void {
  subject.running--
  for (const wake of subject.waiting.splice(0)) wake()
}

function tooMany(seconds: number): HapiError {
  return new HapiError(
    'TOO_MANY_REQUESTS',
    { seconds },
    { headers: { 'Retry-After': String(seconds) } },
  )
}
