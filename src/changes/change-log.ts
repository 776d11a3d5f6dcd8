/**
 * Reads the committed changes of an account, from a position onwards. Triggers write the log, in the transaction
 * of the change (`0005_change_log.sql`); who reads keeps the position, and with it what has been read.
 *
 * **No change is skipped or given twice.** A number is given before the commit, so the greatest `seq` read says
 * nothing about smaller ones still to come. A position is therefore a snapshot of PostgreSQL: the transactions
 * whose changes have been read. The next window holds what is visible now and was not then, by the log's `xid`;
 * a transaction that was still running is not in the old snapshot, however old it is, and is read once it has
 * committed. So a reader waits for nobody: an import of ten minutes delays its own changes alone.
 *
 * **Order.** Windows are in commit order, and within one the order is that of `seq`. Two changes of one row come in
 * the order in which they were made: the second transaction waits for the row until the first has committed, so
 * it takes its number later, and no snapshot shows it without the first. (The order of `xid` would not do: a
 * transaction may have its number long before it touches the row.) Within a window, transactions that did not
 * meet may come in another order than that of their commits, or interleaved.
 *
 * **Pages.** A window longer than the limit is read in pages by `seq`; its position names both of its snapshots,
 * so that what commits meanwhile belongs to the next window.
 *
 * A crash loses nothing: a position that was not stored is read from again. Positions belong to one PostgreSQL
 * cluster: in a copy restored from a dump they, and the log, mean nothing.
 */

import type { ClientBase } from 'pg'

/** 1 updated, 2 deleted, 3 inserted (contract D6). */
type ChangeStatus = 1 | 2 | 3

/** What one transaction has done, in sum, to one row. */
export interface Change {
  /** Unique in the installation; the numbers have gaps. */
  readonly seq: number
  /** Name of the entity type. */
  readonly entity: string
  readonly id: number
  readonly status: ChangeStatus
  /** The JSON text of a relational entity's identifiers. */
  readonly additionalInformation: string | null
  /** By the account's clock. Of a deleted row: its deletion. */
  readonly at: Date
}

/**
 * What a reader has read: text to be kept and given back, at most some hundred characters. It holds for all
 * accounts at once.
 */
export type ChangePosition = string

/** Before the first change. */
export const START_OF_LOG: ChangePosition = '1:1:'

/** Changes longer ago than this are pruned: a reader that has been away longer has missed some. */
export const CHANGES_KEPT_DAYS = 90

export interface ReadChangesOptions {
  readonly accountId: number
  readonly after: ChangePosition
  /** Changes of these entity types alone; absent: of all. */
  readonly entities?: readonly string[]
  /** Most changes given, 1 or more. */
  readonly limit: number
}

export interface ChangePage {
  readonly changes: readonly Change[]
  /** To read on from, as soon as these changes are done with. */
  readonly next: ChangePosition
  /** More had been committed when the page was read. */
  readonly hasMore: boolean
}

/**
 * The committed changes of one account after a position. `client` is in a transaction of that account (or is not
 * held by row-level security) on the server that writes, not on a replica. Throws RangeError for a text that is
 * no position; the transaction is then over.
 */
export async function readChanges(
  client: ClientBase,
  { accountId, after, entities, limit }: ReadChangesOptions,
): Promise<ChangePage> {
  const { seen, until, seq } = parsePosition(after)
  const text = until === null ? FIRST_PAGE : NEXT_PAGE
  const rows = await query<PageRow>(client, text, [
    accountId,
    seen,
    until,
    seq,
    limit + 1,
    entities ?? null,
  ])
  const [first] = rows
  if (first === undefined) throw new Error('The snapshot is a row even without a change')
  const all = rows.filter(isChangeRow)
  const page = all.slice(0, limit)
  const last = page.at(-1)
  const hasMore = all.length > limit
  return {
    changes: page.map(changeOf),
    next: hasMore && last !== undefined ? `${seen}/${first.until}/${last.seq}` : first.until,
    hasMore,
  }
}

/** After everything that is committed: where a reader begins that wants no past. */
export async function currentPosition(client: ClientBase): Promise<ChangePosition> {
  const [row] = await query<{ now: string }>(
    client,
    'select pg_current_snapshot()::text as now',
    [],
  )
  if (row === undefined) throw new Error('A select without a table gives one row')
  return row.now
}

/**
 * Those of the positions, none inside a window, after which the account has changes. `client` is in a transaction,
 * which becomes that account's.
 */
export async function findPassed(
  client: ClientBase,
  accountId: number,
  positions: readonly ChangePosition[],
): Promise<ReadonlySet<ChangePosition>> {
  await query(client, "select set_config('hapi.account_id', $1, true)", [String(accountId)])
  const rows = await query<{ position: string }>(client, PASSED, [accountId, positions])
  return new Set(rows.map(({ position }) => position))
}

const PASSED = `
  select p.position::text as position
    from unnest($2::pg_snapshot[]) p(position)
   where exists (
     select from change_log c
      where c.account_id = $1 and c.xid >= pg_snapshot_xmin(p.position)
        and not pg_visible_in_snapshot(c.xid, p.position))`

interface PruningRow {
  readonly runs: string
  readonly is_missed: boolean
}

/**
 * How many times the log of an account has been pruned, and whether changes after the position are missing from it:
 * pruned since it had been pruned `runs` times, or the position is one of another cluster, later than all that this
 * one has known. Throws RangeError for a text that is no position.
 */
export async function readPruning(
  client: ClientBase,
  { accountId, after, runs }: { accountId: number; after: ChangePosition; runs: bigint },
): Promise<{ readonly runs: bigint; readonly isMissed: boolean }> {
  const { seen, until, seq } = parsePosition(after)
  const [row] = await query<PruningRow>(client, PRUNING, [accountId, seen, until, seq, runs])
  if (row === undefined) throw new Error('A select without a table gives one row')
  return { runs: BigInt(row.runs), isMissed: row.is_missed }
}

const PRUNING = `
  select coalesce((select p.runs from change_log_pruned p where p.account_id = $1), 0) as runs,
         change_log_missed($1, $2, $3, $4, $5)
           or pg_snapshot_xmax(coalesce($3::pg_snapshot, $2::pg_snapshot)) > pg_snapshot_xmax(pg_current_snapshot())
         as is_missed`

/**
 * The bounds of `xid` come from the snapshots, for the index; which transactions between them belong to the window,
 * the snapshots say one by one.
 */
const pageStatement = (order: string) => `
  with position as (
    select coalesce($3::pg_snapshot, pg_current_snapshot()) as until
  ), page as (
    select c.seq, c.entity, c.id, c.status, c.additional_information, c.at
      from position p
      join change_log c on c.account_id = $1
       and c.xid >= pg_snapshot_xmin($2::pg_snapshot) and c.xid < pg_snapshot_xmax(p.until)
     where c.seq > $4
       and not pg_visible_in_snapshot(c.xid, $2::pg_snapshot) and pg_visible_in_snapshot(c.xid, p.until)
       and ($6::varchar[] is null or c.entity = any($6))
     order by ${order}
     limit $5
  )
  select p.until::text as until, page.*
    from position p left join page on true
   order by page.seq`

/**
 * The sum keeps the planner from looking for a new window along the account's whole log, in the order of its key.
 * Inside a window that order is the right way: the next page begins where the last has ended.
 */
const FIRST_PAGE = pageStatement('c.seq + 0')
const NEXT_PAGE = pageStatement('c.seq')

interface EmptyRow {
  readonly until: string
  readonly seq: null
}

interface ChangeRow {
  readonly until: string
  /** The driver gives 64 bits as text. */
  readonly seq: string
  readonly entity: string
  readonly id: number
  readonly status: ChangeStatus
  readonly additional_information: string | null
  readonly at: Date
}

type PageRow = EmptyRow | ChangeRow

function isChangeRow(row: PageRow): row is ChangeRow {
  return row.seq !== null
}

function changeOf(row: ChangeRow): Change {
  const { entity, id, status, additional_information: additionalInformation, at } = row
  // Exact up to 2⁵³: a thousand changes a second for 285,000 years.
  return { seq: Number(row.seq), entity, id, status, additionalInformation, at }
}

/** `seen`, or `seen/until/seq` inside a window. A snapshot is `xmin:xmax:` and the numbers running between them. */
const POSITION = /^(\d+:\d+:[\d,]*)(?:\/(\d+:\d+:[\d,]*)\/(\d+))?$/

function parsePosition(text: ChangePosition) {
  const [, seen, until = null, seq = '0'] = POSITION.exec(text) ?? []
  if (seen === undefined) throw notAPosition(text)
  return { seen, until, seq }
}

async function query<Row extends object>(
  client: ClientBase,
  text: string,
  values: readonly unknown[],
): Promise<readonly Row[]> {
  try {
    const { rows } = await client.query<Row>(text, [...values])
    return rows
  } catch (error) {
    throw isRefusedValue(error) ? notAPosition(values.join(' '), error) : error
  }
}

/** SQLSTATE invalid_text_representation and numeric_value_out_of_range. */
function isRefusedValue(error: unknown): boolean {
  return error instanceof Error && 'code' in error && /^22(?:P02|003)$/.test(String(error.code))
}

function notAPosition(text: string, cause?: unknown): RangeError {
  return new RangeError(`'${text}' is no position in the change log`, { cause })
}
