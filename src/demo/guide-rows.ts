/** The rows that the integrator guide shows (recipe §5): the same at every scale. */

import { type DemoRow, demoRow } from './demo-row.ts'
import {
  type DemoDivision,
  divisionChevreau,
  divisionLaurier,
  divisionQuebec,
} from './divisions.ts'
import { guideServiceCallRows } from './guide-service-calls.ts'
import {
  type DemoLease,
  type DemoTenant,
  leaseRow,
  tenantKeys,
  tenantParkingRow,
  tenantRow,
  tenantStorageRow,
} from './lease-rows.ts'
import { levis, type Municipality, quebec } from './places.ts'
import {
  buildingCharacteristicRow,
  buildingOwnerRow,
  buildingRow,
  type DemoBuilding,
  type DemoUnit,
  parkingRow,
  storageRow,
  unitCharacteristicRow,
  unitRow,
} from './property-rows.ts'

function building(
  id: number,
  division: DemoDivision,
  code: string,
  name: string,
  street: string,
  place: Municipality,
): DemoBuilding {
  return { id, division, code, name, street, place }
}

/** As typed, in a municipality that keeps its real place. */
const quebecAsTyped = { ...quebec, name: 'quebec' }

const restHome = building(
  1,
  divisionChevreau,
  '1067CHEVRE',
  'Maison de repos du Chevreau',
  '1067 du Chevreau',
  levis,
)
const iberville = building(
  2,
  divisionChevreau,
  'IBERVILLE5',
  'Iberville 51566',
  '51566 rue Iberville',
  levis,
)
const laurier = building(
  3,
  divisionLaurier,
  '100LAURIER',
  '100 laurier',
  '100 boul laurier',
  quebecAsTyped,
)
const bouleaux = building(
  624,
  divisionQuebec,
  '1000BOULEA',
  'Les Bouleaux',
  '1000 rue des Bouleaux',
  quebec,
)
const chenes = building(
  628,
  divisionQuebec,
  '1000CHENES',
  'Les Chênes',
  '1000 rue des Chênes',
  quebec,
)
const pins = building(630, divisionQuebec, '1000PINS', 'Les Pins', '1000 rue des Pins', quebec)
const chevreauQuebec = building(
  631,
  divisionQuebec,
  '1067CHEVRE',
  'Chevreau Québec',
  '1067 rue du Chevreau',
  quebec,
)
const neuf = building(636, divisionQuebec, 'NEUF2023', 'Le Neuf', '2023 boulevard Neuf', quebec)

export const guideBuildings: readonly DemoBuilding[] = [
  restHome,
  iberville,
  laurier,
  bouleaux,
  chenes,
  pins,
  chevreauQuebec,
  neuf,
]

const noSpaces = { parkings: 0, storages: 0 }

export function* guideRows(): Iterable<DemoRow> {
  yield* ownerRows()
  yield buildingRow(
    restHome,
    { units: 12, ...noSpaces },
    {
      PostalCode: 'G6Z 1A7',
      Sector: 'Saint-Jean-Chrysostome',
      Latitude: '46.716300',
      Longitude: '-71.201900',
      ConstructionYear: 1988,
      ManagementStartDate: '2004-07-01',
      NumberOfFloors: 3,
      HasElevator: true,
      IsAccessible: true,
      IsSmokeFree: true,
      OfficePhone: '418-555-0104',
    },
  )
  yield* numberedUnits(restHome, 4001, 12)
  yield buildingRow(
    iberville,
    { units: 6, ...noSpaces },
    {
      PostalCode: 'G6V 5B6',
      ConstructionYear: 1976,
      NumberOfFloors: 2,
    },
  )
  yield* numberedUnits(iberville, 4021, 6)
  yield buildingRow(
    laurier,
    { units: 10, ...noSpaces },
    {
      PostalCode: 'G1V 2L2',
      ConstructionYear: 1968,
      NumberOfFloors: 3,
    },
  )
  yield* numberedUnits(laurier, 4031, 10)
  yield buildingRow(
    bouleaux,
    { units: 1, ...noSpaces },
    {
      PostalCode: 'G1M 3B4',
      ConstructionYear: 1982,
      NumberOfFloors: 1,
    },
  )
  yield unitRow(unit(4050, bouleaux, '1', 90_000), { rooms: 35 })
  yield buildingRow(
    chenes,
    { units: 0, ...noSpaces },
    {
      PostalCode: 'G1M 3C5',
      ConstructionYear: 1985,
    },
  )
  yield* pinsRows()
  yield* chevreauQuebecRows()
  yield buildingRow(
    neuf,
    { units: 8, ...noSpaces },
    {
      PostalCode: 'G1N 2N3',
      ConstructionYear: 2023,
      ReadyForUseDate: '2023-05-01',
      NumberOfFloors: 2,
    },
  )
  yield* numberedUnits(neuf, 4111, 8)
  let ownershipId = 12
  for (const owned of guideBuildings.filter(({ division }) => division === divisionQuebec)) {
    if (owned === pins) yield buildingOwnerRow(11, pins, 7)
    else yield buildingOwnerRow(ownershipId++, owned, 7)
  }
}

/** The owners for whom the two divisions of type G manage. */
function* ownerRows(): Iterable<DemoRow> {
  const common = { CompanyNo: 3, CompanyId: 2, OwnerType: 'S', ManagementFeePercent: '4.000' }
  yield demoRow('Owner', {
    ...common,
    Id: 7,
    OwnerCode: 'BOREAL',
    LastName: 'Fonds Boréal S.E.C.',
    CivicNoAndStreet: '40 rue du Fleuve',
    City: 'Québec',
    PostalCode: 'G1K 4A1',
  })
  yield demoRow('Owner', {
    ...common,
    Id: 8,
    OwnerCode: 'RIVESUD',
    LastName: 'Placements Rive-Sud inc.',
    CivicNoAndStreet: '12 rue du Quai',
    City: 'Lévis',
    PostalCode: 'G6V 1A2',
  })
}

function unit(id: number, of: DemoBuilding, code: string, askingRent: number): DemoUnit {
  return { id, building: of, code, askingRent }
}

/** Units `1` to `count`, 3.5 rooms when odd and 4.5 when even, vacant. */
function* numberedUnits(of: DemoBuilding, firstId: number, count: number): Iterable<DemoRow> {
  for (let number = 1; number <= count; number += 1) {
    const isOdd = number % 2 === 1
    yield unitRow(unit(firstId + number - 1, of, String(number), isOdd ? 90_000 : 106_000), {
      rooms: isOdd ? 35 : 45,
      given: { Floor: Math.ceil(number / 4) },
    })
  }
}

function* pinsRows(): Iterable<DemoRow> {
  yield buildingRow(
    pins,
    { units: 64, parkings: 1, storages: 1 },
    {
      PostalCode: 'G1M 2R4',
      ConstructionYear: 1988,
      NumberOfFloors: 7,
      HasElevator: true,
    },
  )
  yield buildingCharacteristicRow(301, pins, 3)
  const leased = unit(1448, pins, '1', 123_500)
  yield unitRow(unit(1440, pins, '', 106_000), { rooms: 45, given: { HousingType: null } })
  yield unitRow(leased, {
    rooms: 55,
    given: { IsListed: false, Floor: 1, Rl31DwellingNo: 'QC-0001448' },
  })
  yield unitRow(unit(2731, pins, '2', 106_000), { rooms: 45, given: { Floor: 1 } })
  yield* unit775Rows()
  for (let number = 101; number <= 160; number += 1) {
    yield unitRow(unit(2809 + number, pins, String(number), 106_000), {
      rooms: 45,
      given: { Floor: 1 + Math.ceil((number - 100) / 10) },
    })
  }
  yield* lachanceRows(leased)
}

function* unit775Rows(): Iterable<DemoRow> {
  const unit775 = unit(2909, pins, '775', 124_500)
  yield unitRow(unit775, {
    rooms: 45,
    given: {
      HousingType: null,
      Floor: 7,
      Area: '875.00',
      ListingTitleFr: '4½ lumineux au 7e étage',
      ListingTitleEn: 'Bright two-bedroom on the 7th floor',
      HotWaterIncluded: true,
      HasBalcony: true,
      IsSmokeFree: true,
      PetPolicy: 'C',
      Rl31DwellingNo: 'QC-0002909',
    },
  })
  yield unitCharacteristicRow(5120, unit775, 12, 'true')
}

function* lachanceRows(leased: DemoUnit): Iterable<DemoRow> {
  const tenant: DemoTenant = {
    id: 7535,
    division: divisionQuebec,
    tenantType: 'D',
    no: 7535,
    lastName: 'Lachance',
    firstName: 'Émile',
    phone: '418-555-0135',
    departure: null,
  }
  const lease: DemoLease = {
    id: 2,
    unit: leased,
    tenant,
    startDate: '2024-07-01',
    endDate: '2026-06-30',
    termStartDate: '2024-07-01',
    isRenewable: true,
    renewalCount: 0,
    rent: 118_000,
  }
  yield tenantRow(tenant, { hold: lease, unit: leased }, { NumberOfOccupants: 2 })
  yield demoRow('CoTenant', {
    ...tenantKeys(tenant),
    Id: 210,
    TenantId: tenant.id,
    LastName: 'Bergeron',
    FirstName: 'Annick',
    Email: 'annick.bergeron@example.com',
    StartDate: '2024-07-01',
  })
  yield leaseRow(lease)
  const parking = { id: 1445, building: pins, code: 'P12', price: 7_500 }
  const storage = { id: 510, building: pins, code: 'R07', price: 2_000 }
  const rental = { tenant, startDate: '2024-07-01', endDate: '2027-06-30', isRenewable: true }
  yield parkingRow(parking, { ParkingType: 'I', Level: 'S1' })
  yield tenantParkingRow({ ...rental, id: 1472, space: parking }, { LicensePlate: 'X12ABC' })
  yield storageRow(storage)
  yield tenantStorageRow({ ...rental, id: 330, space: storage })
  yield* guideServiceCallRows(leased, tenant)
}

function* chevreauQuebecRows(): Iterable<DemoRow> {
  yield buildingRow(
    chevreauQuebec,
    { units: 1, ...noSpaces },
    {
      PostalCode: 'G1M 3E6',
      ConstructionYear: 1979,
      NumberOfFloors: 1,
    },
  )
  const leased = unit(4101, chevreauQuebec, '1', 75_500)
  const tenant: DemoTenant = {
    id: 1,
    division: divisionQuebec,
    tenantType: 'D',
    no: 1,
    lastName: 'cyr',
    firstName: 'Guy',
    phone: '418-555-0101',
    departure: null,
  }
  const lease: DemoLease = {
    id: 1,
    unit: leased,
    tenant,
    startDate: '2019-07-01',
    endDate: '2026-06-30',
    termStartDate: '2025-07-01',
    isRenewable: true,
    renewalCount: 6,
    rent: 64_000,
  }
  yield unitRow(leased, { rooms: 25, given: { IsListed: false, Floor: 1 } })
  yield tenantRow(
    tenant,
    { hold: lease, unit: leased },
    {
      Email: 'guy.cyr@example.com',
      NumberOfOccupants: 1,
      PaymentMethod: 'CHQ',
    },
  )
  yield leaseRow(lease)
}
