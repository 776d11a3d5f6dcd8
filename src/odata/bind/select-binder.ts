/** `$select`: which properties of a row, and what of those that are collections (URL Conventions 4.01 §5.1.4). */

import { HapiError } from '../../errors/hapi-error.ts'
import type { Position, QueryOptions, SelectItem } from '../parse/syntax.ts'
import { propertiesAt } from './applied-query.ts'
import { unknownProperty } from './bind-error.ts'
import { isTypeOf, type RowProperty, type RowType } from './row-type.ts'

interface Selection {
  /** In the order of the list. */
  readonly properties: readonly RowProperty[]
  /** What the list names, as the model writes it, each once. */
  readonly names: readonly string[]
  /** What is asked of the members of collections. */
  readonly members: ReadonlyMap<RowProperty, QueryOptions>
}

/** A navigation property may stand in the list: its `$expand` brings it (contract B7). */
export function bindSelect(row: RowType, items: readonly SelectItem[]): Selection {
  const selected = new Set<RowProperty>()
  const names = new Set<string>()
  const members = new MemberOptions()
  for (const item of items) {
    const reduced =
      row.reduced === undefined || item.options !== undefined ? [] : propertiesAt(row, item.path)
    if (reduced.length > 0) {
      for (const property of reduced) selected.add(property)
      continue
    }
    const [name = '', ...rest] = withoutCast(row, item.path)
    const property = row.findProperty(name)
    const navigation = row.findNavigation(name)
    if (name === '*') {
      for (const each of row.properties) selected.add(each)
      names.add(name)
    } else if (property !== undefined) {
      selected.add(property)
      names.add(property.name)
      members.add(row, property, rest, item)
    } else if (navigation !== undefined) {
      if (rest.length > 0 || item.options !== undefined)
        throw pathThroughRelation(
          row,
          [name, ...rest],
          `($select=${rest.join('/')})`,
          item.position,
        )
      names.add(navigation.name)
    } // A qualified name of an operation that is not bound to the type is ignored (§5.1.4).
    else if (!name.includes('.')) throw unknownProperty(name, row, item.position)
  }
  return { properties: [...selected], names: [...names], members: members.options }
}

/** Paths in `$expand` and `$select` go through complex properties, not through relations (§5.1.3, §5.1.4). */
export function pathThroughRelation(
  row: RowType,
  path: readonly string[],
  instead: string,
  position: Position,
): HapiError {
  return new HapiError(
    'UNKNOWN_PROPERTY',
    {
      property: path.join('/'),
      type: row.name,
      position,
      nearest: ` → $expand=${path[0] ?? ''}${instead}`,
    },
    { target: path[0] ?? '' },
  )
}

/** `Primmo.HApi.Building/Name` is `Name`: a cast to the type that rows have anyway (§4.11). */
export function withoutCast(row: RowType, path: readonly string[]): readonly string[] {
  const [first = '', ...rest] = path
  return rest.length > 0 && isTypeOf(row, first) ? rest : path
}

/** Gathers what several items ask of one collection: its properties, or options for its members. */
class MemberOptions {
  readonly options = new Map<RowProperty, QueryOptions>()
  /** Asked for whole by one item, which paths of others do not narrow. */
  readonly #whole = new Set<RowProperty>()

  add(row: RowType, property: RowProperty, path: readonly string[], item: SelectItem): void {
    if (path.length === 0 && item.options === undefined) {
      this.#whole.add(property)
      if (isNarrowedByPaths(this.options.get(property))) this.options.delete(property)
      return
    }
    if (typeof property.collection !== 'object' && path.length > 0)
      throw unknownProperty(item.path.join('/'), row, item.position)
    if (property.collection === undefined) throw notApplicable(item)
    const known = this.options.get(property)
    if (path.length === 0) {
      if (known !== undefined) throw givenTwice(property)
      this.options.set(property, checked(property, item))
    } else this.#addPath(property, path, item, known)
  }

  #addPath(
    property: RowProperty,
    path: readonly string[],
    item: SelectItem,
    known: QueryOptions | undefined,
  ): void {
    if (known !== undefined && !isNarrowedByPaths(known)) throw givenTwice(property)
    if (this.#whole.has(property)) return
    const inner: SelectItem = { ...item, path }
    this.options.set(property, { select: [...(known?.select ?? []), inner] })
  }
}

function isNarrowedByPaths(options: QueryOptions | undefined): boolean {
  return options !== undefined && Object.keys(options).join() === 'select'
}

/** The model's complex types relate to nothing, and plain values have nothing to select. */
function checked(property: RowProperty, item: SelectItem): QueryOptions {
  const options = item.options ?? {}
  if (options.apply !== undefined)
    throw new HapiError(
      'NOT_IMPLEMENTED',
      { feature: '$select=…($apply=…)' },
      { target: '$select' },
    )
  const refused =
    typeof property.collection === 'string' ? ['select', 'compute', 'expand'] : ['expand']
  const wrong = Object.keys(options).find((option) => refused.includes(option))
  if (wrong !== undefined) throw notApplicable(item, wrong)
  return options
}

function notApplicable(
  { path, options = {} }: SelectItem,
  option = Object.keys(options)[0] ?? '',
): HapiError {
  return new HapiError(
    'OPTION_NOT_APPLICABLE',
    { option: `$${option} (${path.join('/')})` },
    { target: '$select' },
  )
}

function givenTwice({ name }: RowProperty): HapiError {
  return new HapiError('DUPLICATE_OPTION', { option: `$select=${name}` }, { target: '$select' })
}
