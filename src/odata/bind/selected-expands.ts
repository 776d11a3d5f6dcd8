/**
 * `$select=Id,Building/Name&$expand=Building`: the standard selects inside of the `$expand`, and some clients (Syncfusion)
 * write a path in the outer list instead. It means the same.
 */

import type { ExpandItem, QueryOptions, SelectItem } from '../parse/syntax.ts'
import type { RowType } from './row-type.ts'
import { withoutCast } from './select-binder.ts'

/** The options with each path through a relation that is expanded moved into the selection of that `$expand`. */
export function selectInExpands(row: RowType, options: QueryOptions): QueryOptions {
  const { select, expand } = options
  if (select === undefined || expand === undefined) return options
  if (select.every(({ path }) => path.length === 1)) return options
  const moved = new Map<ExpandItem, SelectItem[]>()
  const kept = select.map((item) => {
    const [name = '', ...rest] = withoutCast(row, item.path)
    const expanded = rest.length === 0 ? undefined : findExpand(expand, row, name)
    if (expanded === undefined) return item
    moved.set(expanded, [...(moved.get(expanded) ?? []), { ...item, path: rest }])
    // The relation itself stays in the list: its `$expand` brings it.
    return { path: [name], position: item.position }
  })
  return {
    ...options,
    select: kept,
    expand: expand.map((item) => withSelection(item, moved.get(item))),
  }
}

function findExpand(
  expand: readonly ExpandItem[],
  row: RowType,
  name: string,
): ExpandItem | undefined {
  const navigation = row.findNavigation(name)
  if (navigation === undefined) return undefined
  return expand.find(
    ({ path, suffix }) =>
      suffix === undefined && path.length === 1 && row.findNavigation(path[0] ?? '') === navigation,
  )
}

function withSelection(item: ExpandItem, more: readonly SelectItem[] | undefined): ExpandItem {
  if (more === undefined) return item
  const { options = {} } = item
  return { ...item, options: { ...options, select: [...(options.select ?? []), ...more] } }
}
