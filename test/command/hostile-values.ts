/** Values, as JSON texts, that no property of a type may take, and legal ones that are as odd as can be. */

import type { Property } from '../../src/model/entity-type.ts'
import { getEnumeration } from '../../src/model/get-enumeration.ts'
import { textFormatOf } from '../../src/model/text-format.ts'

/** Structures where scalars are expected. */
const STRUCTURES = ['[]', '{}', '[1]', '{"a":1}', '[[[[]]]]', '{"kind":"number","text":"1"}']

const MANY_DIGITS = '9'.repeat(100)

/** Statements, formats and commands that a text could smuggle somewhere. */
export const PAYLOADS = [
  `'; drop table leases; --`,
  `' or '1'='1`,
  `1); select pg_sleep(5); --`,
  `$1 $2 \${7*7} {{7*7}} #{7*7}`,
  `%s%n%x%d%p`,
  `../../../../etc/passwd`,
  `\\'; \\"; \\\\`,
  `<script>alert(1)</script>`,
  `=HYPERLINK("http://example.com")`,
  `Robert"); return 1; //`,
]

/** Of every script and none: right to left, combining, beyond the first plane, joined, private. */
const UNICODE = [
  '\u{1F3E0}\u{1F468}\u200d\u{1F469}\u200d\u{1F467}',
  '\u202eתוכן\u202c العربية',
  'Z\u0351\u036b\u0343\u036a\u0302\u036b\u033d\u034f',
  '\u{10FFFF}\u{F0000}\ufffe\uffff',
  'İıſẞﬀK',
  '\ufeffBOM\u2028\u2029\u0085',
  '\u0001\u001b[31m\u007f\t\r\n',
  'é e\u0301 œ Œ ½ «»',
]

const WRONG_DATES = [
  '0000-01-01',
  '-0001-01-01',
  '+2026-01-01',
  '10000-01-01',
  '2026-02-30',
  '2026-02-29',
  '2026-13-01',
  '2026-00-10',
  '2026-7-1',
  '20260701',
  '2026-07-01T00:00:00Z',
  '2026-07-01 BC',
  'infinity',
  'today',
  'epoch',
  '',
  ' 2026-07-01',
]

const WRONG_INSTANTS = [
  '2026-02-30T00:00:00Z',
  '2026-01-01',
  '2026-01-01T24:00:00Z',
  '2026-01-01T00:60:00Z',
  '0000-01-01T00:00:00Z',
  '0001-01-01T00:00:00+14:00',
  '9999-12-31T23:59:59-14:00',
  '2026-01-01T00:00:00',
  '2026-01-01T00:00:00+99:00',
  'now',
  'infinity',
  '',
]

/** JSON texts, each of which is refused for what it is, whatever else the row says. */
export function wrongValues(property: Property): readonly string[] {
  const missing = property.nullable ? [] : ['null']
  return [...STRUCTURES, ...missing, ...wrongOf(property)]
}

function wrongOf(property: Property): readonly string[] {
  switch (property.type) {
    case 'Edm.Boolean':
      return ['"true"', '"oui"', '0', '1', '1e400', '""']
    case 'Edm.Int32':
    case 'Edm.Int64':
      return ['"1"', 'true', '1.5', '1e400', '-1e400', '1e2', MANY_DIGITS, `-${MANY_DIGITS}`]
    case 'Edm.Decimal':
      return [
        '"1.00"',
        'true',
        '1e400',
        '-1e400',
        '1e-400',
        '1e999999999',
        '1e-99999999999',
        MANY_DIGITS,
        `-${MANY_DIGITS}`,
        `0.${'1'.repeat(80)}`,
        `1.${'0'.repeat(80)}1`,
      ]
    case 'Edm.Date':
      return [...WRONG_DATES.map((date) => JSON.stringify(date)), '20260701', '0', 'true']
    case 'Edm.DateTimeOffset':
      return [...WRONG_INSTANTS.map((instant) => JSON.stringify(instant)), '0', 'true']
    case 'Edm.String':
      return wrongTexts(property)
  }
}

function wrongTexts(property: Property): readonly string[] {
  const { maxLength = 0, enumeration, code } = property
  const tooLong = [
    'x'.repeat(maxLength + 1),
    '\u{1F3E0}'.repeat(maxLength + 1),
    'e\u0301'.repeat(maxLength),
  ]
  const formed = textFormatOf(property) === undefined ? [] : ['x', '@', '-', ...PAYLOADS]
  const steering = code === true ? ['A\u001bB', 'A\u007f'] : []
  const members = enumeration === undefined ? [] : ['__proto__', 'constructor', 'toString', 'ÿ']
  const texts = [...tooLong, ...formed, ...steering, ...members]
  return ['0', '1', 'true', '1e400', ...texts.map((text) => JSON.stringify(text))]
}

/** JSON texts that the property may take as far as its declaration goes. */
export function oddValues(property: Property): readonly string[] {
  const missing = property.nullable ? ['null'] : []
  return [...missing, ...oddOf(property)]
}

function oddOf(property: Property): readonly string[] {
  const { type, precision = 0, scale = 0, minimum, maximum } = property
  switch (type) {
    case 'Edm.Boolean':
      return ['true', 'false']
    case 'Edm.Int32':
    case 'Edm.Int64':
      return [minimum ?? -2_147_483_648, maximum ?? 2_147_483_647, 0, 1].map(String)
    case 'Edm.Decimal': {
      const largest = `${'9'.repeat(precision - scale)}.${'9'.repeat(Math.max(1, scale))}`
      return ['0', '-0.0', '1E0', `${maximum ?? largest}`, `${minimum ?? `-${largest}`}`]
    }
    case 'Edm.Date':
      return [
        '0001-01-01',
        '9999-12-31',
        '9999-12-01',
        '1900-02-28',
        '2400-02-29',
        '2026-06-15',
      ].map((date) => JSON.stringify(date))
    case 'Edm.DateTimeOffset':
      return ['0001-01-01T00:00:00Z', '9999-12-31T23:59:59.999Z', '2026-06-15T00:00:00-05:00'].map(
        (instant) => JSON.stringify(instant),
      )
    case 'Edm.String':
      return oddTexts(property)
  }
}

function oddTexts(property: Property): readonly string[] {
  const { maxLength = 0, enumeration, code } = property
  if (enumeration !== undefined)
    return getEnumeration(enumeration).members.map(({ code: member }) => JSON.stringify(member))
  const format = textFormatOf(property)
  if (format !== undefined) return [JSON.stringify(format.example)]
  const whole = ['x'.repeat(maxLength), '\u{1F3E0}'.repeat(maxLength)]
  const texts = [...PAYLOADS, ...(code === true ? [] : UNICODE)].map((text) =>
    Array.from(text).slice(0, maxLength).join(''),
  )
  return [...whole, ...texts].map((text) => JSON.stringify(text))
}
