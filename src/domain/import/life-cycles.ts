/**
 * Rows of a source that are on their way: a service call that is closed, an application that was accepted. Nobody creates
 * one so. It is entered in its first state, and what comes after takes it along its life cycle by the
 * changes that anybody would make, with what they demand; the server says when each took place: now.
 */

import { requiredText } from '../command/row.ts'
import { type LifeCycle, pathBetween } from '../command/transitions.ts'
import type { WriteContext } from '../command/write-context.ts'
import { applicationLife } from '../crm/rental-application.ts'
import { visitLife } from '../crm/visit.ts'
import { serviceCallLifeCycle } from '../maintenance/service-call-states.ts'
import {
  type ImportItem,
  type ImportRecord,
  type ImportSequel,
  type ImportStep,
  sequelOf,
} from './import-record.ts'

interface Course {
  readonly life: LifeCycle
  /** What belongs to the row comes first: a closed call takes no details, an application makes its prospect an applicant. */
  readonly isLast: boolean
  /** States into which another row leads, by the state before. */
  readonly led?: Readonly<Record<string, string>>
}

/** Any state may follow any other; these two last. */
const prospectLife: LifeCycle = {
  initial: ['N', 'C', 'V', 'D'],
  transitions: Object.fromEntries(
    ['N', 'C', 'V', 'D', 'G', 'P'].map((state) => [state, ['N', 'C', 'V', 'D', 'G', 'P']]),
  ),
}

const courses: Readonly<Record<string, Course>> = {
  Prospect: { life: prospectLife, isLast: true },
  // Its lease converts it.
  RentalApplication: { life: applicationLife, isLast: false, led: { B: 'A' } },
  ServiceCall: { life: serviceCallLifeCycle, isLast: true },
  Visit: { life: visitLife, isLast: false },
}

/** Counts rows on their way, then puts the steps behind the rows of a source. */
export class RowsOnTheirWay {
  #size = 0
  #last = 0

  /** Steps that `steps` adds. */
  get size(): number {
    return this.#size
  }

  notice(item: ImportItem): void {
    const course = item.kind === 'record' ? courseOf(item) : undefined
    if (course === undefined) return
    this.#size++
    if (course.isLast) this.#last++
  }

  /** @param again the source once more, for what comes last: nothing is kept of it meanwhile */
  async *steps(
    steps: AsyncIterable<ImportStep>,
    again: () => AsyncIterable<ImportItem>,
  ): AsyncGenerator<ImportStep> {
    let met = 0
    for await (const step of steps) {
      const course = step.kind === 'record' ? courseOf(step) : undefined
      if (step.kind !== 'record' || course === undefined) {
        yield step
        continue
      }
      const name = nameOf(met++)
      yield { ...step, input: without(step), sequel: name }
      if (!course.isLast) yield sequelOf(step, statusOf(step), name)
    }
    if (this.#last === 0) return
    met = 0
    for await (const item of again()) {
      const course = item.kind === 'record' ? courseOf(item) : undefined
      if (item.kind !== 'record' || course === undefined) continue
      const name = nameOf(met++)
      if (course.isLast) yield sequelOf(item, statusOf(item), name)
    }
  }
}

/** States between where the row is and where its source has it, the last one too; none when it is there. */
export async function statesAhead(
  { type, input }: ImportSequel,
  id: number,
  context: WriteContext,
): Promise<readonly string[]> {
  const course = courses[type.name]
  const target = stateOf(input.get('Status'))
  if (course === undefined || target === undefined) return []
  const now = requiredText(await context.get(type.name, id), 'Status')
  if (now === target) return []
  const ahead = pathBetween(now, course.led?.[target] ?? target, course.life)
  if (ahead !== undefined) return ahead
  // It was there, and has gone on since; where no way leads at all the rule says so.
  return pathBetween(target, now, course.life) === undefined ? [target] : []
}

export function isOnItsWay(sequel: ImportSequel): boolean {
  return sequel.type.name in courses
}

/** Of a row that cannot be created in its state; a state that is none is for the rules to refuse. */
function courseOf({ type, input }: ImportRecord): Course | undefined {
  const course = courses[type.name]
  const state = stateOf(input.get('Status'))
  if (course === undefined || state === undefined || course.life.initial.includes(state))
    return undefined
  return state in course.life.transitions ? course : undefined
}

/** As R-001 has codes. */
function stateOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value.trim().toUpperCase() : undefined
}

function without({ input }: ImportRecord): ImportRecord['input'] {
  return new Map([...input].filter(([name]) => name !== 'Status'))
}

function statusOf({ input }: ImportRecord): ImportRecord['input'] {
  return new Map([['Status', input.get('Status') ?? null]])
}

/** Departures are called by their numbers. */
function nameOf(index: number): string {
  return `state ${index}`
}
