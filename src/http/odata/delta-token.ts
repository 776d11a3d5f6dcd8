/**
 * Where a delta link begins: after a position of the change log; and, for the pages of one delta, after an identifier
 * (Protocol 4.01 §11.3). Opaque to clients, who send it back as it is.
 */

import type { Principal } from '../../auth/principal.ts'
import type { DeltaPosition } from '../../changes/delta-position.ts'
import type { ODataRequest } from '../../odata/parse/syntax.ts'
import { deltaExpired } from './change-tracking.ts'
import type { LinkSeal } from './link-seal.ts'
import { addressWith, invalidLink, linkContext } from './skip-token.ts'

export interface DeltaToken {
  /** What the client has. */
  readonly since: DeltaPosition
  /** The page of a delta that goes on; undefined for the first one. */
  readonly page: DeltaPage | undefined
}

interface DeltaPage {
  /** The position of the first page, which the next delta begins after. */
  readonly until: DeltaPosition
  /** The last identifier told. */
  readonly after: string
  readonly pageSize: number
}

/** Options that describe one reading and not what is followed (Protocol 4.01 §11.3.1). */
const OF_ONE_READING: ReadonlySet<string> = new Set([
  'top',
  'skip',
  'count',
  'orderby',
  'skiptoken',
  'deltatoken',
])

/** The query of a request without the options that are no part of its delta link. */
export function deltaQuery(query: string): string {
  return addressWith(`?${query}`, OF_ONE_READING).slice(1)
}

/** @param requestUrl of the reading or of the delta itself */
export function deltaLink(requestUrl: string, token: string): string {
  return addressWith(requestUrl, OF_ONE_READING, `$deltatoken=${token}`)
}

/** The address of all that a delta link follows. */
export function fullLink(requestUrl: string): string {
  return addressWith(requestUrl, OF_ONE_READING).replace(/\?$/, '')
}

/** Seals and opens the tokens of one query. */
export class DeltaTokens {
  readonly #seal: LinkSeal
  readonly #context: string

  /** @param request the query of the link, without options of one reading */
  constructor(seal: LinkSeal, principal: Principal, request: ODataRequest) {
    this.#seal = seal
    this.#context = linkContext('delta', principal, request)
  }

  write({ since, page }: DeltaToken): string {
    const content: TokenContent = {
      s: [since.snapshot, since.runs],
      ...(page === undefined
        ? {}
        : { u: [page.until.snapshot, page.until.runs], a: page.after, p: page.pageSize }),
    }
    return this.#seal.seal(JSON.stringify(content), this.#context)
  }

  /**
   * @param everything address of all that is followed, for whom has to begin again
   * @throws {HapiError} INVALID_OPTION_VALUE for a token that no delta link of this user and query held, DELTA_EXPIRED
   *   for one that has outlived the secret of the service
   */
  read(text: string, everything: string): DeltaToken {
    const content = this.#seal.open(text, this.#context)
    if (content === undefined)
      throw this.#seal.isOfFormerKey(text)
        ? deltaExpired(everything)
        : invalidLink('$deltatoken', text)
    // What opens was written by `write` above.
    const { s, u, a, p } = JSON.parse(content) as TokenContent
    return {
      since: { snapshot: s[0], runs: s[1] },
      page:
        u === undefined || a === undefined || p === undefined
          ? undefined
          : { until: { snapshot: u[0], runs: u[1] }, after: a, pageSize: p },
    }
  }
}

/** A token as it is sealed: since; of a further page until, after, and the size of pages. */
interface TokenContent {
  readonly s: readonly [string, string]
  readonly u?: readonly [string, string]
  readonly a?: string
  readonly p?: number
}
