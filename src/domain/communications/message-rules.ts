/** messages, of which only the reading changes, and the threads that they make. */

import { numberOf, requiredNumber } from '../command/row.ts'
import type { Rule } from '../command/rule.ts'

export const messageRule: Rule = {
  number: 'R-112',
  on: ['create', 'update'],
  errors: ['MESSAGE_THREAD_MISMATCH', 'REFERENCE_MISMATCH'],
  async prepare(change, context) {
    const { after } = change
    if (change.changes('ReadDate') && after['ReadDate'] !== null) change.set('Status', 'L')
    if (change.kind !== 'create') return
    if (after['SentDate'] === null) change.set('SentDate', context.now.toISOString())
    const parentId = numberOf(after, 'InReplyToId')
    const parent = parentId === null ? undefined : await context.get('Message', parentId)
    change.set('ThreadNo', parent === undefined ? change.id : requiredNumber(parent, 'ThreadNo'))
    if (parent !== undefined && parent['TenantId'] !== after['TenantId'])
      change.refuse('MESSAGE_THREAD_MISMATCH', {}, { target: 'InReplyToId' })
  },
  async check(change, context) {
    const { after } = change
    const documentId = numberOf(after, 'DocumentId')
    if (change.kind !== 'create' || documentId === null) return
    // What is attached is shown to this tenant: nothing that is another's.
    const owner = numberOf(await context.get('Document', documentId), 'TenantId')
    if (owner !== null && owner !== after['TenantId'])
      change.refuse(
        'REFERENCE_MISMATCH',
        { field: 'DocumentId', key: documentId },
        { target: 'DocumentId' },
      )
  },
}
