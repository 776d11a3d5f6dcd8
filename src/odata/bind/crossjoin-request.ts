/** A whole request for `$crossjoin(…)`. */

import { HapiError } from '../../errors/hapi-error.ts'
import type { PathSegment, QueryOptions } from '../parse/syntax.ts'
import { refuseInapplicable, withoutPaging } from './applicable-options.ts'
import type { BindContext } from './bind-context.ts'
import type { BoundRequest } from './bound-tree.ts'
import { crossJoin, orderOfSides } from './crossjoin-binder.ts'
import { ExpressionBinder } from './expression-binder.ts'
import { type SystemSegment, takeFilters } from './path-steps.ts'
import type { QueryBinder } from './query-binder.ts'

/** Rows of several sets beside each other (URL Conventions 4.01 §4.15). */
export function bindCrossJoinRequest(
  context: BindContext,
  queries: QueryBinder,
  segment: SystemSegment,
  rest: readonly PathSegment[],
  options: QueryOptions,
): BoundRequest {
  const scope = crossJoin(context, segment.arguments)
  const order = orderOfSides(scope)
  const filters = takeFilters(rest)
  const [next, ...more] = rest.slice(filters.length)
  const counts = next?.kind === 'system' && next.name === '$count'
  if (next !== undefined && (!counts || more.length > 0))
    throw new HapiError('UNKNOWN_SEGMENT', {
      segment: 'name' in next ? next.name : '',
      type: '$crossjoin',
      nearest: ' → $count',
    })
  if (options.apply !== undefined)
    throw new HapiError('NOT_IMPLEMENTED', { feature: '$crossjoin(…)?$apply=…' })
  refuseInapplicable(counts ? 'count' : 'crossjoin', options)
  const expressions = new ExpressionBinder(context, scope.root, scope)
  const query = queries.bind(
    scope.root,
    scope,
    counts ? withoutPaging(options) : options,
    filters.map((predicate) => expressions.bindCondition(predicate)),
  )
  return {
    shape: counts ? 'count' : 'collection',
    setName: undefined,
    query: { ...query, orderBy: [...query.orderBy, ...order] },
    via: undefined,
    keyLiterals: [],
    property: undefined,
    functionCall: undefined,
  }
}
