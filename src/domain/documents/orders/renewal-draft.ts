/** The notice of modification of a lease, once it is given (C.c.Q. 1942). */

import type { ModificationNoticeFacts, PaperLanguage } from '../../../papers/facts.ts'
import { dayText } from '../../../papers/words.ts'
import {
  dateOf,
  flagOf,
  type Row,
  requiredDate,
  requiredNumber,
  requiredText,
  textOf,
} from '../../command/row.ts'
import type { DocumentDraft } from './document-draft.ts'
import { tenantDocument } from './draft-of.ts'
import { partiesOf } from './paper-facts.ts'
import type { SnapshotRows } from './snapshot-rows.ts'

/** Undefined for one that has been withdrawn or called off since. */
export async function draftOfRenewal(
  renewal: Row,
  rows: SnapshotRows,
): Promise<Omit<DocumentDraft, 'version'> | undefined> {
  const noticeDate = dateOf(renewal, 'NoticeDate')
  const lease = await rows.get('Lease', requiredNumber(renewal, 'LeaseId'))
  const isOff = requiredText(renewal, 'Status') === 'X' || dateOf(lease, 'CancelledDate') !== null
  if (noticeDate === null || isOff) return undefined
  const tenant = await rows.get('Tenant', requiredNumber(lease, 'TenantId'))
  const unit = await rows.get('Unit', requiredNumber(lease, 'UnitId'))
  const leaseNo = requiredText(lease, 'LeaseNo')
  const term = (language: PaperLanguage): string =>
    termName(requiredDate(renewal, 'NewStartDate'), dateOf(renewal, 'NewEndDate'), language)
  const document = tenantDocument(
    tenant,
    {
      DocumentType: 'AVREN',
      DocumentDate: noticeDate,
      BuildingId: requiredNumber(unit, 'BuildingId'),
      UnitId: requiredNumber(unit, 'Id'),
      LeaseId: requiredNumber(lease, 'Id'),
    },
    {
      F: {
        title: `Avis de modification du bail ${term('F')}`,
        fileName: `avis-modification-${leaseNo}`,
      },
      A: {
        title: `Notice of modification of the lease ${term('A')}`,
        fileName: `notice-of-modification-${leaseNo}`,
      },
    },
  )
  const facts: ModificationNoticeFacts = {
    ...(await partiesOf(tenant, unit, rows, noticeDate)),
    title: document.Title,
    date: noticeDate,
    leaseNo,
    isResidential: requiredText(lease, 'LeaseCategory') === 'R',
    currentEndDate: dateOf(renewal, 'CurrentEndDate'),
    newStartDate: requiredDate(renewal, 'NewStartDate'),
    newEndDate: dateOf(renewal, 'NewEndDate'),
    currentRent: requiredText(renewal, 'CurrentRent'),
    newRent: requiredText(renewal, 'NewRent'),
    increaseAmount: requiredText(renewal, 'IncreaseAmount'),
    increasePercent: requiredText(renewal, 'IncreasePercent'),
    guidelinePercent: textOf(renewal, 'GuidelinePercent'),
    otherChanges: textOf(renewal, 'OtherChanges'),
    isSectionF: flagOf(lease, 'IsSectionF'),
  }
  return {
    document,
    write: async () =>
      (await import('../../../papers/modification-notice.ts')).writeModificationNotice(facts),
  }
}

/** `2026-2027`; without a known end the day from which it holds. */
function termName(start: string, end: string | null, language: PaperLanguage): string {
  if (end !== null) return [...new Set([start.slice(0, 4), end.slice(0, 4)])].join('-')
  // In a title that is searched, blanks are blanks.
  const day = dayText(start, language).replaceAll('\u00a0', ' ')
  return language === 'F' ? `à compter du ${day}` : `from ${day}`
}
