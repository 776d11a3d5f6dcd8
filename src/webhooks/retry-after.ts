/** The `Retry-After` header (RFC 9110 §10.2.3). */

import { RETRY_AFTER_MAX_MS } from './retry-schedule.ts'

/** RFC 9110 §5.6.7: the format that is written today, and two that must still be read. */
const HTTP_DATES = [
  /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/,
  /^[A-Z][a-z]+day, \d{2}-[A-Z][a-z]{2}-\d{2} \d{2}:\d{2}:\d{2} GMT$/,
  /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2} \d{4}$/,
]

/**
 * Milliseconds to wait, from 0 to an hour; `undefined` when the header is absent or says neither
 * seconds nor a date. `now` is in milliseconds since 1970.
 */
export function readRetryAfter(header: string | undefined, now: number): number | undefined {
  const text = header?.trim() ?? ''
  const waitMs = /^\d+$/.test(text) ? Number(text) * 1_000 : dateOf(text) - now
  return Number.isNaN(waitMs) ? undefined : Math.min(Math.max(waitMs, 0), RETRY_AFTER_MAX_MS)
}

/** Milliseconds since 1970, or NaN. */
function dateOf(text: string): number {
  if (!HTTP_DATES.some((format) => format.test(text))) return Number.NaN
  // The last format names no zone; all are in GMT.
  return Date.parse(text.endsWith('GMT') ? text : `${text} GMT`)
}
