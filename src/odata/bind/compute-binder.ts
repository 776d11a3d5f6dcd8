/** `$compute`: properties that the request adds to each row (Protocol 4.01 §11.2.5.3). */

import { HapiError } from '../../errors/hapi-error.ts'
import type { ComputeItem } from '../parse/syntax.ts'
import type { BindContext } from './bind-context.ts'
import { mismatch } from './bind-error.ts'
import type { BoundExpression, Source } from './bound-tree.ts'
import { ExpressionBinder } from './expression-binder.ts'
import { checkAlias } from './new-name.ts'
import { extendRowType, type RowProperty } from './row-type.ts'
import type { ScopeBuilder } from './sources.ts'

/**
 * Adds the properties to the rows of `root`, where other options then find them. One does not see
 * another of the same `$compute` (the standard leaves that open): each is written out wherever it is
 * used, and chains of them would grow without measure.
 * @throws {HapiError} NAME_IN_USE, and whatever is wrong with an expression
 */
export function bindCompute(
  context: BindContext,
  root: Source,
  scope: ScopeBuilder,
  items: readonly ComputeItem[],
): void {
  if (items.length === 0) return
  const expressions = new ExpressionBinder(context, root, scope)
  const names = new Set<string>()
  const added = items.map((item) => {
    checkAlias(item.name, root.row, names, '$compute')
    return computedProperty(item, expressions.bind(item.expression))
  })
  root.row = extendRowType(root.row, added)
}

/** A property that is written out wherever it is used. */
export function computedProperty(
  { name, position }: ComputeItem,
  expression: BoundExpression,
): RowProperty {
  if (expression.kind === 'related')
    throw mismatch('$compute', expression.source.row.name, 'Edm.PrimitiveType', position)
  if (expression.type === 'Edm.Binary')
    throw new HapiError('NOT_IMPLEMENTED', { feature: 'Edm.Binary' }, { target: '$compute' })
  const original = expression.kind === 'property' ? expression.property : undefined
  return {
    name,
    type: expression.type,
    nullable: expression.nullable,
    code: original?.code ?? false,
    padding: original?.padding,
    enumeration: original?.enumeration,
    collection: undefined,
    expression,
    dynamic: true,
  }
}
