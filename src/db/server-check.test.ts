import { describe, expect, test } from 'vitest'
import { checkFacts } from './server-check.ts'

const good = { version: 15, has_icu: true, encoding: 'UTF8' }

describe('the server of DATABASE_URL', () => {
  test('PostgreSQL 15 with ICU in UTF8 is accepted', () => {
    expect(() => checkFacts(good)).not.toThrow()
  })

  test.each([
    [{ ...good, version: 14 }, 'est PostgreSQL 14; il faut la version 15 ou plus récente.'],
    [{ ...good, has_icu: false }, 'est compilé sans ICU'],
    [{ ...good, encoding: 'LATIN1' }, 'est encodée en LATIN1'],
  ])('%o is refused', (facts, message) => {
    expect(() => checkFacts(facts)).toThrow(message)
  })
})
