/**
 * Binds expressions: paths to properties, literals to types, functions to signatures
 * (URL Conventions 4.01 §5.1.1). Leaves SQL to `odata/sql` and the values to `literal-encoding.ts`.
 */

import { HapiError } from '../../errors/hapi-error.ts'
import type { Expression, Position } from '../parse/syntax.ts'
import { arithmeticType } from './arithmetic-type.ts'
import type { BindContext } from './bind-context.ts'
import { mismatch } from './bind-error.ts'
import type {
  ArithmeticOperator,
  BoundCollection,
  BoundExpression,
  ComparisonOperator,
  Source,
  ValueType,
} from './bound-tree.ts'
import { bindCall } from './call-binder.ts'
import {
  bindCollectionTest,
  bindConcatenation,
  bindList,
  bindMemberOf,
} from './collection-binder.ts'
import {
  coerceLiteral,
  coerceLiteralTo,
  comparable,
  fits,
  isNumeric,
  literalType,
  widerNumeric,
} from './literal-typing.ts'
import { MemberPathBinder, type Variables } from './member-path-binder.ts'
import type { ScopeBuilder } from './sources.ts'
import { bindTypeFunction } from './type-function-binder.ts'

/** Aliases may name aliases; a ring would never end. */
const ALIAS_DEPTH_MAX = 8

const NULL: BoundExpression = { kind: 'null', type: 'null', nullable: true }

const COMPARISONS: ReadonlySet<string> = new Set(['eq', 'ne', 'gt', 'ge', 'lt', 'le'])

export class ExpressionBinder {
  readonly #context: BindContext
  readonly #root: Source
  readonly #scope: ScopeBuilder
  readonly #variables: Variables
  readonly #aliasDepth: number
  readonly #paths: MemberPathBinder

  constructor(
    context: BindContext,
    root: Source,
    scope: ScopeBuilder,
    variables: Variables = new Map(),
    aliasDepth = 0,
  ) {
    this.#context = context
    this.#root = root
    this.#scope = scope
    this.#variables = variables
    this.#aliasDepth = aliasDepth
    this.#paths = new MemberPathBinder(
      context,
      root,
      scope,
      variables,
      (innerContext, innerRoot, innerScope, innerVariables) =>
        new ExpressionBinder(innerContext, innerRoot, innerScope, innerVariables, aliasDepth),
    )
  }

  /** An expression that must be a condition. */
  bindCondition(expression: Expression): BoundExpression {
    const bound = this.bind(expression)
    if (bound.type === 'Edm.Boolean' || bound.kind === 'null') return bound
    throw mismatch('$filter', bound.type, 'Edm.Boolean', expression.position)
  }

  bind(expression: Expression): BoundExpression {
    switch (expression.kind) {
      case 'literal':
        return this.#bindLiteral(expression.literal)
      case 'alias':
        return this.#bindAlias(expression)
      case 'path':
        return this.#paths.bind(expression.steps, expression.position)
      case 'binary':
        return this.#bindBinary(expression)
      case 'unary':
        return expression.operator === 'not'
          ? this.#bindNot(expression)
          : this.#bindNegate(expression)
      case 'call':
        return this.#bindCall(expression)
      case 'case':
        return this.#bindCase(expression)
      case 'list':
      case 'object':
      case 'typeName':
        throw mismatch('()', expression.kind, 'expression', expression.position)
    }
  }

  #bindAlias({ name, position }: Extract<Expression, { kind: 'alias' }>): BoundExpression {
    const value = this.#context.alias(name)
    return value === undefined ? NULL : this.#inAlias(position).bind(value)
  }

  /** A collection of primitive values; undefined when the expression is none. */
  bindCollection(expression: Expression): BoundCollection | undefined {
    switch (expression.kind) {
      case 'list':
        return bindList(
          this.#context,
          expression.items.map((item) => this.bind(item)),
          expression.position,
        )
      case 'alias': {
        const value = this.#context.alias(expression.name)
        return value === undefined
          ? undefined
          : this.#inAlias(expression.position).bindCollection(value)
      }
      case 'path':
        return this.#paths.bindCollection(expression.steps)
      case 'call':
        return this.#bindCollectionCall(expression)
      case 'literal':
      case 'binary':
      case 'unary':
      case 'case':
      case 'object':
      case 'typeName':
        return undefined
    }
  }

  /** The two functions that give a collection. */
  #bindCollectionCall(call: Extract<Expression, { kind: 'call' }>): BoundCollection | undefined {
    const [first, second, third] = call.arguments
    if (first === undefined || second === undefined) return undefined
    if (call.name === 'concat' && third === undefined) {
      const collections = [this.bindCollection(first), this.bindCollection(second)] as const
      const [a, b] = collections
      if (a === undefined || b === undefined) return undefined
      return bindConcatenation(this.#context, a, b, call.position)
    }
    if (call.name !== 'substring' || call.arguments.length > 3) return undefined
    const of = this.bindCollection(first)
    if (of === undefined) return undefined
    const start = this.#bindIndex(second)
    const length = third === undefined ? undefined : this.#bindIndex(third)
    return { kind: 'slice', type: of.type, of, start, length }
  }

  #bindIndex(expression: Expression): BoundExpression {
    const bound = this.bind(expression)
    if (fits(bound, 'integer')) return bound
    throw mismatch('substring', bound.type, 'Edm.Int32', expression.position)
  }

  #inAlias(position: Position): ExpressionBinder {
    if (this.#aliasDepth >= ALIAS_DEPTH_MAX) {
      throw new HapiError('LIMIT_EXCEEDED', {
        limit: ALIAS_DEPTH_MAX,
        what: `@alias (${position})`,
      })
    }
    return new ExpressionBinder(
      this.#context,
      this.#root,
      this.#scope,
      this.#variables,
      this.#aliasDepth + 1,
    )
  }

  #bindLiteral(index: number): BoundExpression {
    const literal = this.#context.literal(index)
    if (literal.kind === 'null') return NULL
    const { type, encoding } = literalType(literal)
    return {
      kind: 'parameter',
      type,
      nullable: false,
      parameter: { kind: 'literal', literal: index, encoding },
    }
  }

  #bindBinary(expression: Extract<Expression, { kind: 'binary' }>): BoundExpression {
    const { operator, position } = expression
    if (operator === 'and' || operator === 'or') return this.#bindLogical(expression)
    if (operator === 'in') return this.#bindIn(expression)
    if (operator === 'has') return this.#bindHas(expression)
    if (
      (operator === 'eq' || operator === 'ne') &&
      (this.#isList(expression.left) || this.#isList(expression.right))
    )
      return this.#compareCollections(operator, expression)
    const left = this.bind(expression.left)
    const right = this.bind(expression.right)
    if (COMPARISONS.has(operator))
      return this.#compare(operator as ComparisonOperator, left, right, position)
    return this.#calculate(operator as ArithmeticOperator, left, right, position)
  }

  /** Written as a list, or named by an alias that is. */
  #isList(expression: Expression, depth = 0): boolean {
    if (expression.kind !== 'alias') return expression.kind === 'list'
    const value = this.#context.alias(expression.name)
    return value !== undefined && depth < ALIAS_DEPTH_MAX && this.#isList(value, depth + 1)
  }

  #compareCollections(
    operator: 'eq' | 'ne',
    { left, right, position }: Extract<Expression, { kind: 'binary' }>,
  ): BoundExpression {
    const collections = [left, right].map((side) => this.bindCollection(side))
    const all = collections.filter((collection) => collection !== undefined)
    if (all.length === 2) return bindCollectionTest(this.#context, operator, all, position)
    const other = this.bind(collections[0] === undefined ? left : right)
    if (other.kind !== 'null') throw mismatch(operator, 'Collection', other.type, position)
    // A list is never null.
    return compareNulls(operator === 'eq' ? 'ne' : 'eq')
  }

  /**
   * An enumeration of the model has no flags that combine: its value has the flag that it is. Null when
   * a side is (§5.1.1.1.11).
   */
  #bindHas(expression: Extract<Expression, { kind: 'binary' }>): BoundExpression {
    const left = this.bind(expression.left)
    const right = this.bind(expression.right)
    if (left.kind === 'null' || right.kind === 'null') return NULL
    const flag = coerceLiteral(this.#context, right, left)
    const isEnumeration = left.kind === 'property' && left.property.enumeration !== undefined
    if (!isEnumeration || flag.type !== 'Edm.String')
      throw mismatch('has', left.type, right.type, expression.position)
    const nullable = left.nullable || flag.nullable
    return { kind: 'has', type: 'Edm.Boolean', nullable, left, right: flag }
  }

  /** Chains of one operator become one node, so that a thousand terms are not a thousand levels. */
  #bindLogical(expression: Extract<Expression, { kind: 'binary' }>): BoundExpression {
    const operator = expression.operator as 'and' | 'or'
    const terms: Expression[] = []
    let rest: Expression = expression
    while (rest.kind === 'binary' && rest.operator === operator) {
      terms.push(rest.right)
      rest = rest.left
    }
    terms.push(rest)
    const operands = terms.toReversed().map((term) => {
      const bound = this.bind(term)
      if (bound.type !== 'Edm.Boolean' && bound.kind !== 'null')
        throw mismatch(operator, bound.type, 'Edm.Boolean', term.position)
      return bound
    })
    return {
      kind: 'logical',
      type: 'Edm.Boolean',
      nullable: operands.some((operand) => operand.nullable),
      operator,
      operands,
    }
  }

  #compare(
    operator: ComparisonOperator,
    left: BoundExpression,
    right: BoundExpression,
    position: Position,
  ): BoundExpression {
    if (
      left.kind === 'null' ||
      right.kind === 'null' ||
      left.kind === 'related' ||
      right.kind === 'related'
    ) {
      return this.#compareWithNull(operator, left, right, position)
    }
    const [a, b] = this.#unify(operator, left, right, position)
    return { kind: 'comparison', type: 'Edm.Boolean', nullable: false, operator, left: a, right: b }
  }

  #compareWithNull(
    operator: ComparisonOperator,
    left: BoundExpression,
    right: BoundExpression,
    position: Position,
  ): BoundExpression {
    const sameEntities =
      left.kind === 'related' &&
      right.kind === 'related' &&
      left.source.row === right.source.row &&
      left.source.row.key !== undefined &&
      (operator === 'eq' || operator === 'ne')
    const relatedWithValue =
      (left.kind === 'related' && right.kind !== 'null') ||
      (right.kind === 'related' && left.kind !== 'null')
    if (relatedWithValue && !sameEntities)
      throw mismatch(operator, describe(left), describe(right), position)
    return { kind: 'comparison', type: 'Edm.Boolean', nullable: false, operator, left, right }
  }

  /** Both sides in one type: a literal takes the type of the other side, numbers widen, dates become instants. */
  #unify(
    operator: string,
    left: BoundExpression,
    right: BoundExpression,
    position: Position,
  ): readonly [BoundExpression, BoundExpression] {
    const a = coerceLiteral(this.#context, left, right)
    const b = coerceLiteral(this.#context, right, a)
    if (!comparable(a.type, b.type)) throw mismatch(operator, a.type, b.type, position)
    return [a, b]
  }

  #calculate(
    operator: ArithmeticOperator,
    left: BoundExpression,
    right: BoundExpression,
    position: Position,
  ): BoundExpression {
    const a = this.#asDuration(left, right)
    const b = this.#asDuration(right, left)
    const type = arithmeticType(operator, a.type, b.type)
    if (type === undefined || left.kind === 'related' || right.kind === 'related')
      throw mismatch(operator, describe(left), describe(right), position)
    if (type === 'null') return NULL
    return { kind: 'arithmetic', type, nullable: true, operator, left: a, right: b }
  }

  /** A text beside a time can only be a duration without its prefix (§5.1.1.14.1). */
  #asDuration(side: BoundExpression, other: BoundExpression): BoundExpression {
    const besideTime =
      other.type === 'Edm.Date' ||
      other.type === 'Edm.DateTimeOffset' ||
      other.type === 'Edm.Duration'
    return besideTime ? coerceLiteralTo(this.#context, side, 'Edm.Duration') : side
  }

  #bindNot(expression: Extract<Expression, { kind: 'unary' }>): BoundExpression {
    const operand = this.bind(expression.operand)
    if (operand.type !== 'Edm.Boolean' && operand.kind !== 'null')
      throw mismatch('not', operand.type, 'Edm.Boolean', expression.position)
    return { kind: 'not', type: 'Edm.Boolean', nullable: operand.nullable, operand }
  }

  #bindNegate(expression: Extract<Expression, { kind: 'unary' }>): BoundExpression {
    const operand = this.bind(expression.operand)
    if (operand.kind === 'null') return operand
    if (!isNumeric(operand.type) && operand.type !== 'Edm.Duration') {
      throw mismatch('-', operand.type, 'Edm.Decimal', expression.position)
    }
    return { kind: 'negate', type: operand.type, nullable: operand.nullable, operand }
  }

  #bindIn(expression: Extract<Expression, { kind: 'binary' }>): BoundExpression {
    if (expression.left.kind === 'list')
      return this.#bindTupleIn(expression.left.items, expression.right)
    const left = this.bind(expression.left)
    const list = this.#listItems(expression.right)
    if (list === undefined) return this.#bindMemberOf(left, expression)
    return this.#bindInList(left, list.binder, list.items)
  }

  #bindMemberOf(
    left: BoundExpression,
    { right, position }: Extract<Expression, { kind: 'binary' }>,
  ): BoundExpression {
    const collection = this.bindCollection(right)
    if (collection !== undefined) return bindMemberOf(this.#context, left, collection, position)
    const bound = this.bind(right)
    // What is in no collection is in none of its members.
    if (bound.kind === 'null') return compareNulls('ne')
    throw mismatch('in', describe(bound), 'Collection', position)
  }

  /** `[A,B] in [[1,2],[3,4]]`: one of the lists is equal, member by member (§5.1.1.14.2). */
  #bindTupleIn(left: readonly Expression[], right: Expression): BoundExpression {
    const list = this.#listItems(right)
    if (list === undefined) throw mismatch('in', 'Collection', right.kind, right.position)
    const values = left.map((item) => this.bind(item))
    const operands = list.items.map((tuple): BoundExpression => {
      const { position } = tuple
      const items = list.binder.#listItems(tuple)
      if (items === undefined || items.items.length !== values.length)
        throw mismatch('in', `[${values.length}]`, tuple.kind, position)
      return combine(
        'and',
        values.map((value, index) => {
          const member = items.items[index]
          const bound = member === undefined ? NULL : items.binder.bind(member)
          return this.#compare('eq', value, bound, position)
        }),
      )
    })
    return combine('or', operands)
  }

  #bindInList(
    given: BoundExpression,
    binder: ExpressionBinder,
    items: readonly Expression[],
  ): BoundExpression {
    const members = items.map((item) => ({ bound: binder.bind(item), position: item.position }))
    // A literal on the left takes the type of what it is looked for among.
    const left = members.reduce(
      (typed, { bound }) => coerceLiteral(this.#context, typed, bound),
      given,
    )
    const literals: number[] = []
    const others: BoundExpression[] = []
    let list: BoundExpression | undefined
    let withNull = false
    for (const { bound, position } of members) {
      if (bound.kind === 'null') withNull = true
      else {
        const [, member] = this.#unify('in', left, bound, position)
        const known =
          list?.kind === 'parameter' && list.parameter.kind === 'list' ? list.parameter : undefined
        const literal =
          member.kind === 'parameter' && member.parameter.kind === 'literal'
            ? member.parameter
            : undefined
        // Literals of one encoding are one array, so that the text of the statement does not grow.
        if (literal !== undefined && (known === undefined || known.encoding === literal.encoding)) {
          literals.push(literal.literal)
          list = {
            kind: 'parameter',
            type: member.type,
            nullable: false,
            parameter: { kind: 'list', literals, encoding: literal.encoding },
          }
        } else others.push(member)
      }
    }
    return { kind: 'in', type: 'Edm.Boolean', nullable: false, left, list, others, withNull }
  }

  /** What `in` asks for one by one; undefined when the right side is no list. */
  #listItems(
    right: Expression,
  ): { readonly binder: ExpressionBinder; readonly items: readonly Expression[] } | undefined {
    if (right.kind === 'list') return { binder: this, items: right.items }
    // The value of an alias is an expression, and there one value in parentheses is no list yet.
    if (right.kind === 'literal' && this.#aliasDepth > 0) return { binder: this, items: [right] }
    if (right.kind !== 'alias') return undefined
    const value = this.#context.alias(right.name)
    return value === undefined ? undefined : this.#inAlias(right.position).#listItems(value)
  }

  #bindCall(expression: Extract<Expression, { kind: 'call' }>): BoundExpression {
    if (expression.name === 'isdefined') return this.#bindIsDefined(expression)
    if (expression.name === 'cast' || expression.name === 'isof')
      return bindTypeFunction(this.#context, expression, this.#root, (argument) =>
        this.bind(argument),
      )
    return bindCall(this.#context, expression, this)
  }

  #bindIsDefined({
    arguments: given,
    position,
  }: Extract<Expression, { kind: 'call' }>): BoundExpression {
    const [path, ...more] = given
    if (path?.kind !== 'path' || more.length > 0)
      throw new HapiError('ARGUMENT_MISMATCH', {
        name: 'isdefined',
        expected: { fr: '(chemin)', en: '(path)' },
        position,
      })
    return this.#paths.bindPresence(path.steps, path.position)
  }

  #bindCase(expression: Extract<Expression, { kind: 'case' }>): BoundExpression {
    const branches = expression.branches.map((branch) => ({
      when: this.bindCondition(branch.when),
      then: this.bind(branch.then),
    }))
    const typed = branches.map((branch) => branch.then).filter((value) => value.kind !== 'null')
    const first = typed[0]
    const type = typed.reduce<ValueType>((common, value) => {
      if (common === value.type) return common
      const wider = widerNumeric(common, value.type)
      if (wider === undefined) throw mismatch('case', common, value.type, expression.position)
      return wider
    }, first?.type ?? 'null')
    return { kind: 'case', type, nullable: true, branches }
  }
}

/** An expression that is always true (`eq`) or always false (`ne`). */
function compareNulls(operator: 'eq' | 'ne'): BoundExpression {
  return {
    kind: 'comparison',
    type: 'Edm.Boolean',
    nullable: false,
    operator,
    left: NULL,
    right: NULL,
  }
}

/** Of no operands: `or` is false, `and` is true. */
function combine(operator: 'and' | 'or', operands: readonly BoundExpression[]): BoundExpression {
  if (operands.length === 0) return compareNulls(operator === 'or' ? 'ne' : 'eq')
  return { kind: 'logical', type: 'Edm.Boolean', nullable: false, operator, operands }
}

/** The type for a message: an entity's name where a relation stands. */
function describe(expression: BoundExpression): string {
  return expression.kind === 'related' ? expression.source.row.name : expression.type
}
