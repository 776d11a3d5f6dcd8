/** `Accept` and `$format` as lists of media ranges (RFC 9110 §12.5.1). */

export interface MediaRange {
  /** In lower case, as parameters and their values are. */
  readonly type: string
  readonly parameters: ReadonlyMap<string, string>
  /** From 0, which refuses, to 1. */
  readonly quality: number
}

/** Longer than any client's list; the rest is not read. */
const TEXT_LENGTH_MAX = 2_000

/** Between commas, which a quoted string may hold. */
const ITEM = /(?:[^,"]|"(?:[^"\\]|\\.)*")+/g
const PARAMETER = /(?:[^;"]|"(?:[^"\\]|\\.)*")+/g

/** In order of preference: by quality, then the more specific first, then as they were written. */
export function parseMediaRanges(text: string): readonly MediaRange[] {
  return (text.slice(0, TEXT_LENGTH_MAX).match(ITEM) ?? [])
    .map(parseRange)
    .filter((range) => range.type !== '')
    .sort((a, b) => b.quality - a.quality || specificity(b) - specificity(a))
}

function parseRange(text: string): MediaRange {
  const [type = '', ...rest] = (text.match(PARAMETER) ?? []).map((part) =>
    part.trim().toLowerCase(),
  )
  const parameters = new Map(rest.filter((part) => part !== '').map(parseParameter))
  const quality = Number(parameters.get('q') ?? 1)
  parameters.delete('q')
  return { type, parameters, quality: Number.isNaN(quality) ? 1 : quality }
}

function parseParameter(text: string): [name: string, value: string] {
  const equals = text.indexOf('=')
  if (equals < 0) return [text, '']
  const value = text.slice(equals + 1).trim()
  return [
    text.slice(0, equals).trim(),
    value.startsWith('"') ? value.replace(/^"|"$/g, '').replace(/\\(.)/g, '$1') : value,
  ]
}

function specificity({ type, parameters }: MediaRange): number {
  if (type === '*/*') return 0
  return type.endsWith('/*') ? 1 : 2 + parameters.size
}
