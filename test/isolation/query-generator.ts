/** Requests at random, all of them legal: what a curious integrator could think of. */

import fc from 'fast-check'
import type { EntityType, NavigationProperty, Property } from '../../src/model/entity-type.ts'
import { model } from '../../src/model/model.ts'
import { readable } from '../support/row-oracle.ts'

/** Values that exist in one account alone, which filters then ask for. */
export interface Bait {
  readonly texts: readonly string[]
  readonly ids: readonly number[]
}

const EXPAND_DEPTH_MAX = 3
const PATH_LENGTH_MAX = 3

export function requests(bait: Bait): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: 8, arbitrary: setRequests(bait) },
    { weight: 2, arbitrary: pathRequests(bait) },
    { weight: 2, arbitrary: applyRequests(bait) },
    { weight: 2, arbitrary: addressedRequests(bait) },
    { weight: 1, arbitrary: crossRequests(bait) },
    { weight: 1, arbitrary: forRentRequests(bait) },
    { weight: 1, arbitrary: boundRequests(bait) },
  )
}

const types = fc.constantFrom(...model.entityTypes)

function setRequests(bait: Bait): fc.Arbitrary<string> {
  return types.chain((type) =>
    fc
      .tuple(fc.constantFrom('', '', '', '/$count'), queryOptions(type, bait, true))
      .map(([suffix, options]) => `/api/${type.set}${suffix}${query(options, suffix)}`),
  )
}

/** `Set(key)`, then navigations; keys of rows here, there and nowhere. */
function pathRequests(bait: Bait): fc.Arbitrary<string> {
  const keys = fc.oneof(
    fc.constantFrom(...bait.ids),
    fc.constantFrom(1, 2, 3, 628, 630, 1448, 7535, 9001),
  )
  return fc.tuple(types, keys, fc.infiniteStream(fc.nat())).chain(([type, key, draws]) => {
    let path = `/api/${type.set}(${key})`
    let at = type
    let many = false
    for (let step = 0; step < PATH_LENGTH_MAX && !many; step += 1) {
      const navigation = nthOf(at.navigation, draws.next().value)
      if (navigation === undefined || draws.next().value % 3 === 0) break
      path += `/${navigation.name}`
      at = model.getType(navigation.target)
      many = navigation.cardinality === 'many'
    }
    return queryOptions(at, bait, many).map((options) => `${path}${query(options, '')}`)
  })
}

/** What is made of many rows, by way of relations in both directions. */
function applyRequests(bait: Bait): fc.Arbitrary<string> {
  return types.chain((type) => {
    const groups = fc.subarray([...singleValues(type)], { minLength: 1, maxLength: 2 })
    const aggregates = fc.subarray([...aggregated(type)], { minLength: 1, maxLength: 3 })
    const within = fc.oneof(
      aggregates.map((items) => `,aggregate(${items.join(',')})`),
      aggregates.map((items) => `,top(3)/aggregate(${items.join(',')})`),
      fc.constant(''),
    )
    return fc
      .tuple(
        maybe(condition(type, bait, 1)),
        groups,
        within,
        aggregates,
        fc.constantFrom('', '/$count'),
        fc.constantFrom('group', 'total', 'both'),
      )
      .map(([filter, paths, inner, items, suffix, form]) => {
        const grouped = `groupby((${paths.join(',')})${inner})`
        const total = `aggregate(${items.join(',')})`
        const made = { group: grouped, total, both: `concat(${grouped},${total})` }[form]
        const first = filter === '' ? '' : `filter(${filter})/`
        return `/api/${type.set}${suffix}?$apply=${first}${made}`
      })
  })
}

/** Properties and those of related entities that can be grouped by. */
function singleValues(type: EntityType): readonly string[] {
  const own = (of: EntityType) =>
    readable(of).flatMap(({ name, collection }) => (collection === true ? [] : [name]))
  const related = type.navigation.flatMap((navigation) =>
    navigation.cardinality === 'many'
      ? []
      : own(model.getType(navigation.target))
          .slice(0, 6)
          .map((name) => `${navigation.name}/${name}`),
  )
  return [...own(type), ...related]
}

function aggregated(type: EntityType): readonly string[] {
  const counts = type.navigation.flatMap(({ name }, index) => [
    `${name}/$count as Count${index}`,
    `${name}/Id with sum as Sum${index}`,
    `${name}/Id with max as Max${index}`,
  ])
  return ['$count as Rows', 'Id with sum as Ids', 'Id with average as Middle', ...counts]
}

/** Other ways to a row or to some of them: by its identifier, from the root, in a segment, as references. */
function addressedRequests(bait: Bait): fc.Arbitrary<string> {
  const id = fc.constantFrom(...bait.ids, 3, 900, 9101)
  return fc.tuple(types, types).chain(([type, other]) => {
    const text = fc
      .constantFrom(...readable(other))
      .chain(({ name }) => id.map((key) => `$root/${other.set}(${key})/${name}`))
    const many = fc.constantFrom('', '/$count', '/$ref')
    return fc.oneof(
      fc
        .tuple(id, fc.constantFrom('', '/$ref'))
        .map(([key, suffix]) => `/api/$entity${suffix}?$id=${type.set}(${key})`),
      fc
        .tuple(condition(type, bait, 2), many)
        .map(([filter, suffix]) => `/api/${type.set}/$filter(@f)${suffix}?@f=${filter}`),
      fc
        .tuple(text, fc.constantFrom('eq', 'ne'))
        .map(([path, operator]) => `/api/${type.set}/$count?$filter=${path} ${operator} null`),
      condition(other, bait, 1, 'o/').map(
        (inner) => `/api/${type.set}/$count?$filter=$root/${other.set}/any(o:${inner})`,
      ),
      text.map((path) => `/api/${type.set}?$compute=${path} as Found&$select=Id,Found&$top=3`),
      condition(type, bait, 1).map(
        (found) => `/api/${type.set}?$compute=(${found}) as Found&$select=Id,Found&$top=9`,
      ),
    )
  })
}

/** Of every row beside every row nothing but a count and the first ones are asked for. */
function crossRequests(bait: Bait): fc.Arbitrary<string> {
  return fc.uniqueArray(types, { minLength: 2, maxLength: 2 }).chain(([one, two]) => {
    if (one === undefined || two === undefined) throw new Error('Two were asked for')
    const join = `/api/$crossjoin(${one.set},${two.set})`
    const key = fc.constantFrom(...bait.ids)
    return fc.oneof(
      fc
        .tuple(condition(one, bait, 1, `${one.set}/`), key)
        .map(([filter, id]) => `${join}/$count?$filter=(${filter}) and ${two.set}/Id eq ${id}`),
      condition(one, bait, 1, `${one.set}/`).map(
        (filter) => `${join}?$filter=${filter}&$expand=${one.set},${two.set}($select=Id)&$top=5`,
      ),
      key.map((id) => `${join}?$filter=${one.set}/Id eq ${id} and ${two.set}/Id eq ${id}`),
    )
  })
}

function forRentRequests(bait: Bait): fc.Arbitrary<string> {
  return fc
    .tuple(
      fc.constantFrom('', 'StartDate=2026-06-15&EndDate=2026-12-31&', 'MinimumDays=1&'),
      fc.oneof(
        fc.constant(''),
        fc.constantFrom(...bait.ids).map((id) => `$filter=UnitId eq ${id}`),
        fc
          .constantFrom(...bait.texts)
          .map((text) => `$filter=contains(BuildingName,${quoted(text)})`),
        fc
          .constantFrom(...bait.texts)
          .map((text) => `$filter=Characteristics/any(c:contains(c/NameFr,${quoted(text)}))`),
      ),
      fc.constantFrom('', '&$count=true', '&$orderby=BuildingName desc'),
    )
    .map(([range, filter, more]) => `/api/Units/ForRent?${range}${filter}${more}`)
}

/** Functions bound to one entity, of this account and of others. */
function boundRequests(bait: Bait): fc.Arbitrary<string> {
  return fc
    .tuple(
      fc.constantFrom('Units', 'Parkings', 'Storages', 'Leases', 'Buildings(900)/Units'),
      fc.constantFrom(...bait.ids, 9007, 9201, 9301, 9351),
      fc.constantFrom('', '&$count=true', "&$filter=State eq 'LI'", '&$orderby=MessageFr desc'),
    )
    .map(([set, id, more]) =>
      set === 'Leases'
        ? `/api/Leases(${id})/RentOn?Date=2026-07-01`
        : `/api/${set}(${id})/Availability?StartDate=2026-06-15&EndDate=2026-12-31${more}`,
    )
}

type Options = Readonly<Record<string, string>>

function query(options: Options, suffix: string): string {
  const kept = Object.entries(options).filter(
    ([name, value]) =>
      value !== '' && (suffix !== '/$count' || name === '$filter' || name === '$search'),
  )
  return kept.length === 0 ? '' : `?${kept.map(([name, value]) => `${name}=${value}`).join('&')}`
}

function queryOptions(type: EntityType, bait: Bait, many: boolean): fc.Arbitrary<Options> {
  const common = {
    $select: maybe(select(type)),
    $expand: maybe(expand(type, bait, EXPAND_DEPTH_MAX)),
  }
  if (!many) return fc.record(common)
  return fc.record({
    ...common,
    $filter: maybe(condition(type, bait, 2)),
    $orderby: maybe(orderby(type)),
    $search: maybe(fc.constantFrom(...bait.texts).map((text) => `"${text}"`)),
    $top: maybe(fc.integer({ min: 0, max: 30 }).map(String)),
    $skip: maybe(fc.integer({ min: 0, max: 5 }).map(String)),
    $count: maybe(fc.constant('true')),
  })
}

function maybe(arbitrary: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.oneof({ weight: 2, arbitrary: fc.constant('') }, { weight: 1, arbitrary })
}

function select(type: EntityType): fc.Arbitrary<string> {
  const names = readable(type).map(({ name }) => name)
  return fc.subarray(names, { minLength: 1, maxLength: 5 }).map((some) => some.join(','))
}

function orderby(type: EntityType): fc.Arbitrary<string> {
  const paths = [
    ...readable(type).map(({ name }) => name),
    ...type.navigation.map((navigation) =>
      navigation.cardinality === 'many' ? `${navigation.name}/$count` : `${navigation.name}/Id`,
    ),
  ]
  return fc
    .tuple(fc.constantFrom(...paths), fc.constantFrom('', ' desc'))
    .map(([path, direction]) => path + direction)
}

function expand(type: EntityType, bait: Bait, depth: number): fc.Arbitrary<string> {
  if (type.navigation.length === 0 || depth === 0) return fc.constant('')
  return fc.constantFrom(...type.navigation).chain((navigation) => {
    const target = model.getType(navigation.target)
    const nested: fc.Arbitrary<Options> = fc.record({
      $select: maybe(select(target)),
      $expand: maybe(expand(target, bait, depth - 1)),
      ...(navigation.cardinality === 'many'
        ? {
            $filter: maybe(condition(target, bait, 1)),
            $orderby: maybe(orderby(target)),
            $top: fc.constant('4'),
            $count: maybe(fc.constant('true')),
          }
        : {}),
    })
    return nested.map((options) => {
      const inner = Object.entries(options).filter(([, value]) => value !== '')
      const text = inner.map(([name, value]) => `${name}=${value}`).join(';')
      return text === '' ? navigation.name : `${navigation.name}(${text})`
    })
  })
}

/** A condition over the type's own properties, its relations and theirs. */
function condition(type: EntityType, bait: Bait, depth: number, prefix = ''): fc.Arbitrary<string> {
  const plain = fc
    .constantFrom(...readable(type))
    .chain((property) => comparison(property, prefix, bait))
  if (depth === 0 || type.navigation.length === 0) return plain
  const related = fc
    .constantFrom(...type.navigation)
    .chain((navigation) => throughNavigation(navigation, bait, depth, prefix))
  const one = fc.oneof(plain, related)
  return fc.oneof(
    { weight: 4, arbitrary: one },
    { weight: 1, arbitrary: fc.tuple(one, one).map(([a, b]) => `(${a}) or (${b})`) },
    { weight: 1, arbitrary: fc.tuple(one, plain).map(([a, b]) => `${a} and ${b}`) },
    { weight: 1, arbitrary: one.map((a) => `not (${a})`) },
  )
}

function throughNavigation(
  navigation: NavigationProperty,
  bait: Bait,
  depth: number,
  prefix: string,
): fc.Arbitrary<string> {
  const target = model.getType(navigation.target)
  const path = `${prefix}${navigation.name}`
  if (navigation.cardinality !== 'many') {
    return fc.oneof(
      fc.constantFrom(`${path} eq null`, `${path} ne null`),
      condition(target, bait, depth - 1, `${path}/`),
    )
  }
  const variable = `v${depth}`
  return fc.oneof(
    fc.integer({ min: 0, max: 3 }).map((count) => `${path}/$count gt ${count}`),
    fc.constant(`${path}/any()`),
    condition(target, bait, depth - 1, `${variable}/`).map(
      (inner) => `${path}/any(${variable}:${inner})`,
    ),
    condition(target, bait, depth - 1, `${variable}/`).map(
      (inner) => `${path}/all(${variable}:${inner})`,
    ),
    condition(target, bait, 0).map((inner) => `${path}/$count($filter=${inner}) gt 0`),
  )
}

function comparison(property: Property, prefix: string, bait: Bait): fc.Arbitrary<string> {
  const name = `${prefix}${property.name}`
  switch (property.type) {
    case 'Edm.Boolean':
      return fc.constantFrom(`${name} eq true`, `not ${name}`)
    case 'Edm.Date':
      return fc.constantFrom(`${name} ge 2026-01-01`, `${name} eq null`)
    case 'Edm.DateTimeOffset':
      return fc.constantFrom(`${name} ge 2026-01-01T00:00:00Z`, `year(${name}) eq 2026`)
    case 'Edm.Decimal':
      return fc.constantFrom(`${name} gt 1`, `${name} mul 2 lt 5000`)
    case 'Edm.Int32':
    case 'Edm.Int64':
      return fc.oneof(
        fc.constantFrom(...bait.ids).map((id) => `${name} eq ${id}`),
        fc.constantFrom(...bait.ids).map((id) => `${name} in (${id},1,2)`),
        fc.constantFrom(`${name} ge 0`, `${name} lt 5`),
      )
    case 'Edm.String':
      return fc
        .constantFrom(...bait.texts)
        .chain((text) =>
          fc.constantFrom(
            `contains(${name},${quoted(text)})`,
            `${name} eq ${quoted(text)}`,
            `${name} ne ${quoted(text)}`,
            `endswith(${name},${quoted(text)})`,
            `length(${name}) gt 0`,
          ),
        )
  }
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}

function nthOf<T>(list: readonly T[], draw: number): T | undefined {
  return list[draw % Math.max(1, list.length)]
}
