/** Statements that run often, or while a queue is held, read what they need and not what there is. */

import type { ClientBase } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { INSERT } from '../../src/webhooks/fan-out.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'
import { insertEndpoint } from './support.ts'

let app: TestApp
let endpointId: number

const ROWS = 20_000
/** Index entries and rows of a handful of events. */
const FEW = 200

beforeAll(async () => {
  app = await startTestApp()
  endpointId = await insertEndpoint(app, { url: 'https://example.org/', entities: ['Tenant'] })
  // Three events of each row; none is due of the first 100, as when what was due has just gone.
  await app.sql(
    `insert into webhooks.deliveries (account_id, endpoint_id, seq, entity, entity_id, status, occurred_at,
       committed_at, state, next_attempt_at)
     select 1, $1, -n, 'Tenant', n / 3, 1, now(), now(), case when n % 3 = 0 then 'PENDING' else 'WAITING' end,
            case when n % 3 = 0 then now() end
       from generate_series(1, ${ROWS}) n where n % 3 <> 0 or n > 300`,
    [endpointId],
  )
})

afterAll(() => app.close())

/** Rows and index entries of a table that a statement reads; what it does is undone. */
async function readBy(table: string, text: string, values: readonly unknown[]): Promise<number> {
  return app.db.database
    .transaction(async (client) => {
      // What a session makes after a few calls, for all values at once.
      await client.query('set local plan_cache_mode = force_generic_plan')
      // The session may not have handed over yet what it counted before.
      const before = await countRead(client, table)
      await client.query(text, [...values])
      throw new Undone((await countRead(client, table)) - before)
    })
    .catch((error: unknown) => {
      if (error instanceof Undone) return error.count
      throw error
    })
}

async function countRead(client: ClientBase, table: string): Promise<number> {
  const { rows } = await client.query<{ count: number }>(
    `select coalesce(sum(t.seq_tup_read + t.idx_tup_fetch), 0)::int as count
       from pg_stat_xact_user_tables t where t.relid = $1::regclass`,
    [table],
  )
  return rows[0]?.count ?? 0
}

class Undone extends Error {
  readonly count: number

  constructor(count: number) {
    super('undone')
    this.count = count
  }
}

describe('With a long backlog', () => {
  test('a page of new changes reads what there is of its own rows, though nothing is analysed', async () => {
    await app.sql(
      "update tenants set phone = '418-555-0101' where account_id = 1 and id between 9101 and 9110",
    )
    const page = await app.column<string>(
      "select seq from change_log where account_id = 1 and entity = 'Tenant' order by seq desc limit 10",
    )
    expect(page.length).toBeGreaterThan(5)
    const values = [1, page, [endpointId], ['Tenant'], new Date()]
    expect(await readBy('webhooks.deliveries', INSERT, values)).toBeLessThan(FEW)
  })

  test('a test event reads its own row', async () => {
    const text = "select webhooks.queue_test(1, $1, 'Tenant')"
    expect(await readBy('webhooks.deliveries', text, [endpointId])).toBeLessThan(FEW)
  })

  test('an event that is sent again reads its own row', async () => {
    const [id] = await app.column<string>(
      `update webhooks.deliveries set state = 'FAILED', next_attempt_at = null
        where id = (select max(id) from webhooks.deliveries where state = 'PENDING') returning id`,
    )
    const text = 'select webhooks.requeue(1, $1, array[$2::bigint])'
    expect(await readBy('webhooks.deliveries', text, [endpointId, id])).toBeLessThan(FEW)
  })

  test('what waits of rows of which nothing is due becomes due, the oldest of each', async () => {
    await app.sql('select webhooks.promote_rows(1, $1, $2, $3)', [
      endpointId,
      ['Tenant', 'Tenant', 'Tenant', 'Unit'],
      [5, 5, 6000, 7],
    ])
    expect(
      await app.column(
        "select seq::int from webhooks.deliveries where state = 'PENDING' and entity_id in (5, 6000) order by seq",
      ),
    ).toEqual([-18000, -17])
    const rest = await app.column(
      `select count(*)::int from (
         select from webhooks.deliveries group by entity_id
         having bool_or(state = 'WAITING') and not bool_or(state = 'PENDING')) r`,
    )
    expect(await app.column('select webhooks.promote_all(1, $1)', [endpointId])).toEqual(rest)
  })
})
