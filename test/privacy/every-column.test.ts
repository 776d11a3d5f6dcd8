/**
 * Security §6, Law 25: nothing that the model can hold about a person is forgotten when the person is made anonymous. One
 * row of each type is filled in every column, and all persons to whom it leads are anonymised at once.
 */

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { EntityType, Property } from '../../src/model/entity-type.ts'
import { getEnumeration } from '../../src/model/get-enumeration.ts'
import { domainTypes } from '../../src/model/model.ts'
import { columnName, hasTable, tableName } from '../../src/model/naming.ts'
import { personalClassOf, personPathsOf } from '../../src/model/personal-information.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'
import { runPrivacy } from './run-privacy.ts'
import { dumpDatabase } from './whole-database.ts'

/** Letters that nothing else of the database has. */
const NAME = 'Ðorotheŷ Ðelaqueŷe'

const PEOPLE = [
  'Tenant',
  'CoTenant',
  'TenantContact',
  'Prospect',
  'Owner',
  'Employee',
  'Supplier',
] as const

/** Of the row of each type that is about them. */
const ID = 880_001

let app: TestApp
/** `Type.Property`, and by what its value is known. */
const filled = new Map<string, string>()

const stored = domainTypes.filter(hasTable)

beforeAll(async () => {
  app = await startTestApp()
  const inserts = stored.map((type) => insertOf(type))
  // Neither rules nor triggers hear of it: rows are to be full, not to make sense.
  await unheard(inserts)
})

afterAll(() => app.close())

async function unheard(statements: readonly string[]): Promise<void> {
  const lines = ['set session_replication_role = replica', ...statements]
  await app.sql([...lines, 'set session_replication_role = origin'].join(';'))
}

/** Full in every column, and about each person to whom a row of the type can lead. */
function insertOf(type: EntityType): string {
  const steps = new Set(personPathsOf(type).flatMap(({ path }) => path.slice(0, 1)))
  const values = new Map<string, string>([['account_id', '1']])
  for (const property of type.properties) {
    const value = valueOf(type, property)
    if (value !== undefined) values.set(columnName(property), value)
  }
  for (const { name, from, cardinality } of type.navigation)
    if (steps.has(name) || (cardinality !== 'many' && values.has(columnName({ name: from }))))
      values.set(columnName({ name: from }), String(ID))
  values.set('id', String(ID))
  if (type.name === 'Tenant') {
    // By which it is found elsewhere.
    values.set('last_name', "'Ðelaqueŷe'")
    values.set('first_name', "'Ðorotheŷ'")
  }
  return `insert into ${tableName(type)} (${[...values.keys()].join(', ')}) values (${[...values.values()].join(', ')})`
}

const MARK_LENGTH = 5
/** What the database holds to a form of its own. */
const FORMED: ReadonlySet<string> = new Set(['Sha256', 'ContentType'])

function takesText(property: Property): boolean {
  return (
    property.type === 'Edm.String' &&
    property.enumeration === undefined &&
    property.code === undefined &&
    (property.maxLength ?? 0) >= MARK_LENGTH &&
    !FORMED.has(property.name)
  )
}

function valueOf(type: EntityType, property: Property): string | undefined {
  const isPersonal = personalClassOf(property) !== undefined
  if (type.name === 'Tenant' && /^(?:Last|First)Name$/.test(property.name)) return "''"
  if (takesText(property)) {
    const mark = `Ð${filled.size.toString(36).padStart(3, '0')}Ð`
    filled.set(`${type.name}.${property.name}`, mark)
    const text = isPersonal ? `${mark} ${NAME}`.slice(0, property.maxLength) : mark
    return property.sealed === true ? `convert_to('${text}', 'UTF8')` : `'${text}'`
  }
  return isPersonal || !property.nullable ? plainValue(property) : undefined
}

function plainValue({ type, enumeration, maxLength = 1, maximum = 97 }: Property): string {
  switch (type) {
    case 'Edm.Boolean':
      return 'false'
    case 'Edm.Date':
      return "'1911-03-07'"
    case 'Edm.DateTimeOffset':
      return "'1911-03-07T12:00:00Z'"
    case 'Edm.Decimal':
      return '73.91'
    case 'Edm.Int32':
    case 'Edm.Int64':
      return String(Math.min(maximum, 97))
    case 'Edm.String':
      return enumeration === undefined
        ? `'${'9'.repeat(Math.min(maxLength, 64))}'`
        : `'${getEnumeration(enumeration).members[0]?.code}'`
  }
}

/** What was going on has ended. */
const endings = [
  "leases set status = 'T'",
  "tenant_parkings set held_through_date = '1911-04-01', end_date = '1911-04-01'",
  "tenant_storages set held_through_date = '1911-04-01', end_date = '1911-04-01'",
  'tenants set balance = 0',
  'receivable_transactions set open_amount = 0',
  "preauthorized_debits set status = 'X'",
  "service_calls set status = 'F'",
  "co_tenants set end_date = '1911-04-01'",
  "rental_applications set status = 'X'",
  "visits set status = 'F'",
  "building_owners set end_date = '1911-04-01'",
  'units set owner_id = null',
  'invoices set balance_amount = 0',
]

const anonymise = () =>
  runPrivacy(
    app,
    'anonymise',
    '--before-retention-ends',
    ...PEOPLE.flatMap((type) => ['--person', `${type}:${ID}`]),
  )

/** Of every amount of every set, the sum; of what tenants owe, each. */
async function totals(): Promise<unknown> {
  const sums = stored.map(async (type) => {
    const amounts = type.properties
      .filter(
        (property) => property.type === 'Edm.Decimal' && personalClassOf(property) === undefined,
      )
      .map((property) => `sum(${columnName(property)})::text as ${columnName(property)}`)
    return app.sql(
      `select ${['count(*)::integer as rows', ...amounts].join(', ')} from ${tableName(type)} where account_id = 1`,
    )
  })
  const owed = app.sql(
    `select tenant_id, sum(amount)::text as amount, sum(open_amount)::text as open from receivable_transactions
      where account_id = 1 group by tenant_id order by tenant_id`,
  )
  const balances = app.sql('select id, balance::text from tenants where account_id = 1 order by id')
  return Promise.all([...sums, owed, balances])
}

/** `Type.Property`, of which the value is found in some table. */
async function remaining(): Promise<readonly string[]> {
  const text = [...(await dumpDatabase(app)).values()].flat().join('\n')
  return [...filled].filter(([, mark]) => text.includes(mark)).map(([name]) => name)
}

const isNamedIn = (text: string): boolean => /[ðÐ]orothe|[ðÐ]elaque/.test(text)

/**
 * By type: what says nothing about a person. Of a new field that is not here the value has to go with the person.
 *
 * Texts that people write freely are here as far as their rows are about nobody of these, and lose the name alone. What
 * another system calls a row is no more than its Id, which stays too: it is gone from persons, and in the audit.
 */
const aboutNobody: Readonly<Record<string, string>> = {
  BankAccount:
    'AccountNoMasked Name OriginatorId OriginatorLongName OriginatorShortName ProcessingCentre TransitNo',
  BillingRun: 'ErrorMessage Period RequestedBy',
  Budget: 'Version',
  Building:
    'AssessmentRollNo City CivicNoAndStreet Comment DescriptionEn DescriptionFr Email EmergencyPhone LotNo Name OfficePhone PostalCode Sector Website',
  BuildingCharacteristic: 'Value',
  Characteristic: 'NameEn NameFr',
  Company: 'City CivicNoAndStreet Email GstNo LegalName Name Neq Phone PostalCode QstNo Website',
  Document: 'ExternalId',
  FinancialStatement: 'NameEn NameFr Period Section',
  FiscalPeriod: 'Period',
  GlAccount: 'NameEn NameFr StatementSection',
  GlEntry: 'Description Period',
  Invoice:
    'Description ExternalReference ExternalSystem InvoiceNo PaymentReference Period PurchaseOrderNo',
  InvoiceLine: 'Description',
  Lease: 'ExternalId LeaseNo',
  LedgerDivision: 'City CivicNoAndStreet CompanyName Email GstNo Name Phone PostalCode QstNo',
  LookupCode: 'Category NameEn NameFr',
  Message: 'ExternalId',
  MeterReading: 'MeterNo',
  Parking: 'Level Location',
  Payment: 'DepositSlipNo ExternalReference ExternalSystem',
  Prospect: 'ExternalId',
  ReceivableTransaction: 'BillingKey ExternalId Period',
  RentalApplication: 'ExternalId',
  Rl31Slip: 'DwellingNo',
  Service: 'NameEn NameFr',
  ServiceCall: 'ExternalId',
  ServiceCallCategory: 'NameEn NameFr',
  Storage: 'Level Location',
  Supplier: 'ExternalId',
  Tenant: 'ExternalId',
  TenantParking: 'ExternalId LastBilledPeriod',
  TenantService: 'ExternalId LastBilledPeriod',
  TenantStorage: 'ExternalId LastBilledPeriod PadlockNo',
  UnavailableUnit: 'Description',
  Unit: 'CivicNoAndStreet DoorNo ListingDescriptionEn ListingDescriptionFr ListingTitleEn ListingTitleFr MeterNo Rl31DwellingNo VirtualTourUrl',
  UnitCharacteristic: 'Value',
  Visit: 'ExternalId',
}

describe('security §6 Law 25: who may be made anonymous', () => {
  test('nobody of whom something goes on, and each of the things is said', async () => {
    const { code, stderr } = await anonymise()
    expect(code).toBe(4)
    const reasons = stderr.split('\n').filter((line) => line.startsWith('- '))
    expect(reasons.map(reasonOf)).toEqual([
      'Tenant: lease · is in force or to come',
      'Tenant: space · is still rented',
      'Tenant: space · is still rented',
      'Tenant: the balance is $·',
      'Tenant: pre-authorized debit agreement · is not cancelled',
      'Tenant: service call · is open',
      'CoTenant: the person lives there through ·',
      'Prospect: rental application · is open',
      'Prospect: visit · is planned',
      'Owner: the person owns ·',
      'Owner: the person owns ·',
      'Supplier: invoice · is not paid',
      'Supplier: service call · is open',
    ])
  })
})

/** `Tenant: lease · …`, whatever its number is. */
function reasonOf(line: string): string {
  return line.replace(/^- (\w+):\d+/, '$1').replace(/Ð\w+Ð|\d[\d.]*|∞/g, '·')
}

describe('security §6 Law 25: every column', () => {
  beforeAll(() =>
    unheard(endings.map((each) => `update ${each} where account_id = 1 and id = ${ID}`)),
  )

  test('is full before', async () => {
    expect(await remaining()).toEqual([...filled.keys()])
  })

  test('of a person is empty or about nobody afterwards, and every total is as it was', async () => {
    const before = await totals()
    expect(await anonymise()).toMatchObject({ code: 0, stderr: '' })
    expect(await totals()).toEqual(before)
    const expected = Object.entries(aboutNobody).flatMap(([type, names]) =>
      names.split(' ').map((name) => `${type}.${name}`),
    )
    expect((await remaining()).toSorted()).toEqual(expected.toSorted())
  })

  test('that holds no text is as empty', async () => {
    const left: string[] = []
    for (const type of stored.filter((each) => personPathsOf(each).length > 0))
      for (const property of type.properties) {
        if (personalClassOf(property) === undefined || takesText(property)) continue
        const column = columnName(property)
        const [same] = await app.column<boolean>(
          `select coalesce(${column} = ${plainValue(property)}, false) from ${tableName(type)} where account_id = 1 and id = ${ID}`,
        )
        if (same === true) left.push(`${type.name}.${property.name}`)
      }
    expect(left).toEqual([])
  })

  test('names the person no longer, of whomever the row is', async () => {
    const tables = [...(await dumpDatabase(app))]
    const naming = tables.filter(([, rows]) => rows.some(isNamedIn)).map(([table]) => table)
    expect(naming).toEqual([])
  })
})
