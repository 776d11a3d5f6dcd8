/**
 * The database's last word as the catalogue's: unique and exclusion constraints, references that
 * vanished or are still held, values that a check refuses. Rules say more, and say it first; this is for
 * what came in between two transactions.
 */

import { DatabaseError } from 'pg'
import type { Database } from '../../db/database.ts'
import { HapiError } from '../../errors/hapi-error.ts'
import type { EntityType } from '../../model/entity-type.ts'
import { model } from '../../model/model.ts'
import { columnName, tableName } from '../../model/naming.ts'
import { legacyKeyText } from './key-text.ts'

/** The error to answer; undefined when it is none of a constraint. */
export async function constraintError(
  database: Database,
  accountId: number,
  error: unknown,
): Promise<HapiError | undefined> {
  if (!(error instanceof DatabaseError)) return undefined
  const type = model.entityTypes.find((candidate) => tableName(candidate) === error.table)
  if (type === undefined) return undefined
  if (error.code === '23505') return duplicateKey(type, error)
  // PostgreSQL 18 has a code of its own for `on delete restrict`.
  if (error.code === '23503' || error.code === '23001')
    return referenceError(database, accountId, type, error)
  return undefined
}

/** `Key (account_id, company_id, supplier_code)=(1, 2, PLOMBEXP) already exists.` in any language of the server. */
const KEY_VALUES = /\(([^()]+)\)=\((.*)\)/s

function duplicateKey(type: EntityType, error: DatabaseError): HapiError {
  const [properties, values] = keyOf(type, error)
  const target = properties.find(
    (name) =>
      !['LedgerDivisionId', 'CompanyId', 'CompanyNo', 'DivisionNo', 'BuildingId'].includes(name),
  )
  return new HapiError(
    'DUPLICATE_KEY',
    { entity: type.name, key: legacyKeyText(properties, values) },
    { cause: error, ...(target === undefined ? {} : { target }) },
  )
}

function keyOf(
  type: EntityType,
  error: DatabaseError,
): readonly [readonly string[], readonly string[]] {
  const match = KEY_VALUES.exec(error.detail ?? '')
  const columns = (match?.[1] ?? '').split(', ')
  const texts = (match?.[2] ?? '').split(', ')
  const pairs = type.properties.flatMap((property): [string, string][] => {
    const index = columns.indexOf(columnName(property))
    return index < 0 ? [] : [[property.name, texts[index] ?? '']]
  })
  return [pairs.map(([name]) => name), pairs.map(([, text]) => text)]
}

/** Either a row went that is still referred to, or a row came that refers to one that is gone. */
async function referenceError(
  database: Database,
  accountId: number,
  type: EntityType,
  error: DatabaseError,
): Promise<HapiError> {
  const [, values] = /\(account_id, [a-z0-9_]+\)=\(\d+, (\d+)\)/.exec(error.detail ?? '') ?? []
  const key = values ?? ''
  const navigation = type.navigation.find(
    ({ from }) =>
      error.constraint?.startsWith(`${tableName(type)}_${columnName({ name: from })}_`) === true,
  )
  if (navigation === undefined)
    return new HapiError('DELETE_RESTRICTED', { entity: type.name, key }, { cause: error })
  const target = model.getType(navigation.target)
  const isThere = await database.transaction(
    async (client) => {
      const { rowCount } = await client.query(
        `select from ${tableName(target)} where account_id = $1 and id = $2`,
        [accountId, Number(key)],
      )
      return rowCount === 1
    },
    { accountId },
  )
  // The deletion was rolled back with its transaction: the row that should have gone is there.
  return isThere
    ? new HapiError('DELETE_RESTRICTED', { entity: target.name, key }, { cause: error })
    : new HapiError(
        'REFERENCE_NOT_FOUND',
        { entity: target.name, key },
        { cause: error, target: navigation.from },
      )
}
