import type { Change } from '../command/change.ts'
import { dateOf, requiredDate } from '../command/row.ts'

/**
 * Whether a row with `StartDate` and `HeldThroughDate` covers days that it did not cover before. What such a
 * row refers to may have been withdrawn since; that forbids more days, not to give back the rest of them.
 */
export function coversNewDays({ before, after }: Change): boolean {
  if (before === undefined) return true
  if (requiredDate(after, 'StartDate') < requiredDate(before, 'StartDate')) return true
  const [former, last] = [dateOf(before, 'HeldThroughDate'), dateOf(after, 'HeldThroughDate')]
  return former !== null && (last === null || last > former)
}
