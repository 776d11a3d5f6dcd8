/** Dates that follow each other: in every row that has both, the second is not before the first. */

import type { EntityType } from '../../model/entity-type.ts'
import type { Change } from './change.ts'
import { textOf } from './row.ts'
import type { Violations } from './violations.ts'

const orderedDates: readonly (readonly [first: string, second: string])[] = [
  ['StartDate', 'EndDate'],
  ['DesiredStartDate', 'DesiredEndDate'],
  ['ManagementStartDate', 'ManagementEndDate'],
  ['IssuedDate', 'ReturnedDate'],
  ['ScheduledStart', 'ScheduledEnd'],
  // the copy of a lease is delivered after its signature.
  ['SignedDate', 'CopyDeliveredDate'],
  ['NoticeDate', 'NoticeReceivedDate'],
  ['NoticeReceivedDate', 'ResponseDate'],
  ['ResponseDate', 'TalApplicationDate'],
  ['TalApplicationDate', 'TalDecisionDate'],
]

/** Whether rows of the type have two such dates. */
export function ordersDates({ properties }: EntityType): boolean {
  const names = new Set(properties.map(({ name }) => name))
  return orderedDates.some(([first, second]) => names.has(first) && names.has(second))
}

export function checkDateOrder(type: EntityType, change: Change, violations: Violations): void {
  const names = new Set(type.properties.map(({ name }) => name))
  for (const [other, field] of orderedDates) {
    if (!names.has(other) || !names.has(field) || !change.changes(other, field)) continue
    if (violations.concerns(other) || violations.concerns(field)) continue
    const [first, second] = [textOf(change.after, other), textOf(change.after, field)]
    if (first !== null && second !== null && second < first)
      violations.add('DATE_ORDER', { field, other }, { target: field })
  }
}
