/**
 * A row as the rules see it: by property name, values as the database writes them.
 *
 * Dates are `2026-07-01`, decimals `1000.00`, instants `2026-06-15T14:00:00.000Z`; so text order is date
 * order, and a decimal loses no digit. A list is its JSON text.
 */

import { Decimal } from 'decimal.js'
import type { IsoDate } from '../leasing/dates.ts'

export type FieldValue = string | number | boolean | null

export type Row = Readonly<Record<string, FieldValue>>

/** A row that is being made. */
export type Draft = Record<string, FieldValue>

/** A text, a code, a date, an instant or a decimal; null when it has no value. */
export function textOf(row: Row, property: string): string | null {
  const value = valueOf(row, property)
  if (value === null || typeof value === 'string') return value
  throw new Error(`${property} is no text`)
}

/** A text that the model declares not nullable. */
export function requiredText(row: Row, property: string): string {
  const text = textOf(row, property)
  if (text === null) throw new Error(`${property} has no value`)
  return text
}

export function dateOf(row: Row, property: string): IsoDate | null {
  return textOf(row, property)
}

export function requiredDate(row: Row, property: string): IsoDate {
  return requiredText(row, property)
}

export function numberOf(row: Row, property: string): number | null {
  const value = valueOf(row, property)
  if (value === null || typeof value === 'number') return value
  throw new Error(`${property} is no whole number`)
}

export function requiredNumber(row: Row, property: string): number {
  const number = numberOf(row, property)
  if (number === null) throw new Error(`${property} has no value`)
  return number
}

export function flagOf(row: Row, property: string): boolean {
  const value = valueOf(row, property)
  if (typeof value === 'boolean') return value
  throw new Error(`${property} is no yes or no`)
}

/** An amount or a quantity, to compute with. */
export function decimalOf(row: Row, property: string): Decimal | null {
  const text = textOf(row, property)
  return text === null ? null : new Decimal(text)
}

export function requiredDecimal(row: Row, property: string): Decimal {
  return new Decimal(requiredText(row, property))
}

function valueOf(row: Row, property: string): FieldValue {
  const value = row[property]
  // A rule that names a property the entity does not have is a bug; `undefined` would read as "no value".
  if (value === undefined) throw new Error(`The row has no property ${property}`)
  return value
}
