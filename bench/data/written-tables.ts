/** The tables that workloads write: the ceiling's own, and all of them emptied between rounds. */

import { Client } from 'pg'

/**
 * Of the shape of the product's, with their indexes, checks and foreign keys, in a schema of its own. They have no
 * trigger: what the product's trigger does, the ceiling does by hand. Its Ids come from a sequence.
 */
const MAKE = `
  drop schema if exists ceiling cascade;
  create schema ceiling;
  create table ceiling.co_tenants (like public.co_tenants including all);
  alter table ceiling.co_tenants
    alter column id add generated always as identity,
    alter column created_date set default clock_timestamp(),
    alter column modified_date set default clock_timestamp(),
    add foreign key (account_id) references public.accounts deferrable initially deferred,
    add foreign key (account_id, tenant_id) references public.tenants (account_id, id)
      deferrable initially deferred;
  create table ceiling.change_log (like public.change_log including all);
  alter table ceiling.change_log alter column at set default clock_timestamp();
`

/** RL-31 slips refer to co-tenants; there are none. */
const EMPTY = `
  truncate public.co_tenants, public.rl31_slips, public.change_log,
           ceiling.co_tenants, ceiling.change_log
`

export async function makeCeilingTables(url: string): Promise<void> {
  await run(url, MAKE)
}

export async function emptyWrittenTables(url: string): Promise<void> {
  await run(url, EMPTY)
}

async function run(url: string, statements: string): Promise<void> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(statements)
  } finally {
    await client.end()
  }
}
