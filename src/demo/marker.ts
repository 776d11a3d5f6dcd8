/**
 * Marks a portfolio as one account's: its marker is in every text that a person wrote, so that a byte
 * of another account's data in an answer can be told from one's own.
 */

import type { DemoRow, DemoValue } from './demo-row.ts'

/** Texts that carry the marker; one that is null becomes the marker alone. */
const markedProperties: Readonly<Record<string, readonly string[]>> = {
  BankAccount: ['Name'],
  Building: ['Name', 'Sector'],
  Characteristic: ['NameFr', 'NameEn'],
  CoTenant: ['LastName'],
  Company: ['Name', 'LegalName'],
  Document: ['Title'],
  Employee: ['LastName'],
  GlAccount: ['NameFr', 'NameEn'],
  Lease: ['Comment'],
  LeasePriceChange: ['Reason'],
  LedgerDivision: ['Name', 'CompanyName'],
  LookupCode: ['NameFr', 'NameEn'],
  Message: ['Subject', 'Body'],
  MeterReading: ['MeterNo'],
  Owner: ['LastName'],
  Parking: ['Comment'],
  PreauthorizedDebit: ['AccountHolderName'],
  Prospect: ['LastName'],
  RentalApplication: ['Comment'],
  Service: ['NameFr', 'NameEn'],
  ServiceCall: ['Title', 'Description'],
  ServiceCallCategory: ['NameFr', 'NameEn'],
  ServiceCallDetail: ['Description'],
  Storage: ['Comment'],
  Supplier: ['Name'],
  Tenant: ['LastName'],
  TenantParking: ['VehicleModel'],
  TenantService: ['Description'],
  TenantStorage: ['PadlockNo'],
  UnavailableUnit: ['Description'],
  Unit: ['ListingTitleFr', 'ListingTitleEn'],
  Visit: ['Feedback'],
}

/** The row with the marker at the end of its texts, cut to their length; unchanged without marker. */
export function marked(row: DemoRow, marker: string): DemoRow {
  const names = markedProperties[row.type.name]
  if (marker === '' || names === undefined) return row
  const values: Record<string, DemoValue> = { ...row.values }
  for (const name of names) {
    const property = row.type.properties.find((candidate) => candidate.name === name)
    if (property?.maxLength === undefined) throw new Error(`${row.type.name}.${name} is no text`)
    values[name] = appended(values[name] ?? null, marker, property.maxLength)
  }
  return { ...row, values }
}

function appended(text: DemoValue, marker: string, maxLength: number): string {
  if (text === null) return marker.slice(0, maxLength)
  return `${String(text).slice(0, maxLength - marker.length - 1)} ${marker}`
}
