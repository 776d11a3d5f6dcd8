/** The rules of prospects, visits and applications, by entity type. */

import type { Rule } from '../command/rule.ts'
import { goneOn } from '../command/transitions.ts'
import { applicationLife, rentalApplication } from './rental-application.ts'
import { visit, visitLife } from './visit.ts'

export const crmRules: Readonly<Record<string, readonly Rule[]>> = {
  RentalApplication: [rentalApplication, goneOn('RentalApplication', 'R-100', applicationLife)],
  Visit: [visit, goneOn('Visit', 'R-101', visitLife)],
}
