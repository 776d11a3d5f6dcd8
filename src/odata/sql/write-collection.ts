/** Collections of primitive values as PostgreSQL arrays, and what is asked of them. */

import type {
  BoundCollection,
  BoundExpression,
  CollectionTest,
  ValueType,
} from '../bind/bound-tree.ts'
import { sqlTypes } from './sql-names.ts'
import { writeBothOnce, writeOnce } from './write-once.ts'

/** Writes one expression; given by the caller, which knows the statement. */
type Write = (expression: BoundExpression) => string

/** An array of the collection's own type. */
function writeCollection(collection: BoundCollection, write: Write): string {
  const type = `${sqlTypes[collection.type]}[]`
  switch (collection.kind) {
    case 'list':
      return collection.array === undefined
        ? `array[${collection.members.map((member) => writeMember(member, collection.type, write)).join(', ')}]::${type}`
        : write(collection.array)
    case 'property':
      // A null column stays null.
      return writeOnce(
        write(collection.property),
        (json) =>
          `(case when ${json} is not null then array(select json_array_elements_text(${json})) end)::${type}`,
      )
    case 'concat': {
      const [first, second] = collection.parts
      return `(${writeCollection(first, write)} || ${writeCollection(second, write)})::${type}`
    }
    case 'slice':
      return writeSlice(collection, write)
  }
}

function writeMember(member: BoundExpression, type: ValueType, write: Write): string {
  return member.kind === 'null' ? `null::${sqlTypes[type]}` : write(member)
}

/** Further than any collection reaches, and still an array's index. */
const INDEX_MAX = 1_000_000

function writeSlice(slice: Extract<BoundCollection, { kind: 'slice' }>, write: Write): string {
  const clamp = (index: BoundExpression): string =>
    index.kind === 'null'
      ? 'null::integer'
      : `greatest(least(${write(index)}, ${INDEX_MAX}), -${INDEX_MAX})::integer`
  const whole = writeCollection(slice.of, write)
  const given = clamp(slice.start)
  const columns = `${whole} as a, ${given} as n${slice.length === undefined ? '' : `, ${clamp(slice.length)} as m`}`
  const first = '(case when s.n < 0 then greatest(cardinality(s.a) + s.n, 0) else s.n end)'
  const last = slice.length === undefined ? '' : `${first} + s.m`
  return `(select s.a[${first} + 1 : ${last}] from (select ${columns}) s)`
}

export function writeMemberOf(
  { left, collection }: Extract<BoundExpression, { kind: 'memberOf' }>,
  write: Write,
): string {
  // Finds a null among the members too, as `eq` does.
  return `(array_position(${writeCollection(collection, write)}, ${write(left)}::${sqlTypes[collection.type]}) is not null)`
}

export function writeCollectionTest(
  { test, collections }: Extract<BoundExpression, { kind: 'collectionTest' }>,
  write: Write,
): string {
  const [first, second] = collections
  if (first === undefined) throw new Error(`${test} asks of no collection`)
  const a = writeCollection(first, write)
  if (test === 'length' || second === undefined) return `cardinality(${a})::bigint`
  return writeBothOnce(a, writeCollection(second, write), (x, y) => tests[test](x, y))
}

const INDEX = (a: string, b: string): string =>
  `(select min(i) from generate_series(1, cardinality(${a}) - cardinality(${b}) + 1) i where (${a})[i : i + cardinality(${b}) - 1] = ${b})`

const tests: Readonly<Record<Exclude<CollectionTest, 'length'>, (a: string, b: string) => string>> =
  {
    eq: (a, b) => `(${a} is not distinct from ${b})`,
    ne: (a, b) => `(${a} is distinct from ${b})`,
    startswith: (a, b) => `((${a})[1 : cardinality(${b})] = ${b})`,
    endswith: (a, b) =>
      `(cardinality(${a}) >= cardinality(${b}) and (${a})[cardinality(${a}) - cardinality(${b}) + 1 :] = ${b})`,
    indexof: (a, b) => `(${whenBoth(a, b, `coalesce(${INDEX(a, b)} - 1, -1)`)})::bigint`,
    contains: (a, b) => `(${whenBoth(a, b, `${INDEX(a, b)} is not null`)})`,
    // Equal members are told apart by their number, so that each is needed once more.
    hassubset: (a, b) =>
      `(${whenBoth(a, b, `not exists (select m, row_number() over (partition by m) from unnest(${b}) m except select m, row_number() over (partition by m) from unnest(${a}) m)`)})`,
    // Each member is looked for after the one before it.
    hassubsequence: (a, b) =>
      `(${whenBoth(a, b, `(with recursive step(i, at) as (select 0, 0 union all select i + 1, array_position(${a}, (${b})[i + 1], at + 1) from step where i < cardinality(${b}) and at is not null) select bool_and(at is not null) from step)`)})`,
  }

function whenBoth(a: string, b: string, test: string): string {
  return `case when ${a} is not null and ${b} is not null then ${test} end`
}
