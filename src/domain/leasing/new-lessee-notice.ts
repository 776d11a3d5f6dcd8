/** the rent declared to a new lessee is the lowest one paid in the twelve months before (C.c.Q. 1896). */

import type { Change } from '../command/change.ts'
import { requiredDate, requiredNumber, requiredText, textOf } from '../command/row.ts'
import type { Rule } from '../command/rule.ts'
import type { WriteContext } from '../command/write-context.ts'

export const newLesseeNotice: Rule = {
  number: 'R-046',
  on: ['create'],
  errors: [],
  prepare: async (change, context) => {
    if (requiredText(change.after, 'LeaseCategory') !== 'R') return
    if (textOf(change.after, 'NoticeNewLesseeRent') !== null) return
    change.set('NoticeNewLesseeRent', await lowestRentBefore(change, context))
  },
}

/** Who leaves it empty has it computed, also when the lease is told again. */
export const noticeLeftEmpty: Rule = {
  number: 'R-046',
  on: ['update'],
  errors: [],
  overtaken: async (said) =>
    textOf(said, 'NoticeNewLesseeRent') === null ? ['NoticeNewLesseeRent'] : [],
}

async function lowestRentBefore(change: Change, context: WriteContext): Promise<string | null> {
  const unitId = requiredNumber(change.after, 'UnitId')
  const [row] = await context.read(
    `select w.amount::text as amount
       from lowest_rent($1, $2, ($3::date - interval '12 months')::date, $3::date - 1) w`,
    [context.accountId, unitId, requiredDate(change.after, 'StartDate')],
    { Lease: { UnitId: unitId }, LeasePriceChange: {} },
  )
  return row?.['amount'] ?? null
}
