/** The forms in which addresses and options may be written (URL Conventions 4.01 §4, §5). */

import { expect } from 'vitest'
import type { TestApp } from '../../support/test-app.ts'
import type { LevelCheck } from './level-check.ts'
import { readAware } from './resources.ts'

/** Every address gives what the first one does, which is something. */
async function expectSame(app: TestApp, paths: readonly [string, ...string[]]): Promise<void> {
  const first = await app.ask(paths[0])
  expect([paths[0], first.status, first.text]).toEqual([
    paths[0],
    200,
    expect.stringMatching(/[[{].*\w.*[\]}]|^\d+$/),
  ])
  for (const path of paths) {
    const answer = await app.ask(path)
    expect([path, answer.status, answer.text]).toEqual([path, 200, first.text])
  }
}

async function expectStatus(app: TestApp, path: string, status: number): Promise<void> {
  expect([path, (await app.ask(path)).status]).toEqual([path, status])
}

export const addressing: readonly LevelCheck[] = [
  {
    line: '4.0 Minimal 7',
    check: async (app) => {
      await expectStatus(app, '/api/Buildings?$filter=', 400)
      await expectStatus(app, '/api/Buildings?$orderby=Name up', 400)
      await expectStatus(
        app,
        "/api/Buildings?$filter=geo.length(geography'SRID=0;Point(0 0)') eq 1",
        501,
      )
      await expectStatus(app, '/api/Units/$filter(Id eq 1)/$each', 501)
    },
  },
  {
    line: '4.0 Intermediate 4',
    check: async (app) => {
      // No type of the model is derived from another one: only the own type can be cast to.
      await expectSame(app, ['/api/Buildings', '/api/Buildings/Primmo.HApi.Building'])
      await expectStatus(app, '/api/Buildings/Primmo.HApi.Unit', 400)
    },
  },
  {
    line: '4.0 Advanced 9.3',
    check: async (app) => {
      const expand = '/api/Buildings?$select=Id&$expand='
      await expectSame(app, [
        `${expand}Units($select=Id)`,
        `${expand}Units/Primmo.HApi.Unit($select=Id)`,
        `${expand}Primmo.HApi.Building/Units($select=Id)`,
      ])
      await expectStatus(app, `${expand}Units/Primmo.HApi.Building`, 400)
    },
  },
  {
    line: '4.0 Advanced 12',
    check: async (app) => {
      await expectSame(app, [
        '/api/Buildings(630)',
        '/api/Buildings(Id=630)',
        "/api/Buildings(CompanyNo=3,DivisionNo=1,BuildingCode='1000PINS')",
        '/api/Units(2909)/Building',
        '/api/$entity?$id=Buildings(630)',
        `/api/$entity?$id=${app.baseUrl}/api/Buildings(630)`,
        '/api/$entity/Primmo.HApi.Building?$id=Buildings(630)',
      ])
      await expectSame(app, ['/api/Buildings/$count', '/api/$all/Primmo.HApi.Building/$count'])
      expect(await readAware(app, '/api/Units(2909)/Building/$ref')).toEqual({
        '@odata.context': `${app.baseUrl}/api/$metadata#$ref`,
        '@odata.id': 'Buildings(630)',
      })
    },
  },
  {
    line: '4.0 Advanced 12',
    unsupported:
      '`$all` of all types at once: a list without a table, an order or a right of its own; `$all/` and a type is answered',
    check: (app) => expectStatus(app, '/api/$all', 501),
  },
  {
    line: '4.0 Advanced 15',
    check: async (app) => {
      const units = await app.rows<{ Id: number; BuildingId: number }>(
        '/api/Units?$orderby=BuildingId,Id',
      )
      expect(
        await readAware(
          app,
          '/api/$crossjoin(Buildings,Units)?$filter=Buildings/Id eq Units/BuildingId',
        ),
      ).toEqual({
        '@odata.context': `${app.baseUrl}/api/$metadata#Collection(Edm.ComplexType)`,
        value: units.map(({ Id, BuildingId }) => ({
          'Buildings@odata.navigationLink': `Buildings(${BuildingId})`,
          'Units@odata.navigationLink': `Units(${Id})`,
        })),
      })
    },
  },
  {
    line: '4.01 Minimal 6',
    check: (app) =>
      expectSame(app, [
        '/api/Buildings?$select=Id&$expand=Units($select=Id;$filter=NumberOfRooms gt 3;$top=2)&$top=3',
        '/api/Buildings?select=Id&expand=Units(select=Id;filter=NumberOfRooms gt 3;top=2)&top=3',
      ]),
  },
  {
    line: '4.01 Minimal 7',
    check: (app) =>
      expectSame(app, [
        "/api/Units?$select=Id&$filter=contains(UnitCode,'7') and not (NumberOfRooms gt 4)&$orderby=Id desc",
        "/api/Units?$SELECT=Id&$Filter=Contains(UnitCode,'7') AND NOT (NumberOfRooms GT 4)&$orderBy=Id DESC",
        "/api/Units?Select=Id&FILTER=CONTAINS(UnitCode,'7') And Not (NumberOfRooms Gt 4)&OrderBy=Id Desc",
      ]),
  },
  {
    line: '4.01 Minimal 8',
    check: async (app) => {
      const { text } = await app.ask(
        '/api/BUILDINGS(630)?$select=id,NAME&$expand=units($select=UNITCODE;$top=1)',
      )
      expect(Object.keys(JSON.parse(text) as object)).toEqual(['Units', 'Id', 'Name'])
      expect(text).toContain('"UnitCode"')
    },
  },
  {
    line: '4.01 Minimal 9',
    check: async (app) => {
      for (const version of ['4.0', '4.01'] as const) {
        const rows = await readAware(
          app,
          '/api/Buildings?filter=Id in (628,630)&select=Id',
          version,
        )
        expect(rows).toMatchObject({ value: [{ Id: 628 }, { Id: 630 }] })
        expect(
          await readAware(app, '/api/Buildings?$filter=Id eq 628 or Id eq 630&$select=Id', version),
        ).toMatchObject({ value: [{ Id: 628 }, { Id: 630 }] })
      }
    },
  },
  {
    line: '4.01 Minimal 9.3',
    check: (app) => expectSame(app, ['/api/Units/ForRent', '/api/Units/ForRent()']),
  },
  {
    line: '4.01 Minimal 9.5',
    check: (app) =>
      expectSame(app, [
        '/api/Units/Primmo.HApi.ForRent()',
        '/api/Units/ForRent()',
        '/api/Units/ForRent',
      ]),
  },
  {
    line: '4.01 Minimal 9.6',
    check: async (app) => {
      await expectSame(app, [
        '/api/Buildings(630)',
        '/api/Buildings(@k)?@k=630',
        '/api/Buildings(Id=@k)?@k=630',
      ])
      await expectSame(app, [
        '/api/Units/ForRent(StartDate=2026-07-01,EndDate=2026-07-31)',
        '/api/Units/ForRent(StartDate=@s,EndDate=@e)?@s=2026-07-01&@e=2026-07-31',
      ])
    },
  },
  {
    line: '4.01 Minimal 9.7',
    check: (app) =>
      expectSame(app, [
        '/api/Units/ForRent(StartDate=2026-07-01,EndDate=2026-07-31)',
        '/api/Units/ForRent?StartDate=2026-07-01&EndDate=2026-07-31',
        '/api/Units/ForRent?@StartDate=2026-07-01&@EndDate=2026-07-31',
        '/api/Units/ForRent(StartDate=2026-07-01)?@EndDate=2026-07-31',
      ]),
  },
  {
    line: '4.01 Minimal 9.12',
    check: (app) =>
      expectSame(app, [
        '/api/Buildings(630)/Units(2909)',
        '/api/Buildings/630/Units/2909',
        '/api/Buildings(630)/Units/2909',
      ]),
  },
]
