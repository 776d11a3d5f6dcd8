/** Data aggregation paths: names that lead from rows to a property or to related entities (Data Aggregation 4.0 §3.1.3). */

import { HapiError } from '../../errors/hapi-error.ts'
import type { NavigationProperty } from '../../model/entity-type.ts'
import type { AggregationPath, Position } from '../parse/syntax.ts'
import type { BindContext } from './bind-context.ts'
import { unknownProperty } from './bind-error.ts'
import { hasNested, type RowProperty, type RowType } from './row-type.ts'

/** Where a path leads. */
export interface FollowedPath {
  /** The relations on the way, in order; the last one is the end when there is no property. */
  readonly navigations: readonly {
    readonly navigation: NavigationProperty
    readonly row: RowType
  }[]
  readonly property: RowProperty | undefined
  /** Names of the objects before the property, as the model spells them. */
  readonly objects: readonly string[]
  /** An object that an earlier `groupby` has made lies on the way. */
  readonly nested: boolean
}

/**
 * @throws {HapiError} UNKNOWN_PROPERTY; NOT_IMPLEMENTED for type casts, of which the model has none;
 *   403 for rows that the caller may not read
 */
export function followPath(
  context: BindContext,
  start: RowType,
  path: AggregationPath,
  position: Position,
): FollowedPath {
  const navigations: { readonly navigation: NavigationProperty; readonly row: RowType }[] = []
  const objects: string[] = []
  let row = start
  let inside = ''
  let nested = false
  for (const [index, name] of path.entries()) {
    if (name.includes('.')) throw notImplemented(name)
    const full = `${inside}${name}`
    const property = row.findProperty(full)
    if (property !== undefined) {
      if (index < path.length - 1) throw unknownProperty(path[index + 1] ?? '', row, position)
      return { navigations, property, objects, nested }
    }
    const navigation = inside === '' ? row.findNavigation(name) : undefined
    if (navigation !== undefined) {
      row = context.readable(context.model.getType(navigation.target))
      navigations.push({ navigation, row })
      objects.push(navigation.name)
    } else if (hasNested(row, full)) {
      nested = true
      objects.push(nestedName(row, full))
      inside = `${full}/`
    } else throw unknownProperty(name, row, position)
  }
  if (inside !== '') throw notImplemented(path.join('/'))
  return { navigations, property: undefined, objects, nested }
}

function notImplemented(feature: string): HapiError {
  return new HapiError('NOT_IMPLEMENTED', { feature: `$apply: ${feature}` }, { target: '$apply' })
}

/** The last name of `full` as the rows spell it. */
function nestedName(row: RowType, full: string): string {
  const depth = full.split('/').length
  const wanted = full.toLowerCase()
  const found = row.properties.find(
    ({ path }) => path?.slice(0, depth).join('/').toLowerCase() === wanted,
  )
  return found?.path?.[depth - 1] ?? full
}
