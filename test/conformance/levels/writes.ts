/** Updatable services: the rows are the checks' own, and gone at their end. */

import { expect } from 'vitest'
import type { Answer, AskOptions, TestApp } from '../../support/test-app.ts'
import { rowOf } from '../../support/writing.ts'
import type { LevelCheck } from './level-check.ts'

const person = { LastName: 'Conforme', FirstName: 'Zoé', StartDate: '2026-01-01' }

function send(
  app: TestApp,
  method: string,
  path: string,
  body?: object,
  options: AskOptions = {},
): Promise<Answer> {
  return app.ask(path, {
    ...options,
    method,
    headers: { 'content-type': 'application/json', ...options.headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
}

/** A co-tenant of tenant 9101 for the time of the work. */
async function withCoTenant(
  app: TestApp,
  work: (path: string, created: Answer) => Promise<void>,
): Promise<void> {
  const created = await send(app, 'POST', '/api/CoTenants', { ...person, TenantId: 9101 })
  const path = `/api/CoTenants(${rowOf(created).Id})`
  await work(path, created)
  await send(app, 'DELETE', path)
}

/** A note without building for the time of the work. */
async function withNote(app: TestApp, work: (id: number) => Promise<void>): Promise<void> {
  const body = { LedgerDivisionId: 3, TenantId: 1, Body: 'x' }
  const { Id: id } = rowOf(await send(app, 'POST', '/api/Notes', body))
  await work(id)
  expect((await send(app, 'DELETE', `/api/Notes(${id})`)).status).toBe(204)
}

/** A destination of webhooks for the time of the work. */
async function withEndpoint(app: TestApp, work: (path: string) => Promise<void>): Promise<void> {
  const body = { Url: 'https://crm.example.com/primmo', Entities: ['Unit'] }
  const path = `/api/WebhookEndpoints(${rowOf(await send(app, 'POST', '/api/WebhookEndpoints', body)).Id})`
  await work(path)
  expect(await statusOf(send(app, 'DELETE', path))).toBe(204)
}

/** A building of the notes' division, and the notes that it has. */
async function buildingOfNotes(app: TestApp): Promise<{ path: string; notes: readonly number[] }> {
  const [building] = await app.ids('/api/Buildings?$filter=LedgerDivisionId eq 3&$top=1')
  const path = `/api/Buildings(${building})/Notes`
  return { path, notes: await app.ids(path) }
}

async function statusOf(answer: Promise<Answer>): Promise<number> {
  return (await answer).status
}

export const writes: readonly LevelCheck[] = [
  {
    line: '4.0 Minimal 10',
    check: (app) =>
      withCoTenant(app, async (path) => {
        // PATCH merges, PUT replaces.
        await send(app, 'PATCH', path, { Email: 'z@example.org' })
        expect((await app.ask(path)).json).toMatchObject({ ...person, Email: 'z@example.org' })
        await send(app, 'PUT', path, { ...person, TenantId: 9101 })
        expect((await app.ask(path)).json).toMatchObject({ ...person, Email: null })
      }),
  },
  {
    line: '4.0 Minimal 18',
    check: (app) =>
      withCoTenant(app, async (path) => {
        // The edit link is the canonical address, which clients compute.
        const context = { headers: { 'odata-maxversion': '4.0' } }
        expect((await app.ask(path, context)).json).not.toHaveProperty('@odata.editLink')
        expect(await statusOf(send(app, 'PATCH', path, { FirstName: 'Anne' }))).toBe(200)
      }),
  },
  {
    line: '4.0 Minimal 19',
    check: (app) =>
      withCoTenant(app, async (path, created) => {
        expect([created.status, (await app.ask(path)).json]).toEqual([201, created.json])
      }),
  },
  {
    line: '4.0 Minimal 20',
    check: async (app) => {
      const created = await send(app, 'POST', '/api/Tenants(9101)/CoTenants', person)
      expect(rowOf(created)['TenantId']).toBe(9101)
      expect(await statusOf(send(app, 'DELETE', `/api/CoTenants(${rowOf(created).Id})`))).toBe(204)
    },
  },
  {
    line: '4.0 Minimal 21',
    check: (app) =>
      withNote(app, async (id) => {
        const { path, notes } = await buildingOfNotes(app)
        const body = { '@odata.id': `${app.baseUrl}/api/Notes(${id})` }
        expect(await statusOf(send(app, 'POST', `${path}/$ref`, body))).toBe(204)
        expect(await app.ids(path)).toEqual([...notes, id])
      }),
  },
  {
    line: '4.0 Minimal 22',
    check: (app) =>
      withNote(app, async (id) => {
        const [building] = await app.ids('/api/Buildings?$filter=LedgerDivisionId eq 3&$top=1')
        const body = { '@odata.id': `${app.baseUrl}/api/Buildings(${building})` }
        expect(await statusOf(send(app, 'PUT', `/api/Notes(${id})/Building/$ref`, body))).toBe(204)
        expect(rowOf(await app.ask(`/api/Notes(${id})/Building`)).Id).toBe(building)
      }),
  },
  {
    line: '4.0 Minimal 23',
    check: (app) =>
      withCoTenant(app, async (path) => {
        const answer = await send(app, 'PATCH', path, { FirstName: 'Anne' })
        expect(rowOf(answer)).toMatchObject({ ...person, FirstName: 'Anne' })
      }),
  },
  {
    line: '4.0 Minimal 24',
    check: (app) =>
      withCoTenant(app, async (path) => {
        expect(await statusOf(send(app, 'DELETE', path))).toBe(204)
        expect(await statusOf(app.ask(path))).toBe(404)
      }),
  },
  {
    line: '4.0 Minimal 25',
    check: (app) =>
      withNote(app, async (id) => {
        const { path, notes } = await buildingOfNotes(app)
        const note = `${app.baseUrl}/api/Notes(${id})`
        await send(app, 'POST', `${path}/$ref`, { '@odata.id': note })
        expect(await statusOf(send(app, 'DELETE', `${path}/$ref?$id=${note}`))).toBe(204)
        expect(await app.ids(path)).toEqual(notes)
        // A single-valued one has no $id.
        await send(app, 'POST', `${path}/$ref`, { '@odata.id': note })
        expect(await statusOf(send(app, 'DELETE', `/api/Notes(${id})/Building/$ref`))).toBe(204)
        expect(await statusOf(app.ask(`/api/Notes(${id})/Building`))).toBe(204)
      }),
  },
  {
    line: '4.0 Minimal 26',
    check: (app) =>
      withCoTenant(app, async (path, created) => {
        const known = { headers: { 'if-match': String(created.headers['etag']) } }
        expect(await statusOf(send(app, 'PATCH', path, { FirstName: 'Anne' }, known))).toBe(200)
        for (const [method, at] of [
          ['PATCH', path],
          ['PUT', path],
          ['DELETE', path],
          ['PUT', `${path}/FirstName`],
          ['DELETE', `${path}/Email`],
        ] as const)
          expect(await statusOf(send(app, method, at, { value: 'Non' }, known))).toBe(412)
        expect((await app.ask(path)).json).toMatchObject({ ...person, FirstName: 'Anne' })
      }),
  },
  {
    line: '4.0 Minimal 27',
    check: (app) =>
      withCoTenant(app, async (path, { headers }) => {
        expect(headers['location']).toBe(`${app.baseUrl}${path}`)
      }),
  },
  {
    line: '4.0 Minimal 28',
    check: async (app) => {
      const body = { ...person, TenantId: 9101 }
      const minimal = { headers: { prefer: 'return=minimal' } }
      const { status, headers } = await send(app, 'POST', '/api/CoTenants', body, minimal)
      expect([status, headers['odata-entityid']]).toEqual([204, headers['location']])
      const path = String(headers['location']).slice(app.baseUrl.length)
      const patched = await send(app, 'PATCH', path, { FirstName: 'Anne' }, minimal)
      expect([patched.status, patched.headers['odata-entityid']]).toEqual([
        204,
        headers['location'],
      ])
      expect(await statusOf(send(app, 'DELETE', path))).toBe(204)
    },
  },
  {
    line: '4.0 Minimal 29',
    check: async (app) => {
      for (const method of ['PATCH', 'PUT']) {
        const answer = await send(app, method, '/api/CoTenants(999999)', person)
        expect([answer.status, answer.json]).toMatchObject([
          404,
          { error: { code: 'RECORD_NOT_FOUND', message: expect.stringContaining('999999') } },
        ])
      }
    },
  },
  {
    line: '4.0 Minimal 30',
    check: (app) =>
      withCoTenant(app, async (path) => {
        const put = await send(app, 'PUT', `${path}/FirstName`, { value: 'Anne' })
        expect([put.status, put.json]).toEqual([200, { value: 'Anne' }])
        expect((await app.ask(`${path}/FirstName`)).json).toEqual({ value: 'Anne' })
      }),
  },
  {
    line: '4.0 Minimal 31',
    check: (app) =>
      withCoTenant(app, async (path) => {
        await send(app, 'PATCH', path, { Email: 'z@example.org' })
        expect(await statusOf(send(app, 'DELETE', `${path}/Email`))).toBe(204)
        expect(await statusOf(app.ask(`${path}/Email`))).toBe(204)
        expect(await statusOf(send(app, 'DELETE', `${path}/LastName`))).toBe(400)
      }),
  },
  {
    line: '4.0 Minimal 32',
    check: async (app) => {
      const before = await app.ids('/api/Notes')
      const note = { LedgerDivisionId: 3, Body: 'x' }
      // Not even the first one is left of a request whose second one is wrong.
      const wrong = { Notes: [note, { Body: 'x' }] }
      expect(await statusOf(send(app, 'PATCH', '/api/Tenants(1)', wrong))).toBe(400)
      expect(await app.ids('/api/Notes')).toEqual(before)
      const answer = await send(app, 'POST', '/api/Tenants?dryRun=true', {
        CompanyNo: 3,
        DivisionNo: 2,
        LastName: 'Conforme',
        FirstName: 'Zoé',
        CoTenants: [person],
      })
      expect([answer.status, answer.json]).toMatchObject([201, { CoTenants: [person] }])
    },
  },
  {
    line: '4.0 Minimal 33',
    check: async (app) => {
      const made = ['a', 'b'].map(() =>
        send(app, 'POST', '/api/Notes', {
          CompanyNo: 3,
          DivisionNo: 2,
          TenantId: 9116,
          Body: 'each',
        }),
      )
      const ids = (await Promise.all(made)).map((answer) => rowOf(answer).Id)
      const path = `/api/Notes/$filter(@f)/$each?@f=Id in (${ids.join(',')})`
      expect(await statusOf(send(app, 'PATCH', path, { Body: 'all' }))).toBe(204)
      for (const id of ids)
        expect((await app.ask(`/api/Notes(${id})/Body/$value`)).text).toBe('all')
      expect(await statusOf(send(app, 'DELETE', path))).toBe(204)
      for (const id of ids) await expect(statusOf(app.ask(`/api/Notes(${id})`))).resolves.toBe(404)
    },
  },
  {
    line: '4.01 Minimal 9.4',
    check: (app) =>
      withEndpoint(app, async (path) => {
        // Without a body, without its type, and with an empty object.
        expect(await statusOf(app.ask(`${path}/Pause`, { method: 'POST' }))).toBe(200)
        expect(await statusOf(send(app, 'POST', `${path}/Resume`))).toBe(200)
        expect(await statusOf(send(app, 'POST', `${path}/Pause`, {}))).toBe(200)
      }),
  },
  {
    line: '4.01 Minimal 9.5',
    check: (app) =>
      withEndpoint(app, async (path) => {
        expect(await statusOf(send(app, 'POST', `${path}/Pause`))).toBe(200)
        expect(await statusOf(send(app, 'POST', `${path}/Primmo.HApi.Resume`))).toBe(200)
        const free = await app.ids('/api/Units/Primmo.HApi.ForRent?$select=UnitId')
        expect(free).toEqual(await app.ids('/api/Units/ForRent?$select=UnitId'))
      }),
  },
  {
    line: '4.01 Minimal 18',
    check: (app) =>
      withCoTenant(app, async (path) => {
        const options = { headers: { 'odata-version': '4.01', 'odata-maxversion': '4.01' } }
        const answer = await send(app, 'PATCH', path, { FirstName: 'Anne' }, options)
        expect(answer.headers['odata-version']).toBe('4.01')
        expect(answer.json).toMatchObject({ '@etag': answer.headers['etag'], FirstName: 'Anne' })
      }),
  },
  {
    line: '4.01 Minimal 20',
    check: async (app) => {
      const [id] = await app.ids('/api/Tenants?$filter=not CoTenants/any()&$top=1')
      const path = `/api/Tenants(${id})`
      const body = { ...rowOf(await app.ask(path)), CoTenants: [person] }
      const options = { headers: { 'odata-version': '4.01' } }
      const put = await send(app, 'PUT', `${path}?dryRun=true`, body, options)
      expect([put.status, put.json]).toMatchObject([200, { CoTenants: [person] }])
    },
  },
  {
    line: '4.01 Minimal 21',
    check: async (app) => {
      const [id] = await app.ids('/api/Tenants?$filter=not CoTenants/any()&$top=1')
      const body = { CoTenants: [person], 'Notes@delta': [] }
      const options = { headers: { 'odata-version': '4.01' } }
      const path = `/api/Tenants(${id})?dryRun=true`
      const answer = await send(app, 'PATCH', path, body, options)
      expect([answer.status, answer.json]).toMatchObject([200, { CoTenants: [person] }])
    },
  },
  {
    line: '4.01 Minimal 19',
    check: (app) =>
      withNote(app, async (id) => {
        const { path, notes } = await buildingOfNotes(app)
        await send(app, 'POST', `${path}/$ref`, { '@id': `Notes(${id})` })
        expect(await statusOf(send(app, 'DELETE', `${path}(${id})/$ref`))).toBe(204)
        expect(await app.ids(path)).toEqual(notes)
      }),
  },
  {
    line: '4.01 Minimal 22',
    check: (app) =>
      withNote(app, async (id) => {
        const { path, notes } = await buildingOfNotes(app)
        const value = [...notes, id].map((note) => ({ '@id': `Notes(${note})` }))
        expect(await statusOf(send(app, 'PUT', `${path}/$ref`, { value }))).toBe(204)
        expect(await app.ids(path)).toEqual([...notes, id])
        const rest = { value: value.slice(0, -1) }
        expect(await statusOf(send(app, 'PUT', `${path}/$ref`, rest))).toBe(204)
        expect(await app.ids(path)).toEqual(notes)
      }),
  },
]
