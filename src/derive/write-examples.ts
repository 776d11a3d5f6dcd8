/**
 * Bodies that can be sent as they are to the demonstration portfolio, for each set that is written and each bound
 * action. A test sends them all, in the order creation, change, replacement, deletion.
 */

import { enumerations } from '../model/enumerations.ts'
import type { JsonObject } from './json.ts'

interface SetExamples {
  readonly create?: JsonObject
  /** `Id` of the row that is changed and replaced; in a set that is empty, that of the row just created. */
  readonly id?: number
  readonly update?: JsonObject
  /** Body of `PUT`, where the fields that it requires make it another than that of `PATCH`. */
  readonly replace?: JsonObject
  /** `Id` of the row that is deleted. */
  readonly deleted?: number
}

interface ActionExample {
  readonly id?: number
  readonly parameters: JsonObject
}

/** The members of the enumerations are the rows of LookupCodes before an account adds its own. */
const publishedCodes = Object.values(enumerations).reduce(
  (sum, { members }) => sum + members.length,
  0,
)

/** By entity set. */
export const writeExamples: Readonly<Record<string, SetExamples>> = {
  LedgerDivisions: {
    create: {
      CompanyNo: 3,
      DivisionNo: 3,
      Name: 'Division Beauport',
      DivisionType: 'G',
      City: 'Québec',
    },
    id: 4,
    update: { Phone: '418-555-0132', DefaultPaymentDay: 1 },
    replace: {
      DivisionNo: 2,
      CompanyId: 2,
      Name: 'Division Lévis',
      DivisionType: 'G',
      City: 'Lévis',
      Phone: '418-555-0132',
    },
  },
  Companies: {
    create: {
      CompanyNo: 6,
      Name: 'Gestion du Nord inc.',
      Neq: '1170000006',
      City: 'Saguenay',
      PostalCode: 'G7H 1A1',
      Phone: '418-555-0160',
    },
    id: 4,
    update: { Phone: '418-555-0150', Website: 'https://complexeboreal.example' },
    replace: { Name: 'Complexe Boréal S.E.C.', City: 'Québec', Phone: '418-555-0150' },
  },
  Buildings: {
    create: {
      CompanyNo: 3,
      DivisionNo: 1,
      BuildingCode: '12MARINA',
      Name: 'Les Terrasses de la marina',
      CivicNoAndStreet: '12 rue de la Marina',
      City: 'Québec',
      PostalCode: 'G1K 3X2',
      BuildingType: 'RES',
      ConstructionYear: 2019,
      HasElevator: true,
    },
    id: 628,
    update: { HasBikeStorage: true, DescriptionFr: 'Entièrement rénové, à deux pas du parc.' },
    replace: {
      Name: 'Les Chênes',
      CivicNoAndStreet: '1000 rue des Chênes',
      City: 'Québec',
      BuildingType: 'RES',
      HasBikeStorage: true,
    },
  },
  Units: {
    create: {
      CompanyNo: 3,
      DivisionNo: 1,
      BuildingCode: '1000CHENES',
      UnitCode: '101',
      NumberOfRooms: 4.5,
      NumberOfBedrooms: 2,
      AskingRent: 1195,
      HeatingIncluded: true,
    },
    id: 2909,
    update: { AskingRent: 1260, IsListed: true, ListingTitleFr: 'Lumineux 4 ½ aux Pins' },
    replace: {
      NumberOfRooms: 4.5,
      AskingRent: 1260,
      IsListed: true,
      ListingTitleFr: 'Lumineux 4 ½ aux Pins',
    },
  },
  Characteristics: {
    create: {
      CharacteristicCode: 'FOYER',
      NameFr: 'Foyer au bois',
      NameEn: 'Wood fireplace',
      Scope: 'U',
      ValueType: 'B',
    },
    id: 14,
    update: { NameFr: 'Balcon ou terrasse', NameEn: 'Balcony or terrace' },
  },
  BuildingCharacteristics: {
    create: { BuildingId: 628, CharacteristicId: 9, Value: 'true' },
    id: 301,
    update: { Value: 'true' },
  },
  UnitCharacteristics: {
    create: {
      CompanyNo: 3,
      DivisionNo: 1,
      BuildingCode: '1000PINS',
      UnitCode: '775',
      CharacteristicId: 15,
      Value: 'Fleuve',
    },
    id: 5120,
    update: { Value: 'true' },
  },
  UnavailableUnits: {
    create: {
      UnitId: 2731,
      StartDate: '2026-08-01',
      EndDate: '2026-08-31',
      ReasonCode: 'R',
      Description: 'Rénovation de la salle de bain',
    },
    id: 63,
    update: { EndDate: '2026-08-15', Description: 'Rénovation prolongée de deux semaines' },
    replace: { StartDate: '2026-07-01', EndDate: '2026-08-15', ReasonCode: 'R' },
  },
  Owners: {
    create: {
      CompanyNo: 3,
      OwnerCode: 'LEFEBVRE',
      OwnerType: 'P',
      LastName: 'Lefebvre',
      FirstName: 'Geneviève',
      City: 'Québec',
      Phone: '418-555-0170',
    },
    id: 8,
    update: { ManagementFeePercent: 4.5 },
    replace: {
      LastName: 'Placements Rive-Sud inc.',
      OwnerType: 'S',
      City: 'Lévis',
      ManagementFeePercent: 4.5,
    },
  },
  BuildingOwners: {
    create: {
      BuildingId: 628,
      OwnerId: 8,
      SharePercent: 50,
      StartDate: '2010-01-01',
      EndDate: '2014-12-31',
    },
    id: 11,
    update: { EndDate: '2026-12-31' },
    replace: { SharePercent: 100, StartDate: '2015-01-01', EndDate: '2026-12-31' },
  },
  Employees: {
    create: {
      EmployeeCode: 'TECH02',
      LastName: 'Savard',
      FirstName: 'Karine',
      Role: 'T',
      IsTechnician: true,
      MobilePhone: '418-555-0147',
      HourlyRate: 46.5,
    },
    id: 4,
    update: { HourlyRate: 49.5 },
    replace: {
      LastName: 'Boudreault',
      FirstName: 'Simon',
      Role: 'T',
      IsTechnician: true,
      HourlyRate: 49.5,
    },
  },
  LookupCodes: {
    create: { Category: 'MotifVisite', Code: 'REL', NameFr: 'Relocation', NameEn: 'Relocation' },
    id: publishedCodes + 1,
    update: { NameFr: 'Nouveau logement', NameEn: 'New dwelling' },
  },
  TaxRates: {
    create: { TaxCode: 'TVQ', RatePercent: 10.25, StartDate: '2027-01-01' },
    id: 2,
    update: { EndDate: '2026-12-31' },
    replace: { RatePercent: 9.975, EndDate: '2026-12-31' },
  },
  Tenants: {
    create: {
      CompanyNo: 3,
      DivisionNo: 1,
      TenantType: 'D',
      LastName: 'Gagnon',
      FirstName: 'Mélanie',
      Language: 'F',
      MobilePhone: '418-555-0188',
      Email: 'melanie.gagnon@example.com',
      EmailConsent: true,
    },
    id: 9114,
    update: { MobilePhone: '418-555-0114', PreferredContactMethod: 'C' },
    replace: {
      LastName: 'Bouchard',
      FirstName: 'Louis',
      MobilePhone: '418-555-0114',
      UnitId: 9014,
    },
  },
  CoTenants: {
    create: {
      TenantId: 9102,
      Role: 'C',
      LastName: 'Pelletier',
      FirstName: 'Antoine',
      StartDate: '2026-07-01',
    },
    id: 210,
    update: { Phone: '418-555-0121', PortalAccess: true },
    replace: {
      LastName: 'Bergeron',
      FirstName: 'Annick',
      StartDate: '2024-07-01',
      Phone: '418-555-0121',
    },
  },
  TenantContacts: {
    create: {
      CompanyNo: 3,
      DivisionNo: 2,
      TenantType: 'D',
      TenantNo: 2,
      ContactType: 'U',
      LastName: 'Côté',
      FirstName: 'Lucie',
      Relationship: 'Mère',
      Phone: '418-555-0199',
    },
    id: 1,
    update: { Phone: '418-555-0198' },
    replace: { LastName: 'Côté', FirstName: 'Lucie', Relationship: 'Mère', Phone: '418-555-0198' },
  },
  Leases: {
    create: {
      UnitId: 9003,
      TenantId: 9171,
      LeaseCategory: 'R',
      LeaseType: 'F',
      StartDate: '2026-08-01',
      EndDate: '2027-07-31',
      IsRenewable: true,
      RentAmount: 975,
      SignedDate: '2026-06-12',
      HeatingIncluded: true,
    },
    id: 9202,
    update: { PetsAllowed: true, Comment: 'Un chat permis, avenant du 2026-06-10.' },
  },
  LeasePriceChanges: {
    create: {
      LeaseId: 9601,
      EffectiveDate: '2027-09-16',
      NewAmount: 2700,
      ChangeType: 'C',
      Reason: 'Indexation prévue au bail',
    },
    id: 702,
    update: { NewAmount: 1035 },
    replace: { EffectiveDate: '2028-07-01', NewAmount: 1035, ChangeType: 'C' },
  },
  LeaseRenewals: {
    create: {
      LeaseId: 9209,
      NewStartDate: '2026-08-01',
      NewRent: 900,
      NoticeDate: '2026-06-12',
      DeliveryMethod: 'R',
      OtherChanges: 'Le stationnement est déneigé par le locateur.',
    },
    id: 542,
    update: { Comment: 'Le locataire a demandé un délai de réflexion.' },
    replace: {
      NoticeDate: '2026-05-29',
      NoticeReceivedDate: '2026-06-01',
      DeliveryMethod: 'R',
      NewEndDate: '2027-09-30',
      NewRent: 995,
      GuidelinePercent: 3.1,
    },
  },
  Services: {
    create: {
      ServiceCode: 'DENEIGE',
      NameFr: 'Déneigement',
      NameEn: 'Snow removal',
      ServiceKind: 'SE',
      DefaultAmount: 25,
      BillingFrequency: 'M',
      TaxMode: 'T',
    },
    id: 6,
    update: { DefaultAmount: 48 },
    replace: {
      NameFr: 'Internet',
      NameEn: 'Internet',
      ServiceKind: 'SE',
      DefaultAmount: 48,
      TaxMode: 'T',
      GlAccountNo: '4400',
    },
  },
  TenantServices: {
    create: {
      TenantId: 9102,
      ServiceCode: 'INTERNET',
      StartDate: '2026-07-01',
      Amount: 45,
      BillingFrequency: 'M',
    },
    id: 830,
    update: { Amount: -60 },
    replace: {
      StartDate: '2026-07-01',
      EndDate: '2026-08-31',
      Amount: -60,
      Description: 'Rabais, 2 premiers mois',
    },
  },
  Parkings: {
    create: {
      CompanyNo: 3,
      DivisionNo: 1,
      BuildingCode: '1000CHENES',
      ParkingCode: 'P01',
      ParkingType: 'E',
      MonthlyPrice: 80,
    },
    id: 9304,
    update: { MonthlyPrice: 85, HasChargingStation: true },
  },
  TenantParkings: {
    create: {
      CompanyNo: 3,
      DivisionNo: 2,
      TenantType: 'D',
      TenantNo: 14,
      BuildingCode: '900DEMO',
      ParkingCode: 'P04',
      StartDate: '2026-07-01',
      IsRenewable: true,
      Amount: 75,
      LicensePlate: 'K12 ABC',
      VehicleMake: 'Toyota',
    },
    id: 9401,
    update: { LicensePlate: 'L34 DEF', VehicleMake: 'Kia', VehicleModel: 'Niro' },
    replace: {
      StartDate: '2025-07-01',
      EndDate: '2026-06-30',
      IsRenewable: true,
      Amount: 75,
      LicensePlate: 'L34 DEF',
    },
  },
  Storages: {
    create: {
      CompanyNo: 3,
      DivisionNo: 1,
      BuildingCode: '1000CHENES',
      StorageCode: 'R01',
      MonthlyPrice: 25,
    },
    id: 9353,
    update: { MonthlyPrice: 22.5, Location: 'Sous-sol, allée B' },
  },
  TenantStorages: {
    create: {
      TenantId: 9114,
      StorageId: 9353,
      StartDate: '2026-07-01',
      IsRenewable: true,
      Amount: 20,
    },
    id: 9452,
    update: { PadlockNo: '4471' },
    replace: {
      StartDate: '2025-07-01',
      EndDate: '2026-06-30',
      IsRenewable: true,
      Amount: 20,
      PadlockNo: '4471',
    },
  },
  Inspections: {
    create: {
      UnitId: 9001,
      TenantId: 9101,
      InspectionType: 'S',
      ScheduledStart: '2026-06-30T14:00:00Z',
      EmployeeId: 6,
      NoticeSentDate: '2026-06-12T13:00:00Z',
    },
    id: 1,
    update: { ScheduledStart: '2026-06-30T18:00:00Z' },
    replace: { InspectionType: 'S', ScheduledStart: '2026-06-30T18:00:00Z', EmployeeId: 6 },
  },
  AccessKeys: {
    create: {
      BuildingId: 900,
      UnitId: 9001,
      KeyCode: '900-101-A',
      KeyType: 'C',
      Quantity: 2,
      TenantId: 9101,
      IssuedDate: '2026-06-15',
    },
    id: 1,
    update: { Quantity: 1, Comment: 'Une clé perdue le 2026-06-14.' },
    replace: { KeyCode: '900-101-A', KeyType: 'C', Quantity: 1 },
  },
  MeterReadings: {
    create: {
      UnitId: 9501,
      MeterNo: 'HQ-778201',
      UtilityType: 'E',
      ReadingDate: '2026-06-15',
      Reading: 48_790,
    },
  },
  BankAccounts: {
    id: 2,
    update: { Name: "Compte d'exploitation de Lévis" },
    replace: {
      Name: "Compte d'exploitation de Lévis",
      InstitutionNo: '815',
      TransitNo: '20001',
      IsDefault: true,
    },
  },
  ServiceCallCategories: {
    create: {
      CategoryCode: 'DENEIG',
      NameFr: 'Déneigement',
      NameEn: 'Snow removal',
      DefaultPriority: 'N',
      ResponseHours: 12,
      ResolutionHours: 24,
    },
    id: 7,
    update: { ResponseHours: 24 },
    replace: { NameFr: 'Aires communes', NameEn: 'Common areas', ResponseHours: 24 },
  },
  Suppliers: {
    create: {
      CompanyNo: 3,
      SupplierCode: 'ELECTROQC',
      Name: 'Électro Québec inc.',
      Trade: 'EL',
      Phone: '418-555-0175',
      Email: 'service@electroqc.example',
      GstNo: '123456789 RT0001',
      QstNo: '1234567890 TQ0001',
      PaymentTermsDays: 30,
    },
    id: 41,
    update: { PaymentTermsDays: 45, ContactName: 'Denis Plante' },
    replace: { Name: 'Plomberie Expert inc.', PaymentTermsDays: 45, ContactName: 'Denis Plante' },
  },
  GlAccounts: {
    create: {
      CompanyNo: 3,
      AccountNo: '5230',
      NameFr: 'Entretien - déneigement',
      NameEn: 'Maintenance - snow removal',
      AccountType: 'D',
    },
    id: 22,
    update: {
      NameFr: 'Entretien - plomberie et drains',
      NameEn: 'Maintenance - plumbing and drains',
    },
  },
  Budgets: {
    create: {
      CompanyNo: 3,
      DivisionNo: 1,
      FiscalYear: 2027,
      GlAccountId: 22,
      BuildingId: 630,
      Amount01: 420,
      Amount02: 420,
      Amount03: 420,
    },
    id: 71,
    update: { Amount07: 650, Amount08: 650 },
  },
  PreauthorizedDebits: {
    create: {
      CompanyNo: 3,
      DivisionNo: 2,
      TenantType: 'D',
      TenantNo: 14,
      InstitutionNo: '815',
      TransitNo: '20001',
      AccountNo: '1234567',
      AccountHolderName: 'Léa Bouchard',
      AgreementDate: '2026-06-15',
      StartDate: '2026-07-01',
      DebitDay: 1,
    },
    id: 140,
    update: { DebitDay: 15, Status: 'S' },
    replace: { StartDate: '2025-07-01', DebitDay: 15, AmountType: 'F', FixedAmount: 950 },
  },
  Documents: {
    create: {
      CompanyNo: 3,
      DivisionNo: 2,
      DocumentType: 'PHOTO',
      Title: 'Façade',
      FileName: 'façade.jpg',
      ContentType: 'image/jpeg',
      DocumentDate: '2026-06-15',
      BuildingId: 900,
    },
    id: 1,
    update: { Title: 'Façade, côté cour', IsPublicListing: true },
    replace: {
      DocumentType: 'PHOTO',
      Title: 'Façade, côté rue',
      DocumentDate: '2026-06-15',
      BuildingId: 900,
      IsPublicListing: true,
    },
  },
  ServiceCalls: {
    create: {
      CompanyNo: 3,
      DivisionNo: 1,
      BuildingCode: '1000PINS',
      UnitCode: '1',
      CategoryId: 2,
      Title: "Fuite sous l'évier",
      Description: "Le siphon de l'évier de cuisine coule.",
      Location: 'Cuisine',
      Source: 'P',
      ExternalId: 'portail-4480',
    },
    id: 1,
    // An appointment in a leased dwelling: the tenant was told 24 hours before.
    update: {
      Status: 'P',
      AssignedEmployeeId: 4,
      ScheduledStart: '2026-06-17T14:00:00Z',
      ScheduledEnd: '2026-06-17T16:00:00Z',
      AccessNoticeDate: '2026-06-15T14:00:00Z',
    },
    // What PUT leaves out gets its default: the state is said.
    replace: {
      UnitId: 1448,
      TenantId: 7535,
      CategoryId: 2,
      Priority: 'H',
      Status: 'E',
      Title: "Fuite sous l'évier",
      Description: "Le siphon de l'évier de cuisine coule.",
      AssignedEmployeeId: 4,
    },
  },
  ServiceCallDetails: {
    create: {
      ServiceCallId: 1,
      DetailType: 'M',
      EmployeeId: 4,
      Description: 'Remplacement du siphon',
      Quantity: 1.5,
      IsVisibleToTenant: true,
    },
    id: 1,
    update: { Quantity: 2 },
    replace: { EmployeeId: 4, Description: 'Remplacement du siphon', Quantity: 2, UnitPrice: 48 },
    deleted: 1,
  },
  Notes: {
    create: {
      CompanyNo: 3,
      DivisionNo: 2,
      TenantId: 9116,
      NoteType: 'R',
      Subject: 'Loyer de juin',
      Body: 'Le locataire promet de payer le 20 juin.',
      FollowUpDate: '2026-06-22',
    },
    id: 1,
    update: { Body: 'Le locataire promet de payer le 25 juin.', FollowUpDate: '2026-06-26' },
    replace: { TenantId: 9116, NoteType: 'R', Body: 'Le locataire promet de payer le 25 juin.' },
  },
  WebhookEndpoints: {
    create: {
      Url: 'https://crm.example.com/primmo',
      Description: 'CRM, unités et locataires',
      Entities: ['Unit', 'Tenant'],
      Filter: 'CompanyNo eq 3',
      ResponseHeaders: 'X-Api-Key:k-4711',
    },
    id: 1,
    update: { Entities: ['Unit', 'Tenant', 'Lease'], Description: 'CRM' },
    replace: { Url: 'https://crm.example.com/primmo/2', Entities: ['Unit', 'Tenant'] },
    deleted: 2,
  },
}

/** By `Set/Name`. */
export const actionExamples: Readonly<Record<string, ActionExample>> = {
  'Leases/Cancel': {
    id: 9255,
    parameters: { Reason: "Désistement du locataire avant l'entrée" },
  },
  'WebhookEndpoints/Test': { id: 1, parameters: {} },
  'WebhookEndpoints/Pause': { id: 1, parameters: {} },
  'WebhookEndpoints/Resume': { id: 1, parameters: {} },
  'WebhookEndpoints/RotateSecret': { id: 1, parameters: { OverlapHours: 48 } },
  'WebhookEndpoints/Replay': {
    id: 1,
    parameters: {
      Since: '2026-06-14T00:00:00Z',
      OnlyFailed: false,
      DryRun: true,
      Entities: ['Unit'],
    },
  },
  'WebhookDeliveries/Resend': { id: 1, parameters: {} },
}
