/** Names that a request gives to values: aliases of `$compute` and `$apply`. */

import { HapiError } from '../../errors/hapi-error.ts'
import type { RowType } from './row-type.ts'

/**
 * A new name differs from those of all properties that the rows have or had (Data Aggregation 4.0
 * §3.1.1), in any letter case, since names are found in any.
 * @param names what the same option or transformation has named already; the name joins them
 * @throws {HapiError} NAME_IN_USE
 */
export function checkAlias(
  name: string,
  row: RowType,
  names: Set<string>,
  option: '$compute' | '$apply',
): void {
  const taken =
    names.has(name.toLowerCase()) ||
    isName(name, row) ||
    (row.reduced !== undefined && isName(name, row.reduced))
  if (taken) throw new HapiError('NAME_IN_USE', { name, type: row.name }, { target: option })
  names.add(name.toLowerCase())
}

function isName(name: string, row: RowType): boolean {
  return (
    row.findProperty(name) !== undefined ||
    row.findNavigation(name) !== undefined ||
    row.properties.some(({ path }) => path?.[0]?.toLowerCase() === name.toLowerCase())
  )
}
