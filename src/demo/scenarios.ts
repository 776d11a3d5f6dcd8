/**
 * What happens in a property manager's day, played in a sandbox: so that an integrator sees the events of the guide's
 * examples (contract D11) when he wants them.
 */

import { setTimeout as sleep } from 'node:timers/promises'
import type { Database } from '../db/database.ts'
import type { InputValue } from '../domain/command/input.ts'
import type { Row } from '../domain/command/row.ts'
import { numberOf, requiredDecimal, requiredNumber, requiredText } from '../domain/command/row.ts'
import { runCommand } from '../domain/command/run-command.ts'
import type { WriteContext } from '../domain/command/write-context.ts'
import { inWriteTransaction } from '../domain/command/write-transaction.ts'
import { claimOrderOf, type OrderKey } from '../domain/documents/orders/order-store.ts'
import { produceOrdered } from '../domain/documents/orders/produce-ordered.ts'
import { addDays, addMonths } from '../domain/leasing/dates.ts'
import { moveClock, readClock } from '../domain/leasing/sandbox-clock.ts'
import { HapiError } from '../errors/hapi-error.ts'
import { model } from '../model/model.ts'

export const scenarioNames = ['departure', 'unit-free', 'document', 'service-call'] as const

export type ScenarioName = (typeof scenarioNames)[number]

/** One row that a scenario has changed, and what it was. */
export interface PlayedStep {
  readonly entity: string
  readonly id: number
  readonly fr: string
  readonly en: string
}

/** Throws CLOCK_NOT_PINNED for an account that is no sandbox, RECORD_NOT_FOUND when no row fits, UNAVAILABLE. */
export async function playScenario(
  database: Database,
  accountId: number,
  name: ScenarioName,
): Promise<readonly PlayedStep[]> {
  switch (name) {
    case 'departure':
      return inSandbox(database, accountId, enterDeparture)
    case 'unit-free':
      return freeUnit(database, accountId)
    case 'document':
      return issueNotice(database, accountId)
    case 'service-call':
      return inSandbox(database, accountId, openServiceCall)
  }
}

async function inSandbox<T>(
  database: Database,
  accountId: number,
  work: (context: WriteContext) => Promise<T>,
): Promise<T> {
  const { pinnedAt } = await readClock(database, accountId, new Date())
  if (pinnedAt === null) throw new HapiError('CLOCK_NOT_PINNED')
  return inWriteTransaction(
    database,
    { accountId, profile: 'administrator', pinnedAt },
    { now: new Date() },
    work,
  )
}

/** The tenant of the first lease that goes on leaves at the end of the month. */
async function enterDeparture(context: WriteContext): Promise<readonly PlayedStep[]> {
  const lease = await firstLease(context)
  const tenantId = requiredNumber(lease, 'TenantId')
  const unitId = requiredNumber(lease, 'UnitId')
  const date = endOfMonth(context.businessDate)
  const input = new Map([
    ['DepartureDate', date],
    ['DepartureReason', 'E'],
    ['DepartureNoticeDate', context.businessDate],
  ])
  await runCommand(
    { type: model.getType('Tenant'), operation: 'update', id: tenantId, input },
    context,
  )
  return [
    step(
      'Tenant',
      tenantId,
      `avise de son départ le ${date}`,
      `gives notice of departure, ${date}`,
    ),
    step('Lease', requiredNumber(lease, 'Id'), `tenu jusqu'au ${date}`, `held through ${date}`),
    step('Unit', unitId, `disponible le ${addDays(date, 1)}`, `available ${addDays(date, 1)}`),
  ]
}

/** The clock moves to the day after the next departure; without one, somebody leaves first. */
async function freeUnit(database: Database, accountId: number): Promise<readonly PlayedStep[]> {
  const steps: PlayedStep[] = []
  let lease = await inSandbox(database, accountId, nextDeparture)
  if (lease === undefined) {
    steps.push(...(await inSandbox(database, accountId, enterDeparture)))
    lease = await inSandbox(database, accountId, nextDeparture)
  }
  if (lease === undefined) throw noRow('Lease')
  const date = addDays(requiredText(lease, 'HeldThroughDate'), 1)
  await moveClock(database, accountId, { date })
  return [
    ...steps,
    step('Unit', requiredNumber(lease, 'UnitId'), `libre le ${date}`, `free on ${date}`),
  ]
}

async function nextDeparture(context: WriteContext): Promise<Row | undefined> {
  const leases = await context.select('Lease', "status = 'A' and held_through_date >= $2", [
    context.businessDate,
  ])
  return leases.toSorted((a, b) =>
    requiredText(a, 'HeldThroughDate') < requiredText(b, 'HeldThroughDate') ? -1 : 1,
  )[0]
}

/** A notice of modification is given, and its document produced as the service does it. */
async function issueNotice(database: Database, accountId: number): Promise<readonly PlayedStep[]> {
  const renewalId = await inSandbox(database, accountId, giveNotice)
  const id = await produceSoon(database, { accountId, entity: 'LeaseRenewal', rowId: renewalId })
  return [
    step('Document', id, 'avis de modification produit', 'notice of modification produced'),
    step('LeaseRenewal', renewalId, 'avis donné', 'notice given'),
  ]
}

/** To the tenant of the first lease for which it is the time, at 3 % more. */
async function giveNotice(context: WriteContext): Promise<number> {
  const [lease] = await context.select(
    'Lease',
    `status = 'A' and is_renewable and held_through_date is null and not is_section_f
       and $2 between notice_window_start and notice_window_end
       and not exists (select from lease_renewals r
                        where r.account_id = $1 and r.lease_id = leases.id and r.new_start_date > $2)`,
    [context.businessDate],
  )
  if (lease === undefined) throw noRow('Lease')
  const rent = requiredDecimal(lease, 'RentAmount').times('1.03').toFixed(2)
  const input = new Map<string, InputValue>([
    ['LeaseId', wholeNumber(lease, 'Id')],
    ['NewRent', { kind: 'number', text: rent }],
    ['NoticeDate', context.businessDate],
  ])
  const { id } = await runCommand(
    { type: model.getType('LeaseRenewal'), operation: 'create', input },
    context,
  )
  return id
}

/** A worker that runs may have been faster, and is then waited for. */
async function produceSoon(database: Database, key: OrderKey): Promise<number> {
  const order = await claimOrderOf(database, key)
  if (order !== undefined) {
    const outcome = await produceOrdered(order, { database, now: () => new Date() })
    if (outcome.kind === 'produced') return outcome.documentId
  }
  for (let look = 0; look < LOOKS_MAX; look++) {
    const renewal = await inSandbox(database, key.accountId, (context) =>
      context.get('LeaseRenewal', key.rowId),
    )
    const documentId = numberOf(renewal, 'DocumentId')
    if (documentId !== null) return documentId
    await sleep(LOOK_EVERY_MS)
  }
  throw noRow('Document')
}

/** Ten seconds: a worker needs less than one. */
const LOOKS_MAX = 50
const LOOK_EVERY_MS = 200

/** A leak in the unit of the first lease, told through the tenants' portal. */
async function openServiceCall(context: WriteContext): Promise<readonly PlayedStep[]> {
  const lease = await firstLease(context)
  const { unit, building } = await placeOf(lease, context)
  const [category] = await context.select('ServiceCallCategory', 'is_active')
  if (category === undefined) throw noRow('ServiceCallCategory')
  const input = new Map<string, InputValue>([
    ['BuildingId', wholeNumber(building, 'Id')],
    ['UnitId', wholeNumber(unit, 'Id')],
    ['TenantId', wholeNumber(lease, 'TenantId')],
    ['CategoryId', wholeNumber(category, 'Id')],
    ['Source', 'P'],
    ['Title', "Fuite sous l'évier"],
    ['Description', "L'eau coule sous l'évier de la cuisine."],
    ['AccessPermission', true],
  ])
  const { id } = await runCommand(
    { type: model.getType('ServiceCall'), operation: 'create', input },
    context,
  )
  const number = requiredNumber(await context.get('ServiceCall', id), 'ServiceCallNo')
  return [step('ServiceCall', id, `appel n° ${number} créé`, `service call no. ${number} created`)]
}

function wholeNumber(row: Row, property: string): InputValue {
  return { kind: 'number', text: String(requiredNumber(row, property)) }
}

async function firstLease(context: WriteContext): Promise<Row> {
  const [lease] = await context.select(
    'Lease',
    "status = 'A' and is_renewable and held_through_date is null and start_date <= $2",
    [context.businessDate],
  )
  if (lease === undefined) throw noRow('Lease')
  return lease
}

async function placeOf(
  lease: Row,
  context: WriteContext,
): Promise<{ readonly unit: Row; readonly building: Row }> {
  const unit = await context.get('Unit', requiredNumber(lease, 'UnitId'))
  return { unit, building: await context.get('Building', requiredNumber(unit, 'BuildingId')) }
}

function endOfMonth(date: string): string {
  return addDays(addMonths(`${date.slice(0, 7)}-01`, 1), -1)
}

function noRow(entity: string): HapiError {
  return new HapiError('RECORD_NOT_FOUND', { entity, key: '' })
}

function step(entity: string, id: number, fr: string, en: string): PlayedStep {
  return { entity, id, fr, en }
}
