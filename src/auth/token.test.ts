import { createHmac, generateKeyPairSync, sign } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { HapiError } from '../errors/hapi-error.ts'
import { signToken, verifyToken } from './token.ts'
import { loadTokenSecrets } from './token-secret.ts'

const NOW = Date.parse('2026-06-15T12:00:00Z')
const SECRET = 'a secret of enough bytes for HS256, and more'
const secrets = await loadTokenSecrets({
  dataDir: '/nowhere',
  jwtSecret: SECRET,
  jwtSecretPrevious: undefined,
})
const holder = { userId: 7, accountId: 3, keyId: 'AbCd1234', userEpoch: 1, keyEpoch: 2 }
const { token } = await signToken(holder, secrets, NOW)

function part(jwt: string, index: number): Record<string, unknown> {
  return JSON.parse(Buffer.from(jwt.split('.')[index] ?? '', 'base64url').toString())
}

const header = part(token, 0)
const payload = part(token, 1)
const issuedAt = NOW / 1_000

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

/** A token signed with our own secret, so that only what it says is wrong. */
function forge(
  changes: { header?: Record<string, unknown>; payload?: Record<string, unknown> },
  key: string | Uint8Array = SECRET,
  algorithm = 'sha256',
): string {
  const head = encode({ ...header, ...changes.header })
  const body = `${head}.${encode({ ...payload, ...changes.payload })}`
  return `${body}.${createHmac(algorithm, key).update(body).digest('base64url')}`
}

async function codeOf(jwt: string, nowMs = NOW): Promise<string> {
  try {
    await verifyToken(jwt, secrets, nowMs)
    return 'accepted'
  } catch (error) {
    if (!(error instanceof HapiError)) throw error
    return error.code
  }
}

describe('contract A2: the token', () => {
  test('begins as the guide shows and lives exactly 24 hours', () => {
    expect(token.startsWith('eyJhbGciOiJIUzI1NiIsInR5c')).toBe(true)
    expect(header).toEqual({ alg: 'HS256', typ: 'JWT', kid: secrets.current.kid })
    expect(payload).toEqual({
      iss: 'primmo-hapi',
      aud: 'primmo-hapi-api',
      sub: '7',
      account: 3,
      key: 'AbCd1234',
      epochs: [1, 2],
      jti: expect.stringMatching(/^[\da-f-]{36}$/),
      iat: issuedAt,
      exp: issuedAt + 86_400,
    })
  })

  test('says who holds it', async () => {
    expect(await verifyToken(token, secrets, NOW)).toEqual({
      ...holder,
      expiresAt: issuedAt + 86_400,
    })
  })

  test('two tokens of one second differ', async () => {
    expect((await signToken(holder, secrets, NOW)).token).not.toBe(token)
  })

  test('after 24 hours, and 30 s for clocks that differ, it has expired', async () => {
    expect(await codeOf(token, NOW + 86_400_000 + 29_000)).toBe('accepted')
    expect(await codeOf(token, NOW + 86_400_000 + 30_000)).toBe('TOKEN_EXPIRED')
    await expect(verifyToken(token, secrets, NOW + 90_000_000)).rejects.toMatchObject({
      headers: {
        'WWW-Authenticate':
          'Bearer error="invalid_token", error_description="The access token expired"',
      },
    })
  })
})

describe('security §2: forged tokens', () => {
  test('the forger of these tests can make a right one', async () => {
    expect(await codeOf(forge({}))).toBe('accepted')
  })

  test.each(['none', 'None', 'NONE', 'nOnE', 'none ', ''])('alg %j', async (alg) => {
    const unsigned = `${encode({ ...header, alg })}.${encode(payload)}.`
    expect(await codeOf(unsigned)).toBe('TOKEN_INVALID')
    expect(await codeOf(forge({ header: { alg } }))).toBe('TOKEN_INVALID')
  })

  test.each([
    ['HS384', 'sha384'],
    ['HS512', 'sha512'],
    ['hs256', 'sha256'],
  ])('alg %s with our secret', async (alg, hash) => {
    expect(await codeOf(forge({ header: { alg } }, SECRET, hash))).toBe('TOKEN_INVALID')
  })

  test('RS256, and a public key used as an HMAC secret', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 })
    const body = `${encode({ ...header, alg: 'RS256' })}.${encode(payload)}`
    const signature = sign('sha256', Buffer.from(body), privateKey).toString('base64url')
    expect(await codeOf(`${body}.${signature}`)).toBe('TOKEN_INVALID')
    const pem = publicKey.export({ type: 'spki', format: 'pem' })
    expect(await codeOf(forge({}, pem.toString()))).toBe('TOKEN_INVALID')
  })

  test.each([
    { jwk: { kty: 'oct', k: encode('mine') } },
    { jku: 'https://attacker.example/jwks.json' },
    { x5u: 'https://attacker.example/cert.pem' },
    { x5c: ['MIIB'] },
    { crit: ['exp'], exp: 1 },
    { crit: ['b64'], b64: false },
    { crit: [] },
    { zip: 'DEF' },
    { cty: 'JWT' },
    { typ: 'at+jwt' },
    { typ: undefined },
  ])('header %j', async (change) => {
    expect(await codeOf(forge({ header: change }))).toBe('TOKEN_INVALID')
  })

  test.each([
    undefined,
    '',
    'other',
    '../../../../dev/null',
    "' or 1=1 --",
    '__proto__',
    'constructor',
    '\u0000',
    ['x'],
    { toString: 'x' },
    1,
    null,
  ])('kid %j', async (kid) => {
    expect(await codeOf(forge({ header: { kid } }))).toBe('TOKEN_INVALID')
  })

  test.each([
    { iss: 'other' },
    { iss: undefined },
    { aud: 'other' },
    { aud: undefined },
    { sub: undefined },
    { sub: 7 },
    { sub: '7e0' },
    { sub: '' },
    { account: '3' },
    { account: undefined },
    { key: 12 },
    { epochs: [1] },
    { epochs: undefined },
    { jti: undefined },
    { iat: undefined },
    { exp: undefined },
    { exp: '2099-01-01' },
    { exp: issuedAt + 10 * 365 * 86_400 },
    { exp: issuedAt + 86_401 },
    { exp: issuedAt + 86_399 },
    { iat: issuedAt + 60, exp: issuedAt + 60 + 86_400 },
    { nbf: issuedAt + 60 },
  ])('claims %j', async (change) => {
    expect(await codeOf(forge({ payload: change }))).toBe('TOKEN_INVALID')
  })

  test('expired 120 s ago', async () => {
    const change = { iat: issuedAt - 86_520, exp: issuedAt - 120 }
    expect(await codeOf(forge({ payload: change }))).toBe('TOKEN_EXPIRED')
  })

  test('another secret, a changed claim, a signature spelled anew or cut', async () => {
    const [head, body, signature = ''] = token.split('.')
    expect(await codeOf(forge({}, 'another secret of enough bytes for HS256'))).toBe(
      'TOKEN_INVALID',
    )
    expect(await codeOf(`${head}.${encode({ ...payload, account: 4 })}.${signature}`)).toBe(
      'TOKEN_INVALID',
    )
    expect(await codeOf(`${head}.${body}.${signature.slice(0, -2)}`)).toBe('TOKEN_INVALID')
    expect(await codeOf(`${token}=`)).toBe('TOKEN_INVALID')
    // 32 bytes leave two bits of the last character unused: three other characters decode to the same bytes.
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
    const last = alphabet.indexOf(signature.slice(-1))
    for (const twist of [1, 2, 3]) {
      const respelled = token.slice(0, -1) + alphabet.charAt(last ^ twist)
      expect(await codeOf(respelled)).toBe('TOKEN_INVALID')
    }
  })

  test.each(['', '.', '..', '...', 'x', 'a.b.c', 'é.é.é', 'x'.repeat(100_000)])(
    '%.20j is no token',
    async (text) => {
      expect(await codeOf(text)).toBe('TOKEN_INVALID')
    },
  )
})

describe('security §2: rotation of the secret', () => {
  test('the new secret signs, the old one still verifies until it is taken away', async () => {
    const renewed = { dataDir: '/nowhere', jwtSecret: 'the new secret, of at least 32 bytes too' }
    const both = await loadTokenSecrets({ ...renewed, jwtSecretPrevious: SECRET })
    expect(await verifyToken(token, both, NOW)).toMatchObject(holder)
    const fresh = await signToken(holder, both, NOW)
    expect(part(fresh.token, 0)['kid']).toBe(both.current.kid)
    expect(await verifyToken(fresh.token, both, NOW)).toMatchObject(holder)
    const alone = await loadTokenSecrets({ ...renewed, jwtSecretPrevious: undefined })
    await expect(verifyToken(token, alone, NOW)).rejects.toMatchObject({ code: 'TOKEN_INVALID' })
  })
})
