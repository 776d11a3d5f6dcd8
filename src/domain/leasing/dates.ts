/**
 * Arithmetic of dates without a time zone: a date is the text `2026-07-01`, so that text order
 * is date order. Years 0001 to 9999.
 */

/** A calendar date, `YYYY-MM-DD`. */
export type IsoDate = string

const dayMs = 86_400_000
const isoDate = /^\d{4}-\d{2}-\d{2}$/

/** Whether the text is a date that exists, in the one spelling that the product accepts. */
export function isIsoDate(text: string): boolean {
  if (!isoDate.test(text) || text.startsWith('0000')) return false
  const instant = Date.parse(`${text}T00:00:00Z`)
  // `2026-02-30` is moved to March by some engines and refused by others: compare what came back.
  return !Number.isNaN(instant) && new Date(instant).toISOString().slice(0, 10) === text
}

/** The date `days` later, or earlier when negative. */
export function addDays(date: IsoDate, days: number): IsoDate {
  return textOf(Date.parse(date) + days * dayMs)
}

/**
 * `addMonths` of the rules: the same day of the target month or, when it does not exist, that month's
 * last day.
 */
export function addMonths(date: IsoDate, months: number): IsoDate {
  const index = Number(date.slice(0, 4)) * 12 + Number(date.slice(5, 7)) - 1 + months
  const year = Math.floor(index / 12)
  const month = index - year * 12
  const lastDay = new Date(Date.UTC(year, month + 1, 0)).getUTCDate()
  return textOf(Date.UTC(year, month, Math.min(Number(date.slice(8)), lastDay)))
}

/** Days from `start` to `end`: 0 when they are the same day. */
export function daysBetween(start: IsoDate, end: IsoDate): number {
  return Math.round((Date.parse(end) - Date.parse(start)) / dayMs)
}

/** The earlier of two dates; null stands for no known end. */
export function earliest(a: IsoDate | null, b: IsoDate | null): IsoDate | null {
  if (a === null) return b
  return b === null || a < b ? a : b
}

function textOf(instant: number): IsoDate {
  return new Date(instant).toISOString().slice(0, 10)
}
