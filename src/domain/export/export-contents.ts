/**
 * Contents of an export: a file for each, from the snapshot of the rows, a piece in memory at a time. They come before the
 * rows, which then name those that are there.
 */

import { createHash } from 'node:crypto'
import { MissingContent } from '../../contents/content-store.ts'
import type { ContentStores } from '../../contents/content-stores.ts'
import { type LocatedContent, locatedBy } from '../../contents/locate-content.ts'
import { advisoryLocks } from '../../db/advisory-locks.ts'
import type { EntityType } from '../../model/entity-type.ts'
import { contentFileName } from '../documents/file-name.ts'
import { CONTENT_FOLDER, contentColumn } from '../import/files/content-column.ts'
import type { LeftOut } from './count-left-out.ts'
import type { ExportSet } from './export-set.ts'
import type { ExportTarget } from './export-target.ts'
import type { Reason } from './left-out.ts'
import { type Snapshot, type Values, valuePages } from './read-rows.ts'

export interface WrittenContents {
  /** Documents whose content the store does not have. */
  readonly missing: ReadonlySet<number>
  readonly leftOut: readonly LeftOut[]
}

/**
 * Objects of a bucket that somebody takes from their documents meanwhile stay until the transaction ends: to be asked
 * before the first row is read.
 */
export async function keepObjects({ client, accountId }: Snapshot): Promise<void> {
  await client.query('select pg_advisory_xact_lock_shared($1, $2)', [
    advisoryLocks.keptObjects,
    accountId,
  ])
}

const CONTENTS = `select c.store, c.id::text, c.object_key, d.id::text, d.file_name, d.file_size::text, d.sha256
    from document_contents c join documents d on d.account_id = c.account_id and d.id = c.document_id
   where c.account_id = $1::integer and $2::date is not null order by d.id`

/** Throws UNAVAILABLE when a store does not answer, what the target throws, and the reason of the signal. */
export async function writeContents(
  snapshot: Snapshot,
  { set }: EntityType,
  stores: ContentStores,
  target: ExportTarget,
  signal: AbortSignal,
): Promise<WrittenContents> {
  const missing = new Set<number>()
  let damaged = 0
  for await (const page of valuePages(snapshot, 'contents', CONTENTS))
    for (const values of page) {
      signal.throwIfAborted()
      const content = contentOf(snapshot, values)
      const outcome = await writeContent(snapshot, content, stores, target, signal)
      if (outcome === 'missing') missing.add(content.documentId)
      if (outcome === 'damaged') damaged++
    }
  const told = (count: number, reason: Reason): LeftOut => ({
    set,
    column: contentColumn.name,
    count,
    ...reason,
  })
  const leftOut = [told(missing.size, MISSING), told(damaged, DAMAGED)]
  return { missing, leftOut: leftOut.filter(({ count }) => count > 0) }
}

interface StoredContent extends LocatedContent {
  readonly documentId: number
  readonly file: string
  readonly size: number
  readonly sha256: string
}

function contentOf({ accountId }: Snapshot, values: Values): StoredContent {
  const [documentId, fileName, size, sha256] = values.slice(3)
  const id = Number(documentId)
  const file = `${CONTENT_FOLDER}/${contentFileName(id, fileName ?? '')}`
  const located = locatedBy(accountId, values)
  return { ...located, documentId: id, file, size: Number(size), sha256: sha256 ?? '' }
}

async function writeContent(
  snapshot: Snapshot,
  content: StoredContent,
  stores: ContentStores,
  target: ExportTarget,
  signal: AbortSignal,
): Promise<'written' | 'missing' | 'damaged'> {
  const hash = createHash('sha256')
  async function* bytes(): AsyncGenerator<Buffer> {
    for await (const piece of bytesOf(snapshot, content, stores, signal)) {
      hash.update(piece)
      yield piece
    }
  }
  try {
    if (!(await target.write(content.file, bytes(), true))) return 'missing'
  } catch (error) {
    if (error instanceof MissingContent) return 'missing'
    throw error
  }
  return hash.digest('hex') === content.sha256 ? 'written' : 'damaged'
}

function bytesOf(
  snapshot: Snapshot,
  { store, place, size }: StoredContent,
  stores: ContentStores,
  signal: AbortSignal,
): AsyncIterable<Buffer> {
  if (store === 'postgres') return piecesOf(snapshot, place.contentId)
  return stores.inBucket().readObject(place, { from: 0, to: size }, signal)
}

/** By the snapshot's own connection: others no more see what was replaced since. */
async function* piecesOf(
  { client, accountId }: Snapshot,
  contentId: string,
): AsyncGenerator<Buffer> {
  for (let from = 0; ; ) {
    const { rows } = await client.query<{ bytes: Buffer }>(
      `select bytes from document_pieces
        where account_id = $1 and content_id = $2 and start_byte = $3`,
      [accountId, contentId, from],
    )
    const [piece] = rows
    if (piece === undefined) return
    yield piece.bytes
    from += piece.bytes.length
  }
}

/** Puts the name of its file in the place of the length of a row's content. */
export function contentNamer(
  { columns }: ExportSet,
  missing: ReadonlySet<number>,
): (values: Values) => Values {
  const index = columns.indexOf(contentColumn)
  const fileName = columns.findIndex(({ name }) => name === 'FileName')
  if (index < 0) return (values) => values
  return (values) => {
    const id = Number(values[0])
    const isThere = (values[index] ?? null) !== null && !missing.has(id)
    return values.with(index, isThere ? contentFileName(id, values[fileName] ?? '') : null)
  }
}

const MISSING: Reason = {
  fr: "contenus que le stockage n'a pas",
  en: 'contents that the store does not have',
}
const DAMAGED: Reason = {
  fr: "contenus qui n'ont pas l'empreinte de leur document, écrits tels quels",
  en: 'contents without the digest of their document, written as they are',
}
