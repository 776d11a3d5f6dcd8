/** The transformation `concat`: the rows of several sequences, one after the other (Data Aggregation 4.0 §3.2.2). */

import { HapiError } from '../../errors/hapi-error.ts'
import {
  type AppliedRows,
  completeOrder,
  deriveRows,
  hiddenColumn,
  inputOf,
  valuesOf,
} from './applied-rows.ts'
import type { BindContext } from './bind-context.ts'
import { mismatch } from './bind-error.ts'
import type { ValueType } from './bound-tree.ts'
import type { DerivedColumn, DerivedValue } from './derived-rows.ts'
import { widerNumeric } from './literal-typing.ts'
import {
  extendRowType,
  fullName,
  type RowProperty,
  type RowType,
  reduceRowType,
} from './row-type.ts'
import { valueOf } from './sources.ts'

/** A column of all branches: what each of them gives for it. */
interface UnionColumn {
  readonly property: RowProperty
  readonly values: readonly DerivedValue[]
}

/**
 * Rows without a property are told apart from rows in which it is null.
 * @param branches each on a fork of the same rows, or derived from it
 */
export function bindConcat(
  context: BindContext,
  branches: readonly AppliedRows[],
  position: number,
): AppliedRows {
  const [first] = branches
  if (first === undefined) throw new Error('Something is concatenated')
  const union = new Union(context, branches, position)
  // Entities stay entities, with their relations, as long as nothing else comes among them.
  const entities = branches.every(({ scope }) => scope.root.row.reduced === undefined)
  const declared = entities ? union.declared(first.scope.root.row) : []
  const others = union.properties(new Set(declared.map(({ property }) => property.name)))
  const partition = first.partition.map((_, index) => union.partition(index))
  const place = union.place()
  const rank = union.rank()
  const columns = [...declared, ...others, ...union.presences, ...partition, place, rank]
  return deriveRows(
    context,
    first,
    rowOf(first.scope.root.row, entities, others),
    {
      kind: 'union',
      branches: branches.map((branch, index) => ({
        input: inputOf(branch),
        columns: columns.map(
          ({ property, values }): DerivedColumn => ({
            property,
            value: values[index] ?? { kind: 'none' },
          }),
        ),
      })),
    },
    {
      readings: branches.reduce((total, { readings }) => total + readings, 0),
      order: [place.property, rank.property],
      ties: [],
      partition: partition.map(({ property }) => property),
    },
  )
}

function rowOf(row: RowType, entities: boolean, columns: readonly UnionColumn[]): RowType {
  const properties = columns.map(({ property }) => property)
  if (!entities) return reduceRowType(row, properties, [])
  const declared = row.properties.filter(({ dynamic }) => dynamic === undefined)
  return extendRowType({ ...row, properties: declared }, properties)
}

class Union {
  readonly presences: UnionColumn[] = []
  readonly #context: BindContext
  readonly #branches: readonly AppliedRows[]
  readonly #position: number

  constructor(context: BindContext, branches: readonly AppliedRows[], position: number) {
    this.#context = context
    this.#branches = branches
    this.#position = position
  }

  /** Columns of the entities' table, under their own names. */
  declared(row: RowType): readonly UnionColumn[] {
    return row.properties
      .filter(({ dynamic }) => dynamic === undefined)
      .map((property) => ({
        property,
        values: this.#branches.map(({ scope }) => expression(scope.root, property)),
      }))
  }

  properties(without: ReadonlySet<string>): readonly UnionColumn[] {
    const names = new Map<string, RowProperty[]>()
    for (const { scope } of this.#branches) {
      const { row } = scope.root
      if (row.reduced !== undefined && row.navigation.length > 0)
        throw notImplemented(`concat(…) after groupby((${row.navigation[0]?.name ?? ''}))`)
      for (const property of row.properties) {
        const name = fullName(property)
        if (without.has(name)) continue
        names.set(name, [...(names.get(name) ?? []), property])
      }
    }
    return [...names].map(([name, found]) => this.#property(name, found))
  }

  #property(name: string, found: readonly RowProperty[]): UnionColumn {
    const [first] = found
    if (first === undefined) throw new Error(`${name} is a property of no branch`)
    const { expression: _written, present: _before, ...shown } = first
    const column = {
      ...shown,
      type: this.#commonType(found),
      nullable: found.length < this.#branches.length || found.some(({ nullable }) => nullable),
      column: this.#context.numbers.column(),
    }
    const present = this.#presence(name)
    const values = this.#branches.map(({ scope }): DerivedValue => {
      const property = scope.root.row.findProperty(name)
      return property === undefined ? { kind: 'none' } : expression(scope.root, property)
    })
    return { property: present === undefined ? column : { ...column, present }, values }
  }

  #commonType(found: readonly RowProperty[]): ValueType {
    return found
      .map(({ type }) => type)
      .reduce((left, right) => {
        if (left === right || right === 'null') return left
        if (left === 'null') return right
        const wider = widerNumeric(left, right)
        if (wider === undefined) throw mismatch('concat', left, right, this.#position)
        return wider
      })
  }

  /** One column serves all properties that the same rows have. */
  #presence(name: string): RowProperty | undefined {
    const values = this.#branches.map(({ scope }): DerivedValue => {
      const property = scope.root.row.findProperty(name)
      if (property?.present !== undefined) return expression(scope.root, property.present)
      return { kind: 'boolean', value: property !== undefined }
    })
    if (values.every((value) => value.kind === 'boolean' && value.value)) return undefined
    const known = this.presences.find((presence) =>
      presence.values.every((value, index) => isSame(value, values[index])),
    )
    if (known !== undefined) return known.property
    const property = hiddenColumn(this.#context, 'Edm.Boolean', false)
    this.presences.push({ property, values })
    return property
  }

  partition(index: number): UnionColumn {
    const properties = this.#branches.flatMap(({ partition }) => partition[index] ?? [])
    const [first] = properties
    if (first === undefined) throw new Error(`No branch has a group of place ${index}`)
    const nullable = properties.some((property) => property.nullable)
    return {
      property: { ...hiddenColumn(this.#context, first.type, nullable), code: first.code },
      values: this.#branches.map(({ scope, partition }): DerivedValue => {
        const property = partition[index]
        return property === undefined ? { kind: 'none' } : expression(scope.root, property)
      }),
    }
  }

  /** Which branch a row comes from: the first comes first. */
  place(): UnionColumn {
    return {
      property: hiddenColumn(this.#context, 'Edm.Int64', false),
      values: this.#branches.map((_, value) => ({ kind: 'number', value })),
    }
  }

  /** Place of a row within its branch. */
  rank(): UnionColumn {
    return {
      property: hiddenColumn(this.#context, 'Edm.Int64', false),
      values: this.#branches.map((branch) => ({
        kind: 'window',
        call: { name: 'row_number' },
        partitionBy: valuesOf(branch, branch.partition),
        orderBy: completeOrder(branch),
      })),
    }
  }
}

function expression(
  root: AppliedRows['scope']['root'],
  property: RowProperty,
): Extract<DerivedValue, { kind: 'expression' }> {
  return { kind: 'expression', expression: valueOf(root, property) }
}

function isSame(a: DerivedValue, b: DerivedValue | undefined): boolean {
  if (a.kind === 'boolean' && b?.kind === 'boolean') return a.value === b.value
  return (
    a.kind === 'expression' &&
    b?.kind === 'expression' &&
    a.expression.kind === 'property' &&
    b.expression.kind === 'property' &&
    a.expression.property === b.expression.property
  )
}

function notImplemented(feature: string): HapiError {
  return new HapiError('NOT_IMPLEMENTED', { feature }, { target: '$apply' })
}
