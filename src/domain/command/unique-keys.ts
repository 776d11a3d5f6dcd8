/**
 * Keys that a row may not share: its legacy key and the unique fields of its type. Looked up before the
 * row is written, so that the refusal names the key as people know it and stands beside the others; the
 * unique constraints of the tables are the net for what comes in between.
 */

import { columnName } from '../../model/naming.ts'
import type { Change } from './change.ts'
import { keyText, legacyKeyText } from './key-text.ts'
import type { FieldValue } from './row.ts'
import type { Rule } from './rule.ts'
import type { WriteContext } from './write-context.ts'

/** Of every entity type. Refuses once for each row that has a key already. */
export const uniqueKeys: Rule = {
  number: 'R-003',
  on: ['create', 'update'],
  errors: ['DUPLICATE_KEY'],
  check: refuseDuplicateKeys,
}

async function refuseDuplicateKeys(change: Change, context: WriteContext): Promise<void> {
  const { type } = change
  const found = new Set<FieldValue>()
  for (const properties of uniqueKeysOf(type)) {
    const holder = await findHolder(change, properties, context)
    if (holder === undefined || found.has(holder)) continue
    found.add(holder)
    const own = properties.filter((name) => !SCOPE.has(name))
    const key =
      properties === type.businessKey
        ? keyText(type, change.after)
        : legacyKeyText(
            own,
            own.map((name) => change.after[name] ?? null),
          )
    const target = own.at(-1) ?? properties.at(-1) ?? 'Id'
    change.refuse('DUPLICATE_KEY', { entity: type.name, key }, { target })
  }
}

/** Whose codes they are; the rest of a key is the row's own. */
const SCOPE: ReadonlySet<string> = new Set([
  'LedgerDivisionId',
  'CompanyId',
  'CompanyNo',
  'DivisionNo',
  'BuildingId',
  'BuildingCode',
])

function uniqueKeysOf({
  businessKey,
  unique = [],
}: Change['type']): readonly (readonly string[])[] {
  return businessKey === undefined ? unique : [businessKey, ...unique]
}

/** The Id of another row with these values; null values never conflict. */
async function findHolder(
  change: Change,
  properties: readonly string[],
  context: WriteContext,
): Promise<FieldValue | undefined> {
  if (!change.changes(...properties)) return undefined
  const values = properties.map((name) => change.after[name] ?? null)
  if (values.includes(null)) return undefined
  const condition = properties.map((name, index) => `${columnName({ name })} = $${index + 3}`)
  const [holder] = await context.select(
    change.type.name,
    `id <> $2 and ${condition.join(' and ')}`,
    [change.id, ...values],
  )
  return holder?.['Id']
}
