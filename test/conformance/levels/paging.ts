/** Which rows an answer holds, and in which order (Protocol 4.01 §11.2.6). */

import { expect } from 'vitest'
import type { TestApp } from '../../support/test-app.ts'
import type { LevelCheck } from './level-check.ts'

interface Page {
  readonly value: readonly { readonly Id: number }[]
  readonly '@odata.nextLink'?: string
  readonly '@odata.count'?: number
  readonly '@odata.deltaLink'?: string
}

async function pageAt(app: TestApp, path: string, prefer = ''): Promise<Page> {
  const answer = await app.ask(path.replace(app.baseUrl, ''), { headers: { prefer } })
  expect([path, answer.status]).toEqual([path, 200])
  // A collection, as every path below addresses.
  return answer.json as Page
}

const idsOf = ({ value }: Page): readonly number[] => value.map(({ Id }) => Id)

/** Computed without the service. */
const buildings = (app: TestApp, order = 'id'): Promise<readonly number[]> =>
  app.column(`select id from buildings where account_id = 1 order by ${order}`)

export const paging: readonly LevelCheck[] = [
  {
    line: '4.0 Minimal 3',
    check: async (app) => {
      const all = await buildings(app)
      expect(idsOf(await pageAt(app, '/api/Buildings?$select=Id'))).toEqual(all)
      const told: number[] = []
      let next: string | undefined = '/api/Buildings?$select=Id'
      while (next !== undefined) {
        const page: Page = await pageAt(app, next, 'odata.maxpagesize=5')
        expect(page.value.length).toBeLessThanOrEqual(5)
        told.push(...idsOf(page))
        next = page['@odata.nextLink']
      }
      expect(told).toEqual(all)
    },
  },
  {
    line: '4.0 Advanced 6',
    check: async (app) => {
      const all = await buildings(app, 'name desc, id')
      const path = '/api/Buildings?$orderby=Name desc&$select=Id'
      for (const skip of [0, 1, all.length - 1, all.length, all.length + 1])
        expect(idsOf(await pageAt(app, `${path}&$skip=${skip}`))).toEqual(all.slice(skip))
    },
  },
  {
    line: '4.0 Advanced 7',
    check: async (app) => {
      const { length } = await buildings(app)
      for (const query of ['', '&$top=2', '&$skip=3', '&$top=0', '&$top=1&$skip=2'])
        expect(
          (await pageAt(app, `/api/Buildings?$count=true&$select=Id${query}`))['@odata.count'],
        ).toBe(length)
      const none = await pageAt(app, '/api/Buildings?$count=false&$select=Id')
      expect(none['@odata.count']).toBeUndefined()
      expect((await app.ask('/api/Buildings?$count=maybe')).status).toBe(400)
    },
  },
  {
    line: '4.0 Advanced 8',
    check: async (app) => {
      // Null comes before all values, and after them in descending order (§11.2.6.2).
      for (const [asked, order] of [
        ['ConstructionYear,Id desc', 'construction_year nulls first, id desc'],
        ['ConstructionYear desc', 'construction_year desc nulls last, id'],
        ['length(Name) desc', 'char_length(name) desc, id'],
      ] as const)
        expect(idsOf(await pageAt(app, `/api/Buildings?$orderby=${asked}&$select=Id`))).toEqual(
          await buildings(app, order),
        )
    },
  },
  {
    line: '4.0 Advanced 14',
    check: async (app) => {
      const first = await pageAt(app, '/api/Owners?$select=Id', 'odata.track-changes')
      await app.sql(
        `insert into owners select (jsonb_populate_record(o, jsonb_build_object('id', 990100 + n, 'owner_code', 'ZZ' || n))).*
           from owners o, generate_series(1, 2) n where o.account_id = 1 and o.id = 8`,
      )
      const added = await pageAt(app, first['@odata.deltaLink'] ?? '', 'odata.track-changes')
      expect(idsOf(added)).toEqual([990101, 990102])
      await app.sql('delete from owners where account_id = 1 and id in (990101, 990102)')
      const removed = await pageAt(app, added['@odata.deltaLink'] ?? '', 'odata.track-changes')
      expect(removed.value).toEqual(
        [990101, 990102].map((id) => ({
          '@odata.context': `${app.baseUrl}/api/$metadata#Owners/$deletedEntity`,
          id: `Owners(${id})`,
          reason: 'deleted',
        })),
      )
    },
  },
]
