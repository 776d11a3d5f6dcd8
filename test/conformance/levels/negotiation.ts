/** Versions, formats, preferences: what requests ask of the form of their answers. */

import { expect } from 'vitest'
import { createFeed, revokeFeed } from '../../../src/auth/feeds.ts'
import { passwords, within1s } from '../../auth/support.ts'
import type { LevelCheck } from './level-check.ts'

const V401 = { 'OData-MaxVersion': '4.01' }

export const negotiation: readonly LevelCheck[] = [
  {
    line: '4.0 Minimal 2',
    check: async (app) => {
      for (const accept of ['application/json', 'application/json;odata.metadata=minimal']) {
        const { headers, json } = await app.ask('/api/Buildings?$top=1', { headers: { accept } })
        expect(headers['content-type']).toBe(accept)
        expect(json).toHaveProperty('value')
      }
    },
  },
  {
    line: '4.0 Minimal 4',
    check: async (app) => {
      for (const path of ['/api', '/api/$metadata', '/api/Buildings', '/api/Nothing']) {
        expect((await app.ask(path)).headers['odata-version']).toBe('4.0')
        expect((await app.ask(path, { headers: V401 })).headers['odata-version']).toBe('4.01')
      }
    },
  },
  {
    line: '4.0 Minimal 5a',
    check: async (app) => {
      for (const accept of [
        'text/csv',
        'application/json;version=1',
        'application/json;odata.metadata=x',
      ])
        expect((await app.ask('/api/Buildings', { headers: { accept } })).status).toBe(406)
      const { headers } = await app.ask('/api/Buildings?$top=1', {
        headers: { accept: 'application/json' },
      })
      expect(headers['content-type']).not.toContain('charset')
    },
  },
  {
    line: '4.0 Minimal 5b',
    check: async (app) => {
      for (const [max, status, version] of [
        ['3.0', 400, '4.0'],
        ['4.0', 200, '4.0'],
        ['4.01', 200, '4.01'],
        ['5.0', 200, '4.01'],
      ] as const) {
        const answer = await app.ask('/api/Buildings(630)', {
          headers: { 'OData-MaxVersion': max },
        })
        expect([max, answer.status, answer.headers['odata-version']]).toEqual([
          max,
          status,
          version,
        ])
      }
    },
  },
  {
    line: '4.0 Minimal 6',
    check: async (app) => {
      const plain = await app.ask('/api/Buildings(630)')
      const answer = await app.ask('/api/Buildings(630)?custom=1&debug-mode=true', {
        headers: { 'X-Unknown': '1', prefer: 'unknown, other=1; and="more"' },
      })
      expect([answer.status, answer.text]).toEqual([200, plain.text])
      expect(answer.headers['preference-applied']).toBeUndefined()
    },
  },
  {
    line: '4.0 Minimal 9',
    check: async (app) => {
      // What a client needs is there without any annotation, header or parameter of ours.
      const plain = await app.ask('/api/Buildings(630)')
      const full = await app.ask('/api/Buildings(630)', {
        headers: { accept: 'application/json;odata.metadata=full' },
      })
      const own = Object.entries(full.json as object).filter(([name]) => !/[@#]/.test(name))
      expect(Object.fromEntries(own)).toEqual(plain.json)
      const control = Object.keys(full.json as object).filter((name) => name.includes('@'))
      expect(control.filter((name) => !name.includes('@odata.'))).toEqual([])
    },
  },
  {
    line: '4.0 Minimal 14',
    check: async (app) => {
      const { json, headers } = await app.ask('/api/Units(1448)?$select=Id,AskingRent', {
        headers: { accept: 'application/json;odata.metadata=full;IEEE754Compatible=true' },
      })
      expect(json).toMatchObject({
        '@odata.type': '#Primmo.HApi.Unit',
        '@odata.id': 'Units(1448)',
        'AskingRent@odata.type': '#Decimal',
        AskingRent: expect.stringMatching(/^\d+\.\d\d$/),
      })
      expect(headers['content-type']).toBe(
        'application/json;odata.metadata=full;IEEE754Compatible=true',
      )
      const none = await app.ask('/api/Units(1448)?$select=Id', {
        headers: { accept: 'application/json;odata.metadata=none', 'odata-maxversion': '4.0' },
      })
      expect(none.json).toEqual({ Id: 1448 })
      const page = await app.ask('/api/Units', { headers: { prefer: 'odata.maxpagesize=3' } })
      expect(page.headers['preference-applied']).toBe('odata.maxpagesize=3')
      expect(page.json).toHaveProperty(['@odata.nextLink'])
    },
  },
  {
    line: '4.0 Intermediate 10',
    check: async (app) => {
      const feed = await createFeed(app.db.database, passwords, {
        databaseName: 'DEV/ALEX',
        name: 'Conformance',
        modules: ['core'],
      })
      const headers = { authorization: `Basic ${btoa(`${feed.userName}:${feed.password}`)}` }
      const read = async (): Promise<number> =>
        (await app.ask('/api/Buildings?$top=1', { as: null, headers })).status
      expect(await within1s(async () => (await read()) === 200)).toBe(true)
      const { headers: offered } = await app.ask('/api/Buildings', { as: null })
      expect(offered['www-authenticate']).toContain('Basic realm=')
      await revokeFeed(app.db.database, feed.userName)
      expect(await within1s(async () => (await read()) === 401)).toBe(true)
    },
  },
  {
    line: '4.01 Minimal 2',
    check: async (app) => {
      const { json, headers } = await app.ask('/api/Units?$top=1&$count=true', {
        headers: { ...V401, accept: 'application/json;metadata=full' },
      })
      expect(headers['content-type']).toBe('application/json;metadata=full')
      expect(json).toMatchObject({
        '@context': `${app.baseUrl}/api/$metadata#Units`,
        '@count': expect.any(Number),
        value: [{ '@type': '#Primmo.HApi.Unit', '@id': expect.stringMatching(/^Units\(\d+\)$/) }],
      })
      expect(JSON.stringify(json)).not.toContain('@odata.')
    },
  },
  {
    line: '4.01 Minimal 4',
    check: async (app) => {
      for (const prefix of ['', 'odata.']) {
        const { json, headers } = await app.ask('/api/Units', {
          headers: {
            accept: `application/json;${prefix}metadata=minimal;${prefix}streaming=true`,
            prefer: `${prefix}maxpagesize=2`,
            ...(prefix === '' ? V401 : {}),
          },
        })
        expect(headers['preference-applied']).toBe(`${prefix}maxpagesize=2`)
        expect(headers['content-type']).toBe(
          `application/json;${prefix}metadata=minimal;${prefix}streaming=true`,
        )
        expect((json as { value: unknown[] }).value).toHaveLength(2)
      }
      for (const header of ['Isolation', 'OData-Isolation'])
        expect((await app.ask('/api/Units', { headers: { [header]: 'none' } })).status).toBe(412)
    },
  },
  {
    line: '4.01 Minimal 5',
    check: async (app) => {
      expect((await app.ask('/api/$metadata')).text).toContain('Core.SchemaVersion')
      for (const [version, status] of [
        ['*', 200],
        ['nothing', 404],
      ] as const)
        expect((await app.ask(`/api/Buildings?$top=1&$schemaversion=${version}`)).status).toBe(
          status,
        )
    },
  },
]
