/**
 * Building 900DEMO (recipe §6): one unit per situation that the rules speak of, so that every worked
 * example of the rules can be asked of it.
 *
 * Unit `1nn` has Id 9000 + nn, `2nn` 9020 + nn; the occupant of unit 90xx is tenant 91xx with lease
 * 92xx; the next occupant has both Ids + 50; previous tenants are written in the table.
 */

import { type DemoRow, type DemoValues, demoRow, money } from './demo-row.ts'
import { divisionKeys, divisionLevis } from './divisions.ts'
import {
  agreementRow,
  type DemoLease,
  type DemoTenant,
  type Departure,
  leasePriceChangeRow,
  leaseRenewalRow,
  leaseRow,
  type PriceChange,
  type Renewal,
  tenantKeys,
  tenantParkingRow,
  tenantRow,
  tenantStorageRow,
} from './lease-rows.ts'
import { levis } from './places.ts'
import {
  buildingOwnerRow,
  buildingRow,
  type DemoBuilding,
  type DemoUnit,
  parkingRow,
  type Space,
  storageRow,
  type Unavailability,
  unavailableUnitRow,
  unitKeys,
  unitRow,
} from './property-rows.ts'
import { tenantNames } from './tenant-names.ts'

export const scenarioBuilding: DemoBuilding = {
  id: 900,
  division: divisionLevis,
  code: '900DEMO',
  name: 'Le Démonstrateur',
  street: '900 rue de la Démonstration',
  place: levis,
}

interface Occupancy {
  readonly tenantId: number
  readonly startDate?: string
  readonly endDate?: string | null
  readonly termStartDate?: string
  readonly renewalCount?: number
  readonly isRenewable?: boolean
  readonly rent?: number
  readonly departure?: Departure
  readonly names?: readonly [lastName: string, firstName: string]
  readonly given?: DemoValues
  readonly priceChanges?: readonly PriceChange[]
  readonly renewal?: Renewal
}

interface Situation {
  /** Last two digits of the unit's Id. */
  readonly number: number
  readonly unit?: DemoValues
  readonly isRoom?: boolean
  /** In the order of time. */
  readonly occupancies: readonly Occupancy[]
  readonly unavailability?: Unavailability
}

function leavesAtTermEnd(noticeDate: string): Departure {
  return { date: '2026-06-30', reason: 'F', noticeDate, enteredOn: noticeDate }
}

/** Departures of the past were entered on their own day. */
function left(date: string): Departure {
  return { date, reason: 'E', noticeDate: null, enteredOn: date }
}

function renovation(id: number, startDate: string, endDate: string): Unavailability {
  return { id, startDate, endDate, reason: 'R', description: 'Rénovation de la cuisine' }
}

/**
 * A rent of 950.00 and the term 2025-07-01 → 2026-06-30, renewable, wherever the table says nothing.
 * Notices of modification are as their rules have left them on the business date: 540 tacitly accepted,
 * with its price change; 541 before the tribunal; 542 without an answer yet; 543 answered by a departure.
 */
const situations: readonly Situation[] = [
  { number: 1, occupancies: [{ tenantId: 9101, departure: leavesAtTermEnd('2026-03-15') }] },
  { number: 2, occupancies: [{ tenantId: 9102, rent: 96_000 }] },
  {
    number: 3,
    occupancies: [
      {
        tenantId: 9163,
        startDate: '2024-07-01',
        endDate: '2026-01-31',
        isRenewable: false,
        rent: 94_000,
      },
    ],
    unavailability: renovation(61, '2026-02-01', '2026-04-30'),
  },
  {
    number: 4,
    occupancies: [{ tenantId: 9164, departure: left('2026-05-31') }],
    unavailability: renovation(62, '2026-06-01', '2026-08-31'),
  },
  {
    number: 5,
    occupancies: [
      { tenantId: 9105, departure: leavesAtTermEnd('2026-03-20') },
      { tenantId: 9155, startDate: '2026-07-01', endDate: '2027-06-30' },
    ],
  },
  {
    number: 6,
    occupancies: [
      {
        tenantId: 9106,
        departure: { date: '2026-06-27', reason: 'E', noticeDate: null, enteredOn: '2026-05-10' },
      },
      { tenantId: 9156, startDate: '2026-07-01', endDate: '2027-06-30' },
    ],
  },
  {
    number: 7,
    occupancies: [
      { tenantId: 9107, departure: leavesAtTermEnd('2026-03-22') },
      { tenantId: 9157, startDate: '2026-10-01', endDate: '2027-09-30' },
    ],
  },
  {
    number: 8,
    occupancies: [
      { tenantId: 9108, startDate: '2025-09-01', endDate: '2026-08-31', isRenewable: false },
    ],
  },
  {
    number: 9,
    occupancies: [{ tenantId: 9109, startDate: '2023-05-01', endDate: null, rent: 88_000 }],
  },
  {
    number: 10,
    unit: { IsRentable: false, IsListed: false, Comment: 'Logement du concierge' },
    occupancies: [],
  },
  {
    number: 11,
    occupancies: [
      {
        tenantId: 9161,
        startDate: '2023-07-01',
        termStartDate: '2025-07-01',
        renewalCount: 2,
        rent: 96_000,
        departure: left('2026-05-31'),
        given: { RentAmount: '985.00', RentEffectiveDate: '2024-07-01' },
        // The increase of July 2024, long in force: the rent of the past year is read from it.
        priceChanges: [
          {
            id: 700,
            effectiveDate: '2024-07-01',
            newAmount: 98_500,
            reason: 'Renouvellement 2024-2025',
            given: {
              ChangeType: 'R',
              Status: 'A',
              PreviousAmount: '960.00',
              ActivatedDate: '2024-06-25T09:00:00Z',
            },
          },
        ],
      },
      {
        tenantId: 9111,
        startDate: '2026-07-01',
        endDate: '2029-06-30',
        rent: 100_000,
        given: {
          SignedDate: '2026-05-04',
          CopyDeliveredDate: '2026-05-06',
          NoticeNewLesseeRent: '985.00',
        },
        priceChanges: [
          {
            id: 701,
            effectiveDate: '2027-07-01',
            newAmount: 102_000,
            reason: 'Augmentation de 20 $ prévue au bail',
          },
          {
            id: 702,
            effectiveDate: '2028-07-01',
            newAmount: 104_000,
            reason: 'Augmentation de 20 $ prévue au bail',
          },
        ],
      },
    ],
  },
  {
    number: 12,
    occupancies: [
      { tenantId: 9162, departure: left('2026-06-10') },
      { tenantId: 9112, startDate: '2026-07-01', endDate: '2027-06-30', rent: 100_000 },
    ],
  },
  {
    number: 13,
    occupancies: [
      { tenantId: 9113, startDate: '2026-07-15', endDate: '2027-06-30', rent: 100_000 },
    ],
  },
  { number: 14, occupancies: [{ tenantId: 9114 }] },
  { number: 15, occupancies: [{ tenantId: 9115, names: ['Pelletier', 'Noah'] }] },
  { number: 16, occupancies: [{ tenantId: 9116, rent: 91_000 }] },
  {
    number: 17,
    occupancies: [{ tenantId: 9117, departure: leavesAtTermEnd('2026-03-18') }],
    unavailability: renovation(63, '2026-07-01', '2026-07-31'),
  },
  { number: 18, occupancies: [{ tenantId: 9118, startDate: '2025-09-01' }] },
  {
    number: 19,
    isRoom: true,
    unit: { IsRoom: true, HousingType: 'CH' },
    occupancies: [{ tenantId: 9119, startDate: '2026-01-01', rent: 55_000 }],
  },
  {
    number: 20,
    occupancies: [{ tenantId: 9120, rent: 93_000 }],
    unavailability: {
      id: 64,
      startDate: '2026-06-08',
      endDate: '2026-07-05',
      reason: 'S',
      description: "Dégât d'eau",
    },
  },
  {
    number: 21,
    occupancies: [
      {
        tenantId: 9121,
        renewal: {
          id: 540,
          status: 'T',
          noticeDate: '2026-03-10',
          receivedDate: '2026-03-12',
          newRent: 98_000,
          clock: '2026-04-13T04:05:00Z',
        },
        priceChanges: [
          {
            id: 703,
            effectiveDate: '2026-07-01',
            newAmount: 98_000,
            reason: null,
            given: { ChangeType: 'R', LeaseRenewalId: 540 },
          },
        ],
      },
    ],
  },
  {
    number: 22,
    occupancies: [
      {
        tenantId: 9122,
        renewal: {
          id: 541,
          status: 'D',
          noticeDate: '2026-03-03',
          receivedDate: '2026-03-05',
          newRent: 100_000,
          clock: '2026-04-20T14:00:00Z',
          given: {
            Response: 'R',
            ResponseDate: '2026-04-02',
            TalDeadline: '2026-05-02',
            TalApplicationDate: '2026-04-20',
          },
        },
      },
    ],
  },
  {
    number: 23,
    occupancies: [
      {
        tenantId: 9123,
        startDate: '2025-10-01',
        endDate: '2026-09-30',
        rent: 97_000,
        renewal: {
          id: 542,
          status: 'E',
          noticeDate: '2026-05-30',
          receivedDate: '2026-06-01',
          newRent: 99_500,
          clock: '2026-06-01T14:00:00Z',
        },
      },
    ],
  },
  {
    number: 24,
    occupancies: [
      {
        tenantId: 9124,
        departure: leavesAtTermEnd('2026-03-28'),
        renewal: {
          id: 543,
          status: 'Q',
          noticeDate: '2026-03-07',
          receivedDate: '2026-03-09',
          newRent: 98_500,
          clock: '2026-03-28T14:00:00Z',
          given: { Response: 'Q', ResponseDate: '2026-03-28' },
        },
      },
    ],
  },
  {
    number: 25,
    occupancies: [
      {
        tenantId: 9125,
        endDate: '2027-06-30',
        rent: 99_000,
        departure: { date: '2026-07-31', reason: 'C', noticeDate: null, enteredOn: '2026-06-12' },
      },
    ],
  },
]

function space(id: number, code: string, price: number): Space {
  return { id, building: scenarioBuilding, code, price }
}

const parking1 = space(9301, 'P01', 7_500)
const parking2 = space(9302, 'P02', 7_500)
const parking3 = space(9303, 'P03', 7_500)
const parking6 = space(9306, 'P06', 7_500)
const storage1 = space(9351, 'R01', 2_000)
const storage2 = space(9352, 'R02', 2_000)

/** Rows of the building; `salt` reaches the tenants' drawn names. */
export function* scenarioRows(salt: string): Iterable<DemoRow> {
  yield buildingRow(
    scenarioBuilding,
    { units: situations.length, parkings: 6, storages: 3 },
    { PostalCode: 'G6V 9E9', ConstructionYear: 1995, NumberOfFloors: 2, ManagerEmployeeId: 2 },
  )
  yield buildingOwnerRow(20, scenarioBuilding, 8)
  const tenants = new Map<number, DemoTenant>()
  for (const situation of situations) yield* situationRows(situation, tenants, salt)
  yield* spaceRows(tenants, salt)
  yield* enteredRows(tenants)
  yield* prospectRows()
}

function* situationRows(
  situation: Situation,
  tenants: Map<number, DemoTenant>,
  salt: string,
): Iterable<DemoRow> {
  const { number, isRoom = false } = situation
  const unit: DemoUnit = {
    id: 9000 + number,
    building: scenarioBuilding,
    code: String(number <= 20 ? 100 + number : 180 + number),
    askingRent: isRoom ? 55_000 : number % 2 === 1 ? 99_500 : 109_500,
  }
  yield unitRow(unit, {
    rooms: isRoom ? 10 : number % 2 === 1 ? 35 : 45,
    given: { Floor: number <= 20 ? 1 : 2, IsRoom: isRoom, ...situation.unit },
  })
  if (situation.unavailability !== undefined) {
    yield unavailableUnitRow(unit, situation.unavailability)
  }
  for (const occupancy of situation.occupancies) {
    const tenant = tenantOf(occupancy, salt)
    tenants.set(tenant.id, tenant)
    yield* occupancyRows(occupancy, { unit, tenant, isRoom })
  }
}

function tenantOf({ tenantId, departure, names }: Occupancy, salt: string): DemoTenant {
  const drawn = tenantNames(tenantId, salt)
  return {
    id: tenantId,
    division: divisionLevis,
    tenantType: 'D',
    no: tenantId - 9100,
    lastName: names?.[0] ?? drawn.lastName,
    firstName: names?.[1] ?? drawn.firstName,
    phone: `418-555-01${String(tenantId % 100).padStart(2, '0')}`,
    departure: departure ?? null,
  }
}

interface Parties {
  readonly unit: DemoUnit
  readonly tenant: DemoTenant
  readonly isRoom: boolean
}

function* occupancyRows(occupancy: Occupancy, { unit, tenant, isRoom }: Parties) {
  const startDate = occupancy.startDate ?? '2025-07-01'
  const lease: DemoLease = {
    id: tenant.id + 100,
    unit,
    tenant,
    isRoom,
    startDate,
    endDate: occupancy.endDate === undefined ? '2026-06-30' : occupancy.endDate,
    termStartDate: occupancy.termStartDate ?? startDate,
    isRenewable: occupancy.isRenewable ?? true,
    renewalCount: occupancy.renewalCount ?? 0,
    rent: occupancy.rent ?? 95_000,
    given: occupancy.given ?? {},
  }
  yield tenantRow(tenant, { hold: lease, unit }, tenant.id === 9115 ? { PaymentMethod: 'PPA' } : {})
  yield leaseRow(lease)
  if (occupancy.renewal !== undefined) yield leaseRenewalRow(lease, occupancy.renewal)
  for (const change of occupancy.priceChanges ?? []) yield leasePriceChangeRow(lease, change)
}

function* spaceRows(tenants: ReadonlyMap<number, DemoTenant>, salt: string): Iterable<DemoRow> {
  yield parkingRow(parking1)
  yield parkingRow(parking2)
  yield parkingRow(parking3)
  yield parkingRow(space(9304, 'P04', 7_500))
  yield parkingRow(space(9305, 'P05', 7_500), { IsVisitor: true })
  yield parkingRow(parking6)
  yield storageRow(storage1)
  yield storageRow(storage2)
  yield storageRow(space(9353, 'R03', 2_000))

  const year = { startDate: '2025-07-01', endDate: '2026-06-30', isRenewable: true }
  const first = knownTenant(tenants, 9101)
  const second = knownTenant(tenants, 9102)
  const ninth = knownTenant(tenants, 9109)
  const withoutDwelling: DemoTenant = {
    ...tenantOf({ tenantId: 9171 }, salt),
    tenantType: 'S',
    no: 1,
  }
  const openEnded = { startDate: '2026-01-01', endDate: null, isRenewable: true }
  yield tenantRow(withoutDwelling, { hold: openEnded, unit: null })
  yield tenantParkingRow({ ...year, id: 9401, tenant: second, space: parking1 })
  yield tenantParkingRow({ ...year, id: 9402, tenant: first, space: parking2 })
  yield tenantParkingRow({
    ...year,
    isRenewable: false,
    id: 9403,
    tenant: ninth,
    space: parking3,
  })
  yield tenantParkingRow({ ...openEnded, id: 9406, tenant: withoutDwelling, space: parking6 })
  yield tenantStorageRow({ ...year, id: 9451, tenant: first, space: storage1 })
  yield tenantStorageRow({ ...year, id: 9452, tenant: second, space: storage2 })
}

function knownTenant(tenants: ReadonlyMap<number, DemoTenant>, id: number): DemoTenant {
  const tenant = tenants.get(id)
  if (tenant === undefined) throw new Error(`The scenario has no tenant ${id}`)
  return tenant
}

/** The discount of tenant 9112 and the agreement of tenant 9115. */
function* enteredRows(tenants: ReadonlyMap<number, DemoTenant>): Iterable<DemoRow> {
  const discounted = knownTenant(tenants, 9112)
  yield demoRow('TenantService', {
    ...tenantKeys(discounted),
    Id: 830,
    TenantId: discounted.id,
    ServiceId: 7,
    ServiceCode: 'RABAIS',
    StartDate: '2026-07-01',
    EndDate: '2026-08-31',
    Amount: money(-5_000),
    Description: 'Rabais, 2 premiers mois',
    HeldThroughDate: '2026-08-31',
  })
  yield agreementRow({
    id: 140,
    tenant: knownTenant(tenants, 9115),
    transitNo: 20_001,
    accountNo: '1234567',
    agreementDate: '2025-06-15',
    startDate: '2025-07-01',
  })
}

/** Chloé Nadeau, her visit of unit 101 and her application for it. */
function* prospectRows(): Iterable<DemoRow> {
  const unit: DemoUnit = { id: 9001, building: scenarioBuilding, code: '101', askingRent: 99_500 }
  yield demoRow('Prospect', {
    Id: 1201,
    ...divisionKeys(divisionLevis),
    LedgerDivisionId: divisionLevis.id,
    LastName: 'Nadeau',
    FirstName: 'Chloé',
    Email: 'chloe.nadeau@example.com',
    Phone: '581-555-0190',
    Source: 'WB',
    // Creating an application moves the prospect to D.
    Status: 'D',
    UnitId: unit.id,
    DesiredMoveInDate: '2026-07-01',
    RoomsMin: '3.5',
    RoomsMax: '4.5',
    MaximumRent: '1100.00',
    EmailConsent: true,
    ExternalId: 'crm-88120',
  })
  yield demoRow('Visit', {
    Id: 640,
    ...unitKeys(unit),
    ProspectId: 1201,
    UnitId: unit.id,
    ScheduledStart: '2026-06-18T22:00:00Z',
    EmployeeId: 5,
  })
  yield demoRow('RentalApplication', {
    Id: 310,
    ...unitKeys(unit),
    ProspectId: 1201,
    UnitId: unit.id,
    ApplicationDate: '2026-06-12',
    DesiredStartDate: '2026-07-01',
    DesiredEndDate: '2027-06-30',
    ProposedRent: '995.00',
    Status: 'E',
    ScreeningConsent: true,
  })
}
