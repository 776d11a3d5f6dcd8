/** Fragments of context URLs (Protocol 4.01 §10): what kind of content an answer holds. */

import type { BoundQuery, BoundRequest } from '../bind/bound-tree.ts'
import type { RowProperty } from '../bind/row-type.ts'

const NAMESPACE = 'Primmo.HApi'

/**
 * The fragment after `$metadata#`, without the key of the entity: `key` stands where a property's
 * context names it.
 */
export function contextFragment(bound: BoundRequest, key: string): string {
  const { query, setName } = bound
  if (setName === undefined) {
    const type = `${NAMESPACE}.${query.root.row.name}`
    return `${bound.shape === 'entity' ? type : `Collection(${type})`}${selectList(query)}`
  }
  switch (bound.shape) {
    case 'collection':
      return `${setName}${selectList(query)}`
    case 'entity':
      return `${setName}${selectList(query)}/$entity`
    case 'property':
      return `${setName}(${key})/${bound.property?.name ?? ''}`
    case 'value':
    case 'count':
      return ''
  }
}

/** `(Id,Name,Units(Id))`: what `$select` and `$expand` leave, by the names of the metadata. */
function selectList(query: BoundQuery): string {
  const dynamic = namesOf(query.properties.filter((property) => !isDeclared(property)))
  const declared = namesOf(query.properties.filter(isDeclared))
  const whole = declared.length === query.root.row.properties.filter(isDeclared).length
  const all =
    query.selected === undefined && dynamic.length === 0
      ? []
      : [...(whole ? ['*'] : declared), ...dynamic]
  const expanded = query.expands
    .filter((expand) => !expand.countOnly)
    .map((expand) => `${expand.navigation.name}${selectList(expand.query) || '()'}`)
  const items = [...all, ...expanded]
  return items.length === 0 ? '' : `(${items.join(',')})`
}

function isDeclared({ dynamic }: RowProperty): boolean {
  return dynamic === undefined
}

function namesOf(properties: readonly RowProperty[]): readonly string[] {
  return properties.map((property) => property.name)
}
