/**
 * Looks for what was done to the audit behind its back: computes every hash again, here and not by the database's own
 * functions, and compares each chain with where it is said to end. Memory holds one page.
 */

import { createHash } from 'node:crypto'
import type { Database } from '../db/database.ts'
import { sealAll } from './sealer.ts'

/** Account 0 is the installation. */
export interface Finding {
  readonly accountId: number
  /** Number of the entry in the account's chain. */
  readonly id: string
  /** `ALTERED`: its content or hash; `MISSING`: it, or the first of a row of them; `INSERTED`: behind the end. */
  readonly problem: 'ALTERED' | 'MISSING' | 'INSERTED'
}

interface Chain {
  readonly accountId: number
  readonly entries: string
  /** Of the last entry, in hexadecimal: to be noted elsewhere. */
  readonly head: string
}

interface Verdict {
  readonly chains: readonly Chain[]
  readonly findings: readonly Finding[]
  /** Whether each of the noted heads is the hash of an entry. */
  readonly missingHeads: readonly string[]
}

const PAGE_ROWS = 1_000
/** More say no more. */
const FINDINGS_MAX = 1_000
const FIRST = Buffer.alloc(32)

/** Seals first what is committed. Throws UNAVAILABLE. */
export async function verifyAudit(
  database: Database,
  heads: readonly string[] = [],
): Promise<Verdict> {
  await sealAll(database)
  const wanted = new Set(heads.map((head) => head.toLowerCase()))
  const findings: Finding[] = []
  const chains: Chain[] = []
  for (const accountId of await accountsOf(database)) {
    const end = await endOf(database, accountId)
    const chain = new ChainReader(accountId, findings, wanted)
    for (let page = await pageAfter(database, accountId, '0'); page.length > 0; ) {
      for (const row of page) chain.read(row)
      page = await pageAfter(database, accountId, page.at(-1)?.id ?? '0')
    }
    chain.close(end)
    chains.push({ accountId, entries: end?.last_id ?? '0', head: end?.hash ?? '' })
  }
  return { chains, findings: findings.slice(0, FINDINGS_MAX), missingHeads: [...wanted] }
}

interface EntryRow {
  readonly id: string
  readonly hash: Buffer
  /** In the order of `audit.line`, after account and number. */
  readonly members: readonly (string | null)[]
}

interface ChainEnd {
  readonly last_id: string
  readonly hash: string
}

class ChainReader {
  readonly #accountId: number
  readonly #findings: Finding[]
  readonly #wanted: Set<string>
  #id = 0n
  #hash: Buffer = FIRST
  /** The entry before is not there, so that nobody can say what this one was chained to. */
  #isTorn = false

  constructor(accountId: number, findings: Finding[], wanted: Set<string>) {
    this.#accountId = accountId
    this.#findings = findings
    this.#wanted = wanted
  }

  read({ id, hash, members }: EntryRow): void {
    const number = BigInt(id)
    if (number !== this.#id + 1n) {
      this.#tell(String(this.#id + 1n), 'MISSING')
      this.#isTorn = true
    }
    const line = lineOf([String(this.#accountId), id, ...members])
    const made = createHash('sha256').update(this.#hash).update(line).digest()
    if (!this.#isTorn && !made.equals(hash)) this.#tell(id, 'ALTERED')
    this.#isTorn = false
    this.#id = number
    // As it stands: the next one is judged by itself.
    this.#hash = hash
    this.#wanted.delete(hash.toString('hex'))
  }

  close(end: ChainEnd | undefined): void {
    const last = BigInt(end?.last_id ?? 0)
    if (last > this.#id) this.#tell(String(this.#id + 1n), 'MISSING')
    else if (last < this.#id) this.#tell(String(last + 1n), 'INSERTED')
    else if (end !== undefined && end.hash !== this.#hash.toString('hex'))
      this.#tell(String(last), 'ALTERED')
  }

  #tell(id: string, problem: Finding['problem']): void {
    if (this.#findings.length < FINDINGS_MAX)
      this.#findings.push({ accountId: this.#accountId, id, problem })
  }
}

/** What an entry's hash is made of: a list of texts as `json_build_array` of PostgreSQL writes it. */
export function lineOf(members: readonly (string | null)[]): string {
  return `[${members.map((member) => JSON.stringify(member)).join(', ')}]`
}

async function accountsOf(database: Database): Promise<readonly number[]> {
  const { rows } = await database.transaction((client) =>
    client.query<{ account_id: number }>(
      `with recursive found as (
         (select min(account_id) as account_id from audit.entries)
         union all
         select (select min(e.account_id) from audit.entries e where e.account_id > f.account_id)
           from found f where f.account_id is not null)
       select account_id from found where account_id is not null
       union select account_id from audit.chains order by account_id`,
    ),
  )
  return rows.map(({ account_id: accountId }) => accountId)
}

async function endOf(database: Database, accountId: number): Promise<ChainEnd | undefined> {
  const { rows } = await database.transaction((client) =>
    client.query<ChainEnd>(
      "select last_id::text, encode(hash, 'hex') as hash from audit.chains where account_id = $1",
      [accountId],
    ),
  )
  return rows[0]
}

const PAGE = `
  select id::text, hash,
         array[to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), kind, channel, user_id::text, user_name,
               integrator_name, key_id, process, request_id, entity, entity_id::text, entity_key, changes, code, address,
               request, first_id::text, last_id::text, row_count::text, array_to_string(entity_ids, ','),
               occurrences::text]::text[] as members
    from audit.entries
   where account_id = $1 and id > $2
   order by entries.id limit ${PAGE_ROWS}`

async function pageAfter(
  database: Database,
  accountId: number,
  id: string,
): Promise<readonly EntryRow[]> {
  const { rows } = await database.transaction((client) =>
    client.query<EntryRow>(PAGE, [accountId, id]),
  )
  return rows
}
