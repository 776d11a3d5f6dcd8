/** Who changed what: every write leaves its entry, in whatever way it came, with the values before and after. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseApiKey } from '../../src/auth/api-key.ts'
import { createIntegrator } from '../../src/auth/integrators.ts'
import { createKey, revokeKey } from '../../src/auth/keys.ts'
import { type ClientName, startTestApp, type TestApp } from '../support/test-app.ts'
import { rowOf } from '../support/writing.ts'
import { changesOf, type EntryRow, readEntries, readRows, replay } from './replay.ts'

const OPERATIONS = 1_000
const WRITERS = 4
const CANARY = 'Zykanariowicz'

let app: TestApp

beforeAll(async () => {
  app = await startTestApp()
})

afterAll(() => app.close())

describe('A random run of 1,000 operations', () => {
  test('appears whole, with the right values before and after, and nothing that did not happen', async () => {
    const rows = await readRows(app, 1)
    const start = Number((await readEntries(app, 1)).at(-1)?.id ?? 0)
    const done = await runRandomly(OPERATIONS)
    // Refusals are written a little later: not among what the next test looks at.
    await app.happenings.flush()
    const entries = await readEntries(app, 1, start)
    replay(rows, entries)
    expect([...rows].sort(byName)).toEqual([...(await readRows(app, 1))].sort(byName))
    // What was refused or only tried has changed nothing; what succeeded names its request, user and key.
    const byRequest = new Map<string | null, EntryRow[]>()
    for (const entry of entries.filter(({ kind }) => kind !== 'REFUSAL'))
      byRequest.set(entry.request_id, [...(byRequest.get(entry.request_id) ?? []), entry])
    for (const { requestId, changes, as, channel } of done) {
      const own = byRequest.get(requestId) ?? []
      if (!changes) expect([requestId, own]).toEqual([requestId, []])
      else if (changes === 'always') expect([requestId, own.length > 0]).toEqual([requestId, true])
      for (const entry of own)
        expect(entry).toMatchObject({
          channel,
          user_name: app.clients[as].userName,
          integrator_name: app.clients[as].integrator,
          key_id: parseApiKey(app.clients[as].apiKey)?.id,
        })
    }
    const known = new Set(done.map(({ requestId }) => requestId))
    const written = entries.filter(({ kind }) => ['INSERT', 'UPDATE', 'DELETE'].includes(kind))
    expect(written.filter(({ request_id }) => !known.has(request_id ?? ''))).toEqual([])
    expect(written.length).toBeGreaterThan(OPERATIONS / 2)
    expect(done.filter(({ changes }) => !changes).length).toBeGreaterThan(OPERATIONS / 20)
    expect(JSON.stringify(entries)).not.toContain(CANARY)
  })
})

describe('Audit of writes', () => {
  test('a person with psql, who says nothing, is named by the session', async () => {
    const start = Number((await readEntries(app, 1)).at(-1)?.id ?? 0)
    await app.sql(
      "update tenants set city = 'Lévis', language = case language when 'F' then 'A' else 'F' end where account_id = 1 and id = 9101",
    )
    const [entry] = await readEntries(app, 1, start)
    const [{ user }] = (await app.sql<{ user: string }>('select session_user as user')) as [
      { user: string },
    ]
    expect(entry).toMatchObject({
      channel: 'psql',
      process: user,
      kind: 'UPDATE',
      entity: 'Tenant',
      entity_id: '9101',
    })
  })

  test('a personal value is hidden; a change of it stays visible as a change', async () => {
    const start = Number((await readEntries(app, 1)).at(-1)?.id ?? 0)
    await app.sql("update tenants set phone = '418-555-0199' where account_id = 1 and id = 9101")
    await app.sql('update tenants set phone = null where account_id = 1 and id = 9101')
    const phones = (await readEntries(app, 1, start)).map(
      ({ changes }) => changesOf(changes)['Phone'],
    )
    expect(phones[0]?.[1]).toBe('***')
    expect(phones[1]).toEqual(['***', null])
  })

  test('what is rolled back leaves nothing', async () => {
    const start = Number((await readEntries(app, 1)).at(-1)?.id ?? 0)
    await app.database
      .transaction(async (client) => {
        await client.query("update tenants set city = 'Gaspé' where account_id = 1 and id = 9101")
        throw new Error('no')
      })
      .catch(() => {})
    expect(await readEntries(app, 1, start)).toEqual([])
  })

  test('a load with the log off leaves one entry for each entity', async () => {
    const start = Number((await readEntries(app, 1)).at(-1)?.id ?? 0)
    await app.database.transaction(
      async (client) => {
        await client.query("select set_config('hapi.change_log', 'off', true)")
        await client.query("update tenants set city = 'Alma' where account_id = 1 and id < 9103")
        await client.query("update tenants set city = 'Amos' where account_id = 1 and id < 9103")
      },
      { accountId: 1, acting: { channel: 'job', process: 'load' } },
    )
    expect(await readEntries(app, 1, start)).toMatchObject([
      { kind: 'LOAD', entity: 'Tenant', entity_id: null, process: 'load' },
    ])
  })

  test('integrators, keys and their revocation appear, and no secret with them', async () => {
    const { databaseName } = app.clients.integrator
    const start = Number((await readEntries(app, 1)).at(-1)?.id ?? 0)
    const name = { databaseName, integrator: 'Vérification' }
    await createIntegrator(app.database, name)
    const key = await createKey(app.database, name)
    await revokeKey(app.database, key.id)
    const entries = await readEntries(app, 1, start)
    expect(entries.map(({ kind, entity, entity_key }) => [kind, entity, entity_key])).toEqual([
      ['INSERT', 'Integrator', 'Vérification'],
      ['INSERT', 'ApiKey', key.id],
      ['UPDATE', 'ApiKey', key.id],
    ])
    expect(changesOf(entries[1]?.changes ?? null)['SecretHash']).toEqual([null, '***'])
    expect(changesOf(entries[2]?.changes ?? null)).toMatchObject({
      RevokedDate: [null, expect.any(String)],
    })
  })

  test('nobody changes, removes or empties what is there', async () => {
    for (const statement of [
      'update audit.entries set changes = null',
      'delete from audit.entries',
      'truncate audit.entries',
      'update audit.pending set changes = null',
      'delete from audit.pending',
      'truncate audit.pending',
      'delete from audit.chains',
      'update audit.chains set last_id = 1',
    ])
      await expect(app.sql(statement)).rejects.toMatchObject({ code: '42501' })
    const asReader = (statement: string) =>
      app.database.transaction(async (client) => {
        await client.query('set local role hapi_app')
        await client.query(statement)
      })
    for (const table of ['entries', 'pending', 'chains'])
      for (const verb of ['select 1 from', 'delete from', 'truncate'])
        await expect(asReader(`${verb} audit.${table}`)).rejects.toMatchObject({ code: '42501' })
  })
})

interface Done {
  readonly requestId: string
  readonly as: ClientName
  readonly channel: 'api' | 'batch'
  /** `always`: the row is another than before for sure. */
  readonly changes: boolean | 'always'
}

async function runRandomly(count: number): Promise<readonly Done[]> {
  const next = randomOf(20_261_125)
  const made: Record<string, number[]> = { CoTenants: [], Notes: [], TenantContacts: [] }
  const done: Done[] = []
  const tenants = await app.column<number>(
    'select id from tenants where account_id = 1 order by id limit 40',
  )
  const buildings = await app.column<number>(
    'select id from buildings where account_id = 1 order by id limit 10',
  )
  const pick = <T>(list: readonly T[]): T | undefined => list[Math.floor(next() * list.length)]
  let number = 0
  const one = async (): Promise<void> => {
    const requestId = `run-${++number}`
    const as = next() < 0.2 ? 'administrator' : 'integrator'
    const send = (method: string, path: string, body?: unknown) =>
      app.ask(path, {
        as,
        method,
        headers: { 'content-type': 'application/json', 'x-request-id': requestId },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
    const note = (status: number, changes: Done['changes'], channel: Done['channel'] = 'api') =>
      done.push({ requestId, as, channel, changes: status < 300 && changes })
    const kind = next()
    const tenant = pick(tenants)
    if (kind < 0.25) {
      const [set, body] = pick([
        ['CoTenants', { TenantId: tenant, LastName: CANARY, FirstName: 'Ève' }],
        ['Notes', { TenantId: tenant, Body: `${CANARY} ${number}`, NoteType: 'G' }],
        ['TenantContacts', { TenantId: tenant, LastName: CANARY, ContactType: 'U' }],
      ] as const) ?? ['', {}]
      const answer = await send('POST', `/api/${set}${next() < 0.15 ? '?dryRun=true' : ''}`, body)
      const isDry = answer.headers['dry-run'] !== undefined
      note(answer.status, isDry ? false : 'always')
      if (answer.status < 300 && !isDry) made[set]?.push(rowOf(answer).Id)
    } else if (kind < 0.5) {
      const answer = await send('PATCH', `/api/Tenants(${tenant})`, {
        City: pick(['Lévis', 'Québec', 'Alma', null]),
        Phone: pick(['418-555-0101', '418-555-0102', null]),
        Email: next() < 0.3 ? `${CANARY}@example.com` : null,
      })
      note(answer.status, true)
    } else if (kind < 0.6) {
      const set = pick(['CoTenants', 'Notes', 'TenantContacts'] as const) ?? 'Notes'
      const ids = made[set] ?? []
      const id = ids.splice(Math.floor(next() * ids.length), 1)[0]
      const answer = await send('DELETE', `/api/${set}(${id ?? 1})`)
      note(answer.status, 'always')
    } else if (kind < 0.75) {
      // Refused, each time.
      const answer = await (
        pick([
          () => send('PATCH', `/api/Tenants(${tenant})`, { BirthDate: '2026-13-45' }),
          () => send('POST', '/api/CoTenants', { TenantId: 1, LastName: CANARY, FirstName: 'X' }),
          () => send('PATCH', `/api/Tenants(${tenant})`, { Unknown: 1 }),
        ]) ?? (() => send('GET', '/api'))
      )()
      expect(answer.status).toBeGreaterThanOrEqual(400)
      note(answer.status, false)
    } else if (kind < 0.85) {
      const answer = await send('PATCH', `/api/Buildings(${pick(buildings)})`, {
        NameFr: `Nom ${number}`,
      })
      note(answer.status, true)
    } else if (kind < 0.92) {
      const date = pick(['2026-07-31', '2026-08-31', null])
      const answer = await send('PATCH', `/api/Tenants(${tenant})`, {
        DepartureDate: date,
        ...(date === null ? {} : { DepartureReason: 'E', DepartureNoticeDate: '2026-06-15' }),
      })
      note(answer.status, true)
    } else {
      const fails = next() < 0.4
      const answer = await send('POST', '/api/$batch', {
        requests: [
          {
            id: '1',
            atomicityGroup: 'g',
            method: 'POST',
            url: 'CoTenants',
            headers: { 'content-type': 'application/json' },
            body: { TenantId: tenant, LastName: CANARY, FirstName: 'Ann' },
          },
          {
            id: '2',
            atomicityGroup: 'g',
            method: 'PATCH',
            url: `Tenants(${tenant})`,
            headers: { 'content-type': 'application/json' },
            body: fails ? { Unknown: 1 } : { City: `Ville ${number}` },
          },
        ],
      })
      const whole = answer.status === 200 && !answer.text.includes('"error"')
      done.push({ requestId, as, channel: 'batch', changes: whole ? 'always' : false })
    }
  }
  await Promise.all(
    Array.from({ length: WRITERS }, async () => {
      for (let left = count / WRITERS; left > 0; left--) await one()
    }),
  )
  return done
}

/** Mulberry32. */
function randomOf(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1
}
