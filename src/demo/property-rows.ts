/** Rows of buildings, units and what describes them. */

import { type DemoRow, type DemoValues, decimalText, demoRow, money } from './demo-row.ts'
import { type DemoDivision, divisionKeys } from './divisions.ts'
import type { Municipality } from './places.ts'

export interface DemoBuilding {
  readonly id: number
  readonly division: DemoDivision
  readonly code: string
  readonly name: string
  readonly street: string
  readonly place: Municipality
}

export interface DemoUnit {
  readonly id: number
  readonly building: DemoBuilding
  readonly code: string
  /** Asking rent in cents. */
  readonly askingRent: number
}

/** Counts that the building copies from what it holds. */
export interface BuildingCounts {
  readonly units: number
  readonly parkings: number
  readonly storages: number
}

export function buildingKeys(building: DemoBuilding) {
  return { ...divisionKeys(building.division), BuildingCode: building.code }
}

export function unitKeys(unit: DemoUnit) {
  return { ...buildingKeys(unit.building), UnitCode: unit.code }
}

export function buildingRow(
  building: DemoBuilding,
  counts: BuildingCounts,
  given: DemoValues = {},
): DemoRow {
  const { division, place } = building
  return demoRow('Building', {
    ...buildingKeys(building),
    Id: building.id,
    LedgerDivisionId: division.id,
    Name: building.name,
    CivicNoAndStreet: building.street,
    City: place.name,
    Latitude: decimalText(place.latitude, 6),
    Longitude: decimalText(place.longitude, 6),
    BuildingType: division.buildingType,
    IsSeniorResidence: division.buildingType === 'RPA',
    ManagementStartDate: '2015-01-01',
    HeatingType: 'PL',
    HeatingEnergy: 'E',
    HotWaterEnergy: 'E',
    // GEST01 manages the divisions of Gestion des Pins, GEST02 the others.
    ManagerEmployeeId: division.company.id === 2 ? 2 : 3,
    NumberOfUnits: counts.units,
    NumberOfParkings: counts.parkings,
    NumberOfStorages: counts.storages,
    ...given,
  })
}

export interface UnitDescription {
  /** In tenths: 45 is 4.5 rooms; null for premises. */
  readonly rooms: number | null
  readonly given?: DemoValues
}

/** A unit before its calendar states: those come from the rules once everything is loaded. */
export function unitRow(unit: DemoUnit, { rooms, given = {} }: UnitDescription): DemoRow {
  return demoRow('Unit', {
    ...unitKeys(unit),
    Id: unit.id,
    BuildingId: unit.building.id,
    OccupancyStatus: 'V',
    IsReserved: false,
    HousingType: housingTypes[unit.building.division.buildingType],
    UsageType: usageTypes[unit.building.division.buildingType],
    NumberOfRooms: rooms === null ? null : decimalText(rooms, 1),
    NumberOfBedrooms: rooms === null ? null : bedrooms(rooms),
    NumberOfBathrooms: '1.0',
    DoorNo: unit.code === '' ? null : unit.code,
    AskingRent: money(unit.askingRent),
    IsListed: true,
    AppliancesIncluded: rooms !== null,
    ...given,
  })
}

const housingTypes = { RES: 'AP', COP: 'CO', RPA: 'AP', COM: 'CM' } as const
const usageTypes = { RES: 'R', COP: 'R', RPA: 'A', COM: 'C' } as const

/** Rooms − 2.5, at least one; a studio counts one. */
function bedrooms(rooms: number): number {
  return Math.max(1, Math.floor((rooms - 25) / 10))
}

export function unitCharacteristicRow(
  id: number,
  unit: DemoUnit,
  characteristicId: number,
  value: string,
): DemoRow {
  return demoRow('UnitCharacteristic', {
    ...unitKeys(unit),
    Id: id,
    UnitId: unit.id,
    CharacteristicId: characteristicId,
    Value: value,
  })
}

export function buildingCharacteristicRow(
  id: number,
  building: DemoBuilding,
  characteristicId: number,
): DemoRow {
  return demoRow('BuildingCharacteristic', {
    ...buildingKeys(building),
    Id: id,
    BuildingId: building.id,
    CharacteristicId: characteristicId,
    Value: 'true',
  })
}

export function buildingOwnerRow(id: number, building: DemoBuilding, ownerId: number): DemoRow {
  return demoRow('BuildingOwner', {
    ...buildingKeys(building),
    Id: id,
    BuildingId: building.id,
    OwnerId: ownerId,
    SharePercent: '100.0000',
    StartDate: '2015-01-01',
  })
}

export interface Unavailability {
  readonly id: number
  readonly startDate: string
  readonly endDate: string
  readonly reason: 'R' | 'S'
  readonly description: string
}

export function unavailableUnitRow(unit: DemoUnit, period: Unavailability): DemoRow {
  return demoRow('UnavailableUnit', {
    ...unitKeys(unit),
    Id: period.id,
    UnitId: unit.id,
    StartDate: period.startDate,
    EndDate: period.endDate,
    ReasonCode: period.reason,
    Description: period.description,
  })
}

export interface Space {
  readonly id: number
  readonly building: DemoBuilding
  readonly code: string
  /** Monthly price in cents. */
  readonly price: number
}

export function parkingRow(space: Space, given: DemoValues = {}): DemoRow {
  return demoRow('Parking', {
    ...buildingKeys(space.building),
    Id: space.id,
    BuildingId: space.building.id,
    ParkingCode: space.code,
    MonthlyPrice: money(space.price),
    IsOccupied: false,
    ...given,
  })
}

export function storageRow(space: Space, given: DemoValues = {}): DemoRow {
  return demoRow('Storage', {
    ...buildingKeys(space.building),
    Id: space.id,
    BuildingId: space.building.id,
    StorageCode: space.code,
    MonthlyPrice: money(space.price),
    Level: 'S1',
    Area: '25.00',
    IsOccupied: false,
    ...given,
  })
}

export interface MeterReading {
  readonly id: number
  readonly meterNo: string
  readonly date: string
  /** In thousandths. */
  readonly reading: number
  readonly previous: number | null
}

/** `Consumption` is the difference from the previous reading. */
export function meterReadingRow(unit: DemoUnit, meter: MeterReading): DemoRow {
  const consumption = meter.previous === null ? null : meter.reading - meter.previous
  return demoRow('MeterReading', {
    ...unitKeys(unit),
    Id: meter.id,
    UnitId: unit.id,
    MeterNo: meter.meterNo,
    UtilityType: 'E',
    ReadingDate: meter.date,
    Reading: decimalText(meter.reading, 3),
    Consumption: consumption === null ? null : decimalText(consumption, 3),
  })
}
