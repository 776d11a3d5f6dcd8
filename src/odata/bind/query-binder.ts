/** Binds `$compute`, `$select`, `$expand`, `$filter`, `$orderby`, `$search`, paging and count of one level (URL Conventions 4.01 §5.1). */

import { HapiError } from '../../errors/hapi-error.ts'
import type { NavigationProperty } from '../../model/entity-type.ts'
import type { ExpandItem, QueryOptions, SelectItem } from '../parse/syntax.ts'
import type { BindContext } from './bind-context.ts'
import { unknownProperty } from './bind-error.ts'
import type {
  BoundExpand,
  BoundExpression,
  BoundOrderBy,
  BoundQuery,
  Source,
} from './bound-tree.ts'
import { bindCompute } from './compute-binder.ts'
import { ExpressionBinder } from './expression-binder.ts'
import type { RowProperty, RowType } from './row-type.ts'
import { bindSearch } from './search-binder.ts'
import { ScopeBuilder } from './sources.ts'

/** Levels and nodes of an expand once `$levels` is unrolled; the parser bounds the text alone. */
export interface ExpandLimits {
  readonly depthMax: number
  readonly nodesMax: number
}

export class QueryBinder {
  readonly #context: BindContext
  readonly #limits: ExpandLimits
  #nodes = 0

  constructor(context: BindContext, limits: ExpandLimits) {
    this.#context = context
    this.#limits = limits
  }

  /** @param conditions those that the resource path sets already */
  bind(
    root: Source,
    scope: ScopeBuilder,
    options: QueryOptions,
    conditions: readonly BoundExpression[] = [],
    depth = 0,
  ): BoundQuery {
    refuseUnoffered(options)
    bindCompute(this.#context, root, scope, options.compute ?? [])
    const expressions = new ExpressionBinder(this.#context, root, scope)
    const expands = this.#bindExpands(root, scope, options.expand ?? [], depth)
    return {
      root,
      scope,
      conditions: [
        ...conditions,
        ...(options.filter === undefined ? [] : [expressions.bindCondition(options.filter)]),
        ...(options.search === undefined ? [] : [bindSearch(this.#context, options.search, root)]),
      ],
      orderBy: (options.orderby ?? []).map(
        (item): BoundOrderBy => ({
          expression: orderable(expressions.bind(item.expression), item.position),
          direction: item.direction,
        }),
      ),
      properties:
        options.select === undefined
          ? defaultProperties(root.row, expands.length > 0)
          : selectedProperties(root.row, options.select),
      selected: options.select?.map((item) => item.path.join('/')),
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
    }
  }

  #bindExpands(
    root: Source,
    scope: ScopeBuilder,
    items: readonly ExpandItem[],
    depth: number,
  ): readonly BoundExpand[] {
    const expands: BoundExpand[] = []
    for (const item of items) {
      for (const { navigation, options } of this.#expandTargets(root.row, item)) {
        if (expands.some((expand) => expand.navigation === navigation)) {
          throw new HapiError(
            'DUPLICATE_OPTION',
            { option: `$expand=${navigation.name}` },
            { target: '$expand' },
          )
        }
        expands.push(this.#bindExpand(root, scope, navigation, item, options, depth + 1))
      }
    }
    return expands
  }

  #expandTargets(
    row: RowType,
    item: ExpandItem,
  ): readonly { readonly navigation: NavigationProperty; readonly options: QueryOptions }[] {
    const [name = '', ...rest] = item.path
    if (rest.length > 0)
      throw new HapiError(
        'NOT_IMPLEMENTED',
        { feature: `$expand=${item.path.join('/')}` },
        { target: '$expand' },
      )
    const options = item.options ?? {}
    if (name === '*')
      return row.navigation
        .filter((navigation) => this.#isReadable(navigation))
        .map((navigation) => ({ navigation, options }))
    const navigation = row.findNavigation(name)
    if (navigation === undefined) throw unknownProperty(name, row, item.position)
    return [{ navigation, options }]
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
    options: QueryOptions,
    depth: number,
  ): BoundExpand {
    this.#countNode(depth)
    if (item.suffix === '$ref')
      throw new HapiError('NOT_IMPLEMENTED', { feature: '$expand=…/$ref' }, { target: '$expand' })
    const target = this.#context.readable(this.#context.model.getType(navigation.target))
    const nested = nextLevel(navigation, target, item, options)
    const countOnly = item.suffix === '$count'
    if (navigation.cardinality !== 'many') {
      refuseOnOne(navigation, options, countOnly)
      const joined = scope.join(root, navigation, target)
      return { navigation, countOnly, query: this.bind(joined, scope, nested, [], depth) }
    }
    const related = new ScopeBuilder(this.#context.numbers, target, {
      kind: 'related',
      source: root,
      navigation,
    })
    return { navigation, countOnly, query: this.bind(related.root, related, nested, [], depth) }
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

/** Levels that `max` stands for; the depth limit of the server bounds a number. */
const LEVELS_MAX = 4

/** `$levels=n` is the same expand n times inside itself, where the target has that relation too (§5.1.3.2). */
function nextLevel(
  navigation: NavigationProperty,
  target: RowType,
  item: ExpandItem,
  options: QueryOptions,
): QueryOptions {
  const levels = options.levels === 'max' ? LEVELS_MAX : (options.levels ?? 1)
  const again = target.findNavigation(navigation.name)
  if (levels <= 1 || again?.target !== navigation.target) return options
  const inner: ExpandItem = { ...item, options: { ...options, levels: levels - 1 } }
  return { ...options, expand: [...(options.expand ?? []), inner] }
}

function refuseOnOne(
  navigation: NavigationProperty,
  options: QueryOptions,
  countOnly: boolean,
): void {
  const refused = (['filter', 'orderby', 'top', 'skip', 'count', 'search'] as const).find(
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

/** The order of the list. A navigation property may stand in it: its `$expand` brings it (contract B7). */
function selectedProperties(row: RowType, items: readonly SelectItem[]): readonly RowProperty[] {
  const selected = new Set<RowProperty>()
  for (const item of items) {
    const [name = '', ...rest] = item.path
    if (rest.length > 0 || item.options !== undefined) {
      throw new HapiError(
        'NOT_IMPLEMENTED',
        { feature: `$select=${item.path.join('/')}${item.options === undefined ? '' : '(…)'}` },
        { target: '$select' },
      )
    }
    if (name === '*') for (const property of row.properties) selected.add(property)
    else {
      const property = row.findProperty(name)
      if (property !== undefined) selected.add(property)
      else if (row.findNavigation(name) === undefined)
        throw unknownProperty(name, row, item.position)
    }
  }
  return [...selected]
}
