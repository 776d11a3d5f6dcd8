/**
 * The rents of a lease and which increases of them the law lets a lease hold (R-036, R-037; C.c.Q. 1906), as
 * pure functions over its initial rent and its price changes.
 */

import type { Decimal } from 'decimal.js'
import { addDays, addMonths, type IsoDate } from './dates.ts'

/** A price change that is not cancelled. */
export interface RentChange {
  readonly id: number
  readonly effectiveDate: IsoDate
  readonly newAmount: Decimal
  /** Clause of the lease, renewal, tribunal, agreement, correction. */
  readonly changeType: string
  /** A planned change may still be refused; an activated one has happened. */
  readonly isPlanned: boolean
}

export interface RentSchedule {
  readonly initialRent: Decimal
  /** In any order. */
  readonly changes: readonly RentChange[]
}

/** The rent on a date. */
function rentOn({ initialRent, changes }: RentSchedule, date: IsoDate): Decimal {
  let latest: RentChange | undefined
  for (const change of changes) {
    if (change.effectiveDate > date) continue
    if (latest === undefined || change.effectiveDate > latest.effectiveDate) latest = change
  }
  return latest?.newAmount ?? initialRent
}

/** The current term of a residential fixed-term lease. */
export interface FixedTerm {
  readonly termStartDate: IsoDate
  readonly endDate: IsoDate
}

export type IncreaseRefusal = { readonly change: RentChange } & (
  | { readonly code: 'RENT_INCREASE_NOT_ALLOWED' }
  | { readonly code: 'RENT_ADJUSTMENT_FORBIDDEN' }
  | { readonly code: 'RENT_ADJUSTMENT_TOO_EARLY'; readonly date: IsoDate }
  | {
      readonly code: 'RENT_ADJUSTMENT_TOO_FREQUENT'
      readonly start: IsoDate
      readonly end: IsoDate
    }
)

/**
 * What the planned changes of a schedule may not do during the term of a residential fixed-term lease, in the
 * order of their dates. Renewals (R) and decisions of the tribunal (T) have rules of their own.
 */
export function refusedIncreases(
  term: FixedTerm,
  schedule: RentSchedule,
): readonly IncreaseRefusal[] {
  const increases = schedule.changes
    .filter((change) => isIncrease(change, schedule))
    .sort((a, b) => (a.effectiveDate < b.effectiveDate ? -1 : 1))
  return increases.flatMap((change): readonly IncreaseRefusal[] => {
    if (!change.isPlanned || ['R', 'T'].includes(change.changeType)) return []
    const refusal = refusalOf(change, increases, term)
    return refusal === undefined ? [] : [refusal]
  })
}

function isIncrease(change: RentChange, schedule: RentSchedule): boolean {
  return change.newAmount.greaterThan(rentOn(schedule, addDays(change.effectiveDate, -1)))
}

function refusalOf(
  change: RentChange,
  increases: readonly RentChange[],
  { termStartDate, endDate }: FixedTerm,
): IncreaseRefusal | undefined {
  if (change.changeType !== 'C') return { change, code: 'RENT_INCREASE_NOT_ALLOWED' }
  const anniversary = addMonths(termStartDate, 12)
  if (endDate < anniversary) return { change, code: 'RENT_ADJUSTMENT_FORBIDDEN' }
  if (change.effectiveDate < anniversary)
    return { change, code: 'RENT_ADJUSTMENT_TOO_EARLY', date: anniversary }
  const { start, end } = yearOfTerm(termStartDate, change.effectiveDate)
  const others = increases.filter(
    ({ id, effectiveDate }) => id !== change.id && effectiveDate >= start && effectiveDate <= end,
  )
  return others.length === 0
    ? undefined
    : { change, code: 'RENT_ADJUSTMENT_TOO_FREQUENT', start, end }
}

/** The 12 months, counted from the first day of the term, that contain a date of it. */
function yearOfTerm(
  termStartDate: IsoDate,
  date: IsoDate,
): { readonly start: IsoDate; readonly end: IsoDate } {
  // A leap day has its anniversaries on the 28th: each year is counted from the first day, not from the last.
  let years = Number(date.slice(0, 4)) - Number(termStartDate.slice(0, 4))
  if (addMonths(termStartDate, 12 * years) > date) years -= 1
  return {
    start: addMonths(termStartDate, 12 * years),
    end: addDays(addMonths(termStartDate, 12 * (years + 1)), -1),
  }
}
