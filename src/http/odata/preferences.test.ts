import { describe, expect, test } from 'vitest'
import { preferenceApplied, readPreferences } from './preferences.ts'

const NOTHING = {
  maxPageSize: undefined,
  return: undefined,
  includeAnnotations: undefined,
  omitValues: undefined,
  continueOnError: undefined,
  respondAsync: false,
  waitSeconds: undefined,
  trackChanges: false,
  callbackUrl: undefined,
  allowEntityReferences: false,
}

/** Without the record of prefixes. */
function read(header: string | readonly string[] | undefined): unknown {
  const { prefixed: _, ...preferences } = readPreferences(header)
  return preferences
}

describe('Protocol 4.01 §8.2.8 Prefer', () => {
  test('no header prefers nothing', () => {
    expect(read(undefined)).toEqual(NOTHING)
    expect(read('')).toEqual(NOTHING)
  })

  test('each preference is read, with odata. and without, in any case', () => {
    const all = [
      'MaxPageSize=50',
      'RETURN=Minimal',
      'odata.include-annotations="*,-display.*"',
      'omit-values=nulls',
      'Odata.Continue-On-Error=false',
      'respond-async',
      'wait=10',
      'odata.track-changes',
      'odata.callback; url="https://example.org/a?b=1,2;c"',
      'odata.allow-entityreferences',
    ]
    const expected = {
      maxPageSize: 50,
      return: 'minimal',
      includeAnnotations: '*,-display.*',
      omitValues: 'nulls',
      continueOnError: false,
      respondAsync: true,
      waitSeconds: 10,
      trackChanges: true,
      callbackUrl: 'https://example.org/a?b=1,2;c',
      allowEntityReferences: true,
    }
    expect(read(all.join(', '))).toEqual(expected)
    expect(read(all)).toEqual(expected)
    expect(read(all.join(' ,\t'))).toEqual(expected)
  })

  test('RFC 7240 §2: quoted values, blanks around =, parameters after ;, empty values', () => {
    expect(read('maxpagesize = "7"')).toEqual({ ...NOTHING, maxPageSize: 7 })
    expect(read('return=minimal; foo="some; , parameter", wait=1')).toEqual({
      ...NOTHING,
      return: 'minimal',
      waitSeconds: 1,
    })
    expect(read('continue-on-error, respond-async=""')).toEqual({
      ...NOTHING,
      continueOnError: true,
      respondAsync: true,
    })
    expect(read(String.raw`include-annotations="a\"b\\c"`)).toEqual({
      ...NOTHING,
      includeAnnotations: String.raw`a"b\c`,
    })
  })

  test('the first of two equal names counts, and the name without odata. wins', () => {
    expect(read('return=minimal, return=representation')).toEqual({ ...NOTHING, return: 'minimal' })
    expect(read('odata.maxpagesize=5, maxpagesize=6, maxpagesize=7')).toEqual({
      ...NOTHING,
      maxPageSize: 6,
    })
    expect(read('maxpagesize=6, odata.maxpagesize=5')).toEqual({ ...NOTHING, maxPageSize: 6 })
  })

  test.each([
    'foo, bar=1',
    'maxpagesize=0',
    'maxpagesize=-1',
    'maxpagesize=999999999999',
    'maxpagesize=ten',
    'omit-values=everything',
    'return=maximal',
    'return=minimal x',
    '"quoted"',
    ',,;=,;;;',
    'return minimal',
    'callback',
    'callback; uri="x"',
  ])(
    '%s: what is unknown, malformed or out of bounds is ignored, what stands beside it is not',
    (odd) => {
      expect(read(odd)).toEqual(NOTHING)
      expect(read(`${odd}, respond-async`)).toEqual({ ...NOTHING, respondAsync: true })
    },
  )

  test('a header of any length takes no time to speak of', () => {
    const started = performance.now()
    read(';'.repeat(1_000_000))
    read(' '.repeat(1_000_000))
    read('a=" '.repeat(250_000))
    read(`a${'="\\'.repeat(250_000)}`)
    expect(performance.now() - started).toBeLessThan(1_000)
  })
})

describe('Protocol 4.01 §8.3.6 Preference-Applied', () => {
  test('says what was done, by the names of the request', () => {
    const preferences = readPreferences('odata.maxpagesize=50, return=minimal, respond-async')
    expect(
      preferenceApplied(preferences, { maxpagesize: 20, return: 'minimal', 'respond-async': true }),
    ).toBe('odata.maxpagesize=20, return=minimal, respond-async')
  })

  test('quotes what is no token, and is absent when nothing was done', () => {
    const preferences = readPreferences('include-annotations="*,-a.b"')
    expect(preferenceApplied(preferences, { 'include-annotations': '*,-a.b' })).toBe(
      'include-annotations="*,-a.b"',
    )
    expect(preferenceApplied(preferences, {})).toBeUndefined()
    expect(preferenceApplied(preferences, { maxpagesize: undefined })).toBeUndefined()
  })
})
