/**
 * Contents of the rows of an import. Each is looked at before its row is entered, so that a look alone refuses what an
 * import would; and stored behind the rows of its chunk, unless the document has it already. It arrives as an upload
 * does, in transactions of its own, and becomes the document's in that of the rows: whatever ends an import in between
 * leaves what is nobody's, and is found by that.
 */

import { ArrivingContent, adoptContent } from '../../contents/arriving-content.ts'
import type { ContentStore } from '../../contents/content-store.ts'
import type { AccountTransaction } from '../../contents/own-content.ts'
import type { AccountRoom } from '../../contents/quota.ts'
import type { Database } from '../../db/database.ts'
import { HapiError } from '../../errors/hapi-error.ts'
import type { Row } from '../command/row.ts'
import type { TransactionClient } from '../command/stored-rows.ts'
import { allowedType } from '../documents/content-type.ts'
import {
  contentRejected,
  type ReceivedContent,
  receiveContent,
} from '../documents/receive-content.ts'
import { requireUploaded } from '../documents/require-uploaded.ts'
import { contentFault } from './files/content-files.ts'
import { isOfSystem } from './files/source-file.ts'
import type { ImportFault, ImportRecord, ImportStep, SourceContent } from './import-record.ts'

export interface ImportContents {
  /** Where new contents go. */
  readonly store: ContentStore
  /** Of one content. */
  readonly bytesMax: number
  /** Of all contents of the account, unless it has a bound of its own; null: as much as there is. */
  readonly accountMibMax: number | null
}

/** The same steps, with what was found of each content; one that no document may have is a fault of its row. */
export async function* lookedAt(
  steps: AsyncIterable<ImportStep>,
  from: number,
  contents: ImportContents,
): AsyncGenerator<ImportStep> {
  let position = 0
  for await (const step of steps) {
    const isSettled = position++ < from
    if (isSettled || step.kind !== 'record' || step.content === undefined) yield step
    else yield await lookAt(step, step.content, contents)
  }
}

async function lookAt(
  record: ImportRecord,
  content: SourceContent,
  { bytesMax }: ImportContents,
): Promise<ImportRecord | ImportFault> {
  const mediaType = typeOf(record)
  // A type that is said and is none the rules refuse with the row.
  if (mediaType === undefined)
    return record.input.has('ContentType') ? record : contentFault(record, contentRejected())
  try {
    const found = await receiveContent(content.open(), { mediaType, bytesMax })
    return { ...record, found }
  } catch (error) {
    return contentFault(record, refusalOf(error, content))
  }
}

function typeOf({ input }: ImportRecord): string | undefined {
  const said = input.get('ContentType')
  return typeof said === 'string' ? allowedType(said) : undefined
}

/** Throws what is none of the row's fault. */
function refusalOf(error: unknown, { name }: SourceContent): HapiError {
  if (isOfSystem(error)) {
    const reason = String(error.code)
    if (reason === 'ENOENT') throw new HapiError('IMPORT_SOURCE_CHANGED', { file: name })
    return new HapiError('IMPORT_CONTENT', { reason: { fr: reason, en: reason } })
  }
  if (!(error instanceof HapiError) || error.code === 'IMPORT_SOURCE_CHANGED') throw error
  return error
}

/**
 * Whether the content is to be stored for a row that was entered: another one is there, or none.
 *
 * @param before the row as it was
 * @throws {HapiError} DOCUMENT_QUOTA_EXCEEDED, OPERATION_NOT_SUPPORTED for what the system has produced
 */
export function takeContent(
  { FileSize, Sha256 }: ReceivedContent,
  before: Row | undefined,
  room: AccountRoom | undefined,
): boolean {
  if (before?.['Sha256'] === Sha256) return false
  if (before !== undefined) requireUploaded(before)
  room?.take(FileSize, Number(before?.['FileSize'] ?? 0))
  return true
}

/** Throws UNAVAILABLE, and IMPORT_SOURCE_CHANGED when it is not what was looked at. */
export async function storeContent(
  record: ImportRecord,
  documentId: number,
  { store, bytesMax }: ImportContents,
  database: Database,
  transaction: AccountTransaction,
): Promise<void> {
  const { content, found } = record
  const mediaType = typeOf(record)
  if (content === undefined || found === undefined || mediaType === undefined)
    throw new Error('What is stored was looked at')
  const arriving = new ArrivingContent(database, store, transaction.accountId, true)
  await arriving.begin()
  const add = (piece: Buffer): Promise<void> => arriving.add(piece)
  const isSame = await receiveContent(content.open(), { mediaType, bytesMax, store: add }).then(
    ({ Sha256 }) => Sha256 === found.Sha256,
    (error: unknown) => {
      if (error instanceof HapiError && error.code === 'UNAVAILABLE') throw error
      if (error instanceof HapiError || isOfSystem(error)) return false
      throw error
    },
  )
  if (!isSame) throw new HapiError('IMPORT_SOURCE_CHANGED', { file: content.name })
  await arriving.end()
  await adoptContent(transaction, documentId, { id: arriving.id, byteCount: found.FileSize })
}

export function accountTransaction(
  client: TransactionClient,
  accountId: number,
): AccountTransaction {
  return { accountId, query: (text, values) => client.texts(text, values) }
}

/** With so many bytes of contents a chunk is as full as by its rows: writers wait for its end. */
const CHUNK_BYTES = 64 * 1024 ** 2

/** In chunks, of which each takes up one in all. */
export function weightOf(step: ImportStep): number {
  return step.kind === 'record' ? (step.content?.size ?? 0) / CHUNK_BYTES : 0
}
