/** Fragments of context URLs (Protocol 4.01 §10): what kind of content an answer holds. */

import { schemaNamespace } from '../../model/naming.ts'
import type { BoundQuery, BoundRequest } from '../bind/bound-tree.ts'
import type { RowProperty } from '../bind/row-type.ts'

/** The versions of the protocol, which list expanded relations differently (Protocol 4.01 §10.9). */
export type ContextVersion = '4.0' | '4.01'

/**
 * The fragment after `$metadata#`, without the key of the entity: `key` stands where a property's
 * context names it.
 */
export function contextFragment(bound: BoundRequest, key: string, version: ContextVersion): string {
  const { query, setName } = bound
  if (query.references) return bound.shape === 'collection' ? 'Collection($ref)' : '$ref'
  const list = selectList(query, version)
  if (setName === undefined) {
    if (query.root.from.kind === 'crossjoin') return 'Collection(Edm.ComplexType)'
    const type = `${schemaNamespace}.${query.root.row.name}`
    return `${bound.shape === 'entity' ? type : `Collection(${type})`}${list}`
  }
  switch (bound.shape) {
    case 'collection':
      return `${setName}${list}`
    case 'entity':
      return `${setName}${list}/$entity`
    case 'property':
      return `${setName}(${key})/${bound.property?.name ?? ''}`
    case 'value':
    case 'count':
      return ''
  }
}

/**
 * `(Id,Name,Units(Id))`: what `$select` and `$expand` leave, by the names of the metadata. 4.01 names every expanded
 * relation; 4.0 does where something is selected or expanded of it (§10.9). References and counts are not named.
 */
function selectList(query: BoundQuery, version: ContextVersion): string {
  const expanded = query.expands
    .filter(({ countOnly, level, query: { references } }) => {
      return !countOnly && !references && level !== 'repeated'
    })
    .flatMap(({ navigation, level, query: inner }) => {
      const named = version === '4.01' || query.root.row.reduced !== undefined
      const list = selectList(inner, version) || (named ? '()' : '')
      return list === '' ? [] : [`${navigation.name}${level === 'first' ? '+' : ''}${list}`]
    })
  const items = [...selectedNames(query), ...expanded]
  return items.length === 0 ? '' : `(${items.join(',')})`
}

/** Properties first, all of them as `*`, then computed ones, then the relations that are selected without their properties. */
function selectedNames({
  selected,
  properties,
  members,
  root: { row },
}: BoundQuery): readonly string[] {
  if (row.reduced !== undefined) return reducedNames(properties)
  const dynamic = namesOf(
    properties.filter((property) => !isDeclared(property) && property.present === undefined),
  )
  if (selected === undefined && dynamic.length === 0) return []
  const declared = properties.filter(isDeclared)
  const narrowed = declared.map((property) => memberPaths(property, members.get(property)))
  const isWhole =
    declared.length === row.properties.filter(isDeclared).length && narrowed.every(isEmpty)
  const names = declared.flatMap(({ name }, index) => {
    const paths = narrowed[index] ?? []
    return isEmpty(paths) ? [name] : paths
  })
  const relations = selected?.filter((name) => row.findNavigation(name) !== undefined) ?? []
  return [...(isWhole ? ['*'] : names), ...dynamic, ...relations]
}

/** `Characteristics/Code`: a part of what a collection holds is named by its path (§10.7). */
function memberPaths({ name }: RowProperty, query: BoundQuery | undefined): readonly string[] {
  return query?.selected === undefined
    ? []
    : query.selected.filter((inner) => inner !== '*').map((inner) => `${name}/${inner}`)
}

function isEmpty(list: readonly unknown[]): boolean {
  return list.length === 0
}

/** `Building(City),Total`: what all rows have, or that nothing is known of them (Data Aggregation 4.0 §3.1.1). */
function reducedNames(properties: readonly RowProperty[]): readonly string[] {
  const always = properties.filter(({ present }) => present === undefined)
  return always.length === 0 && properties.length > 0
    ? ['@Core.AnyStructure']
    : nestedNames(always.map(({ path = [], name }) => [...path, name]))
}

function nestedNames(paths: readonly (readonly string[])[]): readonly string[] {
  const firsts = [...new Set(paths.map(([first = '']) => first))]
  return firsts.map((first) => {
    const inner = paths.filter((path) => path[0] === first && path.length > 1)
    return inner.length === 0
      ? first
      : `${first}(${nestedNames(inner.map((path) => path.slice(1))).join(',')})`
  })
}

function isDeclared({ dynamic }: RowProperty): boolean {
  return dynamic === undefined
}

function namesOf(properties: readonly RowProperty[]): readonly string[] {
  return properties.map((property) => property.name)
}
