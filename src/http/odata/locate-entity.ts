/** The row that an address leads to, inside the transaction that is to change it. */

import type { Row } from '../../domain/command/row.ts'
import type { WriteContext } from '../../domain/command/write-context.ts'
import { HapiError } from '../../errors/hapi-error.ts'
import type { EntityType } from '../../model/entity-type.ts'
import { columnName } from '../../model/naming.ts'
import type { EntityKey } from './entity-key.ts'
import type { EntityAddress } from './write-target.ts'

/** Where rows are looked up; conditions as `WriteContext` takes them. */
interface RowSource {
  readonly select: (
    type: string,
    condition: string,
    values: readonly unknown[],
  ) => Promise<readonly Row[]>
}

/** @throws {HapiError} RECORD_NOT_FOUND for it, or for one on the way to it */
export async function locateId(address: EntityAddress, context: WriteContext): Promise<number> {
  // Whether the row is there is told by the statement that locks it.
  if (address.via === undefined && address.key !== undefined && 'id' in address.key)
    return address.key.id
  return Number((await locateRow(address, context))['Id'])
}

/** @throws {HapiError} RECORD_NOT_FOUND for it, or for one on the way to it */
export async function locateRow(address: EntityAddress, context: RowSource): Promise<Row> {
  const { type, key, via } = address
  if (key !== undefined && 'missing' in key) throw notFound(type, key.missing)
  const conditions = key === undefined ? [] : conditionsOf(key)
  if (via !== undefined) {
    const { from, to } = via.navigation
    const parent = await locateRow(via.parent, context)
    conditions.push([to, parent[from] ?? null])
  }
  const text = conditions.map(([name], index) => `${columnName({ name })} = $${index + 2}`)
  const [row] = await context.select(
    type.name,
    text.join(' and '),
    conditions.map(([, value]) => value),
  )
  if (row === undefined) throw notFound(type, textOf(address))
  return row
}

type Condition = readonly [property: string, value: Row[string]]

function conditionsOf(key: Exclude<EntityKey, { missing: string }>): Condition[] {
  return 'id' in key ? [['Id', key.id]] : Object.entries(key.legacy)
}

/** What nobody related is named by the way to it: `9211/Tenant`. */
function textOf({ key, via }: EntityAddress): string | number {
  if (key === undefined)
    return via === undefined ? '' : `${textOf(via.parent)}/${via.navigation.name}`
  if ('id' in key) return key.id
  return 'missing' in key ? key.missing : key.text
}

function notFound({ name }: EntityType, key: string | number): HapiError {
  return new HapiError('RECORD_NOT_FOUND', { entity: name, key })
}
