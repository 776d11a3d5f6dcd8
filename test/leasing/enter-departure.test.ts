/** A departure that follows from another row's change: the same rules, effects and refusals as the PATCH. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { WriteContext } from '../../src/domain/command/write-context.ts'
import { inWriteTransaction } from '../../src/domain/command/write-transaction.ts'
import { enterDeparture } from '../../src/domain/leasing/departure.ts'
import { HapiError } from '../../src/errors/hapi-error.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'
import { lastEvents } from '../support/writing.ts'

let app: TestApp

beforeAll(async () => {
  app = await startTestApp()
})

afterAll(() => app.close())

function inTransaction(work: (context: WriteContext) => Promise<void>): Promise<void> {
  return inWriteTransaction(
    app.database,
    { accountId: 1, profile: 'integrator', pinnedAt: new Date('2026-06-15T14:00:00Z') },
    { now: new Date() },
    work,
  )
}

describe('R-041 The tenant answers that he leaves', () => {
  // Lease 9223 ends on 2026-09-30; the notice was received on 2026-06-01, the answer is due on 2026-07-01.
  const answer = { date: '2026-09-30', reason: 'F', noticeDate: '2026-06-20' }

  test('(3) his departure is entered, and the renewal that says so keeps its status', async () => {
    await inTransaction(async (context) => {
      await context.update('LeaseRenewal', 542, { Status: 'Q', Response: 'Q' })
      await enterDeparture(context, 9123, answer)
      await context.touched.refresh(context.client, context.accountId, context.businessDate)
    })
    expect(
      await app.sql(
        `select t.departure_date::text, t.departure_reason, t.departure_notice_date::text,
                l.held_through_date::text, u.available_date::text, r.status
           from tenants t
           join leases l on l.account_id = 1 and l.id = 9223
           join units u on u.account_id = 1 and u.id = l.unit_id
           join lease_renewals r on r.account_id = 1 and r.id = 542
          where t.account_id = 1 and t.id = 9123`,
      ),
    ).toEqual([
      {
        departure_date: '2026-09-30',
        departure_reason: 'F',
        departure_notice_date: '2026-06-20',
        held_through_date: '2026-09-30',
        available_date: '2026-10-01',
        status: 'Q',
      },
    ])
    expect(await lastEvents(app)).toEqual([
      'Lease 9223 1',
      'LeaseRenewal 542 1',
      'Tenant 9123 1',
      'Unit 9023 1',
    ])
  })

  test('the same again changes nothing', async () => {
    const events = await lastEvents(app)
    await inTransaction((context) => enterDeparture(context, 9123, answer))
    expect(await lastEvents(app)).toEqual(events)
  })

  test('it is refused as the PATCH would be', async () => {
    const refused = inTransaction((context) =>
      enterDeparture(context, 9102, { ...answer, date: '2026-06-30' }),
    )
    await expect(refused).rejects.toThrow(HapiError)
    await expect(refused).rejects.toMatchObject({
      code: 'DEPARTURE_NOTICE_OUT_OF_WINDOW',
      target: 'DepartureNoticeDate',
    })
  })
})
