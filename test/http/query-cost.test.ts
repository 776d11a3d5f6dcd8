import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { expectError } from '../support/expected-error.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'

let app: TestApp

beforeAll(async () => {
  app = await startTestApp({
    settings: { HAPI_LIMIT_EXPAND_ROWS: '2000', HAPI_LIMIT_SCANNED_ROWS: '5000' },
  })
  // The planner's estimates are what is tested: they come from statistics.
  await app.sql('analyze')
})
afterAll(() => app.close())

const ASK_LESS =
  'Filtrez davantage, développez moins de relations, ou demandez moins de lignes à la fois ($top).'

function refused(limit: number): Parameters<typeof expectError>[1] {
  const message = expect.stringMatching(
    new RegExp(`^La requête lirait environ \\d{4,} lignes; la limite est de ${limit}\\. `),
  )
  return { status: 400, code: 'QUERY_TOO_EXPENSIVE', message }
}

describe('security §4 rows estimated', () => {
  test('an expand of too many rows is refused before it runs, and says how to ask less', async () => {
    const path =
      '/api/Buildings?$select=Id&$expand=Units($select=Id;$expand=Building($select=Id;$expand=Units($select=Id)))'
    const answer = await app.ask(path)
    expectError(answer, refused(2000))
    expect(answer.text).toContain(ASK_LESS)
    expect((await app.ask(path, { headers: { 'accept-language': 'en' } })).text).toContain(
      'the limit is 2000. Filter more, expand fewer relations',
    )
  })

  test('the same shape with fewer rows is answered, whatever was refused before', async () => {
    const path =
      '/api/Buildings?$select=Id&$expand=Units($select=Id;$expand=Building($select=Id;$expand=Units($select=Id)))'
    expect((await app.ask(`${path}&$filter=Id eq 624`)).status).toBe(200)
    expect((await app.ask(`${path}&$top=1`)).status).toBe(200)
    expect((await app.ask(path)).status).toBe(400)
  })

  test('so is a condition that looks at all rows for each row', async () => {
    const path = (more: string): string =>
      `/api/Units?$select=Id&$filter=${more}Building/Units/$count gt 3 and Building/Units/$count lt 900`
    expectError(await app.ask(path('')), refused(5000))
    expect((await app.ask(path('Id eq 1440 and '))).status).toBe(200)
  })

  test('a plain read of a set of any size is never asked about', async () => {
    for (const path of [
      '/api/Units',
      '/api/Units/$count',
      '/api/Units?$expand=Building&$orderby=Building/Name',
    ])
      expect([path, (await app.ask(path)).status]).toEqual([path, 200])
  })
})
