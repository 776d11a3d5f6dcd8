/**
 * from an application to a lease. An accepted application reserves its unit for some days; the lease that names
 * it converts it, and the prospect is won.
 */

import { model } from '../../model/model.ts'
import type { Change } from '../command/change.ts'
import { keyText } from '../command/key-text.ts'
import {
  dateOf,
  flagOf,
  numberOf,
  requiredDate,
  requiredNumber,
  requiredText,
  textOf,
} from '../command/row.ts'
import type { Rule } from '../command/rule.ts'
import { type LifeCycle, refuseTransition } from '../command/transitions.ts'
import type { WriteContext } from '../command/write-context.ts'
import { addDays } from '../leasing/dates.ts'

/** Another system may tell of an application when it is studied already. */
export const applicationLife: LifeCycle = {
  initial: ['S', 'E'],
  transitions: { S: ['E', 'R', 'X'], E: ['A', 'R', 'X'], A: ['X', 'B'], R: [], X: [], B: [] },
}

/** For how long an accepted application reserves its unit when nobody says. */
const RESERVATION_DAYS = 10

export const rentalApplication: Rule = {
  number: 'R-100',
  on: ['create', 'update'],
  errors: [
    'TRANSITION_NOT_ALLOWED',
    'TRANSITION_GUARD_FAILED',
    'APPLICATION_ALREADY_ACCEPTED',
    'SCREENING_CONSENT_REQUIRED',
    'DATE_ORDER',
  ],
  // The unit before the application, as a lease that converts it locks them: else the two wait for each other.
  async lockFirst(id, context) {
    const application = await context.find('RentalApplication', id)
    if (application !== undefined) await context.lock('Unit', numberOf(application, 'UnitId'))
  },
  async prepare(change, context) {
    const { after } = change
    const decision = dateOf(after, 'DecisionDate')
    if (after['Status'] === 'A' && decision !== null && after['ReservedUntil'] === null)
      change.set('ReservedUntil', addDays(decision, RESERVATION_DAYS))
    // Of two acceptances the later one is to see the earlier one.
    if (isReservedAnew(change)) await context.lock('Unit', requiredNumber(after, 'UnitId'))
  },
  async check(change, context) {
    refuseTransition(change, applicationLife)
    refuseUndecided(change)
    refuseScreening(change)
    if (isReservedAnew(change)) await refuseReserved(change, context)
  },
  async apply(change, context) {
    if (change.changes('Status', 'ReservedUntil', 'DecisionDate'))
      context.touched.add('Unit', requiredNumber(change.after, 'UnitId'))
    if (change.kind === 'create') await moveProspect(change, context)
  },
}

function isReservedAnew(change: Change): boolean {
  return change.after['Status'] === 'A' && change.changes('Status', 'ReservedUntil', 'DecisionDate')
}

function refuseUndecided(change: Change): void {
  const { after } = change
  if (!change.changes('Status', 'DecisionDate')) return
  const status = requiredText(after, 'Status')
  const demanded = GUARDS[status]
  if (demanded !== undefined && (after[demanded] ?? null) === null)
    change.refuse('TRANSITION_GUARD_FAILED', { to: status, fields: demanded }, { target: demanded })
}

/** Only a lease that names the application makes one of it. */
const GUARDS: Readonly<Record<string, string>> = { A: 'DecisionDate', B: 'LeaseId' }

function refuseScreening(change: Change): void {
  const { after } = change
  if (!change.changes('ScreeningResult', 'ScreeningConsent')) return
  if (textOf(after, 'ScreeningResult') !== null && !flagOf(after, 'ScreeningConsent'))
    change.refuse('SCREENING_CONSENT_REQUIRED', {}, { target: 'ScreeningResult' })
}

async function refuseReserved(change: Change, context: WriteContext): Promise<void> {
  const { after } = change
  const first = dateOf(after, 'DecisionDate')
  const last = dateOf(after, 'ReservedUntil')
  if (first === null || last === null) return
  if (last < first) {
    const fields = { field: 'ReservedUntil', other: 'DecisionDate' }
    change.refuse('DATE_ORDER', fields, { target: 'ReservedUntil' })
    return
  }
  const unitId = requiredNumber(after, 'UnitId')
  const [other] = await context.select(
    'RentalApplication',
    `id <> $2 and unit_id = $3 and status = 'A' and decision_date <= $5 and reserved_until >= $4`,
    [change.id, unitId, first, last],
  )
  if (other === undefined) return
  const key = keyText(model.getType('Unit'), await context.get('Unit', unitId))
  const date = requiredDate(other, 'ReservedUntil')
  change.refuse('APPLICATION_ALREADY_ACCEPTED', { key, date }, { target: 'Status' })
}

async function moveProspect({ after }: Change, context: WriteContext): Promise<void> {
  await context.update('Prospect', requiredNumber(after, 'ProspectId'), { Status: 'D' })
}
