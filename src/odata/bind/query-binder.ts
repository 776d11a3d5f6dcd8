/** Binds `$compute`, `$select`, `$expand`, `$filter`, `$orderby`, `$search`, paging and count of one level (URL Conventions 4.01 §5.1). */

import { HapiError } from '../../errors/hapi-error.ts'
import type { NavigationProperty } from '../../model/entity-type.ts'
import type { ExpandItem, QueryOptions } from '../parse/syntax.ts'
import { anchorOfPath } from './anchors.ts'
import { optionsAfterApply, optionsWithThese, orderAfterApply } from './applied-query.ts'
import { startRows } from './applied-rows.ts'
import { bindApply } from './apply-binder.ts'
import type { BindContext, ItPlace } from './bind-context.ts'
import { mismatch, unknownProperty } from './bind-error.ts'
import type {
  AnchoredSource,
  BoundExpand,
  BoundExpression,
  BoundOrderBy,
  BoundQuery,
  Source,
} from './bound-tree.ts'
import { bindCompute } from './compute-binder.ts'
import { ExpressionBinder } from './expression-binder.ts'
import { membersOf } from './member-path-binder.ts'
import { entityRowType, isTypeOf, type RowProperty, type RowType } from './row-type.ts'
import { bindSearch } from './search-binder.ts'
import { bindSelect, pathThroughRelation, withoutCast } from './select-binder.ts'
import { selectInExpands } from './selected-expands.ts'
import { ScopeBuilder } from './sources.ts'

/** Levels and nodes of an expand once `$levels` is unrolled; the parser bounds the text alone. */
export interface ExpandLimits {
  readonly depthMax: number
  readonly nodesMax: number
}

/** Where a query stands: what it knows of those around it, how deep, and whether only the identities of its rows are asked. */
interface QueryPlace {
  readonly context: BindContext
  readonly depth: number
  readonly references: boolean
}

const NO_MEMBERS: BoundQuery['members'] = new Map()

export class QueryBinder {
  readonly #context: BindContext
  readonly #limits: ExpandLimits
  #nodes = 0

  constructor(context: BindContext, limits: ExpandLimits) {
    this.#context = context
    this.#limits = limits
  }

  /**
   * @param conditions those that the resource path sets already
   * @param boundTo the entity whose function gives the rows, for what `$apply` reads
   */
  bind(
    root: Source,
    scope: ScopeBuilder,
    options: QueryOptions,
    conditions: readonly BoundExpression[] = [],
    place: QueryPlace = { context: this.#context, depth: 0, references: false },
    boundTo?: AnchoredSource,
  ): BoundQuery {
    if (options.apply === undefined) return this.#bind(root, scope, options, conditions, place)
    const start = startRows(scope, conditions, boundTo)
    const rows = bindApply(place.context, start, options.apply)
    const applied = rows.scope.root
    const others = optionsAfterApply(applied.row, options)
    const query = this.#bind(applied, rows.scope, others, rows.conditions, place)
    return { ...query, orderBy: orderAfterApply(rows, query) }
  }

  #bind(
    root: Source,
    scope: ScopeBuilder,
    given: QueryOptions,
    conditions: readonly BoundExpression[],
    place: QueryPlace,
  ): BoundQuery {
    const { context } = place
    const options = selectInExpands(root.row, given)
    refuseUnoffered(options)
    bindCompute(context, root, scope, options.compute ?? [])
    const expressions = new ExpressionBinder(context, root, scope)
    const expands = this.#bindExpands(root, scope, options.expand ?? [], place)
    const selection = options.select && bindSelect(root.row, options.select)
    return {
      root,
      scope,
      conditions: [
        ...conditions,
        ...(options.filter === undefined ? [] : [expressions.bindCondition(options.filter)]),
        ...(options.search === undefined ? [] : [bindSearch(context, options.search, root)]),
      ],
      orderBy: (options.orderby ?? []).map(
        (item): BoundOrderBy => ({
          expression: orderable(expressions.bind(item.expression), item.position),
          direction: item.direction,
        }),
      ),
      properties: selection?.properties ?? defaultProperties(root.row, expands.length > 0),
      selected: selection?.names,
      members: this.#bindMembers(root, scope, selection?.members, place),
      expands,
      top:
        options.top === undefined
          ? undefined
          : { kind: 'literal', literal: options.top, encoding: 'integer' },
      skip:
        options.skip === undefined
          ? undefined
          : { kind: 'literal', literal: options.skip, encoding: 'integer' },
      count: options.count === true,
      references: place.references,
    }
  }

  /** Queries over collections that the rows hold (4.01 §5.1.4); `$it` is still the row of the resource. */
  #bindMembers(
    root: Source,
    scope: ScopeBuilder,
    asked: ReadonlyMap<RowProperty, QueryOptions> | undefined,
    { context: outer, depth }: QueryPlace,
  ): BoundQuery['members'] {
    if (asked === undefined || asked.size === 0) return NO_MEMBERS
    const it = (): ItPlace =>
      outer.isNested ? outer.it() : { kind: 'source', source: root, scope }
    return new Map(
      [...asked].map(([property, options]) => {
        if (options.apply !== undefined)
          throw new HapiError(
            'NOT_IMPLEMENTED',
            { feature: `$select=${property.name}($apply=…)` },
            { target: '$select' },
          )
        const context = outer.nested({ aliases: options.aliases, it })
        const members = membersOf(context, root, property, 'ordered')
        const place = { context, depth, references: false }
        return [property, this.bind(members.root, members, options, [], place)]
      }),
    )
  }

  #bindExpands(
    root: Source,
    scope: ScopeBuilder,
    items: readonly ExpandItem[],
    place: QueryPlace,
  ): readonly BoundExpand[] {
    const targets = items.map((item) => ({
      item,
      named: findExpanded(this.#context, root.row, item),
    }))
    const seen = new Set<NavigationProperty>()
    for (const { named } of targets) {
      if (named === undefined) continue
      if (seen.has(named))
        throw new HapiError(
          'DUPLICATE_OPTION',
          { option: `$expand=${named.name}` },
          { target: '$expand' },
        )
      seen.add(named)
    }
    // What is named takes precedence over the star (URL Conventions 4.01 §5.1.3).
    return targets.flatMap(({ item, named }) => {
      const navigations =
        named === undefined
          ? root.row.navigation.filter(
              (navigation) => !seen.has(navigation) && this.#isReadable(navigation),
            )
          : [named]
      for (const navigation of navigations) seen.add(navigation)
      return navigations.map((navigation) => this.#bindExpand(root, scope, navigation, item, place))
    })
  }

  /** `*` means all that the caller may see; a name that he may not see is refused instead. */
  #isReadable(navigation: NavigationProperty): boolean {
    const type = this.#context.model.getType(navigation.target)
    return this.#context.access.hasModule(type.module) && this.#context.access.canRead(type.set)
  }

  #bindExpand(
    root: Source,
    scope: ScopeBuilder,
    navigation: NavigationProperty,
    item: ExpandItem,
    { context: outer, depth: outerDepth }: QueryPlace,
  ): BoundExpand {
    const depth = outerDepth + 1
    this.#countNode(depth)
    const options = item.options ?? {}
    const { aliases } = options
    const references = item.suffix === '$ref'
    const target = this.#context.readable(this.#context.model.getType(navigation.target))
    const nested = this.#withNextLevel(navigation, target, item, depth)
    const isFirst = nested.expand?.at(-1)?.repeated === true
    const facts = {
      navigation,
      countOnly: item.suffix === '$count',
      level: item.repeated === true ? 'repeated' : isFirst ? 'first' : 'only',
    } as const
    if (navigation.cardinality !== 'many') {
      refuseOnOne(navigation, options, facts.countOnly)
      const joined = scope.join(root, navigation, target)
      const it = (): ItPlace =>
        outer.isNested ? outer.it() : { kind: 'source', source: root, scope }
      const context = outer.nested({ aliases, it })
      return {
        ...facts,
        query: this.bind(joined, scope, nested, [], { context, depth, references }),
      }
    }
    const related = new ScopeBuilder(this.#context.numbers, target, {
      kind: 'related',
      source: root,
      navigation,
    })
    const it = (): ItPlace | undefined => {
      const anchor = anchorOfPath(outer, related.root)
      return anchor && { kind: 'anchor', anchor }
    }
    const context = outer.nested({ aliases, it })
    return {
      ...facts,
      query: this.bind(related.root, related, optionsWithThese(context.request.shape, nested), [], {
        context,
        depth,
        references,
      }),
    }
  }

  /**
   * `$levels=n` is the same expand n times inside itself, where the target has that relation too (§5.1.3.2); `*` asks
   * for all relations at each level. `max` goes as deep as the service does.
   */
  #withNextLevel(
    navigation: NavigationProperty,
    target: RowType,
    item: ExpandItem,
    depth: number,
  ): QueryOptions {
    const options = item.options ?? {}
    const levels =
      options.levels === 'max' ? this.#limits.depthMax - depth + 1 : (options.levels ?? 1)
    const isStar = item.path.at(-1) === '*'
    const isCyclic = target.findNavigation(navigation.name)?.target === navigation.target
    if (levels <= 1 || !(isStar || isCyclic)) return options
    const inner: ExpandItem = {
      ...item,
      options: { ...options, levels: levels - 1 },
      repeated: !isStar,
    }
    return { ...options, expand: [...(options.expand ?? []), inner] }
  }

  #countNode(depth: number): void {
    this.#nodes += 1
    if (depth > this.#limits.depthMax)
      throw new HapiError(
        'LIMIT_EXCEEDED',
        { limit: this.#limits.depthMax, what: '$expand (depth)' },
        { target: '$expand' },
      )
    if (this.#nodes > this.#limits.nodesMax)
      throw new HapiError(
        'LIMIT_EXCEEDED',
        { limit: this.#limits.nodesMax, what: '$expand (nodes)' },
        { target: '$expand' },
      )
  }
}

/** The relation that an item names; undefined for `*`, which names all. */
function findExpanded(
  { model }: BindContext,
  row: RowType,
  { path, position }: ExpandItem,
): NavigationProperty | undefined {
  const [name = '', ...rest] = withoutCast(row, path)
  if (name === '*' && rest.length === 0) return undefined
  const navigation = row.findNavigation(name)
  if (navigation === undefined) throw unknownProperty(name, row, position)
  const [next] = rest
  if (next === undefined) return navigation
  // The related entities have no other type than their own (§4.11).
  const target = entityRowType(model.getType(navigation.target))
  if (!next.includes('.'))
    throw pathThroughRelation(row, path, `($expand=${rest.join('/')})`, position)
  if (rest.length > 1 || !isTypeOf(target, next)) throw mismatch(next, target.name, next, position)
  return navigation
}

function refuseOnOne(
  navigation: NavigationProperty,
  options: QueryOptions,
  countOnly: boolean,
): void {
  const refused = (['apply', 'filter', 'orderby', 'top', 'skip', 'count', 'search'] as const).find(
    (option) => options[option] !== undefined,
  )
  const option = countOnly ? '/$count' : refused === undefined ? undefined : `$${refused}`
  if (option !== undefined)
    throw new HapiError(
      'OPTION_NOT_APPLICABLE',
      { option: `${option} (${navigation.name})` },
      { target: '$expand' },
    )
}

function refuseUnoffered(options: QueryOptions): void {
  const unoffered = (['deltatoken', 'index'] as const).find(
    (option) => options[option] !== undefined,
  )
  if (unoffered !== undefined)
    throw new HapiError(
      'NOT_IMPLEMENTED',
      { feature: `$${unoffered}` },
      { target: `$${unoffered}` },
    )
}

function orderable(expression: BoundExpression, position: number): BoundExpression {
  const collection = expression.kind === 'property' && expression.property.collection !== undefined
  if (expression.kind === 'related' || collection) {
    throw new HapiError(
      'TYPE_MISMATCH',
      { operator: '$orderby', left: 'Collection', right: 'Edm.PrimitiveType', position },
      { target: '$orderby' },
    )
  }
  return expression
}

/** Declared order; after expanded properties the key comes first (contract B9). */
function defaultProperties(row: RowType, expanded: boolean): readonly RowProperty[] {
  if (!expanded || row.key === undefined) return row.properties
  return [row.key, ...row.properties.filter((property) => property !== row.key)]
}
