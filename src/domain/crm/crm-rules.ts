/** The rules of prospects, visits and applications, by entity type. */

import type { Rule } from '../command/rule.ts'
import { rentalApplication } from './rental-application.ts'
import { visit } from './visit.ts'

export const crmRules: Readonly<Record<string, readonly Rule[]>> = {
  RentalApplication: [rentalApplication],
  Visit: [visit],
}
