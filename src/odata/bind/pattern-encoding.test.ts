import { describe, expect, test } from 'vitest'
import { encodePattern } from './pattern-encoding.ts'

describe('security §4 matchesPattern', () => {
  test.each([
    '^A.*e$',
    '(a|b)+c?[x-z]{2,4}',
    '^(1|2){1,20}a{0,10}$',
    '\\d{4}-\\d{2}-\\d{2}',
    '.{0,50}a.{0,50}',
    '[[:alpha:]]{3}',
    '[]a]{3}',
    '\\d{4}-\\d{2}',
    'a{255}',
    '',
    '(',
    ')',
  ])('%s stays as it is', (pattern) => {
    expect(encodePattern(pattern)).toBe(pattern)
  })

  test('the edge of a word has another name in PostgreSQL', () => {
    expect(encodePattern('\\bpins\\B\\\\b')).toBe('\\ypins\\Y\\\\b')
    expect(encodePattern('[\\b]')).toBe('[\\b]')
  })

  test.each([
    'a{256}',
    'a{1,256}',
    '(a{30}){30}b{200}',
    'a{250}b{250}',
    '(a?){71}',
    '(a?){50}a{50}',
    '((((a{9}){9}){9}){9}){9}',
    '(a)\\1',
    '(?=a)b',
    '(?i)a',
    '(?<name>a)',
    '***=a',
  ])('%s is refused', (pattern) => {
    expect(encodePattern(pattern)).toBeUndefined()
  })
})
