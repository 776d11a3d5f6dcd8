/** The summary of a lease, once it is signed. */

import type { LeaseSummaryFacts } from '../../../papers/facts.ts'
import {
  dateOf,
  flagOf,
  numberOf,
  type Row,
  requiredDate,
  requiredNumber,
  requiredText,
  textOf,
} from '../../command/row.ts'
import type { DocumentDraft } from './document-draft.ts'
import { languageOf, tenantDocument } from './draft-of.ts'
import { extrasOf } from './lease-extras.ts'
import { partiesOf } from './paper-facts.ts'
import type { SnapshotRows } from './snapshot-rows.ts'

/** Undefined for one that has been cancelled since, or is no longer signed. */
export async function draftOfLease(
  lease: Row,
  rows: SnapshotRows,
): Promise<Omit<DocumentDraft, 'version'> | undefined> {
  const date = dateOf(lease, 'SignedDate')
  if (date === null || dateOf(lease, 'CancelledDate') !== null) return undefined
  const tenant = await rows.get('Tenant', requiredNumber(lease, 'TenantId'))
  const unit = await rows.get('Unit', requiredNumber(lease, 'UnitId'))
  const leaseNo = requiredText(lease, 'LeaseNo')
  const document = tenantDocument(
    tenant,
    {
      DocumentType: 'BAIL',
      DocumentDate: date,
      BuildingId: requiredNumber(unit, 'BuildingId'),
      UnitId: requiredNumber(unit, 'Id'),
      LeaseId: requiredNumber(lease, 'Id'),
    },
    {
      F: { title: `Sommaire du bail ${leaseNo}`, fileName: `sommaire-bail-${leaseNo}` },
      A: { title: `Summary of lease ${leaseNo}`, fileName: `lease-summary-${leaseNo}` },
    },
  )
  const facts: LeaseSummaryFacts = {
    ...(await partiesOf(tenant, unit, rows, requiredDate(lease, 'StartDate'))),
    ...termsOf(lease),
    title: document.Title,
    date,
    extras: await extrasOf(lease, rows, languageOf(tenant)),
  }
  return {
    document,
    write: async () => (await import('../../../papers/lease-summary.ts')).writeLeaseSummary(facts),
  }
}

function termsOf(
  lease: Row,
): Omit<
  LeaseSummaryFacts,
  'title' | 'date' | 'extras' | keyof Awaited<ReturnType<typeof partiesOf>>
> {
  return {
    leaseNo: requiredText(lease, 'LeaseNo'),
    isResidential: requiredText(lease, 'LeaseCategory') === 'R',
    startDate: requiredDate(lease, 'StartDate'),
    endDate: dateOf(lease, 'EndDate'),
    months: numberOf(lease, 'TermMonths'),
    isRenewable: flagOf(lease, 'IsRenewable'),
    rent: requiredText(lease, 'RentAmount'),
    paymentDay: requiredNumber(lease, 'PaymentDay'),
    deposit: textOf(lease, 'DepositAmount'),
    heatingIncluded: flagOf(lease, 'HeatingIncluded'),
    hotWaterIncluded: flagOf(lease, 'HotWaterIncluded'),
    electricityIncluded: flagOf(lease, 'ElectricityIncluded'),
    petsAllowed: flagOf(lease, 'PetsAllowed'),
    smokingAllowed: flagOf(lease, 'SmokingAllowed'),
    newLesseeRent: textOf(lease, 'NoticeNewLesseeRent'),
    isSectionF: flagOf(lease, 'IsSectionF'),
    sectionFMaximumRent: textOf(lease, 'SectionFMaximumRent'),
    byLawsDeliveredDate: dateOf(lease, 'ByLawsDeliveredDate'),
  }
}
