/** When a delivery that failed is tried again. */

/** Milliseconds before the second attempt, the third, and so on; none means one attempt only. */
export type RetrySchedule = readonly number[]

/** Milliseconds; a receiver that asks for more is tried earlier. */
export const RETRY_AFTER_MAX_MS = 3_600_000

/** What failed together is not to come back together: each delay is stretched or shortened by this. */
const JITTER = 0.2

const DELAYS_MAX = 30
/** Seconds: 30 days, as long as events are kept by default. */
const DELAY_MAX_S = 2_592_000

/** What the attempts so far are known by. */
export interface FailedAttempts {
  /** How many have failed, from 1. */
  readonly count: number
  /** What the last answer asked for by `Retry-After`. */
  readonly retryAfterMs?: number | undefined
}

/**
 * Milliseconds from the end of the failed attempt to the next; `undefined` when there is none.
 * `random` gives a number in [0, 1).
 */
export function nextDelayMs(
  failed: FailedAttempts,
  schedule: RetrySchedule,
  random: () => number,
): number | undefined {
  const delay = schedule[failed.count - 1]
  if (delay === undefined) return undefined
  const jittered = Math.round(delay * (1 - JITTER + 2 * JITTER * random()))
  return Math.max(jittered, Math.min(failed.retryAfterMs ?? 0, RETRY_AFTER_MAX_MS))
}

/**
 * Reads seconds separated by commas; `off` and nothing mean one attempt only. A 0 at the head is
 * the first attempt, at once, as the Standard Webhooks table begins. `undefined` for anything else.
 */
export function readRetrySchedule(text: string): RetrySchedule | undefined {
  if (/^(?:off)?$/i.test(text.trim())) return []
  const delays = text.split(',').map((delay) => readSeconds(delay.trim()))
  if (!delays.every((delay) => delay !== undefined)) return undefined
  const waited = delays[0] === 0 ? delays.slice(1) : delays
  return waited.length > DELAYS_MAX ? undefined : waited.map((delay) => Math.round(delay * 1_000))
}

function readSeconds(text: string): number | undefined {
  const seconds = /^\d{1,7}(?:\.\d{1,3})?$/.test(text) ? Number(text) : Number.NaN
  return seconds <= DELAY_MAX_S ? seconds : undefined
}
