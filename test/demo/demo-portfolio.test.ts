import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { demoDigest } from '../../src/demo/demo-digest.ts'
import { loadDemoPortfolio } from '../../src/demo/load-demo-portfolio.ts'
import { buildingCount, portfolioRows } from '../../src/demo/portfolio.ts'
import { domainTypes } from '../../src/model/model.ts'
import { columnName, tableName } from '../../src/model/naming.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { secretBox } from '../support/secret-box.ts'
import { createAccount, createDemoAccount, rowsOf } from './demo-account.ts'

let db: TestDatabase
let first: number
const progress: [number, number][] = []

beforeAll(async () => {
  db = await createTestDatabase()
  first = await createDemoAccount(db.database, 'TEST/FIRST', {
    onProgress: (done, total) => progress.push([done, total]),
  })
})

afterAll(async () => {
  await db.drop()
})

const query = (text: string, values?: readonly unknown[]) =>
  rowsOf(db.database, first, text, [first, ...(values ?? [])])

describe('Demonstration portfolio §10 Checks after the load', () => {
  test('1: no two held intervals of a unit, a parking or a storage space meet', async () => {
    const holds = `
      select 'unit' as what, unit_id as of_id, id, start_date, held_through_date from leases
       where account_id = $1 and cancelled_date is null
      union all
      select 'parking', parking_id, id, start_date, held_through_date from tenant_parkings
       where account_id = $1
      union all
      select 'storage', storage_id, id, start_date, held_through_date from tenant_storages
       where account_id = $1`
    expect(
      await query(`
        with holds as (${holds})
        select a.what, a.of_id, a.id, b.id from holds a
          join holds b on b.what = a.what and b.of_id = a.of_id and b.id > a.id
           and b.start_date <= coalesce(a.held_through_date, 'infinity')
           and a.start_date <= coalesce(b.held_through_date, 'infinity')`),
    ).toEqual([])
  })

  test('1: a unit has status L if and only if exactly one lease holds T', async () => {
    expect(
      await query(`
        select u.id from units u
          left join leases l on l.account_id = u.account_id and l.unit_id = u.id
           and l.cancelled_date is null and l.start_date <= '2026-06-15'
           and coalesce(l.held_through_date, 'infinity') >= '2026-06-15'
         where u.account_id = $1 group by u.id, u.occupancy_status
        having count(l.id) <> (u.occupancy_status = 'L')::integer`),
    ).toEqual([])
  })

  test('2: the two first buildings', async () => {
    expect(
      await query(`
        select id, company_no, division_no, building_code, name from buildings
         where account_id = $1 order by id limit 2`),
    ).toEqual([
      ['1', '4', '1', '1067CHEVRE', 'Maison de repos du Chevreau'],
      ['2', '4', '1', 'IBERVILLE5', 'Iberville 51566'],
    ])
  })

  test('3: the first building by company, division and name', async () => {
    expect(
      await query(`
        select building_code, name, city from buildings
         where account_id = $1 order by company_no, division_no, name limit 1`),
    ).toEqual([['100LAURIER', '100 laurier', 'quebec']])
  })

  test('4: the first unit of 1000PINS has a blank code and no housing type', async () => {
    expect(
      await query(`
        select id, unit_code, occupancy_status, housing_type, number_of_rooms from units
         where account_id = $1 and company_no = 3 and division_no = 1 and building_code = '1000PINS'
         order by id limit 1`),
    ).toEqual([['1440', '', 'V', null, '4.5']])
  })

  test('5: the first tenant', async () => {
    expect(
      await query(`
        select company_no, division_no, tenant_type, tenant_no, building_code, unit_code, last_name,
               first_name
          from tenants where account_id = $1 order by id limit 1`),
    ).toEqual([['3', '1', 'D', '1.0', '1067CHEVRE', '1', 'cyr', 'Guy']])
  })

  test('6: the first buildings of 3-1 by code, with their units', async () => {
    expect(
      await query(`
        select b.id, b.building_code, b.number_of_units, count(u.id) from buildings b
          left join units u on u.account_id = b.account_id and u.building_id = b.id
         where b.account_id = $1 and b.company_no = 3 and b.division_no = 1
         group by b.id, b.building_code, b.number_of_units order by b.building_code limit 3`),
    ).toEqual([
      ['624', '1000BOULEA', '1', '1'],
      ['628', '1000CHENES', '0', '0'],
      ['630', '1000PINS', '64', '64'],
    ])
    expect(
      await query(`
        select id, unit_code, number_of_rooms, occupancy_status from units
         where account_id = $1 and id in (1440, 1448, 2731, 2909, 2910, 2969) order by id`),
    ).toEqual([
      ['1440', '', '4.5', 'V'],
      ['1448', '1', '5.5', 'L'],
      ['2731', '2', '4.5', 'V'],
      ['2909', '775', '4.5', 'V'],
      ['2910', '101', '4.5', 'V'],
      ['2969', '160', '4.5', 'V'],
    ])
  })

  test('10: two loads with the same parameters give the same digest', async () => {
    const again = await createDemoAccount(db.database, 'TEST/AGAIN')
    const digest = await demoDigest(db.database, first)
    expect(await demoDigest(db.database, again)).toEqual(digest)
    expect(Object.keys(digest)).toEqual(domainTypes.map(({ set }) => set))
    // And one changed byte gives another.
    await rowsOf(
      db.database,
      again,
      'update tenants set comment = $2 where account_id = $1 and id = 1',
      [again, '.'],
    )
    const changed = await demoDigest(db.database, again)
    expect({ ...changed, Tenants: digest['Tenants'] }).toEqual(digest)
    expect(changed['Tenants']).not.toBe(digest['Tenants'])
  })
})

describe('Demonstration portfolio §1 Scale', () => {
  test('another scale changes no fixed row', async () => {
    const larger = await createDemoAccount(db.database, 'TEST/LARGER', { scale: 2 })
    for (const type of domainTypes) {
      // What is sealed is never twice the same.
      const sealed = type.properties.filter((property) => property.sealed === true)
      const left = ['account_id', ...sealed.map(columnName)].map((name) => `- '${name}'`).join(' ')
      const fixed = `select to_jsonb(t) ${left} from ${tableName(type)} t
                      where account_id = $1 and id < 10001 order by id`
      expect(await rowsOf(db.database, larger, fixed, [larger])).toEqual(await query(fixed))
    }
    const [[buildings]] = (await rowsOf(
      db.database,
      larger,
      'select count(*) from buildings where account_id = $1',
      [larger],
    )) as [[string]]
    expect(buildings).toBe('50')
  })

  test('about 30 buildings and 520 units; generated codes begin with a letter', async () => {
    const [counts] = await query(`
      select (select count(*) from buildings where account_id = $1),
             (select count(*) from units where account_id = $1),
             (select count(*) from buildings where account_id = $1 and id > 10000
                 and building_code !~ '^[A-Z]{4,6}[0-9]{4}$'),
             (select count(*) from tenants where account_id = $1 and id between 9801 and 10000)`)
    expect(counts).toEqual(['30', '508', '0', '0'])
  })

  test('formats of R-007 hold: e-mails, telephones, postal codes', async () => {
    expect(
      await query(`
        select id, email, mobile_phone from tenants where account_id = $1
           and (email !~ '^[a-z]+([.][a-z]+)?[.][0-9]+@example[.]com$' and id <> 1
                or mobile_phone !~ '^[0-9]{3}-555-01[0-9]{2}$')`),
    ).toEqual([])
    expect(
      await query(`
        select id, postal_code from buildings where account_id = $1
           and postal_code !~ '^[GHJ][0-9][ABCEGHJKLMNPRSTVWXYZ] [0-9][ABCEGHJKLMNPRSTVWXYZ][0-9]$'`),
    ).toEqual([])
  })

  test('progress counts every building once', () => {
    const total = buildingCount(1)
    expect(progress).toEqual(Array.from({ length: total }, (_, index) => [index + 1, total]))
  })
})

describe('Demonstration portfolio §3 Load and clock', () => {
  test('statuses and units given with the rows are those that the calendar computes', async () => {
    const given = [...portfolioRows({ scale: 1, marker: '' })]
    const values = (entity: string, names: readonly string[]) =>
      given
        .filter(({ type }) => type.name === entity)
        .map((row) => names.map((name) => row.values[name]?.toString() ?? null))
        .sort((a, b) => Number(a[0]) - Number(b[0]))
    expect(
      await query(
        'select id, status, unit_id, unit_code from tenants where account_id = $1 order by id',
      ),
    ).toEqual(values('Tenant', ['Id', 'Status', 'UnitId', 'UnitCode']))
    expect(await query('select id, status from leases where account_id = $1 order by id')).toEqual(
      values('Lease', ['Id', 'Status']),
    )
  })

  test('rows carry the clock of the step that changed them last', async () => {
    const instants = (table: string, id: number) =>
      query(`select created_date, modified_date from ${table} where account_id = $1 and id = ${id}`)
    expect(await instants('companies', 2)).toEqual([
      ['2026-01-05 14:00:00+00', '2026-01-05 14:00:00+00'],
    ])
    // Departure entered on the day of the notice.
    expect(await instants('leases', 9201)).toEqual([
      ['2026-01-05 14:00:00+00', '2026-03-15 14:00:00+00'],
    ])
    // The daily job of the last step found the unit leased.
    expect(await instants('units', 9001)).toEqual([
      ['2026-01-05 14:00:00+00', '2026-06-15 04:05:00+00'],
    ])
    expect(
      await query('select pinned_at, states_date from accounts where account_id = $1'),
    ).toEqual([['2026-06-15 04:05:00+00', '2026-06-15']])
  })

  test('nothing is billed: balances are zero and no result of a later rule is there', async () => {
    expect(
      await query(
        'select distinct balance, balance_due, nsf_count from tenants where account_id = $1',
      ),
    ).toEqual([['0.00', '0.00', '0']])
    const produced = ['ReceivableTransaction', 'Payment', 'GlEntry']
    for (const type of domainTypes.filter(({ name }) => produced.includes(name))) {
      expect(await query(`select count(*) from ${tableName(type)} where account_id = $1`)).toEqual([
        ['0'],
      ])
    }
  })

  test('a load that fails leaves nothing that could be taken for a portfolio', async () => {
    const accountId = await createAccount(db.database, 'TEST/CRASH')
    const crash = new Error('power cut')
    await expect(
      loadDemoPortfolio(db.database, {
        accountId,
        scale: 1,
        secretBox,
        onProgress(done) {
          if (done === 20) throw crash
        },
      }),
    ).rejects.toBe(crash)
    expect(
      await rowsOf(
        db.database,
        accountId,
        `select (select count(*) from companies where account_id = $1),
                (select count(*) from units where account_id = $1), pinned_at, states_date
           from accounts where account_id = $1`,
        [accountId],
      ),
    ).toEqual([['0', '0', null, null]])
  })
})

describe('Demonstration portfolio §9 Service calls and messages', () => {
  test('12 calls per 100 generated units, in the year before T, their state by their age', async () => {
    const [[calls, units]] = (await query(`
      select (select count(*) from service_calls where account_id = $1 and id > 10000),
             (select count(*) from units where account_id = $1 and id > 10000)`)) as [
      [string, string],
    ]
    expect(Math.abs(Number(calls) - 0.12 * Number(units))).toBeLessThan(buildingCount(1) / 2)
    expect(
      await query(`
        select id, status, age from (
          select id, status, date '2026-06-15' - requested_date::date as age from service_calls
           where account_id = $1 and id > 10000) c
         where age not between 1 and 365
            or status not in ('F', 'T') and age > 8 or status = 'T' and age not between 7 and 21
            or status = 'F' and age <= 20`),
    ).toEqual([])
  })

  test('R-090 to R-093 hold of every call: dates of its states, costs, targets, delay', async () => {
    expect(
      await query(`
        select c.id from service_calls c
          join service_call_categories k using (account_id)
          left join lateral (select sum(d.amount) as cost, count(*) as lines from service_call_details d
                              where d.account_id = c.account_id and d.service_call_id = c.id) d on true
         where c.account_id = $1 and k.id = c.category_id and (
               c.actual_cost <> coalesce(d.cost, 0)
            or c.priority <> k.default_priority
            or c.target_response_date <> c.requested_date + k.response_hours * interval '1 hour'
            or c.target_resolution_date <> c.requested_date + k.resolution_hours * interval '1 hour'
            or (c.assigned_date is null) <> (c.status = 'N')
            or (c.assigned_employee_id is null) <> (c.status = 'N')
            or (c.started_date is null) <> (c.status in ('N', 'A', 'P'))
            or (c.completed_date is null) <> (c.status not in ('T', 'F'))
            or (c.resolution is null) <> (c.status not in ('T', 'F'))
            or (c.closed_date is null) <> (c.status <> 'F')
            or (c.scheduled_start is null) <> (c.status <> 'P')
            or greatest(assigned_date, started_date, completed_date, closed_date)
                 > timestamptz '2026-06-15T04:05:00Z'
            or (c.status in ('E', 'T', 'F')) <> (d.lines between 1 and 3)
            or c.is_overdue <> ('2026-06-15T04:05:00Z' > c.target_resolution_date
                                  and c.status not in ('T', 'F', 'X')
                                or '2026-06-15T04:05:00Z' > c.target_response_date and c.status = 'N'))`),
    ).toEqual([])
    expect(
      await query(`
        select id, status, service_call_no, actual_cost, is_overdue from service_calls
         where account_id = $1 and id < 10000 order by id`),
    ).toEqual([
      ['5001', 'A', '812', '0.00', true],
      ['5002', 'T', '811', '110.95', false],
      ['5003', 'F', '810', '48.00', false],
    ])
  })

  test("R-091 holds of every call: in its building, of the unit's tenant of that day", async () => {
    expect(
      await query(`
        select c.id from service_calls c left join units u on u.account_id = c.account_id and u.id = c.unit_id
         where c.account_id = $1 and (u.building_id <> c.building_id
            or c.tenant_id is distinct from (
                 select l.tenant_id from leases l
                  where l.account_id = c.account_id and l.unit_id = c.unit_id
                    and l.start_date <= c.requested_date::date
                    and coalesce(l.held_through_date, 'infinity') >= c.requested_date::date))`),
    ).toEqual([])
  })

  test('one message per twenty generated tenants, each the first of its thread', async () => {
    const [[messages, tenants, replies]] = (await query(`
      select (select count(*) from messages where account_id = $1 and id > 10000),
             (select count(*) from tenants where account_id = $1 and id > 10000),
             (select count(*) from messages where account_id = $1 and thread_no <> id)`)) as [
      string[],
    ]
    expect(Number(messages)).toBe(Math.floor((Number(tenants) + 10_000) / 20) - 500)
    expect(replies).toBe('0')
  })
})

describe('Demonstration portfolio §9 Documents', () => {
  test('one lease document per signed lease, shown to its tenant, and one public picture per building', async () => {
    expect(
      await query(`
        select l.id, d.id from (select * from documents where account_id = $1 and document_type = 'BAIL') d
          full join (select * from leases where account_id = $1 and signed_date is not null) l
            on l.id = d.lease_id and l.tenant_id = d.tenant_id and l.unit_id = d.unit_id
           and l.signed_date = d.document_date and l.ledger_division_id = d.ledger_division_id
         where l.id is null or d.id is null or not d.is_visible_to_tenant or d.source <> 'G'`),
    ).toEqual([])
    expect(
      await query(`
        select b.id, count(d.id) from buildings b
          left join documents d on d.account_id = $1 and d.building_id = b.id and d.document_type = 'PHOTO'
               and d.is_public_listing and not d.is_visible_to_tenant
         where b.account_id = $1 group by b.id having count(d.id) <> 1`),
    ).toEqual([])
  })

  test('R-110: their contents are files of the type, the length and the digest that are said', async () => {
    expect(
      await query(`
        select d.id from documents d
          left join document_contents c on c.account_id = $1 and c.document_id = d.id
          left join document_pieces p on p.account_id = $1 and p.content_id = c.id
         where d.account_id = $1
           and (p.bytes is null or octet_length(p.bytes) <> d.file_size or c.byte_count <> d.file_size
                or encode(sha256(p.bytes), 'hex') <> d.sha256
                or d.content_type <> case encode(substr(p.bytes, 1, 4), 'hex')
                     when '25504446' then 'application/pdf' when '89504e47' then 'image/png' end)`),
    ).toEqual([])
  })
})

describe('Accounts: whose data is this', () => {
  test('a marked portfolio names itself in every person, building and lease', async () => {
    const other = await createDemoAccount(db.database, 'TEST/OTHER', { marker: 'Béatrice' })
    const unmarked = `
      select 'tenants', id from tenants where account_id = $1 and last_name not like '%Béatrice'
      union all
      select 'buildings', id from buildings where account_id = $1 and name not like '%Béatrice'
      union all
      select 'leases', id from leases where account_id = $1 and comment is distinct from 'Béatrice'
      union all
      select 'units', id from units where account_id = $1 and listing_title_fr not like '%Béatrice'`
    expect(await rowsOf(db.database, other, unmarked, [other])).toEqual([])
    expect(
      await rowsOf(
        db.database,
        other,
        'select last_name, first_name from tenants where account_id = $1 and id = 1',
        [other],
      ),
    ).toEqual([['cyr Béatrice', 'Guy']])
    for (const type of domainTypes) {
      expect(
        await query(
          `select id from ${tableName(type)} t where account_id = $1 and t::text like '% Béatrice%'`,
        ),
      ).toEqual([])
    }
  })
})
