/** How resources are addressed and read, apart from what a query makes of them (URL Conventions 4.01 §4). */

import { expect } from 'vitest'
import type { TestApp } from '../../support/test-app.ts'
import type { LevelCheck } from './level-check.ts'

/** The body of an answer to a client that knows OData. */
export async function readAware(
  app: TestApp,
  path: string,
  version: '4.0' | '4.01' = '4.0',
): Promise<unknown> {
  const { status, json } = await app.ask(path, { headers: { 'OData-MaxVersion': version } })
  expect([path, status]).toEqual([path, 200])
  return json
}

export const resources: readonly LevelCheck[] = [
  {
    line: '4.0 Intermediate 3',
    check: async (app) => {
      expect(await readAware(app, '/api/Buildings(630)?$select=Id,Name')).toEqual({
        '@odata.context': `${app.baseUrl}/api/$metadata#Buildings(Id,Name)/$entity`,
        '@odata.etag': expect.any(String),
        Id: 630,
        Name: 'Les Pins',
      })
    },
  },
  {
    line: '4.0 Intermediate 5',
    check: async (app) => {
      const all = await app.ids('/api/Units?$orderby=Id')
      expect(await app.ids('/api/Units?$orderby=Id&$top=3')).toEqual(all.slice(0, 3))
      expect(await app.ids('/api/Units?$top=0')).toEqual([])
    },
  },
  {
    line: '4.0 Intermediate 6',
    check: async (app) => {
      const answer = await app.ask('/api/Buildings(630)/Name/$value')
      expect([answer.status, answer.text]).toEqual([200, 'Les Pins'])
      expect(answer.headers['content-type']).toMatch(/^text\/plain/)
    },
  },
  {
    line: '4.0 Intermediate 12',
    check: async (app) => {
      const all = await app.ids('/api/Units?$orderby=Id')
      expect(await app.ids('/api/Units?$orderby=Id&$skip=2')).toEqual(all.slice(2))
    },
  },
  {
    line: '4.0 Intermediate 13',
    check: async (app) => {
      const all = await app.ids('/api/Units')
      expect(await readAware(app, '/api/Units?$count=true&$top=1&$select=Id')).toMatchObject({
        '@odata.count': all.length,
      })
      expect(await readAware(app, '/api/Units?$count=false&$top=1')).not.toHaveProperty(
        '@odata.count',
      )
    },
  },
  {
    line: '4.0 Intermediate 16',
    check: async (app) => {
      const all = await app.ids('/api/Units?$filter=CompanyNo eq 3')
      const answer = await app.ask('/api/Units/$count?$filter=CompanyNo eq 3&$top=1&$orderby=Id')
      expect([answer.status, answer.text]).toEqual([200, String(all.length)])
      expect(answer.headers['content-type']).toMatch(/^text\/plain/)
    },
  },
  {
    line: '4.0 Intermediate 17',
    check: async (app) => {
      const ids = await app.ids('/api/Buildings?$orderby=Id asc')
      expect(ids).toEqual([...ids].sort((a, b) => a - b))
      expect(await app.ids('/api/Buildings?$orderby=Id desc')).toEqual(ids.toReversed())
    },
  },
  {
    line: '4.01 Advanced 8',
    check: async (app) => {
      const expected = await app.ids('/api/Units?$filter=BuildingId eq 630 and NumberOfRooms gt 3')
      expect(expected.length).toBeGreaterThan(0)
      expect(
        await app.ids(
          '/api/Units/$filter(@b)/$filter(@r)?@b=BuildingId eq 630&@r=NumberOfRooms gt 3',
        ),
      ).toEqual(expected)
      expect(await app.ids('/api/Buildings(630)/Units/$filter(@r)?@r=NumberOfRooms gt 3')).toEqual(
        expected,
      )
    },
  },
]
