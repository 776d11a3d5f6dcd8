/** Plans what a delta link gives: the rows of its query that have changed, whatever their order and number were. */

import { hasTable } from '../../model/naming.ts'
import type {
  BoundExpand,
  BoundExpression,
  BoundRequest,
  ParameterSource,
  Source,
} from '../bind/bound-tree.ts'
import type { RowProperty } from '../bind/row-type.ts'
import { planRequest } from './plan-request.ts'
import type { PlanOptions, QueryPlan } from './query-plan.ts'

const ROW_LIMIT: ParameterSource = { kind: 'rowLimit' }

export function planDelta(bound: BoundRequest, options: PlanOptions): QueryPlan {
  const query = { ...bound.query, orderBy: [], top: undefined, skip: undefined, count: false }
  const plan = planRequest({ ...bound, query }, { ...options, top: undefined })
  return {
    ...plan,
    pageColumns: undefined,
    rows: { ...plan.rows, orderBy: [], limit: ROW_LIMIT, offset: undefined, pageStart: undefined },
  }
}

/**
 * Whether the change log tells all changes of an answer: entities of one table, of which the row alone decides whether
 * and how they are shown. What related rows or the clock decide would change without a change of the row.
 */
export function isTrackable(
  { shape, query, functionCall }: BoundRequest,
  version: '4.0' | '4.01',
): boolean {
  const { root } = query
  return (
    shape === 'collection' &&
    functionCall === undefined &&
    root.from.kind === 'table' &&
    root.row.entityType !== undefined &&
    hasTable(root.row.entityType) &&
    !query.references &&
    // A delta of 4.0 has no expanded relation in it (JSON Format 4.01 §15.4.2).
    (query.expands.length === 0 || version === '4.01') &&
    query.expands.every(isOfColumn) &&
    query.conditions.every((condition) => isOfRow(condition, root)) &&
    query.properties.every((property) => property.dynamic === undefined)
  )
}

/** A relation that is a column of the row changes with it; the related row is then asked of the log as well. */
function isOfColumn({ navigation, countOnly, query }: BoundExpand): boolean {
  return (
    navigation.cardinality !== 'many' &&
    navigation.to === query.root.row.key?.name &&
    !countOnly &&
    query.expands.every(isOfColumn) &&
    query.properties.every((property) => property.dynamic === undefined)
  )
}

/**
 * Whether a part of an expression looks at nothing but the row. Every kind of expression is made of sources, properties,
 * parameters and other expressions, so that a new kind is looked through as well.
 */
function isOfRow(part: unknown, root: Source): boolean {
  if (typeof part !== 'object' || part === null || part === root) return true
  if (isSource(part)) return part.from.kind === 'members' && isOfRow(part.from.source, root)
  if (isAnchored(part)) return isPickedByKey(part)
  if (isProperty(part)) return isOfRow(part.expression, root)
  const isClock = ('kind' in part && part.kind === 'now') || ('name' in part && part.name === 'now')
  return !isClock && Object.values(part).every((member) => isOfRow(member, root))
}

type Anchored = Extract<BoundExpression, { kind: 'anchored' }>

function isAnchored(part: object): part is Anchored {
  return 'kind' in part && part.kind === 'anchored'
}

/** The key of an entity that the path picks by it, as in `Buildings(1)/Units`, does not change. */
function isPickedByKey({ anchor: { source, conditions, via }, property }: Anchored): boolean {
  const { key } = source.row
  return (
    property === key &&
    via === undefined &&
    conditions.length > 0 &&
    conditions.every(
      (condition) =>
        condition.kind === 'comparison' &&
        condition.left.kind === 'property' &&
        condition.left.property === key &&
        condition.right.kind === 'parameter',
    )
  )
}

/** Nothing else in a bound tree has both members. */
function isSource(part: object): part is Source {
  return 'row' in part && 'from' in part
}

/** Nothing else in a bound tree has this member. */
function isProperty(part: object): part is RowProperty {
  return 'padding' in part
}
