/** The `Range` of a request (RFC 9110 §14.2). */

import type { IncomingHttpHeaders } from 'node:http'

/** From the first byte to before the last. */
export interface ByteRange {
  readonly from: number
  readonly to: number
}

/**
 * The range asked for; undefined when all is to be sent: without `Range`, for several ranges at once, for what is no
 * range of bytes, and when `If-Range` names another content.
 *
 * @param tag strong
 */
export function byteRange(
  headers: Pick<IncomingHttpHeaders, 'range'> & {
    readonly 'if-range'?: string | string[] | undefined
  },
  tag: string,
  size: number,
): ByteRange | 'unsatisfiable' | undefined {
  const condition = headers['if-range']
  if (condition !== undefined && condition !== tag) return undefined
  const match = /^\s*bytes\s*=\s*(\d{0,15})\s*-\s*(\d{0,15})\s*$/i.exec(headers.range ?? '')
  if (match === null) return undefined
  const [, first = '', last = ''] = match
  if (first === '') return last === '' ? undefined : suffix(Number(last), size)
  const from = Number(first)
  if (last !== '' && Number(last) < from) return undefined
  if (from >= size) return 'unsatisfiable'
  return { from, to: last === '' ? size : Math.min(Number(last) + 1, size) }
}

/** `bytes=-500`: the last 500. */
function suffix(length: number, size: number): ByteRange | 'unsatisfiable' {
  return length === 0 || size === 0
    ? 'unsatisfiable'
    : { from: Math.max(0, size - length), to: size }
}
