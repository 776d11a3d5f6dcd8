/** by rows of transactions and the days that pass over them. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { moveThroughDays } from '../../src/domain/leasing/account-days.ts'
import { createDemoAccount, rowsOf } from '../demo/demo-account.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

let db: TestDatabase
let accountId: number

/** One tenant for each example, on one way through the summer. */
const UNPAID = 9116
const PAID = 9115
const TOO_LITTLE = 9102
const JUST_ENOUGH = 9121
const LATE_FROM_THE_START = 9108
const WITH_CREDIT = 9109
const EXCLUDED = 9118
const LATE_AGAIN = 9119
const OF_BALANCES = 9114
const NOT_YET_DUE = 9120
/** Tenant → balance, balance due and level, on days on which the way pauses. */
const seen = new Map<string, readonly unknown[]>()

beforeAll(async () => {
  db = await createTestDatabase()
  accountId = await createDemoAccount(db.database, 'TEST/LATE')
  await post({ id: 1, tenant: UNPAID, due: '2026-07-01', total: 910 })
  await post({ id: 2, tenant: PAID, due: '2026-07-01', total: 910 })
  await post({ id: 3, tenant: TOO_LITTLE, due: '2026-07-01', total: 24.99 })
  await post({ id: 4, tenant: JUST_ENOUGH, due: '2026-07-01', total: 25 })
  await post({ id: 5, tenant: LATE_FROM_THE_START, due: '2026-06-01', total: 910 })
  await post({ id: 6, tenant: WITH_CREDIT, due: '2026-07-01', total: 910 })
  await post({ id: 7, tenant: WITH_CREDIT, due: '2026-07-02', total: -900 })
  await post({ id: 8, tenant: EXCLUDED, due: '2026-07-01', total: 950 })
  await run('update tenants set is_late_notice_excluded = true where account_id = $1 and id = $2', [
    EXCLUDED,
  ])
  await post({ id: 9, tenant: LATE_AGAIN, due: '2026-07-01', total: 910 })
  await post({ id: 10, tenant: OF_BALANCES, due: '2026-04-01', total: 950, open: 0 })
  await post({ id: 11, tenant: OF_BALANCES, due: '2026-05-01', total: 950, open: 900 })
  await post({ id: 12, tenant: OF_BALANCES, due: '2026-06-01', total: 950 })
  await post({ id: 13, tenant: OF_BALANCES, due: '2026-05-10', total: -1000, open: 0 })
  await post({ id: 14, tenant: NOT_YET_DUE, due: '2026-07-01', total: 950 })
  await pauseOn('2026-06-16')
  await pauseOn('2026-06-30')
  await pauseOn('2026-07-01')
  await pauseOn('2026-07-14')
  await run(
    'update receivable_transactions set open_amount = 0 where account_id = $1 and id in (2, 9)',
  )
  await post({ id: 15, tenant: PAID, due: '2026-07-14', total: -910, open: 0 })
  await post({ id: 16, tenant: LATE_AGAIN, due: '2026-07-16', total: 910 })
  await pauseOn('2026-07-15')
  await pauseOn('2026-07-25')
})

afterAll(async () => {
  await db.drop()
})

async function pauseOn(date: string): Promise<void> {
  await moveThroughDays(db.database, accountId, { date, pinTo: new Date(`${date}T04:05:00Z`) })
  const rows = await rowsOf(
    db.database,
    accountId,
    `select id::text, balance::text, balance_due::text, late_notice_level::text
       from tenants where account_id = $1`,
    [accountId],
  )
  for (const [id, ...state] of rows) seen.set(`${String(id)} ${date}`, state)
}

interface Entry {
  readonly id: number
  readonly tenant: number
  readonly due: string
  readonly total: number
  /** What is not allocated yet; all of it when absent. */
  readonly open?: number
}

async function run(text: string, values: readonly unknown[] = []): Promise<void> {
  await rowsOf(db.database, accountId, text, [accountId, ...values])
}

function post({ id, tenant, due, total, open = total }: Entry): Promise<void> {
  return run(
    `insert into receivable_transactions (
       account_id, id, company_no, division_no, tenant_type, tenant_no, transaction_no, tenant_id,
       ledger_division_id, transaction_type, transaction_date, due_date, period, amount, total_amount, open_amount)
     select $1, $2, t.company_no, t.division_no, t.tenant_type, t.tenant_no, $2, t.id, t.ledger_division_id,
            case when $5::numeric < 0 then 'PA' else 'FA' end, $4::date, $4::date, left($4::text, 7), $5, $5, $6
       from tenants t where t.account_id = $1 and t.id = $3`,
    [id, tenant, due, total, open],
  )
}

/** Level, date, oldest due date, days, amount and status, in the order of their issue. */
function noticesOf(tenant: number): Promise<unknown[][]> {
  return rowsOf(
    db.database,
    accountId,
    `select level::text, notice_date::text, oldest_due_date::text, days_late::text, overdue_amount::text, status
       from late_notices where account_id = $1 and tenant_id = $2 order by id`,
    [accountId, tenant],
  )
}

describe('R-060 Late notices', () => {
  test('910.00 due on the 1st and unpaid: level 1 on the 6th, 2 on the 13th, 3 on the 23rd', async () => {
    expect(await noticesOf(UNPAID)).toEqual([
      ['1', '2026-07-06', '2026-07-01', '5', '910.00', 'E'],
      ['2', '2026-07-13', '2026-07-01', '12', '910.00', 'E'],
      ['3', '2026-07-23', '2026-07-01', '22', '910.00', 'E'],
    ])
    expect(seen.get(`${UNPAID} 2026-07-25`)).toEqual(['910.00', '910.00', '3'])
  })

  test('when nothing that is due is left, the level is 0 and the notices are settled', async () => {
    expect(seen.get(`${PAID} 2026-07-14`)).toEqual(['910.00', '910.00', '2'])
    expect(seen.get(`${PAID} 2026-07-15`)).toEqual(['0.00', '0.00', '0'])
    expect((await noticesOf(PAID)).map((row) => row.at(-1))).toEqual(['R', 'R'])
  })

  test('24.99 is below the minimum of 25.00', async () => {
    expect(await noticesOf(TOO_LITTLE)).toEqual([])
    expect((await noticesOf(JUST_ENOUGH)).map(([level]) => level)).toEqual(['1', '2', '3'])
  })

  test('levels that were skipped are not issued', async () => {
    expect(await noticesOf(LATE_FROM_THE_START)).toEqual([
      ['2', '2026-06-16', '2026-06-01', '15', '910.00', 'E'],
      ['3', '2026-06-23', '2026-06-01', '22', '910.00', 'E'],
    ])
  })

  test('open credits are deducted from what is late', async () => {
    expect(await noticesOf(WITH_CREDIT)).toEqual([])
    expect(seen.get(`${WITH_CREDIT} 2026-07-25`)).toEqual(['10.00', '10.00', '0'])
  })

  test('a tenant who is excluded gets none', async () => {
    expect(await noticesOf(EXCLUDED)).toEqual([])
    expect(seen.get(`${EXCLUDED} 2026-07-25`)).toEqual(['950.00', '950.00', '0'])
  })

  test('new arrears begin at level 1 again', async () => {
    expect((await noticesOf(LATE_AGAIN)).map((row) => [row[0], row[1], row[5]])).toEqual([
      ['1', '2026-07-06', 'R'],
      ['2', '2026-07-13', 'R'],
      ['1', '2026-07-21', 'E'],
    ])
  })
})

describe('R-057 Balances', () => {
  test('charges of 3 × 950.00 less a payment of 1000.00: 1850.00, all of it due', () => {
    expect(seen.get(`${OF_BALANCES} 2026-06-16`)).toEqual(['1850.00', '1850.00', '3'])
  })

  test('a charge counts in BalanceDue from the day on which it falls due', () => {
    expect(seen.get(`${NOT_YET_DUE} 2026-06-30`)).toEqual(['950.00', '0.00', '0'])
    expect(seen.get(`${NOT_YET_DUE} 2026-07-01`)).toEqual(['950.00', '950.00', '0'])
  })
})
