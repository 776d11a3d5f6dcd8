/** o.js (npm `odata`): lists, pages, filters, sorts, expands, counts, reads by key, writes and batches. */

import { type OdataConfig, o } from 'odata'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/test-app.ts'

let app: TestApp

beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.close())

type Handler = ReturnType<typeof o>

/** A client of the account's integrator, as a page of his would make it. */
function client(config: Partial<OdataConfig> = {}): Handler {
  return o(`${app.baseUrl}/api/`, {
    ...config,
    headers: {
      'Content-Type': 'application/json',
      authorization: `Bearer ${app.clients.integrator.token}`,
    },
  })
}

describe('o.js reads', () => {
  test('lists a set', async () => {
    const buildings: unknown = await client().get('Buildings').query()
    expect(buildings).toEqual(await app.rows('/api/Buildings'))
    expect(buildings).not.toEqual([])
  })

  test('filters, sorts, selects and pages', async () => {
    const rows: unknown = await client().get('Units').query({
      $filter: "CompanyNo eq 3 and contains(UnitCode, '1')",
      $orderby: 'NumberOfRooms desc,UnitCode',
      $select: 'Id,UnitCode',
      $top: 5,
      $skip: 3,
    })
    expect(rows).toEqual(
      await app.sql(
        `select id as "Id", unit_code as "UnitCode" from units
          where account_id = 1 and company_no = 3 and unit_code like '%1%'
          order by number_of_rooms desc nulls last, unit_code, id limit 5 offset 3`,
      ),
    )
    expect(rows).toHaveLength(5)
  })

  test('expands, and counts', async () => {
    const [building]: { Id: number; Units: { Id: number }[] }[] = await client()
      .get('Buildings')
      .query({ $expand: 'Units($select=Id;$orderby=Id)', $filter: 'Units/any()', $top: 1 })
    expect(building?.Units.map(({ Id }) => Id)).toEqual(
      await app.column(
        'select id from units where account_id = 1 and building_id = $1 order by id',
        [building?.Id],
      ),
    )
    const [count] = await app.column<number>(
      'select count(*)::integer from buildings where account_id = 1',
    )
    expect(await client().get('Buildings/$count').query()).toBe(count)
    // Without a fragment to take out, the whole answer is given.
    const page: unknown = await client({ fragment: '' }).get('Buildings').query({
      $count: true,
      $top: 1,
    })
    expect(page).toMatchObject({ '@odata.count': count })
  })

  test('reads by key', async () => {
    const building: unknown = await client().get('Buildings(628)').query({ $select: 'Id,Name' })
    expect(building).toMatchObject({ Id: 628, Name: 'Les Chênes' })
  })

  test('a refusal rejects with its answer', async () => {
    const refusal: unknown = await client()
      .get('Buildings(1)/Nothing')
      .query()
      .catch((e: unknown) => e)
    expect(refusal).toMatchObject({ status: 404 })
  })
})

describe('o.js writes', () => {
  test('creates, changes and deletes, without If-Match', async () => {
    const note: { Id: number } = await client()
      .post('Notes', { CompanyNo: 3, DivisionNo: 2, TenantId: 9116, NoteType: 'R', Body: 'Rappel' })
      .query()
    const stored = (): Promise<readonly unknown[]> =>
      app.column('select body from notes where account_id = 1 and id = $1', [note.Id])
    expect(await stored()).toEqual(['Rappel'])
    await client().patch(`Notes(${note.Id})`, { Body: 'Second rappel' }).query()
    expect(await stored()).toEqual(['Second rappel'])
    await client().delete(`Notes(${note.Id})`).query()
    expect(await stored()).toEqual([])
  })
})

describe('o.js batches', () => {
  /** Their headers are no copy of the client's own. */
  const batch = (useChangset: boolean): Partial<OdataConfig> => ({
    batch: {
      boundaryPrefix: 'batch_',
      changsetBoundaryPrefix: 'changset_',
      endpoint: '$batch',
      useChangset,
      useRelativeURLs: false,
      headers: new Headers({
        'Content-Type': 'multipart/mixed',
        authorization: `Bearer ${app.clients.integrator.token}`,
      }),
    },
  })

  test('reads several resources in one request, by absolute addresses', async () => {
    const answers: unknown = await client(batch(false))
      .get('Buildings(628)')
      .get('Buildings/$count')
      .get('Buildings(1)/Nothing')
      .batch()
    const [count] = await app.column('select count(*)::integer from buildings where account_id = 1')
    expect(answers).toEqual([
      expect.objectContaining({ status: 200, body: expect.objectContaining({ Id: 628 }) }),
      expect.objectContaining({ status: 200, body: count }),
      expect.objectContaining({ status: 404 }),
    ])
  })

  test('a change set is done as a whole', async () => {
    const note = { CompanyNo: 3, DivisionNo: 2, TenantId: 9116, NoteType: 'R' }
    const bodies = (): Promise<readonly string[]> =>
      app.column("select body from notes where account_id = 1 and body like 'Lot %' order by id")
    await client(batch(true))
      .post('Notes', { ...note, Body: 'Lot 1' })
      .post('Notes', { ...note, Body: 'Lot 2' })
      .batch()
    expect(await bodies()).toEqual(['Lot 1', 'Lot 2'])
    await client(batch(true))
      .post('Notes', { ...note, Body: 'Lot 3' })
      .post('Notes', { ...note, NoteType: 'unknown', Body: 'Lot 4' })
      .batch()
    expect(await bodies()).toEqual(['Lot 1', 'Lot 2'])
  })
})
