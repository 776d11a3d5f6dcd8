/** `$compute` (Protocol 4.01 §11.2.5.3). */

import { expect } from 'vitest'
import type { TestApp } from '../../support/test-app.ts'
import type { LevelCheck } from './level-check.ts'

async function read(app: TestApp, path: string): Promise<unknown> {
  const { status, json } = await app.ask(path)
  expect([path, status]).toEqual([path, 200])
  return json
}

export const compute: readonly LevelCheck[] = [
  {
    line: '4.01 Intermediate 8',
    check: async (app) => {
      expect(
        await read(
          app,
          '/api/Buildings?$filter=Id eq 630&$compute=Id mul 2 as Twice&$select=Twice',
        ),
      ).toEqual({ value: [{ Twice: 1260 }] })
    },
  },
  {
    line: '4.01 Advanced 4',
    check: async (app) => {
      expect(
        await read(
          app,
          '/api/Buildings?$compute=Id mul 2 as Twice&$filter=Twice in (1260,1256)&$orderby=Twice desc&$select=Id,Twice',
        ),
      ).toEqual({
        value: [
          { Id: 630, Twice: 1260 },
          { Id: 628, Twice: 1256 },
        ],
      })
      expect(
        await read(
          app,
          '/api/Buildings(630)?$select=Id&$expand=Units($compute=Id sub 2000 as Rest;$filter=Rest eq 909;$orderby=Rest;$select=Id,Rest)',
        ),
      ).toEqual({ Id: 630, Units: [{ Id: 2909, Rest: 909 }] })
    },
  },
  {
    line: '4.0 Advanced 9.9',
    check: async (app) => {
      expect(
        await read(
          app,
          '/api/Buildings(630)?$select=Id&$expand=Units($filter=Id eq 2909;$compute=Id add 1 as Next;$select=Next)',
        ),
      ).toEqual({ Id: 630, Units: [{ Next: 2910 }] })
    },
  },
  ...(['4.0 Advanced 16', '4.01 Minimal 15'] as const).map(
    (line): LevelCheck => ({
      line,
      check: async (app) => {
        expect(
          await read(app, '/api/Buildings(630)?$compute=Id div 10 as Tens&$select=Tens'),
        ).toEqual({ Tens: 63 })
      },
    }),
  ),
]
