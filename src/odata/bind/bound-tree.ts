/**
 * The bound tree: names are properties of the model, literals have types, functions have signatures.
 * It holds no value of the request: a literal stays an index into `ODataRequest.literals`, so that
 * one bound tree serves every request of the same shape.
 */

import type { NavigationProperty, Operation } from '../../model/entity-type.ts'
import type { DerivedRows, DerivedValue } from './derived-rows.ts'
import type { LiteralEncoding } from './literal-encoding.ts'
import type { RowProperty, RowType } from './row-type.ts'

/** Types that an expression may have; `null` is the type of the literal null. */
export type ValueType =
  | 'Edm.Binary'
  | 'Edm.Boolean'
  | 'Edm.Date'
  | 'Edm.DateTimeOffset'
  | 'Edm.Decimal'
  | 'Edm.Double'
  | 'Edm.Duration'
  | 'Edm.Guid'
  | 'Edm.Int32'
  | 'Edm.Int64'
  | 'Edm.String'
  | 'Edm.TimeOfDay'
  | 'null'

/** Where rows come from. Equal objects are equal rows: the SQL writer gives each its alias. */
export interface Source {
  readonly id: number
  /** Grows when `$compute` adds properties, before anything but `$compute` looks at it. */
  row: RowType
  readonly from: SourceOrigin
}

export type SourceOrigin =
  /** The entity's table. */
  | { readonly kind: 'table' }
  /** Every row of each joined source beside every row of the others. */
  | { readonly kind: 'crossjoin' }
  /** A bound function; its arguments are parameters. */
  | { readonly kind: 'function'; readonly operation: Operation }
  /** The one related entity of another source: an outer join. */
  | { readonly kind: 'join'; readonly source: Source; readonly navigation: NavigationProperty }
  /** The related entities of another source: a correlated subquery. */
  | { readonly kind: 'related'; readonly source: Source; readonly navigation: NavigationProperty }
  /** Rows that a transformation makes of others: a subselect. */
  | { readonly kind: 'derived'; readonly rows: DerivedRows }
  /** The members of a collection that a row holds as JSON. */
  | {
      readonly kind: 'members'
      readonly source: Source
      readonly property: RowProperty
      /** With their places in the collection. */
      readonly ordered: boolean
    }

/** A source with the to-one relations that its expressions follow. */
export interface Scope {
  readonly root: Source
  /** In the order in which they were met; each is `join` of the root or of an earlier one. */
  readonly joins: readonly Source[]
}

/** A value given when the statement runs. */
export type ParameterSource =
  | { readonly kind: 'account' }
  | { readonly kind: 'literal'; readonly literal: number; readonly encoding: LiteralEncoding }
  /** A list of literals as one array. */
  | {
      readonly kind: 'list'
      readonly literals: readonly number[]
      readonly encoding: LiteralEncoding
    }
  /** The n-th argument of the bound function, from the account on. */
  | { readonly kind: 'argument'; readonly index: number }
  /** The account's clock, as an instant. */
  | { readonly kind: 'now' }
  /** Keys of the parents whose related rows are read. */
  | { readonly kind: 'parents' }
  /** Where the page begins: a value of the row to start after, or the rows to skip. */
  | { readonly kind: 'pageStart'; readonly index: number }
  /** How many rows the statement may return. */
  | { readonly kind: 'rowLimit' }
  /** One row more than a page of related rows takes. */
  | { readonly kind: 'relatedLimit' }
  /** The snapshot since which a delta tells what has changed. */
  | { readonly kind: 'seenSnapshot' }

export type BoundExpression =
  | { readonly kind: 'null'; readonly type: 'null'; readonly nullable: true }
  | {
      readonly kind: 'parameter'
      readonly type: ValueType
      readonly nullable: false
      readonly parameter: ParameterSource
    }
  | {
      readonly kind: 'property'
      readonly type: ValueType
      readonly nullable: boolean
      readonly source: Source
      readonly property: RowProperty
    }
  /** The value itself, inside a lambda over primitive values. */
  | {
      readonly kind: 'value'
      readonly type: ValueType
      readonly nullable: boolean
      readonly source: Source
    }
  | {
      readonly kind: 'comparison'
      readonly type: 'Edm.Boolean'
      readonly nullable: false
      readonly operator: ComparisonOperator
      readonly left: BoundExpression
      readonly right: BoundExpression
    }
  /** Rows of values compared as PostgreSQL orders them; none of the values is null. */
  | {
      readonly kind: 'rowComparison'
      readonly type: 'Edm.Boolean'
      readonly nullable: boolean
      readonly operator: 'gt' | 'ge' | 'lt' | 'le'
      readonly left: readonly BoundExpression[]
      readonly right: readonly BoundExpression[]
    }
  | {
      readonly kind: 'logical'
      readonly type: 'Edm.Boolean'
      readonly nullable: boolean
      readonly operator: 'and' | 'or'
      readonly operands: readonly BoundExpression[]
    }
  | {
      readonly kind: 'not'
      readonly type: 'Edm.Boolean'
      readonly nullable: boolean
      readonly operand: BoundExpression
    }
  /** `list` is one array parameter; `others` are the members that are no literals; `withNull` when null is among them. */
  | {
      readonly kind: 'in'
      readonly type: 'Edm.Boolean'
      readonly nullable: false
      readonly left: BoundExpression
      readonly list: BoundExpression | undefined
      readonly others: readonly BoundExpression[]
      readonly withNull: boolean
    }
  | {
      readonly kind: 'arithmetic'
      readonly type: ValueType
      readonly nullable: boolean
      readonly operator: ArithmeticOperator
      readonly left: BoundExpression
      readonly right: BoundExpression
    }
  | {
      readonly kind: 'negate'
      readonly type: ValueType
      readonly nullable: boolean
      readonly operand: BoundExpression
    }
  | {
      readonly kind: 'call'
      readonly type: ValueType
      readonly nullable: boolean
      readonly name: string
      readonly arguments: readonly BoundExpression[]
    }
  | {
      readonly kind: 'case'
      readonly type: ValueType
      readonly nullable: true
      readonly branches: readonly {
        readonly when: BoundExpression
        readonly then: BoundExpression
      }[]
    }
  /** `has`: unlike `eq`, null when a side is. */
  | {
      readonly kind: 'has'
      readonly type: 'Edm.Boolean'
      readonly nullable: boolean
      readonly left: BoundExpression
      readonly right: BoundExpression
    }
  /** Null where the value has no form in the target type (§5.1.1.10.1). */
  | {
      readonly kind: 'cast'
      readonly type: ValueType
      readonly nullable: true
      readonly target: CastTarget
      readonly operand: BoundExpression
    }
  /** Whether a value that is there can be cast (§5.1.1.10.2). */
  | {
      readonly kind: 'isof'
      readonly type: 'Edm.Boolean'
      readonly nullable: boolean
      readonly operand: BoundExpression
      readonly cast: Extract<BoundExpression, { kind: 'cast' }>
    }
  /** `in` with an expression that is a collection. */
  | {
      readonly kind: 'memberOf'
      readonly type: 'Edm.Boolean'
      readonly nullable: false
      readonly left: BoundExpression
      readonly collection: BoundCollection
    }
  /** A question about whole collections: `eq`, `contains`, `hassubset`, `length` … */
  | {
      readonly kind: 'collectionTest'
      readonly type: 'Edm.Boolean' | 'Edm.Int32'
      readonly nullable: boolean
      readonly test: CollectionTest
      readonly collections: readonly BoundCollection[]
    }
  /** `any` or `all` over related rows; without a predicate: is there any. */
  | {
      readonly kind: 'lambda'
      readonly type: 'Edm.Boolean'
      readonly nullable: false
      readonly quantifier: 'any' | 'all'
      readonly scope: Scope
      /** What narrows the rows before the predicate is asked. */
      readonly conditions: readonly BoundExpression[]
      readonly predicate: BoundExpression | undefined
    }
  | {
      readonly kind: 'count'
      readonly type: 'Edm.Int64'
      readonly nullable: false
      readonly scope: Scope
      readonly conditions: readonly BoundExpression[]
    }
  /** A value of the one entity that a path picks: `$root/Buildings(1)/Name`. */
  | {
      readonly kind: 'anchored'
      readonly type: ValueType
      readonly nullable: boolean
      readonly anchor: AnchoredSource
      readonly property: RowProperty
    }
  /** One value of a collection. */
  | {
      readonly kind: 'aggregated'
      readonly type: ValueType
      readonly nullable: true
      readonly scope: Scope
      readonly conditions: readonly BoundExpression[]
      readonly value: Extract<DerivedValue, { kind: 'aggregate' | 'reached' }>
    }
  /** `Nav eq null` and `ne`: whether the related entity is there. */
  | {
      readonly kind: 'related'
      readonly type: 'null'
      readonly nullable: true
      readonly source: Source
    }
  | {
      readonly kind: 'search'
      readonly type: 'Edm.Boolean'
      readonly nullable: false
      readonly source: Source
      readonly properties: readonly RowProperty[]
      readonly pattern: BoundExpression
    }

/** Collections of primitive values inside expressions; `type` is that of their members. */
export type BoundCollection =
  /** `array` is one parameter when all members are literals of one encoding; else `members` are written one by one. */
  | {
      readonly kind: 'list'
      readonly type: ValueType
      readonly array: BoundExpression | undefined
      readonly members: readonly BoundExpression[]
    }
  /** A collection-valued property. */
  | { readonly kind: 'property'; readonly type: ValueType; readonly property: BoundExpression }
  | {
      readonly kind: 'concat'
      readonly type: ValueType
      readonly parts: readonly [BoundCollection, BoundCollection]
    }
  | {
      readonly kind: 'slice'
      readonly type: ValueType
      readonly of: BoundCollection
      readonly start: BoundExpression
      readonly length: BoundExpression | undefined
    }

export type CollectionTest =
  | 'eq'
  | 'ne'
  | 'contains'
  | 'startswith'
  | 'endswith'
  | 'indexof'
  | 'length'
  | 'hassubset'
  | 'hassubsequence'

/** Primitive types that a value can be cast to; the smaller numbers are kept in wider ones. */
export type CastTarget =
  | Exclude<ValueType, 'null'>
  | 'Edm.Byte'
  | 'Edm.Int16'
  | 'Edm.SByte'
  | 'Edm.Single'

export type ComparisonOperator = 'eq' | 'ne' | 'gt' | 'ge' | 'lt' | 'le'
export type ArithmeticOperator = 'add' | 'sub' | 'mul' | 'div' | 'divby' | 'mod'

export interface BoundOrderBy {
  readonly expression: BoundExpression
  readonly direction: 'asc' | 'desc'
}

/** A query over one set of rows: the request's own or that of one expanded navigation property. */
export interface BoundQuery {
  /** The source of the rows; for an expanded to-one relation it is a join inside its parent's scope. */
  readonly root: Source
  readonly scope: Scope
  /** All of them must hold. */
  readonly conditions: readonly BoundExpression[]
  readonly orderBy: readonly BoundOrderBy[]
  /** In the order of the answer. */
  readonly properties: readonly RowProperty[]
  /** What `$select` names, as the model writes it, for the context URL; undefined without `$select`. */
  readonly selected: readonly string[] | undefined
  /** Collections that the rows hold, where more is asked of them than to be there. */
  readonly members: ReadonlyMap<RowProperty, BoundQuery>
  readonly expands: readonly BoundExpand[]
  readonly top: ParameterSource | undefined
  readonly skip: ParameterSource | undefined
  readonly count: boolean
  /** `/$ref`: of each entity its identity alone (Protocol 4.01 §11.2.8). */
  readonly references: boolean
}

export interface BoundExpand {
  readonly navigation: NavigationProperty
  /** `Nav/$count`: its number alone. */
  readonly countOnly: boolean
  /** One of several levels that `$levels` asks for: the first, or what repeats it. */
  readonly level: 'only' | 'first' | 'repeated'
  readonly query: BoundQuery
}

/** One entity on the way of a path. */
export interface AnchoredSource {
  /** Root of the scope. */
  readonly source: Source
  readonly scope: Scope
  /** All that picks it, the way to it included. */
  readonly conditions: readonly BoundExpression[]
  readonly via:
    | { readonly navigation: NavigationProperty; readonly parent: AnchoredSource }
    | undefined
}

export type ResourceShape = 'collection' | 'entity' | 'property' | 'value' | 'count'

/** An argument of a bound function as the request gives it; checked by its rule. */
export type RawArgument = { readonly literal: number } | { readonly text: string }

export interface BoundRequest {
  readonly shape: ResourceShape
  /** Set whose rows are addressed (after navigation), for contexts and messages; undefined for a bound function. */
  readonly setName: string | undefined
  readonly query: BoundQuery
  /** Parent through which the rows are reached; when nothing is found, its existence tells 404 from an empty answer. */
  readonly via:
    | { readonly navigation: NavigationProperty; readonly parent: AnchoredSource }
    | undefined
  /** Text of the key asked, for 404 messages. */
  readonly keyLiterals: readonly number[]
  readonly property: RowProperty | undefined
  /** The members of the property are counted. */
  readonly countsMembers?: boolean
  readonly functionCall:
    | {
        readonly operation: Operation
        /** The entity that the function is bound to; undefined when it is bound to a collection. */
        readonly boundTo: AnchoredSource | undefined
        readonly arguments: ReadonlyMap<string, RawArgument>
      }
    | undefined
}
