/** The life cycle of a service call, as data: where each state leads, and what a state demands. */

import type { Phrase } from '../../errors/phrase.ts'
import type { Row } from '../command/row.ts'
import type { LifeCycle } from '../command/transitions.ts'

export const serviceCallLifeCycle: LifeCycle = {
  initial: ['N', 'A', 'P'],
  transitions: {
    N: ['A', 'P', 'E', 'S', 'X'],
    A: ['N', 'P', 'E', 'S', 'X'],
    P: ['A', 'E', 'S', 'X'],
    E: ['S', 'T'],
    S: ['A', 'P', 'E', 'X'],
    T: ['E', 'F'],
    F: [],
    X: [],
  },
}

/** In which nothing but the satisfaction of the tenant is written any more. */
export const closedStates: readonly string[] = ['F', 'X']

/** One of several properties that has to have a value. */
type Demand = readonly string[]

const ASSIGNED: Demand = ['AssignedEmployeeId', 'SupplierId']

const demands: Readonly<Record<string, readonly Demand[]>> = {
  A: [ASSIGNED],
  P: [ASSIGNED, ['ScheduledStart']],
  E: [ASSIGNED],
  S: [['OnHoldReason']],
  X: [['CancelReason']],
  T: [['Resolution']],
}

/** Every property that some state demands. */
export const demandedProperties: readonly string[] = [...new Set(Object.values(demands).flat(2))]

/** What the call's state demands and the row does not have. */
export function missingDemands(status: string, row: Row): readonly Demand[] {
  return (demands[status] ?? []).filter((demand) => demand.every((name) => isBlank(row[name])))
}

/** A reason of blanks is none. */
function isBlank(value: Row[string] | undefined): boolean {
  return value === null || value === undefined || (typeof value === 'string' && value.trim() === '')
}

/** `AssignedEmployeeId ou SupplierId, ScheduledStart`. */
export function demandText(missing: readonly Demand[]): Phrase {
  const join = (or: string): string => missing.map((names) => names.join(` ${or} `)).join(', ')
  return { fr: join('ou'), en: join('or') }
}

/** Which instant the entry into a state sets; that of the assignment is the first one only. */
export const entryDates: Readonly<Record<string, string>> = {
  E: 'StartedDate',
  T: 'CompletedDate',
  F: 'ClosedDate',
  X: 'CancelledDate',
}

/** Somebody has been charged with the call. */
export const assignedStates: readonly string[] = ['A', 'P', 'E']
