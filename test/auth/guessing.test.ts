import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Access } from '../../src/auth/access.ts'
import { HapiError } from '../../src/errors/hapi-error.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { makeIntegrator, openDoor, passwords, type SignInParts } from './support.ts'

let db: TestDatabase
let door: Access
let victim: SignInParts
let other: SignInParts
let aheadMs = 0

beforeAll(async () => {
  db = await createTestDatabase()
  const account = { databaseName: 'ÉRABLES' }
  victim = await makeIntegrator(db.database, { ...account, integrator: 'CRM', userName: 'crm' })
  other = await makeIntegrator(db.database, {
    ...account,
    integrator: 'Portail',
    userName: 'portail',
  })
  // It moves only when the test says so, however slow the machine.
  const start = Date.now()
  door = await openDoor(db.database, () => start + aheadMs)
})

afterAll(async () => {
  await door.close()
  await db.drop()
})

async function outcome(parts: SignInParts): Promise<string> {
  try {
    await door.issueToken(parts)
    return 'accepted'
  } catch (error) {
    if (!(error instanceof HapiError)) throw error
    const retryAfter = error.headers['Retry-After']
    return retryAfter === undefined ? error.code : `${error.code} ${retryAfter}`
  }
}

describe('security §2: guessing a password', () => {
  test('ten tries, then 429 without a hash; known and unknown users alike; others and live tokens unaffected', async () => {
    const authorization = `Bearer ${(await door.issueToken(victim)).token}`
    const unknown = { ...victim, userName: 'nobody' }
    for (const target of [victim, unknown]) {
      const tries: string[] = []
      for (let count = 0; count < 12; count++) {
        tries.push(await outcome({ ...target, password: `guess ${count}` }))
      }
      expect(tries).toEqual([
        ...Array.from({ length: 10 }, () => 'SIGN_IN_FAILED'),
        'TOO_MANY_REQUESTS 1',
        'TOO_MANY_REQUESTS 1',
      ])
    }
    const before = passwords.computed
    expect(await outcome({ ...victim, userName: ' CRM ' })).toBe('TOO_MANY_REQUESTS 1')
    expect(passwords.computed).toBe(before)
    expect(await outcome(other)).toBe('accepted')
    expect((await door.authenticate(authorization)).userName).toBe('crm')
    aheadMs = 1_000
    expect(await outcome(victim)).toBe('accepted')
  })
})
