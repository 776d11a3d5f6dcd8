/**
 * Binds expressions: paths to properties, literals to types, functions to signatures
 * (URL Conventions 4.01 §5.1.1). Leaves SQL to `odata/sql` and the values to `literal-encoding.ts`.
 */

import { HapiError } from '../../errors/hapi-error.ts'
import type { Expression, Position } from '../parse/syntax.ts'
import type { BindContext } from './bind-context.ts'
import { argumentMismatch, mismatch, unknownFunction } from './bind-error.ts'
import type {
  ArithmeticOperator,
  BoundExpression,
  ComparisonOperator,
  Source,
  ValueType,
} from './bound-tree.ts'
import { functionSignatures } from './function-signatures.ts'
import {
  coerceLiteral,
  comparable,
  fits,
  isNumeric,
  literalType,
  widerNumeric,
} from './literal-typing.ts'
import { MemberPathBinder, type Variables } from './member-path-binder.ts'
import type { ScopeBuilder } from './sources.ts'

/** Aliases may name aliases; a ring would never end. */
const ALIAS_DEPTH_MAX = 8

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
      (innerRoot, innerScope, innerVariables) =>
        new ExpressionBinder(context, innerRoot, innerScope, innerVariables, aliasDepth),
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
        return this.#inAlias(expression.position).bind(this.#context.alias(expression.name))
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
    if (literal.kind === 'null') return { kind: 'null', type: 'null', nullable: true }
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
    if (operator === 'has') throw new HapiError('NOT_IMPLEMENTED', { feature: 'has' })
    const left = this.bind(expression.left)
    const right = this.bind(expression.right)
    if (COMPARISONS.has(operator))
      return this.#compare(operator as ComparisonOperator, left, right, position)
    return this.#calculate(operator as ArithmeticOperator, left, right, position)
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
    const relatedWithValue =
      (left.kind === 'related' && right.kind !== 'null') ||
      (right.kind === 'related' && left.kind !== 'null')
    if (relatedWithValue) throw mismatch(operator, left.type, right.type, position)
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
    const type = arithmeticType(operator, left.type, right.type)
    if (type === undefined) throw mismatch(operator, left.type, right.type, position)
    if (type === 'null') return { kind: 'null', type, nullable: true }
    return { kind: 'arithmetic', type, nullable: true, operator, left, right }
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
    const left = this.bind(expression.left)
    const { binder, items } = this.#listItems(expression.right)
    const literals: number[] = []
    const others: BoundExpression[] = []
    let list: BoundExpression | undefined
    let withNull = false
    for (const item of items) {
      const bound = binder.bind(item)
      if (bound.kind === 'null') withNull = true
      else {
        const [, member] = this.#unify('in', left, bound, item.position)
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

  #listItems(right: Expression): {
    readonly binder: ExpressionBinder
    readonly items: readonly Expression[]
  } {
    if (right.kind === 'list') return { binder: this, items: right.items }
    // The value of an alias is an expression, and there one value in parentheses is no list yet.
    if (right.kind === 'literal' && this.#aliasDepth > 0) return { binder: this, items: [right] }
    if (right.kind === 'alias')
      return this.#inAlias(right.position).#listItems(this.#context.alias(right.name))
    throw mismatch('in', right.kind, 'Collection', right.position)
  }

  #bindCall(expression: Extract<Expression, { kind: 'call' }>): BoundExpression {
    const { name, position } = expression
    const signature = functionSignatures.get(name)
    if (signature === undefined) throw unknownFunction(name, position)
    const given = expression.arguments
    if (given.length < signature.required || given.length > signature.arguments.length)
      throw argumentMismatch(name, signature, position)
    const bound = given.map((argument) => this.bind(argument))
    // Every canonical function of null is null.
    if (bound.some((argument) => argument.kind === 'null'))
      return { kind: 'null', type: 'null', nullable: true }
    const values = bound.map((argument, index) => {
      const expected = signature.arguments[index]
      if (expected === undefined || !fits(argument, expected))
        throw argumentMismatch(name, signature, given[index]?.position ?? position)
      return argument
    })
    return {
      kind: 'call',
      type: signature.result === 'number' ? (values[0]?.type ?? 'Edm.Decimal') : signature.result,
      nullable: values.some((value) => value.nullable),
      name,
      arguments: this.#textPattern(name, values),
    }
  }

  /** The pattern of a text search is encoded whole, wildcards escaped, when it is a literal. */
  #textPattern(name: string, values: readonly BoundExpression[]): readonly BoundExpression[] {
    const [text, pattern] = values
    if (
      text === undefined ||
      pattern?.kind !== 'parameter' ||
      pattern.parameter.kind !== 'literal'
    ) {
      if (name === 'matchespattern')
        throw new HapiError('NOT_IMPLEMENTED', { feature: 'matchesPattern(…, expression)' })
      return values
    }
    const code = text.kind === 'property' && text.property.code
    const encodings = {
      contains: code ? 'codeContains' : 'contains',
      startswith: code ? 'codeStartswith' : 'startswith',
      endswith: code ? 'codeEndswith' : 'endswith',
      matchespattern: 'pattern',
    } as const
    if (!(name in encodings)) return values
    const encoding = encodings[name as keyof typeof encodings]
    return [text, { ...pattern, parameter: { ...pattern.parameter, encoding } }]
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

/** Result of an arithmetic operator, or undefined where it has no meaning (§5.1.1.2). */
function arithmeticType(
  operator: ArithmeticOperator,
  left: ValueType,
  right: ValueType,
): ValueType | undefined {
  if (left === 'null' || right === 'null') return 'null'
  const number = widerNumeric(left, right)
  if (number !== undefined)
    return operator === 'divby' && number !== 'Edm.Double' ? 'Edm.Decimal' : number
  if ((operator === 'add' || operator === 'sub') && right === 'Edm.Duration') {
    return left === 'Edm.Date' || left === 'Edm.DateTimeOffset' || left === 'Edm.Duration'
      ? left
      : undefined
  }
  if (operator === 'add' && left === 'Edm.Duration')
    return right === 'Edm.Date' || right === 'Edm.DateTimeOffset' ? right : undefined
  if (
    operator === 'sub' &&
    left === right &&
    (left === 'Edm.Date' || left === 'Edm.DateTimeOffset')
  )
    return 'Edm.Duration'
  if ((operator === 'mul' || operator === 'div') && left === 'Edm.Duration' && isNumeric(right))
    return 'Edm.Duration'
  return undefined
}
