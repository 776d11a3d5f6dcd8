/** Reference data of the recipe (§4): what exists before any building. */

import { addDays, addMonths } from '../domain/leasing/dates.ts'
import { enumerations } from '../model/enumerations.ts'
import { glAccountRows } from './chart-of-accounts.ts'
import { type DemoRow, demoRow, finalClock, stepOneClock } from './demo-row.ts'
import { companies, type DemoDivision, divisionKeys, divisions, glAccountId } from './divisions.ts'
import { callCategories } from './service-call-categories.ts'

/** Offices: one address per company, from the guide's sample rows. */
const offices = {
  1: { street: '100 boul. Laurier', city: 'Québec', postalCode: 'G1V 2L2', phone: '418-555-0110' },
  2: { street: '1000 rue des Pins', city: 'Québec', postalCode: 'G1M 2R4', phone: '418-555-0130' },
  3: { street: '1067 du Chevreau', city: 'Lévis', postalCode: 'G6Z 1A7', phone: '418-555-0104' },
  4: { street: '100 rue Boréale', city: 'Québec', postalCode: 'G1K 4A1', phone: '418-555-0150' },
} as const

const webNames: Readonly<Record<number, string>> = {
  1: 'immeubleslaurier',
  2: 'gestiondespins',
  3: 'residenceschevreau',
  4: 'complexeboreal',
}

const legalNames: Readonly<Record<number, string>> = {
  2: 'Gestion immobilière des Pins inc.',
}

const divisionMailboxes: Readonly<Record<number, string>> = {
  1: 'laurier',
  2: 'syndicat',
  3: 'quebec',
  4: 'levis',
  5: 'chevreau',
  6: 'boreal',
}

export function* referenceRows(): Iterable<DemoRow> {
  yield* lookupCodeRows()
  yield* taxRateRows()
  yield* employeeRows()
  yield* companyRows()
  yield* glAccountRows()
  yield* serviceRows()
  for (const division of divisions) {
    yield divisionRow(division)
    yield bankAccountRow(division)
    yield* fiscalPeriodRows(division)
  }
  yield* serviceCallCategoryRows()
  yield* characteristicRows()
  yield* supplierRows()
}

/** Every member of every enumeration, in the order of the model. */
function* lookupCodeRows(): Iterable<DemoRow> {
  let id = 0
  for (const [category, { members }] of Object.entries(enumerations)) {
    for (const [index, member] of members.entries()) {
      id += 1
      yield demoRow('LookupCode', {
        Id: id,
        Category: category,
        Code: member.code,
        NameFr: member.fr,
        NameEn: member.en,
        IsSystem: true,
        SortOrder: index + 1,
      })
    }
  }
}

function* taxRateRows(): Iterable<DemoRow> {
  yield demoRow('TaxRate', {
    Id: 1,
    TaxCode: 'TPS',
    RatePercent: '5.0000',
    StartDate: '2008-01-01',
  })
  yield demoRow('TaxRate', {
    Id: 2,
    TaxCode: 'TVQ',
    RatePercent: '9.9750',
    StartDate: '2013-01-01',
  })
}

function* employeeRows(): Iterable<DemoRow> {
  const employees = [
    ['ADMIN01', 'Fournier', 'Hélène', 'A', '418-555-0141'],
    ['GEST01', 'Bolduc', 'Marc', 'G', '418-555-0142'],
    ['GEST02', 'Arsenault', 'Isabelle', 'G', '418-555-0143'],
    ['TECH01', 'Boudreault', 'Simon', 'T', '418-555-0144'],
    ['LOC01', 'Desrosiers', 'Anne', 'L', '418-555-0145'],
    ['CONC01', 'Mercier', 'Yvon', 'C', '418-555-0146'],
  ] as const
  for (const [index, [code, lastName, firstName, role, phone]] of employees.entries()) {
    const mailbox = `${firstName}.${lastName}`.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()
    yield demoRow('Employee', {
      Id: index + 1,
      EmployeeCode: code,
      LastName: lastName,
      FirstName: firstName,
      Role: role,
      IsTechnician: role === 'T',
      MobilePhone: phone,
      Email: `${mailbox}@gestiondespins.example`,
      HourlyRate: role === 'T' ? '48.00' : null,
    })
  }
}

function* companyRows(): Iterable<DemoRow> {
  for (const { id, no, name } of companies) {
    yield demoRow('Company', {
      Id: id,
      CompanyNo: no,
      Name: name,
      LegalName: legalNames[id] ?? name,
      Neq: `117000000${no}`,
      GstNo: `10000000${no} RT0001`,
      QstNo: `100000000${no} TQ0001`,
      ...officeOf(id),
      Email: `info@${webNames[id]}.example`,
      Website: `https://${webNames[id]}.example`,
    })
  }
}

function divisionRow(division: DemoDivision): DemoRow {
  const { company } = division
  const account = (id: number) => glAccountId(company, id)
  return demoRow('LedgerDivision', {
    Id: division.id,
    ...divisionKeys(division),
    CompanyId: company.id,
    Name: division.name,
    CompanyName: company.name,
    DivisionType: division.divisionType,
    ...officeOf(company.id),
    Email: `${divisionMailboxes[division.id]}@${webNames[company.id]}.example`,
    ManagerEmployeeId: company.id === 2 ? 2 : 3,
    RentServiceId: division.buildingType === 'COM' ? 2 : 1,
    NsfServiceId: 9,
    ReceivableGlAccountId: account(2),
    PayableGlAccountId: account(6),
    BankGlAccountId: account(1),
    GstCollectedGlAccountId: account(7),
    QstCollectedGlAccountId: account(8),
    GstPaidGlAccountId: account(3),
    QstPaidGlAccountId: account(4),
  })
}

function officeOf(companyId: number) {
  const office = offices[companyId as keyof typeof offices] // every company has its office above
  return {
    CivicNoAndStreet: office.street,
    City: office.city,
    PostalCode: office.postalCode,
    Phone: office.phone,
  }
}

/** Account numbers end in the division's two numbers: `…201` belongs to 3-2, as in the guide. */
const bankAccountEndings: Readonly<Record<number, string>> = {
  1: '501',
  2: '601',
  3: '101',
  4: '201',
  5: '301',
  6: '401',
}

function bankAccountRow(division: DemoDivision): DemoRow {
  const { id, company } = division
  const originator = withoutAccentsUpper(company.name)
  return demoRow('BankAccount', {
    Id: id > 2 ? id - 2 : id + 4,
    ...divisionKeys(division),
    LedgerDivisionId: id,
    AccountCode: 'OPER',
    Name: "Compte d'exploitation",
    InstitutionNo: '815',
    TransitNo: '20001',
    AccountNoMasked: `****${bankAccountEndings[id]}`,
    GlAccountId: glAccountId(company, 1),
    OriginatorId: `815000012${company.id + 1}`,
    OriginatorShortName: company.id === 2 ? 'GESTION PINS' : originator.slice(0, 15).trim(),
    OriginatorLongName: originator.slice(0, 30).trim(),
    ProcessingCentre: '81510',
    NextFileCreationNo: id === 4 ? 58 : 1,
    IsDefault: true,
  })
}

function withoutAccentsUpper(name: string): string {
  return name.normalize('NFD').replace(/\p{M}/gu, '').replace(/\./g, '').toUpperCase()
}

/** 2025-01 to 2026-12; step 6 closes those through 2026-04. */
function* fiscalPeriodRows(division: DemoDivision): Iterable<DemoRow> {
  for (const year of [2025, 2026]) {
    for (let month = 1; month <= 12; month += 1) {
      const period = `${year}-${String(month).padStart(2, '0')}`
      const start = `${period}-01`
      const isClosed = period <= '2026-04'
      yield demoRow(
        'FiscalPeriod',
        {
          Id: 100 * division.id + (year === 2025 ? 50 : 0) + month,
          ...divisionKeys(division),
          LedgerDivisionId: division.id,
          Period: period,
          FiscalYear: year,
          PeriodNo: month,
          StartDate: start,
          EndDate: addDays(addMonths(start, 1), -1),
          Status: isClosed ? 'F' : 'O',
          ClosedDate: isClosed ? finalClock : null,
        },
        isClosed ? finalClock : stepOneClock,
      )
    }
  }
}

function* serviceRows(): Iterable<DemoRow> {
  const services = [
    ['LOYER', 'Loyer', 'Rent', 'LO', 'J', 'B', '4100', null],
    ['LOYERCOM', 'Loyer commercial', 'Commercial rent', 'LO', 'J', 'B', '4200', null],
    ['STATIONN', 'Stationnement', 'Parking', 'ST', 'J', 'S', '4300', '75.00'],
    ['RANGEMENT', 'Rangement', 'Storage', 'RA', 'J', 'S', '4310', '20.00'],
    ['BUANDERIE', 'Buanderie', 'Laundry', 'SE', 'P', 'E', '4400', '15.00'],
    ['INTERNET', 'Internet', 'Internet', 'SE', 'J', 'T', '4400', '45.00'],
    ['RABAIS', 'Rabais de loyer', 'Rent discount', 'RB', 'P', 'B', '4190', '-50.00'],
    ['CLIMATIS', 'Climatiseur', 'Air conditioner', 'SE', 'P', 'B', '4400', '20.00'],
    [
      'FRAISNSF',
      'Frais de paiement retourné',
      'Returned payment fee',
      'FR',
      'P',
      'E',
      '4900',
      '25.00',
    ],
    ['FRAISCLE', 'Frais de clé', 'Key fee', 'FR', 'P', 'E', '4900', '20.00'],
    ['REPAS', 'Repas', 'Meals', 'SE', 'J', 'E', '4400', '350.00'],
  ] as const
  for (const [index, [code, fr, en, kind, proration, tax, account, amount]] of services.entries()) {
    yield demoRow('Service', {
      Id: index + 1,
      ServiceCode: code,
      NameFr: fr,
      NameEn: en,
      ServiceKind: kind,
      DefaultAmount: amount,
      BillingFrequency: kind === 'FR' ? 'U' : 'M',
      ProrationMode: proration,
      TaxMode: tax,
      GlAccountNo: account,
      SortOrder: 10 * (index + 1),
    })
  }
}

function* serviceCallCategoryRows(): Iterable<DemoRow> {
  for (const category of callCategories.all) {
    yield demoRow('ServiceCallCategory', {
      Id: category.id,
      CategoryCode: category.code,
      NameFr: category.fr,
      NameEn: category.en,
      DefaultPriority: category.priority,
      ResponseHours: category.responseHours,
      ResolutionHours: category.resolutionHours,
      DefaultEmployeeId: 4,
      SortOrder: 10 * category.id,
    })
  }
}

function* characteristicRows(): Iterable<DemoRow> {
  const characteristics = [
    [3, 'ASCENSEUR', 'Ascenseur', 'Elevator', 'I', 'EQ', 'B'],
    [5, 'BUANDERIE', 'Buanderie', 'Laundry room', 'I', 'CO', 'B'],
    [7, 'PISCINE', 'Piscine', 'Pool', 'I', 'CO', 'B'],
    [9, 'BORNE', 'Borne de recharge', 'Charging station', 'I', 'EX', 'B'],
    [12, 'LAVEVAISS', 'Lave-vaisselle', 'Dishwasher', 'U', 'EQ', 'B'],
    [13, 'CLIM', 'Climatiseur', 'Air conditioner', 'U', 'EQ', 'B'],
    [14, 'BALCON', 'Balcon', 'Balcony', 'X', 'EX', 'B'],
    [15, 'VUE', 'Vue', 'View', 'U', 'CO', 'T'],
    [16, 'ANIMAUX', 'Animaux acceptés', 'Pets welcome', 'X', 'CO', 'B'],
  ] as const
  for (const [id, code, fr, en, scope, category, valueType] of characteristics) {
    yield demoRow('Characteristic', {
      Id: id,
      CharacteristicCode: code,
      NameFr: fr,
      NameEn: en,
      Scope: scope,
      Category: category,
      ValueType: valueType,
      SortOrder: 10 * id,
    })
  }
}

function* supplierRows(): Iterable<DemoRow> {
  const bought = { CompanyNo: 3, CompanyId: 2, City: 'Québec' }
  yield demoRow('Supplier', {
    ...bought,
    Id: 41,
    SupplierCode: 'PLOMBEXP',
    Name: 'Plomberie Express Québec inc.',
    ContactName: 'Mélanie Roy',
    CivicNoAndStreet: "77 rue de l'Industrie",
    PostalCode: 'G1N 3X5',
    Phone: '418-555-0177',
    Trade: 'PL',
    GstNo: '100000041 RT0001',
    QstNo: '1000000041 TQ0001',
    RbqLicenceNo: '5600-0041-01',
    DefaultGlAccountId: 22,
  })
  yield demoRow('Supplier', {
    ...bought,
    Id: 42,
    SupplierCode: 'TOITVIEUX',
    Name: 'Toitures du Vieux-Québec',
    Phone: '418-555-0178',
    Trade: 'TO',
    DefaultGlAccountId: 20,
    IsActive: false,
    InactiveReason: 'Entreprise fermée',
  })
  yield demoRow('Supplier', {
    ...bought,
    Id: 43,
    SupplierCode: 'ARTISAN',
    Name: 'Artisan Bergeron',
    Phone: '418-555-0179',
    Trade: 'AU',
    DefaultGlAccountId: 20,
  })
}
