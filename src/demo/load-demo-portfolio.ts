/**
 * Loads the demonstration portfolio into an account, in one transaction: after a crash the account is
 * as it was, and a portfolio that can be seen is whole.
 */

import type { PoolClient } from 'pg'
import type { Database } from '../db/database.ts'
import { sealAccountNo } from '../domain/pad/account-number.ts'
import type { EntityType } from '../model/entity-type.ts'
import { columnName, tableName } from '../model/naming.ts'
import type { SecretBox } from '../secrets/secret-box.ts'
import {
  type DemoRow,
  type DemoValue,
  type DemoValues,
  demoBusinessDate,
  finalClock,
} from './demo-row.ts'
import { buildingCount, portfolioRows } from './portfolio.ts'

export interface LoadOptions {
  /** An account without data; its clock is pinned by the load. */
  readonly accountId: number
  readonly scale: number
  /** Set it for any account but the first, so that whose data is seen can be told. */
  readonly marker?: string
  /** Seals the numbers of bank accounts. */
  readonly secretBox: SecretBox
  /** Buildings loaded and to load. */
  readonly onProgress?: (done: number, total: number) => void
}

/** Rows in one statement: enough to make round trips cheap, about a megabyte of JSON. */
const batchSize = 1_000

/** Parents before children: foreign keys are checked as the batches go, so that no check piles up. */
const insertionOrder = [
  'LookupCode',
  'TaxRate',
  'Employee',
  'Company',
  'GlAccount',
  'Service',
  'LedgerDivision',
  'BankAccount',
  'FiscalPeriod',
  'ServiceCallCategory',
  'Characteristic',
  'Supplier',
  'Owner',
  'Building',
  'BuildingCharacteristic',
  'BuildingOwner',
  'Budget',
  'Unit',
  'UnitCharacteristic',
  'UnavailableUnit',
  'Parking',
  'Storage',
  'MeterReading',
  'Tenant',
  'CoTenant',
  'Lease',
  'LeaseRenewal',
  'LeasePriceChange',
  'TenantService',
  'TenantParking',
  'TenantStorage',
  'PreauthorizedDebit',
  'Prospect',
  'Visit',
  'RentalApplication',
  'ServiceCall',
  'ServiceCallDetail',
  'Document',
  'Message',
]

/** Loads, pins the account's clock at 2026-06-15T04:05:00Z and computes the calendar states of that day. */
export async function loadDemoPortfolio(database: Database, options: LoadOptions): Promise<void> {
  const { accountId, scale, marker = '', secretBox, onProgress } = options
  if (!Number.isInteger(scale) || scale < 1) throw new RangeError(`Scale ${scale} is not 1 or more`)
  await database.transaction(
    async (client) => {
      // A large scale takes longer than any request may; each statement is still bounded by its batch.
      await client.query('set local statement_timeout = 0')
      await client.query('set constraints all immediate')
      // Nobody is told of the load: no event, no tombstone (recipe §3).
      await client.query("select set_config('hapi.change_log', 'off', true)")
      await client.query(
        'update accounts set pinned_at = $2, states_date = null where account_id = $1',
        [accountId, finalClock],
      )
      const seal = (row: DemoRow): DemoValues => sealedValues(row, accountId, secretBox)
      const batches = new Batches(client, accountId, seal)
      const total = buildingCount(scale)
      let done = 0
      for (const row of portfolioRows({ scale, marker })) {
        await batches.add(row)
        if (row.type.name === 'Building') onProgress?.((done += 1), total)
      }
      await batches.flush()
      // Without statistics the calendar and the first requests would run on the plans of empty tables.
      await client.query(`analyze ${batches.tables().join(', ')}`)
      await client.query('select advance_account_day($1, $2)', [accountId, demoBusinessDate])
    },
    { accountId },
  )
}

/** The row with its number of a bank account as the database may hold it. */
function sealedValues({ type, values }: DemoRow, accountId: number, box: SecretBox): DemoValues {
  const { Id: id, AccountNo: accountNo } = values
  if (type.name !== 'PreauthorizedDebit' || typeof accountNo !== 'string') return values
  return { ...values, AccountNo: sealAccountNo(box, { accountId, id: Number(id) }, accountNo) }
}

class Batches {
  readonly #client: PoolClient
  readonly #accountId: number
  readonly #seal: (row: DemoRow) => DemoValues
  readonly #rows = new Map<string, DemoRow[]>(insertionOrder.map((entity) => [entity, []]))
  #count = 0
  readonly #tables = new Set<string>()

  constructor(client: PoolClient, accountId: number, seal: (row: DemoRow) => DemoValues) {
    this.#client = client
    this.#accountId = accountId
    this.#seal = seal
  }

  async add(row: DemoRow): Promise<void> {
    const rows = this.#rows.get(row.type.name)
    if (rows === undefined) throw new Error(`${row.type.name} has no place in the insertion order`)
    rows.push(row)
    this.#count += 1
    if (this.#count >= batchSize) await this.flush()
  }

  async flush(): Promise<void> {
    for (const rows of this.#rows.values()) {
      const batch = rows.splice(0)
      await this.#insert(batch)
      await this.#insertContents(batch)
    }
    this.#count = 0
  }

  tables(): string[] {
    return [...this.#tables]
  }

  async #insert(rows: readonly DemoRow[]): Promise<void> {
    const [first] = rows
    if (first === undefined) return
    const table = tableName(first.type)
    const names = columnNames(first.type)
    const columns = [...names.values()].join(', ')
    this.#tables.add(table)
    await this.#client.query(
      `insert into ${table} (account_id, ${columns})
       select $1, ${columns} from json_populate_recordset(null::${table}, $2)`,
      [this.#accountId, JSON.stringify(rows.map((row) => columnValues(this.#seal(row), names)))],
    )
  }

  async #insertContents(rows: readonly DemoRow[]): Promise<void> {
    const held = rows.flatMap(({ values, content }) =>
      content === undefined ? [] : [{ id: values['Id'], content }],
    )
    if (held.length === 0) return
    const contents = [...new Set(held.map(({ content }) => content))]
    await this.#client.query(CONTENTS, [
      this.#accountId,
      held.map(({ id }) => id),
      held.map(({ content }) => contents.indexOf(content) + 1),
      contents,
    ])
  }
}

/** What a document holds, in one piece: these are small, and many of them the same. They stay where they are, also beside a bucket. */
const CONTENTS = `
  with held as materialized (
    select c.document_id, ($4::bytea[])[c.number] as bytes from unnest($2::integer[], $3::integer[]) c(document_id, number)
  ), contents as (
    insert into document_contents (account_id, id, document_id, byte_count, is_passing)
    select $1, gen_random_uuid(), document_id, octet_length(bytes), false
      from held
    returning id, document_id)
  insert into document_pieces (account_id, content_id, start_byte, bytes)
  select $1, contents.id, 0, held.bytes from contents join held using (document_id)`

/** Column by property name. */
function columnNames(type: EntityType): ReadonlyMap<string, string> {
  return new Map(type.properties.map((property) => [property.name, columnName(property)]))
}

/** Column values without the nulls, which are what a missing member means. */
function columnValues(values: DemoValues, names: ReadonlyMap<string, string>) {
  const columns: Record<string, DemoValue> = {}
  for (const [property, column] of names) {
    const value = values[property] ?? null
    if (value !== null) columns[column] = value
  }
  return columns
}
