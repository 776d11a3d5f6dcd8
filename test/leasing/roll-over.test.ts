import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { moveThroughDays } from '../../src/domain/leasing/account-days.ts'
import { ensureCalendarStates } from '../../src/domain/leasing/calendar.ts'
import { addDays, addMonths, type IsoDate } from '../../src/domain/leasing/dates.ts'
import { noticeWindow, termMonths } from '../../src/domain/leasing/lease-term.ts'
import { createDemoAccount, pinClock, rowsOf } from '../demo/demo-account.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { events } from './day-rows.ts'

let db: TestDatabase
let accounts = 0

beforeAll(async () => {
  db = await createTestDatabase()
})

afterAll(async () => {
  await db.drop()
})

/** The demo portfolio on 2026-06-15, after some statements of `$1`, its account. */
async function given(...statements: readonly string[]): Promise<number> {
  const accountId = await createDemoAccount(db.database, `TEST/${++accounts}`)
  for (const statement of statements) await run(accountId, statement)
  return accountId
}

function run(accountId: number, statement: string, ...more: readonly unknown[]) {
  return rowsOf(db.database, accountId, statement, [accountId, ...more])
}

async function moveTo(accountId: number, date: IsoDate): Promise<void> {
  await moveThroughDays(db.database, accountId, { date, pinTo: new Date(`${date}T04:05:00Z`) })
}

/** All at once, as for an account that nobody has looked at for years. */
async function moveLate(accountId: number, date: IsoDate): Promise<void> {
  await run(accountId, 'select run_account_day($1, $2)', date)
}

async function lease(accountId: number, id: number): Promise<unknown[] | undefined> {
  const [row] = await run(
    accountId,
    `select term_start_date, end_date, term_months, renewal_count, notice_window_start,
            notice_window_end, held_through_date
       from leases where account_id = $1 and id = $2`,
    id,
  )
  return row
}

async function renewal(accountId: number, id: number): Promise<unknown[] | undefined> {
  const [row] = await run(
    accountId,
    'select status, applied_date from lease_renewals where account_id = $1 and id = $2',
    id,
  )
  return row
}

function priceChanges(accountId: number, leaseId: number) {
  return run(
    accountId,
    `select effective_date, new_amount, previous_amount, change_type, status, lease_renewal_id, tenant_no
       from lease_price_changes where account_id = $1 and lease_id = $2 order by id`,
    leaseId,
  )
}

/** A renewal of lease 9202, whose term ends on 2026-06-30 and whose rent is 960.00. */
const renewalOf9202 = (columns: string, values: string) =>
  `insert into lease_renewals (account_id, id, lease_id, company_no, division_no, tenant_type, tenant_no,
     new_start_date, current_rent, new_rent, increase_amount, increase_percent, ${columns})
   values ($1, 550, 9202, 3, 2, 'D', 2.0, '2026-07-01', 960, 990, 30, 3.125, ${values})`

describe('R-039 Automatic renewal', () => {
  test('(1) lease 9202 on 2026-07-01: 2026-07-01 to 2027-06-30, in one event', async () => {
    const accountId = await given()
    await moveTo(accountId, '2026-06-30')
    expect((await lease(accountId, 9202))?.slice(0, 2)).toEqual(['2025-07-01', '2026-06-30'])
    await moveTo(accountId, '2026-07-01')
    expect(await lease(accountId, 9202)).toEqual([
      '2026-07-01',
      '2027-06-30',
      '12',
      '1',
      '2027-01-01',
      '2027-03-31',
      null,
    ])
    const events9202 = (await events(db.database, accountId)).filter((event) =>
      event.includes(' Lease 9202 '),
    )
    expect(events9202).toEqual(['2026-07-01 04:05 Lease 9202 1'])
  })

  test('(2) lease 9218 of ten months: 2026-07-01 to 2027-04-30; a room has the window of a room', async () => {
    const accountId = await given()
    await moveLate(accountId, '2026-07-01')
    expect(await lease(accountId, 9218)).toEqual([
      '2026-07-01',
      '2027-04-30',
      '10',
      '1',
      '2027-03-01',
      '2027-03-31',
      null,
    ])
    expect((await lease(accountId, 9219))?.slice(0, 6)).toEqual([
      '2026-07-01',
      '2026-12-31',
      '6',
      '1',
      '2026-12-12',
      '2026-12-21',
    ])
  })

  test('(3) lease 9211 on 2029-07-01: twelve months after a term of 36; lease 9202 has made up four', async () => {
    const accountId = await given()
    await moveLate(accountId, '2029-07-01')
    expect((await lease(accountId, 9211))?.slice(0, 4)).toEqual([
      '2029-07-01',
      '2030-06-30',
      '12',
      '1',
    ])
    expect((await lease(accountId, 9202))?.slice(0, 4)).toEqual([
      '2029-07-01',
      '2030-06-30',
      '12',
      '4',
    ])
  })

  test('a term without whole months is followed by as many days', async () => {
    const accountId = await given()
    await moveLate(accountId, '2027-07-01')
    // 2026-07-15 to 2027-06-30 is 351 days.
    expect((await lease(accountId, 9213))?.slice(0, 3)).toEqual(['2027-07-01', '2028-06-15', null])
  })

  test('a commercial lease has no window', async () => {
    const accountId = await given()
    await moveLate(accountId, '2029-09-16')
    expect(await lease(accountId, 9601)).toEqual([
      '2029-09-16',
      '2030-09-15',
      '12',
      '1',
      null,
      null,
      null,
    ])
  })

  test('a departure, a lease that is not renewable, indeterminate or cancelled: nothing rolls over', async () => {
    const accountId = await given(
      `update leases set cancelled_date = '2026-06-01' where account_id = $1 and id = 9214`,
    )
    const before = [9201, 9208, 9209, 9214].map((id) => lease(accountId, id))
    const asThey = await Promise.all(before)
    await moveLate(accountId, '2026-10-01')
    expect(await Promise.all([9201, 9208, 9209, 9214].map((id) => lease(accountId, id)))).toEqual(
      asThey,
    )
  })

  test('the new end is that of the renewal, which is marked as applied', async () => {
    const accountId = await given(
      `update lease_renewals set new_end_date = '2028-06-30' where account_id = $1 and id = 540`,
    )
    await moveTo(accountId, '2026-07-01')
    expect((await lease(accountId, 9221))?.slice(0, 6)).toEqual([
      '2026-07-01',
      '2028-06-30',
      '24',
      '1',
      '2028-01-01',
      '2028-03-31',
    ])
    expect(await renewal(accountId, 540)).toEqual(['T', '2026-07-01 04:05:00+00'])
    // Before the tribunal: it stays, and the lease renews for the legal length.
    expect(await renewal(accountId, 541)).toEqual(['D', null])
    expect((await lease(accountId, 9222))?.slice(0, 2)).toEqual(['2026-07-01', '2027-06-30'])
  })

  test('a renewal that was only prepared is cancelled', async () => {
    const accountId = await given(renewalOf9202('status, new_end_date', `'P', '2028-06-30'`))
    await moveTo(accountId, '2026-06-30')
    expect(await renewal(accountId, 550)).toEqual(['P', null])
    await moveTo(accountId, '2026-07-01')
    expect(await renewal(accountId, 550)).toEqual(['X', null])
    expect((await lease(accountId, 9202))?.slice(0, 2)).toEqual(['2026-07-01', '2027-06-30'])
  })

  test('an answer not yet due stays, and applies from the first day of the term when it falls', async () => {
    const accountId = await given(
      renewalOf9202(
        'status, notice_received_date, response_deadline, new_end_date',
        `'E', '2026-06-20', '2026-07-20', '2027-12-31'`,
      ),
    )
    await moveTo(accountId, '2026-07-20')
    expect(await renewal(accountId, 550)).toEqual(['E', null])
    expect((await lease(accountId, 9202))?.slice(0, 2)).toEqual(['2026-07-01', '2027-06-30'])
    await moveTo(accountId, '2026-07-21')
    expect(await renewal(accountId, 550)).toEqual(['T', '2026-07-21 04:05:00+00'])
    expect((await lease(accountId, 9202))?.slice(0, 4)).toEqual([
      '2026-07-01',
      '2027-12-31',
      '18',
      '1',
    ])
    expect((await priceChanges(accountId, 9202))[0]?.slice(0, 2)).toEqual(['2026-07-01', '990.00'])
  })
})

describe("R-041 The tenant's answer", () => {
  test('(1) renewal 540: no answer by 2026-04-12, T on 2026-04-13 and 980.00 planned from 2026-07-01', async () => {
    const accountId = await given(
      'delete from lease_price_changes where account_id = $1 and id = 703',
      `update lease_renewals set status = 'E' where account_id = $1 and id = 540`,
    )
    await pinClock(db.database, accountId, '2026-04-12T16:00:00Z')
    const clock = { accountId, pinnedAt: new Date('2026-04-12T16:00:00Z') }
    await ensureCalendarStates(db.database, clock, new Date(0))
    expect(await renewal(accountId, 540)).toEqual(['E', null])
    expect(await priceChanges(accountId, 9221)).toEqual([])

    await moveTo(accountId, '2026-04-13')
    expect(await renewal(accountId, 540)).toEqual(['T', null])
    expect(await priceChanges(accountId, 9221)).toEqual([
      ['2026-07-01', '980.00', null, 'R', 'P', '540', '21.0'],
    ])
    expect(
      await run(
        accountId,
        `select response_deadline, increase_amount, increase_percent from lease_renewals
          where account_id = $1 and id = 540`,
      ),
    ).toEqual([['2026-04-12', '30.00', '3.158']])
    const logged = await events(db.database, accountId, '2026-04-13')
    expect(logged.filter((event) => /^2026-04-13.*(Renewal|Price)/.test(event))).toEqual([
      expect.stringMatching(/^2026-04-13 04:05 LeasePriceChange \d+ 3$/),
      '2026-04-13 04:05 LeaseRenewal 540 1',
    ])
  })

  test('(2) received 2026-01-31: deadline 2026-02-28', async () => {
    expect(
      await rowsOf(db.database, 1, `select renewal_deadline('2026-01-31'), renewal_deadline(null)`),
    ).toEqual([['2026-02-28', null]])
  })

  test('(3) renewal 542, received 2026-06-01: E on T, the deadline 2026-07-01 included', async () => {
    const accountId = await given()
    expect(await renewal(accountId, 542)).toEqual(['E', null])
    await moveTo(accountId, '2026-07-01')
    expect(await renewal(accountId, 542)).toEqual(['E', null])
    await moveTo(accountId, '2026-07-02')
    expect(await renewal(accountId, 542)).toEqual(['T', null])
    expect(await priceChanges(accountId, 9223)).toEqual([
      ['2026-10-01', '995.00', null, 'R', 'P', '542', '23.0'],
    ])
  })

  test('a new rent that is the rent in force needs no price change', async () => {
    const accountId = await given(
      'update lease_renewals set new_rent = 970 where account_id = $1 and id = 542',
    )
    await moveLate(accountId, '2026-07-02')
    expect(await renewal(accountId, 542)).toEqual(['T', null])
    expect(await priceChanges(accountId, 9223)).toEqual([])
  })

  test('an answer given does the same as silence: accept_renewal', async () => {
    const accountId = await given()
    const accept = () => run(accountId, `select accept_renewal($1, 542, 'A', '2026-06-15')`)
    await accept()
    await accept()
    expect(await renewal(accountId, 542)).toEqual(['A', null])
    expect(await priceChanges(accountId, 9223)).toEqual([
      ['2026-10-01', '995.00', null, 'R', 'P', '542', '23.0'],
    ])
    await moveLate(accountId, '2026-10-01')
    expect((await renewal(accountId, 542))?.[1]).not.toBeNull()
    expect((await lease(accountId, 9223))?.slice(0, 2)).toEqual(['2026-10-01', '2027-09-30'])
  })

  test('it takes the place of a change planned for the same day, not of an activated one', async () => {
    const change = (id: number, status: string) =>
      `insert into lease_price_changes (account_id, id, lease_id, company_no, division_no, tenant_type,
         tenant_no, effective_date, new_amount, status)
       values ($1, ${id}, 9223, 3, 2, 'D', 23.0, '2026-10-01', 960, '${status}')`
    for (const [status, amount] of [
      ['P', '995.00'],
      ['X', '995.00'],
      ['A', '960.00'],
    ] as const) {
      const accountId = await given(change(799, status))
      await moveLate(accountId, '2026-07-02')
      const rows = await priceChanges(accountId, 9223)
      expect(rows.map((row) => row[1])).toEqual([amount])
    }
  })
})

describe('R-042 Refusal and tribunal', () => {
  const refused = (application: string) =>
    renewalOf9202(
      'status, response, response_date, tal_deadline, tal_application_date',
      `'R', 'R', '2026-05-20', '2026-06-20', ${application}`,
    )

  test('without an application R becomes S the day after the deadline and the lease renews unchanged', async () => {
    const accountId = await given(refused('null'))
    await moveTo(accountId, '2026-06-20')
    expect(await renewal(accountId, 550)).toEqual(['R', null])
    await moveTo(accountId, '2026-06-21')
    expect(await renewal(accountId, 550)).toEqual(['S', null])
    await moveTo(accountId, '2026-07-01')
    expect(await renewal(accountId, 550)).toEqual(['S', '2026-07-01 04:05:00+00'])
    expect((await lease(accountId, 9202))?.slice(0, 2)).toEqual(['2026-07-01', '2027-06-30'])
    expect(await priceChanges(accountId, 9202)).toEqual([])
  })

  test('one that is dated is no lack of application', async () => {
    const accountId = await given(refused(`'2026-06-20'`))
    await moveLate(accountId, '2026-07-01')
    expect(await renewal(accountId, 550)).toEqual(['R', null])
  })

  test('a decision plans a change of type T at the rent fixed', async () => {
    const accountId = await given(
      `update lease_renewals set tal_decision_date = '2026-06-15', tal_rent = 972
        where account_id = $1 and id = 541`,
    )
    await run(accountId, `select accept_renewal($1, 541, 'F', '2026-06-15')`)
    expect(await renewal(accountId, 541)).toEqual(['F', null])
    expect(await priceChanges(accountId, 9222)).toEqual([
      ['2026-07-01', '972.00', null, 'T', 'P', '541', '22.0'],
    ])
  })
})

describe('R-037 The rent on a day', () => {
  test('(3) lease 9211', async () => {
    const accountId = await given()
    const rents = await run(
      accountId,
      `select lease_rent_on($1, 9211, d::date) from unnest(array['2026-07-01', '2028-06-30', '2028-07-01']) d`,
    )
    expect(rents).toEqual([['1000.00'], ['1020.00'], ['1040.00']])
  })
})

describe('What SQL and the domain both know', () => {
  const date = fc.integer({ min: 0, max: 3_000 }).map((days) => addDays('2023-12-15', days))

  test('R-021 and R-040: term months and notice windows agree', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(date, fc.integer({ min: 0, max: 800 }), fc.boolean()), {
          minLength: 100,
          maxLength: 100,
        }),
        async (terms) => {
          const cases = terms.map(([start, days, isRoom]) => ({
            start,
            end: addDays(start, days),
            isRoom,
          }))
          // Whole months are rare among random days.
          const all = cases.flatMap((one) => [
            one,
            { ...one, end: addDays(addMonths(one.start, 1 + (one.start.length % 3) * 12), -1) },
          ])
          const rows = await rowsOf(
            db.database,
            1,
            `select lease_term_months(c.start, c."end"), w.first_day, w.last_day
               from json_to_recordset($1) as c (start date, "end" date, "isRoom" boolean)
              cross join lease_notice_window(c.start, c."end", c."isRoom") w`,
            [JSON.stringify(all)],
          )
          expect(rows).toEqual(
            all.map(({ start, end, isRoom }) => {
              const window = noticeWindow(start, end, isRoom)
              const months = termMonths(start, end)
              return [months === null ? null : String(months), window.start, window.end]
            }),
          )
        },
      ),
      { numRuns: 5 },
    )
  })
})
