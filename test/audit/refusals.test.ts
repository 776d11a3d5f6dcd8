/** Sign-ins and refusals: who tried what, from where; never what would let somebody in. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Happenings } from '../../src/audit/happenings.ts'
import { parseApiKey } from '../../src/auth/api-key.ts'
import { createFeed } from '../../src/auth/feeds.ts'
import { revokeRight } from '../../src/auth/rights.ts'
import { passwords } from '../auth/support.ts'
import { type ClientName, startTestApp, type TestApp } from '../support/test-app.ts'
import { type Told, toldBy } from './told.ts'

let app: TestApp
const ADDRESS = /^(::ffff:)?127\.0\.0\.1$/

beforeAll(async () => {
  app = await startTestApp()
})

afterAll(() => app.close())

function signIn(
  name: ClientName,
  given: { userName?: string; password?: string; apiKey?: string },
) {
  const { apiKey, userName, password } = { ...app.clients[name], ...given }
  return app.ask('/api/Token', {
    as: null,
    method: 'POST',
    headers: { 'x-api-key': apiKey, 'content-type': 'application/json', 'x-request-id': 'signing' },
    body: JSON.stringify({ UserName: userName, Password: password }),
  })
}

function keyOf(name: ClientName): string {
  return parseApiKey(app.clients[name].apiKey)?.id ?? ''
}

/** Of a client, as it is to be told. */
function by(name: ClientName): Partial<Told> {
  const { userName, integrator } = app.clients[name]
  return { user_name: userName, integrator_name: integrator, key_id: keyOf(name) }
}

describe('Sign-ins', () => {
  test('a good one tells who, with which key, from where, by which request', async () => {
    const told = await toldBy(app, () => signIn('integrator', {}))
    expect(told).toHaveLength(1)
    expect(told[0]).toMatchObject({
      ...by('integrator'),
      account_id: 1,
      kind: 'SIGN_IN',
      channel: 'api',
      code: null,
      address: expect.stringMatching(ADDRESS),
      request_id: 'signing',
      occurrences: 1,
    })
  })

  test('one with a wrong password is told in the chain of the account whose key it is', async () => {
    const told = await toldBy(app, async () => {
      await signIn('other', { password: 'Fausse-1' })
      await signIn('other', { password: 'Fausse-2' })
    })
    expect(told).toHaveLength(1)
    expect(told[0]).toMatchObject({
      ...by('other'),
      account_id: 2,
      kind: 'SIGN_IN',
      code: 'SIGN_IN_FAILED',
      occurrences: 2,
    })
  })

  test('one with an unknown key is told in the chain of the installation; a long name is cut', async () => {
    const given = { apiKey: 'hapi_live_secret', userName: `a\u0000\ud800${'é'.repeat(5_000)}` }
    const told = await toldBy(app, () => signIn('integrator', given))
    expect(told).toHaveLength(1)
    expect(told[0]).toMatchObject({
      account_id: 0,
      code: 'SIGN_IN_FAILED',
      key_id: null,
      user_name: `a\ufffd\ufffd${'é'.repeat(117)}`,
    })
  })

  test('no password, key or token is ever written', async () => {
    const canary = 'Canari-7c1e'
    const { apiKey, token } = app.clients.integrator
    const bearer = (text: string) => ({ authorization: `Bearer ${text}` })
    const told = await toldBy(app, async () => {
      await signIn('integrator', { password: canary })
      await signIn('integrator', { apiKey: apiKey.replace(/.$/, '!') })
      await app.ask(`/api/Units?$filter=UnitCode eq '${canary}'`, {
        as: null,
        headers: bearer(`${token}x`),
      })
      await app.ask(`/api/${canary}('${canary}')`, { as: null, headers: bearer(canary) })
    })
    const text = JSON.stringify(told)
    for (const secret of [token, apiKey, apiKey.slice(19, -8), `${canary}'`])
      expect(text).not.toContain(secret)
  })

  test('a feed account signs in once for each process, and not with each request', async () => {
    const { databaseName } = app.clients.integrator
    const feed = await createFeed(app.database, passwords, {
      databaseName,
      name: 'Power BI',
      modules: ['core'],
    })
    const basic = (password: string) => ({
      authorization: `Basic ${Buffer.from(`${feed.userName}:${password}`).toString('base64')}`,
    })
    const ask = (path: string, password: string) =>
      app.ask(path, { as: null, headers: basic(password) })
    const told = await toldBy(app, async () => {
      // Until this process has learned of it.
      while ((await ask('/api/Units?$top=1', feed.password)).status !== 200);
      await ask('/api/Units?$top=1', feed.password)
      await ask('/api/Units?$top=1', 'Fausse')
      await ask('/api/Tenants', feed.password)
    })
    const ofFeed = told.filter(
      ({ user_name }) => user_name === 'Power BI' || user_name === feed.userName,
    )
    expect(ofFeed.map(({ kind, code }) => [kind, code])).toEqual(
      expect.arrayContaining([
        ['SIGN_IN', null],
        ['SIGN_IN', 'FEED_SIGN_IN_FAILED'],
        ['REFUSAL', 'MODULE_NOT_LICENSED'],
      ]),
    )
    expect(ofFeed.filter(({ code, kind }) => kind === 'SIGN_IN' && code === null)).toMatchObject([
      { account_id: 1, occurrences: 1 },
    ])
  })
})

describe('Refusals', () => {
  test('without a token, with a forged and with a revoked one', async () => {
    const { token } = app.clients.revocable
    await app.ask('/api/Units?$top=1', { as: 'revocable' })
    await app.sql(
      'update access.users set revoked_date = now() where account_id = 1 and user_name = $1',
      [app.clients.revocable.userName],
    )
    while ((await app.ask('/api/Units?$top=1', { as: 'revocable' })).status === 200);
    const told = await toldBy(app, async () => {
      await app.ask("/api/Units('x')?$top=1", { as: null })
      await app.ask('/api/Tenants(9101)', {
        as: null,
        headers: { authorization: `Bearer ${token.slice(0, -3)}AAA` },
      })
      await app.ask('/api/Tenants', { as: 'revocable' })
    })
    expect(told).toMatchObject([
      { account_id: 0, code: 'TOKEN_REQUIRED', request: 'GET /api/Units', user_name: null },
      { account_id: 0, code: 'TOKEN_INVALID', request: 'GET /api/Tenants', user_name: null },
      { ...by('revocable'), account_id: 1, code: 'TOKEN_INVALID', kind: 'REFUSAL' },
    ])
  })

  test('for want of a module or a right, alone, in a batch and later: by whom, of what, how often', async () => {
    const { databaseName, userName } = app.clients.integrator
    await revokeRight(
      app.database,
      { databaseName, userName },
      { set: 'Prospects', operation: 'read' },
    )
    while ((await app.ask('/api/Prospects?$top=1')).status === 200);
    const batch = {
      requests: [1, 2].map((id) => ({ id: String(id), method: 'get', url: '/api/Prospects(1)' })),
    }
    const json = { 'content-type': 'application/json', 'x-request-id': 'refused' }
    const told = await toldBy(app, async () => {
      for (let times = 0; times < 3; times++)
        await app.ask("/api/FinancialStatements?$filter=Name eq 'secret'", { headers: json })
      await app.ask('/api/AuditEntries')
      await app.ask('/api/Tenants?$expand=Prospect', {})
      await app.ask('/api/$batch', { method: 'POST', headers: json, body: JSON.stringify(batch) })
      await app.ask('/api/Prospects', { headers: { ...json, prefer: 'respond-async, wait=10' } })
      await app.ask('/api/Prospects(1)', { method: 'DELETE' })
    })
    const refusals = told.filter(({ kind }) => kind === 'REFUSAL')
    for (const refusal of refusals)
      expect(refusal).toMatchObject({
        ...by('integrator'),
        address: expect.stringMatching(ADDRESS),
      })
    expect(
      refusals.map(({ channel, code, entity, request, occurrences }) => [
        channel,
        code,
        entity,
        request,
        occurrences,
      ]),
    ).toEqual(
      expect.arrayContaining([
        ['api', 'MODULE_NOT_LICENSED', 'FinancialStatement', 'GET /api/FinancialStatements', 3],
        ['api', 'ADMINISTRATOR_ONLY', 'AuditEntry', 'GET /api/AuditEntries', 1],
        ['batch', 'READ_NOT_PERMITTED', 'Prospect', 'GET /api/Prospects', 2],
        ['async', 'READ_NOT_PERMITTED', 'Prospect', 'GET /api/Prospects', 1],
      ]),
    )
    expect(JSON.stringify(refusals)).not.toContain('secret')
  })

  test('a write that is not his: by a method that he has not, inside another, beside other faults, in an import', async () => {
    const type = (text: string) => ({ headers: { 'content-type': text }, method: 'POST' })
    const json = type('application/json')
    const told = await toldBy(app, async () => {
      await app.ask('/api/Companies', { ...json, body: '{}' })
      await app.ask('/api/Buildings(630)/Units(1)', { ...json, method: 'DELETE' })
      await app.ask('/api/Tenants', {
        ...json,
        body: '{"LedgerDivisionId":1,"LastName":"Roy","Rl31Slips":[{"TaxYear":2025}]}',
      })
      await app.ask('/api/$batch', {
        ...json,
        body: JSON.stringify({
          requests: [{ id: '1', method: 'delete', url: '/api/Units(1)', atomicityGroup: 'a' }],
        }),
      })
      await app.ask('/api/Import?file=Companies&mode=best-effort', {
        ...type('text/csv'),
        body: 'CompanyNo;Name\n71;Gestion\n72;Gestion\n',
      })
      await app.ask('/api/WebhookEndpoints', {
        ...json,
        body: '{"Url":"x","Entities":["Prospect"]}',
      })
      await app.ask('/api/Companies', { ...json, as: null, body: '{}' })
      await app.ask('/api/Units(1)/Availability', { ...json, body: '{}' })
    })
    expect(
      told
        .filter(({ kind }) => kind === 'REFUSAL')
        .map(({ account_id, channel, code, entity, request, occurrences }) =>
          [account_id, channel, code, entity, request, occurrences].join(' '),
        )
        .toSorted(),
    ).toEqual([
      '0 api TOKEN_REQUIRED  POST /api/Companies 1',
      '1 api OPERATION_NOT_SUPPORTED Company POST /api/Companies 1',
      '1 api OPERATION_NOT_SUPPORTED Company POST /api/Import 2',
      '1 api OPERATION_NOT_SUPPORTED Rl31Slip POST /api/Tenants 1',
      '1 api OPERATION_NOT_SUPPORTED Unit DELETE /api/Buildings 1',
      '1 api OPERATION_NOT_SUPPORTED Unit POST /api/Units 1',
      '1 api READ_NOT_PERMITTED Prospect POST /api/WebhookEndpoints 1',
      '1 batch OPERATION_NOT_SUPPORTED Unit DELETE /api/Units 1',
    ])
  })

  test('what answers without refusing leaves nothing', async () => {
    expect(
      await toldBy(app, async () => {
        await app.ask('/api/GlAccounts?$top=1')
        await app.ask('/api/Units(99999999)')
        await app.ask('/api/Nothing')
        await app.ask('/api/Units?$filter=x')
        await app.ask('/api/$batch')
        await app.ask('/api/Units(99999999)', { method: 'PATCH', body: '{}' })
      }),
    ).toEqual([])
  })
})

describe('Changes of keys and rights', () => {
  test('each is told, with who, and without the secret', async () => {
    const { databaseName, userName } = app.clients.integrator
    const told = await toldBy(app, () =>
      revokeRight(app.database, { databaseName, userName }, { set: 'Notes', operation: 'create' }),
    )
    expect(told).toMatchObject([
      { account_id: 1, kind: 'INSERT', entity: 'WithheldRight', channel: 'psql' },
    ])
  })
})

describe('Happenings', () => {
  /** What is written at the end, by whoever answers then. */
  async function rowsAfter(
    act: (happenings: Happenings) => Promise<void>,
  ): Promise<readonly Told[]> {
    let isAway = true
    const database = new Proxy(app.database, {
      get: (target, name) =>
        name === 'transaction' && isAway
          ? () => Promise.reject(new Error('away'))
          : Reflect.get(target, name, target),
    })
    const happenings = new Happenings({ database })
    return toldBy(app, async () => {
      await act(happenings)
      isAway = false
      await happenings.close()
    })
  }

  test('keep what could not be written, in bounded room: what has none is counted without a name', async () => {
    const told = await rowsAfter(async (happenings) => {
      for (let round = 0; round < 3; round++) {
        for (let userId = 1; userId <= 3_000; userId++)
          happenings.note({
            accountId: 1,
            kind: 'REFUSAL',
            acting: { channel: 'api', userId },
            code: 'X',
          })
        await happenings.flush()
      }
    })
    expect(told).toHaveLength(1_001)
    expect(told.filter(({ code }) => code === 'OTHERS')).toMatchObject([
      { account_id: 1, kind: 'REFUSAL', user_name: null, occurrences: 6_000 },
    ])
    expect(told.reduce((sum, { occurrences }) => sum + occurrences, 0)).toBe(9_000)
  })

  test('of strangers keep few, so that the audit does not grow as fast as they try', async () => {
    const told = await rowsAfter(async (happenings) => {
      for (let i = 0; i < 5_000; i++)
        happenings.note({
          accountId: 0,
          kind: 'SIGN_IN',
          acting: { channel: 'api', userName: `nom${i}` },
          code: 'SIGN_IN_FAILED',
          address: `10.0.${i >> 8}.${i & 255}`,
        })
    })
    expect(told).toHaveLength(101)
    expect(told.reduce((sum, { occurrences }) => sum + occurrences, 0)).toBe(5_000)
  })
})
