import { describe, expect, test } from 'vitest'
import { csvLine, harmless } from './csv.ts'

describe('security §3: CSV exports', () => {
  test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1'])(
    '%j is shown, not computed',
    (text) => {
      expect(harmless(text)).toBe(`'${text}`)
    },
  )

  test('other texts stay as they are', () => {
    for (const text of ['', 'Émilie', '418-555-0101', "l'été", '1=1'])
      expect(harmless(text)).toBe(text)
  })

  test('cells are separated as the spreadsheets of the language expect, and quoted where they must be', () => {
    expect(csvLine(['a;b', 'c,d', 'e"f', 'g\nh', ''], 'fr')).toBe('"a;b";c,d;"e""f";"g\nh";\r\n')
    expect(csvLine(['a;b', 'c,d'], 'en')).toBe('a;b,"c,d"\r\n')
  })
})
