/**
 * Whatever is sent to be written: refused precisely, for the reason that it is, in the words of the
 * catalogue, and with nothing changed anywhere.
 */

import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { errorCatalogue } from '../../src/errors/catalogue.ts'
import type { EntityType, Property } from '../../src/model/entity-type.ts'
import { getEnumeration } from '../../src/model/get-enumeration.ts'
import { domainTypes, model } from '../../src/model/model.ts'
import { hasTable, tableName } from '../../src/model/naming.ts'
import { isOffered, isUpdatable, type Profile } from '../../src/model/offered.ts'
import { textFormatOf } from '../../src/model/text-format.ts'
import { addForeignRows, FOREIGN_ID } from '../isolation/foreign-rows.ts'
import { expectNothingOfTheInside } from '../support/expected-error.ts'
import { digestOf } from '../support/stored-data.ts'
import { type Answer, type AskOptions, startTestApp, type TestApp } from '../support/test-app.ts'
import { detailsOf, refusalOf } from '../support/writing.ts'
import { oddValues, PAYLOADS, wrongValues } from './hostile-values.ts'

type Method = 'POST' | 'PATCH' | 'PUT' | 'DELETE'

interface Place {
  readonly profile: Profile
  readonly method: Method
  readonly type: EntityType
}

let app: TestApp
/** The first row of each set, as an answer shows it. */
type ShownRow = Readonly<Record<string, unknown>>
const rows = new Map<string, ShownRow>()

beforeAll(async () => {
  app = await startTestApp({ prepare: addForeignRows })
  for (const type of domainTypes) {
    const row = (await firstRow(type)) ?? (await makeRow(type))
    if (row !== undefined) rows.set(type.set, row)
  }
})

afterAll(() => app.close())

async function firstRow({ set }: EntityType): Promise<ShownRow | undefined> {
  const list = `/api/${set}?$top=1&$orderby=Id`
  const [first] = await app.rows<ShownRow>(list, { as: 'administrator' })
  return first
}

/** Of sets in which the demo has nothing: the sample of the model. */
async function makeRow(type: EntityType): Promise<ShownRow | undefined> {
  if (!isOffered(type, 'create', 'administrator')) return undefined
  const where: Place = { profile: 'administrator', method: 'POST', type }
  const body = new Map([...baseBody(where), ...referencesToMade(type)])
  const answer = await send(where, pathOf(where), jsonOf(body))
  expect([type.set, answer.status, answer.text]).toEqual([type.set, 201, answer.text])
  made.add(type.name)
  return answer.json as ShownRow
}

const made = new Set<string>()

/** What the sample refers to may be what had to be made before it. */
function referencesToMade({
  navigation,
  sample,
}: EntityType): readonly (readonly [string, string])[] {
  return navigation
    .filter(
      ({ cardinality, from, target }) =>
        cardinality !== 'many' && made.has(target) && (sample[from] ?? null) !== null,
    )
    .map(({ from, target }) => [from, String(rows.get(model.getType(target).set)?.['Id'])])
}

/** Nothing in this file may change anything: whole tables are compared around each part of it. */
function expectNothingChanges(): void {
  let before: Readonly<Record<string, string>>
  beforeAll(async () => {
    before = await digestOf(app.db.database)
  })
  afterAll(async () => {
    expect(await digestOf(app.db.database)).toEqual(before)
  })
}

/** Every change of a row is logged: looked at after each test, to know which one it was. */
async function lastChange(): Promise<unknown> {
  return app.column('select max(seq) from change_log')
}
let logged: unknown
beforeEach(async () => {
  logged = await lastChange()
})
afterEach(async () => {
  expect(await lastChange()).toEqual(logged)
})

/** Sets of both profiles with what they may send to them; rows that belong to one user have tests of their own. */
const places: readonly Place[] = (['integrator', 'administrator'] as const).flatMap((profile) =>
  domainTypes.flatMap((type): readonly Place[] => [
    ...(isOffered(type, 'create', profile) ? [{ profile, type, method: 'POST' as const }] : []),
    ...(isOffered(type, 'update', profile)
      ? [
          { profile, type, method: 'PATCH' as const },
          { profile, type, method: 'PUT' as const },
        ]
      : []),
  ]),
)
function names({ profile, method, type }: Place): string {
  return `${profile} ${method} ${type.set}`
}

function pathOf({ type, method }: Place): string {
  return method === 'POST' ? `/api/${type.set}` : `/api/${type.set}(${idOf(type)})`
}

function idOf({ set }: EntityType): number {
  const id = rows.get(set)?.['Id']
  if (typeof id !== 'number') throw new Error(`The demo has no row of ${set}`)
  return id
}

async function send(
  { profile, method }: Pick<Place, 'profile' | 'method'>,
  path: string,
  body: string | Buffer,
  options: AskOptions = {},
): Promise<Answer> {
  const answer = await app.ask(path, {
    ...options,
    as: profile,
    method,
    body,
    headers: { 'content-type': 'application/json', ...options.headers },
  })
  expectWellSaid(answer)
  return answer
}

/** The status that the monitor of a request says once it has been answered (Protocol 4.01 §11.6). */
async function laterStatus(accepted: Answer, as: Place['profile']): Promise<number> {
  const monitor = accepted.headers.location?.slice(app.baseUrl.length) ?? ''
  for (;;) {
    const answer = await app.ask(monitor, { as, headers: { 'odata-maxversion': '4.01' } })
    if (answer.status !== 202) {
      // What is kept of the answer goes.
      await app.ask(monitor, { as, method: 'DELETE' })
      return Number(answer.headers['asyncresult'])
    }
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

/** What is refused is refused with a code of the catalogue under its status, and tells nothing of the inside. */
function expectWellSaid(answer: Answer): void {
  expect([answer.status < 500, answer.text.slice(0, 500)]).toEqual([
    true,
    answer.text.slice(0, 500),
  ])
  if (answer.status < 400) return
  const [status, code] = refusalOf(answer)
  const entry = Object.entries(errorCatalogue).find(([known]) => known === code)?.[1]
  expect([code, entry?.status]).toEqual([code, status])
  for (const [detail] of detailsOf(answer)) expect(Object.keys(errorCatalogue)).toContain(detail)
  // What the caller has said himself may be said back to him.
  const said = PAYLOADS.flatMap((payload) => [payload, payload.slice(0, 40)]).reduce(
    (text, payload) => text.replaceAll(JSON.stringify(payload).slice(1, -1), ''),
    answer.text.replace(/account_id/gi, ''),
  )
  expectNothingOfTheInside(said)
  expect(answer.text).not.toContain('account_id=')
}

/** Targets of everything that was found wrong. */
function targetsOf(answer: Answer): readonly unknown[] {
  const [, , target] = refusalOf(answer)
  return [target, ...detailsOf(answer).map(([, detail]) => detail)]
}

/** A body that says what the row says already, as far as it may be said. */
function baseBody({ type, method }: Place): Map<string, string> {
  const row = rows.get(type.set) ?? type.sample
  const body = new Map<string, string>()
  if (method === 'PATCH') return body
  for (const { name, type: edm, readOnly, system, key, scale } of type.properties) {
    const value = row[name]
    if (readOnly === true || system === true || key === true || value === undefined) continue
    const isDecimal = edm === 'Edm.Decimal' && typeof value === 'number'
    body.set(name, isDecimal ? value.toFixed(scale) : JSON.stringify(value))
  }
  return body
}

function jsonOf(body: ReadonlyMap<string, string>): string {
  return `{${[...body].map(([name, value]) => `${JSON.stringify(name)}:${value}`).join(',')}}`
}

/** `HAPI_TEST_SEED` repeats a run; fast-check prints the seed of one that fails. */
const seed = Number(process.env['HAPI_TEST_SEED'] ?? Date.now() % 2_147_483_647)

const place = fc.constantFrom(
  ...places.map((where) => ({ ...where, [fc.toStringMethod]: () => names(where) })),
)

function valuesOf(
  { type }: Place,
  values: (property: Property) => readonly string[],
  most: number,
): fc.Arbitrary<readonly (readonly [string, string])[]> {
  const chosen = fc.constantFrom(...type.properties).chain((property) => {
    const choice = values(property)
    return fc.tuple(fc.constant(property.name), fc.constantFrom(...choice))
  })
  return fc.uniqueArray(chosen, { minLength: 1, maxLength: most, selector: ([name]) => name })
}

/**
 * Null is what a row that does not exist yet may say of a read-only property (R-008), of a number that is
 * assigned, and of one form of a reference when the other is sent (R-002).
 */
function wrongFor({ method, type }: Place): (property: Property) => readonly string[] {
  return (property) =>
    wrongValues(property).filter(
      (value) => value !== 'null' || method !== 'POST' || !mayBeOmitted(type, property),
    )
}

function mayBeOmitted(type: EntityType, { name, readOnly, autoAssigned, lookupFor }: Property) {
  const hasLegacyKey = type.properties.some((other) => other.lookupFor === name)
  return readOnly === true || autoAssigned === true || lookupFor !== undefined || hasLegacyKey
}

describe('R-007 what cannot be a value is refused, all of it at once', () => {
  expectNothingChanges()

  test('any wrong values of any properties of any set', async () => {
    const cases = place.chain((where) =>
      fc.tuple(fc.constant(where), valuesOf(where, wrongFor(where), 4)),
    )
    await fc.assert(
      fc.asyncProperty(cases, async ([where, wrong]) => {
        const body = baseBody(where)
        for (const [name, value] of wrong) body.set(name, value)
        const answer = await send(where, pathOf(where), jsonOf(body))
        expect([names(where), answer.status]).toEqual([names(where), 400])
        expect(targetsOf(answer)).toEqual(expect.arrayContaining(wrong.map(([name]) => name)))
      }),
      { numRuns: 1_000, seed },
    )
  }, 120_000)

  test('legal values, as odd as can be, are never an error of the server', async () => {
    const cases = place.chain((where) =>
      fc.tuple(fc.constant(where), valuesOf(where, oddValues, 3)),
    )
    let taken = 0
    await fc.assert(
      fc.asyncProperty(cases, async ([where, odd]) => {
        const body = baseBody(where)
        for (const [name, value] of odd) body.set(name, value)
        const answer = await send(where, `${pathOf(where)}?dryRun=true`, jsonOf(body))
        if (answer.status >= 300) return
        taken += 1
        // Free text is shown as it was sent.
        const shown = answer.json as Readonly<Record<string, unknown>>
        for (const [name, value] of odd) {
          const property = where.type.properties.find((candidate) => candidate.name === name)
          if (property === undefined || property.type !== 'Edm.String') continue
          if (property.code === true || property.writeOnly === true || value === 'null') continue
          if (property.enumeration !== undefined || textFormatOf(property) !== undefined) continue
          if (property.readOnly !== true && property.lookupFor === undefined)
            expect([names(where), name, shown[name]]).toEqual([
              names(where),
              name,
              JSON.parse(value),
            ])
        }
      }),
      { numRuns: 800, seed },
    )
    // Refusals alone would prove nothing.
    expect(taken).toBeGreaterThan(100)
  }, 120_000)
})

describe('R-008 names that the entity does not have', () => {
  expectNothingChanges()

  const odd = [
    '__proto__',
    'constructor',
    'prototype',
    'hasOwnProperty',
    'toString',
    'valueOf',
    'then',
    'AccountId',
    'accountId',
    'account_id',
    'ACCOUNT_ID',
    'AccountID',
    'Account',
    'DatabaseName',
    'id',
    'ID',
    ' Id',
    'Id ',
    '',
    '\u200bId',
    'ıd',
    'x'.repeat(100_000),
    '\u{1F3E0}'.repeat(50),
    ...PAYLOADS,
  ]
  const name = fc.oneof(
    fc.constantFrom(...odd),
    // Control information has an @ in its name, and is the client's own affair.
    fc.string({ unit: 'grapheme', maxLength: 30 }).filter((text) => !text.includes('@')),
  )

  test('any name: UNKNOWN_FIELD, never a way into the row', async () => {
    await fc.assert(
      fc.asyncProperty(place, name, async (where, field) => {
        fc.pre(where.type.properties.every((property) => property.name !== field))
        fc.pre(!/[\0\ud800-\udfff]/.test(field) || /\p{Extended_Pictographic}/u.test(field))
        const body = baseBody(where).set(field, '1')
        const answer = await send(where, pathOf(where), jsonOf(body))
        expect([names(where), answer.status]).toEqual([names(where), 400])
        expect(detailsOrRefusal(answer)).toContainEqual(['UNKNOWN_FIELD', expect.any(String)])
      }),
      { numRuns: 400, seed },
    )
  }, 60_000)

  test.each(['AccountId', 'account_id', '__proto__'])('%s in no body of any set', async (field) => {
    for (const where of places) {
      const answer = await send(where, pathOf(where), jsonOf(baseBody(where).set(field, '2')))
      expect([names(where), answer.status]).toEqual([names(where), 400])
      expect(detailsOrRefusal(answer)).toContainEqual(['UNKNOWN_FIELD', field])
    }
  })
})

/** Every finding as `[code, target]`; one alone is its own detail. */
function detailsOrRefusal(answer: Answer): readonly (readonly unknown[])[] {
  return [refusalOf(answer).slice(1), ...detailsOf(answer)]
}

describe('OWASP API3: every property that may not be written, in every way that it could be', () => {
  expectNothingChanges()

  /** A legal value of the property that the row does not have. */
  function anotherValue(property: Property, current: unknown): string {
    const { type, enumeration, maximum, minimum } = property
    switch (type) {
      case 'Edm.Boolean':
        return String(current !== true)
      case 'Edm.Int32':
      case 'Edm.Int64':
        return String(current === (minimum ?? 1) ? (maximum ?? 2) : (minimum ?? 1))
      case 'Edm.Decimal':
        return current === (minimum ?? 1) ? String(maximum ?? 2) : String(minimum ?? 1)
      case 'Edm.Date':
        return '"2031-03-03"'
      case 'Edm.DateTimeOffset':
        return '"2031-03-03T03:03:03Z"'
      case 'Edm.String': {
        const example = textFormatOf(property)?.example
        const texts =
          enumeration === undefined
            ? [example ?? '1', example?.replace(/\d$/, '9') ?? '2']
            : getEnumeration(enumeration).members.map(({ code }) => code)
        return JSON.stringify(texts.find((text) => text !== current) ?? texts[0])
      }
    }
  }

  const isKept = ({ readOnly, system, key }: Property): boolean =>
    readOnly === true || system === true || key === true

  test.each(places.map((where) => [names(where), where] as const))('%s', async (_, where) => {
    const { type, profile, method } = where
    for (const property of type.properties) {
      const { name } = property
      if (property.computed === true) expect([name, isKept(property)]).toEqual([name, true])
      const forbidden = isKept(property) || (method !== 'POST' && !isUpdatable(property, profile))
      if (!forbidden || property.writeOnly === true) continue
      const value = anotherValue(property, rows.get(type.set)?.[name])
      const answer = await send(where, pathOf(where), jsonOf(baseBody(where).set(name, value)))
      expect([name, answer.status, answer.text]).toEqual([name, 400, answer.text])
      const codes = detailsOrRefusal(answer).flatMap(([code, target]) =>
        target === name || target === property.lookupFor ? [code] : [],
      )
      const expected = isKept(property)
        ? ['FIELD_READ_ONLY']
        : property.lookupFor === undefined
          ? ['FIELD_IMMUTABLE', 'REFERENCE_NOT_FOUND']
          : ['FIELD_IMMUTABLE', 'REFERENCE_NOT_FOUND', 'REFERENCE_MISMATCH']
      expect([name, codes, codes.some((code) => expected.includes(String(code)))]).toEqual([
        name,
        codes,
        true,
      ])
    }
  })
})

describe('OWASP API1: rows of another account cannot be written, nor referred to', () => {
  expectNothingChanges()

  test.each(places.filter(({ method }) => method !== 'POST').map((p) => [names(p), p] as const))(
    '%s',
    async (_, where) => {
      const { set } = where.type
      const essence = (answer: Answer): string =>
        answer.text.replace(/"requestId":"[^"]*"/, '').replaceAll(/98765[45]/g, 'Id')
      for (const method of [where.method, 'DELETE'] as const) {
        const foreign = await send({ ...where, method }, `/api/${set}(${FOREIGN_ID})`, '{}')
        const missing = await send({ ...where, method }, `/api/${set}(${FOREIGN_ID + 1})`, '{}')
        expect([foreign.status, essence(foreign)]).toEqual([missing.status, essence(missing)])
        expect([404, 405]).toContain(foreign.status)
      }
    },
  )

  test.each(places.map((p) => [names(p), p] as const))('references of %s', async (_, where) => {
    for (const { from, cardinality, target } of where.type.navigation) {
      const property = where.type.properties.find(({ name }) => name === from)
      if (cardinality === 'many' || property === undefined || from === 'Id') continue
      if (property.readOnly === true) continue
      const body = baseBody(where)
      // Other parts of its key would be compared with it.
      for (const { name, lookupFor } of where.type.properties)
        if (lookupFor !== undefined && property.name === lookupFor) body.delete(name)
      const answer = await send(where, pathOf(where), jsonOf(body.set(from, String(FOREIGN_ID))))
      expect([from, target, answer.status]).toEqual([from, target, 400])
      const codes = detailsOrRefusal(answer).flatMap(([code, at]) => (at === from ? [code] : []))
      expect([from, codes]).toEqual([
        from,
        expect.arrayContaining([expect.stringMatching(/^(REFERENCE_NOT_FOUND|FIELD_IMMUTABLE)$/)]),
      ])
    }
  })

  test('a row below a row of another account', async () => {
    for (const type of domainTypes)
      for (const { name, cardinality, target } of type.navigation) {
        if (cardinality !== 'many') continue
        if (!isOffered(model.getType(target), 'create', 'administrator')) continue
        const where = { profile: 'administrator', method: 'POST' } as const
        const answer = await send(where, `/api/${type.set}(${FOREIGN_ID})/${name}`, '{}')
        expect([type.set, name, ...refusalOf(answer).slice(0, 2)]).toEqual([
          type.set,
          name,
          404,
          'RECORD_NOT_FOUND',
        ])
      }
  })
})

describe('security §3 and §4: bodies that are none', () => {
  expectNothingChanges()

  const DEEP = 100_000
  const bodies: readonly (readonly [string, string | Buffer])[] = [
    ['nothing', ''],
    ['blanks', ' \n\t'],
    ['a list', '[]'],
    ['a list of rows', '[{"Name":"x"}]'],
    ['a text', '"x"'],
    ['a number', '1'],
    ['null', 'null'],
    ['two objects', '{}{}'],
    ['a comment', '{/* x */}'],
    ['a comma too many', '{"Name":"x",}'],
    ['an open object', '{"Name":"x"'],
    ['an open text', '{"Name":"x'],
    ['single quotes', "{'Name':'x'}"],
    ['NaN', '{"Name":NaN}'],
    ['hexadecimal', '{"Name":0x10}'],
    ['a leading zero', '{"Name":01}'],
    ['a name twice', '{"Name":"x","Name":"y"}'],
    ['a name twice, once escaped', '{"Name":"x","N\\u0061me":"y"}'],
    ['NUL in a value', '{"Name":"a\\u0000b"}'],
    ['NUL in a name', '{"Na\\u0000me":"b"}'],
    ['a raw NUL', Buffer.from('{"Name":"a\0b"}')],
    ['a raw control character', '{"Name":"a\u0001b"}'],
    ['half of a character', '{"Name":"\\ud83c"}'],
    ['halves in the wrong order', '{"Name":"\\udfe0\\ud83c"}'],
    ['a raw surrogate', Buffer.from([...Buffer.from('{"Name":"'), 0xed, 0xa0, 0xbc, 34, 125])],
    ['an overlong slash', Buffer.from([...Buffer.from('{"Name":"'), 0xc0, 0xaf, 34, 125])],
    ['Latin-1', Buffer.from('{"Name":"Montr\u00e9al"}', 'latin1')],
    ['UTF-16', Buffer.from('\ufeff{"Name":"x"}', 'utf16le')],
    ['two byte order marks', '\ufeff\ufeff{}'],
    ['deep lists', `{"Name":${'['.repeat(DEEP)}${']'.repeat(DEEP)}}`],
    ['deep objects', `${'{"a":'.repeat(DEEP)}1${'}'.repeat(DEEP)}`],
    ['deep and never closed', `{"Name":${'['.repeat(DEEP)}`],
    ['many members', `{${Array.from({ length: 30_000 }, (_, i) => `"a${i}":1`).join(',')}}`],
    ['many elements', `{"Name":[${'1,'.repeat(30_000)}1]}`],
  ]
  const samples = ['Tenants', 'Leases', 'TenantServices', 'Suppliers', 'Notes']

  test.each(bodies)('%s: INVALID_BODY', async (_, body) => {
    for (const set of samples)
      for (const where of places.filter(({ type }) => type.set === set)) {
        const answer = await send(where, pathOf(where), body)
        expect([names(where), ...refusalOf(answer).slice(0, 2)]).toEqual([
          names(where),
          400,
          'INVALID_BODY',
        ])
      }
  })

  test('any bytes, and any piece of a body', async () => {
    const text = fc.oneof(
      fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
      fc.json({ maxDepth: 4, stringUnit: 'binary' }).map((json) => Buffer.from(json)),
      fc
        .tuple(place, fc.nat(), fc.nat(255))
        .map(([where, at, byte]) =>
          withByte(jsonOf(baseBody({ ...where, method: 'PUT' })), at, byte),
        ),
    )
    await fc.assert(
      fc.asyncProperty(place, text, async (where, body) => {
        const answer = await send(where, `${pathOf(where)}?dryRun=true`, body)
        // A byte of a text may be another one: then it may be as good as it was.
        if (answer.status >= 300) expect([400, 409]).toContain(answer.status)
      }),
      { numRuns: 400, seed },
    )
  }, 60_000)

  function withByte(json: string, at: number, byte: number): Buffer {
    const bytes = Buffer.from(json)
    bytes[at % bytes.length] = byte
    return bytes
  }

  test('as large as may be, and larger', async () => {
    const where = { profile: 'integrator', method: 'POST' } as const
    const large = await send(where, '/api/Notes', `{"Body":"${'x'.repeat(9_999_988)}"}`)
    expect([large.status, detailsOrRefusal(large).map(([code]) => code)]).toEqual([
      400,
      expect.arrayContaining(['MAX_LENGTH_EXCEEDED']),
    ])
    const larger = await send(where, '/api/Notes', `{"Body":"${'x'.repeat(11_000_000)}"}`)
    expect(refusalOf(larger)).toEqual([413, 'BODY_TOO_LARGE'])
    const name = await send(where, '/api/Notes', `{"${'x'.repeat(9_000_000)}":1}`)
    expect([name.status, name.text.length < 2_000]).toEqual([400, true])
    const digits = await send(where, '/api/TenantServices', `{"Amount":${'9'.repeat(9_000_000)}}`)
    expect(detailsOrRefusal(digits)).toContainEqual(['VALUE_OUT_OF_RANGE', 'Amount'])
  })

  test.each([
    ['text/plain', undefined],
    ['application/xml', undefined],
    ['application/x-www-form-urlencoded', undefined],
    ['multipart/form-data; boundary=x', undefined],
    ['application/jsonx', undefined],
    ['', undefined],
    ['application/json', 'gzip'],
    ['application/json', 'br'],
    ['application/json', 'deflate, gzip'],
  ])('content type %s, encoding %s: 415', async (type, encoding) => {
    for (const where of places.filter(({ type: { set } }) => set === 'Tenants')) {
      const answer = await send(where, pathOf(where), '{"LastName":"x"}', {
        headers: {
          'content-type': type,
          ...(encoding === undefined ? {} : { 'content-encoding': encoding }),
        },
      })
      expect([names(where), ...refusalOf(answer)]).toEqual([
        names(where),
        415,
        'UNSUPPORTED_MEDIA_TYPE',
      ])
    }
  })

  test('a byte order mark, and every spelling of the media type, are no reason to refuse', async () => {
    for (const type of [
      'application/json;charset=utf-8',
      'APPLICATION/JSON; odata.metadata=full',
    ]) {
      const answer = await send(
        { profile: 'integrator', method: 'PATCH' },
        '/api/Tenants(9101)?dryRun=true',
        '\ufeff{}',
        { headers: { 'content-type': type } },
      )
      expect([type, answer.status]).toEqual([type, 200])
    }
  })
})

describe('headers of a write', () => {
  expectNothingChanges()

  const values = fc.oneof(
    fc.string({
      unit: fc.constantFrom(
        ...Array.from({ length: 95 }, (_, i) => String.fromCharCode(i + 32)),
        '\t',
        '\u00e9',
        '\u00ff',
      ),
      maxLength: 300,
    }),
    fc.constantFrom(
      'return=minimal',
      'return=',
      'return=minimal, return=representation',
      'handling=strict',
      '*',
      '"',
      'W/"',
      'W/"x"',
      '"x", W/"y"',
      '*, *',
      `W/"${'9'.repeat(5_000)}"`,
      'k'.repeat(255),
      'k'.repeat(256),
      ' ',
      'a b',
      "'; drop table leases; --",
      '4.01',
      '4.0',
      '3.0',
      '99',
      'odata.maxpagesize=-1',
      'respond-async',
      'q=0.5;;;,',
      'application/json;odata.metadata=full',
      'text/html',
      'application/json;q=2;x',
      'en;q=*',
    ),
  )
  const name = fc.constantFrom(
    'prefer',
    'if-match',
    'if-none-match',
    'idempotency-key',
    'accept',
    'accept-language',
    'odata-version',
    'odata-maxversion',
    'x-request-id',
    'content-language',
    'expect-ct',
    'x-http-method',
    'x-http-method-override',
    'x-forwarded-for',
    'accept-encoding',
  )

  test('whatever they say, an illegal body stays illegal', async () => {
    const headers = fc.dictionary(name, values, { minKeys: 1, maxKeys: 4, noNullPrototype: true })
    await fc.assert(
      fc.asyncProperty(place, headers, async (where, given) => {
        const body = jsonOf(baseBody(where).set('NoSuchField', '1'))
        const answer = await send(where, pathOf(where), body, { headers: given })
        // Who prefers so is told later.
        if (answer.status === 202) {
          expect(await laterStatus(answer, where.profile)).toBeGreaterThanOrEqual(400)
          return
        }
        expect([names(where), answer.status >= 400, answer.text]).toEqual([
          names(where),
          true,
          answer.text,
        ])
      }),
      { numRuns: 400, seed },
    )
  }, 60_000)

  test.each(['', ' ', 'a b', 'k'.repeat(256), 'clé', 'a\tb'])(
    'Idempotency-Key %j is none',
    async (key) => {
      const answer = await send(
        { profile: 'integrator', method: 'POST' },
        '/api/Notes',
        '{"LedgerDivisionId":3,"TenantId":1,"Body":"x"}',
        { headers: { 'idempotency-key': key } },
      )
      expect(refusalOf(answer)).toEqual([400, 'IDEMPOTENCY_KEY_INVALID'])
    },
  )

  test.each(['"x"', 'W/"x"', '', 'x', 'W/"', '"'])(
    'If-Match %j is no state of the row',
    async (tag) => {
      const answer = await send(
        { profile: 'integrator', method: 'PATCH' },
        '/api/Tenants(9101)',
        '{"FirstName":"Autre"}',
        { headers: { 'if-match': tag } },
      )
      expect([400, 412]).toContain(answer.status)
    },
  )
})

describe('parameters of actions', () => {
  expectNothingChanges()

  const actions = model.operations.filter(({ kind }) => kind === 'action')
  test.skipIf(actions.length === 0)('wrong ones are refused by name, all at once', async () => {
    for (const { set, name, parameters, bindsTo } of actions) {
      const type = model.findBySet(set)
      if (type === undefined || !hasTable(type) || bindsTo === 'collection') continue
      const [id] = await app.column<number>(
        `select min(id) from ${tableName(type)} where account_id = 1`,
      )
      for (const parameter of parameters)
        for (const value of ['[]', '{}', '1e400', 'true', `"${'x'.repeat(5_000)}"`]) {
          const answer = await send(
            { profile: 'administrator', method: 'POST' },
            `/api/${set}(${id})/${name}`,
            `{"${parameter.name}":${value},"__proto__":1}`,
          )
          expect([name, answer.status]).toEqual([name, 400])
          expect(targetsOf(answer)).toEqual(expect.arrayContaining([parameter.name, '__proto__']))
        }
    }
  })
})
