/** The Data Aggregation extension 4.0: what is offered of it, and what is refused by name. */

import { expect } from 'vitest'
import type { TestApp } from '../../support/test-app.ts'
import type { LevelCheck } from './level-check.ts'

async function read(app: TestApp, path: string): Promise<unknown> {
  const { status, json } = await app.ask(path)
  expect([path, status]).toEqual([path, 200])
  // A list has this form (JSON Format 4.01 §12).
  return (json as { readonly value: unknown }).value
}

async function expectRefused(app: TestApp, ...applied: readonly string[]): Promise<void> {
  for (const apply of applied) {
    const { status, json } = await app.ask(`/api/Buildings?$apply=${apply}`)
    expect([apply, status, json]).toMatchObject([
      apply,
      501,
      { error: { code: 'NOT_IMPLEMENTED' } },
    ])
  }
}

/** The demonstration's building 630 has 64 units, 63 of them with 4.5 rooms and one with 5.5. */
const units = '/api/Buildings(630)/Units'

export const aggregation: readonly LevelCheck[] = [
  {
    line: 'Aggregation 4.0 3',
    check: async (app) => {
      const apply = '$apply=groupby((NumberOfRooms),aggregate($count as N))'
      expect(
        await read(
          app,
          `${units}?${apply}&$filter=N gt 1&$compute=N mul 2 as D&$orderby=N desc&$select=NumberOfRooms,D&$top=5`,
        ),
      ).toEqual([{ NumberOfRooms: 4.5, D: 126 }])
      expect((await app.ask(`${units}/$count?${apply}`)).text).toBe('2')
      expect((await app.ask(`/api/Buildings(630)?${apply}`)).status).toBe(400)
    },
  },
  {
    line: 'Aggregation 4.0 3.2.1',
    check: async (app) => {
      expect(
        await read(
          app,
          `${units}?$apply=aggregate(NumberOfRooms with sum as S,NumberOfRooms with min as A,NumberOfRooms with max as B,NumberOfRooms with average as V,NumberOfRooms with countdistinct as D,$count as N)`,
        ),
      ).toEqual([{ S: 289, A: 4.5, B: 5.5, V: 4.515625, D: 2, N: 64 }])
    },
  },
  {
    line: 'Aggregation 4.0 3.2.1.1',
    check: async (app) => {
      expect(
        await read(
          app,
          `${units}?$apply=aggregate(Building/Id with sum as Once,Building/Units/$count as All)`,
        ),
      ).toEqual([{ Once: 630, All: 64 }])
    },
  },
  {
    line: 'Aggregation 4.0 3.2.1.5',
    unsupported: 'Alone, `from` works; beside other aggregates nobody needs it.',
    check: async (app) => {
      expect(
        await read(app, `${units}?$apply=aggregate($count from NumberOfRooms with max as M)`),
      ).toEqual([{ M: 63 }])
      await expectRefused(app, 'aggregate($count from City with max as M,$count as N)')
    },
  },
  {
    line: 'Aggregation 4.0 3.2.1.6',
    unsupported: 'The model declares none.',
    check: (app) => expectRefused(app, 'aggregate(Id with Primmo.HApi.Median as M)'),
  },
  {
    line: 'Aggregation 4.0 3.2.2',
    check: async (app) => {
      expect(
        await read(
          app,
          `${units}?$apply=concat(aggregate($count as UI5__count),orderby(Id)/top(1))&$select=UI5__count,BuildingId`,
        ),
      ).toEqual([{ UI5__count: 64 }, { BuildingId: 630 }])
    },
  },
  {
    line: 'Aggregation 4.0 3.2.3',
    check: async (app) => {
      expect(
        await read(
          app,
          `${units}?$apply=groupby((Building/City,NumberOfRooms),topcount(2,Id)/aggregate($count as N))&$orderby=NumberOfRooms`,
        ),
      ).toEqual([
        { Building: { City: 'Québec' }, NumberOfRooms: 4.5, N: 2 },
        { Building: { City: 'Québec' }, NumberOfRooms: 5.5, N: 1 },
      ])
    },
  },
  {
    line: 'Aggregation 4.0 3.2.3.2',
    check: async (app) => {
      expect(
        await read(
          app,
          `${units}?$apply=groupby((rollup(Building/City,NumberOfRooms)),aggregate($count as N))&$orderby=N`,
        ),
      ).toEqual([
        { Building: { City: 'Québec' }, NumberOfRooms: 5.5, N: 1 },
        { Building: { City: 'Québec' }, NumberOfRooms: 4.5, N: 63 },
        { Building: { City: 'Québec' }, N: 64 },
      ])
    },
  },
  {
    line: 'Aggregation 4.0 3.3.1',
    check: async (app) => {
      const kept: readonly (readonly [string, number])[] = [
        ['topcount(3,NumberOfRooms)', 3],
        ['topsum(10,NumberOfRooms)', 2],
        ['toppercent(50,NumberOfRooms)', 32],
        ['bottomcount(3,NumberOfRooms)', 3],
        ['bottomsum(10,NumberOfRooms)', 3],
        ['bottompercent(50,NumberOfRooms)', 33],
      ]
      for (const [apply, count] of kept)
        expect([apply, (await app.ask(`${units}/$count?$apply=${apply}`)).text]).toEqual([
          apply,
          String(count),
        ])
    },
  },
  {
    line: 'Aggregation 4.0 3.3.2',
    check: async (app) => {
      expect(
        await read(
          app,
          '/api/Buildings?$apply=search(pins)/filter(City ne null)/orderby(Id desc)/skip(0)/top(1)/identity&$select=Name',
        ),
      ).toEqual([{ Name: 'Les Pins' }])
    },
  },
  {
    line: 'Aggregation 4.0 3.4.2',
    check: async (app) => {
      expect(
        await read(
          app,
          `${units}?$apply=compute(NumberOfRooms mul 2 as D)/groupby((D),aggregate($count as N))&$orderby=N`,
        ),
      ).toEqual([
        { D: 11, N: 1 },
        { D: 9, N: 63 },
      ])
    },
  },
  {
    line: 'Aggregation 4.0 3.4.3',
    unsupported: 'Rows of rows: `$expand` with `$apply` gives them.',
    check: (app) => expectRefused(app, 'addnested(Units,identity as U)'),
  },
  {
    line: 'Aggregation 4.0 3.5.1',
    unsupported: 'The set at the other end of the relation gives the same rows.',
    check: (app) => expectRefused(app, 'join(Units as Unit)', 'outerjoin(Units as Unit)'),
  },
  {
    line: 'Aggregation 4.0 3.5.2',
    unsupported: 'Rows of rows: several requests of one `$batch` give them.',
    check: (app) => expectRefused(app, 'nest(identity as All)'),
  },
  {
    line: 'Aggregation 4.0 3.6',
    check: async (app) => {
      expect(
        await read(
          app,
          '/api/Buildings?$filter=Units/aggregate(NumberOfRooms with max) eq 5.5 and Id eq 630&$compute=Units/aggregate($count) as N&$select=N',
        ),
      ).toEqual([{ N: 64 }])
      expect(
        await read(
          app,
          `${units}?$filter=NumberOfRooms gt $these/aggregate(NumberOfRooms with average)&$select=NumberOfRooms`,
        ),
      ).toEqual([{ NumberOfRooms: 5.5 }])
    },
  },
  {
    line: 'Aggregation 4.0 3.7',
    check: async (app) => {
      expect(
        await read(
          app,
          `${units}?$apply=groupby((rollup(Building/City,NumberOfRooms)),aggregate($count as N))&$filter=not isdefined(NumberOfRooms) and not isdefined(Floor)`,
        ),
      ).toEqual([{ Building: { City: 'Québec' }, N: 64 }])
    },
  },
  {
    line: 'Aggregation 4.0 3.8',
    check: async (app) => {
      expect(
        await read(
          app,
          '/api/Buildings?$filter=Id in (628,630)&$select=Id&$expand=Units($apply=aggregate($count as N,NumberOfRooms with max as M))',
        ),
      ).toEqual([
        { Units: [{ N: 0, M: null }], Id: 628 },
        { Units: [{ N: 64, M: 5.5 }], Id: 630 },
      ])
    },
  },
  {
    line: 'Aggregation 4.0 4',
    unsupported: 'products of sets are read, not aggregated.',
    check: async (app) => {
      const { status } = await app.ask('/api/$crossjoin(Units)?$apply=groupby((Units/Floor))')
      expect(status).toBe(501)
    },
  },
  {
    line: 'Aggregation 4.0 6',
    unsupported: 'The metadata declare no hierarchies.',
    check: (app) =>
      expectRefused(
        app,
        'ancestors($root/Buildings,H,Id,identity)',
        'descendants($root/Buildings,H,Id,identity)',
        'traverse($root/Buildings,H,Id,preorder)',
        'groupby((rolluprecursive($root/Buildings,H,Id)))',
      ),
  },
]
