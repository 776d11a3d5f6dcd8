/** What the three kinds of documents have in common. */

import { numberOf, type Row, requiredNumber, requiredText } from '../../command/row.ts'
import type { ProducedDocument } from '../produce-document.ts'

/** In the tenant's language. */
export interface DocumentTexts {
  readonly title: string
  /** Without its extension. */
  readonly fileName: string
}

/** A PDF about a tenant that his portal shows him at once. */
export function tenantDocument(
  tenant: Row,
  values: Pick<
    ProducedDocument,
    'DocumentType' | 'DocumentDate' | 'BuildingId' | 'UnitId' | 'LeaseId'
  >,
  texts: Readonly<Record<'F' | 'A', DocumentTexts>>,
): ProducedDocument {
  const language = languageOf(tenant)
  const { title, fileName } = texts[language]
  return {
    ...values,
    LedgerDivisionId: requiredNumber(tenant, 'LedgerDivisionId'),
    Title: title,
    FileName: `${fileName.replaceAll(NOT_IN_NAMES, '-')}.pdf`,
    ContentType: 'application/pdf',
    Language: language,
    TenantId: requiredNumber(tenant, 'Id'),
    IsVisibleToTenant: true,
  }
}

/** Numbers of leases are what their authors like. */
const NOT_IN_NAMES = /[^\p{L}\p{N}._-]+/gu

export function languageOf(tenant: Row): 'F' | 'A' {
  return requiredText(tenant, 'Language') === 'A' ? 'A' : 'F'
}

/** The Id that a row refers to, if any. */
export function referenceOf(row: Row | undefined, property: string): number | null {
  return row === undefined ? null : numberOf(row, property)
}
