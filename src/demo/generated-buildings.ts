/**
 * The generated buildings and their units (recipe §7), one building at a time, so that any scale
 * streams in flat memory. Draws follow the order of the recipe's text.
 */

import { addDays } from '../domain/leasing/dates.ts'
import { ownerRow, ownerShare } from './co-owners.ts'
import { type DemoRow, decimalText } from './demo-row.ts'
import { type DemoDivision, divisions } from './divisions.ts'
import { drawOccupancy, notRentable, type Tenancy } from './generated-leases.ts'
import { generatedServiceCallRows } from './generated-service-calls.ts'
import { parkingRows, spaceCounts, storageRows } from './generated-spaces.ts'
import type { GenerationContext } from './id-sequences.ts'
import { agreementRow, leaseRow, tenantRow } from './lease-rows.ts'
import { generatedMessageRows } from './message-rows.ts'
import {
  type Municipality,
  municipalities,
  postalLetters,
  streets,
  withoutAccents,
} from './places.ts'
import {
  buildingCharacteristicRow,
  buildingOwnerRow,
  buildingRow,
  type DemoBuilding,
  type DemoUnit,
  unavailableUnitRow,
  unitCharacteristicRow,
  unitRow,
} from './property-rows.ts'
import { Random } from './random.ts'

/** A building with all that stands and lives in it. */
export interface GeneratedBuilding {
  readonly building: DemoBuilding
  readonly rows: Iterable<DemoRow>
}

/** `scale` × 20 buildings, by division. */
export function* generatedBuildings(
  scale: number,
  context: GenerationContext,
): Iterable<GeneratedBuilding> {
  let rank = 0
  for (const division of divisions) {
    for (let index = 0; index < division.buildings * scale; index += 1) {
      rank += 1
      yield generateBuilding(division, rank, context)
    }
  }
}

function generateBuilding(
  division: DemoDivision,
  rank: number,
  context: GenerationContext,
): GeneratedBuilding {
  const id = context.ids.nextId('Building')
  const random = Random.of('Building', id, context.salt)
  const place = random.pick(municipalities)
  const street = random.pick(streets)
  const civicNo = 10 + random.below(4900)
  const constructionYear = 1955 + random.below(68)
  const unitCount = division.buildingType === 'COM' ? 4 + random.below(8) : 8 + random.below(25)
  const building: DemoBuilding = {
    id,
    division,
    code: buildingCode(street, rank),
    name: `Les ${street} ${rank}`,
    street: `${civicNo} rue des ${street}`,
    place,
  }
  const row = buildingRow(
    building,
    { units: unitCount, ...spaceCounts(unitCount) },
    {
      ConstructionYear: constructionYear,
      NumberOfFloors: Math.ceil(unitCount / doorsPerFloor),
      HasElevator: hasElevator(unitCount),
      PostalCode: drawPostalCode(place, random),
      OfficePhone: `${place.areaCode}-555-01${String(random.below(100)).padStart(2, '0')}`,
      Latitude: decimalText(place.latitude + drawOffset(random), 6),
      Longitude: decimalText(place.longitude + drawOffset(random), 6),
    },
  )
  return { building, rows: contents(row, { building, rank, unitCount }, context) }
}

interface Content {
  readonly building: DemoBuilding
  readonly rank: number
  readonly unitCount: number
}

function* contents(
  row: DemoRow,
  { building, rank, unitCount }: Content,
  context: GenerationContext,
): Iterable<DemoRow> {
  yield row
  if (hasElevator(unitCount)) {
    yield buildingCharacteristicRow(context.ids.nextId('BuildingCharacteristic'), building, 3)
  }
  if (building.division.divisionType === 'G') {
    const ownerId = building.division.id === 3 ? 7 : 8
    yield buildingOwnerRow(context.ids.nextId('BuildingOwner'), building, ownerId)
  }
  const units: DemoUnit[] = []
  const tenancies: Tenancy[] = []
  for (let index = 0; index < unitCount; index += 1) {
    const unit = generateUnit(building, index, unitCount, context)
    yield* unit.rows
    units.push(unit.unit)
    tenancies.push(...unit.tenancies)
  }
  for (const tenancy of tenancies) yield* tenancyRows(tenancy, rank, context)
  const { parkings, storages } = spaceCounts(unitCount)
  yield* parkingRows(building, tenancies, parkings, context)
  yield* storageRows(building, tenancies, storages, context)
  yield* generatedServiceCallRows({ building, units, tenancies }, context)
}

const doorsPerFloor = 6
const codeLengthMax = 10

function hasElevator(unitCount: number): boolean {
  return unitCount > 18
}

/** First six letters of the street and the four-digit rank; fewer letters when the rank has more. */
function buildingCode(street: string, rank: number): string {
  const digits = String(rank).padStart(4, '0')
  const letters = withoutAccents(street).toUpperCase()
  return letters.slice(0, Math.min(6, codeLengthMax - digits.length)) + digits
}

function drawPostalCode(place: Municipality, random: Random): string {
  const first = postalLetters.charAt(random.below(postalLetters.length))
  const digit = random.below(10)
  const second = postalLetters.charAt(random.below(postalLetters.length))
  return `${place.postalStart}${first} ${digit}${second}${random.below(10)}`
}

/** In millionths of a degree: about two kilometres around the municipality's centre. */
function drawOffset(random: Random): number {
  return (random.below(4000) - 2000) * 10
}

interface GeneratedUnit {
  readonly unit: DemoUnit
  readonly rows: readonly DemoRow[]
  readonly tenancies: readonly Tenancy[]
}

/** Rooms in tenths and base rent in dollars, under the bound of the draw that gives them. */
const sizes = [
  { below: 10, rooms: 25, rent: 720 },
  { below: 40, rooms: 35, rent: 860 },
  { below: 80, rooms: 45, rent: 1010 },
  { below: 97, rooms: 55, rent: 1180 },
]
const largest = { rooms: 65, rent: 1350 }

/** Characteristics of scope U or X. */
const unitCharacteristics = [12, 13, 14, 15, 16]
const view = 15
const views = ['fleuve', 'parc', 'cour', 'montagne', 'ville'] as const

function generateUnit(
  building: DemoBuilding,
  index: number,
  unitCount: number,
  context: GenerationContext,
): GeneratedUnit {
  const id = context.ids.nextId('Unit')
  const random = Random.of('Unit', id, context.salt)
  const sizeDraw = random.below(100)
  const size = sizes.find(({ below }) => sizeDraw < below) ?? largest
  const area = size.rooms * 20 + random.below(120)
  const characteristics = unitCharacteristics.filter(() => random.chance(300))
  const floor = Math.floor(index / doorsPerFloor) + 1
  const unit: DemoUnit = {
    id,
    building,
    code: String(floor * 100 + (index % doorsPerFloor) + 1),
    askingRent: Math.floor((size.rent * building.place.rentFactorPercent) / 500) * 500,
  }
  const isCondominium = building.division.buildingType === 'COP'
  const occupancy = isCondominium ? notRentable : drawOccupancy(unit, random, context)
  const owner = isCondominium ? ownerRow(building, context) : null
  const row = unitRow(unit, {
    rooms: building.division.buildingType === 'COM' ? null : size.rooms,
    given: {
      Floor: floor,
      Area: decimalText(area * 100, 2),
      IsRentable: occupancy.isRentable,
      IsListed: occupancy.isRentable && occupancy.tenancies.every(isLeaving),
      HasAirConditioning: characteristics.includes(13),
      HasBalcony: characteristics.includes(14),
      OwnerId: owner?.values['Id'] ?? null,
      CoOwnershipShare: owner === null ? null : ownerShare(index, unitCount),
    },
  })
  const rows = owner === null ? [row] : [owner, row]
  for (const characteristicId of characteristics) {
    const rowId = context.ids.nextId('UnitCharacteristic')
    const seen = Random.of('UnitCharacteristic', rowId, context.salt).pick(views)
    const value = characteristicId === view ? seen : 'true'
    rows.push(unitCharacteristicRow(rowId, unit, characteristicId, value))
  }
  if (occupancy.unavailability !== null) {
    rows.push(unavailableUnitRow(unit, occupancy.unavailability))
  }
  return { unit, rows, tenancies: occupancy.tenancies }
}

function isLeaving({ lease }: Tenancy): boolean {
  return lease.tenant.departure !== null
}

function* tenancyRows(
  { lease, hasAgreement }: Tenancy,
  rank: number,
  context: GenerationContext,
): Iterable<DemoRow> {
  const { tenant, unit } = lease
  yield tenantRow(tenant, { hold: lease, unit }, { PaymentMethod: hasAgreement ? 'PPA' : 'INT' })
  const row = leaseRow(lease)
  yield row
  yield* generatedMessageRows(tenant, context)
  if (!hasAgreement) return
  yield agreementRow({
    id: context.ids.nextId('PreauthorizedDebit'),
    tenant,
    transitNo: 20_001 + (rank % 80_000),
    accountNo: String(1_000_000 + (tenant.id % 9_000_000)),
    agreementDate: lease.startDate < '2026-06-15' ? addDays(lease.startDate, -16) : '2026-06-10',
    startDate: lease.startDate,
  })
}
