/** Documents that the system produces: their row and their content in one transaction. */

import { createHash } from 'node:crypto'
import { writeOwnContent } from '../../contents/own-content.ts'
import { model } from '../../model/model.ts'
import type { InputObject } from '../command/input.ts'
import { runCommand } from '../command/run-command.ts'
import type { WriteContext } from '../command/write-context.ts'

/** What its producer says of a document; the rest is computed. `null` is as good as absent. */
export interface ProducedDocument {
  readonly LedgerDivisionId: number
  /** A code of the enumeration DocumentType: `AVRET`. */
  readonly DocumentType: string
  readonly Title: string
  readonly FileName: string
  /** One of those that documents may be of: `application/pdf`. */
  readonly ContentType: string
  /** `2026-06-15` */
  readonly DocumentDate: string
  readonly Language?: 'F' | 'A' | null
  readonly BuildingId?: number | null
  readonly UnitId?: number | null
  readonly TenantId?: number | null
  readonly LeaseId?: number | null
  readonly ServiceCallId?: number | null
  readonly SupplierId?: number | null
  readonly IsVisibleToTenant?: boolean
  readonly IsPublicListing?: boolean
  readonly ExpiryDate?: string | null
  readonly Description?: string | null
  readonly ExternalId?: string | null
}

/**
 * Creates a document of source G with this content, through the rules of documents, in the transaction of the caller:
 * there is never one without the other, and its event is told when that commits. Gives its Id.
 *
 * @throws {HapiError} what the rules of documents refuse
 */
export async function produceDocument(
  context: WriteContext,
  document: ProducedDocument,
  content: Buffer,
): Promise<number> {
  if (content.length === 0) throw new Error('A document that is produced has a content')
  const { id } = await runCommand(
    {
      type: model.getType('Document'),
      operation: 'create',
      input: inputOf(document),
      implied: {
        Source: 'G',
        FileSize: content.length,
        Sha256: createHash('sha256').update(content).digest('hex'),
      },
    },
    context,
  )
  await writeOwnContent(context, id, content)
  return id
}

function inputOf(document: ProducedDocument): InputObject {
  return new Map(
    Object.entries(document)
      .filter(([, value]) => value !== null && value !== undefined)
      .map(([name, value]) => [
        name,
        typeof value === 'number' ? { kind: 'number', text: String(value) } : value,
      ]),
  )
}
