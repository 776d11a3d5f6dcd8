/** Reads the audit of one account after the other, a page at a time: by time with a filter, or whole with its chain. */

import type { Database } from '../db/database.ts'

export interface EntryFilter {
  /** Of its chain; undefined: all, the installation's first. */
  readonly accountId?: number | undefined
  readonly from?: Date | undefined
  /** Not included. */
  readonly to?: Date | undefined
  /** A user's name, an integrator's, the public part of a key or a process. */
  readonly who?: string | undefined
  readonly kind?: string | undefined
  readonly entity?: string | undefined
  /** Of a row that was changed, or named by a reading. */
  readonly entityId?: number | undefined
}

/** An entry; what it does not say is null. Numbers that may be large are texts. */
export interface Entry {
  readonly accountId: number
  readonly id: string
  readonly at: string
  readonly kind: string
  readonly channel: string
  readonly userId: string | null
  readonly userName: string | null
  readonly integratorName: string | null
  readonly keyId: string | null
  readonly process: string | null
  readonly requestId: string | null
  readonly entity: string | null
  readonly entityId: string | null
  readonly entityKey: string | null
  readonly changes: string | null
  readonly code: string | null
  readonly address: string | null
  readonly request: string | null
  readonly firstId: string | null
  readonly lastId: string | null
  readonly rowCount: string | null
  /** Separated by commas. */
  readonly entityIds: string | null
  readonly occurrences: string
  /** Of this entry and the chain before it, in hexadecimal. */
  readonly hash: string
}

const PAGE_ROWS = 1_000

/** The columns of an entry, as `audit.line` says them. */
const COLUMNS = `
  account_id as "accountId", id::text, to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at, kind,
  channel, user_id::text as "userId", user_name as "userName", integrator_name as "integratorName", key_id as "keyId",
  process, request_id as "requestId", entity, entity_id::text as "entityId", entity_key as "entityKey", changes, code,
  address, request, first_id::text as "firstId", last_id::text as "lastId", row_count::text as "rowCount",
  array_to_string(entity_ids, ',') as "entityIds", occurrences::text, encode(hash, 'hex') as hash`

const FILTERED = `
  select ${COLUMNS} from audit.entries e
   where e.account_id = $1 and (e.at, e.id) > ($2::timestamptz, $3::bigint)
     and ($4::timestamptz is null or e.at < $4)
     and ($5::text is null or $5 in (e.user_name, e.integrator_name, e.key_id, e.process))
     and ($6::text is null or e.kind = $6)
     and ($7::text is null or e.entity = $7)
     and ($8::bigint is null or e.entity_id = $8 or $8 = any (e.entity_ids)
          or e.kind = 'READ' and e.entity_ids is null and (e.first_id is null or $8 between e.first_id and e.last_id))
   order by e.at, e.id limit ${PAGE_ROWS}`

/** In the order of time, each account's. Throws UNAVAILABLE. */
export async function* readEntries(
  database: Database,
  filter: EntryFilter,
): AsyncGenerator<readonly Entry[]> {
  const { from, to, who, kind, entity, entityId } = filter
  const filters = [to ?? null, who ?? null, kind ?? null, entity ?? null, entityId ?? null]
  for (const accountId of await chainsOf(database, filter.accountId)) {
    let place = [from?.toISOString() ?? '-infinity', '0']
    for (;;) {
      const page = await ask<Entry>(database, FILTERED, [accountId, ...place, ...filters])
      if (page.length > 0) yield page
      const last = page.at(-1)
      if (last === undefined || page.length < PAGE_ROWS) break
      place = [last.at, last.id]
    }
  }
}

const WHOLE = `
  select ${COLUMNS} from audit.entries e where e.account_id = $1 and e.id > $2 order by e.id limit ${PAGE_ROWS}`

/** Whole chains, in their order, each as it is when its reading begins or later. Throws UNAVAILABLE. */
export async function* readChains(
  database: Database,
  accountId: number | undefined,
): AsyncGenerator<readonly Entry[]> {
  for (const chain of await chainsOf(database, accountId)) {
    let last = '0'
    for (;;) {
      const page = await ask<Entry>(database, WHOLE, [chain, last])
      if (page.length > 0) yield page
      if (page.length < PAGE_ROWS) break
      last = page.at(-1)?.id ?? last
    }
  }
}

async function chainsOf(
  database: Database,
  accountId: number | undefined,
): Promise<readonly number[]> {
  if (accountId !== undefined) return [accountId]
  const rows = await ask<{ account_id: number }>(
    database,
    'select account_id from audit.chains order by account_id',
    [],
  )
  return rows.map((row) => row.account_id)
}

async function ask<T extends object>(
  database: Database,
  text: string,
  values: readonly unknown[],
): Promise<readonly T[]> {
  return database.transaction(async (client) => {
    await client.query('set local statement_timeout = 0')
    const { rows } = await client.query<T>(text, [...values])
    return rows
  })
}
