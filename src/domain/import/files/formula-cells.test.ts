import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { guardFormula, isFormula, unguardFormula } from './formula-cells.ts'

describe('cells that a spreadsheet would run (OWASP, "CSV Injection")', () => {
  test.each([
    '=1+1',
    '=HYPERLINK("http://example.com";"Roy")',
    '@SUM(A1)',
    "+cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    '\t=1',
    '\r=1',
    '＝1+1',
    '- voir la note',
  ])('%j is one', (text) => {
    expect(isFormula(text)).toBe(true)
  })

  test.each(['Roy', '', '+1 (418) 555-0101', '-20,00', '-', "'n", "'=1", "l'=1", 'a=1', ' =1'])(
    '%j is none',
    (text) => {
      expect(isFormula(text)).toBe(false)
    },
  )

  test('an apostrophe says that it is text', () => {
    expect(guardFormula('=1+1')).toBe("'=1+1")
    expect(unguardFormula("'=1+1")).toBe('=1+1')
    expect(unguardFormula("'Tite maison")).toBe("'Tite maison")
  })

  test('any text comes back as it was, and is no formula on its way', () => {
    const character = fc.constantFrom("'", '=', '+', '-', '@', '\t', '1', 'a', ' ')
    fc.assert(
      fc.property(fc.array(character, { maxLength: 6 }), (characters) => {
        const text = characters.join('')
        expect(isFormula(guardFormula(text))).toBe(false)
        expect(unguardFormula(guardFormula(text))).toBe(text)
      }),
    )
  })
})
