/** Owners of the condominium units of division 1-2: one per unit (recipe §7, §9). */

import { type DemoRow, decimalText, demoRow } from './demo-row.ts'
import type { GenerationContext } from './id-sequences.ts'
import type { DemoBuilding } from './property-rows.ts'
import { Random } from './random.ts'
import { drawNames } from './tenant-names.ts'

export function ownerRow(building: DemoBuilding, context: GenerationContext): DemoRow {
  const id = context.ids.nextId('Owner')
  const { lastName, firstName } = drawNames(Random.of('Owner', id, context.salt))
  const { company } = building.division
  return demoRow('Owner', {
    Id: id,
    OwnerCode: `C${id}`,
    CompanyNo: company.no,
    CompanyId: company.id,
    LastName: lastName,
    FirstName: firstName,
    CivicNoAndStreet: building.street,
    City: building.place.name,
  })
}

const hundredPercent = 1_000_000 // in ten-thousandths of a percent

/** Equal shares; the first unit has what the division leaves, so that they add up to 100. */
export function ownerShare(index: number, unitCount: number): string {
  const share = Math.floor(hundredPercent / unitCount)
  return decimalText(index === 0 ? hundredPercent - share * (unitCount - 1) : share, 4)
}
