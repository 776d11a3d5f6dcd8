/** One value of a body as a value of its property, or what is wrong with it (R-001, R-004, R-006, R-007). */

import type { ErrorCode } from '../../errors/catalogue.ts'
import { HapiError } from '../../errors/hapi-error.ts'
import type { OperationParameter, Property } from '../../model/entity-type.ts'
import { getEnumeration } from '../../model/get-enumeration.ts'
import { PARAMETER_TEXT_MAX } from '../../model/operations.ts'
import { textFormatOf } from '../../model/text-format.ts'
import { isIsoDate } from '../leasing/dates.ts'
import { type InputValue, isInputNumber } from './input.ts'
import type { FieldValue } from './row.ts'

export interface FieldReading {
  /** Decimals as texts are welcome besides numbers. */
  readonly decimalsAsText: boolean
}

/** What a field is, as far as its value is concerned; a parameter of an action is one too. */
export type Field = Pick<Property, 'name' | 'type' | 'nullable'> &
  Partial<
    Pick<
      Property,
      | 'collection'
      | 'maxLength'
      | 'precision'
      | 'scale'
      | 'enumeration'
      | 'code'
      | 'sealed'
      | 'personal'
      | 'sensitive'
      | 'minimum'
      | 'maximum'
    >
  >

export function fieldOfParameter(parameter: OperationParameter): Field {
  const { name, type, collection = false, required, minimum, maximum } = parameter
  return {
    name,
    type,
    collection,
    nullable: !required,
    ...(minimum === undefined ? {} : { minimum }),
    ...(maximum === undefined ? {} : { maximum }),
    ...(parameter.type === 'Edm.String' ? { maxLength: PARAMETER_TEXT_MAX } : {}),
  }
}

const INT32 = { minimum: -2_147_483_648, maximum: 2_147_483_647 }

/** What a JavaScript number holds exactly; no sequence comes near its end. */
const SAFE_INT64 = { minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER }

/** @throws {HapiError} REQUIRED_FIELD, INVALID_FORMAT, MAX_LENGTH_EXCEEDED, VALUE_OUT_OF_RANGE, SCALE_EXCEEDED, INVALID_CODE, with the field as target */
export function readField(field: Field, value: InputValue, reading: FieldReading): FieldValue {
  if (value === null) {
    if (!field.nullable) throw refusal('REQUIRED_FIELD', field)
    return null
  }
  if (field.collection === true) return readList(field, value, reading)
  switch (field.type) {
    case 'Edm.Boolean':
      if (typeof value !== 'boolean') throw refusal('INVALID_FORMAT', field)
      return value
    case 'Edm.Int32':
    case 'Edm.Int64':
      return readInteger(field, value)
    case 'Edm.Decimal':
      return readDecimal(field, value, reading)
    case 'Edm.Date':
      if (typeof value !== 'string' || !isIsoDate(value)) throw refusal('INVALID_FORMAT', field)
      return value
    case 'Edm.DateTimeOffset':
      return readInstant(field, value)
    case 'Edm.String':
      return readText(field, value)
  }
}

/** Values of one list; a list is for a person to fill in. */
const LIST_MAX = 1_000

/** As JSON, which is how a row holds a list. Repeated members stay: what they mean is for the rules to say. */
function readList(field: Field, value: InputValue, reading: FieldReading): string {
  if (!Array.isArray(value) || value.length > LIST_MAX) throw refusal('INVALID_FORMAT', field)
  const member = { ...field, collection: false, nullable: false }
  return JSON.stringify(value.map((each: InputValue) => readField(member, each, reading)))
}

function readInteger(field: Field, value: InputValue): number {
  if (!isInputNumber(value) || !/^-?\d+$/.test(value.text)) throw refusal('INVALID_FORMAT', field)
  const number = Number(value.text)
  const range = field.type === 'Edm.Int64' ? SAFE_INT64 : INT32
  const { minimum = range.minimum, maximum = range.maximum } = field
  if (number < minimum || number > maximum) throw outOfRange(field, minimum, maximum)
  return number === 0 ? 0 : number
}

/** Digits before the point, digits after it, of a JSON number without exponent. */
const PLAIN_DECIMAL = /^(-?)(\d+)(?:\.(\d+))?$/

/** Exponents beyond this are out of any declared range; the text is not spelled out. */
const EXPONENT_MAX = 40

function readDecimal(field: Field, value: InputValue, reading: FieldReading): string {
  const text = isInputNumber(value)
    ? value.text
    : reading.decimalsAsText && typeof value === 'string' && value.length <= 60
      ? value
      : undefined
  if (text === undefined) throw refusal('INVALID_FORMAT', field)
  const { precision = 0, scale = 0 } = field
  const largest = 10 ** (precision - scale)
  const range = (): HapiError =>
    outOfRange(
      field,
      field.minimum ?? `-${limitText(precision, scale)}`,
      field.maximum ?? limitText(precision, scale),
    )
  const plain = withoutExponent(text)
  if (plain === HUGE) throw range()
  const match = plain === undefined ? null : PLAIN_DECIMAL.exec(plain)
  if (match === null) throw refusal('INVALID_FORMAT', field)
  const [, sign = '', whole = '', fraction = ''] = match
  // 50.000 is 50.00: no digit is lost by leaving out zeros.
  const digits = fraction.replace(/0+$/, '')
  if (digits.length > scale)
    throw new HapiError('SCALE_EXCEEDED', { field: field.name, scale }, { target: field.name })
  const units = whole.replace(/^0+(?=\d)/, '')
  if (units.length > precision - scale || Number(units) >= largest) throw range()
  const written = scale === 0 ? units : `${units}.${digits.padEnd(scale, '0')}`
  const negative = sign === '-' && /[1-9]/.test(written)
  const number = Number(written) * (negative ? -1 : 1)
  if (number < (field.minimum ?? -Infinity) || number > (field.maximum ?? Infinity)) throw range()
  return negative ? `-${written}` : written
}

function limitText(precision: number, scale: number): string {
  return `${'9'.repeat(precision - scale)}${scale === 0 ? '' : `.${'9'.repeat(scale)}`}`
}

/** More than any field could hold. */
const HUGE = Symbol('huge')

/** `1.5e2` → `150`; HUGE when no field could hold it; undefined when it is no number. */
function withoutExponent(text: string): string | typeof HUGE | undefined {
  const match = /^(-?)(\d+)(?:\.(\d+))?[eE]([+-]?\d{1,9})$/.exec(text)
  if (match === null) return PLAIN_DECIMAL.test(text) ? text : undefined
  const [, sign = '', whole = '', fraction = '', exponentText = '0'] = match
  const digits = whole + fraction
  if (/^0*$/.test(digits)) return '0'
  const exponent = Number(exponentText)
  if (Math.abs(exponent) > EXPONENT_MAX)
    return exponent > 0 ? HUGE : `0.${'0'.repeat(EXPONENT_MAX)}1`
  const point = whole.length + exponent
  const padded = digits.padStart(digits.length + Math.max(0, 1 - point), '0')
  const at = Math.max(point, 1)
  const filled = padded.padEnd(at, '0')
  return `${sign}${filled.slice(0, at)}${filled.length > at ? `.${filled.slice(at)}` : ''}`
}

const INSTANT =
  /^(\d{4}-\d{2}-\d{2})T(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,12}))?)?(?:Z|[+-](?:0\d|1[0-4]):[0-5]\d)$/i

/** In UTC, to the millisecond that is stored. */
function readInstant(field: Field, value: InputValue): string {
  const match = typeof value === 'string' ? INSTANT.exec(value) : null
  if (typeof value !== 'string' || match === null || !isIsoDate(match[1] ?? ''))
    throw refusal('INVALID_FORMAT', field)
  const [, , hours, minutes, seconds = '0', fraction = ''] = match
  if (Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 59)
    throw refusal('INVALID_FORMAT', field)
  const instant = new Date(
    value
      .toUpperCase()
      .replace(/\.\d+/, fraction === '' ? '' : `.${fraction.slice(0, 3).padEnd(3, '0')}`),
  )
  // An offset may carry the first or the last day of all out of the years that are written with four digits.
  if (
    Number.isNaN(instant.getTime()) ||
    instant.getUTCFullYear() < 1 ||
    instant.getUTCFullYear() > 9999
  )
    throw refusal('INVALID_FORMAT', field)
  return instant.toISOString()
}

function readText(field: Field, value: InputValue): string {
  if (typeof value !== 'string') throw refusal('INVALID_FORMAT', field)
  const text = field.code === true || field.enumeration !== undefined ? normaliseCode(value) : value
  if (field.enumeration !== undefined) return readMember(field, field.enumeration, text)
  const written = readFormat(field, text)
  // PostgreSQL counts code points, as `from` does.
  if (Array.from(written).length > (field.maxLength ?? Infinity)) {
    throw new HapiError(
      'MAX_LENGTH_EXCEEDED',
      { field: field.name, max: field.maxLength ?? 0 },
      { target: field.name },
    )
  }
  if (written.trim() === '' && !mayBeBlank(field)) {
    // A text of blanks is no text: nothing would be shown where one is required.
    throw refusal(
      field.nullable && field.code === true ? 'INVALID_FORMAT' : 'REQUIRED_FIELD',
      field,
    )
  }
  // A code is one word for people to type; what steers a terminal is none.
  if (field.code === true && hasControlCharacter(written)) throw refusal('INVALID_FORMAT', field)
  return written
}

function readMember(field: Field, enumeration: string, text: string): string {
  const isMember = getEnumeration(enumeration).members.some((member) => member.code === text)
  if (isMember) return text
  // R-121: what is said of a person is not said again.
  const isPersonal = field.personal === true || field.sensitive === true
  throw new HapiError(
    'INVALID_CODE',
    { value: isPersonal ? '***' : text.slice(0, 40), field: field.name },
    { target: field.name },
  )
}

function readFormat(field: Field, text: string): string {
  const format = textFormatOf(field)
  if (format === undefined) return text
  if (text.length > 200 || !format.pattern.test(text)) throw refusal('INVALID_FORMAT', field)
  return format.normalise?.(text) ?? text
}

/** R-001. */
function normaliseCode(text: string): string {
  return text.trim().toUpperCase()
}

/** An empty code is a legal value of UnitCode only (R-001); a free text that may be null may be empty too. */
function mayBeBlank(field: Field): boolean {
  return field.name === 'UnitCode' || (field.nullable && field.code !== true)
}

function hasControlCharacter(text: string): boolean {
  return Array.from(text).some(
    (character) => (character.codePointAt(0) ?? 0) < 0x20 || character === '\u007f',
  )
}

function outOfRange(field: Field, min: string | number, max: string | number): HapiError {
  return new HapiError(
    'VALUE_OUT_OF_RANGE',
    { field: field.name, min, max },
    { target: field.name },
  )
}

function refusal(
  code: Extract<ErrorCode, 'REQUIRED_FIELD' | 'INVALID_FORMAT'>,
  field: Field,
): HapiError {
  return new HapiError(code, { field: field.name }, { target: field.name })
}
