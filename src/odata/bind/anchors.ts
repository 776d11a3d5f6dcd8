/**
 * Entities that a path picks, in resource paths and after `$root`: by key, or by way of another one
 * (URL Conventions 4.01 §4.3). Each is a set of rows with the conditions that leave one of them.
 */

import type { NavigationProperty } from '../../model/entity-type.ts'
import type { BindContext } from './bind-context.ts'
import type { AnchoredSource, BoundExpression, Source } from './bound-tree.ts'
import type { RowProperty } from './row-type.ts'
import { ScopeBuilder } from './sources.ts'

/** An anchor whose conditions may still follow relations. */
export interface Anchor extends AnchoredSource {
  readonly scope: ScopeBuilder
}

/** All rows of a set. */
export function anchorAtTable(scope: ScopeBuilder): Anchor {
  return { source: scope.root, scope, conditions: [], via: undefined }
}

/**
 * The rows to which an entity relates.
 * @throws {HapiError} when the caller may not read them
 */
export function anchorVia(
  context: BindContext,
  parent: AnchoredSource,
  navigation: NavigationProperty,
): Anchor {
  const row = context.readable(context.model.getType(navigation.target))
  const scope = new ScopeBuilder(context.numbers, row, { kind: 'table' })
  return {
    source: scope.root,
    scope,
    conditions: [relatesTo(scope.root, parent, navigation)],
    via: { navigation, parent },
  }
}

/** Relations match by `=`: what has no value relates to nothing. */
function relatesTo(
  source: Source,
  parent: AnchoredSource,
  navigation: NavigationProperty,
): BoundExpression {
  const key = anchoredValue(parent, getProperty(parent.source, navigation.from))
  return equal(propertyOf(source, getProperty(source, navigation.to)), { ...key, nullable: false })
}

/** The value of a property of the one entity at an anchor. */
export function anchoredValue(
  anchor: AnchoredSource,
  property: RowProperty,
): Extract<BoundExpression, { kind: 'anchored' }> {
  return { kind: 'anchored', type: property.type, nullable: true, anchor, property }
}

/**
 * The entity that the resource path names, as a statement finds it that reads rows related to it for many parents at
 * once: of a parent it knows the key alone, so that whatever else is asked of it is looked up, level by level.
 * @param related source of the related rows
 * @returns undefined where a relation to one on the way hides which entity it was
 */
export function anchorOfPath(context: BindContext, related: Source): Anchor | undefined {
  let source = related
  let anchor: Anchor | undefined
  while (source.from.kind === 'related') {
    const { source: parent, navigation } = source.from
    const key =
      anchor === undefined
        ? propertyOf(parent, getProperty(parent, navigation.from))
        : { ...anchoredValue(anchor, getProperty(source, navigation.to)), nullable: false }
    anchor = anchorByValue(context, parent, navigation.from, key)
    source = parent
  }
  return source.from.kind === 'table' ? anchor : undefined
}

function anchorByValue(
  context: BindContext,
  { row }: Source,
  name: string,
  value: BoundExpression,
): Anchor | undefined {
  if (row.entityType === undefined) return undefined
  const scope = new ScopeBuilder(context.numbers, context.readable(row.entityType), {
    kind: 'table',
  })
  const left = propertyOf(scope.root, getProperty(scope.root, name))
  return { source: scope.root, scope, conditions: [equal(left, value)], via: undefined }
}

function getProperty({ row }: Source, name: string): RowProperty {
  const property = row.findProperty(name)
  if (property === undefined) throw new Error(`${row.name} relates by ${name}, which it lacks`)
  return property
}

function equal(left: BoundExpression, right: BoundExpression): BoundExpression {
  return { kind: 'comparison', type: 'Edm.Boolean', nullable: false, operator: 'eq', left, right }
}

function propertyOf(source: Source, property: RowProperty): BoundExpression {
  return { kind: 'property', type: property.type, nullable: property.nullable, source, property }
}
