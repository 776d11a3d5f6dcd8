/** What makes the amount of a late notice: open debits that fell due before its day, less open credits. */

import { Decimal } from 'decimal.js'
import type { LateNoticeFacts, PaperLanguage } from '../../../papers/facts.ts'
import {
  numberOf,
  type Row,
  requiredDate,
  requiredDecimal,
  requiredText,
  textOf,
} from '../../command/row.ts'
import type { SnapshotRows } from './snapshot-rows.ts'

/** A page of entries; a tenant who owes more of them gets the total alone. */
const ENTRIES_MAX = 40

/** Empty when they do not make the amount any more: somebody has paid a part of it since. */
export async function entriesOf(
  notice: Row,
  rows: SnapshotRows,
  language: PaperLanguage,
): Promise<LateNoticeFacts['entries']> {
  const open = await rows.select(
    'ReceivableTransaction',
    'tenant_id = $2 and open_amount <> 0 and (open_amount < 0 or due_date < $3)',
    [notice['TenantId'], requiredDate(notice, 'NoticeDate')],
  )
  const total = open.reduce(
    (sum, row) => sum.plus(requiredDecimal(row, 'OpenAmount')),
    new Decimal(0),
  )
  if (open.length > ENTRIES_MAX || !total.equals(requiredDecimal(notice, 'OverdueAmount')))
    return []
  const entries = []
  for (const row of open)
    entries.push({
      dueDate: requiredDate(row, 'DueDate'),
      description: await descriptionOf(row, rows, language),
      amount: requiredText(row, 'OpenAmount'),
    })
  return entries.toSorted((a, b) => (a.dueDate < b.dueDate ? -1 : 1))
}

async function descriptionOf(
  row: Row,
  rows: SnapshotRows,
  language: PaperLanguage,
): Promise<string> {
  const own = textOf(row, 'Description')
  if (own !== null && own !== '') return own
  const serviceId = numberOf(row, 'ServiceId')
  if (serviceId !== null)
    return requiredText(
      await rows.get('Service', serviceId),
      language === 'F' ? 'NameFr' : 'NameEn',
    )
  return TYPES[requiredText(row, 'TransactionType')]?.[language] ?? OTHER[language]
}

const OTHER = { F: 'Autre', A: 'Other' } as const

const TYPES: Readonly<Record<string, Readonly<Record<PaperLanguage, string>>>> = {
  FA: { F: 'Facturation', A: 'Charge' },
  FR: { F: 'Frais', A: 'Fee' },
  PA: { F: 'Paiement', A: 'Payment' },
  CR: { F: 'Crédit', A: 'Credit' },
  AJ: { F: 'Ajustement', A: 'Adjustment' },
  NS: { F: 'Paiement retourné', A: 'Returned payment' },
  RB: { F: 'Remboursement', A: 'Refund' },
}
