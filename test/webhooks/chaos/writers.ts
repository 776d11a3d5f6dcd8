/**
 * Clients that create, change and delete over HTTP, now and then by plain SQL, while the product is killed under them.
 * They remember what they were told was done. An answer that never came says nothing either way.
 */

import { setTimeout as sleep } from 'node:timers/promises'
import { Pool, type PoolClient } from 'pg'
import type { Random } from './random.ts'
import type { AcknowledgedWrite } from './verdict.ts'

export interface WritersOptions {
  /** Where the API answers; who gets no answer asks the next. */
  readonly origins: readonly string[]
  readonly token: string
  readonly databaseUrl: string
  readonly random: Random
}

export const ACCOUNT = 1
/** Rows of the demo that everyone changes: few, so that each is changed often. */
const TENANTS = 40
/** Of these nothing is ever committed. */
const UNTOUCHED = 3
/** Rows made and not deleted yet. */
const KEPT_MAX = 60
const REQUEST_MS = 15_000
const PAUSE_MS = 20
const TURN_EVERY = 50

type Fields = Readonly<Record<string, string | number | boolean | null>>

/** Rows that writers make and delete again. */
interface Kind {
  readonly entity: string
  readonly set: string
  readonly created: (tenantId: number, unique: number) => Fields
  readonly changed: (unique: number) => Fields
  readonly ids: number[]
}

export class Writers {
  readonly acknowledged: AcknowledgedWrite[] = []
  readonly counts = { done: 0, unanswered: 0, refused: 0, sql: 0, rolledBack: 0 }
  /** Refusals by their beginning. */
  readonly refusals = new Map<string, number>()
  readonly #options: WritersOptions
  readonly #pool: Pool
  readonly #kinds: readonly Kind[]
  #tenants: readonly number[] = []
  #units: readonly number[] = []
  #untouched: readonly number[] = []
  #made = 0
  /** Turned when one does not answer; by the way also now and then, so that all have something to do. */
  #origin = 0

  constructor(options: WritersOptions) {
    this.#options = options
    this.#pool = new Pool({
      connectionString: options.databaseUrl,
      max: 3,
      // Whose statement fails reports it.
      onConnect: (client) => void client.on('error', () => {}),
    })
    // It connects again.
    this.#pool.on('error', () => {})
    this.#kinds = [
      {
        entity: 'CoTenant',
        set: 'CoTenants',
        created: (TenantId, unique) => ({
          TenantId,
          LastName: `Chaos ${unique}`,
          FirstName: 'Ève',
          StartDate: '2026-07-01',
        }),
        changed: (unique) => ({ FirstName: `Ève ${unique}` }),
        ids: [],
      },
      {
        entity: 'TenantService',
        set: 'TenantServices',
        created: (TenantId, unique) => ({
          TenantId,
          ServiceCode: 'INTERNET',
          StartDate: '2026-08-01',
          EndDate: '2026-09-30',
          Amount: (unique % 9_000) / 100,
        }),
        changed: (unique) => ({ Description: `Chaos ${unique}` }),
        ids: [],
      },
    ]
  }

  get rolledBack(): readonly { readonly entity: string; readonly id: number }[] {
    return this.#untouched.map((id) => ({ entity: 'Unit', id }))
  }

  async prepare(): Promise<void> {
    const ids = async (text: string): Promise<number[]> =>
      (await this.#pool.query<{ id: number }>(text, [ACCOUNT])).rows.map(({ id }) => id)
    // Those with a lease: services are billed to them.
    this.#tenants = await ids(
      `select id from tenants where account_id = $1 and current_lease_id is not null and departure_date is null
        order by id limit ${TENANTS}`,
    )
    const units = await ids('select id from units where account_id = $1 order by id')
    this.#untouched = units.slice(0, UNTOUCHED)
    this.#units = units.slice(UNTOUCHED)
  }

  /** So many clients, until so many writes are done. */
  async write(clients: number, writes: number, onDone: () => void): Promise<void> {
    await Promise.all(
      Array.from({ length: clients }, async () => {
        while (this.counts.done < writes) {
          await this.#step()
          onDone()
        }
      }),
    )
  }

  async close(): Promise<void> {
    await this.#pool.end()
  }

  #step(): Promise<void> {
    const { random } = this.#options
    const unique = ++this.#made
    const luck = random.next()
    if (unique % TURN_EVERY === 0) this.#origin++
    if (luck < 0.03) return this.#bySql(unique)
    if (luck < 0.05) return this.#rollBack(unique)
    if (luck < 0.5) return this.#changeTenant(unique)
    const kind = random.pick(this.#kinds)
    if (kind.ids.length < 5 || (luck < 0.7 && kind.ids.length < KEPT_MAX))
      return this.#create(kind, unique)
    return luck < 0.88 ? this.#change(kind, unique) : this.#delete(kind)
  }

  async #changeTenant(unique: number): Promise<void> {
    const id = this.#options.random.pick(this.#tenants)
    const body = { Phone: `418-555-${String(unique % 10_000).padStart(4, '0')}` }
    if ((await this.#send('PATCH', `/api/Tenants(${id})`, body)) !== undefined)
      this.#know('Tenant', id, 1)
  }

  async #create(kind: Kind, unique: number): Promise<void> {
    const body = kind.created(this.#options.random.pick(this.#tenants), unique)
    const row = await this.#send('POST', `/api/${kind.set}`, body)
    if (row === undefined) return
    const id = Number(row['Id'])
    this.#know(kind.entity, id, 3)
    kind.ids.push(id)
  }

  async #change(kind: Kind, unique: number): Promise<void> {
    const id = this.#options.random.pick(kind.ids)
    if (await this.#send('PATCH', `/api/${kind.set}(${id})`, kind.changed(unique)))
      this.#know(kind.entity, id, 1)
  }

  async #delete(kind: Kind): Promise<void> {
    const [id] = kind.ids.splice(this.#options.random.below(kind.ids.length), 1)
    if (id === undefined) return
    if (await this.#send('DELETE', `/api/${kind.set}(${id})`)) this.#know(kind.entity, id, 2)
  }

  #know(entity: string, id: number, status: number): void {
    this.acknowledged.push({ entity, id, status })
  }

  /** The row, or nothing of it; undefined: refused, or nobody knows. */
  async #send(method: string, path: string, body?: Fields): Promise<Fields | undefined> {
    const { origins, token } = this.#options
    const at = this.#origin
    try {
      const answer = await fetch(`${origins[at % origins.length]}${path}`, {
        method,
        signal: AbortSignal.timeout(REQUEST_MS),
        headers: {
          authorization: `Bearer ${token}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      const text = await answer.text()
      if (answer.status >= 500) {
        if (answer.status !== 503) throw new Error(`${method} ${path}: ${answer.status} ${text}`)
        return await this.#lost(at)
      }
      if (answer.status >= 400) {
        this.#refused(`${method} ${path.replace(/\d+/, '…')} ${answer.status} ${text.slice(0, 60)}`)
        return undefined
      }
      this.counts.done++
      return text === '' ? {} : (JSON.parse(text) as Fields)
    } catch (error) {
      // What fetch throws when the connection breaks, or nothing comes for long.
      const isLost =
        error instanceof TypeError || (error instanceof Error && error.name === 'TimeoutError')
      if (!isLost) throw error
      return await this.#lost(at)
    }
  }

  /** Everyone goes elsewhere, once. */
  async #lost(at: number): Promise<undefined> {
    this.counts.unanswered++
    if (this.#origin === at) this.#origin++
    await sleep(PAUSE_MS)
    return undefined
  }

  #refused(what: string): void {
    this.counts.refused++
    this.refusals.set(what, (this.refusals.get(what) ?? 0) + 1)
  }

  /** As a person with psql: several rows in one transaction, of which nobody is told. */
  async #bySql(unique: number): Promise<void> {
    const { random } = this.#options
    const units = [...new Set([random.pick(this.#units), random.pick(this.#units)])].sort(
      (a, b) => a - b,
    )
    const tenant = random.pick(this.#tenants)
    const isDone = await this.#inTransaction('commit', async (client) => {
      for (const id of units)
        await client.query('update units set door_no = $3 where account_id = $1 and id = $2', [
          ACCOUNT,
          id,
          `C${unique % 10_000}`,
        ])
      await client.query('update tenants set phone = $3 where account_id = $1 and id = $2', [
        ACCOUNT,
        tenant,
        `581-${unique}`,
      ])
    })
    if (!isDone) return
    this.counts.done += units.length + 1
    this.counts.sql++
    for (const id of units) this.#know('Unit', id, 1)
    this.#know('Tenant', tenant, 1)
  }

  async #rollBack(unique: number): Promise<void> {
    const id = this.#options.random.pick(this.#untouched)
    const isDone = await this.#inTransaction('rollback', async (client) => {
      await client.query('update units set door_no = $3 where account_id = $1 and id = $2', [
        ACCOUNT,
        id,
        `R${unique % 10_000}`,
      ])
    })
    if (isDone) this.counts.rolledBack++
  }

  /** Whether its end was acknowledged. */
  async #inTransaction(
    end: 'commit' | 'rollback',
    work: (client: PoolClient) => Promise<void>,
  ): Promise<boolean> {
    let client: PoolClient | undefined
    try {
      client = await this.#pool.connect()
      await client.query("begin; select set_config('hapi.account_id', '1', true)")
      await work(client)
      const { command } = await client.query(end)
      client.release()
      return command === end.toUpperCase()
    } catch {
      client?.release(true)
      this.counts.unanswered++
      await sleep(PAUSE_MS)
      return false
    }
  }
}
