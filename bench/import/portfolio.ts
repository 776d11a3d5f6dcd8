/**
 * A whole portfolio of 100,000 rows, the same in every run: what a manager of 560 buildings brings from spreadsheets.
 * Rows that others refer to come before them.
 */

type Cell = string | number | boolean

export interface PortfolioRow {
  readonly set: string
  /** `Id` is the row's name in the source. */
  readonly row: Readonly<Record<string, Cell>>
}

/** At scale 1: buildings; the rest follows from them. */
const BUILDINGS = 606
const UNITS_PER_BUILDING = 28

interface Place {
  readonly building: number
  readonly unit: number
}

export function* portfolioRows(scale = 1): Generator<PortfolioRow> {
  const buildings = Math.max(1, Math.round(BUILDINGS * scale))
  yield* catalogues()
  yield* properties(buildings)
  yield* people(buildings)
  yield* contracts(buildings)
}

function* catalogues(): Generator<PortfolioRow> {
  yield row('Companies', { CompanyNo: 77, Name: 'Gestion Laurentienne inc.' })
  for (let division = 1; division <= DIVISIONS; division++)
    yield row('LedgerDivisions', {
      CompanyNo: 77,
      DivisionNo: division,
      Name: `Division ${division}`,
    })
  for (let owner = 1; owner <= 200; owner++)
    yield row('Owners', {
      Id: owner,
      CompanyNo: 77,
      OwnerCode: `P${owner}`,
      LastName: pick(LAST_NAMES, owner),
    })
  for (let characteristic = 1; characteristic <= 20; characteristic++)
    yield row('Characteristics', {
      Id: characteristic,
      CharacteristicCode: `ZC${characteristic}`,
      NameFr: `Caractéristique ${characteristic}`,
      NameEn: `Characteristic ${characteristic}`,
      Scope: 'X',
      ValueType: 'B',
    })
  for (let service = 1; service <= 12; service++)
    yield row('Services', {
      ServiceCode: `ZS${service}`,
      NameFr: `Service ${service}`,
      NameEn: `Service ${service}`,
      DefaultAmount: 10 + service,
    })
  for (let supplier = 1; supplier <= 500; supplier++)
    yield row('Suppliers', {
      CompanyNo: 77,
      SupplierCode: `F${supplier}`,
      Name: `Fournisseur ${supplier}`,
      City: 'Québec',
    })
}

function* properties(buildings: number): Generator<PortfolioRow> {
  for (let building = 0; building < buildings; building++)
    yield row('Buildings', {
      ...buildingKey(building),
      Name: `Immeuble ${building}`,
      CivicNoAndStreet: `${100 + building}, rue des Érables`,
      City: pick(CITIES, building),
      PostalCode: 'G1M 2R4',
      ConstructionYear: 1950 + (building % 70),
    })
  for (const place of places(buildings))
    yield row('Units', {
      ...unitKey(place),
      HousingType: 'AP',
      NumberOfRooms: 4.5,
      Floor: 1 + Math.floor(place.unit / 4),
      Area: 700 + ((place.unit * 37) % 600),
      AskingRent: rentOf(place),
    })
  for (const place of places(buildings))
    if (place.unit % 2 === 0)
      yield row('UnitCharacteristics', {
        ...unitKey(place),
        CharacteristicId: 1 + ((place.building + place.unit) % 20),
      })
  for (let building = 0; building < buildings; building++)
    for (let space = 0; space < 12; space++)
      yield row('Parkings', {
        ...buildingKey(building),
        ParkingCode: `S${space}`,
        MonthlyPrice: 60,
      })
  for (let building = 0; building < buildings; building++)
    for (let space = 0; space < 6; space++)
      yield row('Storages', {
        ...buildingKey(building),
        StorageCode: `R${space}`,
        MonthlyPrice: 25,
      })
  for (let building = 0; building < buildings; building++)
    for (let share = 0; share < 2; share++)
      yield row('BuildingOwners', {
        ...buildingKey(building),
        OwnerId: 1 + ((building * 2 + share) % 200),
        SharePercent: 50,
        StartDate: '2015-01-01',
      })
}

function* people(buildings: number): Generator<PortfolioRow> {
  for (const place of rented(buildings))
    yield row('Tenants', {
      ...tenantKey(place),
      LastName: pick(LAST_NAMES, place.building * 31 + place.unit),
      FirstName: pick(FIRST_NAMES, place.building * 17 + place.unit),
      Language: place.unit % 5 === 0 ? 'A' : 'F',
      Phone: `418-555-${String(1000 + ((place.building * 28 + place.unit) % 9000))}`,
      Email: `locataire.${place.building}.${place.unit}@exemple.ca`,
      City: pick(CITIES, place.building),
    })
  for (const place of rented(buildings))
    if (place.unit % 3 === 0)
      yield row('CoTenants', {
        ...tenantKey(place),
        LastName: pick(LAST_NAMES, place.building * 7 + place.unit),
        FirstName: pick(FIRST_NAMES, place.building * 3 + place.unit),
        StartDate: startOf(place),
      })
}

function* contracts(buildings: number): Generator<PortfolioRow> {
  for (const place of rented(buildings))
    yield row('Leases', {
      Id: leaseLabel(place),
      ...unitKey(place),
      ...tenantKey(place),
      LeaseNo: `B${leaseLabel(place)}`,
      StartDate: startOf(place),
      EndDate: endOf(place),
      SignedDate: '2024-03-01',
      RentAmount: rentOf(place),
      PaymentDay: 1,
    })
  for (const place of rented(buildings))
    if (place.unit % 4 !== 3)
      yield row('TenantServices', {
        ...tenantKey(place),
        ServiceCode: `ZS${1 + ((place.building + place.unit) % 12)}`,
        StartDate: startOf(place),
        Amount: 12.5 + (place.unit % 10),
      })
  for (const place of rented(buildings))
    if (place.unit < 12)
      yield row('TenantParkings', {
        ...tenantKey(place),
        BuildingCode: buildingKey(place.building).BuildingCode,
        ParkingCode: `S${place.unit}`,
        StartDate: startOf(place),
        Amount: 60,
        LicensePlate: `Z${String(place.building)}${String(place.unit)}`,
      })
  for (const place of rented(buildings))
    if (place.unit >= 12 && place.unit < 18)
      yield row('TenantStorages', {
        ...tenantKey(place),
        BuildingCode: buildingKey(place.building).BuildingCode,
        StorageCode: `R${place.unit - 12}`,
        StartDate: startOf(place),
        Amount: 25,
      })
}

function row(set: string, cells: Readonly<Record<string, Cell>>): PortfolioRow {
  return { set, row: cells }
}

const DIVISIONS = 4

function* places(buildings: number): Generator<Place> {
  for (let building = 0; building < buildings; building++)
    for (let unit = 0; unit < UNITS_PER_BUILDING; unit++) yield { building, unit }
}

/** Nineteen of twenty units have a tenant. */
function* rented(buildings: number): Generator<Place> {
  for (const place of places(buildings)) if ((place.building + place.unit) % 20 !== 0) yield place
}

function buildingKey(building: number): {
  readonly CompanyNo: number
  readonly DivisionNo: number
  readonly BuildingCode: string
} {
  return { CompanyNo: 77, DivisionNo: 1 + (building % DIVISIONS), BuildingCode: `I${building}` }
}

function unitKey({ building, unit }: Place): Readonly<Record<string, Cell>> {
  return { ...buildingKey(building), UnitCode: String(101 + unit) }
}

function tenantKey(place: Place): Readonly<Record<string, Cell>> {
  const { CompanyNo, DivisionNo } = buildingKey(place.building)
  return { CompanyNo, DivisionNo, TenantType: 'D', TenantNo: leaseLabel(place) }
}

function leaseLabel({ building, unit }: Place): number {
  return 1 + building * UNITS_PER_BUILDING + unit
}

/** From 2023 to 2025: some terms are over and have rolled over since. */
function startOf({ building, unit }: Place): string {
  return `${2023 + ((building + unit) % 3)}-07-01`
}

function endOf({ building, unit }: Place): string {
  return `${2024 + ((building + unit) % 3)}-06-30`
}

function rentOf({ building, unit }: Place): number {
  return 800 + ((building * 13 + unit * 29) % 900)
}

const CITIES = ['Québec', 'Lévis', 'Montréal', 'Gatineau', 'Sherbrooke'] as const
const LAST_NAMES = ['Tremblay', 'Gagnon', 'Roy', 'Côté', 'Bouchard', 'Gauthier', 'Morin'] as const
const FIRST_NAMES = ['Émilie', 'Louis', 'Noémie', 'Félix', 'Zoé', 'Olivier', 'Léa'] as const

function pick<T>(values: readonly [T, ...T[]], index: number): T {
  return values[index % values.length] ?? values[0]
}
