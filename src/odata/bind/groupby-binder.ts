/** The transformation `groupby` (Data Aggregation 4.0 §3.2.3). */

import { HapiError } from '../../errors/hapi-error.ts'
import type { NavigationProperty } from '../../model/entity-type.ts'
import type { AggregateItem, AggregationPath, GroupingElement, Position } from '../parse/syntax.ts'
import { bindAggregates } from './aggregate-binder.ts'
import { followPath } from './aggregation-path.ts'
import { type AppliedRows, deriveRows, extendRows, hiddenColumn, inputOf } from './applied-rows.ts'
import type { BindContext } from './bind-context.ts'
import { mismatch } from './bind-error.ts'
import type { BoundExpression } from './bound-tree.ts'
import type { DerivedColumn } from './derived-rows.ts'
import { ExpressionBinder } from './expression-binder.ts'
import { fullName, type RowProperty, reduceRowType } from './row-type.ts'
import { valueOf } from './sources.ts'

/** A property to group by. */
interface Grouping {
  /** As it stands in the rows to come. */
  readonly property: RowProperty
  /** In the rows as they are. */
  readonly value: BoundExpression
  /** Says whether a row has the property at all, where some do not: null and nothing are two groups. */
  readonly present: BoundExpression | undefined
  /** The related entity itself is grouped by: its rows are to be had from it afterwards. */
  readonly navigation: NavigationProperty | undefined
}

/**
 * Groups with one row each.
 * @param sets places in `paths` of each level of a rollup; undefined without one
 */
export function bindGroups(
  context: BindContext,
  rows: AppliedRows,
  { paths, sets }: GroupingSets,
  aggregates: readonly AggregateItem[],
): AppliedRows {
  const groupings = paths.map(({ path, position }) => resolve(context, rows, path, position))
  const partition = rows.partition.map((property) => carried(context, rows, property))
  const present = groupings.map((grouping, index) => presence(context, grouping, index, sets))
  const groups = groupings.map(({ property, value }, index): DerivedColumn => {
    const known = present[index]
    return {
      property:
        known === undefined ? property : { ...property, nullable: true, present: known.property },
      value: { kind: 'expression', expression: value },
    }
  })
  const expressions = new ExpressionBinder(context, rows.scope.root, rows.scope)
  const aggregated = { scope: rows.scope, bind: expressions.bind.bind(expressions) }
  const values = bindAggregates(context, aggregated, aggregates, new Set())
  const visible = groups.filter((_, index) => groupings[index]?.navigation === undefined)
  const hidden = present.filter((column) => column !== undefined)
  const row = reduceRowType(
    rows.scope.root.row,
    [...visible, ...values].map(({ property }) => property),
    groupings.flatMap(({ navigation }) => navigation ?? []),
  )
  const first = partition.length
  return deriveRows(
    context,
    rows,
    row,
    {
      kind: 'grouped',
      input: inputOf(rows),
      columns: [...partition, ...groups, ...hidden, ...values],
      groupBy: [...partition, ...groups, ...hidden].flatMap(({ value }) => groupedValue(value)),
      sets: sets?.map((set) => [...partition.keys(), ...set.map((index) => index + first)]),
    },
    {
      order: [],
      ties: [...groups, ...hidden].map(({ property }) => property),
      partition: partition.map(({ property }) => property),
    },
  )
}

/** What is known of a group by its level is no part of what makes the group. */
function groupedValue(value: DerivedColumn['value']): readonly BoundExpression[] {
  return value.kind === 'expression' ? [value.expression] : []
}

function carried(
  context: BindContext,
  { scope }: AppliedRows,
  property: RowProperty,
): DerivedColumn {
  return {
    property: { ...property, column: context.numbers.column() },
    value: { kind: 'expression', expression: valueOf(scope.root, property) },
  }
}

/** Says whether a row belongs to a level that has the property, unless all have it. */
function presence(
  context: BindContext,
  { property: grouped, value, present, navigation }: Grouping,
  index: number,
  sets: GroupingSets['sets'],
): DerivedColumn | undefined {
  if (present !== undefined) {
    if (sets !== undefined) throw notImplemented(`rollup(…${fullName(grouped)}…)`)
    const column = hiddenColumn(context, 'Edm.Boolean', false)
    return { property: column, value: { kind: 'expression', expression: present } }
  }
  if (sets === undefined || sets.every((set) => set.includes(index))) return undefined
  if (navigation !== undefined) throw notImplemented(`rollup(…${navigation.name}…)`)
  const property = hiddenColumn(context, 'Edm.Boolean', false)
  return { property, value: { kind: 'grouped', expression: value } }
}

function notImplemented(feature: string): HapiError {
  return new HapiError('NOT_IMPLEMENTED', { feature }, { target: '$apply' })
}

function resolve(
  context: BindContext,
  { scope }: AppliedRows,
  path: AggregationPath,
  position: Position,
): Grouping {
  const { navigations, property, objects } = followPath(context, scope.root.row, path, position)
  const many = navigations.find(({ navigation }) => navigation.cardinality === 'many')
  if (many !== undefined)
    throw mismatch(
      'groupby',
      `Collection(${many.navigation.target})`,
      'Edm.PrimitiveType',
      position,
    )
  if (property === undefined) {
    const navigation = navigations[0]?.navigation
    if (navigations.length !== 1 || navigation === undefined)
      throw notImplemented(`groupby((${path.join('/')}))`)
    const key = keyColumn(navigation)
    return { property: key, value: valueOf(scope.root, key), present: undefined, navigation }
  }
  const value = new ExpressionBinder(context, scope.root, scope).bind({
    kind: 'path',
    steps: path.map((name) => ({ kind: 'name', name, position })),
    position,
  })
  return {
    property: groupProperty(context, property, objects, value),
    value,
    present: property.present === undefined ? undefined : valueOf(scope.root, property.present),
    navigation: undefined,
  }
}

/** Under the name that the table has for it, so that the relation can be followed from the groups too. */
function keyColumn({ from }: NavigationProperty): RowProperty {
  return {
    name: from,
    type: 'Edm.Int32',
    nullable: true,
    code: false,
    padding: undefined,
    enumeration: undefined,
    collection: undefined,
  }
}

function groupProperty(
  context: BindContext,
  { name, type, code, padding, enumeration, collection, dynamic }: RowProperty,
  objects: readonly string[],
  { nullable }: BoundExpression,
): RowProperty {
  return {
    name,
    type,
    nullable,
    code,
    padding,
    enumeration,
    collection,
    column: context.numbers.column(),
    ...(objects.length === 0 ? {} : { path: objects }),
    ...(dynamic === undefined ? {} : { dynamic }),
  }
}

/** Groups within which a sequence of transformations works, and whose properties its rows get. */
export function bindPartitions(
  context: BindContext,
  rows: AppliedRows,
  paths: readonly PathElement[],
  bindSequence: (rows: AppliedRows) => AppliedRows,
): AppliedRows {
  const groupings = paths.map(({ path, position }) => resolve(context, rows, path, position))
  const related = groupings.find(({ navigation }) => navigation !== undefined)?.navigation
  if (related !== undefined) throw notImplemented(`groupby((${related.name}),…)`)
  const partial = groupings.find(({ present }) => present !== undefined)
  if (partial !== undefined) throw notImplemented(`groupby((${fullName(partial.property)}),…)`)
  const columns = groupings.map(
    ({ property, value }): DerivedColumn => ({
      property: hiddenCopy(property),
      value: { kind: 'expression', expression: value },
    }),
  )
  const extended = extendRows(context, rows, columns)
  const outer = rows.partition.length
  const applied = bindSequence({
    ...extended,
    partition: [...rows.partition, ...columns.map(({ property }) => property)],
  })
  const inner = applied.partition.slice(outer)
  const partition = applied.partition.slice(0, outer)
  const order = applied.order.length === 0 ? [] : [...inner, ...applied.order]
  const { root } = applied.scope
  const shown = groupings.map(({ property }, index) => shownAs(property, inner[index]))
  if (root.row.reduced === undefined) {
    const nested = shown.find(({ path }) => path !== undefined)
    if (nested !== undefined) throw notImplemented(`groupby((${fullName(nested)}),…)`)
    return { ...applied, partition, order }
  }
  const names = new Set(shown.map((property) => fullName(property)))
  const others = root.row.properties.filter((property) => !names.has(fullName(property)))
  root.row = reduceRowType(root.row, [...shown, ...others], root.row.navigation)
  return { ...applied, partition, order, ties: [...inner, ...applied.ties] }
}

/** Without what makes it a property of the answer. */
function hiddenCopy(property: RowProperty): RowProperty {
  const { path: _path, dynamic: _dynamic, present: _present, ...hidden } = property
  return hidden
}

function shownAs(property: RowProperty, column: RowProperty | undefined): RowProperty {
  return column?.column === undefined ? property : { ...property, column: column.column }
}

type PathElement = Extract<GroupingElement, { kind: 'path' }>

export interface GroupingSets {
  /** Without repetitions. */
  readonly paths: readonly PathElement[]
  readonly sets: readonly (readonly number[])[] | undefined
}

/** Levels of all rollups of a request, in all their combinations: each is computed by itself. */
const SETS_MAX = 64

/**
 * `rollup(a,b)` groups by both and again by the first alone; several rollups by each level of one
 * with each level of the others (§3.2.3.2).
 */
export function groupingSets(elements: readonly GroupingElement[]): GroupingSets {
  const paths: PathElement[] = []
  const places = (levels: readonly AggregationPath[], position: Position): readonly number[] =>
    levels.map((path) => placeOf(paths, path, position))
  let sets: readonly (readonly number[])[] = [[]]
  for (const element of elements) {
    const found =
      element.kind === 'path'
        ? [places([element.path], element.position)]
        : prefixes(places(element.levels, element.position), element.all)
    sets = sets.flatMap((set) => found.map((more) => [...new Set([...set, ...more])]))
    if (sets.length > SETS_MAX)
      throw new HapiError(
        'LIMIT_EXCEEDED',
        { limit: SETS_MAX, what: '$apply (rollup)' },
        { target: '$apply' },
      )
  }
  const rolled = elements.some((element) => element.kind === 'rollup')
  return { paths, sets: rolled ? sets : undefined }
}

function placeOf(paths: PathElement[], path: AggregationPath, position: Position): number {
  const name = path.join('/').toLowerCase()
  const known = paths.findIndex((candidate) => candidate.path.join('/').toLowerCase() === name)
  return known >= 0 ? known : paths.push({ kind: 'path', path, position }) - 1
}

/** From all levels down to the first, or to none of them. */
function prefixes(levels: readonly number[], all: boolean): readonly (readonly number[])[] {
  const least = all ? 0 : 1
  return Array.from({ length: levels.length + 1 - least }, (_, index) =>
    levels.slice(0, levels.length - index),
  )
}
