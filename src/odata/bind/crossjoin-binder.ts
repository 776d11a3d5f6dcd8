/** `$crossjoin(A,B)`: every row of one set beside every row of the others (URL Conventions 4.01 §4.15). */

import { HapiError } from '../../errors/hapi-error.ts'
import { nearestHint } from '../../errors/nearest.ts'
import type { EntityType, NavigationProperty } from '../../model/entity-type.ts'
import type { Arguments } from '../parse/syntax.ts'
import type { BindContext } from './bind-context.ts'
import type { BoundOrderBy } from './bound-tree.ts'
import { crossRowType } from './row-type.ts'
import { ScopeBuilder } from './sources.ts'

/** Sets of one product: with four of a hundred rows it has a hundred million already. */
const SETS_MAX = 4

/**
 * @param sets what stands in parentheses
 * @throws {HapiError} UNKNOWN_ENTITY_SET, DUPLICATE_OPTION, LIMIT_EXCEEDED, and what the caller may not read
 */
export function crossJoin(context: BindContext, sets: Arguments | undefined): ScopeBuilder {
  const types = setNames(sets).map((name) => getType(context, name))
  if (types.length === 0) throw new HapiError('UNKNOWN_ENTITY_SET', { name: '', nearest: '' })
  if (types.length > SETS_MAX)
    throw new HapiError('LIMIT_EXCEEDED', { limit: SETS_MAX, what: '$crossjoin' })
  const twice = types.find((type, index) => types.indexOf(type) !== index)
  if (twice !== undefined) throw new HapiError('DUPLICATE_OPTION', { option: twice.set })
  const navigation = types.map(navigationTo)
  const scope = new ScopeBuilder(context.numbers, crossRowType(navigation), { kind: 'crossjoin' })
  for (const [index, item] of navigation.entries()) {
    const type = types[index]
    if (type !== undefined) scope.join(scope.root, item, context.readable(type))
  }
  return scope
}

/** The keys of all sides tell the rows of the product apart. */
export function orderOfSides({ root, joins }: ScopeBuilder): readonly BoundOrderBy[] {
  return joins.flatMap((source): readonly BoundOrderBy[] => {
    const property = source.row.key
    if (source.from.kind !== 'join' || source.from.source !== root || property === undefined)
      return []
    const { type, nullable } = property
    return [
      { expression: { kind: 'property', type, nullable, source, property }, direction: 'asc' },
    ]
  })
}

function setNames(sets: Arguments | undefined): readonly string[] {
  if (sets?.kind !== 'positional') return []
  return sets.values.flatMap((value) => {
    const step = value.kind === 'path' ? value.steps[0] : undefined
    return step?.kind === 'name' ? [step.name] : []
  })
}

function getType({ model }: BindContext, name: string): EntityType {
  const type = model.findBySet(name)
  if (type !== undefined) return type
  const nearest = nearestHint(
    name,
    model.entityTypes.map(({ set }) => set),
  )
  throw new HapiError('UNKNOWN_ENTITY_SET', { name, nearest }, { target: name })
}

/** Named like its set, never null; nothing of one side says which rows of the other belong to it. */
function navigationTo({ set, name }: EntityType): NavigationProperty {
  return { name: set, target: name, cardinality: 'one', from: '', to: '', inverse: null }
}
