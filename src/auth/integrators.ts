/** Integrators: the applications that use the API of one account, each with its own key and user. */

import type { ClientBase } from 'pg'
import type { Database } from '../db/database.ts'
import { checkName, getAccountRow, onlyRow } from './accounts.ts'
import { notFound, refusalOfDuplicate } from './administration-refusal.ts'

export interface Integrator {
  readonly id: number
  readonly accountId: number
  readonly databaseName: string
  readonly name: string
  readonly createdDate: Date
}

/** Names one integrator among all. */
export interface IntegratorName {
  readonly databaseName: string
  readonly integrator: string
}

const INTEGRATOR = `i.id, i.account_id as "accountId", a.database_name as "databaseName", i.name,
  i.created_date as "createdDate"`

/** Throws AdministrationRefusal when there is no such account, or the name is taken. */
export async function createIntegrator(
  database: Database,
  { databaseName, integrator }: IntegratorName,
): Promise<Integrator> {
  const name = checkName(integrator, 120)
  try {
    return await database.transaction(async (client) => {
      const { accountId } = await getAccountRow(client, databaseName)
      const { rows } = await client.query<Integrator>(
        `with i as (insert into access.integrators (account_id, name) values ($1, $2) returning *)
         select ${INTEGRATOR} from i join accounts a using (account_id)`,
        [accountId, name],
      )
      return onlyRow(rows)
    })
  } catch (error) {
    throw refusalOfDuplicate(error, {
      fr: `L'intégrateur « ${name} » existe déjà dans le compte « ${databaseName} ».`,
      en: `Integrator '${name}' already exists in account '${databaseName}'.`,
    })
  }
}

/** Those of one account, or of all, by account and name. */
export async function listIntegrators(
  database: Database,
  databaseName?: string,
): Promise<readonly Integrator[]> {
  return database.transaction(async (client) => {
    if (databaseName !== undefined) await getAccountRow(client, databaseName)
    const { rows } = await client.query<Integrator>(
      `select ${INTEGRATOR} from access.integrators i join accounts a using (account_id)
        where $1::text is null or a.database_name = $1
        order by a.database_name, i.name`,
      [databaseName ?? null],
    )
    return rows
  })
}

/**
 * Finds the integrator and holds its row until the end of the transaction, so that what belongs to
 * it changes one command at a time. Throws AdministrationRefusal when there is none.
 */
export async function lockIntegrator(
  client: ClientBase,
  { databaseName, integrator }: IntegratorName,
): Promise<Integrator> {
  await getAccountRow(client, databaseName)
  const { rows } = await client.query<Integrator>(
    `select ${INTEGRATOR} from access.integrators i join accounts a using (account_id)
      where a.database_name = $1 and i.name = $2
        for update of i`,
    [databaseName, integrator.normalize('NFC').trim()],
  )
  const [found] = rows
  if (found === undefined) throw notFound({ fr: "L'intégrateur", en: 'Integrator' }, integrator)
  return found
}
