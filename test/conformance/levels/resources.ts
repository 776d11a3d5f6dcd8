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

/** An endpoint of the administrator's, whose list of entities is a collection of plain values. */
async function makeEndpoint(app: TestApp, entities: readonly string[]): Promise<string> {
  const { status, json } = await app.ask('/api/WebhookEndpoints', {
    as: 'administrator',
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ Url: 'https://example.com/levels', Entities: entities }),
  })
  expect(status).toBe(201)
  return `/api/WebhookEndpoints(${String((json as { Id: number }).Id)})`
}

/** The members of a selected collection that nested options leave. */
async function expectMembers(
  app: TestApp,
  options: string,
  expected: Readonly<Record<string, unknown>>,
): Promise<void> {
  const endpoint = await makeEndpoint(app, ['Lease', 'Unit', 'Tenant', 'Building'])
  const answer = await app.ask(`${endpoint}?$select=Entities(${options})`, {
    as: 'administrator',
    headers: { 'OData-MaxVersion': '4.01' },
  })
  expect([options, answer.status]).toEqual([options, 200])
  expect(answer.json).toMatchObject(expected)
}

const memberChecks: readonly LevelCheck[] = [
  {
    line: '4.01 Intermediate 5',
    check: async (app) => {
      const path = '/api/Units/ForRent?$select=UnitId,Characteristics($select=Code)'
      const rows = await app.rows<{ Characteristics: readonly object[] }>(path)
      const parts = rows.flatMap((row) => row.Characteristics)
      expect(parts.length).toBeGreaterThan(0)
      for (const part of parts) expect(Object.keys(part)).toEqual(['Code'])
      expect(await app.rows(path.replace('($select=Code)', '/Code'))).toEqual(rows)
    },
  },
  {
    line: '4.01 Intermediate 9',
    check: (app) =>
      expectMembers(app, "$filter=$this ne 'Unit';$orderby=$this desc;$top=2", {
        Entities: ['Tenant', 'Lease'],
      }),
  },
  {
    line: '4.01 Advanced 5.1',
    check: (app) =>
      expectMembers(app, "$filter=contains($this,'n')", {
        Entities: ['Building', 'Tenant', 'Unit'],
      }),
  },
  {
    line: '4.01 Advanced 5.2',
    check: (app) =>
      expectMembers(app, '$orderby=$this desc', {
        Entities: ['Unit', 'Tenant', 'Lease', 'Building'],
      }),
  },
  {
    line: '4.01 Advanced 5.3',
    check: (app) =>
      expectMembers(app, '$count=true;$top=1', { 'Entities@count': 4, Entities: ['Building'] }),
  },
  {
    line: '4.01 Advanced 5.4',
    check: (app) => expectMembers(app, '$top=2;$skip=1', { Entities: ['Lease', 'Tenant'] }),
  },
  {
    line: '4.01 Advanced 5.5',
    check: (app) => expectMembers(app, '$search=lease OR unit', { Entities: ['Lease', 'Unit'] }),
  },
]

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
  {
    line: '4.0 Advanced 4',
    check: async (app) => {
      const units = await app.ids('/api/Buildings(630)/Units')
      const related = await app.ask('/api/Buildings(630)/Units/$count')
      expect([related.status, related.text]).toEqual([200, String(units.length)])
      const endpoint = await makeEndpoint(app, ['Lease', 'Unit', 'Tenant'])
      const members = await app.ask(`${endpoint}/Entities/$count`, { as: 'administrator' })
      expect([members.status, members.text]).toEqual([200, '3'])
    },
  },
  ...memberChecks,
]
