/** Dates as people and spreadsheets write them: `2026-07-01`, `01/07/2026`, `2026-07-01 14:30`. */

import { HapiError } from '../../../errors/hapi-error.ts'
import { localTimeOf } from '../../leasing/local-time.ts'

/** In which order numbers stand in `01/07/2026`; undefined where it is not said. */
export type DateOrder = 'day-month-year' | 'month-day-year'

const YEAR_FIRST = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$/
const YEAR_LAST = /^(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})$/
const MIDNIGHT = /[T ]0?0:00(?::00(?:\.0+)?)?$/

/** The text itself when it is no date. Throws IMPORT_VALUE_UNCLEAR. */
export function readDate(text: string, order: DateOrder | undefined): string {
  // Spreadsheets show a day without a time as its midnight.
  const day = text.replace(MIDNIGHT, '')
  const [, year, month, date] = YEAR_FIRST.exec(day) ?? []
  if (year !== undefined) return isoDate(year, month, date)
  const [, first = '', second = '', last] = YEAR_LAST.exec(day) ?? []
  if (last === undefined) return text
  const dayFirst = isoDate(last, second, first)
  const monthFirst = isoDate(last, first, second)
  if (order !== undefined) return order === 'day-month-year' ? dayFirst : monthFirst
  if (Number(second) > 12) return monthFirst
  if (Number(first) > 12 || dayFirst === monthFirst) return dayFirst
  const reason = {
    fr: `écrivez ${dayFirst} ou ${monthFirst}`,
    en: `write ${dayFirst} or ${monthFirst}`,
  }
  throw new HapiError('IMPORT_VALUE_UNCLEAR', { value: text, reason })
}

function isoDate(year: string, month = '', day = ''): string {
  return `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`
}

const LOCAL = /^(.+?)[T ](\d{1,2})(?::|\s?h\s?)(\d{2})(?::(\d{2})(?:\.0+)?)?$/

/**
 * An instant as the API writes it, or the time that the clocks show in Toronto. The text itself when it is neither; in
 * the hour that comes twice in autumn, the first one. Throws IMPORT_VALUE_UNCLEAR.
 */
export function readInstant(text: string, order: DateOrder | undefined): string {
  const [, day, hours = '', minutes = '', seconds = '00'] = LOCAL.exec(text) ?? []
  const date = day === undefined ? readDate(text, order) : readDate(day, order)
  if (!/^\d{4}-\d{2}-\d{2}$/.test(date)) return text
  const time = day === undefined ? '00:00' : `${hours.padStart(2, '0')}:${minutes}`
  for (const offset of TORONTO_OFFSETS) {
    const instant = new Date(`${date}T${time}:${day === undefined ? '00' : seconds}${offset}`)
    if (Number.isNaN(instant.getTime())) return text
    const iso = instant.toISOString()
    if (localTimeOf(iso).text === `${date} ${time}`) return iso
  }
  return text
}

/** Summer comes first. */
const TORONTO_OFFSETS = ['-04:00', '-05:00']
