/** Service calls of the generated buildings over the year before the business date (recipe §9). */

import type { DemoRow, DemoValues } from './demo-row.ts'
import type { Tenancy } from './generated-leases.ts'
import type { GenerationContext } from './id-sequences.ts'
import type { DemoBuilding, DemoUnit } from './property-rows.ts'
import { Random } from './random.ts'
import { callCategories } from './service-call-categories.ts'
import {
  type CallStatus,
  type DemoCallDetail,
  hoursBeforeCalls,
  instant,
  later,
  serviceCallRows,
} from './service-call-rows.ts'

const callsPer100Units = 12
const oldestDays = 365
const closedAfterDays = 20
const completedAfterDays = 7
const openStatuses = ['N', 'A', 'P', 'E'] as const
/** Aires communes: of the building, not of a dwelling. */
const commonAreas = 7

const minutesPerDay = 24 * 60
const halfDay = minutesPerDay / 2
/** The technician's rate in cents an hour. */
const hourlyRate = 4_800

export interface InhabitedBuilding {
  readonly building: DemoBuilding
  readonly units: readonly DemoUnit[]
  readonly tenancies: readonly Tenancy[]
}

export function* generatedServiceCallRows(
  { building, units, tenancies }: InhabitedBuilding,
  context: GenerationContext,
): Iterable<DemoRow> {
  const count = Math.round((units.length * callsPer100Units) / 100)
  for (let index = 0; index < count; index += 1) {
    const id = context.ids.nextId('ServiceCall')
    const random = Random.of('ServiceCall', id, context.salt)
    const categoryId = 1 + random.below(callCategories.all.length)
    const unit = units[random.below(units.length)]
    const age = 1 + random.below(oldestDays - 1)
    const requested = hoursBeforeCalls(age * 24 - 3 - random.below(9))
    const status = statusAt(age, context)
    const isShared = categoryId === commonAreas || unit === undefined
    const [title, description, resolution] = callCategories.get(categoryId).call
    const life = lifeOf(requested, status, random)
    yield* serviceCallRows({
      id,
      no: context.ids.nextServiceCallNo(building.division.id),
      building,
      unit: isShared ? null : unit,
      tenantId: isShared ? null : tenantAt(unit, requested, tenancies),
      categoryId,
      status,
      requested,
      details: life.startedDate === null ? [] : drawDetails(life.startedDate, random, context),
      given: {
        Source: 'P',
        Title: title,
        Description: description,
        AccessPermission: true,
        Resolution: life.completedDate === null ? null : resolution,
        ...datesOf(life),
      },
    })
  }
}

function statusAt(ageInDays: number, { ids }: GenerationContext): CallStatus {
  if (ageInDays > closedAfterDays) return 'F'
  if (ageInDays > completedAfterDays) return 'T'
  return openStatuses[ids.nextTurn('ServiceCall.Status', openStatuses.length)] ?? 'N'
}

/** Who had the unit when the call came in. */
function tenantAt(unit: DemoUnit, at: Date, tenancies: readonly Tenancy[]): number | null {
  const date = instant(at).slice(0, 10)
  const held = tenancies.find(
    ({ lease }) =>
      lease.unit.id === unit.id &&
      lease.startDate <= date &&
      (lease.tenant.departure === null || lease.tenant.departure.date >= date),
  )
  return held?.lease.tenant.id ?? null
}

interface Life {
  readonly assignedDate: Date | null
  readonly startedDate: Date | null
  readonly completedDate: Date | null
  readonly closedDate: Date | null
  readonly scheduledStart: Date | null
}

/** When the call entered each state that leads to `status`: all of it within a week. */
function lifeOf(requested: Date, status: CallStatus, random: Random): Life {
  const assigned = later(requested, 15 + random.below(60))
  const started = later(assigned, 30 + random.below(halfDay / 2))
  const completed = later(started, 60 + random.below(120))
  const isCompleted = status === 'T' || status === 'F'
  return {
    assignedDate: status === 'N' ? null : assigned,
    scheduledStart: status === 'P' ? later(requested, completedAfterDays * minutesPerDay) : null,
    startedDate: isCompleted || status === 'E' ? started : null,
    completedDate: isCompleted ? completed : null,
    closedDate: status === 'F' ? later(completed, 3 * minutesPerDay) : null,
  }
}

function datesOf(life: Life): DemoValues {
  const text = (date: Date | null): string | null => (date === null ? null : instant(date))
  return {
    AssignedDate: text(life.assignedDate),
    ScheduledStart: text(life.scheduledStart),
    StartedDate: text(life.startedDate),
    CompletedDate: text(life.completedDate),
    ClosedDate: text(life.closedDate),
  }
}

/** Labour, then parts and travel when drawn: one to three lines. */
function drawDetails(started: Date, random: Random, { ids }: GenerationContext): DemoCallDetail[] {
  const drawn: Omit<DemoCallDetail, 'id' | 'at'>[] = [
    {
      detailType: 'M',
      description: 'Travail sur place',
      quantity: 50 * (1 + random.below(6)),
      unitPrice: hourlyRate,
    },
    {
      detailType: 'P',
      description: 'Pièces',
      quantity: 100,
      unitPrice: 500 + random.below(8_000),
    },
    { detailType: 'D', description: 'Déplacement', quantity: 100, unitPrice: 2_500 },
  ]
  const count = 1 + random.below(drawn.length)
  return drawn
    .slice(0, count)
    .map((detail) => ({ ...detail, id: ids.nextId('ServiceCallDetail'), at: later(started, 45) }))
}
