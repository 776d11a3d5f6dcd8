/** "Today": the calendar date of an instant in America/Toronto. */

import type { IsoDate } from './dates.ts'

const toronto = new Intl.DateTimeFormat('en', {
  timeZone: 'America/Toronto',
  calendar: 'gregory',
  numberingSystem: 'latn',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
})

const HOUR_MS = 3_600_000
/** Before this, Toronto's offset was no whole number of hours. */
const WHOLE_HOURS_SINCE = Date.UTC(1900, 0, 1)

/** The last answer: every request asks, and most ask within the same hour (measured: 3 % of a point read). */
let last: { readonly hour: number; readonly date: IsoDate } | undefined

/** The business date T of an instant. */
export function businessDateOf(instant: Date): IsoDate {
  // Midnight in Toronto is a full hour in UTC, so a date holds for all of an hour.
  const hour = Math.floor(instant.getTime() / HOUR_MS)
  if (instant.getTime() < WHOLE_HOURS_SINCE) return formatDate(instant)
  if (last?.hour !== hour) last = { hour, date: formatDate(instant) }
  return last.date
}

function formatDate(instant: Date): IsoDate {
  // By parts: how a locale arranges them has changed from one version of its data to the next.
  const parts = new Map(toronto.formatToParts(instant).map(({ type, value }) => [type, value]))
  return `${parts.get('year')?.padStart(4, '0')}-${parts.get('month')}-${parts.get('day')}`
}
