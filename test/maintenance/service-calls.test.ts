/** Service calls over HTTP, in building 630, whose unit 1448 tenant 7535 rents; T is 2026-06-15, 00:05 in Québec. */

import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { type Answer, startTestApp, type TestApp } from '../support/test-app.ts'
import {
  lastEvents,
  messageOf,
  outcomes,
  refusal,
  refusalOf,
  rowOf,
  write,
} from '../support/writing.ts'

let app: TestApp

beforeAll(async () => {
  app = await startTestApp()
})

afterAll(() => app.close())

const NOW = '2026-06-15T04:05:00Z'

const create = (given: object = {}, path = '/api/ServiceCalls'): Promise<Answer> =>
  write(app, 'POST', path, {
    BuildingId: 630,
    CategoryId: 2,
    Title: 'Fuite',
    Description: "L'eau coule sous l'évier.",
    ...given,
  })

const patch = (id: number, body: object, language: 'fr' | 'en' = 'fr'): Promise<Answer> =>
  write(app, 'PATCH', `/api/ServiceCalls(${id})`, body, { language })

const detail = (ServiceCallId: number, given: object): Promise<Answer> =>
  write(app, 'POST', '/api/ServiceCallDetails', { ServiceCallId, Description: 'Travail', ...given })

async function created(given: object = {}): Promise<number> {
  return rowOf(await create(given)).Id
}

/** What each state demands. */
const demanded: Readonly<Record<string, object>> = {
  N: {},
  A: { AssignedEmployeeId: 4 },
  P: { SupplierId: 41, ScheduledStart: '2026-06-17T14:00:00Z' },
  E: { AssignedEmployeeId: 4 },
  S: { OnHoldReason: 'Pièce en commande' },
  T: { Resolution: 'Joint remplacé' },
  F: {},
  X: { CancelReason: 'Demande retirée' },
}

/** A way from its creation to each state. */
const ways: Readonly<Record<string, string>> = {
  N: '',
  A: 'A',
  P: 'P',
  E: 'E',
  S: 'S',
  T: 'ET',
  F: 'ETF',
  X: 'X',
}

async function callIn(state: string): Promise<number> {
  const id = await created()
  for (const Status of ways[state] ?? '') rowOf(await patch(id, { Status, ...demanded[Status] }))
  return id
}

describe('R-090 Life cycle of a service call', () => {
  /** The table of the rule, letter for letter. */
  const allowed: Readonly<Record<string, string>> = {
    N: 'A, P, E, S, X',
    A: 'N, P, E, S, X',
    P: 'A, E, S, X',
    E: 'S, T',
    S: 'A, P, E, X',
    T: 'E, F',
    F: '',
    X: '',
  }
  const states = Object.keys(allowed)

  test.each(states)('from %s: each state that the table allows, and no other', async (from) => {
    const outcome: string[] = []
    for (const to of states.filter((state) => state !== from)) {
      const id = await callIn(from)
      const answer = await patch(id, { Status: to, ...demanded[to] })
      if (answer.status === 200) {
        expect(rowOf(answer)['Status']).toBe(to)
        outcome.push(to)
      } else {
        expect(refusal(answer, 409)).toEqual([
          'TRANSITION_NOT_ALLOWED',
          'Status',
          `Le passage du statut ${from} au statut ${to} n'est pas permis.`,
        ])
      }
    }
    expect(outcome.sort()).toEqual((allowed[from] ?? '').split(', ').filter(Boolean).sort())
  })

  test('example 1: A → T is not allowed; A → E → T with Resolution is, and sets the date', async () => {
    const id = 5001
    const early = await patch(id, { Status: 'T', Resolution: 'Fait' }, 'en')
    expect(refusal(early, 409)[2]).toBe('The change from status A to status T is not allowed.')
    expect(rowOf(await patch(id, { Status: 'E' }))['StartedDate']).toBe(NOW)
    const done = rowOf(await patch(id, { Status: 'T', Resolution: 'Fait' }))
    expect(done).toMatchObject({
      Status: 'T',
      CompletedDate: NOW,
      AssignedDate: '2026-06-12T14:05:00Z',
    })
  })

  test('example 2: N → A needs somebody; P besides an appointment, S, X and T their text', async () => {
    const id = await created()
    const text = 'AssignedEmployeeId ou SupplierId'
    const missing = async (Status: string): Promise<string> =>
      refusal(await patch(id, { Status }), 400)[2]
    expect(await missing('A')).toBe(`Le statut A exige : ${text}.`)
    expect(await missing('P')).toBe(`Le statut P exige : ${text}, ScheduledStart.`)
    expect(await missing('E')).toBe(`Le statut E exige : ${text}.`)
    expect(await missing('S')).toBe('Le statut S exige : OnHoldReason.')
    expect(await missing('X')).toBe('Le statut X exige : CancelReason.')
    const blank = await patch(id, { Status: 'S', OnHoldReason: '  ' }, 'en')
    expect(refusalOf(blank)).toEqual([400, 'TRANSITION_GUARD_FAILED', 'OnHoldReason'])
    expect(messageOf(blank)).toBe('Status S requires: OnHoldReason.')
    rowOf(await patch(id, { Status: 'E', SupplierId: 41 }))
    expect(await missing('T')).toBe('Le statut T exige : Resolution.')
  })

  test('example 3: E → X is not allowed', async () => {
    const id = await callIn('E')
    expect(refusalOf(await patch(id, { Status: 'X', CancelReason: 'x' }))).toEqual([
      409,
      'TRANSITION_NOT_ALLOWED',
      'Status',
    ])
  })

  test('what a state demands is not taken away while the call is in it', async () => {
    const id = await callIn('A')
    const refused = [400, 'TRANSITION_GUARD_FAILED', 'AssignedEmployeeId']
    expect(refusalOf(await patch(id, { AssignedEmployeeId: null }))).toEqual(refused)
    expect(rowOf(await patch(id, { AssignedEmployeeId: null, SupplierId: 41 }))).toMatchObject({
      Status: 'A',
      AssignedEmployeeId: null,
      SupplierId: 41,
    })
  })

  test('back to N clears the assignment; its date stays that of the first one', async () => {
    const id = await callIn('A')
    const open = rowOf(await patch(id, { Status: 'N' }))
    expect(open).toMatchObject({ AssignedEmployeeId: null, SupplierId: null, AssignedDate: NOW })
    await app.pinAccount(1, '2026-06-15T15:00:00Z')
    expect(rowOf(await patch(id, { Status: 'A', AssignedEmployeeId: 6 }))['AssignedDate']).toBe(NOW)
    expect(rowOf(await patch(id, { Status: 'E' }))['StartedDate']).toBe('2026-06-15T15:00:00Z')
    await app.pinAccount(1, NOW)
  })

  test('POST accepts N, A and P, with what they demand', async () => {
    for (const Status of ['E', 'S', 'T', 'F', 'X'])
      expect(refusalOf(await create({ Status, ...demanded[Status] }))).toEqual([
        409,
        'TRANSITION_NOT_ALLOWED',
        'Status',
      ])
    expect(refusalOf(await create({ Status: 'A' }))[1]).toBe('TRANSITION_GUARD_FAILED')
    for (const Status of ['N', 'A', 'P'])
      expect(rowOf(await create({ Status, ...demanded[Status] }))).toMatchObject({
        Status,
        AssignedDate: Status === 'N' ? null : NOW,
      })
  })

  test.each(['F', 'X'])('in %s only the satisfaction is written', async (state) => {
    const id = await callIn(state)
    const before = rowOf(await app.ask(`/api/ServiceCalls(${id})`))
    const key = `3-1 ${String(before['ServiceCallNo'])}`
    const closed = await patch(id, { Title: 'Autre' })
    expect(refusal(closed, 409)).toEqual([
      'SERVICE_CALL_CLOSED',
      'Title',
      `L'appel ${key} est fermé ou annulé.`,
    ])
    expect(messageOf(await patch(id, { Priority: 'B' }, 'en'))).toBe(
      `Service call ${key} is closed or cancelled.`,
    )
    expect(rowOf(await patch(id, { SatisfactionRating: 5, Title: 'Fuite' }))).toMatchObject({
      SatisfactionRating: 5,
      [state === 'F' ? 'ClosedDate' : 'CancelledDate']: NOW,
    })
    expect(refusalOf(await patch(id, { SatisfactionRating: 6 }))[1]).toBe('VALUE_OUT_OF_RANGE')
  })
})

describe('R-091 Creating a service call', () => {
  test('example 1: priority of the category, current tenant, source A, and its event', async () => {
    const answer = await create({ UnitId: 1448 })
    const row = rowOf(answer)
    expect(await lastEvents(app)).toEqual([`ServiceCall ${row.Id} 3`])
    expect(row).toMatchObject({
      Priority: 'H',
      TenantId: 7535,
      Source: 'A',
      Status: 'N',
      LedgerDivisionId: 3,
      UnitCode: '1',
      RequestedDate: NOW,
      IsOverdue: false,
    })
    expect(answer.text).toContain('"ActualCost":0.00')
  })

  test('example 2: unit 9001 is not in building 630', async () => {
    expect(refusal(await create({ UnitId: 9001 }), 400)).toEqual([
      'REFERENCE_MISMATCH',
      'UnitId',
      "L'identifiant UnitId et la clé 3-2 900DEMO 101 désignent des enregistrements différents.",
    ])
  })

  test('by legacy keys; a vacant unit has no tenant, and who names one or none has said so', async () => {
    const keys = { BuildingId: undefined, CompanyNo: 3, DivisionNo: 1, BuildingCode: '1000pins' }
    expect(rowOf(await create({ ...keys, UnitCode: '1' }))['TenantId']).toBe(7535)
    expect(rowOf(await create({ ...keys, UnitCode: '775' }))['TenantId']).toBeNull()
    expect(rowOf(await create({ UnitId: 1448, TenantId: null }))['TenantId']).toBeNull()
    expect(rowOf(await create({ UnitId: 1448, Priority: 'B' }))['Priority']).toBe('B')
    expect(refusalOf(await create({ TenantId: 9101 }))).toEqual([
      400,
      'DIVISION_MISMATCH',
      'TenantId',
    ])
  })

  test('it is not requested in the future, and an external key is that of one call', async () => {
    const future = await create({ RequestedDate: '2026-06-15T04:05:00.001Z' })
    expect(refusalOf(future)).toEqual([400, 'VALUE_OUT_OF_RANGE', 'RequestedDate'])
    rowOf(await create({ RequestedDate: NOW, ExternalId: 'portail-1' }))
    expect(refusal(await create({ ExternalId: 'portail-1' }), 409)).toEqual([
      'DUPLICATE_KEY',
      'ExternalId',
      'Un enregistrement ServiceCall existe déjà avec la clé portail-1.',
    ])
    rowOf(await create({ BuildingId: 900, ExternalId: 'portail-1' }))
  })

  test('50 creations at once in two divisions: the numbers follow each other in each', async () => {
    const last = async (division: number): Promise<number> =>
      Number(
        (
          await app.column(
            `select coalesce(max(service_call_no), 0) from service_calls
              where account_id = 1 and ledger_division_id = $1`,
            [division],
          )
        )[0],
      )
    const before = [await last(3), await last(4)]
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) => create({ BuildingId: index % 2 ? 900 : 630 })),
    )
    expect(outcomes(answers)).toEqual({ '201': 50 })
    for (const [index, division] of [3, 4].entries()) {
      const numbers = answers
        .map(rowOf)
        .filter((row) => row['LedgerDivisionId'] === division)
        .map((row) => Number(row['ServiceCallNo']))
        .sort((a, b) => a - b)
      expect(numbers).toEqual(Array.from({ length: 25 }, (_, n) => (before[index] ?? 0) + 1 + n))
    }
  })

  test('a dry run uses up no number; the answer expands its details', async () => {
    const { ServiceCallNo } = rowOf(await create({}, '/api/ServiceCalls?dryRun=true'))
    const answer = await create(
      {
        ServiceCallDetails: [
          { DetailType: 'M', EmployeeId: 4, Quantity: 1.5, Description: 'Siphon' },
          { DetailType: 'P', UnitPrice: 38.95, Description: 'Joint' },
        ],
      },
      '/api/ServiceCalls?$expand=ServiceCallDetails($select=LineNo,Amount)',
    )
    expect(rowOf(answer)).toMatchObject({
      ServiceCallNo,
      ActualCost: 110.95,
      ServiceCallDetails: [
        { LineNo: 1, Amount: 72 },
        { LineNo: 2, Amount: 38.95 },
      ],
    })
  })
})

describe('R-092 Details and costs', () => {
  test('example 1: 1.5 h × 48.00 and parts 1 × 38.95 cost 110.95', async () => {
    const id = await callIn('E')
    const labour = await detail(id, { DetailType: 'M', EmployeeId: 4, Quantity: 1.5 })
    expect(labour.text).toContain('"UnitPrice":48.00,"Amount":72.00')
    const { Id } = rowOf(labour)
    expect(await lastEvents(app)).toEqual([`ServiceCall ${id} 1`, `ServiceCallDetail ${Id} 3`])
    expect(rowOf(await detail(id, { DetailType: 'P', UnitPrice: 38.95 }))).toMatchObject({
      LineNo: 2,
      Amount: 38.95,
      DetailDate: NOW,
    })
    expect(rowOf(await app.ask(`/api/ServiceCalls(${id})`))['ActualCost']).toBe(110.95)
  })

  test('example 2: a closed call takes no detail, and keeps those that it has', async () => {
    const id = await callIn('E')
    const { Id } = rowOf(await detail(id, { DetailType: 'P', UnitPrice: 10 }))
    rowOf(await patch(id, { Status: 'T', Resolution: 'Fait' }))
    rowOf(await patch(id, { Status: 'F' }))
    const closed = [409, 'SERVICE_CALL_CLOSED', 'ServiceCallId']
    const path = `/api/ServiceCallDetails(${Id})`
    expect(refusalOf(await detail(id, {}))).toEqual(closed)
    expect(refusalOf(await write(app, 'PATCH', path, { Quantity: 2 }))).toEqual(closed)
    expect(refusalOf(await write(app, 'DELETE', path))).toEqual(closed)
    rowOf(await write(app, 'PATCH', path, { Quantity: 1 }))
  })

  test('a note and what has no price cost nothing, and the call is not changed', async () => {
    const id = await callIn('E')
    const note = rowOf(await detail(id, { UnitPrice: 12 }))
    expect(note).toMatchObject({ DetailType: 'N', Amount: 0 })
    expect(await lastEvents(app)).toEqual([`ServiceCallDetail ${note.Id} 3`])
    expect(rowOf(await detail(id, { DetailType: 'D' }))).toMatchObject({ LineNo: 2, Amount: 0 })
    expect(rowOf(await detail(id, { DetailType: 'M', EmployeeId: 5 }))['UnitPrice']).toBeNull()
  })

  test('half cents go away from zero; changes and deletions are those of the cost', async () => {
    const id = await callIn('E')
    const { Id } = rowOf(await detail(id, { DetailType: 'P', Quantity: 0.5, UnitPrice: 0.01 }))
    const path = `/api/ServiceCallDetails(${Id})`
    const cost = async (): Promise<unknown> =>
      rowOf(await app.ask(`/api/ServiceCalls(${id})`))['ActualCost']
    expect(await cost()).toBe(0.01)
    expect(rowOf(await write(app, 'PATCH', path, { Quantity: 3, UnitPrice: 7 }))['Amount']).toBe(21)
    expect(await cost()).toBe(21)
    expect((await write(app, 'DELETE', path)).status).toBe(204)
    expect(await lastEvents(app)).toEqual([`ServiceCall ${id} 1`, `ServiceCallDetail ${Id} 2`])
    expect(await cost()).toBe(0)
  })

  test('an amount without room is refused, of a detail and of the call', async () => {
    const id = await callIn('E')
    const refused = [400, 'VALUE_OUT_OF_RANGE', 'Amount']
    const big = { DetailType: 'P', UnitPrice: 9_999_999_999.99 }
    expect(refusalOf(await detail(id, { ...big, Quantity: 2 }))).toEqual(refused)
    rowOf(await detail(id, big))
    expect(refusalOf(await detail(id, { DetailType: 'P', UnitPrice: 0.01 }))).toEqual(refused)
  })

  test('20 details at once take lines 1 to 20, and the cost is that of all', async () => {
    const id = await callIn('E')
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => detail(id, { DetailType: 'P', UnitPrice: 1.5 })),
    )
    expect(outcomes(answers)).toEqual({ '201': 20 })
    const lines = answers.map((answer) => Number(rowOf(answer)['LineNo']))
    expect(lines.sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, n) => n + 1))
    expect(rowOf(await app.ask(`/api/ServiceCalls(${id})`))['ActualCost']).toBe(30)
  })
})

describe('R-093 Targets', () => {
  test('example 1: requested 2026-06-12T13:20Z, 4 h and 48 h; assigned it is overdue on T', async () => {
    const RequestedDate = '2026-06-12T13:20:00Z'
    const id = await created({ RequestedDate, Status: 'A', AssignedEmployeeId: 4 })
    expect(rowOf(await app.ask(`/api/ServiceCalls(${id})`))).toMatchObject({
      TargetResponseDate: '2026-06-12T17:20:00Z',
      TargetResolutionDate: '2026-06-14T13:20:00Z',
      IsOverdue: true,
    })
  })

  test('the response counts in N alone, the resolution until T', async () => {
    // 4 h and 48 h: the response is past, the resolution is not.
    const id = await created({ RequestedDate: '2026-06-15T00:04:59Z' })
    expect(rowOf(await app.ask(`/api/ServiceCalls(${id})`))['IsOverdue']).toBe(true)
    expect(rowOf(await patch(id, { Status: 'A', AssignedEmployeeId: 4 }))['IsOverdue']).toBe(false)
    const onTime = rowOf(await create({ RequestedDate: '2026-06-15T00:05:00Z' }))
    expect(onTime['IsOverdue']).toBe(false)
    const late = await created({ RequestedDate: '2026-06-01T00:00:00Z' })
    for (const Status of ['E', 'T', 'F'])
      expect(rowOf(await patch(late, { Status, ...demanded[Status] }))['IsOverdue']).toBe(
        Status === 'E',
      )
  })

  test("another category has other targets, and a category's new delays are those of its open calls", async () => {
    const RequestedDate = '2026-06-14T04:00:00Z'
    const id = await created({ RequestedDate })
    expect(rowOf(await patch(id, { CategoryId: 1 }))).toMatchObject({
      TargetResponseDate: '2026-06-15T04:00:00Z',
      TargetResolutionDate: '2026-06-19T04:00:00Z',
      IsOverdue: true,
    })
    const done = await created({ RequestedDate, CategoryId: 1 })
    rowOf(await patch(done, { Status: 'X', CancelReason: 'x' }))
    const category = (body: object): Promise<Answer> =>
      write(app, 'PATCH', '/api/ServiceCallCategories(1)', body, { as: 'administrator' })
    rowOf(await category({ ResponseHours: 25, ResolutionHours: null }))
    expect(rowOf(await app.ask(`/api/ServiceCalls(${id})`))).toMatchObject({
      TargetResponseDate: '2026-06-15T05:00:00Z',
      TargetResolutionDate: null,
      IsOverdue: false,
    })
    expect(rowOf(await app.ask(`/api/ServiceCalls(${done})`))['TargetResponseDate']).toBe(
      '2026-06-15T04:00:00Z',
    )
    expect(refusalOf(await category({ ResponseHours: 87_661 }))[1]).toBe('VALUE_OUT_OF_RANGE')
  })
})

describe('R-093 IsOverdue follows the clock (R-005)', () => {
  interface Seen {
    readonly IsOverdue: boolean
    readonly ModifiedDate: string
  }
  const seen = async (path: string): Promise<Seen> => {
    const [row] = await app.rows<Seen>(path)
    if (row === undefined) throw new Error(`${path} gives no row`)
    return row
  }

  test('a clock that moves dates each change when it happened; until then nothing changes', async () => {
    // Category 8: 1 h and 12 h.
    const id = await created({ CategoryId: 8, Title: 'Horloge' })
    const path = `/api/ServiceCalls?$filter=Id eq ${id}`
    const move = (instant: string): Promise<Answer> =>
      write(app, 'PATCH', '/api/Sandbox/Clock', { PinnedAt: instant }, { as: 'administrator' })
    expect((await move('2026-06-15T05:05:00Z')).status).toBe(200)
    expect(await seen(path)).toMatchObject({ IsOverdue: false, ModifiedDate: NOW })
    expect((await move('2026-06-16T20:00:00Z')).status).toBe(200)
    expect(await seen(path)).toMatchObject({
      IsOverdue: true,
      ModifiedDate: '2026-06-15T05:05:00.001Z',
    })
    expect(
      await app.column(
        "select status from change_log where entity = 'ServiceCall' and id = $1 order by seq",
        [id],
      ),
    ).toEqual([3, 1])
  })

  test('under the real clock the first read of any kind finds it late, and it has one event', async () => {
    const category = await app.column<number>(
      'select min(id) from service_call_categories where account_id = 2 and response_hours = 1',
    )
    const post = await write(
      app,
      'POST',
      '/api/ServiceCalls',
      {
        BuildingId: 900,
        CategoryId: category[0],
        Title: 'Urgence',
        Description: 'x',
        RequestedDate: '2026-06-15T03:00:00Z',
      },
      { as: 'other' },
    )
    const { Id } = rowOf(post)
    // As if its hour were over in six seconds, after which the clock is moved. The account is on its day already.
    await app.sql(
      `update service_calls set is_overdue = false, target_resolution_date = null,
              target_response_date = now() + interval '6 seconds'
        where account_id = 2 and id = $1`,
      [Id],
    )
    await app.sql(
      `update accounts set pinned_at = null, states_date = (now() at time zone 'America/Toronto')::date
        where account_id = 2`,
    )
    const filter = `Id eq ${Id} and IsOverdue`
    const of = (path: string): Promise<readonly number[]> => app.ids(path, { as: 'other' })
    expect(await of(`/api/ServiceCalls?$filter=${filter}`)).toEqual([])
    app.clock.aheadMs = 7_000
    // The application hears of the clock that runs a moment later.
    const late = `/api/Buildings?$filter=ServiceCalls/any(c:c/Id eq ${Id} and c/IsOverdue)`
    await vi.waitFor(async () => expect(await of(late)).toEqual([900]), 10_000)
    expect(await of(`/api/ServiceCalls?$filter=${filter}`)).toEqual([Id])
    expect(
      await app.column(
        "select status from change_log where entity = 'ServiceCall' and account_id = 2 and id = $1 order by seq",
        [Id],
      ),
    ).toEqual([3, 1, 1])
    app.clock.aheadMs = 0
  })
})

describe('R-094 Access to an occupied dwelling', () => {
  const plan = (given: object): Promise<Answer> =>
    create({
      UnitId: 1448,
      Status: 'P',
      AssignedEmployeeId: 4,
      ScheduledStart: '2026-06-17T14:00:00Z',
      ...given,
    })

  test('example 1: 24 hours of notice are enough, an hour less is not', async () => {
    rowOf(await plan({ AccessNoticeDate: '2026-06-16T14:00:00Z' }))
    const late = await plan({ AccessNoticeDate: '2026-06-16T15:00:00Z' })
    expect(refusal(late, 400)).toEqual([
      'ACCESS_NOTICE_TOO_SHORT',
      'AccessNoticeDate',
      'Le locataire doit être avisé au moins 24 heures avant le 2026-06-17 10:00.',
    ])
    expect(refusalOf(await plan({}))[1]).toBe('ACCESS_NOTICE_TOO_SHORT')
    rowOf(await plan({ AccessPermission: true }))
  })

  test('example 2: work at 19:30 is refused, an inspection at that time is not', async () => {
    const evening = { ScheduledStart: '2026-06-17T23:30:00Z' }
    const refused = await plan({ ...evening, AccessPermission: true })
    expect(refusal(refused, 400)).toEqual([
      'ACCESS_OUTSIDE_HOURS',
      'ScheduledStart',
      'Les travaux se font entre 7 h et 19 h.',
    ])
    const inspect = (ScheduledStart: string, NoticeSentDate: string | null): Promise<Answer> =>
      write(app, 'POST', '/api/Inspections', {
        UnitId: 1448,
        InspectionType: 'P',
        ScheduledStart,
        NoticeSentDate,
      })
    rowOf(await inspect('2026-06-17T23:30:00Z', '2026-06-15T12:00:00Z'))
    const night = await inspect('2026-06-18T01:00:00.001Z', '2026-06-15T12:00:00Z')
    expect(refusalOf(night)).toEqual([400, 'VISIT_OUTSIDE_HOURS', 'ScheduledStart'])
    const short = await inspect('2026-06-17T20:00:00Z', '2026-06-16T20:00:01Z')
    expect(refusalOf(short)).toEqual([400, 'ACCESS_NOTICE_TOO_SHORT', 'NoticeSentDate'])
    const { Id } = rowOf(await inspect('2026-06-18T05:00:00Z', null))
    const told = await write(app, 'PATCH', `/api/Inspections(${Id})`, {
      NoticeSentDate: '2026-06-15T12:00:00Z',
    })
    expect(refusalOf(told)[1]).toBe('VISIT_OUTSIDE_HOURS')
  })

  test('example 3: an emergency knows no hours', async () => {
    rowOf(await plan({ Priority: 'U', ScheduledStart: '2026-06-16T05:00:00Z' }))
  })

  test('7:00 and 19:00 are within, in summer and in winter', async () => {
    const at = async (ScheduledStart: string): Promise<unknown> =>
      refusalOf(await plan({ ScheduledStart, AccessPermission: true }))[1] ?? 'accepted'
    expect(await at('2026-06-17T11:00:00Z')).toBe('accepted')
    expect(await at('2026-06-17T10:59:59Z')).toBe('ACCESS_OUTSIDE_HOURS')
    expect(await at('2026-06-17T23:00:00Z')).toBe('accepted')
    expect(await at('2026-06-17T23:00:01Z')).toBe('ACCESS_OUTSIDE_HOURS')
    expect(await at('2026-11-02T11:59:00Z')).toBe('ACCESS_OUTSIDE_HOURS')
    expect(await at('2026-11-02T12:00:00Z')).toBe('accepted')
    expect(await at('2026-11-03T00:00:00Z')).toBe('accepted')
  })

  test('a new appointment is looked at again; a vacant unit and common areas are free', async () => {
    const { Id } = rowOf(await plan({ AccessNoticeDate: '2026-06-16T14:00:00Z' }))
    const sooner = await patch(Id, { ScheduledStart: '2026-06-17T13:00:00Z' })
    expect(refusalOf(sooner)[1]).toBe('ACCESS_NOTICE_TOO_SHORT')
    rowOf(await patch(Id, { ScheduledStart: '2026-06-18T13:00:00Z', Title: 'Autre' }))
    const early = { ScheduledStart: '2026-06-16T05:00:00Z' }
    rowOf(await plan({ ...early, UnitId: 2909 }))
    rowOf(await plan({ ...early, UnitId: null }))
    const order = await plan({ ...early, UnitId: null, ScheduledEnd: '2026-06-16T04:59:00Z' })
    expect(refusalOf(order)).toEqual([400, 'DATE_ORDER', 'ScheduledEnd'])
  })
})
