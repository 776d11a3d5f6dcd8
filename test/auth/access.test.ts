import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Access } from '../../src/auth/access.ts'
import { createAccount, restoreAccount, revokeAccount } from '../../src/auth/accounts.ts'
import { createApiKey } from '../../src/auth/api-key.ts'
import { revokeKey, rotateKey } from '../../src/auth/keys.ts'
import {
  disableModule,
  enableModule,
  restoreModule,
  withholdModule,
} from '../../src/auth/licences.ts'
import { grantRight, revokeRight } from '../../src/auth/rights.ts'
import { changePassword, revokeUser } from '../../src/auth/users.ts'
import { HapiError } from '../../src/errors/hapi-error.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { makeIntegrator, openDoor, passwords, type SignInParts, within1s } from './support.ts'

let db: TestDatabase
let crm: SignInParts
let portal: SignInParts
let abroad: SignInParts
/** Two processes over one database. */
let here: Access
let there: Access
let aheadMs = 0

beforeAll(async () => {
  db = await createTestDatabase()
  const { database } = db
  crm = await makeIntegrator(database, {
    databaseName: 'ÉRABLES',
    integrator: 'CRM',
    userName: 'Crm@example.com',
  })
  portal = await makeIntegrator(database, {
    databaseName: 'ÉRABLES',
    integrator: 'Portail',
    userName: 'portail',
    profile: 'administrator',
  })
  abroad = await makeIntegrator(database, {
    databaseName: 'BOULEAUX',
    integrator: 'CRM',
    userName: 'Crm@example.com',
  })
  here = await openDoor(database, () => Date.now() + aheadMs)
  there = await openDoor(database)
})

afterAll(async () => {
  await here.close()
  await there.close()
  await db.drop()
})

async function codeOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise
    return 'accepted'
  } catch (error) {
    if (!(error instanceof HapiError)) throw error
    return error.code
  }
}

async function bearer(parts: SignInParts): Promise<string> {
  return `Bearer ${(await here.issueToken(parts)).token}`
}

async function isRefusedBy(door: Access, authorization: string): Promise<boolean> {
  return (await codeOf(door.authenticate(authorization))) === 'TOKEN_INVALID'
}

async function modulesAre(parts: SignInParts, expected: readonly string[]): Promise<boolean> {
  const { modules } = await there.authenticate(await bearer(parts))
  return JSON.stringify([...modules].sort()) === JSON.stringify(expected)
}

describe('contract A1: a token for a key, a user and a password', () => {
  test('all three right give a token of 24 hours', async () => {
    const before = Math.floor(Date.now() / 1_000)
    const { token, expiresAt } = await here.issueToken(crm)
    expect(token).toMatch(/^eyJhbGciOiJIUzI1NiIsInR5c[\w-]+\.[\w-]+\.[\w-]{43}$/)
    const lifetime = expiresAt.getTime() / 1_000 - before
    expect(lifetime).toBeGreaterThanOrEqual(86_400)
    expect(lifetime).toBeLessThan(86_405)
  })

  test('the user name is compared without case and surrounding blanks', async () => {
    const parts = { ...crm, userName: '  CRM@EXAMPLE.com ' }
    expect(await codeOf(here.issueToken(parts))).toBe('accepted')
  })

  test('each wrong part is refused alike, after one hash', async () => {
    const mistyped = `${crm.apiKey.slice(0, -1)}${crm.apiKey.endsWith('0') ? '1' : '0'}`
    const wrong: Record<string, Partial<SignInParts>> = {
      'no key': { apiKey: '' },
      'a mistyped key': { apiKey: mistyped },
      'a key of nobody': { apiKey: createApiKey('live').text },
      'no user': { userName: '' },
      'an unknown user': { userName: 'nobody' },
      'a wrong password': { password: 'wrong' },
      'no password': { password: '' },
      'a long password': { password: 'x'.repeat(1_000_000) },
      'the key of another integrator of the account': { apiKey: portal.apiKey },
      'the user of another integrator of the account': {
        userName: portal.userName,
        password: portal.password,
      },
      'the key of another account': { apiKey: abroad.apiKey },
      'the password of the same name in another account': { password: abroad.password },
    }
    const outcomes: Record<string, unknown> = {}
    for (const [what, parts] of Object.entries(wrong)) {
      const before = passwords.computed
      const error: unknown = await here.issueToken({ ...crm, ...parts }).catch((e: unknown) => e)
      const { code, status, values, headers } = error instanceof HapiError ? error : assertNever()
      outcomes[what] = { code, status, values, headers, hashes: passwords.computed - before }
    }
    const expected = { code: 'SIGN_IN_FAILED', status: 401, values: {}, headers: {}, hashes: 1 }
    expect(outcomes).toEqual(Object.fromEntries(Object.keys(wrong).map((what) => [what, expected])))
    expect(await codeOf(here.issueToken(crm))).toBe('accepted')
  })
})

describe('contract A3: the token on every other call', () => {
  test('says who is asking', async () => {
    const principal = await here.authenticate(await bearer(crm))
    expect(principal).toMatchObject({
      databaseName: 'ÉRABLES',
      userName: 'Crm@example.com',
      profile: 'integrator',
      pinnedAt: undefined,
    })
    expect(principal.canRead('Units')).toBe(true)
    expect((await here.authenticate(await bearer(portal))).profile).toBe('administrator')
    const foreign = await here.authenticate(await bearer(abroad))
    expect(foreign.databaseName).toBe('BOULEAUX')
    expect(foreign.accountId).not.toBe(principal.accountId)
  })

  test('every process accepts it, again and again', async () => {
    const authorization = await bearer(crm)
    const first = await there.authenticate(authorization)
    expect(await there.authenticate(authorization)).toBe(first)
    expect(await codeOf(there.authenticate(authorization.replace('Bearer ', 'bearer   ')))).toBe(
      'accepted',
    )
  })

  test.each([undefined, '', 'Bearer', 'Bearer ', 'Basic dXNlcjpwYXNz', 'Bearer a b', 'token x'])(
    '%j is no token: 401 with a challenge',
    async (authorization) => {
      await expect(here.authenticate(authorization)).rejects.toMatchObject({
        code: 'TOKEN_REQUIRED',
        status: 401,
        headers: { 'WWW-Authenticate': 'Bearer' },
      })
    },
  )

  test('a forged one: 401 with the reason in the challenge', async () => {
    await expect(here.authenticate('Bearer a.b.c')).rejects.toMatchObject({
      code: 'TOKEN_INVALID',
      status: 401,
      headers: {
        'WWW-Authenticate':
          'Bearer error="invalid_token", error_description="The access token is not valid"',
      },
    })
  })
})

describe('contract A4: keys and users are revocable one by one', () => {
  test('a revoked key stops its live tokens within 1 s in every process, and no other', async () => {
    const one = await makeIntegrator(db.database, {
      databaseName: 'ÉRABLES',
      integrator: 'À révoquer',
      userName: 'one',
    })
    expect(await within1s(async () => (await codeOf(here.issueToken(one))) === 'accepted')).toBe(
      true,
    )
    const [revoked, other] = [await bearer(one), await bearer(crm)]
    await there.authenticate(revoked)
    await revokeKey(db.database, one.keyId)
    expect(await within1s(() => isRefusedBy(here, revoked))).toBe(true)
    expect(await within1s(() => isRefusedBy(there, revoked))).toBe(true)
    expect(await codeOf(here.issueToken(one))).toBe('SIGN_IN_FAILED')
    expect(await codeOf(here.authenticate(other))).toBe('accepted')
  })

  test('so does a revoked user', async () => {
    const two = await makeIntegrator(db.database, {
      databaseName: 'ÉRABLES',
      integrator: 'Aussi',
      userName: 'two',
    })
    expect(await within1s(async () => (await codeOf(here.issueToken(two))) === 'accepted')).toBe(
      true,
    )
    const authorization = await bearer(two)
    await there.authenticate(authorization)
    await revokeUser(db.database, two)
    expect(await within1s(() => isRefusedBy(here, authorization))).toBe(true)
    expect(await within1s(() => isRefusedBy(there, authorization))).toBe(true)
    expect(await codeOf(here.issueToken(two))).toBe('SIGN_IN_FAILED')
  })

  test('a revoked account stops all its tokens, and takes them again when it is restored', async () => {
    await createAccount(db.database, { databaseName: 'CHÊNES', name: 'Chênes' })
    const three = await makeIntegrator(db.database, {
      databaseName: 'CHÊNES',
      integrator: 'Portail',
      userName: 'three',
    })
    expect(await within1s(async () => (await codeOf(here.issueToken(three))) === 'accepted')).toBe(
      true,
    )
    const [revoked, other] = [await bearer(three), await bearer(crm)]
    await there.authenticate(revoked)
    await revokeAccount(db.database, 'CHÊNES')
    expect(await within1s(() => isRefusedBy(here, revoked))).toBe(true)
    expect(await within1s(() => isRefusedBy(there, revoked))).toBe(true)
    expect(await codeOf(here.issueToken(three))).toBe('SIGN_IN_FAILED')
    expect(await codeOf(here.authenticate(other))).toBe('accepted')
    await restoreAccount(db.database, 'CHÊNES')
    expect(
      await within1s(async () => (await codeOf(here.authenticate(revoked))) === 'accepted'),
    ).toBe(true)
  })

  test('a new password stops the tokens of the old one', async () => {
    const authorization = await bearer(portal)
    await there.authenticate(authorization)
    const { databaseName, userName } = portal
    const { password } = await changePassword(db.database, passwords, { databaseName, userName })
    expect(await within1s(() => isRefusedBy(there, authorization))).toBe(true)
    expect(await within1s(() => isRefusedBy(here, authorization))).toBe(true)
    expect(await codeOf(here.issueToken(portal))).toBe('SIGN_IN_FAILED')
    portal = { ...portal, password }
    expect(await codeOf(here.issueToken(portal))).toBe('accepted')
  })

  test('a rotated key works beside the new one for seven days', async () => {
    const old = await bearer(abroad)
    const { apiKey } = await rotateKey(db.database, abroad)
    const fresh = { ...abroad, apiKey }
    expect(await within1s(async () => (await codeOf(here.issueToken(fresh))) === 'accepted')).toBe(
      true,
    )
    expect(await codeOf(here.issueToken(abroad))).toBe('accepted')
    expect(await codeOf(here.authenticate(old))).toBe('accepted')
    await expect(rotateKey(db.database, abroad)).rejects.toThrow('already has two keys')
    const weekMs = 7 * 86_400_000
    const keys = await db.database.transaction(async (client) => {
      const { rows } = await client.query<{ days: string | null }>(
        `select round(extract(epoch from expires_date - now()) / 86400)::text as days
           from access.api_keys where revoked_date is null and account_id =
             (select account_id from accounts where database_name = 'BOULEAUX') order by created_date`,
      )
      return rows.map(({ days }) => days)
    })
    expect(keys).toEqual(['7', null])
    const door = await openDoor(db.database, () => Date.now() + weekMs + 1_000)
    expect(await codeOf(door.issueToken(abroad))).toBe('SIGN_IN_FAILED')
    expect(await codeOf(door.issueToken(fresh))).toBe('accepted')
    await door.close()
  })
})

describe('contract A5: modules and rights', () => {
  test('an account has the included modules and those it acquired, an integrator less those withheld', async () => {
    const { databaseName } = crm
    expect(await modulesAre(crm, ['core', 'leasing'])).toBe(true)
    await enableModule(db.database, databaseName, 'financial-statements')
    await withholdModule(db.database, crm, 'financial-statements')
    await withholdModule(db.database, crm, 'leasing')
    expect(await within1s(() => modulesAre(crm, ['core']))).toBe(true)
    const all = ['core', 'financial-statements', 'leasing']
    expect(await modulesAre(portal, all)).toBe(true)
    await restoreModule(db.database, crm, 'financial-statements')
    await restoreModule(db.database, crm, 'leasing')
    expect(await within1s(() => modulesAre(crm, all))).toBe(true)
    await disableModule(db.database, databaseName, 'financial-statements')
    expect(await within1s(() => modulesAre(crm, ['core', 'leasing']))).toBe(true)
  })

  test('a set whose right is revoked cannot be read, by this user alone, until it is granted', async () => {
    const authorization = await bearer(crm)
    const colleague = await bearer(portal)
    const before = await there.authenticate(authorization)
    const canRead = async (): Promise<boolean> =>
      (await there.authenticate(authorization)).canRead('Tenants')
    await revokeRight(db.database, crm, { set: 'Tenants', operation: 'read' })
    await revokeRight(db.database, crm, { set: 'Units', operation: 'delete' })
    expect(await within1s(async () => !(await canRead()))).toBe(true)
    expect((await there.authenticate(authorization)).canRead('Units')).toBe(true)
    expect((await there.authenticate(colleague)).canRead('Tenants')).toBe(true)
    const during = await there.authenticate(authorization)
    expect(during.rightsDigest).not.toBe(before.rightsDigest)
    await grantRight(db.database, crm, { set: 'Tenants', operation: 'read' })
    expect(await within1s(canRead)).toBe(true)
    expect((await there.authenticate(authorization)).rightsDigest).toBe(before.rightsDigest)
  })
})

describe('the clock of an account', () => {
  test('a pinned account says its instant with the principal, and its keys are for tests', async () => {
    const pinnedAt = new Date('2026-06-15T16:00:00Z')
    await createAccount(db.database, { databaseName: 'SAPINS', name: 'Sapins', pinnedAt })
    const sandbox = await makeIntegrator(db.database, {
      databaseName: 'SAPINS',
      integrator: 'CRM',
      userName: 'crm',
    })
    expect(sandbox.apiKey).toMatch(/^hapi_test_/)
    expect(crm.apiKey).toMatch(/^hapi_live_/)
    expect(
      await within1s(async () => (await codeOf(here.issueToken(sandbox))) === 'accepted'),
    ).toBe(true)
    expect((await here.authenticate(await bearer(sandbox))).pinnedAt).toEqual(pinnedAt)
    const authorization = await bearer(sandbox)
    await db.database.transaction((client) =>
      client.query("update accounts set pinned_at = null where database_name = 'SAPINS'"),
    )
    expect(
      await within1s(async () => (await here.authenticate(authorization)).pinnedAt === undefined),
    ).toBe(true)
  })
})

describe('contract A2: the end of a token', () => {
  test('after 24 hours it has expired, also where it was verified before', async () => {
    const authorization = await bearer(crm)
    const door = await openDoor(db.database, () => Date.now() + aheadMs)
    await door.authenticate(authorization)
    aheadMs = 86_400_000 + 31_000
    // The poll of the state has its own clock: a leap makes it look again, which a notification does at once.
    await db.database.transaction((client) => client.query("select pg_notify('hapi_access', '')"))
    expect(
      await within1s(
        async () => (await codeOf(door.authenticate(authorization))) === 'TOKEN_EXPIRED',
      ),
    ).toBe(true)
    aheadMs = 0
    await door.close()
  })
})

function assertNever(): never {
  throw new Error('expected a HapiError')
}
