/** The model and the database that the migrations build say the same, in both directions. */

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { migrate } from '../../src/db/migrate.ts'
import { MIGRATIONS_DIR } from '../../src/db/migration-files.ts'
import { writeAuditTriggers } from '../../src/derive/audit-ddl.ts'
import { writeChangeLogTriggers } from '../../src/derive/change-log-ddl.ts'
import { writeTables } from '../../src/derive/table-ddl.ts'
import { tablesOf } from '../../src/derive/tables.ts'
import type { EntityType, Property } from '../../src/model/entity-type.ts'
import { createModel, domainTypes, type Model, model } from '../../src/model/model.ts'
import { columnName, hasTable, tableName } from '../../src/model/naming.ts'
import { createEmptyDatabase } from '../support/database.ts'
import { differences, readSchemaLines, readViewLines } from './schema-lines.ts'

/** What the database holds beside the entities: accounts, their changes, Ids, imports and kept answers, and the ledger of migrations. */
const otherTables = [
  'accounts',
  'async_answers',
  'async_requests',
  'change_log',
  'change_log_pruned',
  'document_contents',
  'document_pieces',
  'document_removals',
  'id_counters',
  'idempotency_keys',
  'import_labels',
  'import_refusals',
  'imports',
  'schema_migrations',
]

/** Indexes that rules need beyond the model's read paths; each comes with the migration that brings its rule. */
const ruleIndexes = [
  'leases_hold_idx',
  'parkings_free_idx',
  'service_calls_overdue_idx',
  'preauthorized_debits_active_idx',
  'receivable_transactions_open_idx',
  'storages_free_idx',
  'tenant_parkings_hold_idx',
  'tenant_storages_hold_idx',
  'unavailable_units_hold_idx',
  'units_rentable_idx',
]

/** The nets under two writers at once: what may not overlap, by the rule that forbids it. */
const exclusions = [
  // R-022: a unit is leased once on a day; R-023: so is a tenant's account.
  'leases leases_unit_hold_excl unit_id held_through_date',
  'leases leases_tenant_hold_excl tenant_id held_through_date',
  // R-033: a space is rented once on a day.
  'tenant_parkings tenant_parkings_hold_excl parking_id held_through_date',
  'tenant_storages tenant_storages_hold_excl storage_id held_through_date',
  // R-028: two periods of one unit keep apart; a lease and a casualty may not.
  'unavailable_units unavailable_units_excl unit_id end_date',
]

/** Views of which no condition is tried on a row that its asker may not see; the others have the order of an index. */
const barriers = ['WebhookEndpoint', 'AuditEntry']

const drops: (() => Promise<void>)[] = []
let migrated: readonly string[]
let absentRuleIndexes: readonly string[]
let exclusionLines: readonly string[]
let viewLines: readonly string[]

beforeAll(async () => {
  const lines = await linesOfEmptyDatabase(
    (url) => migrate({ connection: { url }, notify: () => {} }),
    async (client) => {
      const { rows } = await client.query<{ line: string }>(
        `select format('%s %s %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) as line
           from pg_constraint
          where contype = 'x' and connamespace = 'public'::regnamespace`,
      )
      exclusionLines = rows.map(({ line }) => line)
      viewLines = await readViewLines(client)
    },
  )
  absentRuleIndexes = ruleIndexes.filter((name) => !lines.some((line) => isIndex(line, name)))
  migrated = lines.filter((line) => !ruleIndexes.some((index) => isIndex(line, index)))
})

afterAll(async () => {
  for (const drop of drops) await drop()
})

describe('Migrations and model', () => {
  test('agree on the indexes that rules add', () => {
    expect(absentRuleIndexes).toEqual([])
  })

  test('keep apart, by exclusion, the days of what is held once; an empty interval holds nothing', () => {
    const expected = exclusions.map((exclusion) => {
      const [table, name, holder, last] = exclusion.split(' ')
      const end = `COALESCE(${last}, 'infinity'::date)`
      const live = table === 'leases' ? '(num_nonnulls(cancelled_date) = 0) AND ' : ''
      const held = `(${end} >= start_date)`
      return (
        `${table} ${name} EXCLUDE USING gist (account_id WITH =, ${holder} WITH =, ` +
        `daterange(start_date, ${end}, '[]'::text) WITH &&) ` +
        `WHERE (${live === '' ? held : `(${live}${held})`}) DEFERRABLE`
      )
    })
    // R-100: an accepted application holds its unit from the decision on.
    const reservation =
      'rental_applications rental_applications_reservation_excl EXCLUDE USING gist ' +
      "(account_id WITH =, unit_id WITH =, daterange(decision_date, reserved_until, '[]'::text) WITH &&) " +
      "WHERE ((((status)::text = 'A'::text) AND (reserved_until >= decision_date))) DEFERRABLE"
    expect([...exclusionLines].sort()).toEqual([...expected, reservation].sort())
  })

  test('build the same tables, columns, checks, keys, references, indexes, policies and triggers', async () => {
    expect(differences(migrated, await linesOfModel(model))).toEqual({
      onlyFirst: [],
      onlySecond: [],
    })
  })

  // Read from the model without the writer of tables, so that an error of that writer is seen too.
  test('have the same columns in the same order, with the types and nullability of the properties', () => {
    const columns = migrated.filter((line) => line.startsWith('column '))
    const expected = domainTypes.flatMap((type) => [
      `column ${tableName(type)} 1 account_id integer not null`,
      ...type.properties.map((property, index) =>
        [
          `column ${tableName(type)} ${index + 2} ${columnName(property)} ${sqlTypeOf(property)}`,
          ...(property.nullable ? [] : ['not null']),
        ].join(' '),
      ),
    ])
    expect(columns.map((line) => line.replace(/ default .*/, '')).sort()).toEqual(expected.sort())
  })

  // A list is JSON, which is what an answer holds of it. A view cannot say that a column is never null.
  test('show what is kept elsewhere in views with the columns of the properties', () => {
    const views = model.entityTypes.filter((type) => !hasTable(type))
    const expected = views.flatMap((type) => [
      `view ${tableName(type)} ${barriers.includes(type.name) ? 'security_barrier=true' : ''}: ${type.descEn}`,
      `column ${tableName(type)} 1 account_id integer`,
      ...type.properties.map((property, index) => {
        const sqlType = property.collection === true ? 'json' : sqlTypes[property.type](property)
        return `column ${tableName(type)} ${index + 2} ${columnName(property)} ${sqlType}`
      }),
    ])
    expect(views).toHaveLength(4)
    expect([...viewLines].sort()).toEqual(expected.sort())
  })

  test('protect every entity by the account, and force its policy on the owner of the tables', () => {
    for (const type of domainTypes) {
      const table = tableName(type)
      expect(migrated).toContain(`table ${table} security=t forced=t: ${type.descEn}`)
      expect(migrated.filter((line) => line.startsWith(`policy ${table} `))).toEqual([
        `policy ${table} account_only * using (account_id = ( SELECT (NULLIF(current_setting('hapi.account_id'::text, true), ''::text))::integer AS "nullif")) check `,
      ])
    }
  })

  test('lead every key, reference and index with the account, save those of text search', () => {
    const lists = migrated.flatMap((line) =>
      line.startsWith('constraint ') && !line.includes(' CHECK ')
        ? [/ (?:PRIMARY KEY|UNIQUE|FOREIGN KEY) \((\w+)/.exec(line)?.[1]]
        : line.startsWith('index ') && !line.includes(' USING gin ')
          ? [/ USING btree \((\w+)/.exec(line)?.[1]]
          : [],
    )
    expect(lists.length).toBeGreaterThan(500)
    expect(new Set(lists)).toEqual(new Set(['account_id']))
  })

  test('serve every navigation collection in the order of Id by an index', () => {
    const missing = domainTypes.flatMap((type) =>
      type.navigation
        .filter(({ cardinality }) => cardinality === 'many')
        .map(({ target, to }) => ({
          table: tableName(model.getType(target)),
          column: columnName({ name: to }),
        }))
        .filter(
          ({ table, column }) =>
            !migrated.some((line) =>
              line.endsWith(`ON public.${table} USING btree (account_id, ${column}, id)`),
            ),
        ),
    )
    expect(missing).toEqual([])
  })
})

describe('A drift between model and database', () => {
  test('shows each thing that only one of them has', async () => {
    const drifted = changeType('Characteristic', (type) => ({
      ...type,
      properties: [
        ...type.properties
          .filter(({ name }) => name !== 'IsActive')
          .map((property) =>
            property.name === 'NameFr' ? { ...property, nullable: true, maxLength: 61 } : property,
          ),
        {
          name: 'BuildingId',
          type: 'Edm.Int32',
          nullable: true,
          minimum: 7,
          fr: '',
          en: '',
          description: '',
        },
      ],
      navigation: [
        ...type.navigation,
        {
          name: 'Building',
          target: 'Building',
          cardinality: 'zeroOrOne',
          from: 'BuildingId',
          to: 'Id',
          inverse: null,
        },
      ],
      unique: [['NameFr']],
    }))
    const { onlyFirst, onlySecond } = differences(migrated, await linesOfModel(drifted))
    expect(namesIn(onlyFirst)).toEqual([
      'column characteristics created_date',
      'column characteristics is_active',
      'column characteristics modified_date',
      'column characteristics name_fr',
      'function audit.log_characteristics',
    ])
    expect(namesIn(onlySecond)).toEqual([
      'column characteristics building_id',
      'column characteristics created_date',
      'column characteristics modified_date',
      'column characteristics name_fr',
      'constraint characteristics_building_id_fkey',
      'constraint characteristics_building_id_range_check',
      'constraint characteristics_name_fr_key',
      'function audit.log_characteristics',
      'index characteristics_building_id_idx',
    ])
  })

  test('shows a table that does not say what its changes are about', async () => {
    const drifted = changeType('TenantParking', (type) => ({
      ...type,
      webhook: { subscribable: true, additionalInformation: { parkingId: 'ParkingId' } },
    }))
    const { onlyFirst, onlySecond } = differences(migrated, await linesOfModel(drifted))
    expect(onlyFirst).toHaveLength(1)
    expect(onlyFirst[0]).toContain(`'{"tenantId": ' || new.tenant_id || ', "parkingId": '`)
    expect(onlySecond).toHaveLength(1)
    expect(onlySecond[0]).toContain(`'{"parkingId": ' || new.parking_id || '}'`)
  })

  test('shows triggers that only one of them has', async () => {
    const drifted = changeType('LateNotice', (type) => ({ ...type, name: 'Reminder' }))
    const { onlySecond } = differences(migrated, await linesOfModel(drifted))
    // Those of the change log, and what the audit calls a load of its rows.
    expect(onlySecond.filter((line) => line.startsWith('CREATE TRIGGER log_'))).toHaveLength(5)
  })

  test('shows a table that the model does not know', async () => {
    const fewer = createModel(
      model.entityTypes.filter(({ name }) => name !== 'LateNotice'),
      [],
      [],
    )
    const { onlyFirst } = differences(migrated, await linesOfModel(fewer))
    expect(onlyFirst.filter((line) => line.startsWith('table '))).toHaveLength(1)
    expect(onlyFirst).toContain(
      `table late_notices security=t forced=t: ${model.getType('LateNotice').descEn}`,
    )
  })
})

const sqlTypes: Readonly<Record<Property['type'], (property: Property) => string>> = {
  'Edm.Boolean': () => 'boolean',
  'Edm.Date': () => 'date',
  'Edm.DateTimeOffset': () => 'timestamp(3) with time zone',
  'Edm.Decimal': ({ precision, scale }) => `numeric(${precision},${scale})`,
  'Edm.Int32': () => 'integer',
  'Edm.Int64': () => 'bigint',
  'Edm.String': ({ maxLength }) => `character varying(${maxLength}) collate french`,
}

/** Only what a line is about: its kind and name. */
function namesIn(lines: readonly string[]): readonly string[] {
  return lines
    .map((line) => {
      const [kind, first, second, third] = line.split(' ')
      if (kind === 'column') return `column ${first} ${third}`
      if (kind === 'function') return `function ${/FUNCTION ([\w.]+)/.exec(line)?.[1]}`
      return kind === 'constraint' ? `constraint ${second}` : `${kind} ${third}`
    })
    .sort()
}

/** What is sealed is bytes. */
function sqlTypeOf(property: Property): string {
  return property.sealed === true ? 'bytea' : sqlTypes[property.type](property)
}

function isIndex(line: string, name: string): boolean {
  return line.replace(' UNIQUE ', ' ').startsWith(`index CREATE INDEX ${name} `)
}

function changeType(name: string, change: (type: EntityType) => EntityType): Model {
  return createModel(
    model.entityTypes.map((type) => (type.name === name ? change(type) : type)),
    model.complexTypes,
    model.operations,
  )
}

/** What the triggers of the audit name, whose own tests are elsewhere. */
const AUDIT = `create schema audit;
  create function audit.log_load() returns trigger language plpgsql as 'begin return null; end'`

async function linesOfModel(source: Model): Promise<readonly string[]> {
  const accounts = await readFile(join(MIGRATIONS_DIR, '0001_accounts.sql'), 'utf8')
  const unaccent = 'create extension unaccent'
  return linesOfEmptyDatabase((_, client) =>
    client.query(
      `${accounts}; ${unaccent}; ${writeTables(tablesOf(source))}; ${writeChangeLogTriggers(source)}; ${AUDIT}; ${writeAuditTriggers(source)}`,
    ),
  )
}

async function linesOfEmptyDatabase(
  build: (url: string, client: Client) => Promise<unknown>,
  look: (client: Client) => Promise<void> = async () => {},
): Promise<readonly string[]> {
  const database = await createEmptyDatabase()
  drops.push(() => database.drop())
  const client = new Client({ connectionString: database.url })
  await client.connect()
  try {
    await build(database.url, client)
    await look(client)
    return await readSchemaLines(client, otherTables)
  } finally {
    await client.end()
  }
}
