import { connect } from 'node:net'
import { setTimeout as passing } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { expectNothingOfTheInside } from '../support/expected-error.ts'
import { type Answer, type AskOptions, startTestApp, type TestApp } from '../support/test-app.ts'

let app: TestApp

beforeAll(async () => {
  app = await startTestApp()
})

afterAll(async () => {
  await app.close()
})

/** security §4: no refusal takes longer. */
const REFUSAL_MS_MAX = 5_000

async function refusal(path: string, options?: AskOptions): Promise<string> {
  const start = performance.now()
  const answer: Answer = await app.ask(path, options)
  expect(performance.now() - start).toBeLessThan(REFUSAL_MS_MAX)
  expectNothingOfTheInside(answer.text)
  return `${answer.status} ${/"code":"(\w+)"/.exec(answer.text)?.[1] ?? ''}`.trim()
}

const filterOf = (text: string): string =>
  `/api/Units?$select=Id&$filter=${encodeURIComponent(text)}`

function wrapped(depth: number, before: string, core: string, after: string): string {
  return before.repeat(depth) + core + after.repeat(depth)
}

describe('Bodies that arrive slowly', () => {
  let patient: TestApp

  beforeAll(async () => {
    patient = await startTestApp({ settings: { HAPI_LIMIT_BODY_IDLE_SECONDS: '1' } })
  })

  afterAll(() => patient.close())

  const pieces = ['%PDF-1.7\n', ...Array.from({ length: 4 }, () => 'x'.repeat(100))]
  const content = pieces.join('')

  /** Sends the pieces, each so long after the one before; gives the answer. */
  async function send(path: string, sent: readonly string[], pauseMs: number): Promise<string> {
    const socket = connect(patient.port, '127.0.0.1')
    const { token } = patient.clients.integrator
    let answer = ''
    socket.on('data', (chunk) => (answer += String(chunk)))
    const closed = new Promise((resolve) => socket.on('close', resolve))
    socket.on('error', () => {})
    socket.write(
      `PUT ${path} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/pdf\r\nContent-Length: ${content.length}\r\nConnection: close\r\n\r\n`,
    )
    for (const piece of sent) {
      socket.write(piece)
      await passing(pauseMs)
    }
    await closed
    return answer.slice(0, 'HTTP/1.1 204'.length)
  }

  test('an upload may take longer than anybody may rest; who stops is told, and leaves what was there', async () => {
    const created = await patient.ask('/api/Documents', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        LedgerDivisionId: 4,
        DocumentType: 'AUTRE',
        Title: 'Numérisation',
        FileName: 'a.pdf',
        ContentType: 'application/pdf',
        DocumentDate: '2026-06-15',
      }),
    })
    const path = `/api/Documents(${(created.json as { Id: number }).Id})/$value`
    expect(await send(path, pieces, 400)).toBe('HTTP/1.1 204')
    expect(await send(path, pieces.slice(0, 2), 0)).toBe('HTTP/1.1 408')
    expect((await patient.ask(path)).text).toBe(content)
  })
})

describe('security §4 URL and headers', () => {
  test('a URL of 40 KB is 414; one of 64 KB is refused too, by either limit', async () => {
    const long = (kilobytes: number): string =>
      `/api/Units?$filter=${'Id eq 1 or '.repeat((kilobytes * 1024) / 17)}Id eq 2`
    expect(await refusal(long(40))).toBe('414 URL_TOO_LONG')
    expect(['414 URL_TOO_LONG', '431 HEADERS_TOO_LARGE']).toContain(await refusal(long(64)))
  })

  test('3,000 headers, and a header of 100 KB, are 431', async () => {
    const { token } = app.clients.integrator
    const head = `GET /api/Buildings HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${token}\r\n`
    const many = Array.from({ length: 3_000 }, (_, index) => `x-${index}: 1\r\n`).join('')
    expect(await app.raw(`${head}${many}\r\n`)).toMatch(/^HTTP\/1\.1 431 [^]*"HEADERS_TOO_LARGE"/)
    const big = `x-big: ${'a'.repeat(100 * 1024)}\r\n`
    expect(await app.raw(`${head}${big}\r\n`)).toMatch(/^HTTP\/1\.1 431 [^]*"HEADERS_TOO_LARGE"/)
  })

  test('an ordinary client is far from both', async () => {
    const headers = Object.fromEntries(
      Array.from({ length: 100 }, (_, index) => [`x-header-${index}`, 'a'.repeat(100)]),
    )
    expect((await app.ask('/api/Buildings(1)', { headers })).status).toBe(200)
  })
})

describe('security §4 $filter', () => {
  test.each([
    ['2,000 parentheses', wrapped(2_000, '(', 'Id eq 1', ')')],
    ['1,000 nots', wrapped(1_000, 'not ', 'HasBalcony', '')],
    ['1,000 nots with parentheses', wrapped(1_000, 'not (', 'HasBalcony', ')')],
    ['500 functions', `${wrapped(500, 'tolower(', 'UnitCode', ')')} eq 'a'`],
    ['20 functions', `${wrapped(20, 'tolower(', 'UnitCode', ')')} eq 'a'`],
    ['2,000 minus signs', `${'-'.repeat(2_000)}Floor eq 1`],
    ['60 lambdas', Array(60).fill('Leases/any(l:l/Id eq 1)').join(' or ')],
    [
      '12 nested lambdas',
      `${Array.from({ length: 12 }, (_, i) => `${i === 0 ? '' : `x${i - 1}/`}${i % 2 === 0 ? 'Leases' : 'Unit/Tenants'}/any(x${i}:`).join('')}true${')'.repeat(12)}`,
    ],
    ['2,001 values of in', `Id in (${Array.from({ length: 2_001 }, (_, i) => i).join(',')})`],
    ['1,000 or-terms', Array.from({ length: 1_000 }, (_, i) => `Id eq ${i}`).join(' or ')],
    ['a list of lists', `Id in ${wrapped(500, '[', '1', ']')}`],
    ['500 case branches', `case(${Array(1_500).fill('true:1').join(',')}) eq 1`],
  ])('%s: 400', async (_, text) => {
    expect(await refusal(filterOf(text))).toMatch(
      /^400 (?:LIMIT_EXCEEDED|SYNTAX_ERROR|TYPE_MISMATCH)$/,
    )
  })

  test('400 or-terms, 2,000 values of in, 50 parentheses and 8 lambdas run', async () => {
    const ids = (await app.ids('/api/Units?$select=Id')).slice(0, 400)
    expect(await app.ids(filterOf(ids.map((id) => `Id eq ${id}`).join(' or ')))).toEqual(ids)
    const list = Array.from({ length: 2_000 }, (_, index) => index + 1).join(',')
    expect(await app.ids(filterOf(`Id in (${list})`))).toEqual([1440, 1448])
    expect(await app.ids(filterOf(wrapped(50, '(', 'Id eq 1440', ')')))).toEqual([1440])
    const lambdas = Array(8).fill('Leases/any(l:l/Id eq 2)').join(' and ')
    expect(await app.ids(filterOf(lambdas))).toEqual([1448])
  })

  test('matchesPattern: no long pattern, no costly one runs for long', async () => {
    expect(await refusal(filterOf(`matchesPattern(UnitCode,'${'a'.repeat(257)}')`))).toBe(
      '400 INVALID_LITERAL',
    )
    expect(await refusal(filterOf("matchesPattern(UnitCode,'a{256}{256}{256}')"))).toMatch(/^400 /)
    await app.sql('update units set comment = $1 where account_id = 1', [`${'a'.repeat(480)}!`])
    for (const pattern of [
      '^(a+)+$',
      '^(a|a)*$',
      '^(a|aa)+$',
      '(.*a){20}',
      '(x+x+)+y',
      '^(([a-z])+.)+[A-Z]([a-z])+$',
      '(a?){50}a{50}',
      'a{1,255}b{1,3}',
      '(a?){250}a{250}',
      '(a?){31}a{5}',
      '((a|b|c|d)*(e|f|a)*){20}z',
    ]) {
      expect(await refusal(filterOf(`matchesPattern(Comment,'${pattern}')`))).toMatch(
        /^(?:200|400 )/,
      )
    }
  })
})

describe('security §4 $expand, $orderby, $select, $top', () => {
  const expanded = (path: readonly string[]): string =>
    path.reduceRight((inner, name) => (inner === '' ? name : `${name}($expand=${inner})`), '')

  test('40 deep, a cycle of 12, $levels=1000, 41 navigations: 400', async () => {
    const around = Array.from({ length: 40 }, (_, i) => (i % 2 === 0 ? 'Units' : 'Building'))
    expect(await refusal(`/api/Buildings?$expand=${expanded(around)}`)).toBe('400 LIMIT_EXCEEDED')
    expect(await refusal(`/api/Buildings?$expand=${expanded(around.slice(0, 12))}`)).toBe(
      '400 LIMIT_EXCEEDED',
    )
    expect(await refusal('/api/ServiceCallCategories?$expand=Children($levels=1000)')).toMatch(
      /^400 /,
    )
    expect(await refusal('/api/ServiceCallCategories?$expand=Children($levels=0)')).toMatch(/^400 /)
    const wide = Array(3)
      .fill('CurrentLease,CurrentTenant,Leases,Tenants,Building')
      .map((names: string, i) => (i === 0 ? names : names))
    expect(
      await refusal(
        `/api/Buildings?$expand=Units($expand=${wide[0]},Owner,Documents,Notes,Visits,Prospects,AccessKeys),LedgerDivision($expand=*),Notes,Documents,Budgets,GlEntries`,
      ),
    ).toBe('400 LIMIT_EXCEEDED')
  })

  test('six deep runs', async () => {
    const path = ['Units', 'Building', 'LedgerDivision', 'Company', 'LedgerDivisions', 'Company']
    const answer = await app.ask(`/api/Buildings?$filter=Id eq 624&$expand=${expanded(path)}`)
    expect(answer.status).toBe(200)
    expect(answer.text).toMatch(
      /^\{"value":\[\{"Units":\[\{"Building":\{"LedgerDivision":\{"Company":\{"LedgerDivisions":\[\{"Company":\{/,
    )
  })

  test('500 items of $orderby, 501 of $select: 400; 32 and 500 run', async () => {
    expect(await refusal(`/api/Units?$orderby=${Array(500).fill('Id').join(',')}`)).toBe(
      '400 LIMIT_EXCEEDED',
    )
    expect(await refusal(`/api/Units?$select=${Array(501).fill('Id').join(',')}`)).toBe(
      '400 LIMIT_EXCEEDED',
    )
    expect(await refusal(`/api/Units?$orderby=${Array(32).fill('Floor').join(',')}`)).toBe('200')
    expect(await refusal(`/api/Units?$select=${Array(500).fill('Id').join(',')}`)).toBe('200')
  })

  test('$top and $skip are integers from 0 to 2³¹ − 1', async () => {
    for (const value of ['1e9', '-1', 'NaN', 'INF', '2147483648', '99999999999999999999999'])
      expect(await refusal(`/api/Units?$top=${value}`)).toMatch(/^400 /)
    expect(await refusal('/api/Units?$top=2147483647&$select=Id')).toBe('200')
    expect((await app.ask('/api/Units?$skip=2147483647')).text).toBe('{"value":[]}')
  })
})

describe('security §4 bodies', () => {
  const headers = { 'content-type': 'application/json' }

  test('50 MB, JSON 100,000 deep, gzip: refused', async () => {
    const post = (body: string, more: Record<string, string> = {}): Promise<string> =>
      refusal('/api/Token', { as: null, method: 'POST', body, headers: { ...headers, ...more } })
    expect(await post(`{"UserName":"${'a'.repeat(11_000_000)}"}`)).toBe('413 BODY_TOO_LARGE')
    expect(await post(`${'['.repeat(100_000)}${']'.repeat(100_000)}`)).toMatch(/^400 /)
    expect(await post(`${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`)).toMatch(/^40[01] /)
    expect(await post('{"__proto__":{"a":1},"UserName":"a","Password":"b"}')).toBe(
      '400 INVALID_BODY',
    )
    expect(await post('null')).toBe('400 INVALID_BODY')
    const zipped = gzipSync('{"UserName":"a","Password":"b"}').toString('latin1')
    expect(await post(zipped, { 'content-encoding': 'gzip' })).toMatch(/^4(?:00|15) /)
  })

  test('a body that HTTP does not know is told as such, and not as a URL', async () => {
    for (const head of [
      'Transfer-Encoding: chunked',
      'Content-Length: 5\r\nTransfer-Encoding: chunked',
    ]) {
      const socket = connect(app.port, '127.0.0.1')
      socket.write(`POST /api/Token HTTP/1.1\r\nHost: a\r\n${head}\r\n\r\nZZ\r\n`)
      const pieces: string[] = []
      for await (const piece of socket) pieces.push(String(piece))
      expect(pieces.join('')).toContain('"INVALID_BODY"')
    }
  })

  test('a password of 1 MB is refused in under 2 s', async () => {
    const start = performance.now()
    const { apiKey, userName } = app.clients.integrator
    const answer = await app.ask('/api/Token', {
      as: null,
      method: 'POST',
      body: JSON.stringify({ UserName: userName, Password: 'x'.repeat(1_000_000) }),
      headers: { ...headers, 'x-api-key': apiKey },
    })
    expect(answer.status).toBe(401)
    expect(performance.now() - start).toBeLessThan(2_000)
  })

  test('another media type than JSON is 415', async () => {
    for (const type of ['text/plain', 'application/xml', 'multipart/form-data; boundary=a'])
      expect(
        await refusal('/api/Token', {
          as: null,
          method: 'POST',
          body: 'a',
          headers: { 'content-type': type },
        }),
      ).toBe('415 UNSUPPORTED_MEDIA_TYPE')
  })
})

describe('security §4 a refused request takes no connection', () => {
  test('with all connections held, 401, 400 and 403 come at once', async () => {
    const held = await Promise.all(Array.from({ length: 12 }, () => app.database.connectReader()))
    try {
      for (const [path, as, status] of [
        ['/api/Units', null, 401],
        ['/api/Units?$filter=((', 'integrator', 400],
        ['/api/Units?$filter=Nothing eq 1', 'integrator', 400],
        ['/api/FinancialStatements', 'integrator', 403],
        ['/api/Nothing', 'integrator', 404],
      ] as const) {
        const start = performance.now()
        expect((await app.ask(path, { as })).status).toBe(status)
        expect(performance.now() - start).toBeLessThan(500)
      }
    } finally {
      for (const client of held) client.release()
    }
    expect((await app.ask('/api/Buildings(1)')).status).toBe(200)
  })
})

/** More than sockets and buffers hold: every unit with its building and that one's units. */
const BIG = '/api/Units?$expand=Building($expand=Units)'

describe('security §4 clients that go or stall', () => {
  async function running(): Promise<number> {
    const [count = 0] = await app.column<number>(
      `select count(*)::integer from pg_stat_activity
        where datname = current_database() and application_name = 'hapi read' and state <> 'idle'`,
    )
    return count
  }

  async function within2s(condition: () => Promise<boolean>): Promise<boolean> {
    const deadline = Date.now() + 2_000
    while (Date.now() < deadline) {
      if (await condition()) return true
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    return false
  }

  /** A client that sends its request and reads nothing more than is said. */
  function openClient(
    path: string,
    onData: () => void = () => {},
    encoding = 'identity',
  ): ReturnType<typeof connect> {
    const socket = connect(app.port, '127.0.0.1')
    socket.on('error', () => {})
    socket.once('data', () => {
      socket.pause()
      onData()
    })
    socket.write(
      `GET ${path} HTTP/1.1\r\nHost: a\r\nAccept-Encoding: ${encoding}\r\nAuthorization: Bearer ${app.clients.integrator.token}\r\n\r\n`,
    )
    return socket
  }

  test('a client that closes in mid-answer leaves no running statement', async () => {
    const socket = await new Promise<ReturnType<typeof connect>>((resolve) => {
      const opened = openClient(BIG, () => resolve(opened))
    })
    expect(await within2s(async () => (await running()) > 0)).toBe(true)
    socket.destroy()
    expect(await within2s(async () => (await running()) === 0)).toBe(true)
  })

  test.each(['identity', 'gzip', 'br'])(
    'forty clients that go leave the pool whole (%s)',
    async (encoding) => {
      for (let round = 0; round < 5; round += 1) {
        const sockets = await Promise.all(
          Array.from(
            { length: 8 },
            () =>
              new Promise<ReturnType<typeof connect>>((resolve) => {
                const opened = openClient(BIG, () => resolve(opened), encoding)
              }),
          ),
        )
        for (const socket of sockets) socket.destroy()
      }
      expect(await within2s(async () => (await running()) === 0)).toBe(true)
      const { idleCount, totalCount, waitingCount } = app.database.readPool
      expect([totalCount - idleCount, waitingCount]).toEqual([0, 0])
      expect((await app.ask('/api/Buildings(1)')).status).toBe(200)
    },
    30_000,
  )

  test('nor does one that closes before the first byte', async () => {
    // Multiplies the rents of every three leases of a division and looks in vain for a negative product.
    const slow =
      '/api/Units?$filter=Building/LedgerDivision/Leases/any(a:a/LedgerDivision/Leases/any(b:b/LedgerDivision/Leases/any(c:c/RentAmount%20mul%20a/RentAmount%20mul%20b/RentAmount%20lt%200)))'
    const socket = openClient(slow)
    expect(await within2s(async () => (await running()) > 0)).toBe(true)
    socket.destroy()
    expect(await within2s(async () => (await running()) === 0)).toBe(true)
    expect((await app.ask('/api/Buildings(1)')).status).toBe(200)
  })

  test('a statement that ends in mid-answer cuts the answer, and nothing else', async () => {
    const socket = await new Promise<ReturnType<typeof connect>>((resolve) => {
      const opened = openClient(BIG, () => resolve(opened))
    })
    const ended = new Promise<string>((resolve) => {
      let last = ''
      socket.on('data', (chunk: Buffer) => (last = (last + chunk.toString('latin1')).slice(-20)))
      socket.once('close', () => resolve(last))
    })
    await app.sql(
      `select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and application_name = 'hapi read' and state <> 'idle'`,
    )
    socket.resume()
    // A whole answer ends with the closing of its list and an empty chunk.
    expect((await ended).endsWith(']}\r\n0\r\n\r\n')).toBe(false)
    expect((await app.ask('/api/Buildings(1)')).status).toBe(200)
  })

  test('slow readers of a big list keep memory flat, and others are served', async () => {
    const whole = (await app.ask(BIG)).bytes.length
    expect(whole).toBeGreaterThan(15_000_000)
    const before = process.memoryUsage().rss
    const sockets = await Promise.all(
      Array.from(
        { length: 7 },
        () =>
          new Promise<ReturnType<typeof connect>>((resolve) => {
            const opened = openClient(BIG, () => resolve(opened))
          }),
      ),
    )
    await new Promise((resolve) => setTimeout(resolve, 1_000))
    expect(process.memoryUsage().rss - before).toBeLessThan(100_000_000)
    const start = performance.now()
    expect((await app.ask('/api/Buildings(1)', { as: 'administrator' })).status).toBe(200)
    expect(performance.now() - start).toBeLessThan(2_000)
    for (const socket of sockets) socket.destroy()
    expect(await within2s(async () => (await running()) === 0)).toBe(true)
  })
})
