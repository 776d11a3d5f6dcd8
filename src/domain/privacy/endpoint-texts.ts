/**
 * Destinations of webhooks whose filter or description names the person. The filter loses what it compares with, which
 * no row says any more: it lets through what it let through.
 */

import type { WriteContext } from '../command/write-context.ts'
import type { Identifiers } from './identifiers.ts'
import { REMOVED } from './neutral-values.ts'

/** Shorter than anything that a person is known by: a filter that has no room for more is still one. */
const UNSAID = '•••'

/** A text in the words of OData, its quotes doubled inside (URL Conventions 4.01 §5.1.1.14.1). */
const LITERAL = /'(?:[^']|'')*'/g

/** Gives how many were changed. */
export async function replaceInEndpoints(
  context: WriteContext,
  identifiers: Identifiers,
): Promise<number> {
  const { accountId } = context
  const rows = await context.query(
    'select id, filter, description from webhooks.endpoints where account_id = $1',
    [accountId],
  )
  let changed = 0
  for (const { id, filter, description } of rows) {
    const said = [
      filter?.replace(LITERAL, (literal) => identifiers.replaceIn(literal, UNSAID)) ?? null,
      description === null ? null : identifiers.replaceIn(description ?? '', REMOVED),
    ]
    if (said[0] === filter && said[1] === description) continue
    await context.query(
      `update webhooks.endpoints set filter = $3, description = left($4, 200)
        where account_id = $1 and id = $2`,
      [accountId, id, ...said],
    )
    changed += 1
  }
  return changed
}
