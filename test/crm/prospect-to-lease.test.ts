/** From a prospect to a lease over HTTP, on unit 9001, which its tenant leaves on 2026-06-30; T is 2026-06-15. */

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Answer, startTestApp, type TestApp } from '../support/test-app.ts'
import { lastEvents, outcomes, refusal, refusalOf, rowOf, write } from '../support/writing.ts'

let app: TestApp

beforeAll(async () => {
  app = await startTestApp()
})

afterAll(() => app.close())

const post = (set: string, body: object, language: 'fr' | 'en' = 'fr'): Promise<Answer> =>
  write(app, 'POST', `/api/${set}`, body, { language })

const patch = (path: string, body: object, language: 'fr' | 'en' = 'fr'): Promise<Answer> =>
  write(app, 'PATCH', `/api/${path}`, body, { language })

async function read(path: string): Promise<Readonly<Record<string, unknown>>> {
  // Entities alone are asked for.
  return (await app.ask(`/api/${path}`)).json as Readonly<Record<string, unknown>>
}

async function apply(given: object = {}): Promise<number> {
  const body = { ProspectId: 1201, UnitId: 9001, ApplicationDate: '2026-06-12', ...given }
  return rowOf(await post('RentalApplications', { DesiredStartDate: '2026-07-01', ...body })).Id
}

const accept = (id: number, DecisionDate: string, more: object = {}): Promise<Answer> =>
  patch(`RentalApplications(${id})`, { Status: 'A', DecisionDate, ...more })

/** An application under review. */
async function studied(given: object = {}): Promise<number> {
  return apply({ Status: 'E', ...given })
}

async function withdrawAll(): Promise<void> {
  await app.sql("update rental_applications set status = 'X' where account_id = 1 and status = 'A'")
}

describe('R-100 From prospect to lease', () => {
  afterEach(withdrawAll)

  /** The rule's own table, letter for letter. */
  const allowed: Readonly<Record<string, string>> = {
    S: 'E, R, X',
    E: 'A, R, X',
    A: 'X, B',
    R: '',
    X: '',
    B: '',
  }
  /** A way from its creation to each state; B is reached by a lease alone. */
  const ways: Readonly<Record<string, string>> = { S: '', E: 'E', A: 'EA', R: 'R', X: 'X' }

  test.each(Object.keys(ways))(
    'from %s: each state that the table allows, and no other',
    async (from) => {
      const outcome: string[] = []
      for (const to of Object.keys(allowed).filter((state) => state !== from)) {
        await withdrawAll()
        const id = await apply()
        for (const Status of ways[from] ?? '')
          rowOf(await patch(`RentalApplications(${id})`, { Status, DecisionDate: '2026-06-15' }))
        const answer = await patch(`RentalApplications(${id})`, {
          Status: to,
          DecisionDate: '2026-06-15',
        })
        if (answer.status === 200) outcome.push(to)
        else if (to === 'B' && from === 'A')
          outcome.push(refusal(answer, 400)[2] === 'Le statut B exige : LeaseId.' ? 'B' : '?')
        else
          expect(refusal(answer, 409)).toEqual([
            'TRANSITION_NOT_ALLOWED',
            'Status',
            `Le passage du statut ${from} au statut ${to} n'est pas permis.`,
          ])
      }
      expect(outcome.sort()).toEqual((allowed[from] ?? '').split(', ').filter(Boolean).sort())
    },
  )

  test('an application is created submitted, or under review; never decided', async () => {
    for (const [Status, expected] of [
      ['S', 201],
      ['E', 201],
      ['A', 409],
      ['R', 409],
      ['X', 409],
      ['B', 409],
    ] as const) {
      const answer = await post('RentalApplications', {
        ProspectId: 1201,
        UnitId: 9001,
        ApplicationDate: '2026-06-12',
        DesiredStartDate: '2026-07-01',
        DecisionDate: '2026-06-15',
        Status,
      })
      expect([Status, answer.status]).toEqual([Status, expected])
    }
  })

  test('acceptance needs its date', async () => {
    const id = await studied()
    const path = `RentalApplications(${id})`
    expect(refusal(await patch(path, { Status: 'A' }), 400)).toEqual([
      'TRANSITION_GUARD_FAILED',
      'DecisionDate',
      'Le statut A exige : DecisionDate.',
    ])
    rowOf(await accept(id, '2026-06-15'))
    const undone = await patch(path, { DecisionDate: null }, 'en')
    expect(refusal(undone, 400)[2]).toBe('Status A requires: DecisionDate.')
  })

  test('a reservation lasts as long as somebody says, but does not end before it begins', async () => {
    const id = await studied()
    const refused = await accept(id, '2026-06-15', { ReservedUntil: '2026-06-14' })
    expect(refusalOf(refused)).toEqual([400, 'DATE_ORDER', 'ReservedUntil'])
    const row = rowOf(await accept(id, '2026-06-15', { ReservedUntil: '2026-06-15' }))
    expect(row['ReservedUntil']).toBe('2026-06-15')
  })

  test('example 3: a result of the screening needs the consent, also later', async () => {
    const id = await studied()
    const path = `RentalApplications(${id})`
    expect(refusal(await patch(path, { ScreeningResult: 'A' }), 400)).toEqual([
      'SCREENING_CONSENT_REQUIRED',
      'ScreeningResult',
      "Le consentement du candidat est requis avant l'enquête.",
    ])
    rowOf(await patch(path, { ScreeningResult: 'A', ScreeningConsent: true }))
    const withdrawn = await patch(path, { ScreeningConsent: false }, 'en')
    expect(refusal(withdrawn, 400)[2]).toBe(
      "The applicant's consent is required before the screening.",
    )
  })

  test('to apply moves the prospect to D, and tells of both', async () => {
    const prospect = rowOf(
      await post('Prospects', { LedgerDivisionId: 4, LastName: 'Nguyen', Status: 'V' }),
    )
    const id = await apply({ ProspectId: prospect.Id })
    expect(await lastEvents(app)).toEqual([
      `Prospect ${prospect.Id} 1`,
      `RentalApplication ${id} 3`,
    ])
    expect((await read(`Prospects(${prospect.Id})`))['Status']).toBe('D')
  })

  test('a unit of another company-division is not applied for', async () => {
    const answer = await post('RentalApplications', {
      ProspectId: 1201,
      UnitId: 1448,
      ApplicationDate: '2026-06-12',
      DesiredStartDate: '2026-07-01',
    })
    expect(refusalOf(answer).slice(0, 2)).toEqual([400, 'DIVISION_MISMATCH'])
  })

  test('fifty acceptances at once: one reserves the unit', async () => {
    const ids: number[] = []
    for (let count = 0; count < 50; count++) ids.push(await studied())
    const answers = await Promise.all(ids.map((id) => accept(id, '2026-06-15')))
    expect(outcomes(answers)).toEqual({ '200': 1, '409 APPLICATION_ALREADY_ACCEPTED': 49 })
    await expect(
      app.sql(
        `update rental_applications
            set status = 'A', decision_date = '2026-06-15', reserved_until = '2026-06-25'
          where account_id = 1 and id = any($1)`,
        [ids],
      ),
    ).rejects.toThrow(/rental_applications_reservation_excl/)
  })

  test('who changes an application and who rents its unit do not wait for each other', async () => {
    const id = await studied({ UnitId: 9005 })
    const touched = Array.from({ length: 12 }, (_, day) =>
      accept(id, '2026-06-15', { ReservedUntil: `2026-06-${16 + day}` }),
    )
    const deadlocks = 'select deadlocks from pg_stat_database where datname = current_database()'
    const before = await app.column<string>(deadlocks)
    const tenant = rowOf(await post('Tenants', { LedgerDivisionId: 4, LastName: 'Roy' }))
    const lease = { UnitId: 9005, TenantId: tenant.Id, StartDate: '2027-07-01', RentAmount: 900 }
    const answers = await Promise.all([
      ...touched,
      post('Leases', { ...lease, EndDate: '2028-06-30', RentalApplicationId: id }),
    ])
    for (const answer of answers) expect([answer.text, answer.status]).not.toContain(503)
    expect(await app.column<string>(deadlocks)).toEqual(before)
  })

  test('a lease that is cancelled leaves its application to another one', async () => {
    const id = await studied({ UnitId: 9003 })
    rowOf(await accept(id, '2026-06-15'))
    const tenant = rowOf(await post('Tenants', { LedgerDivisionId: 4, LastName: 'Roy' }))
    const lease = {
      UnitId: 9003,
      TenantId: tenant.Id,
      StartDate: '2027-07-01',
      EndDate: '2028-06-30',
      RentAmount: 900,
      RentalApplicationId: id,
    }
    const first = rowOf(await post('Leases', lease))
    expect(refusalOf(await post('Leases', lease)).slice(0, 1)).toEqual([409])
    rowOf(await post(`Leases(${first.Id})/Cancel`, { Reason: 'Erreur' }))
    const second = rowOf(await post('Leases', lease))
    expect((await read(`RentalApplications(${id})`))['LeaseId']).toBe(second.Id)
    rowOf(await post(`Leases(${second.Id})/Cancel`, { Reason: 'Erreur' }))
  })

  test('what is wanted ends after it begins', async () => {
    const answer = await post('RentalApplications', {
      ProspectId: 1201,
      UnitId: 9001,
      ApplicationDate: '2026-06-12',
      DesiredStartDate: '2026-07-01',
      DesiredEndDate: '2026-06-30',
    })
    expect(refusalOf(answer)).toEqual([400, 'DATE_ORDER', 'DesiredEndDate'])
  })

  test('nothing of a dry run stays', async () => {
    const id = await studied()
    const before = await read(`RentalApplications(${id})`)
    const tried = await patch(`RentalApplications(${id})?dryRun=true`, {
      Status: 'A',
      DecisionDate: '2026-06-15',
    })
    expect(rowOf(tried)['ReservedUntil']).toBe('2026-06-25')
    expect(await read(`RentalApplications(${id})`)).toEqual(before)
    expect((await read('Units(9001)'))['IsReserved']).toBe(false)
  })
})

describe('R-100 the days of a reservation', () => {
  const moveTo = async (BusinessDate: string): Promise<void> => {
    const answer = await write(
      app,
      'PATCH',
      '/api/Sandbox/Clock',
      { BusinessDate },
      { as: 'administrator' },
    )
    expect([answer.status, answer.text]).toEqual([200, answer.text])
  }

  const forRent = async (): Promise<unknown> => {
    const path =
      "/api/Units/ForRent(StartDate=2026-07-01)?$filter=BuildingCode eq '900DEMO' and UnitCode eq '101'"
    const { value } = (await app.ask(path)).json as { value: Readonly<Record<string, unknown>>[] }
    return value.map(({ UnitId, IsReserved }) => [UnitId, IsReserved])
  }

  let second: number

  beforeEach(async () => {
    second = await studied()
  })

  test('examples 1 and 2, the lease that follows, and its events', async () => {
    await moveTo('2026-06-16')
    const row = rowOf(await accept(310, '2026-06-16'))
    expect([row['Status'], row['ReservedUntil']]).toEqual(['A', '2026-06-26'])
    expect(await lastEvents(app)).toEqual(['RentalApplication 310 1', 'Unit 9001 1'])
    expect((await read('Units(9001)'))['IsReserved']).toBe(true)
    expect(await forRent()).toEqual([[9001, true]])

    const refused = await accept(second, '2026-06-26')
    expect(refusal(refused, 409)).toEqual([
      'APPLICATION_ALREADY_ACCEPTED',
      'Status',
      "Une autre demande acceptée réserve l'unité 3-2 900DEMO 101 jusqu'au 2026-06-26.",
    ])
    rowOf(await accept(second, '2026-06-27'))
    rowOf(await patch(`RentalApplications(${second})`, { Status: 'X' }))

    const tenant = rowOf(
      await post('Tenants', { LedgerDivisionId: 4, LastName: 'Nadeau', FirstName: 'Chloé' }),
    )
    const lease = {
      UnitId: 9001,
      TenantId: tenant.Id,
      StartDate: '2026-07-01',
      EndDate: '2027-06-30',
      RentAmount: 995,
      SignedDate: '2026-06-16',
    }
    const other = await post('Leases', { ...lease, UnitId: 9003, RentalApplicationId: 310 })
    expect(refusalOf(other)).toEqual([400, 'REFERENCE_MISMATCH', 'RentalApplicationId'])
    const undecided = await post('Leases', { ...lease, RentalApplicationId: second }, 'en')
    expect(refusal(undecided, 409)[2]).toBe('The change from status X to status B is not allowed.')
    const { Id } = rowOf(await post('Leases', { ...lease, RentalApplicationId: 310 }))
    expect(await lastEvents(app)).toEqual(
      expect.arrayContaining([
        `Lease ${Id} 3`,
        'Prospect 1201 1',
        'RentalApplication 310 1',
        'Unit 9001 1',
      ]),
    )
    expect(await read('RentalApplications(310)')).toMatchObject({
      Status: 'B',
      LeaseId: Id,
      TenantId: tenant.Id,
    })
    expect((await read('Prospects(1201)'))['Status']).toBe('G')
    expect((await read('Units(9001)'))['IsReserved']).toBe(false)
  })

  test('the day after its last one the unit is reserved no more, and the events say so', async () => {
    rowOf(await post('Prospects', { LedgerDivisionId: 4, LastName: 'Roy' }))
    const id = await studied({ UnitId: 9003 })
    rowOf(await accept(id, '2026-06-16', { ReservedUntil: '2026-06-18' }))
    await moveTo('2026-06-18')
    expect((await read('Units(9003)'))['IsReserved']).toBe(true)
    await moveTo('2026-06-19')
    expect((await read('Units(9003)'))['IsReserved']).toBe(false)
  })
})

describe('R-101 Visits', () => {
  const visit = (ScheduledStart: string, given: object = {}): Promise<Answer> =>
    post('Visits', { ProspectId: 1201, UnitId: 9001, ScheduledStart, ...given })

  test('examples 1 and 2: the whole visit lies between 9:00 and 21:00', async () => {
    const evening = rowOf(await visit('2026-06-20T22:00:00Z'))
    expect([evening['Status'], evening['DurationMinutes']]).toEqual(['P', 30])
    expect(refusal(await visit('2026-06-21T00:45:00Z'), 400)).toEqual([
      'VISIT_OUTSIDE_HOURS',
      'ScheduledStart',
      'Les visites et les vérifications se font entre 9 h et 21 h.',
    ])
  })

  test('both ends of the day count, in the time of Québec in summer', async () => {
    for (const [start, DurationMinutes, status] of [
      ['2026-06-22T13:00:00Z', 5, 201],
      ['2026-06-22T12:59:00Z', 5, 400],
      ['2026-06-22T23:00:00Z', 120, 201],
      ['2026-06-22T23:00:00Z', 121, 400],
      ['2026-06-23T03:30:00Z', 60, 400],
    ] as const)
      expect([start, DurationMinutes, (await visit(start, { DurationMinutes })).status]).toEqual([
        start,
        DurationMinutes,
        status,
      ])
  })

  test('a virtual visit and a unit without lease are free; becoming real or moving is looked at again', async () => {
    const night = '2026-06-21T03:00:00Z'
    const virtual = rowOf(await visit(night, { IsVirtual: true }))
    rowOf(await visit(night, { UnitId: 9003 }))
    expect(refusalOf(await patch(`Visits(${virtual.Id})`, { IsVirtual: false }))).toEqual([
      400,
      'VISIT_OUTSIDE_HOURS',
      'ScheduledStart',
    ])
    rowOf(await patch(`Visits(${virtual.Id})`, { Feedback: 'Intéressée' }))
  })

  const allowed: Readonly<Record<string, string>> = {
    P: 'C, F, N, A',
    C: 'F, N, A',
    F: '',
    N: '',
    A: '',
  }

  test.each(Object.keys(allowed))(
    'from %s: each state that the table allows, and no other',
    async (from) => {
      const outcome: string[] = []
      for (const to of Object.keys(allowed).filter((state) => state !== from)) {
        const { Id } = rowOf(await visit('2026-06-22T15:00:00Z'))
        if (from !== 'P') rowOf(await patch(`Visits(${Id})`, { Status: from }))
        const answer = await patch(`Visits(${Id})`, { Status: to })
        if (answer.status === 200) outcome.push(to)
        else expect(refusalOf(answer)).toEqual([409, 'TRANSITION_NOT_ALLOWED', 'Status'])
      }
      expect(outcome.sort()).toEqual((allowed[from] ?? '').split(', ').filter(Boolean).sort())
    },
  )
})
