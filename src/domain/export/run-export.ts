/**
 * An account's portfolio as files that an import reads: all sets in one snapshot, row after row, so that memory does not
 * grow with them.
 */

import type { PoolClient } from 'pg'
import type { ContentStores } from '../../contents/content-stores.ts'
import type { Database } from '../../db/database.ts'
import type { EntityType } from '../../model/entity-type.ts'
import type { SecretBox } from '../../secrets/secret-box.ts'
import { importableTypes } from '../import/files/importable-types.ts'
import {
  countContents,
  countLeftOut,
  countOthers,
  countWhole,
  type LeftOut,
} from './count-left-out.ts'
import {
  contentNamer,
  keepObjects,
  type WrittenContents,
  writeContents,
} from './export-contents.ts'
import type { ExportForm } from './export-form.ts'
import { type ExportSet, exportSetOf } from './export-set.ts'
import type { ExportTarget } from './export-target.ts'
import type { Reason } from './left-out.ts'
import { numberOpener, pagesOf, type Snapshot, type Values } from './read-rows.ts'
import { traceCommand, traceRows } from './trace-export.ts'

export interface ExportRequest {
  readonly accountId: number
  /** Of the account: what is past is history. */
  readonly businessDate: string
  readonly form: ExportForm
  /** Absent: all that can be imported. */
  readonly types?: readonly EntityType[] | undefined
  /** Opens account numbers, which are written then. */
  readonly secretBox?: SecretBox | undefined
  /** Where contents of documents are, which are written then. */
  readonly contents?: ContentStores | undefined
  /** Ends the export between two pages of rows. Throws its reason. */
  readonly signal?: AbortSignal | undefined
}

export interface ExportedSet {
  readonly set: string
  readonly file: string
  readonly rows: number
  /** The lowest Id, and the highest. */
  readonly first: number
  readonly last: number
}

export interface ExportReport {
  /** Sets that have rows. */
  readonly sets: readonly ExportedSet[]
  readonly leftOut: readonly LeftOut[]
}

/**
 * Writes a file for each set that has rows, in the order in which they are imported; the audit tells it.
 *
 * @throws {HapiError} UNAVAILABLE; what the target throws, and the reason of the signal
 */
export async function runExport(
  database: Database,
  request: ExportRequest,
  target: ExportTarget,
): Promise<ExportReport> {
  const { accountId } = request
  await traceCommand(database, accountId, request.contents !== undefined)
  const report = await database.readingTransaction((client) => writeSets(client, request, target), {
    accountId,
  })
  await traceRows(database, accountId, report.sets)
  return report
}

async function writeSets(
  client: PoolClient,
  request: ExportRequest,
  target: ExportTarget,
): Promise<ExportReport> {
  const { accountId, businessDate, types } = request
  // As long as it takes: an account has no bound, and a slow disk keeps nobody else waiting.
  await client.query('set local statement_timeout = 0')
  await client.query('set local idle_in_transaction_session_timeout = 0')
  const snapshot = { client, accountId, businessDate }
  if (request.contents !== undefined) await keepObjects(snapshot)
  const sets: ExportedSet[] = []
  const leftOut: LeftOut[] = []
  for (const type of types ?? importableTypes) {
    const written = await writeSet(snapshot, request, type, target)
    if (written.exported !== undefined) sets.push(written.exported)
    leftOut.push(...written.leftOut)
  }
  if (types === undefined) leftOut.push(...(await countOthers(snapshot)))
  return { sets, leftOut }
}

interface WrittenSet {
  /** Undefined when there are no rows. */
  readonly exported: ExportedSet | undefined
  readonly leftOut: readonly LeftOut[]
}

async function writeSet(
  snapshot: Snapshot,
  request: ExportRequest,
  type: EntityType,
  target: ExportTarget,
): Promise<WrittenSet> {
  const { form, secretBox } = request
  if (secretBox === undefined && type.properties.some(({ sealed }) => sealed === true))
    return { exported: undefined, leftOut: await countWhole(snapshot, type, WITHOUT_NUMBERS) }
  const contents = await contentsOf(snapshot, request, type, target)
  const set = exportSetOf(type, contents.missing !== undefined)
  const file = `${type.set}.${form.extension}`
  const counts: Counts = { rows: 0, unopened: 0, first: Infinity, last: 0 }
  const open = numberOpener(snapshot, set, secretBox)
  const name = contentNamer(set, contents.missing ?? new Set())
  await target.write(
    file,
    textsOf(snapshot, request, set, counts, (values) => {
      const opened = open(values)
      return opened === undefined ? undefined : name(opened)
    }),
  )
  const leftOut = [...(await countLeftOut(snapshot, set)), ...contents.leftOut]
  const { rows, first, last } = counts
  const unopened = { set: type.set, column: null, count: counts.unopened, ...UNOPENED }
  return {
    exported: rows === 0 ? undefined : { set: type.set, file, rows, first, last },
    leftOut: counts.unopened > 0 ? [...leftOut, unopened] : leftOut,
  }
}

/** Written if there are any and they are asked for; `missing` is undefined when they are not. */
async function contentsOf(
  snapshot: Snapshot,
  { contents, signal }: ExportRequest,
  type: EntityType,
  target: ExportTarget,
): Promise<Partial<WrittenContents> & Pick<WrittenContents, 'leftOut'>> {
  if (type.hasStream !== true) return { leftOut: [] }
  if (contents === undefined) return { leftOut: await countContents(snapshot, type) }
  const ends = signal ?? new AbortController().signal
  return writeContents(snapshot, type, contents, target, ends)
}

interface Counts {
  rows: number
  unopened: number
  first: number
  last: number
}

/** A text for each page of rows, the first one with what stands before the rows; none for a set without rows. */
async function* textsOf(
  snapshot: Snapshot,
  { form, signal }: ExportRequest,
  set: ExportSet,
  counts: Counts,
  open: (values: Values) => Values | undefined,
): AsyncGenerator<string> {
  const lineOf = form.lineOf(set.columns)
  for await (const page of pagesOf(snapshot, set)) {
    signal?.throwIfAborted()
    const opened = page.map(open).filter((values) => values !== undefined)
    counts.unopened += page.length - opened.length
    if (opened.length === 0) continue
    const head = counts.rows === 0 ? form.head(set.type, set.columns) : ''
    const ids = opened.map(([id]) => Number(id))
    counts.rows += opened.length
    counts.first = Math.min(counts.first, ...ids)
    counts.last = Math.max(counts.last, ...ids)
    yield head + opened.map(lineOf).join('')
  }
}

const WITHOUT_NUMBERS: Reason = {
  fr: 'accords qui ne s’importent qu’avec leur numéro de compte : --with-account-numbers les écrit en clair',
  en: 'agreements, which can only be imported with their account numbers: --with-account-numbers writes them in clear',
}
const UNOPENED: Reason = {
  fr: 'accords dont le numéro de compte est chiffré sous une clé que ce processus n’a pas',
  en: 'agreements whose account number is sealed under a key that this process does not have',
}
