import { describe, expect, test } from 'vitest'
import { PasswordHasher } from './password-hasher.ts'

const hasher = await PasswordHasher.create()

describe('security: passwords', () => {
  test('are kept as argon2id with the parameters of OWASP', async () => {
    expect(await hasher.hash('Québec 2026')).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  })

  test('only the right one verifies, however its accents are typed', async () => {
    const hash = await hasher.hash('Qu\u00e9bec 2026')
    expect(await hasher.verify(hash, 'Que\u0301bec 2026')).toBe(true)
    expect(await hasher.verify(hash, 'Quebec 2026')).toBe(false)
    expect(await hasher.verify(hash, '')).toBe(false)
  })

  test('an unknown user and a too long password cost one hash too, and fail', async () => {
    const before = hasher.computed
    expect(await hasher.verify(undefined, 'anything')).toBe(false)
    expect(await hasher.verify(await hasher.hash(''), 'x'.repeat(1_025))).toBe(false)
    expect(hasher.computed - before).toBe(3)
  })

  test('at most 104 are at work or waiting; the next is told when to come back', async () => {
    const all = Array.from({ length: 110 }, () => hasher.verify(undefined, 'x'))
    const results = await Promise.allSettled(all)
    const refused = results.filter((result) => result.status === 'rejected')
    expect(refused).toHaveLength(6)
    expect(refused[0]?.reason).toMatchObject({
      code: 'TOO_MANY_REQUESTS',
      headers: { 'Retry-After': '1' },
    })
    expect(await hasher.verify(undefined, 'x')).toBe(false)
  })
})
