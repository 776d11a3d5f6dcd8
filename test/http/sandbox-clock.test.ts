import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Answer, type ClientName, startTestApp, type TestApp } from '../support/test-app.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})

afterAll(async () => {
  await app.close()
})

const path = '/api/Sandbox/Clock'

function patch(body: unknown, as: ClientName = 'administrator'): Promise<Answer> {
  return app.ask(path, {
    as,
    method: 'PATCH',
    headers: { 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
}

function refusal(answer: Answer): unknown[] {
  const { error } = answer.json as { error: { code: string; target?: string } }
  return [answer.status, error.code, error.target]
}

describe('R-005 The clock of a sandbox', () => {
  test('GET shows it to the administrator', async () => {
    const answer = await app.ask(path, { as: 'administrator' })
    expect([answer.status, answer.json]).toEqual([
      200,
      { PinnedAt: '2026-06-15T04:05:00Z', BusinessDate: '2026-06-15' },
    ])
    expect(answer.headers['cache-control']).toBe('no-store')
  })

  test('a token is required, an integrator may not, other methods do not exist', async () => {
    expect((await app.ask(path, { as: null })).status).toBe(401)
    expect(refusal(await app.ask(path))).toEqual([403, 'ADMINISTRATOR_ONLY', undefined])
    expect(refusal(await patch('{', 'integrator'))).toEqual([403, 'ADMINISTRATOR_ONLY', undefined])
    const answer = await app.ask(path, { as: 'administrator', method: 'DELETE' })
    expect([answer.status, answer.headers.allow]).toEqual([405, 'GET, HEAD, PATCH, OPTIONS'])
  })

  test.each<[unknown, number, string, string | undefined]>([
    ['[]', 400, 'INVALID_BODY', undefined],
    ['{}', 400, 'INVALID_BODY', undefined],
    [
      '{"PinnedAt":"2026-06-16T00:00:00Z","BusinessDate":"2026-06-16"}',
      400,
      'INVALID_BODY',
      undefined,
    ],
    ['{"PinnedAt"', 400, 'INVALID_BODY', undefined],
    [{ BusinesDate: '2026-06-16' }, 400, 'UNKNOWN_FIELD', 'BusinesDate'],
    [{ BusinessDate: '2026-6-16' }, 400, 'INVALID_FORMAT', 'BusinessDate'],
    [{ BusinessDate: null }, 400, 'INVALID_FORMAT', 'BusinessDate'],
    [{ PinnedAt: '2026-06-31T00:00:00Z' }, 400, 'INVALID_FORMAT', 'PinnedAt'],
    [{ PinnedAt: '2026-06-16' }, 400, 'INVALID_FORMAT', 'PinnedAt'],
    // Only the operator lets the clock run again.
    [{ PinnedAt: null }, 400, 'INVALID_FORMAT', 'PinnedAt'],
    [{ BusinessDate: '2026-06-14' }, 400, 'CLOCK_BACKWARD', 'BusinessDate'],
    [{ PinnedAt: '2026-06-15T04:04:59.999Z' }, 400, 'CLOCK_BACKWARD', 'PinnedAt'],
    [{ BusinessDate: '2036-06-16' }, 400, 'CLOCK_TOO_FAR', 'BusinessDate'],
  ])('%j is refused', async (body, ...expected) => {
    expect(refusal(await patch(body))).toEqual(expected)
    expect((await app.ask(path, { as: 'administrator' })).json).toEqual({
      PinnedAt: '2026-06-15T04:05:00Z',
      BusinessDate: '2026-06-15',
    })
  })

  test('a date moves it to 00:05 in Toronto, an instant to itself, and the next request sees it', async () => {
    const same = await patch({ BusinessDate: '2026-06-15' })
    expect(same.json).toEqual({ PinnedAt: '2026-06-15T04:05:00Z', BusinessDate: '2026-06-15' })
    const later = await patch({ PinnedAt: '2026-06-30T22:00:00-05:00' })
    expect(later.json).toEqual({ PinnedAt: '2026-07-01T03:00:00Z', BusinessDate: '2026-06-30' })
    const [held] = await app.rows('/api/Units?$filter=Id eq 9001&$select=OccupancyStatus')
    expect(held).toMatchObject({ OccupancyStatus: 'L' })

    const moved = await patch({ BusinessDate: '2026-07-01' })
    expect([moved.status, moved.json]).toEqual([
      200,
      { PinnedAt: '2026-07-01T04:05:00Z', BusinessDate: '2026-07-01' },
    ])
    const [unit] = await app.rows(
      '/api/Units?$filter=Id eq 9001&$select=OccupancyStatus,ModifiedDate',
    )
    expect(unit).toEqual({ OccupancyStatus: 'V', ModifiedDate: '2026-07-01T04:05:00Z' })
    const [lease] = await app.rows('/api/Leases?$filter=Id eq 9202&$select=EndDate')
    expect(lease).toEqual({ EndDate: '2027-06-30' })
    // The other account stands where it stood.
    const [other] = await app.rows('/api/Units?$filter=Id eq 9001&$select=OccupancyStatus', {
      as: 'other',
    })
    expect(other).toEqual({ OccupancyStatus: 'L' })
  })

  test('later on a date, that date is no move', async () => {
    await patch({ PinnedAt: '2026-07-02T18:30:00.250Z' })
    expect((await patch({ BusinessDate: '2026-07-02' })).json).toEqual({
      PinnedAt: '2026-07-02T18:30:00.250Z',
      BusinessDate: '2026-07-02',
    })
  })

  test('two moves at once: both are answered, and the farther one stays', async () => {
    const [near, far] = await Promise.all([
      patch({ BusinessDate: '2026-07-05' }),
      patch({ BusinessDate: '2026-07-10' }),
    ])
    expect([near.status, far.status]).toEqual([200, 200])
    expect((await app.ask(path, { as: 'administrator' })).json).toEqual({
      PinnedAt: '2026-07-10T04:05:00Z',
      BusinessDate: '2026-07-10',
    })
  })

  test('an account with a real clock is shown today and does not move', async () => {
    await app.sql('update accounts set pinned_at = null where account_id = 1')
    const answer = await app.ask(path, { as: 'administrator' })
    expect(answer.json).toMatchObject({ PinnedAt: null })
    expect(refusal(await patch({ BusinessDate: '2036-01-01' }))).toEqual([
      409,
      'CLOCK_NOT_PINNED',
      undefined,
    ])
  })
})
