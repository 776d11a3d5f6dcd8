/** The answer to a body with entities inside shows them too (Protocol 4.01 §11.4.2.2). */

import type { Principal } from '../../auth/principal.ts'
import type { InputObject } from '../../domain/command/input.ts'
import { HapiError } from '../../errors/hapi-error.ts'
import type { EntityType, NavigationProperty } from '../../model/entity-type.ts'
import type { Model } from '../../model/model.ts'
import type { ExpandItem, ODataRequest } from '../../odata/parse/syntax.ts'
import { isDeep, isObject, takeApart } from './nested-body.ts'
import type { WriteTarget } from './write-target.ts'

/** Expansions of what is inside the body, as far as the caller may read it. */
export function nestedExpands(
  { kind, type }: WriteTarget,
  input: InputObject,
  model: Model,
  principal: Principal,
): readonly ExpandItem[] {
  return kind === 'collection' || kind === 'entity' ? expandsOf(type, [input]) : []

  function expandsOf(outer: EntityType, bodies: readonly InputObject[]): readonly ExpandItem[] {
    const contents = new Map<NavigationProperty, InputObject[]>()
    for (const body of bodies) {
      const parts = takenApart(outer, body)
      if (parts === undefined || !isDeep(parts)) continue
      for (const { navigation, content } of parts.referred) add(contents, navigation, [content])
      for (const { navigation, items } of parts.members) add(contents, navigation, items)
    }
    return [...contents].flatMap(([navigation, inner]) => {
      const target = model.getType(navigation.target)
      if (!principal.modules.has(target.module) || !principal.canRead(target.set)) return []
      const expand = expandsOf(target, inner.filter(isObject))
      const item = { path: [navigation.name], position: 0 }
      return [expand.length === 0 ? item : { ...item, options: { expand } }]
    })
  }
}

/** What is wrong with it is said when it is written. */
function takenApart(type: EntityType, body: InputObject): ReturnType<typeof takeApart> | undefined {
  try {
    return takeApart(type, body)
  } catch (error) {
    if (error instanceof HapiError) return undefined
    throw error
  }
}

function add(
  contents: Map<NavigationProperty, InputObject[]>,
  navigation: NavigationProperty,
  items: readonly InputObject[],
): void {
  const known = contents.get(navigation)
  if (known === undefined) contents.set(navigation, [...items])
  else known.push(...items)
}

/** The same request, which expands these as well; what it expands itself it expands as it says. */
export function withNestedExpanded(
  request: ODataRequest,
  nested: readonly ExpandItem[],
): ODataRequest {
  const asked = request.options.expand ?? []
  const known = new Set(asked.map(({ path }) => path[0]?.toLowerCase()))
  const more = known.has('*') ? [] : nested.filter(({ path }) => !known.has(path[0]?.toLowerCase()))
  if (more.length === 0) return request
  return {
    ...request,
    options: { ...request.options, expand: [...asked, ...more] },
    shape: `${request.shape}\0+${JSON.stringify(more)}`,
  }
}
