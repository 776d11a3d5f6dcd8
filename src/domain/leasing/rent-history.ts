/**
 * R-037 for rents that were in force before this server kept the account: the import of an administrator tells them by
 * the lease with its first rent and one rent change for each that followed.
 *
 * Such a change has happened: it is entered as activated, and nothing is refused that could only be refused beforehand
 * whether an increase was lawful, who may say that it comes of a renewal). What holds of it is what holds of
 * every rent that was in force: it lies within the lease, there is one for each day, its month is not billed here.
 */

import type { Change } from '../command/change.ts'
import { takesHistory } from '../command/history.ts'
import {
  decimalOf,
  type Row,
  requiredDate,
  requiredDecimal,
  requiredNumber,
  requiredText,
} from '../command/row.ts'
import type { Rule } from '../command/rule.ts'
import type { WriteContext } from '../command/write-context.ts'

export const rentHistory: Rule = {
  number: 'R-037',
  on: ['create'],
  errors: [],
  prepare: (change, context) => {
    if (!takesHistory(context)) return
    if (requiredDate(change.after, 'EffectiveDate') > context.businessDate) return
    change.set('Status', 'A')
    change.set('ActivatedDate', context.now.toISOString())
  },
  apply: async (change, context) => {
    if (isHistory(change)) await followRent(change, context)
  },
}

export function isHistory({ kind, after }: Change): boolean {
  return kind === 'create' && after['Status'] === 'A'
}

/** What each change found, whichever came first, and the rent of the lease. */
async function followRent(change: Change, context: WriteContext): Promise<void> {
  const leaseId = requiredNumber(change.after, 'LeaseId')
  const lease = await context.get('Lease', leaseId)
  const changes = (await context.select('LeasePriceChange', 'lease_id = $2', [leaseId]))
    .filter((row) => requiredText(row, 'Status') === 'A')
    .sort((a, b) => (requiredDate(a, 'EffectiveDate') < requiredDate(b, 'EffectiveDate') ? -1 : 1))
  let rent = requiredDecimal(lease, 'InitialRentAmount')
  for (const row of changes) {
    if (decimalOf(row, 'PreviousAmount')?.equals(rent) !== true)
      await context.update('LeasePriceChange', requiredNumber(row, 'Id'), {
        PreviousAmount: rent.toFixed(2),
      })
    rent = requiredDecimal(row, 'NewAmount')
  }
  const latest = changes.at(-1)
  if (latest === undefined) return
  await context.update('Lease', leaseId, {
    RentAmount: rent.toFixed(2),
    RentEffectiveDate: requiredDate(latest, 'EffectiveDate'),
  })
}

/** Who tells the first rent of a lease again, whose rent has changed since, tells nothing new. */
export const firstRent: Rule = {
  number: 'R-037',
  on: ['update'],
  errors: [],
  overtakes: ['RentAmount'],
  async overtaken(said, id, context) {
    const lease = await context.find('Lease', id)
    const rent = decimalOf(said, 'RentAmount')
    if (lease === undefined || rent === null) return []
    return isFirst(rent, lease) ? ['RentAmount'] : []
  },
}

function isFirst(rent: ReturnType<typeof requiredDecimal>, lease: Row): boolean {
  return (
    rent.equals(requiredDecimal(lease, 'InitialRentAmount')) &&
    !rent.equals(requiredDecimal(lease, 'RentAmount'))
  )
}
