/** A form in which rows are written: one line for each, as `hapi import` reads it. */

import type { EntityType, Property } from '../../model/entity-type.ts'

export interface ExportForm {
  /** Of the files' names. */
  readonly extension: 'csv' | 'ndjson'
  /** What stands before the rows. */
  readonly head: (type: EntityType, columns: readonly Property[]) => string
  /** Writes a row's values, in the order of the columns, as PostgreSQL says them. */
  readonly lineOf: (columns: readonly Property[]) => (values: readonly (string | null)[]) => string
}

/** `2026-06-15 04:05:00+00` → `2026-06-15T04:05:00Z`; sessions are in UTC. */
export function instantText(stored: string): string {
  return stored.replace(' ', 'T').replace(/\+00$/, 'Z')
}
