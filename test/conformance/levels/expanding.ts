/** `$expand` and its nested options (URL Conventions 4.01 §5.1.3, Protocol 4.01 §11.2.5.2). */

import { expect } from 'vitest'
import type { TestApp } from '../../support/test-app.ts'
import type { LevelCheck } from './level-check.ts'
import { readAware } from './resources.ts'

interface BuildingWithUnits {
  readonly Units: readonly { readonly Id: number; readonly UnitCode: string }[]
}

/** Identifiers of the units that an expand gives of one building. */
async function expandedIds(app: TestApp, options: string): Promise<readonly number[]> {
  const answer = (await readAware(
    app,
    `/api/Buildings(630)?$expand=Units(${options})`,
  )) as BuildingWithUnits
  return answer.Units.map(({ Id }) => Id)
}

/** The same units asked for by their own set: another way to the same rows. */
function unitIds(app: TestApp, query: string): Promise<readonly number[]> {
  return app.ids(`/api/Units?$filter=BuildingId eq 630${query}`)
}

async function isExpandedAs(app: TestApp, options: string, query: string): Promise<void> {
  const ids = await unitIds(app, query)
  expect(ids.length).toBeGreaterThan(0)
  expect(await expandedIds(app, options)).toEqual(ids)
}

export const expanding: readonly LevelCheck[] = [
  { line: '4.0 Minimal 12', check: (app) => isExpandedAs(app, '$orderby=Id', '&$orderby=Id') },
  {
    line: '4.0 Intermediate 14',
    check: async (app) => {
      const unit = (await readAware(app, '/api/Units(2909)?$expand=Building')) as {
        Building: unknown
      }
      expect(unit.Building).toMatchObject({ Id: 630, Name: 'Les Pins' })
    },
  },
  { line: '4.0 Advanced 9', check: (app) => isExpandedAs(app, '$orderby=Id', '&$orderby=Id') },
  {
    line: '4.0 Advanced 9.1',
    check: async (app) => {
      const ids = await unitIds(app, '&$orderby=Id')
      expect(await readAware(app, '/api/Buildings(630)?$expand=Units/$ref')).toMatchObject({
        Units: ids.map((id) => ({ '@odata.id': `Units(${id})` })),
      })
    },
  },
  {
    line: '4.0 Advanced 9.2',
    check: (app) =>
      isExpandedAs(app, "$filter=UnitCode gt '7';$orderby=Id", " and UnitCode gt '7'&$orderby=Id"),
  },
  {
    line: '4.0 Advanced 9.4',
    check: (app) => isExpandedAs(app, '$orderby=UnitCode desc,Id', '&$orderby=UnitCode desc,Id'),
  },
  {
    line: '4.0 Advanced 9.5',
    check: async (app) => {
      const ids = await unitIds(app, '')
      expect(
        await readAware(app, '/api/Buildings(630)?$expand=Units($count=true;$top=1)'),
      ).toMatchObject({ 'Units@odata.count': ids.length, Units: [expect.anything()] })
    },
  },
  {
    line: '4.0 Advanced 9.6',
    check: async (app) => {
      await isExpandedAs(app, '$orderby=Id;$top=2;$skip=1', '&$orderby=Id&$top=2&$skip=1')
      await isExpandedAs(app, '$orderby=Id;$skip=1', '&$orderby=Id&$skip=1')
    },
  },
  {
    line: '4.0 Advanced 9.7',
    check: (app) => isExpandedAs(app, '$search=775;$orderby=Id', '&$search=775&$orderby=Id'),
  },
  {
    line: '4.0 Advanced 9.8',
    check: async (app) => {
      for (const [id, parent] of [
        [2, 1],
        [3, 2],
      ])
        await app.sql(
          'update service_call_categories set parent_id = $2 where account_id = 1 and id = $1',
          [id, parent],
        )
      const path = '/api/ServiceCallCategories(3)?$select=Id&$expand=Parent('
      for (const levels of ['2', '3', 'max'])
        expect((await app.ask(`${path}$select=Id;$levels=${levels})`)).json).toMatchObject({
          Id: 3,
          Parent: { Id: 2, Parent: { Id: 1 } },
        })
      const { json } = await app.ask(`${path}$select=Id;$levels=1)`)
      expect(json).toEqual({ Id: 3, Parent: { Id: 2 } })
      expect((await app.ask(`${path}$levels=0)`)).status).toBe(400)
    },
  },
  {
    line: '4.01 Advanced 9',
    check: async (app) => {
      const ids = await unitIds(app, ' and NumberOfRooms gt 4&$orderby=Id')
      expect(ids.length).toBeGreaterThan(0)
      expect(await expandedIds(app, '@r=4;$filter=NumberOfRooms gt @r;$orderby=Id')).toEqual(ids)
    },
  },
  {
    line: '4.0 Intermediate 7.5',
    check: (app) =>
      isExpandedAs(
        app,
        '$filter=NumberOfRooms gt 4;$orderby=Id',
        ' and NumberOfRooms gt 4&$orderby=Id',
      ),
  },
]
