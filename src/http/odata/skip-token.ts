/** Where a next link goes on: after a key, or at a position; how many rows were delivered before, and the size of its pages. */

import { HapiError } from '../../errors/hapi-error.ts'

export type SkipToken =
  | {
      readonly kind: 'afterKey'
      readonly key: string
      readonly delivered: number
      readonly pageSize: number
    }
  | {
      readonly kind: 'atPosition'
      readonly position: number
      readonly delivered: number
      readonly pageSize: number
    }

/** Opaque to clients, who must send it back as it is. */
function writeSkipToken(token: SkipToken): string {
  const text =
    token.kind === 'afterKey'
      ? `k.${token.key}.${token.delivered}.${token.pageSize}`
      : `p.${token.position}.${token.delivered}.${token.pageSize}`
  return Buffer.from(text).toString('base64url')
}

/** @throws {HapiError} INVALID_OPTION_VALUE for a token that no next link held */
export function readSkipToken(text: string): SkipToken {
  const match = /^([kp])\.(\d{1,18})\.(\d{1,15})\.([1-9]\d{0,9})$/.exec(
    Buffer.from(text, 'base64url').toString('latin1'),
  )
  if (match === null)
    throw new HapiError(
      'INVALID_OPTION_VALUE',
      { option: '$skiptoken', value: text.slice(0, 40) },
      { target: '$skiptoken' },
    )
  const [, kind, start = '', delivered = '', pageSize = ''] = match
  return kind === 'k'
    ? { kind: 'afterKey', key: start, delivered: Number(delivered), pageSize: Number(pageSize) }
    : {
        kind: 'atPosition',
        position: Number(start),
        delivered: Number(delivered),
        pageSize: Number(pageSize),
      }
}

/** The request's own address with another `$skiptoken`. */
export function nextLink(requestUrl: string, token: SkipToken): string {
  const [path = '', query = ''] = splitOnce(requestUrl, '?')
  const kept = query
    .split('&')
    .filter((piece) => piece !== '' && !/^(\$|%24)?skiptoken=/i.test(piece))
  return `${path}?${[...kept, `$skiptoken=${writeSkipToken(token)}`].join('&')}`
}

function splitOnce(text: string, separator: string): readonly string[] {
  const at = text.indexOf(separator)
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)]
}
