/** The late notice. */

import type { LateNoticeFacts } from '../../../papers/facts.ts'
import { type Row, requiredDate, requiredNumber, requiredText } from '../../command/row.ts'
import type { DocumentDraft } from './document-draft.ts'
import { type DocumentTexts, languageOf, referenceOf, tenantDocument } from './draft-of.ts'
import { entriesOf } from './late-entries.ts'
import { partiesOf } from './paper-facts.ts'
import type { SnapshotRows } from './snapshot-rows.ts'

/** Undefined for one that is settled or cancelled: who owes nothing any more is not asked to pay. */
export async function draftOfLateNotice(
  notice: Row,
  rows: SnapshotRows,
): Promise<Omit<DocumentDraft, 'version'> | undefined> {
  if (requiredText(notice, 'Status') !== 'E') return undefined
  const tenant = await rows.get('Tenant', requiredNumber(notice, 'TenantId'))
  const unitId = referenceOf(tenant, 'UnitId')
  const unit = unitId === null ? undefined : await rows.get('Unit', unitId)
  const document = tenantDocument(
    tenant,
    {
      DocumentType: 'AVRET',
      DocumentDate: requiredDate(notice, 'NoticeDate'),
      BuildingId: referenceOf(unit, 'BuildingId'),
      UnitId: unitId,
      LeaseId: referenceOf(tenant, 'CurrentLeaseId'),
    },
    textsOf(notice),
  )
  const facts: LateNoticeFacts = {
    ...(await partiesOf(tenant, unit, rows, document.DocumentDate)),
    title: document.Title,
    date: document.DocumentDate,
    daysLate: requiredNumber(notice, 'DaysLate'),
    oldestDueDate: requiredDate(notice, 'OldestDueDate'),
    overdueAmount: requiredText(notice, 'OverdueAmount'),
    entries: await entriesOf(notice, rows, languageOf(tenant)),
    isResidential: unit === undefined || ['R', 'A'].includes(requiredText(unit, 'UsageType')),
  }
  return {
    document,
    write: async () => (await import('../../../papers/late-notice.ts')).writeLateNotice(facts),
  }
}

const ORDINALS = [
  { F: 'Premier', A: 'First' },
  { F: 'Deuxième', A: 'Second' },
  { F: 'Troisième', A: 'Third' },
] as const

function textsOf(notice: Row): Readonly<Record<'F' | 'A', DocumentTexts>> {
  const level = requiredNumber(notice, 'Level')
  const ordinal = ORDINALS[level - 1]
  if (ordinal === undefined) throw new Error(`There is no late notice of level ${level}`)
  const date = requiredDate(notice, 'NoticeDate')
  return {
    F: { title: `${ordinal.F} avis de retard`, fileName: `avis-retard-${level}-${date}` },
    A: { title: `${ordinal.A} late notice`, fileName: `late-notice-${level}-${date}` },
  }
}
