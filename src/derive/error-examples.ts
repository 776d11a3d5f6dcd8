/** Any error of the catalogue as an answer shows it, with values such as the demonstration portfolio gives. */

import { type ErrorCode, errorCatalogue } from '../errors/catalogue.ts'
import { type Language, say } from './language.ts'
import type { Example } from './openapi-document.ts'

/** Values of placeholders by their names, which mean the same in all codes but those below. */
const usual: Readonly<Record<string, string | number>> = {
  amount: '1000.00',
  date: '2026-07-01',
  end: '2027-06-30',
  entity: 'Tenant',
  field: 'EndDate',
  file: 'Locataires.csv',
  fields: 'ScheduledStart',
  from: 'A',
  key: '3-2 900DEMO 102',
  header: 'Augmentation',
  hours: 24,
  lease: 'L-9202',
  limit: 1_048_576,
  max: 100,
  method: 'POST',
  min: 0,
  nearest: '',
  option: 'dryRun',
  other: 'StartDate',
  period: '2026-06',
  position: 1,
  property: 'Nom',
  reason: 'JSON',
  reference: '$1',
  rent: '950.00',
  request: '1',
  right: 'update',
  scale: 2,
  set: 'Leases',
  size: 48_213,
  start: '2026-07-01',
  status: 'A',
  tenant: '2.0',
  to: 'P',
  type: 'Lease',
  used: 100,
  value: 'X',
}

const particular: Readonly<Partial<Record<ErrorCode, Readonly<Record<string, string | number>>>>> =
  {
    DELETE_RESTRICTED: { entity: 'TenantService', key: 830 },
    DISCOUNT_EXCEEDS_RENT: { amount: '-1000.00' },
    DIVISION_MISMATCH: { entity: 'Unit' },
    DUPLICATE_KEY: { entity: 'Supplier', key: 'PLOMBEXP' },
    ENTITY_NOT_SUBSCRIBABLE: { value: 'units', available: 'Building, Unit' },
    FIELD_IMMUTABLE: { field: 'TenantId' },
    FIELD_READ_ONLY: { field: 'ModifiedDate' },
    GL_ACCOUNT_NOT_POSTABLE: { key: 1200 },
    ISOLATION_NOT_SUPPORTED: { isolation: 'snapshot' },
    IMPORT_FILE_REPEATED: { other: 'Tenants.csv', set: 'Tenants' },
    IMPORT_HEADER: { reason: 'IncreaseAmount, IncreasePercent' },
    IMPORT_VALUE_UNCLEAR: { value: '01/07/2026', reason: '2026-07-01, 2026-01-07' },
    INVALID_CODE: { field: 'LeaseCategory' },
    INVALID_FORMAT: { field: 'StartDate' },
    INVALID_KEY: { set: 'Leases', expected: 'Id | CompanyNo, DivisionNo, LeaseNo' },
    LIMIT_EXCEEDED: { limit: 1_000, what: '$filter (nodes)' },
    MAX_LENGTH_EXCEEDED: { field: 'ExternalId', max: 50 },
    OPERATION_NOT_SUPPORTED: { method: 'POST', entity: 'Buildings' },
    OWNERSHIP_OVER_100: { key: '3-1 1000PINS' },
    PARKING_ALREADY_RENTED: { key: '3-2 900DEMO P01' },
    PARKING_HELD_RENEWABLE: { key: '3-2 900DEMO P01' },
    PARKING_NOT_RENTABLE: { key: '3-2 900DEMO P05' },
    PERIOD_ALREADY_BILLED: { entity: 'TenantService', key: 830 },
    SCHEMA_VERSION_NOT_FOUND: { version: '0', current: '1' },
    PRICE_CHANGE_LOCKED: { key: 701 },
    PRICE_CHANGE_TYPE_RESERVED: { value: 'N' },
    REFERENCE_MISMATCH: { field: 'UnitId' },
    REFERENCE_NOT_FOUND: { entity: 'Unit', key: 999999 },
    ARGUMENT_MISMATCH: { name: 'contains', expected: 'Edm.String, Edm.String' },
    INVALID_LITERAL: { value: '2026-02-30', type: 'Edm.Date', position: 14 },
    IMPORT_SOURCE_REFUSED: { faults: 2 },
    IMPORT_REFUSED: { refused: 3, rows: 21 },
    QUERY_TOO_EXPENSIVE: { rows: 3_200_000_000, limit: 100_000_000 },
    SYNTAX_ERROR: { option: '$filter', position: 13, found: '∅', expected: '(' },
    TYPE_MISMATCH: { operator: 'gt', left: 'Edm.Decimal', right: 'Edm.String', position: 12 },
    NAME_IN_USE: { name: 'Name', type: 'Building' },
    UNKNOWN_TYPE: { name: 'Edm.Strng', position: 6, nearest: ' → Edm.String' },
    UNKNOWN_FUNCTION: { name: 'contain', position: 1, nearest: ' → contains' },
    SCALE_EXCEEDED: { field: 'RentAmount' },
    SERVICE_CALL_CLOSED: { key: '3-1 814' },
    ACCESS_NOTICE_TOO_SHORT: { date: '2026-06-17 10:00' },
    SERVICE_INACTIVE: { key: 'BUANDERIE' },
    STORAGE_ALREADY_RENTED: { key: '3-2 900DEMO R01' },
    STORAGE_HELD_RENEWABLE: { key: '3-2 900DEMO R01' },
    STORAGE_NOT_RENTABLE: { key: '3-2 900DEMO R03' },
    UNKNOWN_FIELD: { field: 'Nom', entity: 'Tenant', nearest: '' },
    UNKNOWN_OPTION: { option: '$filtre' },
    WEBHOOK_ADDRESS_REFUSED: { host: '10.0.0.7', reason: 'HAPI_WEBHOOK_ALLOW_CIDR=10.0.0.7/32' },
    WEBHOOK_HEADERS_INVALID: { reason: 'Content-Length' },
    WEBHOOK_URL_INVALID: { reason: 'ftp://' },
    VALUE_OUT_OF_RANGE: { field: 'RentAmount', min: 0, max: '9999999999.99' },
  }

/** Placeholders that name a property, which is then the target too. */
const targets = ['field', 'option', 'property']

/** `…` stands for a value that nobody gave; a test finds it. */
export function errorExample(code: ErrorCode, language: Language): Example {
  const { status, ...text } = errorCatalogue[code]
  const values = { ...usual, ...particular[code] }
  const names = [...text.fr.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name)
  const message = say(text, language).replace(/\{(\w+)\}/g, (_, name: string) =>
    String(values[name] ?? '…'),
  )
  const about = names.find((name) => targets.includes(name))
  const target = about === undefined ? {} : { target: String(values[about]) }
  return { summary: `${status} ${code}`, value: { error: { code, message, ...target } } }
}
