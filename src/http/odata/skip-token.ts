/**
 * Where a next link goes on: after a row, or at a position; how many rows were delivered before, and the size of its
 * pages. Opaque to clients, who send it back as it is (Protocol 4.01 §11.2.6.7).
 */

import { createHash } from 'node:crypto'
import type { Principal } from '../../auth/principal.ts'
import type { DeltaPosition } from '../../changes/delta-position.ts'
import { HapiError } from '../../errors/hapi-error.ts'
import { decodeQueryText } from '../../odata/parse/percent-decoding.ts'
import type { ODataRequest } from '../../odata/parse/syntax.ts'
import type { LinkSeal } from './link-seal.ts'

export interface SkipToken {
  readonly start: PageStart
  /** Rows of the earlier pages, which count for `$top`. */
  readonly delivered: number
  readonly pageSize: number
  /** The clock of the first page, when the query asks for it: all pages answer one question. */
  readonly now: string | undefined
  /** Where the first page stood in the change log, when its changes are to be told. */
  readonly tracked: DeltaPosition | undefined
  /** The expanded collection that goes on; undefined for the rows of the request. */
  readonly nested: NestedCollection | undefined
}

interface NestedCollection {
  /** Names of the navigation properties that lead to it. */
  readonly path: readonly string[]
  /** Key of the entity whose collection it is. */
  readonly parent: string
}

export type PageStart =
  /** The values that place the last row delivered in the order, as PostgreSQL says them. */
  | { readonly kind: 'afterRow'; readonly values: readonly (string | null)[] }
  | { readonly kind: 'atPosition'; readonly position: number }

/** Seals and opens the tokens of one request. */
export class SkipTokens {
  readonly #seal: LinkSeal
  readonly #principal: Principal
  readonly #request: ODataRequest

  constructor(seal: LinkSeal, principal: Principal, request: ODataRequest) {
    this.#seal = seal
    this.#principal = principal
    this.#request = request
  }

  /** Digested when there is a link to be written or read: most answers have none. */
  get #context(): string {
    return linkContext('skip', this.#principal, this.#request)
  }

  write({ start, delivered, pageSize, now, tracked, nested }: SkipToken): string {
    const content: TokenContent = {
      s: start.kind === 'afterRow' ? start.values : start.position,
      d: delivered,
      p: pageSize,
      ...(now === undefined ? {} : { n: now }),
      ...(tracked === undefined ? {} : { t: [tracked.snapshot, tracked.runs] }),
      ...(nested === undefined ? {} : { e: [nested.parent, ...nested.path] }),
    }
    return this.#seal.seal(JSON.stringify(content), this.#context)
  }

  /** @throws {HapiError} INVALID_OPTION_VALUE for a token that no next link of this user and query held */
  read(text: string): SkipToken {
    const content = this.#seal.open(text, this.#context)
    if (content === undefined) throw invalidLink('$skiptoken', text)
    // What opens was written by `write` above.
    const { s, d, p, n, t, e } = JSON.parse(content) as TokenContent
    return {
      start:
        typeof s === 'number'
          ? { kind: 'atPosition', position: s }
          : { kind: 'afterRow', values: s },
      delivered: d,
      pageSize: p,
      now: n,
      tracked: t === undefined ? undefined : { snapshot: t[0], runs: t[1] },
      nested: e === undefined ? undefined : { parent: e[0], path: e.slice(1) },
    }
  }
}

/** A token as it is sealed: start, delivered, page size, now, tracked, expanded collection. */
interface TokenContent {
  readonly s: number | readonly (string | null)[]
  readonly d: number
  readonly p: number
  readonly n?: string
  readonly t?: readonly [string, string]
  readonly e?: readonly [string, ...string[]]
}

/**
 * Whom and what a link is for. The request is what its URL means, whatever its spelling: clients may encode a link
 * anew. `$skiptoken` and `$deltatoken` are no part of it.
 */
export function linkContext(
  purpose: 'skip' | 'delta',
  { accountId, userId }: Principal,
  { shape, literals }: ODataRequest,
): string {
  const query = createHash('sha256').update(shape)
  for (const { kind, value } of literals) query.update(`\0${kind}\0${value.length}:${value}`)
  return `${purpose}/${accountId}/${userId}/${query.digest('base64url')}`
}

/** Characters of a refused value that the error repeats. */
const EXCERPT_LENGTH_MAX = 40

export function invalidLink(option: '$skiptoken' | '$deltatoken', text: string): HapiError {
  return new HapiError(
    'INVALID_OPTION_VALUE',
    { option, value: text.slice(0, EXCERPT_LENGTH_MAX) },
    { target: option },
  )
}

const SKIP_TOKEN: ReadonlySet<string> = new Set(['skiptoken'])

/** The request's own address with another `$skiptoken`. */
export function nextLink(requestUrl: string, token: string): string {
  return addressWith(requestUrl, SKIP_TOKEN, `$skiptoken=${token}`)
}

/**
 * An address without some of its options, and perhaps with another one at its end.
 * @param dropped names without `$`, in lower case
 */
export function addressWith(url: string, dropped: ReadonlySet<string>, added?: string): string {
  const [path = '', query = ''] = splitOnce(url, '?')
  const kept = query.split('&').filter((piece) => piece !== '' && !dropped.has(optionName(piece)))
  const pieces = added === undefined ? kept : [...kept, added]
  return `${path}?${pieces.join('&')}`
}

/** Without its `$`, which may be left out, and in lower case, since the case means nothing (URL Conventions 4.01 §5.1). */
function optionName(piece: string): string {
  const [name = ''] = piece.split('=', 1)
  return decodeQueryText(name).trim().toLowerCase().replace(/^\$/, '')
}

function splitOnce(text: string, separator: string): readonly string[] {
  const at = text.indexOf(separator)
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)]
}
