import { describe, expect, test } from 'vitest'
import { isSafeFileName } from './file-name.ts'

describe('R-110 File names', () => {
  test.each([
    'bail.pdf',
    'règlement "2026".pdf',
    'Été à Québec (1).jpg',
    '合同.pdf',
    'console.txt',
    `${'é'.repeat(118)}.pdf`,
  ])('%s is taken', (name) => {
    expect(isSafeFileName(name)).toBe(true)
  })

  test.each([
    '../../etc/passwd',
    'a/b.pdf',
    'C:\\bail.pdf',
    'a\r\nSet-Cookie: x.pdf',
    'a\u0000.pdf',
    'a\u0085.pdf',
    'photo\u202egpj.exe',
    'a\u2066b.pdf',
    'a\u2028b.pdf',
    '\ud800.pdf',
    '.htaccess',
    '..',
    'bail.pdf.',
    'bail.pdf ',
    'con',
    'NUL.pdf',
    'com1.txt',
    'LPT9.a.b',
    'é'.repeat(121),
  ])('%j is refused', (name) => {
    expect(isSafeFileName(name)).toBe(false)
  })
})
