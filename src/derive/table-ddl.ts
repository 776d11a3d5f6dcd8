/**
 * The SQL that creates the tables of the model.
 *
 * `0002_entities.sql` is its output of the first day; after that the migrations are history, and a test holds
 * the database that they build equal to the one that this SQL builds.
 */

import type { Index, Table } from './table.ts'

/** Tables first and references after: units and leases name each other. */
export function writeTables(tables: readonly Table[]): string {
  return [
    clockFunctions,
    searchFunctions,
    ...tables.map(writeTable),
    ...tables.map(writeForeignKeys),
    ...tables.map(writeIndexes),
    ...tables.map(writePolicy),
    ...tables.map(writeModifiedDateTrigger),
  ].join('\n\n')
}

const clockFunctions = `-- The clock of the rows: a session that loads or replays dated data may set hapi.clock to an instant.
create function hapi_clock() returns timestamptz language sql volatile parallel safe as $$
  select date_trunc('milliseconds', coalesce(nullif(current_setting('hapi.clock', true), '')::timestamptz, clock_timestamp()))
$$;

-- R-017: modified_date changes with every visible change, never otherwise, and never decreases. Two changes
-- within a millisecond differ too, so that a reader who kept the first instant sees the second.
create function keep_modified_date() returns trigger language plpgsql as $$
begin
  new.modified_date := old.modified_date;
  if new is distinct from old then
    new.modified_date := greatest(hapi_clock(), old.modified_date + interval '1 millisecond');
  end if;
  return new;
end
$$;`

/**
 * PL/pgSQL, because a function in SQL that is marked immutable and calls `unaccent`, which is not, is run
 * like a query of its own: several times slower for each row written.
 */
const searchFunctions = `-- Text search: without accents and letter case, œ as oe. The rules of unaccent are a file of the server's: stable
-- by its author's mark, and as good as immutable as long as nobody edits it.
create function search_text(parts text[]) returns text language plpgsql immutable parallel safe as $$
begin
  -- A line's end keeps what stands in one part from going on in the next.
  return lower(public.unaccent('public.unaccent', array_to_string(parts, E'\\n')) collate public.french);
end
$$;

-- What LIKE takes to find a word or phrase as it is written in search_text: a wide % of the phrase may have become one.
create function search_pattern(term text) returns text language plpgsql immutable strict parallel safe as $$
begin
  return '%' || regexp_replace(public.search_text(array[term]), '([\\\\%_])', '\\\\\\1', 'g') || '%';
end
$$;`

function writeTable(table: Table): string {
  const lines = [
    ...table.columns.map((column) =>
      [
        column.name,
        column.type,
        ...(column.collation === undefined ? [] : [`collate ${column.collation}`]),
        ...(column.nullable ? [] : ['not null']),
        ...(column.default === undefined ? [] : [`default ${column.default}`]),
      ].join(' '),
    ),
    `constraint ${table.primaryKey.name} primary key (${table.primaryKey.columns.join(', ')})`,
    ...table.uniqueKeys.map(
      ({ name, columns }) => `constraint ${name} unique (${columns.join(', ')})`,
    ),
    ...table.checks.map(({ name, condition }) => `constraint ${name} check (${condition})`),
  ]
  const comment = `comment on table ${table.name} is '${table.comment.replaceAll("'", "''")}';`
  return `create table ${table.name} (\n  ${lines.join(',\n  ')}\n);\n${comment}`
}

/**
 * All are deferred to the commit: rows of one transaction (an import, a batch, the demo portfolio) may come in
 * any order, and the references between units, tenants and leases form circles that no order satisfies.
 */
function writeForeignKeys(table: Table): string {
  const clauses = table.foreignKeys.map(
    (key) =>
      `  add constraint ${key.name} foreign key (${key.columns.join(', ')}) references ${key.targetTable} (${key.targetColumns.join(', ')}) on delete restrict deferrable initially deferred`,
  )
  return `alter table ${table.name}\n${clauses.join(',\n')};`
}

function writeIndexes(table: Table): string {
  return table.indexes.map((index) => writeIndex(table.name, index)).join('\n')
}

function writeIndex(table: string, index: Index): string {
  switch (index.kind) {
    case 'btree':
      return `create index ${index.name} on ${table} (${index.columns.join(', ')});`
    case 'trigram': {
      const texts = index.columns.map((column) => `${column} gin_trgm_ops`)
      return `create index ${index.name} on ${table} using gin (${texts.join(', ')});`
    }
    case 'search':
      return `create index ${index.name} on ${table} using gin (search_text(array[${index.columns.join(', ')}]::text[]) gin_trgm_ops);`
  }
}

/** The second lock behind the compiler's own conditions; the owner of the tables obeys it too. */
function writePolicy(table: Table): string {
  return [
    `alter table ${table.name} enable row level security, force row level security;`,
    `create policy account_only on ${table.name} using (account_id = (select nullif(current_setting('hapi.account_id', true), '')::integer));`,
  ].join('\n')
}

/** The condition is tested before the function is called: an update that changes nothing costs no call. */
function writeModifiedDateTrigger(table: Table): string {
  return [
    `create trigger keep_modified_date before update on ${table.name} for each row`,
    `  when (${changeCondition(table)}) execute function keep_modified_date();`,
  ].join('\n')
}

function changeCondition(table: Table): string {
  if (table.hiddenColumns.length === 0) return 'old.* is distinct from new.*'
  const visible = table.columns.filter(({ name }) => !table.hiddenColumns.includes(name))
  const row = (prefix: string) => `(${visible.map(({ name }) => `${prefix}.${name}`).join(', ')})`
  return `${row('old')} is distinct from ${row('new')}`
}
