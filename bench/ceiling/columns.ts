/**
 * The columns of each answer, written by hand in the order of the answer. A letter says how the text that
 * PostgreSQL sends becomes JSON: `n` as it is, `b` boolean, `t` text, `d` date, `i` instant, `j` JSON already.
 */

import { columnName } from '../../src/model/naming.ts'

type Format = 'n' | 'b' | 't' | 'd' | 'i' | 'j'

export interface Column {
  /** Of the JSON object. */
  readonly name: string
  /** Of the table. */
  readonly sql: string
  readonly format: Format
}

function columns(text: string): readonly Column[] {
  return text
    .trim()
    .split(/,\s*/)
    .map((item) => {
      const [name = '', format] = item.split(/\s+/)
      if (!isFormat(format)) throw new Error(`Column ${name} has no format`)
      return { name, sql: columnName({ name }), format }
    })
}

function isFormat(text: string | undefined): text is Format {
  return text !== undefined && /^[nbtdij]$/.test(text)
}

/** As a select list. */
export function selectList(list: readonly Column[], alias: string): string {
  return list.map(({ sql }) => `${alias}.${sql}`).join(', ')
}

/** A row of `Buildings`. */
export const buildings = columns(`
  CompanyNo n, DivisionNo n, BuildingCode t, Name t, CivicNoAndStreet t, City t, Province t,
  PostalCode t, Country t, Id n, LedgerDivisionId n, Sector t, Latitude n, Longitude n,
  BuildingType t, ConstructionYear n, ReadyForUseDate d, AcquisitionDate d, ManagementStartDate
  d, ManagementEndDate d, NumberOfFloors n, NumberOfUnits n, NumberOfParkings n,
  NumberOfStorages n, LotNo t, AssessmentRollNo t, MunicipalAssessment n, LandArea n, GrossArea
  n, AreaUnit t, HeatingType t, HeatingEnergy t, HotWaterEnergy t, HasElevator b, HasIntercom b,
  HasCameras b, HasSprinklers b, HasGenerator b, HasLaundryRoom b, HasGym b, HasPool b,
  HasRoofTerrace b, HasBikeStorage b, HasChargingStations b, IsAccessible b, IsSmokeFree b,
  PetPolicy t, IsSeniorResidence b, IsLowRental b, DescriptionFr t, DescriptionEn t, Website t,
  OfficePhone t, EmergencyPhone t, Email t, ManagerEmployeeId n, SuperintendentEmployeeId n,
  BankAccountId n, Comment t, IsActive b, CreatedDate i, ModifiedDate i
`)

/** The same after the expanded `Units`: the key comes first. */
export const expandedBuildings = columns(`
  Id n, CompanyNo n, DivisionNo n, BuildingCode t, Name t, CivicNoAndStreet t, City t, Province
  t, PostalCode t, Country t, LedgerDivisionId n, Sector t, Latitude n, Longitude n,
  BuildingType t, ConstructionYear n, ReadyForUseDate d, AcquisitionDate d, ManagementStartDate
  d, ManagementEndDate d, NumberOfFloors n, NumberOfUnits n, NumberOfParkings n,
  NumberOfStorages n, LotNo t, AssessmentRollNo t, MunicipalAssessment n, LandArea n, GrossArea
  n, AreaUnit t, HeatingType t, HeatingEnergy t, HotWaterEnergy t, HasElevator b, HasIntercom b,
  HasCameras b, HasSprinklers b, HasGenerator b, HasLaundryRoom b, HasGym b, HasPool b,
  HasRoofTerrace b, HasBikeStorage b, HasChargingStations b, IsAccessible b, IsSmokeFree b,
  PetPolicy t, IsSeniorResidence b, IsLowRental b, DescriptionFr t, DescriptionEn t, Website t,
  OfficePhone t, EmergencyPhone t, Email t, ManagerEmployeeId n, SuperintendentEmployeeId n,
  BankAccountId n, Comment t, IsActive b, CreatedDate i, ModifiedDate i
`)

/** Of W1. */
export const buildingNames = columns(`
  Id n, CompanyNo n, DivisionNo n, BuildingCode t, Name t
`)

/** A row of `Units`. */
export const units = columns(`
  CompanyNo n, DivisionNo n, BuildingCode t, UnitCode t, OccupancyStatus t, HousingType t,
  NumberOfRooms n, Id n, BuildingId n, UsageType t, CivicNoAndStreet t, DoorNo t, Floor n,
  NumberOfBedrooms n, NumberOfBathrooms n, Area n, AreaUnit t, AskingRent n, MarketRent n,
  CurrentRent n, LowestRentLast12Months n, IsRentable b, IsListed b, ListingTitleFr t,
  ListingTitleEn t, ListingDescriptionFr t, ListingDescriptionEn t, VirtualTourUrl t,
  AvailableDate d, NextLeaseStartDate d, IsReserved b, ReservedUntil d, CurrentLeaseId n,
  CurrentTenantId n, IsFurnished b, HeatingIncluded b, HotWaterIncluded b, ElectricityIncluded
  b, InternetIncluded b, AppliancesIncluded b, HasAirConditioning b, HasWasherDryerHookup b,
  HasDishwasherHookup b, HasBalcony b, HasFireplace b, IsAccessible b, IsSmokeFree b, PetPolicy
  t, IsRoom b, MeterNo t, WaterHeaterYear n, SmokeDetectorDate d, LastRenovationDate d,
  Rl31DwellingNo t, OwnerId n, CoOwnershipShare n, Comment t, IsActive b, CreatedDate i,
  ModifiedDate i
`)

/** A row of `Tenants`. */
export const tenants = columns(`
  CompanyNo n, DivisionNo n, TenantType t, TenantNo n, BuildingCode t, UnitCode t, LastName t,
  FirstName t, Id n, LedgerDivisionId n, UnitId n, IsCompany b, Neq t, Salutation t, BirthDate
  d, Language t, Phone t, MobilePhone t, WorkPhone t, Email t, Email2 t, PreferredContactMethod
  t, EmailConsent b, SmsConsent b, CivicNoAndStreet t, City t, Province t, PostalCode t, Country
  t, ForwardingStreet t, ForwardingCity t, ForwardingProvince t, ForwardingPostalCode t, Status
  t, MoveInDate d, DepartureDate d, DepartureReason t, DepartureNoticeDate d, NumberOfOccupants
  n, HasPets b, InsuranceCompany t, InsurancePolicyNo t, InsuranceExpiryDate d, PaymentMethod t,
  IsLateNoticeExcluded b, LateNoticeLevel n, NsfCount n, Balance n, BalanceDue n,
  LastPaymentDate d, LastPaymentAmount n, CurrentLeaseId n, PortalAccess b, ExternalId t,
  Comment t, CreatedDate i, ModifiedDate i
`)

/** Of the guide's combined query, after its `Units`. */
export const guideBuildings = columns(`
  CompanyNo n, DivisionNo n, BuildingCode t, Id n
`)

/** Its `Units`. */
export const guideUnits = columns(`
  Id n, UnitCode t, NumberOfRooms n
`)

/** A row of `CoTenants`. */
export const coTenants = columns(`
  Id n, CompanyNo n, DivisionNo n, TenantType t, TenantNo n, TenantId n, Role t, LastName t,
  FirstName t, Language t, Phone t, Email t, BirthDate d, StartDate d, EndDate d, ReceivesRl31
  b, PortalAccess b, CreatedDate i, ModifiedDate i
`)

/** A row of `Units/ForRent`. */
export const availableUnits = columns(`
  UnitId n, CompanyNo n, DivisionNo n, BuildingCode t, UnitCode t, BuildingId n, BuildingName t,
  CivicNoAndStreet t, DoorNo t, City t, Province t, PostalCode t, Sector t, Latitude n,
  Longitude n, AvailableDate d, AvailableUntil d, OccupancyStatus t, IsReserved b, ReservedUntil
  d, IsListed b, UsageType t, HousingType t, NumberOfRooms n, RoomsLabel t, NumberOfBedrooms n,
  NumberOfBathrooms n, Area n, AreaUnit t, Floor n, AskingRent n, LastRent n,
  LowestRentLast12Months n, IsFurnished b, HeatingIncluded b, HotWaterIncluded b,
  ElectricityIncluded b, InternetIncluded b, AppliancesIncluded b, HasAirConditioning b,
  HasWasherDryerHookup b, HasDishwasherHookup b, HasBalcony b, HasFireplace b, HasElevator b,
  IsAccessible b, IsSmokeFree b, PetPolicy t, ListingTitleFr t, ListingTitleEn t,
  ListingDescriptionFr t, ListingDescriptionEn t, VirtualTourUrl t, AvailableParkings n,
  AvailableStorages n, Characteristics j, PhotoDocumentIds j
`)
