/**
 * Entity tags (Protocol 4.01 §8.2.4, §8.2.5, §8.3.1; RFC 9110 §8.8.3, §13.1).
 *
 * The tag is the modification date, which changes strictly with every visible change (R-017). It is
 * weak: formats of the same state share it.
 */

/** As PostgreSQL shows an instant in UTC, or as an answer does. */
const INSTANT = /^(\d{4,}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?(?:\+00(?::00)?|Z)$/

/**
 * `W/"2026-01-05T14:00:00.25Z"` of `2026-01-05 14:00:00.25+00`.
 *
 * @throws {Error} for what is no instant in UTC: a bug
 */
export function etagOf(modifiedDate: string): string {
  const match = INSTANT.exec(modifiedDate)
  if (match === null) throw new Error(`No instant in UTC: ${modifiedDate}`)
  // PostgreSQL shows no zeros at the end of a fraction, and an instant has one tag, however it is written.
  const fraction = match[3]?.replace(/0+$/, '') ?? ''
  return `W/"${match[1]}T${match[2]}${fraction === '' ? '' : `.${fraction}`}Z"`
}

/** An element of a list of tags, with what separates it from the next; the opaque part is matched. */
const TAG = /[ \t]*(?:(?:W\/)?"([\x21\x23-\x7e\x80-\xff]*)"[ \t]*)?(?:,|$)/y

/**
 * Whether the value of `If-Match` or `If-None-Match` names the tag; `*` names any.
 *
 * Tags compare weakly even for `If-Match`, where RFC 9110 wants strong ones: OData's tags are
 * weak by recommendation (Protocol 4.01 §8.3.1), and a strong comparison would refuse every write.
 * A value that is no list of tags names none, so a write is refused and a read is answered in full:
 * the safe side of both.
 *
 * @param etag undefined when no entity is there
 */
export function matchesEtag(header: string, etag: string | undefined): boolean {
  if (etag === undefined) return false
  if (header.trim() === '*') return true
  const wanted = opaquePart(etag)
  let found = false
  TAG.lastIndex = 0
  while (TAG.lastIndex < header.length) {
    const tag = TAG.exec(header)
    if (tag === null) return false
    found ||= tag[1] === wanted
  }
  return found
}

function opaquePart(etag: string): string {
  return etag.slice(etag.indexOf('"') + 1, -1)
}

/** Values of `If-Match` and `If-None-Match`. */
export interface Preconditions {
  readonly ifMatch: string | undefined
  readonly ifNoneMatch: string | undefined
}

/** `failed` is 412, `unchanged` is 304. */
export type Verdict = 'passed' | 'failed' | 'unchanged'

/** What the conditions say of a read; `If-Match` comes first (RFC 9110 §13.2.2). */
export function verdictOf(
  { ifMatch, ifNoneMatch }: Preconditions,
  etag: string | undefined,
): Verdict {
  if (ifMatch !== undefined && !matchesEtag(ifMatch, etag)) return 'failed'
  return ifNoneMatch !== undefined && matchesEtag(ifNoneMatch, etag) ? 'unchanged' : 'passed'
}
