/** Who lives in a generated unit: its situation, leases and tenants (recipe §7). */

import { addDays, addMonths, type IsoDate } from '../domain/leasing/dates.ts'
import { demoBusinessDate } from './demo-row.ts'
import type { GenerationContext } from './id-sequences.ts'
import type { DemoLease, DemoTenant, Departure } from './lease-rows.ts'
import type { DemoUnit, Unavailability } from './property-rows.ts'
import { Random } from './random.ts'
import { drawNames } from './tenant-names.ts'

export interface Tenancy {
  readonly lease: DemoLease
  readonly wantsParking: boolean
  readonly wantsStorage: boolean
  readonly hasAgreement: boolean
}

export interface Occupancy {
  readonly tenancies: readonly Tenancy[]
  readonly isRentable: boolean
  readonly unavailability: Unavailability | null
}

const vacant: Occupancy = { tenancies: [], isRentable: true, unavailability: null }
/** Administrative, or let by its co-owner: not the manager's to rent. */
export const notRentable: Occupancy = { ...vacant, isRentable: false }

/** Draws the situation of a unit from the unit's own generator. */
export function drawOccupancy(
  unit: DemoUnit,
  random: Random,
  context: GenerationContext,
): Occupancy {
  const draw = random.below(1000)
  if (draw < 940) return { ...vacant, tenancies: drawTenancies(unit, context) }
  if (draw < 960) return vacant
  if (draw < 975) return unavailable('2026-05-26', '2026-07-25', context)
  if (draw < 985) return unavailable('2026-02-01', '2026-03-31', context)
  if (draw < 990) return notRentable
  return { ...vacant, tenancies: [newTenancy(unit, '2026-07-01', context)] }
}

function unavailable(startDate: IsoDate, endDate: IsoDate, { ids }: GenerationContext): Occupancy {
  const id = ids.nextId('UnavailableUnit')
  const description = 'Rénovation complète'
  return { ...vacant, unavailability: { id, startDate, endDate, reason: 'R', description } }
}

/** The lease that holds the business date and, sometimes, the one that follows it. */
function drawTenancies(unit: DemoUnit, context: GenerationContext): Tenancy[] {
  const id = context.ids.nextId('Lease')
  const random = Random.of('Lease', id, context.salt)
  const term = drawTerm(unit, random)
  const departure = drawDeparture(term, random)
  const current = tenancy({ id, unit, departure, ...term }, context)
  if (departure === null || !random.chance(600)) return [current]
  return [current, newTenancy(unit, addDays(departure.date, 1), context)]
}

interface Term {
  readonly startDate: IsoDate
  readonly endDate: IsoDate | null
  readonly termStartDate: IsoDate
  readonly isRenewable: boolean
  readonly renewalCount: number
  readonly rent: number
}

function drawTerm(unit: DemoUnit, random: Random): Term {
  const month = random.chance(750) ? 7 : 1 + random.below(12)
  const year = 2018 + random.below(8)
  const isIndeterminate = random.chance(20)
  const isRenewable = !random.chance(40)
  const startDate = `${year}-${String(month).padStart(2, '0')}-01`
  const rent = rentAfter(unit.askingRent, completed(startDate, 12))
  if (isIndeterminate) {
    const open = { startDate, termStartDate: startDate, endDate: null }
    return { ...open, isRenewable: true, renewalCount: 0, rent }
  }
  const months = termLength(unit)
  const renewalCount = completed(startDate, months)
  const termStartDate = addMonths(startDate, renewalCount * months)
  const endDate = addDays(addMonths(termStartDate, months), -1)
  return { startDate, endDate, termStartDate, isRenewable, renewalCount, rent }
}

/** Asking rent less 2 % per completed year, rounded down to 5 dollars. */
function rentAfter(askingRent: number, years: number): number {
  return Math.floor((askingRent * (100 - 2 * years)) / 50_000) * 500
}

/** Whole terms of `months` completed on the business date. */
function completed(startDate: IsoDate, months: number): number {
  let count = 0
  while (addMonths(startDate, (count + 1) * months) <= demoBusinessDate) count += 1
  return count
}

function termLength(unit: DemoUnit): number {
  return unit.building.division.buildingType === 'COM' ? 60 : 12
}

function drawDeparture({ endDate, isRenewable }: Term, random: Random): Departure | null {
  if (!isRenewable || endDate === null || endDate > '2026-09-30') return null
  if (!random.chance(90)) return null
  const noticeDate = addMonths(endDate, -4)
  return { date: endDate, reason: 'F', noticeDate, enteredOn: noticeDate }
}

/** A first term at the asking rent. */
function newTenancy(unit: DemoUnit, startDate: IsoDate, context: GenerationContext): Tenancy {
  const id = context.ids.nextId('Lease')
  const endDate = addDays(addMonths(startDate, termLength(unit)), -1)
  const term = { startDate, endDate, termStartDate: startDate, isRenewable: true, renewalCount: 0 }
  return tenancy({ id, unit, departure: null, ...term, rent: unit.askingRent }, context)
}

interface NewLease extends Term {
  readonly id: number
  readonly unit: DemoUnit
  readonly departure: Departure | null
}

function tenancy({ departure, ...lease }: NewLease, context: GenerationContext): Tenancy {
  const { division, place } = lease.unit.building
  const id = context.ids.nextId('Tenant')
  const random = Random.of('Tenant', id, context.salt)
  const { lastName, firstName } = drawNames(random)
  const isCommercial = division.tenantType === 'C'
  const tenant: DemoTenant = {
    id,
    division,
    tenantType: division.tenantType,
    no: context.ids.nextTenantNo(division.id, division.tenantType),
    lastName: isCommercial ? `Entreprises ${lastName} inc.` : lastName,
    firstName: isCommercial ? null : firstName,
    phone: `${place.areaCode}-555-01${String(random.below(100)).padStart(2, '0')}`,
    departure,
  }
  const wantsParking = random.chance(650)
  const wantsStorage = random.chance(400)
  const hasAgreement = random.chance(550)
  return { lease: { ...lease, tenant }, wantsParking, wantsStorage, hasAgreement }
}
