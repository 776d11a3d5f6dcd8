/**
 * The plan of a request: which statements run, what each of their columns is, and how rows become
 * objects. A value that can be printed; it holds no SQL and no value of the request.
 */

import type { NavigationProperty, Property } from '../../model/entity-type.ts'
import type {
  AnchoredSource,
  BoundExpression,
  BoundOrderBy,
  BoundQuery,
  BoundRequest,
  ParameterSource,
  Scope,
  Source,
  ValueType,
} from '../bind/bound-tree.ts'
import type { ControlPlan } from './control-information.ts'

/** One statement that returns rows: those of the request, or those related to the rows of another. */
export interface RowsPlan {
  readonly root: Source
  readonly scope: Scope
  readonly conditions: readonly BoundExpression[]
  /** Where the page begins; not part of what is counted. */
  readonly pageStart: BoundExpression | undefined
  readonly via:
    | { readonly navigation: NavigationProperty; readonly parent: AnchoredSource }
    | undefined
  /** The entity whose bound function gives the rows. */
  readonly boundTo: AnchoredSource | undefined
  /** Complete: the key breaks ties. */
  readonly orderBy: readonly BoundOrderBy[]
  readonly limit: ParameterSource | RowCount | LeastLimit | undefined
  readonly offset: ParameterSource | undefined
  /** In the order of the row message. A related statement has its parent's ordinal before them. */
  readonly columns: readonly PlanColumn[]
  readonly object: ObjectPlan
  /** Columns that say which rows that tell of persons are shown. */
  readonly witnesses: readonly Witness[]
  /** Statements for expanded collections, in the order in which the object mentions them. */
  readonly related: readonly RelatedPlan[]
}

/** The Id of an entity of this type, whose rows tell of persons; null where it is not there. */
export interface Witness {
  readonly entity: string
  readonly column: number
}

/** A number of rows that is part of the statement's text. */
interface RowCount {
  readonly kind: 'rows'
  readonly rows: number
}

/** The lesser of two. */
interface LeastLimit {
  readonly kind: 'least'
  readonly limits: readonly [ParameterSource, ParameterSource]
}

export type PlanColumn =
  /** `raw`: as PostgreSQL writes the value, whatever the answer's form of it is. */
  | { readonly kind: 'expression'; readonly expression: BoundExpression; readonly raw?: true }
  /** Members of a collection that the row holds, as JSON. */
  | { readonly kind: 'members'; readonly query: BoundQuery }
  /** How many related rows there are, whatever paging leaves of them. */
  | {
      readonly kind: 'relatedCount'
      readonly scope: Scope
      readonly conditions: readonly BoundExpression[]
    }

export interface RelatedPlan {
  readonly rows: RowsPlan
  /** Names of the navigation properties that lead here from the rows of the request. */
  readonly path: readonly string[]
  /** When the server pages: columns whose values place a row in the order. */
  readonly pageColumns: readonly number[] | undefined
}

/** How one row is written. Columns are positions in the row message. */
export interface ObjectPlan {
  readonly members: readonly ObjectMember[]
}

export type ObjectMember =
  /** `@odata.etag`, made of the row's modification date. */
  | { readonly kind: 'etag'; readonly column: number }
  | {
      readonly kind: 'property'
      readonly name: string
      readonly column: number
      readonly format: ValueFormat
      /** For those who ask for the legacy padding. */
      readonly padding?: Padding | undefined
      /** `Edm.Decimal` or `Collection(…)`: said before the value when the value does not tell it (JSON Format 4.01 §4.6.3). */
      readonly typeName?: string | undefined
      /** Columns of which one must be true, else the row has no such member. */
      readonly presentIn?: readonly number[] | undefined
    }
  /** An object of the same row. */
  | {
      readonly kind: 'object'
      readonly name: string
      readonly members: readonly ObjectMember[]
      readonly presentIn: readonly number[] | undefined
    }
  /** `@odata.type` of the object itself, by its qualified name. */
  | { readonly kind: 'typeName'; readonly typeName: string }
  /** `@odata.editLink`, or `Nav@odata.navigationLink` of a navigation property: `set(key)` and the path behind it. */
  | {
      readonly kind: 'link'
      readonly of: string | undefined
      readonly annotation: string
      readonly set: string
      readonly keyColumn: number
      readonly path: string
    }
  /** Control information whose text is a column's. */
  | { readonly kind: 'annotation'; readonly annotation: string; readonly column: number }
  /** A function or an action that is bound to the entity. */
  | {
      readonly kind: 'operation'
      readonly name: string
      readonly qualifiedName: string
      readonly set: string
      readonly keyColumn: number
    }
  /** A related entity from the same row; null when its key is. */
  | {
      readonly kind: 'one'
      readonly name: string
      readonly keyColumn: number
      readonly object: ObjectPlan
    }
  /** Rows of `related[index]` whose parent has this key. */
  | {
      readonly kind: 'many'
      readonly name: string
      readonly keyColumn: number
      readonly related: number
    }
  /** `Name@odata.count`. */
  | { readonly kind: 'count'; readonly name: string; readonly column: number }

/** Blanks up to a width in characters. */
export type Padding = NonNullable<Property['padding']>

/** How the text that PostgreSQL sends becomes JSON. */
export type ValueFormat =
  /** As it is: integers. */
  | 'number'
  /** As it is, or in quotes for clients that ask for IEEE754Compatible. */
  | 'exactNumber'
  /** A number, or one of the values that JSON writes as text: `INF`, `-INF`, `NaN`. */
  | 'double'
  /** A computed decimal, which `divby` may have made one of those values: as `exactNumber`, or they. */
  | 'computedDecimal'
  /** The same for clients that ask for IEEE754Compatible. */
  | 'quotedDecimal'
  | 'boolean'
  /** In quotes, nothing to escape: dates. */
  | 'plainText'
  | 'text'
  | 'instant'
  /** An instant as an entity tag. */
  | 'etag'
  /** Already JSON. */
  | 'json'

export interface QueryPlan {
  readonly shape: BoundRequest['shape']
  readonly rows: RowsPlan
  /** Counts all rows that the conditions leave; for `$count=true` and `/$count`. */
  readonly counted: boolean
  /** Columns whose values place a row in the order, for the next link; undefined when pages go by position. */
  readonly pageColumns: readonly number[] | undefined
  /** Column of the modification date, which the tag of an answer that is one entity is made of. */
  readonly modifiedColumn: number | undefined
  /** Column of the key, which the context of a property's value names. */
  readonly keyColumn: number | undefined
  /** Operations bound to the collection that the answer is. */
  readonly operations: readonly AdvertisedOperation[]
}

/** An operation of a collection, with its address relative to the service root (JSON Format 4.01 §16). */
export interface AdvertisedOperation {
  readonly name: string
  readonly qualifiedName: string
  readonly target: string
}

export const formats: Readonly<Record<ValueType, ValueFormat>> = {
  // Refused where a property is made of it.
  'Edm.Binary': 'plainText',
  'Edm.Boolean': 'boolean',
  'Edm.Date': 'plainText',
  'Edm.DateTimeOffset': 'instant',
  'Edm.Decimal': 'exactNumber',
  'Edm.Double': 'double',
  'Edm.Duration': 'plainText',
  'Edm.Guid': 'plainText',
  'Edm.Int32': 'number',
  'Edm.Int64': 'exactNumber',
  'Edm.String': 'text',
  'Edm.TimeOfDay': 'plainText',
  null: 'text',
}

/** What a plan depends on besides the bound request. */
export interface PlanOptions {
  readonly paging: Paging
  /** The value of `$top`, when it is to be part of the statement's text. */
  readonly top?: number | undefined
  readonly control: ControlPlan
  /** An object's own properties stand before those that are expanded (JSON Format 4.01 §4.4). */
  readonly ownFirst: boolean
}

/** How collections are paged by the server. */
export interface Paging {
  /** The server cuts pages, so each statement returns one row more than a page to see whether more follow. */
  readonly paged: boolean
  /** A next link is followed: from a position, or after a row, of which is known which of its values are null. */
  readonly continued: 'no' | 'atPosition' | { readonly nulls: readonly boolean[] }
  /** The next link is that of an expanded collection, to which these navigation properties lead. */
  readonly nested?: readonly string[] | undefined
}
