/** Modules: what an account has acquired, and what one of its integrators may not use of it. */

import type { Database } from '../db/database.ts'
import { getAccountRow } from './accounts.ts'
import { type IntegratorName, lockIntegrator } from './integrators.ts'

/** One line of the account's modules. */
export interface Licence {
  readonly module: string
  /** Names of the integrators from whom it is withheld. */
  readonly withheldFrom: readonly string[]
}

/** Gives an optional module to an account. Twice is as once. */
export async function enableModule(
  database: Database,
  databaseName: string,
  module: string,
): Promise<void> {
  await database.transaction(async (client) => {
    const { accountId } = await getAccountRow(client, databaseName)
    await client.query(
      'insert into access.account_modules (account_id, module) values ($1, $2) on conflict do nothing',
      [accountId, module],
    )
  })
}

/** Takes an optional module away from an account. */
export async function disableModule(
  database: Database,
  databaseName: string,
  module: string,
): Promise<void> {
  await database.transaction(async (client) => {
    const { accountId } = await getAccountRow(client, databaseName)
    await client.query('delete from access.account_modules where account_id = $1 and module = $2', [
      accountId,
      module,
    ])
  })
}

/** Withholds a module of the account, optional or not, from one integrator. */
export async function withholdModule(
  database: Database,
  name: IntegratorName,
  module: string,
): Promise<void> {
  await database.transaction(async (client) => {
    const { accountId, id } = await lockIntegrator(client, name)
    await client.query(
      `insert into access.withheld_modules (account_id, integrator_id, module) values ($1, $2, $3)
       on conflict do nothing`,
      [accountId, id, module],
    )
  })
}

/** Lets the integrator use what the account has. */
export async function restoreModule(
  database: Database,
  name: IntegratorName,
  module: string,
): Promise<void> {
  await database.transaction(async (client) => {
    const { accountId, id } = await lockIntegrator(client, name)
    await client.query(
      `delete from access.withheld_modules
        where account_id = $1 and integrator_id = $2 and module = $3`,
      [accountId, id, module],
    )
  })
}

/** The modules of an account: those that every account has, and those it has acquired. */
export async function listModules(
  database: Database,
  databaseName: string,
  includedModules: readonly string[],
): Promise<readonly Licence[]> {
  return database.transaction(async (client) => {
    const { accountId } = await getAccountRow(client, databaseName)
    const { rows } = await client.query<Licence>(
      `select m.module,
              array(select i.name::text
                      from access.withheld_modules w
                      join access.integrators i
                        on i.account_id = w.account_id and i.id = w.integrator_id
                     where w.account_id = $1 and w.module = m.module
                     order by i.name) as "withheldFrom"
         from (select unnest($2::text[]) as module
               union
               select module from access.account_modules where account_id = $1) m
        order by m.module`,
      [accountId, includedModules],
    )
    return rows
  })
}
