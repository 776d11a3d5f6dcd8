import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { HapiError } from '../errors/hapi-error.ts'
import { type JsonLimits, type JsonObject, type JsonValue, readJsonObject } from './json-input.ts'

const read = (text: string, limits?: JsonLimits): JsonObject =>
  readJsonObject(Buffer.from(text), limits)

/** The reason in French and in English, and the target. */
function refusalOf(body: string | Buffer, limits?: JsonLimits): readonly (string | undefined)[] {
  try {
    readJsonObject(Buffer.from(body), limits)
  } catch (error) {
    if (!(error instanceof HapiError)) throw error
    expect(error.code).toBe('INVALID_BODY')
    const reasons = [error.messageIn('fr'), error.messageIn('en')].map((message) =>
      message.replace(/^[^:]*: (.*)\.$/s, '$1'),
    )
    return error.target === undefined ? reasons : [...reasons, error.target]
  }
  throw new Error('accepted')
}

/** The tree as `JSON.parse` would give it. */
function plain(value: JsonValue): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (value instanceof Map) {
    const object = {}
    for (const [name, member] of value as JsonObject)
      Object.defineProperty(object, name, { value: plain(member), enumerable: true })
    return object
  }
  if (Array.isArray(value)) return value.map(plain)
  if ('text' in value) return Number(value.text)
  throw new Error('no value')
}

describe('A JSON body', () => {
  test('keeps numbers digit for digit, and members in order', () => {
    const object = read('{"2":1.10,"1":[12345678901234567890.00, -0, 1E+2],"a":{"b":null}}')
    expect([...object.keys()]).toEqual(['2', '1', 'a'])
    expect(object.get('2')).toEqual({ kind: 'number', text: '1.10' })
    expect(object.get('1')).toEqual([
      { kind: 'number', text: '12345678901234567890.00' },
      { kind: 'number', text: '-0' },
      { kind: 'number', text: '1E+2' },
    ])
    expect(object.get('a')).toEqual(new Map([['b', null]]))
  })

  test('may name a member as the language names its own', () => {
    const object = read('{"__proto__":{"a":1},"constructor":true,"toString":"x"}')
    expect([...object.keys()]).toEqual(['__proto__', 'constructor', 'toString'])
    expect(object.get('hasOwnProperty')).toBeUndefined()
  })

  test('may begin with a byte order mark, and have blanks around anything', () => {
    expect(read('\ufeff \r\n\t{ "a" : [ ] , "b" : { } } ')).toEqual(
      new Map<string, unknown>([
        ['a', []],
        ['b', new Map()],
      ]),
    )
  })

  test('may write any character as an escape', () => {
    expect(read(String.raw`{"\u0041\n":"\u00e9\ud83d\ude00\"\\\/\b\f\r\t"}`)).toEqual(
      new Map([['A\n', 'é😀"\\/\b\f\r\t']]),
    )
  })
})

describe('A JSON body is refused, with its place', () => {
  test.each([
    ['', 'il est vide', 'it is empty'],
    [
      '\ufeff',
      'ligne 1, caractère 1 : trouvé la fin du texte; attendu : {',
      'line 1, character 1: found the end of the text; expected: {',
    ],
    ['[1]', 'ligne 1, caractère 1 : trouvé « [1] »; attendu : {'],
    ['{"a":1}\n\n x', 'ligne 3, caractère 2 : trouvé « x »; attendu : la fin du texte'],
    ['{"😀":1 "b"}', 'ligne 1, caractère 8 : trouvé « "b"} »; attendu : , }'],
    ['{"a":1,}', 'ligne 1, caractère 8 : trouvé « } »; attendu : "'],
    ['{a:1}', 'ligne 1, caractère 2 : trouvé « a:1} »; attendu : "'],
    ['{"a"}', 'ligne 1, caractère 5 : trouvé « } »; attendu : :'],
    ['{"a":}', 'ligne 1, caractère 6 : trouvé « } »; attendu : une valeur'],
    ['{"a":NaN}', 'ligne 1, caractère 6 : trouvé « NaN} »; attendu : une valeur'],
    ['{"a":01}', 'ligne 1, caractère 7 : trouvé « 1} »; attendu : , }'],
    ['{"a":-}', 'ligne 1, caractère 6 : trouvé « -} »; attendu : une valeur'],
    ['{"a":1.}', 'ligne 1, caractère 7 : trouvé « .} »; attendu : , }'],
    ['{"a":+1}', 'ligne 1, caractère 6 : trouvé « +1} »; attendu : une valeur'],
    ['{"a":[1,]}', 'ligne 1, caractère 9 : trouvé « ]} »; attendu : une valeur'],
    ['{"a":[1}', 'ligne 1, caractère 8 : trouvé « } »; attendu : , ]'],
    ["{'a':1}", "ligne 1, caractère 2 : trouvé « 'a':1} »; attendu : \""],
    ['{"a":"b', 'ligne 1, caractère 8 : trouvé la fin du texte; attendu : "'],
    ['{"a":"\n"}', 'ligne 1, caractère 7 : trouvé « \n"} »; attendu : \\u00XX, "'],
    ['{"a":"\\x"}', /caractère 7 : trouvé « \\x"} »/],
    ['{"a":"\\u12"}', /caractère 7 : trouvé « \\u12"} »/],
    ['{"a":1}/**/', /caractère 8/],
    ['{"a":1}\0', /caractère 8/],
    ['{"a":\u00a01}', /caractère 6/],
    ['{"a":tru}', /caractère 6/],
    ['{"a":truex}', /caractère 10/],
  ])('%j', (body, french, english?: string) => {
    const [fr, en] = refusalOf(body)
    if (typeof french === 'string') expect(fr).toBe(french)
    else expect(fr).toMatch(french)
    if (english !== undefined) expect(en).toBe(english)
  })

  test('that names a member twice, however it is written', () => {
    expect(refusalOf('{"Name":1,"\\u004eame":2}')).toEqual([
      "ligne 1, caractère 11 : le membre « Name » est donné plus d'une fois",
      "line 1, character 11: member 'Name' is given more than once",
      'Name',
    ])
    expect(refusalOf('{"Charges":[{},{"__proto__":1,"__proto__":2}]}')[2]).toBe(
      'Charges[1].__proto__',
    )
  })

  test('with NUL or half a character in a text or a name', () => {
    expect(refusalOf('{"A":{"Name":"x\\u0000"}}')).toEqual([
      'ligne 1, caractère 14 : le membre « A.Name » contient le caractère NUL (U+0000)',
      "line 1, character 14: member 'A.Name' contains the character NUL (U+0000)",
      'A.Name',
    ])
    expect(refusalOf('{"a":["\\ude00\\ud83d"]}')).toEqual([
      "ligne 1, caractère 7 : le membre « a[0] » contient la moitié d'un caractère (U+D800 à U+DFFF)",
      "line 1, character 7: member 'a[0]' contains half of a character (U+D800 to U+DFFF)",
      'a[0]',
    ])
    expect(refusalOf('{"a\\u0000b":1}')[2]).toBe('"a\\u0000b"')
    expect(refusalOf('{"\\ud83d":1}')[2]).toBe('"\\ud83d"')
  })

  test('that is no UTF-8, by the byte', () => {
    const body = Buffer.from('{"\ufffdé":"x"}')
    body[body.indexOf('x')] = 0xff
    expect(refusalOf(body)).toEqual(["l'octet 11 n'est pas de l'UTF-8", 'byte 11 is not UTF-8'])
    expect(refusalOf(Buffer.from('{"é":1}', 'latin1'))[1]).toBe('byte 3 is not UTF-8')
    expect(refusalOf(Buffer.from('{}', 'utf16le'))[1]).toMatch(/^line 1, character 2: /)
    // A surrogate as CESU-8 writes it, an overlong slash, a character cut off.
    for (const bytes of ['eda080', 'c0af', 'f09f98'])
      expect(refusalOf(Buffer.from(`7b22${bytes}`, 'hex'))[1]).toBe('byte 3 is not UTF-8')
  })

  test('that is deeper than allowed, however deep', () => {
    const nested = (depth: number): string =>
      `{"a":${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}}`
    expect(read(nested(64)).size).toBe(1)
    expect(refusalOf(nested(65))[0]).toBe(
      "ligne 1, caractère 69 : plus de 64 niveaux d'imbrication",
    )
    expect(refusalOf(nested(100_000))[1]).toBe(
      'line 1, character 69: more than 64 levels of nesting',
    )
    expect(refusalOf('{"a":'.repeat(100_000))[1]).toMatch(/^line 1, character 321: more than 64/)
  })

  test('that has more members and elements than allowed', () => {
    const limits = { depthMax: 64, propertiesMax: 3 }
    expect(read('{"a":[{}],"b":1}', limits).size).toBe(2)
    expect(refusalOf('{"a":[1,2],"b":1}', limits)).toEqual([
      'ligne 1, caractère 12 : plus de 3 membres et éléments de tableaux',
      'line 1, character 12: more than 3 members and array elements',
    ])
    expect(refusalOf(`{"a":[${'0,'.repeat(20_000)}0]}`)[1]).toMatch(/more than 20000 members/)
  })
})

describe('A JSON body means what JSON.parse says', () => {
  const unclean = /\p{Surrogate}|\0/u

  test('for every value, written with any blanks', () => {
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.string({ unit: 'binary' }),
          fc.jsonValue({ depthSize: 'medium', stringUnit: 'binary' }),
        ),
        fc.constantFrom(0, 1, '\t'),
        (value, blanks) => {
          const text = JSON.stringify(value, undefined, blanks)
          fc.pre(!text.includes('\\u0000'))
          expect(plain(read(text))).toEqual(JSON.parse(text))
        },
      ),
      { numRuns: 500 },
    )
  })

  test('for pieces of JSON in any order: the same texts are accepted, with the same value', () => {
    const brackets = fc.constantFrom('{', '}', '[', ']', ',', ':', '{}', '[]', '{"a":', '"c":1')
    const strings = ['"', '"a"', '"b"', '"\\u0041"', '"\\ud800"', '"\\u0000"', '"__proto__"']
    const values = ['1', '-', '0', '.5', 'e9', '1e-2', 'true', 'null']
    const others = [' ', '\n', '\\', '\u2028', 'é', '\u0001', '😀', '\u00a0']
    const piece = fc.oneof(brackets, fc.constantFrom(...strings, ...values, ...others))
    const around = fc.tuple(fc.constantFrom('', '{', '{"k":', '{"k":['), fc.array(piece))
    fc.assert(
      fc.property(around, fc.constantFrom('', '}', ']}'), ([start, pieces], end) => {
        const text = start + pieces.join('') + end
        const expected = parsed(text)
        const isObject =
          typeof expected === 'object' && expected !== null && !Array.isArray(expected)
        if (isObject && !unclean.test(JSON.stringify(expected)) && !hasDuplicate(text)) {
          fc.pre(!text.includes('\\u0000') && !text.includes('\\ud800'))
          expect(plain(read(text))).toEqual(expected)
        } else if (!isObject) expect(refusalOf(text).length).toBeGreaterThan(1)
      }),
      { numRuns: 3_000 },
    )
  })

  function parsed(text: string): unknown {
    try {
      return JSON.parse(text)
    } catch {
      return undefined
    }
  }

  /** A name that stands before a colon twice; a few texts more than truly have duplicates. */
  function hasDuplicate(text: string): boolean {
    const names = [...text.replaceAll('\\u0041', 'A').matchAll(/"([^"]*)"\s*:/g)].map(([, n]) => n)
    return new Set(names).size < names.length
  }

  test('any bytes are read or refused, never anything else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        expect(refusalOf(Buffer.concat([Buffer.from('['), bytes])).length).toBeGreaterThan(1)
      }),
    )
  })
})

describe('A JSON body of 10 MB', () => {
  test.each([
    ['one long text', `{"a":"${'a'.repeat(10_000_000)}"}`],
    ['one long text of escapes', `{"a":"${'\\n'.repeat(5_000_000)}"}`],
    ['one long number', `{"a":${'1'.repeat(10_000_000)}}`],
    ['blanks', `{"a":1${' '.repeat(10_000_000)}}`],
    [
      '20,000 texts',
      `{"a":[${Array(19_999)
        .fill(`"${'é'.repeat(250)}"`)
        .join()}]}`,
    ],
    [
      'names that are alike',
      `{${Array.from({ length: 20_000 }, (_, i) => `"${'a'.repeat(480)}${i}":1`).join()}}`,
    ],
  ])('%s: in less than a second', (_, text) => {
    const bytes = Buffer.from(text)
    const start = performance.now()
    readJsonObject(bytes)
    expect(performance.now() - start).toBeLessThan(1_000)
  })

  test.each([
    ['nested', '{"a":'.repeat(2_000_000)],
    ['wrong at its end', `{"a":"${'\\n'.repeat(5_000_000)}`],
    ['wrong after many lines', `{"a":1${'\n'.repeat(10_000_000)}`],
    ['wrong bytes among right ones', `{"a":"${'\ufffd'.repeat(3_000_000)}\x80`],
  ])('%s: refused in less than a second', (_, text) => {
    const bytes = Buffer.from(text)
    if (text.endsWith('\x80')) bytes[bytes.length - 2] = 0xff
    const start = performance.now()
    refusalOf(bytes)
    expect(performance.now() - start).toBeLessThan(1_000)
  })
})
