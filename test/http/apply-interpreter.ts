/**
 * The transformations of Data Aggregation 4.0 §3 over rows in memory, written from the text of the
 * standard: what the statements of the product are compared with. Sequences come from a tape of
 * numbers, so that a failing one shrinks.
 */

/** A lease as the interpreter knows it; paths lead to what it relates to. */
export type Values = Readonly<Record<string, unknown>>

interface Rows {
  readonly rows: readonly Row[]
  /** Rows are leases still, with all that paths lead to. */
  readonly entities: boolean
  /** Rows have no repetitions, so that their keys give them an order. */
  readonly distinct: boolean
}

interface Row {
  readonly values: Values
}

type Kind = 'number' | 'text' | 'boolean' | 'date'

/** What every lease has; nulls among `EndDate`, `Unit/Floor` and `Unit/Building/City`. */
const declared: Readonly<Record<string, Kind>> = {
  Id: 'number',
  Status: 'text',
  LeaseType: 'text',
  IsRenewable: 'boolean',
  RentAmount: 'number',
  UnitId: 'number',
  EndDate: 'date',
  'Unit/Floor': 'number',
  'Unit/NumberOfRooms': 'number',
  'Unit/HousingType': 'text',
  'Unit/Building/City': 'text',
}

const METHODS = ['sum', 'min', 'max', 'average', 'countdistinct'] as const
const RANKED = [
  'topcount',
  'topsum',
  'toppercent',
  'bottomcount',
  'bottomsum',
  'bottompercent',
] as const

/** A transformation and what it does. */
interface Step {
  readonly text: string
  readonly apply: (input: Rows) => Rows
  /** What rows have afterwards. */
  readonly state: State
}

interface State {
  readonly properties: Readonly<Record<string, Kind>>
  /** Those that some rows lack. */
  readonly partial: ReadonlySet<string>
  readonly entities: boolean
  readonly distinct: boolean
}

export interface Generated {
  readonly text: string
  readonly apply: (leases: readonly Values[]) => readonly Values[]
  /** For `$select`: what tells rows of leases apart, and what was computed. */
  readonly shown: readonly string[] | undefined
}

/** @param tape choices, one after the other; where it ends, the first choice is taken */
export function generate(tape: readonly number[], leases: readonly Values[]): Generated {
  const generator = new Generator(tape, leases)
  const { text, apply, state } = generator.sequence(
    { properties: declared, partial: new Set(), entities: true, distinct: true },
    0,
  )
  const dynamic = Object.keys(state.properties).filter((name) => name.startsWith('C'))
  const shown = state.entities ? ['Id', ...dynamic] : undefined
  return {
    text,
    shown,
    apply: (rows) =>
      apply({ rows: rows.map((values) => ({ values })), entities: true, distinct: true }).rows.map(
        ({ values }) => (shown === undefined ? values : pick(values, shown)),
      ),
  }
}

function pick(values: Values, names: readonly string[]): Values {
  return Object.fromEntries(names.flatMap((name) => (name in values ? [[name, values[name]]] : [])))
}

class Generator {
  readonly #tape: readonly number[]
  readonly #leases: readonly Values[]
  #at = 0
  #names = 0

  constructor(tape: readonly number[], leases: readonly Values[]) {
    this.#tape = tape
    this.#leases = leases
  }

  #draw(below: number): number {
    return (this.#tape[this.#at++] ?? 0) % below
  }

  #pick<Item>(items: readonly Item[]): Item {
    const item = items[this.#draw(items.length)]
    if (item === undefined) throw new Error('Nothing to choose from')
    return item
  }

  #name(): string {
    return `C${this.#names++}`
  }

  sequence(state: State, depth: number): Step {
    const steps: Step[] = []
    let now = state
    const length = 1 + this.#draw(depth === 0 ? 4 : 2)
    for (let index = 0; index < length; index++) {
      const step = this.#step(now, depth)
      steps.push(step)
      now = step.state
    }
    return {
      text: steps.map(({ text }) => text).join('/'),
      apply: (input) => steps.reduce((rows, { apply }) => apply(rows), input),
      state: now,
    }
  }

  #step(state: State, depth: number): Step {
    switch (this.#draw(depth < 2 ? 8 : 5)) {
      case 0:
        return { text: 'identity', apply: (input) => input, state }
      case 1:
        return this.#filter(state)
      case 2:
        return this.#compute(state)
      case 3:
        return state.entities && state.distinct ? this.#ranked(state) : this.#filter(state)
      case 4:
        return state.entities && state.distinct ? this.#page(state) : this.#compute(state)
      case 5:
        return this.#aggregate(state)
      case 6:
        return this.#groupBy(state, depth)
      default:
        return this.#concat(state, depth)
    }
  }

  #propertiesOf(state: State, ...kinds: readonly Kind[]): readonly string[] {
    return Object.keys(state.properties).filter((name) =>
      kinds.includes(state.properties[name] ?? 'text'),
    )
  }

  #filter(state: State): Step {
    const numbers = this.#propertiesOf(state, 'number')
    const others = this.#propertiesOf(state, 'text', 'date')
    if (numbers.length > 0 && this.#draw(3) > 0) {
      const name = this.#pick(numbers)
      const limit = this.#pick([0, 1, 2, 4.5, 10, 900, 1000, 20_000])
      const operator = this.#pick(['gt', 'le', 'ne'] as const)
      const holds = (value: unknown): boolean => {
        if (operator === 'ne') return value !== limit
        if (typeof value !== 'number') return false
        return operator === 'gt' ? value > limit : value <= limit
      }
      return keep(`filter(${name} ${operator} ${limit})`, state, (values) =>
        holds(values[name] ?? null),
      )
    }
    if (others.length === 0) return { text: 'identity', apply: (input) => input, state }
    const name = this.#pick(others)
    const operator = this.#pick(['eq', 'ne'] as const)
    return keep(
      `filter(${name} ${operator} null)`,
      state,
      (values) => ((values[name] ?? null) === null) === (operator === 'eq'),
    )
  }

  #compute(state: State): Step {
    const numbers = this.#propertiesOf(state, 'number')
    if (numbers.length === 0) return { text: 'identity', apply: (input) => input, state }
    const [name, alias] = [this.#pick(numbers), this.#name()]
    const factor = 1 + this.#draw(3)
    return {
      text: `compute(${name} mul ${factor} sub 1 as ${alias})`,
      apply: (input) => ({
        ...input,
        rows: input.rows.map(({ values }) => {
          const value = values[name] ?? null
          return {
            values: { ...values, [alias]: typeof value === 'number' ? value * factor - 1 : null },
          }
        }),
      }),
      state: { ...state, properties: { ...state.properties, [alias]: 'number' } },
    }
  }

  /** The service keeps, of rows that contribute alike, those that came first, and then forgets the order. */
  #ranked(state: State): Step {
    const method = this.#pick(RANKED)
    const name = this.#pick(['RentAmount', 'Unit/NumberOfRooms', 'Unit/Floor'])
    const amount = this.#pick(method.endsWith('percent') ? [1, 20, 50, 99, 100] : [1, 3, 17, 2500])
    return {
      text: `${method}(${amount},${name})`,
      apply: (input) => ({ ...input, rows: rank(input.rows, method, amount, name) }),
      state,
    }
  }

  #page(state: State): Step {
    const name = this.#pick(['RentAmount', 'Unit/Floor', 'UnitId', 'Unit/NumberOfRooms'])
    const direction = this.#pick(['asc', 'desc'] as const)
    const rows = this.#pick([0, 1, 5, 100])
    const kind = this.#pick(['top', 'skip'] as const)
    return {
      text: `orderby(${name} ${direction},Id)/${kind}(${rows})`,
      apply: (input) => {
        const sorted = input.rows.toSorted(byId).toSorted(byValue(name, direction))
        return { ...input, rows: kind === 'top' ? sorted.slice(0, rows) : sorted.slice(rows) }
      },
      state,
    }
  }

  #aggregate(state: State): Step {
    const { text, evaluate, properties } = this.#aggregates(state)
    return {
      text: `aggregate(${text})`,
      apply: ({ rows }) => ({
        rows: [{ values: evaluate(rows) }],
        entities: false,
        distinct: false,
      }),
      state: { properties, partial: new Set(), entities: false, distinct: false },
    }
  }

  #aggregates(state: State): {
    readonly text: string
    readonly evaluate: (rows: readonly Row[]) => Values
    readonly properties: Readonly<Record<string, Kind>>
  } {
    const count = 1 + this.#draw(2)
    const made = Array.from({ length: count }, () => this.#oneAggregate(state))
    return {
      text: made.map(({ text }) => text).join(','),
      evaluate: (rows) => Object.fromEntries(made.map(({ alias, value }) => [alias, value(rows)])),
      properties: Object.fromEntries(made.map(({ alias }) => [alias, 'number'] as const)),
    }
  }

  #oneAggregate(state: State): {
    readonly text: string
    readonly alias: string
    readonly value: (rows: readonly Row[]) => number | null
  } {
    const alias = this.#name()
    const numbers = this.#propertiesOf(state, 'number')
    const choice = this.#draw(state.entities ? 4 : 2)
    if (choice === 2)
      return { text: `Unit/$count as ${alias}`, alias, value: (rows) => unitsOf(rows).length }
    if (choice === 3)
      return {
        text: `Unit/Leases/RentAmount with sum as ${alias}`,
        alias,
        value: (rows) => {
          const units = new Set(unitsOf(rows).map((values) => values['UnitId']))
          return total(
            this.#leases
              .filter(({ UnitId }) => units.has(UnitId))
              .map(({ RentAmount }) => RentAmount),
          )
        },
      }
    if (choice === 0 || numbers.length === 0)
      return { text: `$count as ${alias}`, alias, value: (rows) => rows.length }
    const name = this.#pick(numbers)
    // Objects that `groupby` has made are no entities to be told apart.
    const fitting =
      name.includes('/') && !state.entities
        ? METHODS.filter((one) => !/sum|average/.test(one))
        : METHODS
    const method = this.#pick(fitting)
    return {
      text: `${name} with ${method} as ${alias}`,
      alias,
      value: (rows) => {
        const from =
          name.includes('/') && state.entities ? unitsOf(rows) : rows.map(({ values }) => values)
        return aggregate(
          method,
          from.map((values) => values[name]),
        )
      },
    }
  }

  #groupBy(state: State, depth: number): Step {
    const groupable = Object.keys(state.properties).filter(
      (name) => name !== 'Id' && !(state.entities && name === 'EndDate'),
    )
    if (groupable.length === 0) return this.#filter(state)
    const groups = [
      ...new Set([this.#pick(groupable), this.#pick(groupable), this.#pick(groupable)]),
    ]
    const choice = this.#draw(4)
    if (choice === 0) return this.#grouping(state, groups, '', () => [{}], {})
    const whole = groups.every((name) => !state.partial.has(name))
    if (choice === 1 && whole && groups.length > 1) return this.#rollup(state, groups)
    if (choice === 2 && whole && groups.every((name) => !name.includes('/')))
      return this.#partition(state, groups, depth)
    const { text, evaluate, properties } = this.#aggregates(state)
    return this.#grouping(
      state,
      groups,
      `,aggregate(${text})`,
      (rows) => [evaluate(rows)],
      properties,
    )
  }

  #grouping(
    state: State,
    groups: readonly string[],
    inner: string,
    evaluate: (rows: readonly Row[]) => readonly Values[],
    properties: Readonly<Record<string, Kind>>,
  ): Step {
    return {
      text: `groupby((${groups.join(',')})${inner})`,
      apply: ({ rows }) => ({
        rows: group(rows, groups, evaluate),
        entities: false,
        distinct: false,
      }),
      state: {
        properties: { ...kindsOf(state, groups), ...properties },
        partial: new Set(groups.filter((name) => state.partial.has(name))),
        entities: false,
        distinct: false,
      },
    }
  }

  /** By all levels, and again by all but the last, and so on down to the first. */
  #rollup(state: State, groups: readonly string[]): Step {
    const { text, evaluate, properties } = this.#aggregates(state)
    const levels = groups.map((_, index) => groups.slice(0, groups.length - index))
    return {
      text: `groupby((rollup(${groups.join(',')})),aggregate(${text}))`,
      apply: ({ rows }) => ({
        rows: levels.flatMap((level) => group(rows, level, (some) => [evaluate(some)])),
        entities: false,
        distinct: false,
      }),
      state: {
        properties: { ...kindsOf(state, groups), ...properties },
        partial: new Set(groups.slice(1)),
        entities: false,
        distinct: false,
      },
    }
  }

  /** Any transformations within each group; their rows get the properties of the group. */
  #partition(state: State, groups: readonly string[], depth: number): Step {
    const inner = this.sequence(state, depth + 2)
    const shown = inner.state.entities ? {} : kindsOf(state, groups)
    return {
      text: `groupby((${groups.join(',')}),${inner.text})`,
      apply: (input) => ({
        ...inner.apply({ ...input, rows: [] }),
        rows: group(input.rows, groups, (rows) =>
          inner.apply({ ...input, rows }).rows.map(({ values }) => values),
        ),
      }),
      state: {
        ...inner.state,
        distinct: false,
        properties: { ...shown, ...inner.state.properties },
      },
    }
  }

  #concat(state: State, depth: number): Step {
    const branches = [this.sequence(state, depth + 1), this.sequence(state, depth + 1)]
    const entities = branches.every((branch) => branch.state.entities)
    const all = Object.assign({}, ...branches.map((branch) => branch.state.properties)) as Record<
      string,
      Kind
    >
    // Relations are lost where rows of other kinds come among the leases.
    const mixed = !entities && branches.some((branch) => branch.state.entities)
    const kept = Object.keys(all).filter((name) => !(mixed && name.includes('/')))
    return {
      text: `concat(${branches.map(({ text }) => text).join(',')})`,
      apply: (input) => ({
        rows: branches.flatMap(({ apply, state: { entities: own } }) =>
          apply(input).rows.map(({ values }) => ({
            values: own && !entities ? withoutPaths(values) : values,
          })),
        ),
        entities,
        distinct: false,
      }),
      state: {
        properties: Object.fromEntries(kept.map((name) => [name, all[name] ?? 'text'])),
        partial: new Set(
          kept.filter((name) =>
            branches.some(
              (branch) => !(name in branch.state.properties) || branch.state.partial.has(name),
            ),
          ),
        ),
        entities,
        distinct: false,
      },
    }
  }
}

function kindsOf(state: State, names: readonly string[]): Readonly<Record<string, Kind>> {
  return Object.fromEntries(names.map((name) => [name, state.properties[name] ?? 'text']))
}

function withoutPaths(values: Values): Values {
  return Object.fromEntries(Object.entries(values).filter(([name]) => !name.includes('/')))
}

function keep(text: string, state: State, holds: (values: Values) => boolean): Step {
  return {
    text,
    apply: (input) => ({ ...input, rows: input.rows.filter(({ values }) => holds(values)) }),
    state,
  }
}

function group(
  rows: readonly Row[],
  groups: readonly string[],
  evaluate: (rows: readonly Row[]) => readonly Values[],
): readonly Row[] {
  const found = new Map<string, Row[]>()
  for (const row of rows) {
    // A property that is null and one that is not there are two groups.
    const key = JSON.stringify(groups.map((name) => (name in row.values ? [row.values[name]] : [])))
    found.set(key, [...(found.get(key) ?? []), row])
  }
  return [...found.values()].flatMap((some) => {
    const projection = pick(some[0]?.values ?? {}, groups)
    return evaluate(some).map((values) => ({ values: { ...values, ...projection } }))
  })
}

/** The units that leases lead to, each once. */
function unitsOf(rows: readonly Row[]): readonly Values[] {
  return [...new Map(rows.map(({ values }) => [values['UnitId'], values])).values()]
}

function numbersOf(values: readonly unknown[]): readonly number[] {
  return values.filter((value) => typeof value === 'number')
}

function total(values: readonly unknown[]): number | null {
  const numbers = numbersOf(values)
  return numbers.length === 0 ? null : numbers.reduce((sum, value) => sum + value, 0)
}

function aggregate(method: (typeof METHODS)[number], values: readonly unknown[]): number | null {
  const numbers = numbersOf(values)
  if (method === 'countdistinct') return new Set(numbers).size
  if (numbers.length === 0) return null
  if (method === 'min') return Math.min(...numbers)
  if (method === 'max') return Math.max(...numbers)
  const sum = numbers.reduce((left, right) => left + right, 0)
  return method === 'sum' ? sum : sum / numbers.length
}

/** Null is less than any value (Protocol 4.01 §11.2.6.2). */
function byValue(name: string, direction: 'asc' | 'desc'): (a: Row, b: Row) => number {
  const rankOf = ({ values }: Row): number =>
    typeof values[name] === 'number' ? values[name] : Number.NEGATIVE_INFINITY
  const sign = direction === 'asc' ? 1 : -1
  return (a, b) => {
    const [left, right] = [rankOf(a), rankOf(b)]
    return left === right ? 0 : left < right ? -sign : sign
  }
}

function byId(a: Row, b: Row): number {
  return Number(a.values['Id']) - Number(b.values['Id'])
}

function rank(
  rows: readonly Row[],
  method: (typeof RANKED)[number],
  amount: number,
  name: string,
): readonly Row[] {
  const sorted = rows.toSorted(byValue(name, method.startsWith('top') ? 'desc' : 'asc'))
  const contribution = ({ values }: Row): number => Number(values[name] ?? 0)
  const all = rows.reduce((sum, row) => sum + contribution(row), 0)
  const kept: Row[] = []
  let sum = 0
  for (const row of sorted) {
    const enough = method.endsWith('count')
      ? kept.length >= amount
      : method.endsWith('sum')
        ? sum >= amount
        : all !== 0 && sum * 100 >= amount * all
    if (enough) break
    kept.push(row)
    sum += contribution(row)
  }
  return kept.toSorted(byId)
}
