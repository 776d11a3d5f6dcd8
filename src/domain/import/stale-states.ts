/** What the days of an account write into rows by themselves, and how it is told that it is not up to date. */

import { columnName } from '../../model/naming.ts'
import type { Row } from '../command/row.ts'
import type { StatefulType } from '../command/touched-states.ts'

/** Somebody has read a state that follows from what the chunk has written and is not stored yet. */
export class StaleState extends Error {}

/** As `refresh_states` writes them. */
const states: Readonly<Record<StatefulType, readonly string[]>> = {
  Lease: ['Status'],
  Unit: [
    'OccupancyStatus',
    'CurrentLeaseId',
    'CurrentTenantId',
    'CurrentRent',
    'LowestRentLast12Months',
    'AvailableDate',
    'NextLeaseStartDate',
    'IsReserved',
    'ReservedUntil',
  ],
  Tenant: ['Status', 'CurrentLeaseId', 'UnitId', 'BuildingCode', 'UnitCode'],
  Parking: ['IsOccupied', 'CurrentTenantId', 'AvailableDate'],
  Storage: ['IsOccupied', 'CurrentTenantId', 'AvailableDate'],
}

export function isStateful(type: string): type is StatefulType {
  return type in states
}

const patterns = new Map<StatefulType, RegExp>()

/** Finds a state's column in a condition. */
export function stateColumns(type: StatefulType): RegExp {
  const known = patterns.get(type)
  if (known !== undefined) return known
  const made = new RegExp(`\\b(?:${states[type].map((name) => columnName({ name })).join('|')})\\b`)
  patterns.set(type, made)
  return made
}

const views = new WeakMap<Row, Row>()

/** The row, whose states throw `StaleState`. */
export function staleView(type: StatefulType, row: Row): Row {
  const known = views.get(row)
  if (known !== undefined) return known
  const view = Object.defineProperties(
    { ...row },
    Object.fromEntries(states[type].map((name) => [name, STALE])),
  )
  views.set(row, view)
  return view
}

const STALE: PropertyDescriptor = {
  enumerable: true,
  configurable: true,
  get: () => {
    throw new StaleState()
  },
}
