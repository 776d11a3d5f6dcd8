/** Rights of a user on entity sets. The profile gives them all; single ones are taken away here. */

import type { Database } from '../db/database.ts'
import { getUserRow, type UserName } from './users.ts'

export const rightOperations = ['read', 'create', 'update', 'delete'] as const

export type RightOperation = (typeof rightOperations)[number]

export interface Right {
  readonly set: string
  readonly operation: RightOperation
}

/** Takes a right away. Twice is as once. */
export async function revokeRight(database: Database, user: UserName, right: Right): Promise<void> {
  await database.transaction(async (client) => {
    const { accountId, id } = await getUserRow(client, user)
    await client.query(
      `insert into access.withheld_rights (account_id, user_id, entity_set, operation)
       values ($1, $2, $3, $4) on conflict do nothing`,
      [accountId, id, right.set, right.operation],
    )
  })
}

/** Gives a right back. */
export async function grantRight(database: Database, user: UserName, right: Right): Promise<void> {
  await database.transaction(async (client) => {
    const { accountId, id } = await getUserRow(client, user)
    await client.query(
      `delete from access.withheld_rights
        where account_id = $1 and user_id = $2 and entity_set = $3 and operation = $4`,
      [accountId, id, right.set, right.operation],
    )
  })
}

/** The rights that were taken away. */
export async function listWithheldRights(
  database: Database,
  user: UserName,
): Promise<readonly Right[]> {
  return database.transaction(async (client) => {
    const { accountId, id } = await getUserRow(client, user)
    const { rows } = await client.query<Right>(
      `select entity_set as set, operation from access.withheld_rights
        where account_id = $1 and user_id = $2
        order by entity_set, operation`,
      [accountId, id],
    )
    return rows
  })
}
