import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createApiKey } from '../../src/auth/api-key.ts'
import { revokeKey, rotateKey } from '../../src/auth/keys.ts'
import { createUser, revokeUser } from '../../src/auth/users.ts'
import { model } from '../../src/model/model.ts'
import { passwords } from '../auth/support.ts'
import { expectError } from '../support/expected-error.ts'
import { type Answer, type ClientName, startTestApp, type TestApp } from '../support/test-app.ts'

let app: TestApp

beforeAll(async () => {
  app = await startTestApp()
})

afterAll(async () => {
  await app.close()
})

interface SignInOptions {
  readonly apiKey?: string
  readonly userName?: string
  readonly password?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly path?: string
}

async function signIn(client: ClientName, options: SignInOptions = {}): Promise<Answer> {
  const parts = { ...app.clients[client], ...options }
  return postToken(JSON.stringify({ Password: parts.password, UserName: parts.userName }), {
    'x-api-key': parts.apiKey,
    ...options.headers,
  })
}

async function postToken(body: string, headers: Record<string, string>): Promise<Answer> {
  return app.ask('/api/Token', {
    as: null,
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json', ...headers },
  })
}

interface TokenBody {
  readonly Token: string
  readonly ExpiresAt: string
}

function tokenOf(answer: Answer): TokenBody {
  // Proved by the first test of A1, which asserts the whole body.
  return answer.json as TokenBody
}

async function asking(token: string, path = '/api/Buildings?$top=1'): Promise<Answer> {
  return app.ask(path, { as: null, headers: { authorization: `Bearer ${token}` } })
}

function claimsOf(token: string): Record<string, unknown> {
  // A JWT's payload is a JSON object.
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Record<
    string,
    unknown
  >
}

/** Signs in with a key that was just made, of which this process learns within a second. */
async function signInWith(client: ClientName, apiKey: string): Promise<TokenBody> {
  let answer = await signIn(client, { apiKey })
  await within1s(async () => {
    if (answer.status !== 200) answer = await signIn(client, { apiKey })
    return answer.status === 200
  })
  return tokenOf(answer)
}

/** Tries until it holds; a revocation may take a second. */
async function within1s(condition: () => Promise<boolean>): Promise<boolean> {
  const deadline = Date.now() + 1_000
  while (Date.now() < deadline) if (await condition()) return true
  return false
}

const WRONG = {
  status: 401,
  code: 'SIGN_IN_FAILED',
  message: "La clé API, le nom d'utilisateur ou le mot de passe est incorrect.",
} as const

describe('A1 POST /api/Token', () => {
  test('A1 the guide’s request gives the token, its type and its end', async () => {
    const { apiKey, userName, password } = app.clients.integrator
    const before = Math.floor(Date.now() / 1000)
    const answer = await postToken(
      `{\n  "Password":${JSON.stringify(password)},\n  "UserName":${JSON.stringify(userName)}\n}`,
      { 'x-api-key': apiKey },
    )
    const { Token, ExpiresAt } = tokenOf(answer)
    expect(answer.json).toEqual({ Token, TokenType: 'Bearer', ExpiresIn: 86_400, ExpiresAt })
    expect(Object.keys(answer.json as object)).toEqual([
      'Token',
      'TokenType',
      'ExpiresIn',
      'ExpiresAt',
    ])
    expect(ExpiresAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
    expect(Date.parse(ExpiresAt) / 1000 - before).toBeGreaterThanOrEqual(86_400)
    expect(Date.parse(ExpiresAt) / 1000 - before).toBeLessThan(86_410)
    expect(answer.status).toBe(200)
    expect(answer.headers['content-type']).toBe('application/json')
    expect(answer.headers['cache-control']).toBe('no-store')
    expect((await asking(Token)).status).toBe(200)
  })

  test('A1 Accept: text/plain gives the bare token', async () => {
    const answer = await signIn('integrator', { headers: { accept: 'text/plain' } })
    expect(answer.text).toMatch(/^eyJhbGciOiJIUzI1NiIsInR5c[\w-]+\.[\w-]+\.[\w-]+$/)
    expect(answer.headers['content-type']).toMatch(/^text\/plain/)
    expect((await asking(answer.text)).status).toBe(200)
  })

  test('A1 property names and the path in any letter case', async () => {
    const { apiKey, userName, password } = app.clients.integrator
    for (const [path, body] of [
      ['/api/Token', { password, username: userName }],
      ['/API/token', { PASSWORD: password, USERNAME: userName }],
      ['/api/TOKEN/', { passWord: password, userNAME: userName, other: 1 }],
    ] as const) {
      const answer = await app.ask(path, {
        as: null,
        method: 'POST',
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json; charset=utf-8', 'X-API-KEY': apiKey },
      })
      expect([path, answer.status]).toEqual([path, 200])
    }
  })

  test('A1 whatever is wrong, one and the same answer', async () => {
    const { administrator, other } = app.clients
    const wrong: readonly SignInOptions[] = [
      { apiKey: '' },
      { apiKey: createApiKey('live').text },
      { apiKey: administrator.apiKey.slice(0, -1) },
      { userName: 'nobody' },
      { userName: '' },
      { password: 'wrong' },
      { password: '' },
      { apiKey: administrator.apiKey },
      { userName: administrator.userName, password: administrator.password },
      { apiKey: other.apiKey },
      { userName: other.userName, password: other.password },
    ]
    for (const options of wrong) {
      const answer = await signIn('integrator', options)
      expectError(answer, WRONG)
    }
    const english = await signIn('integrator', {
      password: 'no',
      headers: { 'accept-language': 'en' },
    })
    expectError(english, {
      ...WRONG,
      message: 'The API key, the user name or the password is wrong.',
      language: 'en',
    })
  })

  test('A1 in the same time', async () => {
    const timeOf = async (options: SignInOptions): Promise<number> => {
      const start = performance.now()
      expect((await signIn('other', options)).status).toBe(401)
      return performance.now() - start
    }
    const unknownKey = createApiKey('live').text
    const kinds = {
      password: [] as number[],
      user: [] as number[],
      key: [] as number[],
    }
    // In turn, so that a busy machine slows all alike.
    for (let index = 0; index < 9; index += 1) {
      kinds.password.push(await timeOf({ password: `wrong ${index}` }))
      kinds.user.push(await timeOf({ userName: `nobody ${index}` }))
      kinds.key.push(await timeOf({ apiKey: unknownKey, userName: `person ${index}` }))
    }
    // The quickest of each, which the load of the machine does not touch.
    const least = Object.values(kinds).map((times) => Math.min(...times))
    const [shortest, longest] = [Math.min(...least), Math.max(...least)]
    expect(longest - shortest).toBeLessThan(Math.max(15, longest * 0.3))
    // An answer without the work of a hash would come at once.
    expect(shortest).toBeGreaterThan(5)
  })

  test('A1 a body that is no object of JSON is refused before anything is looked up', async () => {
    const { apiKey } = app.clients.integrator
    for (const body of ['', '{', '[]', '"a"', 'null', '{"UserName":"a",}']) {
      const answer = await postToken(body, { 'x-api-key': apiKey })
      expect([body, answer.status]).toEqual([body, 400])
      expect((answer.json as { error: { code: string } }).error.code).toBe('INVALID_BODY')
    }
  })
})

describe('A2 the token', () => {
  test('A2 is a JWT signed by HS256 that lives exactly 24 hours', async () => {
    const { Token, ExpiresAt } = tokenOf(await signIn('integrator'))
    expect(Token).toMatch(/^eyJhbGciOiJIUzI1NiIsInR5c/)
    const { iat, exp } = claimsOf(Token)
    expect(Number(exp) - Number(iat)).toBe(86_400)
    expect(Number(exp) * 1000).toBe(Date.parse(ExpiresAt))
  })

  test('A2 after its end: 401, which says to ask for a new one', async () => {
    const { Token } = tokenOf(await signIn('integrator'))
    try {
      app.clock.aheadMs = 86_400_000 - 5_000
      await app.sql('update accounts set database_name = database_name')
      expect(await within1s(async () => (await asking(Token)).status === 200)).toBe(true)
      // Clocks may differ by 30 s.
      app.clock.aheadMs = 86_400_000 + 32_000
      const answer = await asking(Token)
      expectError(answer, {
        status: 401,
        code: 'TOKEN_EXPIRED',
        message: 'Le jeton est expiré (24 h); demandez-en un nouveau par POST /api/Token.',
      })
      expect(answer.headers['www-authenticate']).toMatch(/^Bearer error="invalid_token"/)
    } finally {
      app.clock.aheadMs = 0
    }
  })

  test('A2 there is no refresh token: asking again gives another one', async () => {
    const first = tokenOf(await signIn('integrator'))
    const second = tokenOf(await signIn('integrator'))
    expect(second.Token).not.toBe(first.Token)
    expect((await asking(first.Token)).status).toBe(200)
    expect((await asking(second.Token)).status).toBe(200)
  })
})

describe('A3 Authorization: Bearer on every other call', () => {
  const required = {
    status: 401,
    code: 'TOKEN_REQUIRED',
    message:
      'Un jeton est requis : demandez-le par POST /api/Token, puis envoyez « Authorization: Bearer <jeton> ».',
  } as const

  test('A3 without it 401 with WWW-Authenticate: Bearer, whatever is asked', async () => {
    const paths = [
      '/api',
      '/api/',
      '/api/$metadata',
      '/api/Buildings',
      '/api/Buildings(1)',
      '/api/Buildings/$count',
      '/api/Nothing',
      '/api/Buildings?$filter=((((',
      '/api/Units/ForRent',
      '/api/Units(9007)/Availability',
    ]
    for (const path of paths) {
      const answer = await app.ask(path, { as: null })
      expectError(answer, required)
      expect(answer.headers['www-authenticate']).toBe('Bearer')
    }
    for (const method of ['POST', 'PATCH', 'PUT', 'DELETE']) {
      expectError(await app.ask('/api/Buildings', { as: null, method }), required)
    }
  })

  test('A3 the API key is no token, nor is a user name, a query or a cookie', async () => {
    const { apiKey, userName, password, token } = app.clients.integrator
    const basic = Buffer.from(`${userName}:${password}`).toString('base64')
    for (const headers of [
      { 'x-api-key': apiKey },
      { authorization: `Basic ${basic}` },
      { authorization: token },
      { cookie: `token=${token}` },
      { authorization: 'Bearer' },
    ]) {
      expectError(await app.ask('/api/Buildings', { as: null, headers }), required)
    }
    expectError(await app.ask(`/api/Buildings?access_token=${token}`, { as: null }), required)
  })

  test('A3 a token that nobody signed is refused', async () => {
    const { token } = app.clients.integrator
    const [header = '', payload = '', signature = ''] = token.split('.')
    const none = Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url')
    const forged = Buffer.from(JSON.stringify({ ...claimsOf(token), accountId: 2 })).toString(
      'base64url',
    )
    const bad = [
      'x',
      `${none}.${payload}.`,
      `${header}.${forged}.${signature}`,
      `${header}.${payload}.${signature.slice(0, -2)}AA`,
      `${header}.${payload}`,
    ]
    for (const candidate of bad) {
      expectError(await asking(candidate), {
        status: 401,
        code: 'TOKEN_INVALID',
        message: "Le jeton n'est pas valide; demandez-en un nouveau par POST /api/Token.",
      })
    }
  })

  test('A3 one token gives access to all the entities, without the key', async () => {
    expect(model.entityTypes).toHaveLength(53 + 3 + 1)
    for (const { set } of model.entityTypes) {
      const answer = await app.ask(`/api/${set}?$top=1`, { as: 'administrator' })
      expect([set, answer.status]).toEqual([set, 200])
    }
  })
})

describe('A4 one key and one user per integrator', () => {
  test('A4 keys and users of two integrators do not mix', async () => {
    const { administrator, revocable } = app.clients
    expectError(await signIn('revocable', { apiKey: administrator.apiKey }), WRONG)
    expectError(await signIn('administrator', { apiKey: revocable.apiKey }), WRONG)
    expect((await signIn('revocable')).status).toBe(200)
  })

  test('A4 a revoked key stops its live tokens within a second, and those of no other key', async () => {
    const { databaseName, integrator, keyId } = app.clients.revocable
    const other = await rotateKey(app.db.database, { databaseName, integrator })
    const stopped = tokenOf(await signIn('revocable')).Token
    const kept = (await signInWith('revocable', other.apiKey)).Token
    await revokeKey(app.db.database, keyId)
    expect(await within1s(async () => (await asking(stopped)).status === 401)).toBe(true)
    expectError(await asking(stopped), {
      status: 401,
      code: 'TOKEN_INVALID',
      message: "Le jeton n'est pas valide; demandez-en un nouveau par POST /api/Token.",
    })
    expectError(await signIn('revocable'), WRONG)
    expect((await asking(kept)).status).toBe(200)
    expect((await asking(app.clients.integrator.token)).status).toBe(200)
  })

  test('A4 a revoked user stops his live tokens too', async () => {
    const { databaseName, integrator, userName } = app.clients.revocable
    const key = await rotateKey(app.db.database, { databaseName, integrator })
    const { Token } = await signInWith('revocable', key.apiKey)
    expect((await asking(Token)).status).toBe(200)
    await revokeUser(app.db.database, { databaseName, userName })
    expect(await within1s(async () => (await asking(Token)).status === 401)).toBe(true)
    expectError(await signIn('revocable', { apiKey: key.apiKey }), WRONG)
    const again = await createUser(app.db.database, passwords, {
      databaseName,
      integrator,
      userName: 'annonces-2',
      profile: 'integrator',
    })
    const successor = { apiKey: key.apiKey, userName: 'annonces-2', password: again.password }
    expect(await within1s(async () => (await signIn('revocable', successor)).status === 200)).toBe(
      true,
    )
  })
})

describe('A5 modules (R-011)', () => {
  const forbidden = {
    status: 403,
    code: 'MODULE_NOT_LICENSED',
    target: 'FinancialStatements',
    message:
      "Le module « financial-statements » n'est pas activé pour ce client; le client doit s'adresser au service des ventes de Primmo.",
  } as const

  test('A5 FinancialStatements answers 403, which names the module and whom to ask', async () => {
    expectError(await app.ask('/api/FinancialStatements'), forbidden)
    expectError(
      await app.ask('/api/FinancialStatements', { headers: { 'accept-language': 'en' } }),
      {
        ...forbidden,
        message:
          "Module 'financial-statements' is not enabled for this client; the client should contact Primmo's sales department.",
        language: 'en',
      },
    )
  })

  test('A5 to every method and by every way: key, count, expand, navigation, filter, order', async () => {
    for (const method of ['POST', 'PATCH', 'PUT', 'DELETE'])
      expectError(await app.ask('/api/FinancialStatements', { method }), forbidden)
    for (const path of [
      '/api/FinancialStatements(1)',
      '/api/FinancialStatements/$count',
      '/api/LedgerDivisions?$expand=FinancialStatements',
      '/api/LedgerDivisions?$expand=FinancialStatements/$count',
      '/api/LedgerDivisions(1)/FinancialStatements',
      '/api/Buildings?$filter=FinancialStatements/any(f:f/ActualMonth gt 0)',
      '/api/Buildings?$filter=FinancialStatements/$count gt 0',
      '/api/Buildings?$orderby=FinancialStatements/$count',
      '/api/Companies?$expand=LedgerDivisions($expand=FinancialStatements)',
    ]) {
      expectError(await app.ask(path), forbidden)
    }
  })

  test('A5 a client that has it gets 200', async () => {
    const answer = await app.ask('/api/FinancialStatements', { as: 'administrator' })
    expect([answer.status, answer.text]).toEqual([200, '{"value":[]}'])
    const expanded = await app.ask(
      '/api/LedgerDivisions(1)?$select=Id&$expand=FinancialStatements',
      { as: 'administrator' },
    )
    expect(expanded.text).toBe('{"FinancialStatements":[],"Id":1}')
  })

  test('A5 the set stays visible in the documentation, with its module named', async () => {
    expect((await app.ask('/api/$metadata')).text).toContain('Name="FinancialStatements"')
    expect(await app.rows<{ name: string }>('/api')).toContainEqual({
      name: 'FinancialStatements',
      kind: 'EntitySet',
      url: 'FinancialStatements',
      title: 'État financier',
    })
    const openApi = (await app.ask('/swagger/openapi.fr.json', { as: null })).json as {
      paths: Record<string, { get: { description?: string; summary?: string } }>
    }
    const operation = openApi.paths['/api/FinancialStatements']?.get
    expect(JSON.stringify(operation)).toContain('financial-statements')
  })
})

describe('A6 limits on the number and size of requests', () => {
  test('A6 no normal integrator meets one: 400 requests in a row, no limit published', async () => {
    for (let index = 0; index < 400; index += 1) {
      const answer = await app.ask('/api/Buildings(1)/Name/$value')
      expect(answer.status).toBe(200)
      if (index === 0) {
        const published = Object.keys(answer.headers).filter((name) => name.includes('ratelimit'))
        expect(published).toEqual([])
      }
    }
  })

  test('A6 requests of a batch count like those that come alone: beyond the limit each is answered 429', async () => {
    const limited = await startTestApp({ settings: { HAPI_RATE_LIMIT: '4' } })
    const send = (requests: readonly object[], as: 'integrator' | 'other') =>
      limited.ask('/api/$batch', {
        as,
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ requests: requests.map((each, id) => ({ id: `${id}`, ...each })) }),
      })
    const parts = (answer: Answer) =>
      (answer.json as { responses: { status: number; headers: Record<string, string> }[] })
        .responses
    try {
      const read = { method: 'get', url: 'Buildings(1)/Name/$value' }
      const answered = parts(
        await send(
          Array.from({ length: 6 }, () => read),
          'integrator',
        ),
      )
      expect(answered.map(({ status }) => status)).toEqual([200, 200, 200, 200, 429, 429])
      expect(Number(answered[4]?.headers['retry-after'])).toBeGreaterThan(0)
      const alone = await limited.ask('/api/Buildings(1)')
      expect([alone.status, Number(alone.headers['retry-after']) > 0]).toEqual([429, true])
      // A group is done as a whole or not at all.
      const note = {
        atomicityGroup: 'g',
        method: 'post',
        url: 'Notes',
        headers: { 'content-type': 'application/json' },
        body: { LedgerDivisionId: 1, TenantId: 1, NoteType: 'R', Body: '…' },
      }
      const group = parts(
        await send(
          Array.from({ length: 6 }, () => note),
          'other',
        ),
      )
      expect(group.map(({ status }) => status)).toEqual([424, 424, 424, 424, 429, 424])
    } finally {
      await limited.close()
    }
  })

  test('A6 a limit that the operator sets answers 429 with Retry-After, key by key', async () => {
    const limited = await startTestApp({ settings: { HAPI_RATE_LIMIT: '3' } })
    try {
      const answers = []
      for (let index = 0; index < 4; index += 1)
        answers.push(await limited.ask('/api/Buildings(1)/Name/$value'))
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 429])
      const refused = answers[3]
      const seconds = Number(refused?.headers['retry-after'])
      expect(Number.isInteger(seconds) && seconds >= 1 && seconds <= 60).toBe(true)
      if (refused !== undefined) {
        expectError(refused, {
          status: 429,
          code: 'TOO_MANY_REQUESTS',
          message: `Trop de tentatives; réessayez dans ${seconds} s.`,
        })
      }
      expect((await limited.ask('/api/Buildings(1)', { as: 'other' })).status).toBe(200)
      // Another token is the same key's.
      const { apiKey, userName, password } = limited.clients.integrator
      const signed = await limited.ask('/api/Token', {
        as: null,
        method: 'POST',
        headers: { 'x-api-key': apiKey, 'content-type': 'application/json' },
        body: JSON.stringify({ UserName: userName, Password: password }),
      })
      const { Token: token } = signed.json as { Token: string }
      const headers = { authorization: `Bearer ${token}` }
      expect((await limited.ask('/api/Buildings(1)', { as: null, headers })).status).toBe(429)
      // Whoever makes up another token each time stays who he is: where he comes from, as that sign-in.
      const forged = []
      for (const letter of ['a', 'b', 'c']) {
        const made = { authorization: `Bearer ${letter}` }
        forged.push((await limited.ask('/api/Buildings(1)', { as: null, headers: made })).status)
      }
      expect(forged).toEqual([401, 401, 429])
      // A balancer may ask as often as it likes whether the service is well.
      for (const path of ['/health/live', '/health/ready'])
        expect((await limited.ask(path, { as: null })).status).toBe(200)
    } finally {
      await limited.close()
    }
  })
})
