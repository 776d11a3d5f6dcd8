/** Names of constraints and indexes: readable, and never longer than PostgreSQL keeps. */

/** NAMEDATALEN − 1; a longer name would be cut silently, and two could collide. */
const IDENTIFIER_LENGTH_MAX = 63

/** `units_building_id_unit_code_key`; trailing columns that do not fit are counted: `…_and_3_more_key`. */
export function constraintName(table: string, columns: readonly string[], suffix: string): string {
  for (let shown = columns.length; shown > 0; shown--) {
    const hidden = columns.length - shown
    const more = hidden === 0 ? [] : [`and_${hidden}_more`]
    const name = [table, ...columns.slice(0, shown), ...more, suffix].join('_')
    if (name.length <= IDENTIFIER_LENGTH_MAX) return name
  }
  throw new Error(
    `No name of ${IDENTIFIER_LENGTH_MAX} characters fits ${table} (${columns.join(', ')})`,
  )
}
