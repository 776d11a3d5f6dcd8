/**
 * The headers that an integrator asks to be sent with its notifications: the guide's text
 * `name:value;name2:value2`, or an object, which can hold any value. Refusals never repeat a value,
 * nor what might be a piece of one.
 */

import { HapiError } from '../errors/hapi-error.ts'
import type { Phrase } from '../errors/phrase.ts'

/** One header as the integrator typed it. */
export interface CustomHeader {
  readonly name: string
  /** Visible ASCII and blanks; a secret more often than not. */
  readonly value: string
}

/** More would be a mistake; receivers refuse requests of some 100 headers. */
const HEADERS_MAX = 32
/** Bytes of one header, name and value. */
const HEADER_BYTES_MAX = 4_096
/** Bytes of all: common receivers refuse a head of 16 KB, ours and the URL included. */
const ALL_BYTES_MAX = 8_192
/** Characters of the text form: all headers, their separators, and some blanks. */
const TEXT_LENGTH_MAX = 2 * ALL_BYTES_MAX

/** RFC 9110 §5.6.2, token. */
const NAME = /^[!#$%&'*+.^_`|~\dA-Za-z-]+$/
const VALUE = /^[\x20-\x7e]*$/

/** What frames a message, belongs to one connection, or is said by us. */
const RESERVED =
  /^(?:host|content-.*|transfer-encoding|connection|te|trailer|upgrade|keep-alive|expect|proxy-.*|http2-settings|webhook-.*|accept-encoding|user-agent)$/

/**
 * Headers of a subscription. Absent, null and blank mean none. `target` names the field. Throws
 * HapiError: WEBHOOK_HEADERS_INVALID.
 */
export function readCustomHeaders(input: unknown, target: string): readonly CustomHeader[] {
  const headers = split(input)
  const problem = 'fr' in headers ? headers : customHeadersProblem(headers)
  if (problem !== undefined)
    throw new HapiError('WEBHOOK_HEADERS_INVALID', { reason: problem }, { target })
  return 'fr' in headers ? [] : headers
}

/** What forbids to send these headers; asked when they are saved and whenever they are sent. */
export function customHeadersProblem(headers: readonly CustomHeader[]): Phrase | undefined {
  if (headers.length > HEADERS_MAX)
    return { fr: `plus de ${HEADERS_MAX} en-têtes`, en: `more than ${HEADERS_MAX} headers` }
  const bytes = headers.map(({ name, value }) => name.length + value.length)
  if (bytes.reduce((sum, count) => sum + count, 0) > ALL_BYTES_MAX) return tooLarge
  const names = new Set<string>()
  for (const [index, { name, value }] of headers.entries()) {
    const problem = headerProblem(name, value, index + 1)
    if (problem !== undefined) return problem
    if (names.has(name.toLowerCase()))
      return { fr: `l'en-tête ${name} est donné deux fois`, en: `header ${name} is given twice` }
    names.add(name.toLowerCase())
  }
  return undefined
}

/** The headers as they are shown: names only, not even the length of a value. */
export function maskedHeaders(headers: readonly CustomHeader[]): string {
  return headers.map(({ name }) => `${name}:••••••`).join(';')
}

const tooLarge: Phrase = {
  fr: `plus de ${ALL_BYTES_MAX} octets en tout`,
  en: `more than ${ALL_BYTES_MAX} bytes in all`,
}

const wrongForm: Phrase = {
  fr: 'il faut un texte « nom:valeur;nom2:valeur2 », ou un objet dont les valeurs sont des textes',
  en: "expected a text 'name:value;name2:value2', or an object whose values are texts",
}

/** The headers as written, unchecked, or what makes the form itself wrong. */
function split(input: unknown): readonly CustomHeader[] | Phrase {
  if (input === undefined || input === null) return []
  if (typeof input === 'string') return splitText(input)
  if (typeof input !== 'object' || Array.isArray(input)) return wrongForm
  const members: readonly (readonly [string, unknown])[] = Object.entries(input)
  // Counted before anything is done for each: a body may hold a million.
  const headers = members.slice(0, HEADERS_MAX + 1).map(([name, value]) => ({ name, value }))
  return headers.every(isTextHeader)
    ? headers.map(({ name, value }) => ({ name: trim(name), value: trim(value) }))
    : wrongForm
}

function isTextHeader(header: { name: string; value: unknown }): header is CustomHeader {
  return typeof header.value === 'string'
}

/** A value may hold ':' but not ';', which nothing can escape: the object form is there for it. */
function splitText(text: string): readonly CustomHeader[] | Phrase {
  if (text.length > TEXT_LENGTH_MAX) return tooLarge
  const segments = text.split(';').filter((segment) => trim(segment) !== '')
  const without = segments.findIndex((segment) => !segment.includes(':'))
  if (without >= 0)
    return {
      fr: `il manque « : » à l'élément ${without + 1}; une valeur qui contient « ; » se donne par un objet {"nom":"valeur"}`,
      en: `element ${without + 1} lacks ':'; a value that contains ';' is given by an object {"name":"value"}`,
    }
  return segments.map((segment) => {
    const colon = segment.indexOf(':')
    return { name: trim(segment.slice(0, colon)), value: trim(segment.slice(colon + 1)) }
  })
}

/** Only blanks: `String.trim` would drop line ends and the like, which are to be refused. */
function trim(text: string): string {
  let start = 0
  let end = text.length
  while (start < end && text[start] === ' ') start += 1
  while (end > start && text[end - 1] === ' ') end -= 1
  return text.slice(start, end)
}

/** `position`, from 1, stands for a name that may be a piece of another header's value. */
function headerProblem(name: string, value: string, position: number): Phrase | undefined {
  if (name.length + value.length > HEADER_BYTES_MAX)
    return {
      fr: `l'en-tête ${position} dépasse ${HEADER_BYTES_MAX} octets`,
      en: `header ${position} exceeds ${HEADER_BYTES_MAX} bytes`,
    }
  if (!NAME.test(name))
    return {
      fr: `le nom de l'en-tête ${position} n'en est pas un (lettres, chiffres, tirets)`,
      en: `the name of header ${position} is not one (letters, digits, hyphens)`,
    }
  if (!VALUE.test(value))
    return {
      fr: `la valeur de l'en-tête ${position} contient un caractère qui n'est pas de l'ASCII visible`,
      en: `the value of header ${position} contains a character that is not visible ASCII`,
    }
  // Receivers behind CGI or WSGI read `Webhook_Id` as `Webhook-Id`.
  return RESERVED.test(name.toLowerCase().replaceAll('_', '-'))
    ? { fr: `l'en-tête ${name} est réservé`, en: `header ${name} is reserved` }
    : undefined
}
