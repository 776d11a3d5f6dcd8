/** Percent-decoding of URL text: UTF-8, strict. What is no text is refused, never repaired. */

import { HapiError } from '../../errors/hapi-error.ts'

const anySurrogate = /[\uD800-\uDFFF]/
const loneSurrogate = /\p{Surrogate}/u

/** Decodes a piece of a path. @throws {HapiError} MALFORMED_URL */
export function decodePathText(raw: string): string {
  let text = raw
  if (raw.includes('%')) {
    try {
      text = decodeURIComponent(raw)
    } catch (cause) {
      throw malformed('%', cause)
    }
  }
  if (text.includes('\0')) throw malformed('U+0000')
  // Decoding never makes half a pair: only the raw text can bring one.
  if (anySurrogate.test(raw) && loneSurrogate.test(raw)) throw malformed('UTF-8')
  return text
}

/** Decodes a name or value of a query: `+` is a blank, as forms and URLSearchParams write it. */
export function decodeQueryText(raw: string): string {
  return decodePathText(raw.includes('+') ? raw.replaceAll('+', ' ') : raw)
}

/**
 * Indexes, in the decoded text, of semicolons that came percent-encoded: they belong to a search word,
 * while a plain one separates nested options (ABNF, searchWord).
 *
 * Who encodes the equals signs too (`encodeURIComponent`) encodes everything: his semicolons say nothing.
 */
export function findEncodedSemicolons(raw: string): ReadonlySet<number> | undefined {
  if (!raw.includes('=') && /%3D/i.test(raw)) return undefined
  const pieces = raw.split(/%3B/i)
  if (pieces.length === 1) return undefined
  const found = new Set<number>()
  let index = 0
  for (const piece of pieces.slice(0, -1)) {
    index += decodeQueryText(piece).length
    found.add(index)
    index++
  }
  return found
}

export function malformed(reason: string, cause?: unknown): HapiError {
  return new HapiError('MALFORMED_URL', { reason }, { target: 'url', cause })
}
