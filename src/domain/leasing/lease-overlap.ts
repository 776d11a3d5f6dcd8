/** nobody else has the unit, and the tenant has no other lease, on the days of a lease. */

import { model } from '../../model/model.ts'
import type { Change } from '../command/change.ts'
import { keyText } from '../command/key-text.ts'
import { dateOf, type Row, requiredDate, requiredNumber, requiredText } from '../command/row.ts'
import type { Rule } from '../command/rule.ts'
import type { WriteContext } from '../command/write-context.ts'
import { type Days, endText, leasesHolding } from './lease-hold.ts'

export const unitHeldOnce: Rule = {
  number: 'R-022',
  on: ['create', 'update'],
  errors: ['LEASE_HELD_RENEWABLE', 'LEASE_OVERLAP', 'UNIT_UNAVAILABLE'],
  check: async (change, context) => {
    const days = newDays(change)
    if (days === undefined) return
    await checkUnitLeases(change, days, context)
    if (change.kind === 'create') await checkUnavailability(change, days, context)
  },
}

export const tenantHoldsOnce: Rule = {
  number: 'R-023',
  on: ['create', 'update'],
  errors: ['TENANT_LEASE_OVERLAP'],
  check: async (change, context) => {
    const days = newDays(change)
    if (days === undefined) return
    const tenantId = requiredNumber(change.after, 'TenantId')
    const [other] = await leasesHolding({ tenantId }, days, change.id, context)
    if (other === undefined) return
    change.refuse(
      'TENANT_LEASE_OVERLAP',
      { tenant: requiredText(change.after, 'TenantNo'), lease: requiredText(other, 'LeaseNo') },
      { target: targetOf(change, 'TenantId') },
    )
  },
}

/** The days of a lease that holds others than before; undefined when there is nothing new to look at. */
function newDays(change: Change): Days | undefined {
  const { after } = change
  if (!change.changes('HeldThroughDate') || dateOf(after, 'CancelledDate') !== null)
    return undefined
  return { start: requiredDate(after, 'StartDate'), end: dateOf(after, 'HeldThroughDate') }
}

/** Unit and tenant of a lease never change: of a stored one only its renewal can have brought new days. */
function targetOf(change: Change, property: string): string {
  return change.kind === 'create' ? property : 'IsRenewable'
}

async function checkUnitLeases(change: Change, days: Days, context: WriteContext): Promise<void> {
  const unitId = requiredNumber(change.after, 'UnitId')
  // Leases of a unit do not meet each other: only the first of them can have begun before this one.
  const [other] = await leasesHolding({ unitId }, days, change.id, context)
  if (other === undefined) return
  const key = keyText(model.getType('Unit'), await context.get('Unit', unitId))
  const lease = requiredText(other, 'LeaseNo')
  const options = { target: targetOf(change, 'UnitId') }
  if (isKeptWithoutEnd(other, days))
    change.refuse(
      'LEASE_HELD_RENEWABLE',
      { key, lease, tenant: requiredText(other, 'TenantNo') },
      options,
    )
  else
    change.refuse(
      'LEASE_OVERLAP',
      {
        key,
        start: requiredDate(other, 'StartDate'),
        end: endText(dateOf(other, 'HeldThroughDate')),
        lease,
      },
      options,
    )
}

/** Held on until a departure is entered: only a departure, no other date, can free the unit. */
function isKeptWithoutEnd(other: Row, { start }: Days): boolean {
  return requiredDate(other, 'StartDate') <= start && dateOf(other, 'HeldThroughDate') === null
}

async function checkUnavailability(
  change: Change,
  { start }: Days,
  context: WriteContext,
): Promise<void> {
  const unitId = requiredNumber(change.after, 'UnitId')
  const [period] = await context.select(
    'UnavailableUnit',
    "unit_id = $2 and start_date <= $3 and coalesce(end_date, 'infinity') >= $3",
    [unitId, start],
  )
  if (period === undefined) return
  change.refuse(
    'UNIT_UNAVAILABLE',
    {
      key: keyText(model.getType('Unit'), await context.get('Unit', unitId)),
      start: requiredDate(period, 'StartDate'),
      end: endText(dateOf(period, 'EndDate')),
    },
    { target: 'StartDate' },
  )
}
