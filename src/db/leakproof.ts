/**
 * Lets text search keep its index under row-level security.
 *
 * PostgreSQL runs a condition before the policy, as an index scan does, only when its function is
 * marked leakproof, and `LIKE` is not: a trigram search would read the whole table (measured: 400
 * times slower). The functions below raise no error that depends on the row and print nothing, which
 * is what the mark means; the server's authors left them unmarked because a *pattern* may be refused,
 * and ours is never a column.
 */

import type { ClientBase } from 'pg'
import type { Notify } from './startup-refusal.ts'

const FUNCTIONS = [
  'textlike(text, text)',
  'textnlike(text, text)',
  'texticlike(text, text)',
  'texticnlike(text, text)',
  'lower(text)',
  'upper(text)',
  'strpos(text, text)',
  'position(text, text)',
  // Amounts and dates of occupation are looked up through indexes too.
  'numeric_eq(numeric, numeric)',
  'numeric_lt(numeric, numeric)',
  'numeric_le(numeric, numeric)',
  'numeric_gt(numeric, numeric)',
  'numeric_ge(numeric, numeric)',
  'range_overlaps(anyrange, anyrange)',
  'range_contains_elem(anyrange, anyelement)',
] as const

/** Ours, once its migration has made it: what `$search` looks into. */
const SEARCH_TEXT = 'public.search_text(text[])'

/** Marks what is not marked yet. Only a superuser may: elsewhere says so, and leaves the functions as they are. */
export async function markTextSearchLeakproof(client: ClientBase, notify: Notify): Promise<void> {
  const { rows } = await client.query<{ signature: string; may_mark: boolean }>(
    `select signature, (select rolsuper from pg_roles where rolname = session_user) as may_mark
       from unnest($1::text[]) as signature
      where not (select proleakproof from pg_proc where oid = to_regprocedure(signature))`,
    [[...FUNCTIONS.map(qualified), SEARCH_TEXT]],
  )
  if (rows.length === 0) return
  if (rows.some((row) => !row.may_mark)) {
    return notify({
      fr: "Recherche de texte : l'utilisateur de DATABASE_URL n'est pas superutilisateur, donc l'index ne sert pas sous la sécurité par ligne. Voyez le guide de l'exploitant.",
      en: "Text search: the user of DATABASE_URL is not a superuser, so the index does not serve under row-level security. See the operator's guide.",
    })
  }
  await client.query(rows.map((row) => `alter function ${row.signature} leakproof`).join(';\n'))
}

/** `position` and its like are keywords of SQL: quoted, they are names. */
function qualified(signature: string): string {
  return signature.replace(/^\w+/, 'pg_catalog."$&"')
}
