import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { etagOf, matchesEtag, verdictOf } from './etag.ts'

describe('RFC 9110 §8.8.3 ETag', () => {
  test('is the modification date as PostgreSQL shows it, or as an answer does', () => {
    for (const [date, tag] of [
      ['2026-01-05 14:00:00+00', 'W/"2026-01-05T14:00:00Z"'],
      ['2026-01-05 14:00:00.25+00', 'W/"2026-01-05T14:00:00.25Z"'],
      ['2026-01-05T14:00:00.000Z', 'W/"2026-01-05T14:00:00Z"'],
      ['2026-01-05T14:00:00.250Z', 'W/"2026-01-05T14:00:00.25Z"'],
      ['2026-01-05T14:00:00.001Z', 'W/"2026-01-05T14:00:00.001Z"'],
    ] as const)
      expect(etagOf(date)).toBe(tag)
  })

  test('is of an instant in UTC, or it is a bug', () => {
    for (const date of ['', '2026-01-05', '2026-01-05 14:00:00-05', '2026-01-05 14:00:00"+00'])
      expect(() => etagOf(date)).toThrow('No instant in UTC')
  })
})

describe('RFC 9110 §13.1 lists of tags', () => {
  const tag = 'W/"a,b"'

  test('name a tag weakly or strongly, among others, with empty elements between', () => {
    for (const header of [tag, '"a,b"', `"x", ${tag}`, `${tag},"x"`, ` , ,${tag} ,`, '*', ' * '])
      expect([header, matchesEtag(header, tag)]).toEqual([header, true])
  })

  test('that are none name no tag', () => {
    for (const header of [
      '',
      ',',
      'a,b',
      '"a,b',
      'a,b"',
      'w/"a,b"',
      '"a"b"',
      `* ${tag}`,
      `*,${tag}`,
    ])
      expect([header, matchesEtag(header, tag)]).toEqual([header, false])
    for (const header of [`${tag} ${tag}`, `${tag}x`, `${tag}, x`, `x, ${tag}`, 'W/ "a,b"'])
      expect([header, matchesEtag(header, tag)]).toEqual([header, false])
  })

  test('name nothing where no entity is', () => {
    for (const header of ['*', tag]) expect(matchesEtag(header, undefined)).toBe(false)
  })

  test('of any tags name those and no others', () => {
    const opaque = fc.string({ unit: fc.constantFrom('a', 'b', ',', ' ', 'W', '/', '*', ':') })
    const clean = opaque.map((text) => text.replaceAll(' ', ''))
    fc.assert(
      fc.property(fc.array(clean), clean, (listed, wanted) => {
        const header = listed.map((text) => `W/"${text}"`).join(', ')
        expect(matchesEtag(header, `W/"${wanted}"`)).toBe(listed.includes(wanted))
      }),
    )
  })

  test('take linear time', () => {
    const start = performance.now()
    for (const piece of [' ', '\t', ',', '"', 'W/', '"a" ', '"a",'])
      expect(matchesEtag(`${piece.repeat(100_000)}x`, tag)).toBe(false)
    expect(performance.now() - start).toBeLessThan(500)
  })
})

describe('RFC 9110 §13.2.2 precedence', () => {
  test('If-Match fails before If-None-Match is looked at', () => {
    const tag = 'W/"a"'
    const verdict = (ifMatch?: string, ifNoneMatch?: string): string =>
      verdictOf({ ifMatch, ifNoneMatch }, tag)
    expect(verdict()).toBe('passed')
    expect(verdict('"b"', tag)).toBe('failed')
    expect(verdict(tag, tag)).toBe('unchanged')
    expect(verdict(tag, '"b"')).toBe('passed')
    expect(verdictOf({ ifMatch: '*', ifNoneMatch: undefined }, undefined)).toBe('failed')
    expect(verdictOf({ ifMatch: undefined, ifNoneMatch: '*' }, undefined)).toBe('passed')
  })
})
