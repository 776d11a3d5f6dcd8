/**
 * The `Prefer` header (RFC 7240, Protocol 4.01 §8.2.8), read once into a value, and what the answer says of it
 * in `Preference-Applied` (§8.3.6). What is unknown, malformed or out of bounds is ignored, as the protocol wants.
 */

/** What a request prefers; what it does not mention is undefined or false. */
export interface Preferences {
  /** Rows of a page, at least 1. */
  readonly maxPageSize: number | undefined
  readonly return: 'minimal' | 'representation' | undefined
  /** A list of patterns of terms, as it was written: read by `annotationFilter`. */
  readonly includeAnnotations: string | undefined
  readonly omitValues: 'nulls' | 'defaults' | undefined
  readonly continueOnError: boolean | undefined
  readonly respondAsync: boolean
  readonly waitSeconds: number | undefined
  readonly trackChanges: boolean
  /** As it was given, checked by nobody yet. */
  readonly callbackUrl: string | undefined
  readonly allowEntityReferences: boolean
  /** Names that the request wrote with `odata.`: the answer writes them so too. */
  readonly prefixed: ReadonlySet<string>
}

type PreferenceName =
  | 'maxpagesize'
  | 'return'
  | 'include-annotations'
  | 'omit-values'
  | 'continue-on-error'
  | 'respond-async'
  | 'wait'
  | 'track-changes'
  | 'callback'
  | 'allow-entityreferences'

/** Longer than any client's list; a longer header is cut there. */
const HEADER_LENGTH_MAX = 4_000
/** More preferences than there are; what follows is not read. */
const PREFERENCES_MAX = 32

const PREFIX = 'odata.'

/** `name = value` up to the next `;` or `,`: a token, and perhaps a token or a quoted string. */
const PAIR =
  /\s*([!#$%&'*+\-.^_`|~\w]+)(?:\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([!#$%&'*+\-.^_`|~\w:/]*)))?\s*/y

const NONE: Preferences = preferencesOf(new Map(), new Set())

/** @param header of several headers of that name, each or all joined by commas */
export function readPreferences(header: string | readonly string[] | undefined): Preferences {
  if (header === undefined) return NONE
  const text = (typeof header === 'string' ? header : header.join(',')).slice(0, HEADER_LENGTH_MAX)
  const found = new Map<string, Preference>()
  const prefixed = new Set<string>()
  for (const preference of parseList(text)) {
    const isPrefixed = preference.name.startsWith(PREFIX)
    const name = isPrefixed ? preference.name.slice(PREFIX.length) : preference.name
    // The first of two counts (RFC 7240 §2); a name without `odata.` wins over one with it.
    if (found.has(name) && (isPrefixed || !prefixed.has(name))) continue
    found.set(name, preference)
    if (isPrefixed) prefixed.add(name)
    else prefixed.delete(name)
  }
  return preferencesOf(found, prefixed)
}

/** What `Preference-Applied` says; undefined when nothing that was asked for was done. */
export function preferenceApplied(
  { prefixed }: Preferences,
  applied: Partial<Readonly<Record<PreferenceName, string | number | true | undefined>>>,
): string | undefined {
  const parts = Object.entries(applied).flatMap(([name, value]) => {
    if (value === undefined) return []
    const shown = prefixed.has(name) ? PREFIX + name : name
    return [value === true ? shown : `${shown}=${word(String(value))}`]
  })
  return parts.length === 0 ? undefined : parts.join(', ')
}

function word(text: string): string {
  return /^[\w.-]+$/.test(text) ? text : `"${text.replace(/["\\]/g, '\\$&')}"`
}

interface Preference {
  /** In lower case, as it was written otherwise. */
  readonly name: string
  readonly value: string
  readonly parameters: ReadonlyMap<string, string>
}

function* parseList(text: string): Generator<Preference> {
  let position = 0
  for (let count = 0; count < PREFERENCES_MAX && position < text.length; count++) {
    const preference = readPair(text, position)
    let end = preference?.end ?? position
    const parameters = new Map<string, string>()
    while (text[end] === ';') {
      const parameter = readPair(text, end + 1)
      if (parameter !== undefined && !parameters.has(parameter.name))
        parameters.set(parameter.name, parameter.value)
      end = parameter?.end ?? blanksEnd(text, end + 1)
    }
    const isWhole = end >= text.length || text[end] === ','
    if (preference !== undefined && isWhole) yield { ...preference, parameters }
    position = isWhole ? end + 1 : nextComma(text, end)
  }
}

function readPair(
  text: string,
  from: number,
): { readonly name: string; readonly value: string; readonly end: number } | undefined {
  PAIR.lastIndex = from
  const match = PAIR.exec(text)
  if (match === null) return undefined
  const [, name = '', quoted, token] = match
  return {
    name: name.toLowerCase(),
    value: quoted === undefined ? (token ?? '') : quoted.replace(/\\(.)/g, '$1'),
    end: PAIR.lastIndex,
  }
}

function blanksEnd(text: string, from: number): number {
  let position = from
  while (text[position] === ' ' || text[position] === '\t') position++
  return position
}

/** What cannot be read is passed over up to the comma after it. */
function nextComma(text: string, from: number): number {
  const comma = text.indexOf(',', from)
  return comma < 0 ? text.length : comma + 1
}

function preferencesOf(
  found: ReadonlyMap<string, Preference>,
  prefixed: ReadonlySet<string>,
): Preferences {
  const valueOf = (name: PreferenceName): string | undefined => found.get(name)?.value
  return {
    maxPageSize: positiveInteger(valueOf('maxpagesize')),
    return: oneOf(valueOf('return'), ['minimal', 'representation']),
    includeAnnotations: valueOf('include-annotations'),
    omitValues: oneOf(valueOf('omit-values'), ['nulls', 'defaults']),
    continueOnError: flag(valueOf('continue-on-error')),
    respondAsync: found.has('respond-async'),
    waitSeconds: nonNegativeInteger(valueOf('wait')),
    trackChanges: found.has('track-changes'),
    callbackUrl: found.get('callback')?.parameters.get('url'),
    allowEntityReferences: found.has('allow-entityreferences'),
    prefixed,
  }
}

function nonNegativeInteger(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : undefined
}

function positiveInteger(text: string | undefined): number | undefined {
  const value = nonNegativeInteger(text)
  return value === 0 ? undefined : value
}

function oneOf<T extends string>(text: string | undefined, values: readonly T[]): T | undefined {
  const lower = text?.toLowerCase()
  return values.find((value) => value === lower)
}

/** No value means true (RFC 7240 §2 takes an empty one for none). */
function flag(text: string | undefined): boolean | undefined {
  if (text === undefined) return undefined
  const lower = text.toLowerCase()
  if (lower === '' || lower === 'true') return true
  return lower === 'false' ? false : undefined
}
