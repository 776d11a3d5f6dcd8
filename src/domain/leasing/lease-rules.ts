/** The rules of leases, in the order in which they run: fields first, then what they are checked against. */

import type { ActionRule, Rule } from '../command/rule.ts'
import { leaseAssignment } from './lease-assignment.ts'
import { leaseCancellation } from './lease-cancellation.ts'
import { leaseConditions } from './lease-conditions.ts'
import { leaseConsistency } from './lease-consistency.ts'
import { tenantHoldsOnce, unitHeldOnce } from './lease-overlap.ts'
import { newLesseeNotice, noticeLeftEmpty } from './new-lessee-notice.ts'
import { firstRent } from './rent-history.ts'
import { rolledTerms } from './rolled-terms.ts'
import { sectionF } from './section-f.ts'

export const leaseRules: readonly Rule[] = [
  leaseConsistency,
  unitHeldOnce,
  tenantHoldsOnce,
  leaseConditions,
  sectionF,
  newLesseeNotice,
  noticeLeftEmpty,
  leaseAssignment,
  rolledTerms,
  firstRent,
]

export const leaseActions: readonly ActionRule[] = [leaseCancellation]
