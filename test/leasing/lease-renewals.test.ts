/** Renewals over HTTP: the notice, the tenant's answer and the tribunal, on the leases of building 900DEMO. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/test-app.ts'
import { lastEvents, outcomeOf, outcomes, refusal, rowOf, write } from '../support/writing.ts'

let app: TestApp

const set = '/api/LeaseRenewals'
const post = (body: object) => write(app, 'POST', set, body)
/** Whether it would be accepted, and as what; nothing is kept. */
const tryPost = (body: object) => write(app, 'POST', `${set}?dryRun=true`, body)
const patch = (id: number, body: object) => write(app, 'PATCH', `${set}(${id})`, body)
const tryPatch = (id: number, body: object) =>
  write(app, 'PATCH', `${set}(${id})?dryRun=true`, body)

const renewal = async (id: number): Promise<unknown> => (await app.ask(`${set}(${id})`)).json
const priceChanges = (leaseId: number) =>
  app.rows(`/api/LeasePriceChanges?$filter=LeaseId eq ${leaseId}&$orderby=Id`)

function freshApp(prepare?: () => Promise<void>): void {
  beforeAll(async () => {
    app = await startTestApp()
    await prepare?.()
  })
  afterAll(() => app.close())
}

describe('R-040 Window of the notice of modification', () => {
  freshApp()

  test('a renewal is prepared with what the lease says', async () => {
    const answer = await tryPost({ LeaseId: 9202, NewRent: 980 })
    expect(answer.status).toBe(201)
    expect(rowOf(answer)).toMatchObject({
      LeaseId: 9202,
      CompanyNo: 3,
      DivisionNo: 2,
      TenantType: 'D',
      TenantNo: 2,
      Status: 'P',
      CurrentEndDate: '2026-06-30',
      NewStartDate: '2026-07-01',
      NewEndDate: null,
      CurrentRent: 960,
      NewRent: 980,
      IncreaseAmount: 20,
      IncreasePercent: 2.083,
      WindowStart: '2026-01-01',
      WindowEnd: '2026-03-31',
      ResponseDeadline: null,
      TalDeadline: null,
      AppliedDate: null,
    })
  })

  test('C.c.Q. 1880: the term that is offered does not exceed 100 years either', async () => {
    const offer = { LeaseId: 9202, NewRent: 980 }
    const end = async (NewEndDate: string) => outcomeOf(await tryPost({ ...offer, NewEndDate }))
    expect(await end('2126-06-30')).toBe('201')
    expect(await end('2126-07-01')).toBe('400 LEASE_TERM_TOO_LONG')
    expect(await end('9999-12-31')).toBe('400 LEASE_TERM_TOO_LONG')
  })

  test('example 2: 10 months ending 2026-06-30', async () => {
    const body = { LeaseId: 9218, NewRent: 900 }
    expect(rowOf(await tryPost({ ...body, NoticeReceivedDate: '2026-05-31' }))).toMatchObject({
      WindowStart: '2026-05-01',
      WindowEnd: '2026-05-31',
      Status: 'E',
    })
    for (const NoticeReceivedDate of ['2026-04-30', '2026-06-01'])
      expect(refusal(await tryPost({ ...body, NoticeReceivedDate }), 400)).toEqual([
        'NOTICE_OUT_OF_WINDOW',
        'NoticeReceivedDate',
        "L'avis doit être reçu entre le 2026-05-01 et le 2026-05-31.",
      ])
  })

  test('example 3: a room, and an indeterminate lease from the date of the change', async () => {
    expect(rowOf(await tryPost({ LeaseId: 9219, NewRent: 560 }))).toMatchObject({
      WindowStart: '2026-06-11',
      WindowEnd: '2026-06-20',
    })
    const body = { LeaseId: 9209, NewRent: 900, NewStartDate: '2026-09-01' }
    expect(rowOf(await tryPost(body))).toMatchObject({
      CurrentEndDate: null,
      NewStartDate: '2026-09-01',
      WindowStart: '2026-07-01',
      WindowEnd: '2026-07-31',
    })
  })

  test('an indeterminate lease needs the date of the change, and takes no end', async () => {
    expect(refusal(await tryPost({ LeaseId: 9209, NewRent: 900 }), 400).slice(0, 2)).toEqual([
      'REQUIRED_FIELD',
      'NewStartDate',
    ])
    const body = { LeaseId: 9209, NewRent: 900, NewStartDate: '2026-09-01' }
    expect(outcomeOf(await tryPost({ ...body, NewEndDate: '2027-08-31' }))).toBe(
      '400 LEASE_END_DATE_FORBIDDEN',
    )
    expect(outcomeOf(await tryPost({ ...body, NewStartDate: '2023-05-01' }))).toBe(
      '400 VALUE_OUT_OF_RANGE',
    )
  })

  test('the next term of a fixed one begins the day after its end, and ends after it begins', async () => {
    const body = { LeaseId: 9202, NewRent: 980 }
    expect(rowOf(await tryPost({ ...body, NewStartDate: '2026-07-01' })).Id).toBeGreaterThan(0)
    expect(refusal(await tryPost({ ...body, NewStartDate: '2026-08-01' }), 400)).toEqual([
      'VALUE_OUT_OF_RANGE',
      'NewStartDate',
      'La valeur du champ NewStartDate doit être comprise entre 2026-07-01 et 2026-07-01.',
    ])
    expect(refusal(await tryPost({ ...body, NewEndDate: '2026-06-30' }), 400).slice(0, 2)).toEqual([
      'DATE_ORDER',
      'NewEndDate',
    ])
  })

  test('the date on which it was sent decides while that of its reception is not known', async () => {
    const body = { LeaseId: 9202, NewRent: 980 }
    expect(refusal(await tryPost({ ...body, NoticeDate: '2026-04-01' }), 400)).toEqual([
      'NOTICE_OUT_OF_WINDOW',
      'NoticeDate',
      "L'avis doit être reçu entre le 2026-01-01 et le 2026-03-31.",
    ])
    expect(rowOf(await tryPost({ ...body, NoticeDate: '2026-03-31' }))['Status']).toBe('P')
    const early = { ...body, NoticeDate: '2025-12-30', NoticeReceivedDate: '2026-01-02' }
    expect(outcomeOf(await tryPost(early))).toBe('201')
  })

  test('no notice comes from the future', async () => {
    const body = { LeaseId: 9219, NewRent: 560 }
    for (const field of ['NoticeDate', 'NoticeReceivedDate'])
      expect(refusal(await tryPost({ ...body, [field]: '2026-06-16' }), 400)).toEqual([
        'NOTICE_IN_FUTURE',
        field,
        `La date ${field} ne peut être postérieure à la date du jour (2026-06-15).`,
      ])
    expect(outcomeOf(await tryPost({ ...body, NoticeReceivedDate: '2026-06-15' }))).toBe('201')
  })

  test('the lease must be renewable, without departure', async () => {
    for (const [lease, reason] of [
      [9208, 'not renewable'],
      [9201, 'departure 2026-06-30'],
    ] as const)
      expect([reason, ...refusal(await tryPost({ LeaseId: lease, NewRent: 980 }), 409)]).toEqual([
        reason,
        'RENEWAL_NOT_APPLICABLE',
        'LeaseId',
        `Le bail L-${lease} n'est pas renouvelable ou le locataire quitte.`,
      ])
  })

  test('a commercial lease has no window', async () => {
    const answer = await tryPost({ LeaseId: 9601, NewRent: 2700, NoticeReceivedDate: '2026-06-10' })
    expect(rowOf(answer)).toMatchObject({ Status: 'E', WindowStart: null, WindowEnd: null })
  })

  test('receiving the notice moves the renewal from P to E, and fixes what was offered', async () => {
    const { Id } = rowOf(await post({ LeaseId: 9219, NewRent: 560 }))
    rowOf(await patch(Id, { NewRent: 555, OtherChanges: 'Ménage' }))
    expect(rowOf(await patch(Id, { NoticeReceivedDate: '2026-06-12' }))).toMatchObject({
      Status: 'E',
      NewRent: 555,
      IncreaseAmount: 5,
      IncreasePercent: 0.909,
      ResponseDeadline: '2026-07-12',
    })
    expect(refusal(await patch(Id, { NewRent: 560 }), 409)).toEqual([
      'RENEWAL_STATE',
      'NewRent',
      "L'opération n'est pas permise au statut E.",
    ])
    // When it reached the tenant may be set right, not undone.
    expect(rowOf(await patch(Id, { NoticeReceivedDate: '2026-06-13' }))).toMatchObject({
      Status: 'E',
      ResponseDeadline: '2026-07-13',
    })
    expect(outcomeOf(await patch(Id, { NoticeReceivedDate: null }))).toBe('409 RENEWAL_STATE')
    rowOf(await patch(Id, { Comment: 'Remis en main propre', GuidelinePercent: 3.1 }))
  })

  test('one renewal for each lease and term', async () => {
    expect(refusal(await post({ LeaseId: 9223, NewRent: 1000 }), 409).slice(0, 2)).toEqual([
      'DUPLICATE_KEY',
      'NewStartDate',
    ])
  })

  test('a rent that was nothing has no percentage, a slip does not break the field', async () => {
    await app.sql(
      'update leases set initial_rent_amount = 0, rent_amount = 0 where account_id = 1 and id = 9214',
    )
    expect(rowOf(await tryPost({ LeaseId: 9214, NewRent: 10 }))['IncreasePercent']).toBe(0)
    expect(rowOf(await tryPost({ LeaseId: 9216, NewRent: 9_100_000 }))['IncreasePercent']).toBe(
      9999.999,
    )
  })
})

describe('R-040 The window a year later', () => {
  freshApp(async () => {
    // The days between matter to nobody here: the job of that day alone, as for an account left alone.
    await app.sql("select run_account_day(1, '2027-04-01')")
    await app.sql("update accounts set states_date = '2027-04-01' where account_id = 1")
    await app.pinAccount(1, '2027-04-01T16:00:00Z')
  })

  test('example 1: 12 months ending 2027-06-30', async () => {
    // Lease 9202 has renewed itself: 2026-07-01 to 2027-06-30.
    const body = { LeaseId: 9202, NewRent: 980 }
    expect(rowOf(await tryPost({ ...body, NoticeReceivedDate: '2027-03-31' }))).toMatchObject({
      Status: 'E',
      WindowStart: '2027-01-01',
      WindowEnd: '2027-03-31',
    })
    expect(outcomeOf(await tryPost({ ...body, NoticeReceivedDate: '2027-01-01' }))).toBe('201')
    expect(refusal(await tryPost({ ...body, NoticeReceivedDate: '2027-04-01' }), 400)[2]).toBe(
      "L'avis doit être reçu entre le 2027-01-01 et le 2027-03-31.",
    )
  })
})

describe("R-041 The tenant's answer", () => {
  freshApp()

  test('example 1: no answer to a notice of 2026-03-12 is an acceptance on 2026-04-13', async () => {
    expect(await renewal(540)).toMatchObject({
      Status: 'T',
      ResponseDeadline: '2026-04-12',
      IncreasePercent: 3.158,
    })
    // Entered today, the same notice has long been left unanswered.
    const { Id } = rowOf(
      await post({ LeaseId: 9214, NewRent: 980, NoticeReceivedDate: '2026-03-12' }),
    )
    expect(await renewal(Id)).toMatchObject({
      Status: 'T',
      ResponseDeadline: '2026-04-12',
      IncreaseAmount: 30,
      IncreasePercent: 3.158,
    })
    expect(await priceChanges(9214)).toMatchObject([
      {
        EffectiveDate: '2026-07-01',
        NewAmount: 980,
        ChangeType: 'R',
        Status: 'P',
        LeaseRenewalId: Id,
        TenantNo: 14,
      },
    ])
  })

  test('example 2: received 2026-01-31, due 2026-02-28, that day included', async () => {
    const body = { LeaseId: 9216, NewRent: 930, NoticeReceivedDate: '2026-01-31', Response: 'A' }
    expect(rowOf(await tryPost({ ...body, ResponseDate: '2026-02-28' }))).toMatchObject({
      Status: 'A',
      ResponseDeadline: '2026-02-28',
    })
    expect(refusal(await tryPost({ ...body, ResponseDate: '2026-03-01' }), 409)).toEqual([
      'RESPONSE_TOO_LATE',
      'ResponseDate',
      'Le délai de réponse a pris fin le 2026-02-28; le locataire est réputé avoir accepté.',
    ])
  })

  test('example 3: lease 9223, due 2026-07-01, leaves on 2026-09-30 by the answer of 2026-06-20', async () => {
    expect(await renewal(542)).toMatchObject({ Status: 'E', ResponseDeadline: '2026-07-01' })
    rowOf(await patch(542, { Response: 'Q', ResponseDate: '2026-06-20' }))
    expect(await lastEvents(app)).toEqual([
      'Lease 9223 1',
      'LeaseRenewal 542 1',
      'Tenant 9123 1',
      'Unit 9023 1',
    ])
    expect(await renewal(542)).toMatchObject({ Status: 'Q', TalDeadline: null })
    expect((await app.ask('/api/Tenants(9123)')).json).toMatchObject({
      DepartureDate: '2026-09-30',
      DepartureReason: 'F',
      DepartureNoticeDate: '2026-06-20',
    })
    expect((await app.ask('/api/Leases(9223)')).json).toMatchObject({
      HeldThroughDate: '2026-09-30',
    })
    expect((await app.ask('/api/Units(9023)')).json).toMatchObject({
      AvailableDate: '2026-10-01',
      OccupancyStatus: 'L',
    })
    expect(await priceChanges(9223)).toEqual([])
  })

  test('an answer is final', async () => {
    expect(refusal(await patch(542, { Response: 'A' }), 409)).toEqual([
      'RENEWAL_STATE',
      'Response',
      "L'opération n'est pas permise au statut Q.",
    ])
    expect(outcomeOf(await patch(542, { Response: null }))).toBe('409 RENEWAL_STATE')
    // What was read can be sent back.
    rowOf(await patch(542, { Response: 'Q', ResponseDate: '2026-06-20' }))
  })

  test('who did not answer in time has accepted', async () => {
    for (const Response of ['A', 'Q', 'R'])
      expect(refusal(await patch(540, { Response, ResponseDate: '2026-06-15' }), 409)).toEqual([
        'RESPONSE_TOO_LATE',
        'ResponseDate',
        'Le délai de réponse a pris fin le 2026-04-12; le locataire est réputé avoir accepté.',
      ])
  })

  test('no answer before the notice', async () => {
    const { Id } = rowOf(await post({ LeaseId: 9202, NewRent: 980 }))
    expect(refusal(await patch(Id, { Response: 'A' }), 409)[2]).toBe(
      "L'opération n'est pas permise au statut P.",
    )
    expect(outcomeOf(await tryPost({ LeaseId: 9220, NewRent: 980, Response: 'A' }))).toBe(
      '409 RENEWAL_STATE',
    )
  })

  test('an indeterminate lease is left the day before the change', async () => {
    await app.sql(
      "update leases set lease_type = 'I', end_date = null, term_months = null where account_id = 1 and id = 9220",
    )
    const { Id } = rowOf(
      await post({
        LeaseId: 9220,
        NewRent: 990,
        NewStartDate: '2026-08-01',
        NoticeReceivedDate: '2026-06-10',
      }),
    )
    rowOf(await patch(Id, { Response: 'Q' }))
    expect((await app.ask('/api/Tenants(9120)')).json).toMatchObject({
      DepartureDate: '2026-07-31',
      DepartureNoticeDate: '2026-06-15',
    })
  })
})

describe('R-041 Acceptance, and the deadline while nobody looks', () => {
  freshApp()

  test('a late answer is refused though the daily job has not run', async () => {
    await app.sql(
      `update lease_renewals set notice_received_date = '2026-05-14', response_deadline = '2026-06-14'
        where account_id = 1 and id = 542`,
    )
    for (const ResponseDate of ['2026-06-15', '2026-06-14'])
      expect(outcomeOf(await patch(542, { Response: 'Q', ResponseDate }))).toBe(
        '409 RESPONSE_TOO_LATE',
      )
    await app.sql(
      `update lease_renewals set notice_received_date = '2026-06-01', response_deadline = '2026-07-01'
        where account_id = 1 and id = 542`,
    )
  })

  test('an unchanged rent changes nothing', async () => {
    const { Id } = rowOf(
      await post({
        LeaseId: 9216,
        NewRent: 910,
        NoticeReceivedDate: '2026-03-12',
        Response: 'A',
        ResponseDate: '2026-04-12',
      }),
    )
    expect(await renewal(Id)).toMatchObject({ Status: 'A', IncreaseAmount: 0, IncreasePercent: 0 })
    expect(await priceChanges(9216)).toEqual([])
  })

  test('an answer on the last day, dated today when no date is given', async () => {
    await app.pinAccount(1, '2026-07-01T16:00:00Z')
    expect(rowOf(await tryPatch(542, { Response: 'R' }))).toMatchObject({
      Status: 'R',
      ResponseDate: '2026-07-01',
      TalDeadline: '2026-08-01',
    })
    const accepted = await patch(542, { Response: 'A' })
    expect(rowOf(accepted)).toMatchObject({ Status: 'A', TalDeadline: null })
    expect(await priceChanges(9223)).toMatchObject([
      { EffectiveDate: '2026-10-01', NewAmount: 995, ChangeType: 'R', LeaseRenewalId: 542 },
    ])
    expect(await lastEvents(app)).toEqual([
      expect.stringMatching(/^LeasePriceChange \d+ 3$/),
      'LeaseRenewal 542 1',
    ])
  })

  test('the price change of an acceptance is the system’s', async () => {
    const [change] = await priceChanges(9223)
    const address = `/api/LeasePriceChanges(${String(change?.['Id'])})`
    expect(outcomeOf(await write(app, 'PATCH', address, { NewAmount: 2000 }))).toBe(
      '400 PRICE_CHANGE_TYPE_RESERVED',
    )
    rowOf(await write(app, 'PATCH', address, { Reason: 'Avis du 1er juin' }))
  })
})

describe('R-042 Refusal and tribunal', () => {
  freshApp()

  test('example 1: refused 2026-04-02, application 2026-04-20 → D', async () => {
    expect(await renewal(541)).toMatchObject({ Status: 'D', TalDeadline: '2026-05-02' })
    const refused = {
      LeaseId: 9214,
      NewRent: 1000,
      NoticeReceivedDate: '2026-03-05',
      Response: 'R',
      ResponseDate: '2026-04-02',
    }
    expect(
      rowOf(await tryPost({ ...refused, TalApplicationDate: '2026-04-20', TalFileNo: '700123' })),
    ).toMatchObject({ Status: 'D', CurrentRent: 950, TalDeadline: '2026-05-02' })
    // Example 3.
    expect(refusal(await tryPost({ ...refused, TalApplicationDate: '2026-05-03' }), 409)).toEqual([
      'TAL_DEADLINE_PASSED',
      'TalApplicationDate',
      'Le délai de demande au Tribunal a pris fin le 2026-05-02.',
    ])
    // Without an application the lease renews unchanged.
    const { Id } = rowOf(await post(refused))
    expect(await renewal(Id)).toMatchObject({ Status: 'S' })
    expect(outcomeOf(await patch(Id, { TalApplicationDate: '2026-05-03' }))).toBe(
      '409 TAL_DEADLINE_PASSED',
    )
    expect(outcomeOf(await patch(Id, { TalApplicationDate: '2026-04-20' }))).toBe(
      '409 RENEWAL_STATE',
    )
    expect(await priceChanges(9214)).toEqual([])
  })

  test('example 2: decision 2026-09-10 at 972.00', async () => {
    expect(refusal(await patch(541, { TalRent: 972 }), 400).slice(0, 2)).toEqual([
      'REQUIRED_FIELD',
      'TalDecisionDate',
    ])
    expect(
      rowOf(await patch(541, { TalDecisionDate: '2026-09-10', TalRent: 972, TalFileNo: '700321' })),
    ).toMatchObject({ Status: 'F', TalRent: 972 })
    expect(await priceChanges(9222)).toMatchObject([
      {
        EffectiveDate: '2026-07-01',
        NewAmount: 972,
        ChangeType: 'T',
        Status: 'P',
        LeaseRenewalId: 541,
      },
    ])
    expect(outcomeOf(await patch(541, { TalRent: 960 }))).toBe('409 RENEWAL_STATE')
  })

  test('example 3, step by step: the day of the deadline is in time, the next one is not', async () => {
    rowOf(await patch(542, { Response: 'R', ResponseDate: '2026-06-15' }))
    expect(await renewal(542)).toMatchObject({ Status: 'R', TalDeadline: '2026-07-15' })
    expect(refusal(await patch(542, { TalApplicationDate: '2026-07-16' }), 409)).toEqual([
      'TAL_DEADLINE_PASSED',
      'TalApplicationDate',
      'Le délai de demande au Tribunal a pris fin le 2026-07-15.',
    ])
    expect(outcomeOf(await patch(542, { TalDecisionDate: '2026-09-10', TalRent: 980 }))).toBe(
      '409 RENEWAL_STATE',
    )
    expect(outcomeOf(await patch(542, { TalApplicationDate: '2026-06-14' }))).toBe('400 DATE_ORDER')
    rowOf(await patch(542, { TalApplicationDate: '2026-07-15' }))
    expect(await renewal(542)).toMatchObject({ Status: 'D' })
  })
})

describe('R-041, R-045 Renewals under section F', () => {
  freshApp(async () => {
    await app.sql(
      "update buildings set ready_for_use_date = '2023-05-01' where account_id = 1 and id = 900",
    )
    for (const lease of [9202, 9223])
      rowOf(
        await write(app, 'PATCH', `/api/Leases(${lease})`, {
          IsSectionF: true,
          SectionFMaximumRent: 1400,
        }),
      )
  })

  test('R-045 example 2: maximum 1400.00, renewal at 1450.00', async () => {
    expect(refusal(await tryPost({ LeaseId: 9202, NewRent: 1450 }), 400)).toEqual([
      'SECTION_F_MAXIMUM_EXCEEDED',
      'NewRent',
      'Le loyer dépasse le maximum déclaré à la section F (1400.00).',
    ])
    rowOf(await tryPost({ LeaseId: 9202, NewRent: 1400 }))
  })

  test('who refuses the change must leave', async () => {
    expect(refusal(await patch(542, { Response: 'R', ResponseDate: '2026-06-15' }), 400)).toEqual([
      'SECTION_F_MUST_LEAVE',
      'Response',
      'Logement visé par la section F : le locataire qui refuse la modification doit quitter à la fin du bail.',
    ])
    rowOf(await tryPatch(542, { Response: 'Q', ResponseDate: '2026-06-15' }))
    rowOf(await tryPatch(542, { Response: 'A', ResponseDate: '2026-06-15' }))
  })

  test('once the five years are over there is neither maximum nor duty to leave', async () => {
    await app.sql(
      "update buildings set ready_for_use_date = '2021-07-01' where account_id = 1 and id = 900",
    )
    rowOf(await tryPost({ LeaseId: 9202, NewRent: 1450 }))
    rowOf(await tryPatch(542, { Response: 'R', ResponseDate: '2026-06-15' }))
  })
})

describe('R-041 Races', () => {
  freshApp()

  test('50 answers to one renewal: one is the answer, 49 find it answered', async () => {
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        patch(542, {
          Response: index % 2 === 0 ? 'A' : 'Q',
          ResponseDate: `2026-06-${String(Math.floor(index / 2) + 2).padStart(2, '0')}`,
        }),
      ),
    )
    expect(outcomes(answers)).toEqual({ '200': 1, '409 RENEWAL_STATE': 49 })
    const { Response } = (await renewal(542)) as { readonly Response: string }
    const [tenant] = await app.rows<{ DepartureDate: string | null }>(
      '/api/Tenants?$filter=Id eq 9123',
    )
    expect([(await priceChanges(9223)).length, tenant?.DepartureDate]).toEqual(
      Response === 'A' ? [1, null] : [0, '2026-09-30'],
    )
  })

  test('answers, departures and rent changes of one lease at once: each is taken or told why not', async () => {
    const { Id } = rowOf(
      await post({ LeaseId: 9219, NewRent: 560, NoticeReceivedDate: '2026-06-12' }),
    )
    const answers = await Promise.all(
      Array.from({ length: 48 }, (_, index) => {
        const day = String(index + 1).padStart(2, '0')
        if (index % 3 === 0) return patch(Id, { Response: 'A', Comment: day })
        if (index % 3 === 1)
          return write(app, 'PATCH', '/api/Tenants(9119)', {
            DepartureDate: '2026-06-30',
            DepartureReason: 'E',
            Comment: day,
          })
        return write(app, 'POST', '/api/LeasePriceChanges', {
          LeaseId: 9219,
          EffectiveDate: '2026-06-20',
          NewAmount: 500,
        })
      }),
    )
    expect(
      answers.map(outcomeOf).filter((outcome) => !/^20|RENEWAL_STATE|DUPLICATE_KEY/.test(outcome)),
    ).toEqual([])
    // Whoever came first, the renewal and the departure agree: an answer is followed by no cancellation.
    const { Status } = (await renewal(Id)) as { readonly Status: string }
    expect(['A', 'X']).toContain(Status)
    expect((await app.ask('/api/Tenants(9119)')).json).toMatchObject({
      DepartureDate: '2026-06-30',
    })
    expect(await priceChanges(9219)).toHaveLength(Status === 'A' ? 2 : 1)
  })

  test('50 renewals of one term: one is prepared', async () => {
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) => post({ LeaseId: 9202, NewRent: 980 + index })),
    )
    expect(outcomes(answers)).toEqual({ '201': 1, '409 DUPLICATE_KEY': 49 })
  })
})
