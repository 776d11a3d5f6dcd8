/**
 * A database's schema as lines of text, one for each fact, as PostgreSQL itself writes them: two schemas are
 * equal when they have the same lines, and what differs is named by the lines that only one of them has.
 */

import type { ClientBase } from 'pg'

/** Facts about the tables of schema public, save those named. */
export async function readSchemaLines(
  client: ClientBase,
  exceptTables: readonly string[],
): Promise<readonly string[]> {
  const { rows } = await client.query<{ line: string }>(SCHEMA_LINES, [exceptTables])
  return rows.map(({ line }) => line)
}

/** Facts about the views of schema public. */
export async function readViewLines(client: ClientBase): Promise<readonly string[]> {
  const { rows } = await client.query<{ line: string }>(VIEW_LINES)
  return rows.map(({ line }) => line)
}

/** Lines that only the first, and only the second, has. */
export function differences(
  first: readonly string[],
  second: readonly string[],
): { readonly onlyFirst: readonly string[]; readonly onlySecond: readonly string[] } {
  const inFirst = new Set(first)
  const inSecond = new Set(second)
  return {
    onlyFirst: first.filter((line) => !inSecond.has(line)),
    onlySecond: second.filter((line) => !inFirst.has(line)),
  }
}

/**
 * Exclusion constraints, and functions and triggers of other names, belong to rules that the model does not
 * declare; they have tests of their own.
 */
const SCHEMA_LINES = `
with t as (
  select oid, relname, relrowsecurity, relforcerowsecurity
    from pg_class
   where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and relname <> all ($1::text[])
)
select format('table %s security=%s forced=%s: %s', relname, relrowsecurity, relforcerowsecurity, obj_description(oid, 'pg_class')) as line
  from t
union all
select format('column %s %s %s %s%s%s%s', relname, row_number() over (partition by t.oid order by attnum), attname,
              format_type(atttypid, atttypmod),
              case when attcollation not in (0, (select typcollation from pg_type where pg_type.oid = atttypid)) then ' collate ' || collname else '' end,
              case when attnotnull then ' not null' else '' end,
              coalesce(' default ' || pg_get_expr(adbin, adrelid), ''))
  from t
  join pg_attribute on attrelid = t.oid and attnum > 0 and not attisdropped
  left join pg_attrdef on adrelid = attrelid and adnum = attnum
  left join pg_collation on pg_collation.oid = attcollation
union all
select format('constraint %s %s %s', relname, conname, pg_get_constraintdef(pg_constraint.oid))
  from t join pg_constraint on conrelid = t.oid
 where contype in ('p', 'u', 'c', 'f')
union all
select format('index %s', pg_get_indexdef(indexrelid))
  from t join pg_index on indrelid = t.oid
 where not exists (select from pg_constraint where conindid = indexrelid and contype in ('p', 'u', 'x'))
union all
select format('policy %s %s %s using %s check %s', relname, polname, polcmd, pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid))
  from t join pg_policy on polrelid = t.oid
union all
select pg_get_triggerdef(pg_trigger.oid)
  from t join pg_trigger on tgrelid = t.oid
 where tgname = 'keep_modified_date' or tgname like 'log\\_%'
union all
select format('function %s', pg_get_functiondef(oid))
  from pg_proc
 where pronamespace = 'public'::regnamespace
   and (proname in ('hapi_clock', 'keep_modified_date', 'greatest_id') or proname ~ '^log_\\w+_change$')
union all
select format('function %s', pg_get_functiondef(oid))
  from pg_proc
 where pronamespace = to_regnamespace('audit')
   and proname = any (select 'log_' || relname from t)
order by line`

const VIEW_LINES = `
with v as (
  select oid, relname, reloptions from pg_class
   where relnamespace = 'public'::regnamespace and relkind = 'v'
)
select format('view %s %s: %s', relname, array_to_string(reloptions, ' '), obj_description(oid, 'pg_class')) as line
  from v
union all
select format('column %s %s %s %s%s', relname, attnum, attname, format_type(atttypid, atttypmod),
              case when attcollation not in (0, (select typcollation from pg_type where pg_type.oid = atttypid)) then ' collate ' || collname else '' end)
  from v
  join pg_attribute on attrelid = v.oid and attnum > 0
  left join pg_collation on pg_collation.oid = attcollation`
