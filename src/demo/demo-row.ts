/** Rows of the demonstration portfolio before they reach the database: values by property name. */

import type { IsoDate } from '../domain/leasing/dates.ts'
import type { EntityType } from '../model/entity-type.ts'
import { model } from '../model/model.ts'

/** A decimal is its text (`1000.00`), so that no amount passes through floating point. */
export type DemoValue = string | number | boolean | null
export type DemoValues = Readonly<Record<string, DemoValue>>

export interface DemoRow {
  readonly type: EntityType
  /** Every property of the type, in the order of the model. */
  readonly values: DemoValues
  /** Bytes of a document. */
  readonly content?: Buffer
}

/** Clock of step 1 of the load: everything that no scenario enters later. */
export const stepOneClock = '2026-01-05T14:00:00Z'

/** Clock of the last step: the portfolio is meant for this instant and its business date. */
export const finalClock = '2026-06-15T04:05:00Z'
export const demoBusinessDate: IsoDate = '2026-06-15'

/** When a fact dated `date` was entered: at nine o'clock that day, never before step 1. */
export function clockOf(date: IsoDate | null): string {
  const clock = `${date}T14:00:00Z`
  return date === null || clock < stepOneClock ? stepOneClock : clock
}

/**
 * Completes a row with the model's defaults and the clock of its load step; throws when a value names
 * no property of the type.
 */
export function demoRow(entity: string, given: DemoValues, clock: string = stepOneClock): DemoRow {
  const type = model.getType(entity)
  const defaults = defaultsOf(type)
  for (const name in given) {
    if (!(name in defaults)) throw new Error(`${entity} has no property ${name}`)
  }
  const values = { ...defaults, ...given, CreatedDate: stepOneClock, ModifiedDate: clock }
  return { type, values }
}

/** Kept by type: a large portfolio asks for them a million times. */
const defaultsByType = new Map<EntityType, DemoValues>()

function defaultsOf(type: EntityType): DemoValues {
  const known = defaultsByType.get(type)
  if (known !== undefined) return known
  const defaults = Object.fromEntries(
    type.properties.map(({ name, default: value }) => [name, value ?? null]),
  )
  defaultsByType.set(type, defaults)
  return defaults
}

/** Text of a number kept as an integer: `decimalText(122500, 2)` is `1225.00`. */
export function decimalText(units: number, scale: number): string {
  const digits = String(Math.abs(units)).padStart(scale + 1, '0')
  const whole = digits.slice(0, digits.length - scale)
  return `${units < 0 ? '-' : ''}${whole}.${digits.slice(digits.length - scale)}`
}

/** An amount in cents. */
export function money(cents: number): string {
  return decimalText(cents, 2)
}
