/**
 * Tenants of a source who have left. A departure needs what the tenant leaves, and who comes after him needs his
 * departure; so it is entered by itself: behind the tenant's last lease, or at the end when the source has none.
 */

import { type InputObject, type InputValue, isInputNumber } from '../command/input.ts'
import {
  type ImportItem,
  type ImportRecord,
  type ImportSequel,
  type ImportStep,
  sequelOf,
} from './import-record.ts'

const DEPARTURE_FIELDS: ReadonlySet<string> = new Set([
  'DepartureDate',
  'DepartureReason',
  'DepartureNoticeDate',
])

/** By which a lease names its tenant, unless it does by his identifier. */
const TENANT_KEY = ['CompanyNo', 'DivisionNo', 'TenantType', 'TenantNo']

interface Departing {
  readonly sequel: ImportSequel
  /** Of him, in the source. */
  leases: number
}

/** One entry for each tenant of the source who has left: some hundred bytes. */
export class Departures {
  readonly #all: Departing[] = []
  readonly #byName = new Map<string, Departing>()

  /** Steps that `steps` adds to the items. */
  get size(): number {
    return this.#all.length
  }

  /** Looks at each item of the source, in its order, before `steps` goes through them. */
  notice(item: ImportItem): void {
    if (item.kind === 'fault') return
    if (hasLeft(item)) {
      const sequel = sequelOf(item, partOf(item.input, true), String(this.#all.length))
      const departing = { sequel, leases: 0 }
      this.#all.push(departing)
      for (const name of namesOf(item.label, item.input)) this.#byName.set(name, departing)
      return
    }
    const departing = this.#tenantOf(item)
    if (departing !== undefined) departing.leases++
  }

  /** The same items again, departures apart. */
  async *steps(items: AsyncIterable<ImportItem>): AsyncGenerator<ImportStep> {
    const ahead = new Map(this.#all.map((departing) => [departing, departing.leases]))
    let met = 0
    for await (const item of items) {
      const departing = item.kind === 'record' ? this.#tenantOf(item) : undefined
      if (item.kind === 'record' && hasLeft(item)) yield firstPart(item, met++)
      else if (item.kind === 'record' && departing !== undefined)
        yield withDeparture(item, departing.sequel)
      else yield item
      const leases = departing === undefined ? undefined : ahead.get(departing)
      if (departing === undefined || leases === undefined) continue
      ahead.set(departing, leases - 1)
      if (leases > 1 || Number(departing.sequel.of) >= met) continue
      ahead.delete(departing)
      yield departing.sequel
    }
    for (const { sequel } of ahead.keys()) yield sequel
  }

  #tenantOf({ type, input }: ImportRecord): Departing | undefined {
    if (type.name !== 'Lease' || this.#all.length === 0) return undefined
    const names = namesOf(textOf(input.get('TenantId')), input)
    return names.map((name) => this.#byName.get(name)).find((known) => known !== undefined)
  }
}

function hasLeft({ type, input }: ImportRecord): boolean {
  return type.name === 'Tenant' && (input.get('DepartureDate') ?? null) !== null
}

function firstPart(record: ImportRecord, index: number): ImportRecord {
  return { ...record, input: partOf(record.input, false), sequel: String(index) }
}

/** A lease of who has left: terms follow up to that day. A date that is none is for the departure to refuse. */
function withDeparture(lease: ImportRecord, { input }: ImportSequel): ImportRecord {
  const date = input.get('DepartureDate')
  return typeof date === 'string' && ISO_DATE.test(date) ? { ...lease, leavingOn: date } : lease
}

const ISO_DATE = /^\d{4}-\d\d-\d\d$/

function partOf(input: InputObject, isDeparture: boolean): InputObject {
  return new Map([...input].filter(([name]) => DEPARTURE_FIELDS.has(name) === isDeparture))
}

function namesOf(label: string | undefined, input: InputObject): readonly string[] {
  const key = TENANT_KEY.map((name) => textOf(input.get(name)))
  return [
    ...(label === undefined ? [] : [`Id ${label}`]),
    ...(key.includes(undefined) ? [] : [`key ${key.join(' ')}`]),
  ]
}

/** Numbers as they are called: `3` and `3.0` are the same. */
function textOf(value: InputValue | undefined): string | undefined {
  if (typeof value === 'string') return value
  if (value === undefined || value === null || !isInputNumber(value)) return undefined
  return String(Number(value.text))
}
