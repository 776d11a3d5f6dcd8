/**
 * Periods in which a unit is not available. The unit is locked first, as by whoever leases it:
 * of a period and a lease that come at once, the second sees the first.
 */

import { model } from '../../model/model.ts'
import type { Change } from '../command/change.ts'
import { keyText } from '../command/key-text.ts'
import {
  dateOf,
  numberOf,
  requiredDate,
  requiredNumber,
  requiredText,
  textOf,
} from '../command/row.ts'
import type { Rule } from '../command/rule.ts'
import type { WriteContext } from '../command/write-context.ts'
import { refuseEndOfTime } from './last-day.ts'
import { type Days, leasesHolding } from './lease-hold.ts'

const unavailability: Rule = {
  number: 'R-028',
  on: ['create', 'update', 'delete'],
  errors: ['UNAVAILABILITY_OVERLAP', 'UNAVAILABILITY_OVERLAPS_LEASE', 'VALUE_OUT_OF_RANGE'],
  async lockFirst(id, context) {
    const period = await context.find('UnavailableUnit', id)
    if (period !== undefined) await context.lock('Unit', numberOf(period, 'UnitId'))
  },
  prepare: (change, context) => context.lock('Unit', unitOf(change)),
  async check(change, context) {
    if (change.kind === 'delete' || !change.changes('StartDate', 'EndDate', 'ReasonCode')) return
    refuseEndOfTime(change, 'EndDate')
    await checkPeriods(change, context)
    // A casualty befalls a leased unit as well.
    if (textOf(change.after, 'ReasonCode') !== 'S') await checkLeases(change, context)
  },
  apply: (change, { touched }) => touched.add('Unit', unitOf(change)),
}

export const unavailabilityRules: readonly Rule[] = [unavailability]

function unitOf(change: Change): number {
  return requiredNumber(change.after, 'UnitId')
}

async function checkPeriods(change: Change, context: WriteContext): Promise<void> {
  const days = daysOf(change)
  const [other] = await context.select(
    'UnavailableUnit',
    `unit_id = $2 and id <> $3 and start_date <= coalesce($5::date, 'infinity')
      and coalesce(end_date, 'infinity') >= $4`,
    [unitOf(change), change.id, days.start, days.end],
  )
  if (other !== undefined)
    change.refuse(
      'UNAVAILABILITY_OVERLAP',
      { key: await unitKey(change, context) },
      { target: 'StartDate' },
    )
}

/** No Id of a lease: none is left out. */
const NO_LEASE = 0

async function checkLeases(change: Change, context: WriteContext): Promise<void> {
  const days = daysOf(change)
  const [first] = await leasesHolding({ unitId: unitOf(change) }, days, NO_LEASE, context)
  if (first !== undefined)
    change.refuse(
      'UNAVAILABILITY_OVERLAPS_LEASE',
      { lease: requiredText(first, 'LeaseNo'), key: await unitKey(change, context) },
      { target: 'StartDate' },
    )
}

function daysOf({ after }: Change): Days {
  return { start: requiredDate(after, 'StartDate'), end: dateOf(after, 'EndDate') }
}

async function unitKey(change: Change, context: WriteContext): Promise<string> {
  return keyText(model.getType('Unit'), await context.get('Unit', unitOf(change)))
}
