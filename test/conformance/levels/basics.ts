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
]
