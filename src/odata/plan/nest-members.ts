/** Members of objects inside a row: `Building/City` is shown as `{"Building":{"City":…}}`. */

import type { ObjectMember } from './query-plan.ts'

export type PropertyMember = Extract<ObjectMember, { kind: 'property' }>

/** A member and the names of the objects that it stands in, from the outside. */
interface PlacedMember {
  readonly path: readonly string[]
  readonly member: PropertyMember
}

/** An object stands where its first member would. */
export function nestMembers(placed: readonly PlacedMember[]): readonly ObjectMember[] {
  const groups = new Map<string, PlacedMember[]>()
  for (const item of placed) {
    const name = item.path[0] ?? ''
    // A member of the row itself has a place of its own.
    const key = item.path.length === 0 ? `/${groups.size}` : name
    groups.set(key, [...(groups.get(key) ?? []), item])
  }
  return [...groups].map(([name, items]): ObjectMember => {
    const [first] = items
    if (first !== undefined && first.path.length === 0) return first.member
    const inner = items.map(({ path, member }) => ({ path: path.slice(1), member }))
    const members = nestMembers(inner)
    return { kind: 'object', name, members, presentIn: presenceOf(items) }
  })
}

/** An object is there when one of its members is. */
function presenceOf(items: readonly PlacedMember[]): readonly number[] | undefined {
  const columns: number[] = []
  for (const { member } of items) {
    if (member.presentIn === undefined) return undefined
    columns.push(...member.presentIn)
  }
  return [...new Set(columns)]
}
