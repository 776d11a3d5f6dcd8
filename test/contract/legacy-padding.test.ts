import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { setLegacyPadding } from '../../src/auth/keys.ts'
import { type Answer, startTestApp, type TestApp } from '../support/test-app.ts'

let app: TestApp

beforeAll(async () => {
  app = await startTestApp()
  await choosePadding('revocable', true)
})

afterAll(() => app.close())

/** Sets the option of a client's key, and waits until the application knows. */
async function choosePadding(as: 'revocable' | 'integrator', padded: boolean): Promise<void> {
  await setLegacyPadding(app.db.database, app.clients[as].keyId, padded)
  const deadline = Date.now() + 1_000
  while (Date.now() < deadline) {
    const { text } = await app.ask('/api/Units(2909)/UnitCode/$value', { as })
    if ((text.length === 10) === padded) return
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  throw new Error('Live tokens do not follow within a second')
}

const padded = (path: string, headers: Record<string, string> = {}): Promise<Answer> =>
  app.ask(path, { as: 'revocable', headers })

describe('R-001 Codes and legacy padding', () => {
  test("(1) eq '1000PINS', eq '1000PINS ' and eq ' 1000pins' return the same units, each with its code", async () => {
    const literals = ["'1000PINS'", "'1000PINS '", "' 1000pins'"]
    const answers = await Promise.all(
      literals.map((literal) =>
        app.rows(`/api/Units?$filter=BuildingCode eq ${literal}&$select=Id,BuildingCode`),
      ),
    )
    expect(answers[0]?.length).toBeGreaterThan(1)
    for (const rows of answers) {
      expect(rows).toEqual(answers[0])
      for (const row of rows) expect(row['BuildingCode']).toBe('1000PINS')
    }
  })

  test('(2) with legacy padding unit 2909 returns its codes padded', async () => {
    const { text } = await padded('/api/Units(2909)')
    expect(text).toContain('"BuildingCode":"1000PINS  "')
    expect(text).toContain('"UnitCode":"       775"')
    expect(text).toContain('"OccupancyStatus":"V "')
    const plain = await app.ask('/api/Units(2909)')
    for (const member of ['"BuildingCode":"1000PINS"', '"UnitCode":"775"', '"OccupancyStatus":"V"'])
      expect(plain.text).toContain(member)
  })

  test("(3) UnitCode eq '' returns unit 1440, whose code is blank", async () => {
    const query = "/api/Units?$filter=UnitCode eq ''&$select=Id,UnitCode"
    expect(await app.rows(query)).toContainEqual({ Id: 1440, UnitCode: '' })
    expect((await padded(query)).json).toMatchObject({
      value: expect.arrayContaining([{ Id: 1440, UnitCode: ' '.repeat(10) }]),
    })
  })

  test('it changes the output only: filters, orders, keys and pages are those of everyone', async () => {
    for (const path of [
      "/api/Units?$filter=UnitCode eq '775' and BuildingCode eq '1000PINS'&$select=Id",
      '/api/Units?$filter=length(UnitCode) lt 10&$orderby=UnitCode desc,Id&$select=Id&$top=50',
      "/api/Units?$filter=startswith(UnitCode,'77')&$select=Id",
      "/api/Units(CompanyNo=3,DivisionNo=1,BuildingCode='1000PINS',UnitCode='775')?$select=Id",
      '/api/Buildings?$search=1000PINS&$select=Id',
    ]) {
      const [mine, theirs] = await Promise.all([padded(path), app.ask(path)])
      expect([path, mine.status, mine.text]).toEqual([path, theirs.status, theirs.text])
    }
  })

  test('every row and depth: the same answer once its codes are trimmed, free text untouched', async () => {
    for (const path of [
      '/api/Buildings?$top=50&$expand=Units($top=5;$expand=Leases)',
      '/api/Units?$top=50&$expand=Building,CurrentTenant',
      '/api/UnavailableUnits?$top=50',
    ]) {
      const [mine, theirs] = await Promise.all([padded(path), app.ask(path)])
      expect(mine.text).not.toBe(theirs.text)
      expect(mine.text.replace(CODES, trimmed)).toBe(theirs.text)
      for (const [, name = '', value = ''] of mine.text.matchAll(CODES))
        expect([name, value.length]).toEqual([name, name === 'OccupancyStatus' ? 2 : 10])
    }
  })

  test('a property and its bare value are padded too', async () => {
    expect((await padded('/api/Units(2909)/UnitCode')).text).toBe('{"value":"       775"}')
    expect((await padded('/api/Units(2909)/OccupancyStatus/$value')).text).toBe('V ')
  })

  test('the tag is that of the record, padded or not', async () => {
    const plain = await app.ask('/api/Units(2909)')
    const tag = String(plain.headers.etag)
    expect((await padded('/api/Units(2909)')).headers.etag).toBe(tag)
    expect((await padded('/api/Units(2909)', { 'if-none-match': tag })).status).toBe(304)
  })

  test('the option belongs to the key, and live tokens follow it both ways', async () => {
    await choosePadding('integrator', true)
    await choosePadding('integrator', false)
    expect((await padded('/api/Units(2909)/UnitCode/$value')).text).toBe('       775')
  })

  const CODES = /"(BuildingCode|UnitCode|OccupancyStatus)":"([^"]*)"/g

  function trimmed(_: string, name: string, value: string): string {
    return `"${name}":"${value.trim()}"`
  }
})
