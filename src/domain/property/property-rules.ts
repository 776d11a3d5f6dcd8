/** The rules of master data: companies, buildings, units and spaces, by entity type. */

import type { Rule } from '../command/rule.ts'
import { buildingAvailability, countedIn, ownershipShares } from './building-rules.ts'
import {
  companyName,
  companyNameCopies,
  fiscalYearEnd,
  minimumRentalDays,
} from './division-rules.ts'
import { systemCodes } from './lookup-code-rules.ts'
import { spaceStates } from './space-rules.ts'
import { numberOfRooms, roomWindows, unitStates } from './unit-rules.ts'

export const propertyRules: Readonly<Record<string, readonly Rule[]>> = {
  Company: [fiscalYearEnd, companyNameCopies],
  LedgerDivision: [companyName, minimumRentalDays],
  Building: [buildingAvailability],
  BuildingOwner: [ownershipShares],
  Unit: [numberOfRooms, unitStates, roomWindows, countedIn('NumberOfUnits', 'Unit')],
  Parking: [spaceStates('Parking'), countedIn('NumberOfParkings', 'Parking')],
  Storage: [spaceStates('Storage'), countedIn('NumberOfStorages', 'Storage')],
  LookupCode: [systemCodes],
}
