/** Documents and who among tenants sees them. */

import type { Change } from '../command/change.ts'
import type { Rule } from '../command/rule.ts'
import type { WriteContext } from '../command/write-context.ts'
import { allowedType } from './content-type.ts'
import { isSafeFileName } from './file-name.ts'

const contentRule: Rule = {
  number: 'R-110',
  on: ['create'],
  errors: ['DOCUMENT_CONTENT_REJECTED', 'INVALID_FORMAT'],
  // What a client adds to it, a charset or worse, is no part of what the content is.
  prepare(change) {
    const type = allowedType(String(change.after['ContentType']))
    if (type !== undefined) change.set('ContentType', type)
  },
  check(change) {
    if (!isSafeFileName(String(change.after['FileName'])))
      change.refuse('INVALID_FORMAT', { field: 'FileName' }, { target: 'FileName' })
    if (allowedType(String(change.after['ContentType'])) === undefined)
      change.refuse('DOCUMENT_CONTENT_REJECTED', {}, { target: 'ContentType' })
  },
}

const visibilityRule: Rule = {
  number: 'R-111',
  on: ['create', 'update'],
  errors: ['DOCUMENT_TENANT_REQUIRED', 'INVALID_CODE'],
  prepare: publishOnce,
  check(change) {
    if (change.after['IsVisibleToTenant'] !== true) return
    if (isNeverVisible(change))
      change.refuse(
        'INVALID_CODE',
        { value: 'true', field: 'IsVisibleToTenant' },
        { target: 'IsVisibleToTenant' },
      )
    else if (change.after['TenantId'] === null)
      change.refuse('DOCUMENT_TENANT_REQUIRED', {}, { target: 'TenantId' })
  },
}

function publishOnce(change: Change, { now }: WriteContext): void {
  if (
    change.after['IsVisibleToTenant'] === true &&
    (change.after['PublishedDate'] ?? null) === null
  )
    change.set('PublishedDate', now.toISOString())
}

/** Debit files, and what concerns a supplier. */
function isNeverVisible({ after }: Change): boolean {
  return (
    after['DocumentType'] === 'PREL' ||
    after['DocumentType'] === 'FACT' ||
    after['SupplierId'] !== null
  )
}

export const documentRules: readonly Rule[] = [contentRule, visibilityRule]
