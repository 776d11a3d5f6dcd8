/** Moving contents between stores while they are in use: copied, compared with the digest of their document, then swapped. */

import { createHash } from 'node:crypto'
import type { Database } from '../db/database.ts'
import { readRows } from '../db/read-rows.ts'
import { openReadSession, type ReadSession } from '../db/read-session.ts'
import { ArrivingContent } from './arriving-content.ts'
import type { ContentPlace, ContentStore } from './content-store.ts'
import type { ContentStores } from './content-stores.ts'
import { type LocatedContent, locatedBy } from './locate-content.ts'
import { piecesOf } from './pieces.ts'

/** Identifiers that are looked up at a time. */
const PAGE_MAX = 200

export interface Moved {
  readonly contents: number
  readonly bytes: number
  /** Documents whose content is not what they say; it stays where it was. Of passing ones those that were not known yet. */
  readonly damaged: readonly number[]
}

export interface Moving {
  readonly database: Database
  readonly stores: ContentStores
  /** Where to. */
  readonly store: ContentStore
  /** Stops it between two contents. */
  readonly signal: AbortSignal
  /** Hears of each content that has been moved. */
  readonly onMoved?: (bytes: number) => void
}

/**
 * Moves those of an account's contents that are not there yet: of all, or of those that pass through the database. To
 * stop and begin again loses nothing, and several processes may do it at a time. Throws UNAVAILABLE.
 */
export async function moveContents(
  moving: Moving,
  accountId: number,
  which: 'all' | 'passing',
): Promise<Moved> {
  let contents = 0
  let bytes = 0
  const damaged: number[] = []
  let after = 0
  while (!moving.signal.aborted) {
    const page = await listPage(moving, { accountId, which, after })
    for (const documentId of page) {
      if (moving.signal.aborted) break
      const outcome = await moveContent(moving, accountId, documentId)
      if (outcome === 'damaged') {
        if (which === 'all' || (await stopPassing(moving, accountId, documentId)))
          damaged.push(documentId)
      } else if (outcome !== 'gone') {
        contents++
        bytes += outcome
        moving.onMoved?.(outcome)
      }
    }
    const last = page.at(-1)
    if (last === undefined) break
    after = last
  }
  return { contents, bytes, damaged }
}

/** A damaged one stays, and is not read again and again. Gives whether it was on its way until now. */
async function stopPassing(
  { database }: Moving,
  accountId: number,
  documentId: number,
): Promise<boolean> {
  const { rowCount } = await database.transaction(
    (client) =>
      client.query(
        'update document_contents set is_passing = false where account_id = $1 and document_id = $2 and is_passing',
        [accountId, documentId],
      ),
    { accountId },
  )
  return rowCount === 1
}

async function listPage(
  { database, store }: Moving,
  { accountId, which, after }: { accountId: number; which: 'all' | 'passing'; after: number },
): Promise<readonly number[]> {
  const { rows } = await database.transaction(
    (client) =>
      client.query<{ id: number }>(
        `select document_id as id from document_contents
          where account_id = $1 and document_id > $2 and store <> $3 ${which === 'passing' ? 'and is_passing' : ''}
          order by document_id limit ${PAGE_MAX}`,
        [accountId, after, store.kind],
      ),
    { accountId },
  )
  return rows.map(({ id }) => id)
}

interface Original extends LocatedContent {
  readonly size: number
  readonly sha256: string | null
}

/** Bytes that were moved; `gone` when somebody has replaced or deleted it meanwhile. */
async function moveContent(
  moving: Moving,
  accountId: number,
  documentId: number,
): Promise<number | 'gone' | 'damaged'> {
  const { database, stores, store } = moving
  const session = await openReadSession(database, accountId)
  try {
    const original = await readOriginal(session, accountId, documentId)
    if (original === undefined || original.store === store.kind) return 'gone'
    const { place, size, sha256 } = original
    const copy = new ArrivingContent(database, store, accountId)
    try {
      await copy.begin()
      const hash = createHash('sha256')
      let length = 0
      const { signal } = new AbortController()
      const pieces = stores
        .of(original.store)
        .read(place, { from: 0, to: size }, { session, signal })
      for await (const piece of piecesOf(pieces)) {
        hash.update(piece)
        length += piece.length
        await copy.add(piece)
      }
      if (length !== size || hash.digest('hex') !== sha256) {
        await copy.discard()
        return 'damaged'
      }
      await copy.end()
      const isSwapped = await swap(database, { accountId, documentId, size }, place, copy.id)
      if (!isSwapped) await copy.discard()
      return isSwapped ? size : 'gone'
    } catch (error) {
      await copy.discard()
      throw error
    }
  } finally {
    await session.release()
  }
}

async function readOriginal(
  session: ReadSession,
  accountId: number,
  documentId: number,
): Promise<Original | undefined> {
  const [row] = await readRows(
    session,
    {
      text: `select c.store, c.id, c.object_key, d.file_size, d.sha256
               from document_contents c join documents d on d.account_id = c.account_id and d.id = c.document_id
              where c.account_id = $1::integer and c.document_id = $2::integer`,
      prepared: false,
    },
    [String(accountId), String(documentId)],
  )
  if (row === undefined) return undefined
  const [size, sha256 = null] = row.slice(3)
  return { ...locatedBy(accountId, row), size: Number(size), sha256 }
}

/** Puts the copy in the place of the original, unless that is no more the document's. */
async function swap(
  database: Database,
  document: { readonly accountId: number; readonly documentId: number; readonly size: number },
  original: ContentPlace,
  copyId: string,
): Promise<boolean> {
  const { accountId, documentId, size } = document
  return database.transaction(
    async (client) => {
      const { rowCount } = await client.query(
        'delete from document_contents where account_id = $1 and id = $2 and document_id = $3',
        [accountId, original.contentId, documentId],
      )
      if (rowCount !== 1) return false
      const swapped = await client.query(
        'update document_contents set document_id = $2, byte_count = $4 where account_id = $1 and id = $3',
        [accountId, documentId, copyId, size],
      )
      if (swapped.rowCount !== 1) throw new Error('The copy of a content was swept away')
      return true
    },
    { accountId },
  )
}
