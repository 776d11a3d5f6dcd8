/**
 * keys are unique within their owner. The database's constraints have the last word; this says it
 * before them, and names the key as people know it.
 */

import { columnName } from '../../model/naming.ts'
import type { Change } from './change.ts'
import { legacyKeyText } from './key-text.ts'
import type { WriteContext } from './write-context.ts'

/** Owners within which codes are unique, as the parts of a legacy key that name them. */
const OWNER_KEYS: Readonly<Record<string, readonly string[]>> = {
  LedgerDivisionId: ['CompanyNo', 'DivisionNo'],
  CompanyId: ['CompanyNo'],
  BuildingId: ['CompanyNo', 'DivisionNo', 'BuildingCode'],
}

/** Refuses with DUPLICATE_KEY for each unique key of the type that another row has already. */
export async function checkUniqueKeys(change: Change, context: WriteContext): Promise<void> {
  for (const properties of change.type.unique ?? []) {
    if (!change.changes(...properties)) continue
    const values = properties.map((property) => change.after[property] ?? null)
    // A row in which one of them is null is not constrained.
    if (values.includes(null)) continue
    const condition = properties
      .map((name, index) => `${columnName({ name })} = $${index + 3}`)
      .join(' and ')
    const [other] = await context.select(change.type.name, `id <> $2 and ${condition}`, [
      change.id,
      ...values,
    ])
    if (other !== undefined) refuseDuplicate(change, properties)
  }
}

function refuseDuplicate(change: Change, properties: readonly string[]): void {
  const named = properties.flatMap((name) => ownerKey(change, name) ?? [name])
  const target = properties.find((name) => OWNER_KEYS[name] === undefined)
  change.refuse(
    'DUPLICATE_KEY',
    {
      entity: change.type.name,
      key: legacyKeyText(
        named,
        named.map((name) => change.after[name] ?? null),
      ),
    },
    target === undefined ? {} : { target },
  )
}

/** Undefined when the row itself does not have the owner's legacy key. */
function ownerKey({ after }: Change, property: string): readonly string[] | undefined {
  const names = OWNER_KEYS[property]
  return names?.every((name) => (after[name] ?? null) !== null) === true ? names : undefined
}
