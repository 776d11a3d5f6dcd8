/**
 * What a table is: the value between the entity model and its SQL, and what the database is compared with.
 *
 * It holds no SQL of statements; `table-ddl.ts` writes those.
 */

export interface Column {
  readonly name: string
  /** As `format_type` of PostgreSQL writes it: `numeric(12,2)`, `character varying(10)`. */
  readonly type: string
  /** The named collation; undefined for types that have none. */
  readonly collation: string | undefined
  readonly nullable: boolean
  /** SQL expression. */
  readonly default: string | undefined
}

export interface Check {
  readonly name: string
  /** SQL condition; it passes when it is null. */
  readonly condition: string
}

export interface UniqueKey {
  readonly name: string
  readonly columns: readonly string[]
}

export interface ForeignKey {
  readonly name: string
  readonly columns: readonly string[]
  readonly targetTable: string
  readonly targetColumns: readonly string[]
}

export type Index =
  | { readonly kind: 'btree'; readonly name: string; readonly columns: readonly string[] }
  /** Serves `contains` on the text columns. */
  | { readonly kind: 'trigram'; readonly name: string; readonly columns: readonly string[] }
  /** Serves `$search` in all of the text columns at once. */
  | { readonly kind: 'search'; readonly name: string; readonly columns: readonly string[] }

export interface Table {
  readonly name: string
  readonly comment: string
  readonly columns: readonly Column[]
  readonly checks: readonly Check[]
  readonly primaryKey: UniqueKey
  readonly uniqueKeys: readonly UniqueKey[]
  readonly foreignKeys: readonly ForeignKey[]
  readonly indexes: readonly Index[]
  /** Columns of write-only properties: no answer shows that they changed. */
  readonly hiddenColumns: readonly string[]
}
