/**
 * How far an import has come, in the database. What is written with the rows is true if and only if they are there, so an
 * import that was killed goes on behind the last row that was settled.
 */

import { randomUUID } from 'node:crypto'
import { advisoryLocks } from '../../db/advisory-locks.ts'
import type { Database } from '../../db/database.ts'
import type { DatabaseSession } from '../../db/session.ts'
import { HapiError } from '../../errors/hapi-error.ts'
import type { TransactionClient } from '../command/stored-rows.ts'
import type { ImportRefusal } from './refusal.ts'

export interface ImportCounts {
  readonly created: number
  readonly updated: number
  readonly unchanged: number
  /** Rows, each of which may have been refused for several reasons. */
  readonly refused: number
}

export interface ImportProgress extends ImportCounts {
  /** Items of the source that are settled. */
  readonly position: number
}

export const NOTHING_DONE: ImportProgress = {
  position: 0,
  created: 0,
  updated: 0,
  unchanged: 0,
  refused: 0,
}

export interface OpenedImport {
  readonly id: string
  /** Where it goes on. */
  readonly progress: ImportProgress
}

/** So long an import is remembered, for whoever asks what became of it; and so long one that was interrupted may go on. */
const KEPT_DAYS = 30

/**
 * Runs `work` while no other import of the account runs, in whatever process.
 *
 * @throws {HapiError} IMPORT_IN_PROGRESS, UNAVAILABLE, and what `work` throws
 */
export async function aloneInAccount<T>(
  database: Database,
  accountId: number,
  work: () => Promise<T>,
): Promise<T> {
  const session: DatabaseSession = await database.openSession('hapi import', () => {})
  try {
    const [row] = await session.query<{ held: boolean }>(
      'select pg_try_advisory_lock($1, $2) as held',
      [advisoryLocks.import, accountId],
    )
    if (row?.held !== true) throw new HapiError('IMPORT_IN_PROGRESS')
    return await work()
  } finally {
    // Its lock goes with it.
    await session.close()
  }
}

/** Of an account: what ended long ago, and what was interrupted and has not gone on since. */
export async function forgetOldImports(database: Database, accountId: number): Promise<void> {
  await database.transaction(
    (client) =>
      client.query(
        `delete from imports
          where account_id = $1 and started_date < clock_timestamp() - make_interval(days => $2)`,
        [accountId, KEPT_DAYS],
      ),
    { accountId },
  )
}

/**
 * The import of this digest that was interrupted, or a new one. What PostgreSQL still does for a process that is gone
 * already, it ends first: it may be about to commit.
 */
export async function openImport(
  database: Database,
  accountId: number,
  digest: string,
): Promise<OpenedImport> {
  return database.transaction(
    async (client) => {
      await client.query('select pg_advisory_xact_lock_shared($1, $2)', [
        advisoryLocks.accountDay,
        accountId,
      ])
      const { rows } = await client.query<ImportProgress & { readonly id: string }>(
        `select id, position, created, updated, unchanged, refused from imports
          where account_id = $1 and digest = $2 and state = 'running'`,
        [accountId, digest],
      )
      const [row] = rows
      if (row !== undefined) {
        const { id, ...progress } = row
        return { id, progress }
      }
      const id = randomUUID()
      await client.query('insert into imports (account_id, id, digest) values ($1, $2, $3)', [
        accountId,
        id,
        digest,
      ])
      return { id, progress: NOTHING_DONE }
    },
    { accountId },
  )
}

/** One that leaves nothing unless all of it is kept: written in the transaction of the rows. */
export async function beginImport(
  client: TransactionClient,
  accountId: number,
  importId: string,
  digest: string,
): Promise<void> {
  await client.send('insert into imports (account_id, id, digest) values ($1, $2::uuid, $3)', [
    accountId,
    importId,
    digest,
  ])
}

/**
 * Written in the transaction of the rows.
 *
 * @param from the position that the import had before
 * @throws {HapiError} IMPORT_IN_PROGRESS: somebody else has moved it
 */
export async function storeProgress(
  client: TransactionClient,
  accountId: number,
  importId: string,
  from: number,
  { position, created, updated, unchanged, refused }: ImportProgress,
  refusals: readonly ImportRefusal[],
): Promise<void> {
  if (refusals.length > 0)
    await client.send(
      `insert into import_refusals (account_id, import_id, number, refusal)
       select $1, $2::uuid,
              v.number + (select count(*) from import_refusals r
                           where r.account_id = $1 and r.import_id = $2::uuid),
              v.refusal
         from unnest($3::text[]) with ordinality v(refusal, number)`,
      [accountId, importId, refusals.map((refusal) => JSON.stringify(refusal))],
    )
  const moved = await client.texts(
    `update imports set position = $4, created = $5, updated = $6, unchanged = $7, refused = $8
      where account_id = $1 and id = $2::uuid and position = $3 and state = 'running' returning id`,
    [accountId, importId, from, position, created, updated, unchanged, refused],
  )
  if (moved.length === 0) throw new HapiError('IMPORT_IN_PROGRESS')
}

/** What rows were called, and why some were refused, is of no use any longer: it was told, and names people. */
export async function endImport(
  client: TransactionClient,
  accountId: number,
  importId: string,
): Promise<void> {
  await client.send(
    `update imports set state = 'done', ended_date = clock_timestamp()
      where account_id = $1 and id = $2::uuid`,
    [accountId, importId],
  )
  for (const table of ['import_labels', 'import_refusals'])
    await client.send(`delete from ${table} where account_id = $1 and import_id = $2::uuid`, [
      accountId,
      importId,
    ])
}

/** Refusals that were told before the import was interrupted, in their order, by pages. */
export async function* readRefusals(
  database: Database,
  accountId: number,
  importId: string,
): AsyncGenerator<readonly ImportRefusal[]> {
  for (let after = 0; ; ) {
    const page = await database.transaction(
      async (client) => {
        const { rows } = await client.query<{ number: number; refusal: string }>(
          `select number, refusal from import_refusals
            where account_id = $1 and import_id = $2 and number > $3 order by number limit $4`,
          [accountId, importId, after, PAGE_SIZE],
        )
        return rows
      },
      { accountId },
    )
    const last = page.at(-1)
    if (last === undefined) return
    // Written by `storeProgress`.
    yield page.map(({ refusal }) => JSON.parse(refusal) as ImportRefusal)
    after = last.number
  }
}

const PAGE_SIZE = 500
