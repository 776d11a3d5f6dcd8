/** What the first request to any OData service relies on. */

import { expect } from 'vitest'
import type { LevelCheck } from './level-check.ts'

export const basics: readonly LevelCheck[] = [
  {
    line: '4.0 Minimal 1',
    check: async (app) => {
      const { status, json } = await app.ask('/api/', {
        headers: { 'OData-MaxVersion': '4.0' },
      })
      expect(status).toBe(200)
      expect(json).toMatchObject({
        '@odata.context': `${app.baseUrl}/api/$metadata`,
        value: expect.arrayContaining([
          expect.objectContaining({ name: 'Buildings', kind: 'EntitySet', url: 'Buildings' }),
        ]),
      })
    },
  },
  {
    line: '4.0 Minimal 11',
    check: async (app) => {
      // Reads change nothing, HEAD is GET without its body, and what is not there is said so.
      const path = '/api/Buildings?$orderby=Id'
      const first = await app.ask(path)
      await app.ask(path, { method: 'HEAD' })
      expect((await app.ask(path)).text).toBe(first.text)
      expect((await app.ask('/api/Buildings(-1)')).status).toBe(404)
      expect((await app.ask('/api/Buildings(1)/Nothing')).status).toBe(404)
      // A single relation that leads nowhere is no content (Protocol §11.2.7).
      expect((await app.ask('/api/Notes?$top=0')).json).toEqual({ value: [] })
    },
  },
  {
    line: '4.0 Intermediate 2',
    check: async (app) => {
      for (const [query, status] of [
        ['$filter=Name eq', 400],
        ['$filter=(Id eq 1', 400],
        ['$orderby=Name sideways', 400],
        ['$expand=Units($top=-1)', 400],
        ['$filter=geo.distance(Latitude,Longitude) lt 1', 501],
        ['$index=1', 501],
      ] as const)
        expect([query, (await app.ask(`/api/Buildings?${query}`)).status]).toEqual([query, status])
    },
  },
]
