/**
 * What Power BI and Excel send (Power Query's `OData.Feed`), header by header, as a feed account behind a proxy that
 * speaks HTTPS: first the address, then how to sign in, the service document, the metadata, and folded queries.
 */

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  changeFeedPassword,
  createFeed,
  type FeedWithPassword,
  revokeFeed,
  setFeedModules,
} from '../../src/auth/feeds.ts'
import { passwords, within1s } from '../auth/support.ts'
import { expectError } from '../support/expected-error.ts'
import { type Answer, startTestApp, type TestApp } from '../support/test-app.ts'

let app: TestApp
let feed: FeedWithPassword

beforeAll(async () => {
  app = await startTestApp({ settings: { TRUST_PROXY: 'true', HAPI_MAX_PAGE_SIZE: '500' } })
})
afterAll(() => app.close())

/** As a proxy forwards it. */
const HTTPS = { 'x-forwarded-for': '203.0.113.9', 'x-forwarded-proto': 'https' }

const MASHUP = {
  'accept-encoding': 'gzip, deflate',
  'user-agent': 'Microsoft.Data.Mashup (https://go.microsoft.com/fwlink/?LinkID=304225)',
  maxdataserviceversion: '3.0',
  'odata-maxversion': '4.0',
}

/** Of the first requests, when the protocol's version is not known yet. */
const FIRST_ACCEPT =
  'application/json;odata.metadata=minimal;q=1.0,application/json;odata=minimalmetadata;q=0.9,application/atomsvc+xml;q=0.8,application/atom+xml;q=0.8,application/xml;q=0.7,text/plain;q=0.7'
const ROWS_ACCEPT = 'application/json;odata.metadata=minimal'

function basic(userName: string, password: string): Record<string, string> {
  return { authorization: `Basic ${Buffer.from(`${userName}:${password}`).toString('base64')}` }
}

async function send(
  path: string,
  accept: string,
  headers: Record<string, string> = basic(feed.userName, feed.password),
): Promise<Answer> {
  return app.ask(path, {
    as: null,
    headers: { ...HTTPS, ...MASHUP, 'accept-encoding': 'identity', accept, ...headers },
  })
}

interface Page {
  readonly '@odata.context': string
  readonly '@odata.count'?: number
  readonly '@odata.nextLink'?: string
  readonly value: readonly Readonly<Record<string, unknown>>[]
}

describe('before any feed account exists', () => {
  test('Basic authentication is neither offered nor taken', async () => {
    for (const headers of [{}, basic('feed_x', 'secret')]) {
      const answer = await send('/api/', FIRST_ACCEPT, headers)
      expect(answer.status).toBe(401)
      expect(answer.headers['www-authenticate']).toBe('Bearer')
    }
  })
})

describe('odata.md §e: Power BI and Excel', () => {
  beforeAll(async () => {
    feed = await createFeed(app.db.database, passwords, {
      databaseName: 'DEV/ALEX',
      name: 'Rapports',
      modules: ['core', 'leasing'],
    })
    expect(await within1s(async () => (await send('/api/', FIRST_ACCEPT)).status === 200)).toBe(
      true,
    )
  })

  test('the first request has no credentials: 401 offers Basic, which the dialog needs', async () => {
    const answer = await send('/api/', FIRST_ACCEPT, {})
    expect(answer.status).toBe(401)
    expect(answer.headers['www-authenticate']).toBe(
      'Bearer, Basic realm="Primmo HApi", charset="UTF-8"',
    )
    expect(answer.headers['odata-version']).toBe('4.0')
  })

  test('the service document: one OData-Version, which decides the protocol, context and sets', async () => {
    const answer = await send('/api/', FIRST_ACCEPT)
    expect(answer.status).toBe(200)
    expect(answer.headers['odata-version']).toBe('4.0')
    expect(answer.headers['content-type']).toBe(ROWS_ACCEPT)
    const service = answer.json as Page
    expect(service['@odata.context']).toMatch(/^https:\/\/[^/]+\/api\/\$metadata$/)
    expect(service.value).toContainEqual(
      expect.objectContaining({ name: 'Buildings', kind: 'EntitySet', url: 'Buildings' }),
    )
  })

  test('the metadata: XML of version 4.0, compressed as it asks', async () => {
    const answer = await send('/api/$metadata', 'application/xml')
    expect([answer.status, answer.headers['content-type']]).toEqual([200, 'application/xml'])
    expect(answer.headers['odata-version']).toBe('4.0')
    expect(answer.text).toContain('Version="4.0"')
    const compressed = await send('/api/$metadata', 'application/xml', {
      ...basic(feed.userName, feed.password),
      'accept-encoding': 'gzip, deflate',
    })
    expect(compressed.headers['content-encoding']).toBe('gzip')
  })

  test('a table is read page by page to its end, each row once', async () => {
    const seen: unknown[] = []
    let next: string | undefined = '/api/Units'
    let pages = 0
    while (next !== undefined) {
      const answer: Answer = await send(next, ROWS_ACCEPT)
      expect([answer.status, answer.headers['odata-version']]).toEqual([200, '4.0'])
      const page = answer.json as Page
      seen.push(...page.value.map((row) => row['Id']))
      const link: string | undefined = page['@odata.nextLink']
      next = link === undefined ? undefined : link.slice(new URL(link).origin.length)
      if (link !== undefined) expect(link).toMatch(/^https:\/\//)
      pages++
    }
    const stored = await app.column<number>('select id from units where account_id = 1 order by id')
    expect(seen.map(Number).sort((a, b) => a - b)).toEqual(stored)
    expect(pages).toBe(Math.ceil(stored.length / 500))
  })

  test('folded steps: filter, columns, sort, first rows, skip, count', async () => {
    const filter = encodeURIComponent("CompanyNo eq 3 and startswith(Name,'L')")
    const answer = await send(
      `/api/Buildings?$filter=${filter}&$orderby=Name%20desc&$select=Id%2CName&$top=5`,
      ROWS_ACCEPT,
    )
    const page = answer.json as Page
    const expected = await app.column<number>(
      `select id from buildings where account_id = 1 and company_no = 3 and name like 'L%'
        order by name desc, id limit 5`,
    )
    expect(page['@odata.context']).toMatch(/\$metadata#Buildings\(Id,Name\)$/)
    expect(page.value.map((row) => row['Id'])).toEqual(expected)
    const all = await app.column<number>(
      'select id from buildings where account_id = 1 order by id',
    )
    const some = (await send('/api/Buildings?$skip=2&$top=3&$select=Id', ROWS_ACCEPT)).json as Page
    expect(some.value.map((row) => row['Id'])).toEqual(all.slice(2, 5))
    const count = await send('/api/Buildings/$count', 'text/plain')
    expect([count.headers['content-type'], count.text]).toEqual(['text/plain', String(all.length)])
    const counted = (await send('/api/Buildings?$count=true&$top=0', ROWS_ACCEPT)).json as Page
    expect([counted['@odata.count'], counted.value]).toEqual([all.length, []])
  })

  test('dates, numbers and null in a folded filter, and an expanded record', async () => {
    const filter = encodeURIComponent(
      'StartDate ge 2020-01-01 and (RentAmount gt 500 or RentAmount eq null)',
    )
    expect((await send(`/api/Leases?$filter=${filter}&$top=1`, ROWS_ACCEPT)).status).toBe(200)
    const expanded = await send('/api/Leases?$expand=Unit($select=UnitCode)&$top=1', ROWS_ACCEPT)
    expect((expanded.json as Page).value[0]?.['Unit']).toHaveProperty('UnitCode')
  })

  test('options of OData.Feed: OmitValues and IncludeAnnotations', async () => {
    const answer = await send('/api/Units?$top=20', ROWS_ACCEPT, {
      ...basic(feed.userName, feed.password),
      prefer: 'omit-values=nulls,odata.include-annotations="*"',
    })
    expect(answer.headers['preference-applied']).toBe(
      'omit-values=nulls, odata.include-annotations="-*"',
    )
    expect(answer.text).not.toContain(':null')
  })

  /** More than the 2,048 characters that Power Query puts into an address. */
  const ids = Array.from({ length: 300 }, (_, index) => `Id eq ${index + 600}`).join(' or ')
  const long = `/api/Buildings?$select=Id&$orderby=Id&$filter=${encodeURIComponent(ids.slice(0, ids.lastIndexOf(' or ', 3_000)))}`

  test('EnableBatch: what is longer than 2,048 characters comes as a GET in a $batch', async () => {
    expect(long.length).toBeGreaterThan(2_048)
    const direct = (await send(long, ROWS_ACCEPT)).json as Page
    const { host } = new URL(app.baseUrl)
    const answer = await postBatch([
      `GET https://${host}${long} HTTP/1.1`,
      `Accept: ${ROWS_ACCEPT}`,
    ])
    expect([answer.status, answer.headers['odata-version']]).toEqual([200, '4.0'])
    expect(answer.headers['content-type']).toMatch(/^multipart\/mixed; ?boundary=/)
    expect(answer.text).toContain('HTTP/1.1 200 OK')
    const body = answer.text.slice(answer.text.indexOf('{'), answer.text.lastIndexOf('}') + 1)
    expect(JSON.parse(body)).toEqual(direct)
    expect(direct.value.length).toBeGreaterThan(0)
  })

  test('a change in a $batch is refused as one alone is', async () => {
    const answer = await postBatch(['DELETE Tenants(9101) HTTP/1.1'])
    expect(answer.status).toBe(200)
    expect(answer.text).toContain('HTTP/1.1 403')
    expect(answer.text).toContain('FEED_READ_ONLY')
  })

  function postBatch(lines: readonly string[]): Promise<Answer> {
    const boundary = 'batch_3f0c'
    const part = ['Content-Type: application/http', 'Content-Transfer-Encoding: binary', '']
    const body = [`--${boundary}`, ...part, ...lines, '', '', `--${boundary}--`, ''].join('\r\n')
    return app.ask('/api/$batch', {
      as: null,
      method: 'POST',
      headers: {
        ...HTTPS,
        ...MASHUP,
        'accept-encoding': 'identity',
        ...basic(feed.userName, feed.password),
        'content-type': `multipart/mixed; boundary=${boundary}`,
      },
      body,
    })
  }
})

describe('feed accounts read, and nothing else', () => {
  test('what is of another module is refused, by any way to it', async () => {
    for (const path of [
      '/api/Suppliers',
      '/api/Documents',
      '/api/Buildings?$expand=Documents',
      '/api/Units?$filter=Documents/any()',
    ])
      expect([path, (await send(path, ROWS_ACCEPT)).status]).toEqual([path, 403])
  })

  test('writes are 403 before their body is read', async () => {
    for (const [method, path] of [
      ['POST', '/api/Tenants'],
      ['PATCH', '/api/Tenants(9101)'],
      ['PUT', '/api/Tenants(9101)'],
      ['DELETE', '/api/Tenants(9101)'],
      ['POST', '/api/Leases(9211)/Cancel'],
    ] as const)
      expectError(
        await app.ask(path, {
          as: null,
          method,
          headers: {
            ...HTTPS,
            ...basic(feed.userName, feed.password),
            'content-type': 'application/json',
          },
          body: 'no JSON',
        }),
        {
          status: 403,
          code: 'FEED_READ_ONLY',
          message:
            'Un compte de flux lit seulement; pour écrire, demandez un jeton par POST /api/Token.',
        },
      )
  })

  test('events, webhooks, the sandbox and the token route do not know it', async () => {
    const headers = { ...HTTPS, ...basic(feed.userName, feed.password) }
    for (const [method, path] of [
      ['GET', '/api/events'],
      ['GET', '/api/subscribe'],
      ['POST', '/api/subscribe'],
      ['POST', '/api/unsubscribe'],
      ['PATCH', '/api/Sandbox/Clock'],
    ] as const)
      expect([path, (await app.ask(path, { as: null, method, headers })).status]).toEqual([
        path,
        401,
      ])
    const token = await app.ask('/api/Token', {
      as: null,
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify({ UserName: feed.userName, Password: feed.password }),
    })
    expect(token.status).toBe(401)
  })

  test('full metadata offer it nothing to change', async () => {
    const answer = await send('/api/Leases?$top=1', 'application/json;odata.metadata=full')
    expect(answer.text).toContain('"@odata.readLink"')
    expect(answer.text).not.toContain('editLink')
    expect(answer.text).not.toContain('#Primmo.HApi.Cancel')
  })
})

describe('security: the password of a feed account', () => {
  test('is not taken over plain HTTP, nor asked for there', async () => {
    const plain = { ...HTTPS, 'x-forwarded-proto': 'http' }
    const credentials = basic(feed.userName, feed.password)
    expectError(await app.ask('/api/', { as: null, headers: { ...plain, ...credentials } }), {
      status: 403,
      code: 'FEED_NEEDS_HTTPS',
      message:
        "Un compte de flux n'est accepté que par HTTPS : son mot de passe serait lisible en chemin.",
    })
    const answer = await app.ask('/api/', { as: null, headers: plain })
    expect(answer.headers['www-authenticate']).toBe('Bearer')
    // On the machine itself nobody can listen.
    expect((await app.ask('/api/', { as: null, headers: credentials })).status).toBe(200)
  })

  test('a page in a browser is not asked for one', async () => {
    const answer = await send('/api/', '*/*', { 'sec-fetch-mode': 'cors' })
    expect([answer.status, answer.headers['www-authenticate']]).toEqual([401, 'Bearer'])
  })

  test('a refresh of many requests costs at most one hash', async () => {
    const other = await createFeed(app.db.database, passwords, {
      databaseName: 'DEV/ALEX',
      name: 'Refresh',
      modules: ['core'],
    })
    const credentials = basic(other.userName, other.password)
    await within1s(async () => (await send('/api/', FIRST_ACCEPT, credentials)).status === 200)
    const before = passwords.computed
    const answers = await Promise.all(
      Array.from({ length: 60 }, () => send('/api/Buildings?$top=1', ROWS_ACCEPT, credentials)),
    )
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 60 }, () => 200))
    expect(passwords.computed).toBe(before)
    await revokeFeed(app.db.database, other.userName)
  })

  test('a wrong one is 401 with the challenge; guesses are slowed down', async () => {
    for (const wrong of [
      basic(feed.userName, 'wrong'),
      basic('feed_nobody', feed.password),
      basic(feed.userName.toUpperCase(), feed.password),
      basic(feed.userName, ''),
    ]) {
      const answer = await send('/api/', FIRST_ACCEPT, wrong)
      expectError(answer, {
        status: 401,
        code: 'FEED_SIGN_IN_FAILED',
        message:
          'Le nom ou le mot de passe du compte de flux est incorrect, ou le compte est révoqué.',
      })
      expect(answer.headers['www-authenticate']).toBe('Basic realm="Primmo HApi", charset="UTF-8"')
    }
    const guesses: number[] = []
    for (let guess = 0; guess < 12; guess++)
      guesses.push((await send('/api/', FIRST_ACCEPT, basic('feed_guessed', `${guess}`))).status)
    expect(guesses.slice(0, 9).every((status) => status === 401)).toBe(true)
    expect(guesses.at(-1)).toBe(429)
    // Whoever knows the password is not locked out by others' guesses at other names.
    expect((await send('/api/', FIRST_ACCEPT)).status).toBe(200)
  })

  test('what is not Basic, or not readable, is no sign-in', async () => {
    for (const authorization of ['Basic', 'Basic %%%', `Basic ${btoa('nocolon')}`, 'Digest x']) {
      const answer = await send('/api/', FIRST_ACCEPT, { authorization })
      expect([authorization, answer.status]).toEqual([authorization, 401])
    }
  })

  test('a new password, other modules and a revocation hold within a second', async () => {
    const other = await createFeed(app.db.database, passwords, {
      databaseName: 'DEV/ALEX',
      name: 'Autre',
      modules: ['core'],
    })
    const statusOf = async (path: string, password: string): Promise<number> =>
      (await send(path, ROWS_ACCEPT, basic(other.userName, password))).status
    expect(
      await within1s(async () => (await statusOf('/api/Buildings', other.password)) === 200),
    ).toBe(true)
    expect(await statusOf('/api/Leases', other.password)).toBe(403)
    await setFeedModules(app.db.database, other.userName, ['leasing'])
    expect(
      await within1s(async () => (await statusOf('/api/Leases', other.password)) === 200),
    ).toBe(true)
    const { password } = await changeFeedPassword(app.db.database, passwords, other.userName)
    expect(await within1s(async () => (await statusOf('/api/Leases', password)) === 200)).toBe(true)
    expect(await statusOf('/api/Leases', other.password)).toBe(401)
    await revokeFeed(app.db.database, other.userName)
    expect(await within1s(async () => (await statusOf('/api/Leases', password)) === 401)).toBe(true)
  })
})

describe('the .pbids file', () => {
  test('holds the address of the service, for whoever asks', async () => {
    const answer = await app.ask('/api/feed.pbids', { as: null, headers: HTTPS })
    expect(answer.status).toBe(200)
    expect(answer.headers['content-disposition']).toBe('attachment; filename="primmo-hapi.pbids"')
    const { host } = new URL(app.baseUrl)
    expect(answer.json).toEqual({
      version: '0.1',
      connections: [
        {
          details: { protocol: 'odata', address: { url: `https://${host}/api/` } },
          options: {},
          mode: 'Import',
        },
      ],
    })
  })
})
