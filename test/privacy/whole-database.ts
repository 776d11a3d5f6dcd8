/** Every cell of every table of the database, to look for what must not be in any. */

import type { TestApp } from '../support/test-app.ts'

/** Tables of all schemas, the catalogue's statistics too, each with its rows as texts; bytes as what they spell. */
export async function dumpDatabase(app: TestApp): Promise<ReadonlyMap<string, readonly string[]>> {
  const tables = await app.sql<{ name: string; bytes: string[] }>(
    `select format('%I.%I', n.nspname, c.relname) as name,
            coalesce(array_agg(quote_ident(a.attname)) filter (where a.atttypid = 'bytea'::regtype), '{}')::text[] as bytes
       from pg_class c join pg_namespace n on n.oid = c.relnamespace
       join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
      where c.relkind in ('r', 'p', 'm') and (n.nspname !~ '^pg_|^information_schema$' or c.relname = 'pg_statistic')
      group by 1`,
  )
  const dump = new Map<string, readonly string[]>()
  for (const { name, bytes } of tables) {
    const columns = bytes.map((column) => `, ${column}`).join('')
    const rows = await app.sql<Record<string, string | Buffer>>(
      `select t::text as hapi_row${columns} from ${name} t`,
    )
    dump.set(
      name,
      rows.map((row) =>
        Object.values(row)
          .filter((value) => value !== null)
          .map((value) => value.toString())
          .join('\n'),
      ),
    )
  }
  return dump
}

/** `table: identifier` for each that is there: in any letter case, with or without accents, numbers by their digits. */
export function foundIn(
  dump: ReadonlyMap<string, readonly string[]>,
  wanted: Readonly<Record<string, string>>,
): readonly string[] {
  const found = new Set<string>()
  const digits = Object.values(wanted)
    .map((text) => text.replace(/\D/g, ''))
    .filter((number) => number.length >= 10)
  for (const [table, rows] of dump)
    for (const row of rows) {
      const folded = fold(row)
      for (const [name, text] of Object.entries(wanted))
        if (folded.includes(fold(text))) found.add(`${table}: ${name}`)
      // Not in what is random: digests and sealed values are bytes.
      const numbers = row.replace(/\\\\x[0-9a-f]+/g, '').replace(/[ ().-]/g, '')
      for (const number of digits) if (numbers.includes(number)) found.add(`${table}: ${number}`)
    }
  return [...found].sort()
}

/** A second way to do it than the product's. */
function fold(text: string): string {
  return text
    .replaceAll('œ', 'oe')
    .replaceAll('Œ', 'OE')
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .toUpperCase()
}
