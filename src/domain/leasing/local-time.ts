/** What the clock on the wall shows in Toronto, summer and winter. */

import type { IsoDate } from './dates.ts'

export interface LocalTime {
  readonly date: IsoDate
  /** Since midnight, as clocks show them: 870 at 14:30, also on the days when an hour is skipped or repeated. */
  readonly minutes: number
  /** `2026-06-17 14:30`. */
  readonly text: string
}

/** By parts: how a locale joins them may change. */
const toronto = new Intl.DateTimeFormat('en', {
  timeZone: 'America/Toronto',
  calendar: 'gregory',
  numberingSystem: 'latn',
  hourCycle: 'h23',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
})

/** Of an instant such as `2026-06-17T18:30:00.000Z`; parts of a minute count. */
export function localTimeOf(instant: string): LocalTime {
  const moment = new Date(instant)
  const parts = new Map(toronto.formatToParts(moment).map(({ type, value }) => [type, value]))
  const part = (type: Intl.DateTimeFormatPartTypes): string => parts.get(type) ?? ''
  const [hours, minutes, seconds] = [part('hour'), part('minute'), part('second')]
  const date = `${part('year').padStart(4, '0')}-${part('month')}-${part('day')}`
  const fraction = Number(seconds) * 1_000 + moment.getUTCMilliseconds()
  return {
    date,
    minutes: Number(hours) * 60 + Number(minutes) + fraction / 60_000,
    text: `${date} ${hours}:${minutes}`,
  }
}
