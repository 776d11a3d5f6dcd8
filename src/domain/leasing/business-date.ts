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

/** The business date T of an instant. */
export function businessDateOf(instant: Date): IsoDate {
  // By parts: how a locale arranges them has changed from one version of its data to the next.
  const parts = new Map(toronto.formatToParts(instant).map(({ type, value }) => [type, value]))
  return `${parts.get('year')?.padStart(4, '0')}-${parts.get('month')}-${parts.get('day')}`
}
