/** Pre-authorized debit agreements: one at a time, whose bank data never change, and whose end is final. */

import type { Change } from '../command/change.ts'
import { type Row, requiredDate, requiredNumber, requiredText, textOf } from '../command/row.ts'
import type { Rule } from '../command/rule.ts'
import type { WriteContext } from '../command/write-context.ts'
import { maskAccountNo, openAccountNo, sealAccountNo } from './account-number.ts'

const CANCELLED = 'X'

const agreement: Rule = {
  number: 'R-062',
  on: ['create', 'update'],
  errors: ['PAD_ALREADY_ACTIVE', 'PAD_FINAL', 'DATE_ORDER', 'REQUIRED_FIELD'],
  prepare: prepareAgreement,
  check: checkAgreement,
}

/** From here on nobody sees the number itself: neither other rules, nor the answer, nor whoever keeps it. */
const accountNumber: Rule = {
  number: 'R-120',
  on: ['create'],
  errors: [],
  prepare(change, { secretBox, accountId }) {
    const accountNo = requiredText(change.after, 'AccountNo')
    change.set('AccountNoMasked', maskAccountNo(accountNo))
    change.set('AccountNo', sealAccountNo(secretBox, { accountId, id: change.id }, accountNo))
  },
}

/** Who tells an agreement again tells its number in clear, and does not know yet that it was cancelled. */
const toldAgain: Rule = {
  number: 'R-062',
  on: ['update'],
  errors: [],
  overtakes: ['AccountNo', 'Status'],
  async overtaken(said, id, context) {
    const { secretBox, accountId } = context
    const stored = await context.find('PreauthorizedDebit', id)
    if (stored === undefined) return []
    const sealed = Buffer.from((textOf(stored, 'AccountNo') ?? '').slice('\\x'.length), 'hex')
    const isSame = openAccountNo(secretBox, { accountId, id }, sealed) === said['AccountNo']
    const hasEnded = isCancelled(stored) && !isCancelled(said)
    return [...(isSame ? ['AccountNo'] : []), ...(hasEnded ? ['Status'] : [])]
  },
}

export const agreementRules: readonly Rule[] = [accountNumber, agreement, toldAgain]

async function prepareAgreement(change: Change, context: WriteContext): Promise<void> {
  const { after, before } = change
  // Of two agreements of one tenant the second sees the first.
  if (change.kind === 'create') await context.lock('Tenant', requiredNumber(after, 'TenantId'))
  if (isCancelled(after) && (before === undefined || !isCancelled(before)))
    change.set('CancelledDate', context.businessDate)
}

async function checkAgreement(change: Change, context: WriteContext): Promise<void> {
  const { after, before } = change
  if (before !== undefined && isCancelled(before) && !isCancelled(after))
    change.refuse('PAD_FINAL', {}, { target: 'Status' })
  if (requiredDate(after, 'StartDate') < requiredDate(after, 'AgreementDate'))
    change.refuse(
      'DATE_ORDER',
      { field: 'StartDate', other: 'AgreementDate' },
      { target: 'StartDate' },
    )
  if (textOf(after, 'AmountType') === 'F' && textOf(after, 'FixedAmount') === null)
    change.refuse('REQUIRED_FIELD', { field: 'FixedAmount' }, { target: 'FixedAmount' })
  if (change.kind === 'create' && !isCancelled(after)) await refuseSecond(change, context)
}

async function refuseSecond(change: Change, context: WriteContext): Promise<void> {
  const others = await context.selectKeys(
    'PreauthorizedDebit',
    'tenant_id = $2 and status <> $3 and id <> $4',
    [requiredNumber(change.after, 'TenantId'), CANCELLED, change.id],
  )
  if (others.length > 0)
    change.refuse(
      'PAD_ALREADY_ACTIVE',
      { tenant: textOf(change.after, 'TenantNo') ?? '' },
      { target: 'TenantId' },
    )
}

function isCancelled(row: Row): boolean {
  return row['Status'] === CANCELLED
}
