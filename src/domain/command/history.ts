/** What was before this server kept the account. */

import type { WriteContext } from './write-context.ts'

/**
 * Whether what is past may be told as it was: by the import of an administrator, who moves a portfolio that others have
 * kept. It gives nobody more than he has: whatever history leads to could be entered as it is today, without the history.
 */
export function takesHistory({ actor }: WriteContext): boolean {
  return actor.profile === 'administrator' && actor.acting?.channel === 'import'
}
