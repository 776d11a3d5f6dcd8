/** Plans a bound request: paging, ordering with the key as tie-breaker, expand levels. */

import type { NavigationProperty } from '../../model/entity-type.ts'
import { tellsOfPersons } from '../../model/personal-information.ts'
import type {
  BoundExpand,
  BoundExpression,
  BoundOrderBy,
  BoundQuery,
  BoundRequest,
  ParameterSource,
  Source,
} from '../bind/bound-tree.ts'
import type { RowProperty } from '../bind/row-type.ts'
import {
  collectionOperations,
  headMembers,
  navigationMembers,
  operationMembers,
  referenceMembers,
  typeNameOf,
} from './control-information.ts'
import { nestMembers, type PropertyMember } from './nest-members.ts'
import {
  formats,
  type ObjectMember,
  type ObjectPlan,
  type Paging,
  type PlanColumn,
  type PlanOptions,
  type QueryPlan,
  type RelatedPlan,
  type RowsPlan,
  type ValueFormat,
  type Witness,
} from './query-plan.ts'
import { afterRow, rowOrdering } from './row-ordering.ts'

/**
 * Order of rows that have no `Id` of an entity: units for rent come by code, intervals of availability one
 * after the other.
 */
const COMPLEX_ORDER: readonly string[] = [
  'CompanyNo',
  'DivisionNo',
  'BuildingCode',
  'UnitCode',
  'StartDate',
]

const ROW_LIMIT: ParameterSource = { kind: 'rowLimit' }
const RELATED_LIMIT: ParameterSource = { kind: 'relatedLimit' }
const POSITION: ParameterSource = { kind: 'pageStart', index: 0 }

export function planRequest(bound: BoundRequest, options: PlanOptions): QueryPlan {
  const { paging, top } = options
  const { query } = bound
  const builder = new RowsBuilder(
    {
      control: bound.property === undefined ? options.control : NO_CONTROL,
      ownFirst: options.ownFirst,
      paged: paging.paged,
    },
    paging.nested ?? [],
  )
  const properties = bound.property === undefined ? query.properties : [bound.property]
  const counted = bound.property && bound.countsMembers && query.members.get(bound.property)
  const object =
    counted === undefined || counted === false
      ? builder.object(query, properties, bound.property === undefined ? undefined : 'value')
      : builder.memberCount(counted)
  const { key } = query.root.row
  const keyColumn =
    bound.shape === 'property' && key !== undefined
      ? builder.column(propertyOf(query.root, key))
      : undefined
  const orderBy = bound.shape === 'collection' ? completeOrder(query) : []
  const ordering = rowOrdering(query.root, orderBy)
  const pageColumns = paging.paged
    ? ordering?.map(({ expression }) => builder.placeColumn(expression))
    : undefined
  const { modified } = query.root.row
  const modifiedColumn =
    bound.shape === 'entity' && modified !== undefined && !query.references
      ? builder.column(propertyOf(query.root, modified))
      : undefined
  const rows: RowsPlan = {
    root: query.root,
    scope: query.scope,
    conditions: query.conditions,
    pageStart:
      typeof paging.continued === 'object' && ordering !== undefined
        ? afterRow(ordering, paging.continued.nulls)
        : undefined,
    via: bound.via,
    // What is transformed comes from the function already.
    boundTo: query.root.from.kind === 'derived' ? undefined : bound.functionCall?.boundTo,
    orderBy,
    limit: rowLimit(bound, paging, top),
    offset:
      paging.continued === 'no'
        ? query.skip
        : paging.continued === 'atPosition'
          ? POSITION
          : undefined,
    columns: builder.columns,
    object,
    witnesses: builder.witnesses,
    related: builder.related,
  }
  return {
    shape: bound.shape,
    rows,
    counted: bound.shape === 'count' || query.count,
    pageColumns,
    modifiedColumn,
    keyColumn,
    operations:
      bound.shape === 'collection' && bound.via === undefined && query.selected === undefined
        ? collectionOperations(query.root.row, options.control)
        : [],
  }
}

function rowLimit(bound: BoundRequest, paging: Paging, top: number | undefined): RowsPlan['limit'] {
  if (bound.shape !== 'collection') return undefined
  if (paging.paged) return ROW_LIMIT
  return top === undefined ? bound.query.top : { kind: 'rows', rows: top }
}

interface RowsOptions extends Pick<PlanOptions, 'control' | 'ownFirst'> {
  readonly paged: boolean
}

const NO_CONTROL = { amount: 'none' } as const

/** Collects the columns of one statement while its object is described. */
class RowsBuilder {
  readonly columns: PlanColumn[] = []
  readonly related: RelatedPlan[] = []
  readonly witnesses: Witness[] = []
  readonly #known = new Map<Source, Map<RowProperty, number>>()
  readonly #options: RowsOptions
  /** Where the builder stands: names of navigation properties from the rows of the request. */
  #path: readonly string[]

  constructor(options: RowsOptions, path: readonly string[]) {
    this.#options = options
    this.#path = path
  }

  /**
   * Expanded properties come first (contract B6), then the others in the order of the answer.
   * @param memberName replaces the name of the one property of an answer that is a value
   */
  object(query: BoundQuery, properties: readonly RowProperty[], memberName?: string): ObjectPlan {
    const { control, ownFirst } = this.#options
    const { root } = query
    const { key, navigation } = root.row
    const column = (property: RowProperty): number => this.#property(root, property)
    if (query.references) return { members: referenceMembers(root.row, column) }
    if (root.from.kind === 'crossjoin') return this.#product(query)
    const head = headMembers(
      root.row,
      control,
      key !== undefined && properties.includes(key),
      column,
    )
    const tag = this.#tag(root)
    const expanded = query.expands.flatMap((expand) => [
      ...navigationMembers(root.row, expand.navigation, control, column),
      ...this.#expandMembers(root, expand),
    ])
    const counts = new Map<ObjectMember, ObjectMember>()
    const placed = properties.map((property) => {
      const name = memberName ?? property.name
      const members = query.members.get(property)
      const member = this.#member(root, property, name, members)
      if (members?.count === true) {
        const counted = memberName === undefined ? name : ''
        counts.set(member, { kind: 'count', name: counted, column: this.#count(members) })
      }
      return { path: property.path ?? [], member }
    })
    const own = nestMembers(placed).flatMap((member) => {
      const count = counts.get(member)
      return count === undefined ? [member] : [count, member]
    })
    const links = navigation
      .filter((item) => isLinked(item, query))
      .flatMap((item) => navigationMembers(root.row, item, control, column))
    const operations =
      query.selected === undefined ? operationMembers(root.row, control, column) : []
    this.#witness(root)
    return {
      members: [
        ...head.before,
        ...tag,
        ...head.after,
        ...(ownFirst ? [...own, ...expanded] : [...expanded, ...own]),
        ...links,
        ...operations,
      ],
    }
  }

  #member(
    source: Source,
    property: RowProperty,
    name: string,
    members: BoundQuery | undefined,
  ): PropertyMember {
    const { present } = property
    return {
      kind: 'property',
      name,
      column: members === undefined ? this.#property(source, property) : this.#members(members),
      format: formatOf(property),
      padding: property.padding,
      typeName: typeNameOf(property, this.#options.control),
      presentIn: present === undefined ? undefined : [this.#property(source, present)],
    }
  }

  /** After the columns of the answer, unless it shows the Id anyhow. */
  #witness(source: Source): void {
    const { entityType, key } = source.row
    if (entityType === undefined || key === undefined || !tellsOfPersons(entityType)) return
    this.witnesses.push({ entity: entityType.name, column: this.#property(source, key) })
  }

  #tag(source: Source): readonly ObjectMember[] {
    const { modified } = source.row
    if (this.#options.control.amount === 'none' || modified === undefined) return []
    return [{ kind: 'etag', column: this.#property(source, modified) }]
  }

  column(expression: BoundExpression): number {
    if (expression.kind === 'property')
      return this.#property(expression.source, expression.property)
    return this.columns.push({ kind: 'expression', expression }) - 1
  }

  /** A value that a later statement compares with: durations have a form of their own in answers. */
  placeColumn(expression: BoundExpression): number {
    return expression.type === 'Edm.Duration'
      ? this.columns.push({ kind: 'expression', expression, raw: true }) - 1
      : this.column(expression)
  }

  #property(source: Source, property: RowProperty): number {
    const known = this.#known.get(source) ?? new Map<RowProperty, number>()
    this.#known.set(source, known)
    const index =
      known.get(property) ??
      this.columns.push({ kind: 'expression', expression: propertyOf(source, property) }) - 1
    known.set(property, index)
    return index
  }

  #expandMembers(parent: Source, expand: BoundExpand): readonly ObjectMember[] {
    const outer = this.#path
    this.#path = [...outer, expand.navigation.name]
    const members = this.#membersOf(parent, expand)
    this.#path = outer
    return members
  }

  #membersOf(parent: Source, expand: BoundExpand): readonly ObjectMember[] {
    const { navigation, query } = expand
    if (navigation.cardinality !== 'many') {
      const object = this.object(query, query.properties)
      return [{ kind: 'one', name: navigation.name, keyColumn: this.#key(query.root), object }]
    }
    const counted = expand.countOnly || query.count
    const count: ObjectMember[] = counted
      ? [
          {
            kind: 'count',
            name: navigation.name,
            column: this.#count(query),
          },
        ]
      : []
    if (expand.countOnly) return count
    const related = this.related.push(relatedRows(query, this.#options, this.#path)) - 1
    return [
      ...count,
      { kind: 'many', name: navigation.name, keyColumn: this.#key(parent), related },
    ]
  }

  /** Of each side the entity, or where to read it (URL Conventions 4.01 §4.15). */
  #product(query: BoundQuery): ObjectPlan {
    const { root, scope, expands } = query
    const sides = scope.joins.filter(({ from }) => from.kind === 'join' && from.source === root)
    const links = sides.flatMap((source): readonly ObjectMember[] => {
      const { entityType } = source.row
      if (source.from.kind !== 'join' || entityType === undefined) return []
      if (!isLinked(source.from.navigation, query)) return []
      const { set } = entityType
      const keyColumn = this.#key(source)
      return [{ kind: 'link', of: set, annotation: 'navigationLink', set, keyColumn, path: '' }]
    })
    return {
      members: [...links, ...expands.flatMap((expand) => this.#expandMembers(root, expand))],
    }
  }

  #members(query: BoundQuery): number {
    return this.columns.push({ kind: 'members', query }) - 1
  }

  /** Whatever paging leaves of them. */
  #count({ scope, conditions }: BoundQuery): number {
    return this.columns.push({ kind: 'relatedCount', scope, conditions }) - 1
  }

  /** The number of members of a collection, as the only value of an answer. */
  memberCount(query: BoundQuery): ObjectPlan {
    const column = this.#count(query)
    return { members: [{ kind: 'property', name: 'value', column, format: 'number' }] }
  }

  #key(source: Source): number {
    if (source.row.key === undefined)
      throw new Error(`${source.row.name} has no key to relate rows by`)
    return this.#property(source, source.row.key)
  }
}

/** A navigation property that is not expanded is a link, unless `$select` leaves it out. */
function isLinked(navigation: NavigationProperty, { expands, selected }: BoundQuery): boolean {
  if (expands.some((expand) => expand.navigation === navigation)) return false
  const name = navigation.name.toLowerCase()
  return selected === undefined || selected.some((item) => item.toLowerCase() === name)
}

function formatOf({ collection, dynamic, type }: RowProperty): ValueFormat {
  if (collection !== undefined) return 'json'
  return dynamic !== undefined && type === 'Edm.Decimal' ? 'computedDecimal' : formats[type]
}

function relatedRows(
  query: BoundQuery,
  options: RowsOptions,
  path: readonly string[],
): RelatedPlan {
  const builder = new RowsBuilder(options, path)
  const object = builder.object(query, query.properties)
  const orderBy = completeOrder(query)
  const pageColumns = options.paged
    ? rowOrdering(query.root, orderBy)?.map(({ expression }) => builder.placeColumn(expression))
    : undefined
  const rows: RowsPlan = {
    root: query.root,
    scope: query.scope,
    conditions: query.conditions,
    pageStart: undefined,
    via: undefined,
    boundTo: undefined,
    orderBy,
    limit: pageColumns === undefined ? query.top : relatedLimit(query.top),
    offset: query.skip,
    columns: builder.columns,
    object,
    witnesses: builder.witnesses,
    related: builder.related,
  }
  return { rows, path, pageColumns }
}

function relatedLimit(top: ParameterSource | undefined): RowsPlan['limit'] {
  return top === undefined ? RELATED_LIMIT : { kind: 'least', limits: [top, RELATED_LIMIT] }
}

/** The order asked, or the default one, with the key last so that equal rows have one order (contract B4). */
function completeOrder(query: BoundQuery): readonly BoundOrderBy[] {
  const { row } = query.root
  const { key } = row
  const asked =
    row.entityType !== undefined || (query.orderBy.length > 0 && key !== undefined)
      ? query.orderBy
      : // Rows without a key have their default order to break ties.
        [...query.orderBy, ...defaultComplexOrder(query.root)]
  if (key === undefined || asked.some(({ expression }) => isProperty(expression, query.root, key)))
    return asked
  return [...asked, { expression: propertyOf(query.root, key), direction: 'asc' }]
}

function defaultComplexOrder(root: Source): readonly BoundOrderBy[] {
  return COMPLEX_ORDER.flatMap((name): readonly BoundOrderBy[] => {
    const property = root.row.findProperty(name)
    return property === undefined
      ? []
      : [{ expression: propertyOf(root, property), direction: 'asc' }]
  })
}

function isProperty(expression: BoundExpression, source: Source, property: RowProperty): boolean {
  return (
    expression.kind === 'property' &&
    expression.source === source &&
    expression.property === property
  )
}

function propertyOf(source: Source, property: RowProperty): BoundExpression {
  return { kind: 'property', type: property.type, nullable: property.nullable, source, property }
}
