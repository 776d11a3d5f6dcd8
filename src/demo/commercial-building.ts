/** Building 950, Complexe Boréal (recipe §6): one commercial lease and its electricity meter. */

import type { DemoRow } from './demo-row.ts'
import { divisionBoreal } from './divisions.ts'
import {
  type DemoLease,
  type DemoTenant,
  leasePriceChangeRow,
  leaseRow,
  tenantRow,
} from './lease-rows.ts'
import { quebec } from './places.ts'
import {
  buildingRow,
  type DemoBuilding,
  type DemoUnit,
  meterReadingRow,
  unitRow,
} from './property-rows.ts'

export const commercialBuilding: DemoBuilding = {
  id: 950,
  division: divisionBoreal,
  code: 'BOREAL100',
  name: 'Complexe Boréal',
  street: '100 rue Boréale',
  place: quebec,
}

export function* commercialRows(): Iterable<DemoRow> {
  yield buildingRow(
    commercialBuilding,
    { units: 1, parkings: 0, storages: 0 },
    { PostalCode: 'G1K 4A1', ConstructionYear: 2001, NumberOfFloors: 1 },
  )
  const unit: DemoUnit = {
    id: 9501,
    building: commercialBuilding,
    code: 'C01',
    askingRent: 250_000,
  }
  const tenant: DemoTenant = {
    id: 9701,
    division: divisionBoreal,
    tenantType: 'C',
    no: 1,
    lastName: 'Café du Fleuve inc.',
    firstName: null,
    phone: '418-555-0197',
    departure: null,
  }
  const lease: DemoLease = {
    id: 9601,
    unit,
    tenant,
    startDate: '2024-09-16',
    endDate: '2029-09-15',
    termStartDate: '2024-09-16',
    isRenewable: true,
    renewalCount: 0,
    rent: 250_000,
    given: { DepositAmount: '2500.00', NetLeaseType: 'B' },
  }
  yield unitRow(unit, {
    rooms: null,
    given: { IsListed: false, Floor: 1, MeterNo: 'HQ-778201' },
  })
  yield tenantRow(tenant, { hold: lease, unit })
  yield leaseRow(lease)
  yield leasePriceChangeRow(lease, {
    id: 710,
    effectiveDate: '2026-09-16',
    newAmount: 260_000,
    reason: 'Augmentation prévue au bail',
  })
  const meter = { meterNo: 'HQ-778201' }
  yield meterReadingRow(unit, {
    ...meter,
    id: 400,
    date: '2026-04-30',
    reading: 47_030_000,
    previous: null,
  })
  yield meterReadingRow(unit, {
    ...meter,
    id: 401,
    date: '2026-05-31',
    reading: 48_210_000,
    previous: 47_030_000,
  })
}
