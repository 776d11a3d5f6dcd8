/** Readings of persons: who read which rows, by which key, by a request of which shape; found by who-saw. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseApiKey } from '../../src/auth/api-key.ts'
import { type AskOptions, startTestApp, type TestApp } from '../support/test-app.ts'
import { type Told, toldBy } from './told.ts'

let app: TestApp
const CANARY = 'Zykanariowicz'

beforeAll(async () => {
  app = await startTestApp()
})

afterAll(() => app.close())

/** What reading these addresses one after the other leaves, without what is the same in all. */
async function readBy(
  paths: readonly string[],
  options: AskOptions = {},
): Promise<readonly Partial<Told>[]> {
  const told = await toldBy(app, async () => {
    for (const path of paths) expect((await app.ask(path, options)).status).toBeLessThan(400)
  })
  for (const entry of told)
    expect(entry).toMatchObject({
      account_id: 1,
      kind: 'READ',
      user_name: app.clients.integrator.userName,
      integrator_name: app.clients.integrator.integrator,
      key_id: parseApiKey(app.clients.integrator.apiKey)?.id,
    })
  return told.map(({ entity, entity_ids, first_id, last_id, row_count, request, occurrences }) => ({
    entity,
    entity_ids,
    first_id,
    last_id,
    row_count,
    request,
    occurrences,
  }))
}

/** As an entry says which rows there were. */
function rows(ids: readonly number[]): Partial<Told> {
  const sorted = ascending(ids)
  return {
    entity_ids: ids.length > 100 ? null : ids.map(String),
    first_id: String(sorted[0]),
    last_id: String(sorted.at(-1)),
    row_count: String(ids.length),
  }
}

function ascending(ids: readonly number[]): readonly number[] {
  return ids.toSorted((a, b) => a - b)
}

describe('R-121 readings of persons', () => {
  test('one row is named, whatever of it is shown, in whatever way it is addressed', async () => {
    const found = { entity: 'Tenant', entity_ids: ['9101'], first_id: '9101', last_id: '9101' }
    for (const [path, request] of [
      ['/api/Tenants(9101)', 'GET /api/Tenants(?)'],
      ['/api/Tenants(9101)?$select=LastName', 'GET /api/Tenants(?)?$select=LastName'],
      ['/api/Tenants(9101)/LastName/$value', 'GET /api/Tenants(?)/LastName/$value'],
      [
        "/api/Tenants?$filter=Id eq 9101 and LastName ne 'Zykanariowicz'&$select=City&x=Zykanariowicz",
        'GET /api/Tenants?$filter=Id eq ? and LastName ne ?&$select=City',
      ],
    ] as const)
      expect(await readBy([path])).toEqual([{ ...found, row_count: '1', request, occurrences: 1 }])
  })

  test('a long list is told from which Id to which', async () => {
    const ids = await app.column<number>('select id from tenants where account_id = 1')
    expect(ids.length).toBeGreaterThan(100)
    expect(
      await readBy(['/api/Tenants?$select=FirstName', '/api/Tenants?$select=FirstName']),
    ).toEqual([
      {
        entity: 'Tenant',
        ...rows(ids),
        row_count: String(2 * ids.length),
        request: 'GET /api/Tenants?$select=FirstName',
        occurrences: 2,
      },
    ])
  })

  test('of a page only its own rows are told', async () => {
    const ids = await app.ids('/api/Tenants?$orderby=Id&$skip=3&$top=2&$select=Id')
    const told = await readBy(['/api/Tenants?$orderby=LastName desc,Id&$select=LastName'], {
      headers: { prefer: 'odata.maxpagesize=2' },
    })
    expect(ids).toHaveLength(2)
    expect(told).toMatchObject([{ entity: 'Tenant', row_count: '2' }])
    expect(told[0]?.entity_ids).toHaveLength(2)
  })

  test('each type that is expanded has an entry of its own, one or many, however deep', async () => {
    const leases = await app.sql<{ id: number; tenant_id: number }>(
      'select id, tenant_id from leases where account_id = 1 order by id limit 3',
    )
    const tenants = [...new Set(leases.map(({ tenant_id }) => tenant_id))]
    const contacts = await app.column<number>(
      'select id from tenant_contacts where account_id = 1 and tenant_id = any ($1)',
      [tenants],
    )
    const told = await readBy([
      '/api/Leases?$orderby=Id&$top=3&$select=StartDate&$expand=Tenant($select=Language;$expand=TenantContacts($select=Phone))',
    ])
    const ofType = (name: string) =>
      (told.find(({ entity }) => entity === name)?.entity_ids ?? [])
        .map(Number)
        .toSorted((a, b) => a - b)
    expect(ofType('Lease')).toEqual(leases.map(({ id }) => id))
    expect(ofType('Tenant')).toEqual(ascending(tenants))
    expect(ofType('TenantContact')).toEqual(ascending(contacts))
    expect(told).toHaveLength(contacts.length === 0 ? 2 : 3)
  })

  test('rows that are read one by one within a moment are one entry, which names each', async () => {
    const ids = (await app.ids('/api/Owners?$select=Id&$orderby=Id&$top=4')).slice(0, 4)
    const paths = [...ids, ...ids].map((id) => `/api/Owners(${id})`)
    expect(await readBy(paths)).toEqual([
      {
        entity: 'Owner',
        ...rows(ids),
        row_count: '8',
        request: 'GET /api/Owners(?)',
        occurrences: 8,
      },
    ])
  })

  test('in a batch, later, posed in a body and as a delta they are readings too', async () => {
    const json = { 'content-type': 'application/json' }
    const channels = async (act: () => Promise<unknown>) =>
      (await toldBy(app, act))
        .filter(({ kind }) => kind === 'READ')
        .map(({ channel, entity, entity_ids }) => [channel, entity, entity_ids])
    const requests = [{ id: '1', method: 'get', url: '/api/Tenants(9101)' }]
    expect(
      await channels(() =>
        app.ask('/api/$batch', {
          method: 'POST',
          headers: json,
          body: JSON.stringify({ requests }),
        }),
      ),
    ).toEqual([['batch', 'Tenant', ['9101']]])
    expect(
      await channels(() =>
        app.ask('/api/Tenants(9101)', { headers: { prefer: 'respond-async, wait=10' } }),
      ),
    ).toEqual([['async', 'Tenant', ['9101']]])
    expect(
      await channels(() =>
        app.ask('/api/Tenants/$query', {
          method: 'POST',
          headers: { 'content-type': 'text/plain' },
          body: '$filter=Id eq 9101&$select=City',
        }),
      ),
    ).toEqual([['api', 'Tenant', ['9101']]])
    const tracked = await app.ask('/api/Owners?$select=LastName', {
      headers: { prefer: 'odata.track-changes' },
    })
    const link = (tracked.json as { '@odata.deltaLink': string })['@odata.deltaLink']
    const [owner] = await app.column<number>(
      "update owners set city = 'Amos' where account_id = 1 and id = (select min(id) from owners where account_id = 1) returning id",
    )
    expect(await channels(() => app.ask(link.slice(app.baseUrl.length)))).toEqual([
      ['api', 'Owner', [String(owner)]],
    ])
  })

  test('groups by what is personal are told without rows; sums and counts are not', async () => {
    expect(
      await readBy(['/api/Tenants?$apply=groupby((LastName),aggregate($count as N))']),
    ).toEqual([
      {
        entity: 'Tenant',
        entity_ids: null,
        first_id: null,
        last_id: null,
        row_count: null,
        request: 'GET /api/Tenants?$apply=groupby((LastName),aggregate($count as N))',
        occurrences: 1,
      },
    ])
    expect(await readBy(['/api/Tenants?$apply=aggregate(Phone with max as P)'])).toMatchObject([
      { entity: 'Tenant', first_id: null },
    ])
    expect(
      await readBy([
        '/api/Tenants?$apply=groupby((Language),aggregate($count as N))',
        '/api/Tenants/$count',
        `/api/Tenants?$filter=LastName eq '${CANARY}'`,
      ]),
    ).toEqual([])
  })

  test('what shows nobody leaves nothing: other entities, heads, refusals, what has not changed', async () => {
    const { headers } = await app.ask('/api/Tenants(9101)')
    expect(
      (
        await toldBy(app, async () => {
          await app.ask('/api/GlAccounts')
          await app.ask('/api/Companies?$top=3')
          await app.ask('/api/Tenants(9101)', { method: 'HEAD' })
          await app.ask('/api/Tenants(99999999)')
          await app.ask('/api/Tenants(9101)', { headers: { 'if-none-match': headers.etag ?? '' } })
          await app.ask('/api/Tenants/$ref')
        })
      ).filter(({ kind }) => kind === 'READ'),
    ).toEqual([])
  })
})
