/**
 * The syntax tree of an OData request, named after the OData 4.01 ABNF.
 *
 * The parser knows no model: names are names, whatever they will turn out to mean. Literals do not
 * stand in the tree but in one flat list, in the order of the text, and the tree refers to them by
 * index. So two requests that differ by literals alone have equal trees and equal `shape`, and one
 * compiled statement serves both.
 */

/** Where a piece of text begins, counted in characters from 1, in the decoded text it belongs to. */
export type Position = number

export type LiteralKind =
  | 'null'
  | 'boolean'
  /** An integer; `value` is its text, so that no digit is lost. */
  | 'integer'
  /** A number with a fraction and no exponent. */
  | 'decimal'
  /** A number with an exponent, or `INF`, `-INF`, `NaN`. */
  | 'double'
  | 'string'
  | 'guid'
  | 'date'
  | 'dateTimeOffset'
  | 'timeOfDay'
  | 'duration'
  | 'binary'
  | 'enum'
  /** A path segment that can only be a key value (key-as-segment), unquoted. */
  | 'segment'

export interface Literal {
  readonly kind: LiteralKind
  /** Decoded: quotes, prefixes and doubled quotes are gone. `null` is `'null'`, booleans are `'true'` and `'false'`. */
  readonly value: string
  /** Type name of a prefixed enumeration literal (`Ns.Color'Red'`). */
  readonly typeName?: string
  readonly position: Position
}

export type BinaryOperator =
  | 'and'
  | 'or'
  | 'eq'
  | 'ne'
  | 'gt'
  | 'ge'
  | 'lt'
  | 'le'
  | 'has'
  | 'in'
  | 'add'
  | 'sub'
  | 'mul'
  | 'div'
  | 'divby'
  | 'mod'

export type Expression =
  /** `literal` indexes `Request.literals`. */
  | { readonly kind: 'literal'; readonly literal: number; readonly position: Position }
  /** A parameter alias `@name`, without the `@`. */
  | { readonly kind: 'alias'; readonly name: string; readonly position: Position }
  /** `A/B/C`, `$it/A`, `x/A/$count`, `Nav/any(x:…)`: steps from left to right, at least one. */
  | { readonly kind: 'path'; readonly steps: readonly PathStep[]; readonly position: Position }
  | {
      readonly kind: 'binary'
      readonly operator: BinaryOperator
      readonly left: Expression
      readonly right: Expression
      readonly position: Position
    }
  | {
      readonly kind: 'unary'
      readonly operator: 'not' | 'negate'
      readonly operand: Expression
      readonly position: Position
    }
  /** The right side of `in`, and collections as arguments: `(1,2)` or `[1,2]`. */
  | { readonly kind: 'list'; readonly items: readonly Expression[]; readonly position: Position }
  /** A built-in function; `name` in lower case. `cast` and `isof` carry type names as `typeName` expressions. */
  | {
      readonly kind: 'call'
      readonly name: string
      readonly arguments: readonly Expression[]
      readonly position: Position
    }
  | { readonly kind: 'typeName'; readonly name: string; readonly position: Position }
  /** `case(cond:value,…)`. */
  | {
      readonly kind: 'case'
      readonly branches: readonly { readonly when: Expression; readonly then: Expression }[]
      readonly position: Position
    }
  /** A JSON object, as the value of a complex parameter. */
  | {
      readonly kind: 'object'
      readonly members: readonly (readonly [string, Expression])[]
      readonly position: Position
    }

export type PathStep =
  /** A property, navigation property, lambda variable or qualified type name: the binder decides. `key` when parenthesised literals follow it. */
  | {
      readonly kind: 'name'
      readonly name: string
      readonly arguments?: Arguments
      readonly position: Position
    }
  | {
      readonly kind: '$it' | '$root' | '$this' | '$these' | '$value' | '$ref'
      readonly position: Position
    }
  /** `/$filter(…)`, and the key of one of the rows that are left. */
  | {
      readonly kind: '$filter'
      readonly predicate: Expression
      readonly key?: Arguments
      readonly position: Position
    }
  /** `/$count`, with `($filter=…;$search=…)` in 4.01. */
  | { readonly kind: '$count'; readonly options?: QueryOptions; readonly position: Position }
  /** `any()` has neither variable nor predicate. */
  | {
      readonly kind: 'any' | 'all'
      readonly variable?: string
      readonly predicate?: Expression
      readonly position: Position
    }
  /** `Nav/aggregate(Amount with sum)`: one value of a collection (Data Aggregation 4.0 §3.6.1). */
  | {
      readonly kind: 'aggregate'
      readonly item: AggregateItem
      readonly position: Position
    }
  /** An annotation `@Core.Description` in a path: parsed, bound nowhere yet. */
  | { readonly kind: 'annotation'; readonly name: string; readonly position: Position }

/** What stands in parentheses after a name in a path. */
export type Arguments =
  | { readonly kind: 'positional'; readonly values: readonly Expression[] }
  | {
      readonly kind: 'named'
      readonly values: readonly {
        readonly name: string
        readonly value: Expression
        readonly position: Position
      }[]
    }

export type PathSegment =
  | {
      readonly kind: 'name'
      readonly name: string
      readonly arguments?: Arguments
      readonly position: Position
    }
  /** A segment that is no identifier: only a key value can stand there. */
  | { readonly kind: 'literal'; readonly literal: number; readonly position: Position }
  /** `$count`, `$value`, `$ref`, `$metadata`, `$batch`, `$all`, `$entity`, `$crossjoin`, `$filter`, `$each`, `$query`; with its parenthesised text parsed where the grammar has one. */
  | {
      readonly kind: 'system'
      readonly name: string
      readonly arguments?: Arguments
      readonly position: Position
    }

export interface SelectItem {
  /** `['*']`, `['Name']`, `['Nav','Name']`. Qualified names keep their dots. */
  readonly path: readonly string[]
  /** Nested options, 4.01. */
  readonly options?: QueryOptions
  readonly position: Position
}

export interface ExpandItem {
  /** As in `SelectItem`; `['*']` expands all. */
  readonly path: readonly string[]
  readonly suffix?: '$ref' | '$count'
  /** Stands for a further level that `$levels` of the item around it asks for. */
  readonly repeated?: boolean
  readonly options?: QueryOptions
  readonly position: Position
}

export interface OrderByItem {
  readonly expression: Expression
  readonly direction: 'asc' | 'desc'
  readonly position: Position
}

export interface ComputeItem {
  readonly expression: Expression
  readonly name: string
  readonly position: Position
}

export type SearchExpression =
  /** A word or a quoted phrase; its text is the literal's value. */
  | {
      readonly kind: 'term'
      readonly literal: number
      readonly phrase: boolean
      readonly position: Position
    }
  | {
      readonly kind: 'and' | 'or'
      readonly left: SearchExpression
      readonly right: SearchExpression
      readonly position: Position
    }
  | { readonly kind: 'not'; readonly operand: SearchExpression; readonly position: Position }

/** A path in `$apply`: names alone. Qualified ones keep their dots. */
export type AggregationPath = readonly string[]

/** What one value of many is (Data Aggregation 4.0 §3.2.1.1). */
export type AggregateItem = {
  /** Undefined only inside the function `aggregate` and for a custom aggregate, which has its own name. */
  readonly alias: string | undefined
  readonly from: readonly AggregateFrom[]
  readonly position: Position
} & (
  | { readonly kind: 'method'; readonly operand: Expression; readonly method: string }
  /** `$count`, or `Nav/$count` with the path before it. */
  | { readonly kind: 'count'; readonly path: AggregationPath }
  | { readonly kind: 'custom'; readonly path: AggregationPath }
)

/** `from Building/City with average`; only a custom aggregate may go on without a method. */
export interface AggregateFrom {
  readonly paths: readonly AggregationPath[]
  readonly method: string | undefined
}

export type GroupingElement =
  | { readonly kind: 'path'; readonly path: AggregationPath; readonly position: Position }
  /** From the coarsest level to the finest; `all` when `$all` stands before them. */
  | {
      readonly kind: 'rollup'
      readonly all: boolean
      readonly levels: readonly AggregationPath[]
      readonly position: Position
    }

export type RankedMethod = (typeof rankedMethods)[number]

/** Transformations that keep rows by what they contribute (Data Aggregation 4.0 §3.3.1). */
export const rankedMethods = [
  'topcount',
  'topsum',
  'toppercent',
  'bottomcount',
  'bottomsum',
  'bottompercent',
] as const

/** One transformation of `$apply` (Data Aggregation 4.0 §3). */
export type Transformation = { readonly position: Position } & (
  | { readonly kind: 'aggregate'; readonly items: readonly AggregateItem[] }
  | {
      readonly kind: 'groupby'
      readonly elements: readonly GroupingElement[]
      readonly sequence: readonly Transformation[]
    }
  | { readonly kind: 'concat'; readonly sequences: readonly (readonly Transformation[])[] }
  | { readonly kind: 'filter'; readonly condition: Expression }
  | { readonly kind: 'search'; readonly search: SearchExpression }
  | { readonly kind: 'compute'; readonly items: readonly ComputeItem[] }
  | { readonly kind: 'orderby'; readonly items: readonly OrderByItem[] }
  /** Index of the literal. */
  | { readonly kind: 'top' | 'skip'; readonly rows: number }
  | {
      readonly kind: 'ranked'
      readonly method: RankedMethod
      readonly amount: Expression
      readonly by: Expression
    }
  | { readonly kind: 'identity' }
)

/** System query options of a request, of an expand item or of a `$count` segment. */
export interface QueryOptions {
  readonly apply?: readonly Transformation[]
  readonly select?: readonly SelectItem[]
  readonly expand?: readonly ExpandItem[]
  readonly filter?: Expression
  readonly orderby?: readonly OrderByItem[]
  readonly compute?: readonly ComputeItem[]
  readonly search?: SearchExpression
  /** Index of the literal. */
  readonly top?: number
  readonly skip?: number
  readonly count?: boolean
  /** `'max'` or a positive number. */
  readonly levels?: number | 'max'
  readonly format?: string
  readonly skiptoken?: string
  readonly deltatoken?: string
  readonly index?: number
  readonly schemaversion?: string
  readonly id?: string
  /** Parameter aliases given among nested options (`Items(@a=1;$filter=…)`): known inside these options only. */
  readonly aliases?: ReadonlyMap<string, Expression>
}

export interface ODataRequest {
  readonly path: readonly PathSegment[]
  readonly options: QueryOptions
  /** Parameter aliases by name without `@`. */
  readonly aliases: ReadonlyMap<string, Expression>
  /** Options without `$` and without `@` that are no system query option, in order; a function call given by query string takes its parameters here. */
  readonly customOptions: readonly (readonly [string, string])[]
  readonly literals: readonly Literal[]
  /**
   * The request's text with each literal replaced by a mark of its kind: equal shapes compile to
   * equal statements. `$skiptoken` and `$deltatoken` are left out, since they are never compiled.
   */
  readonly shape: string
}
