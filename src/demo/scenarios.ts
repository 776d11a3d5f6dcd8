/**
 * What happens in a property manager's day, played in a sandbox: so that an integrator sees the events of the guide's
 * examples (contract D11) when he wants them.
 */

import type { Database } from '../db/database.ts'
import type { InputValue } from '../domain/command/input.ts'
import type { Row } from '../domain/command/row.ts'
import { requiredNumber, requiredText } from '../domain/command/row.ts'
import { runCommand } from '../domain/command/run-command.ts'
import type { WriteContext } from '../domain/command/write-context.ts'
import { inWriteTransaction } from '../domain/command/write-transaction.ts'
import { produceDocument } from '../domain/documents/produce-document.ts'
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
      return inSandbox(database, accountId, issueNotice)
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

/** A notice to the tenant of the first lease, as his portal would show it. */
async function issueNotice(context: WriteContext): Promise<readonly PlayedStep[]> {
  const lease = await firstLease(context)
  const { unit, building } = await placeOf(lease, context)
  const leaseId = requiredNumber(lease, 'Id')
  const id = await produceDocument(
    context,
    {
      LedgerDivisionId: requiredNumber(building, 'LedgerDivisionId'),
      DocumentType: 'AVREN',
      Title: 'Avis de renouvellement',
      FileName: `avis-${leaseId}.txt`,
      ContentType: 'text/plain',
      DocumentDate: context.businessDate,
      Language: 'F',
      UnitId: requiredNumber(unit, 'Id'),
      TenantId: requiredNumber(lease, 'TenantId'),
      LeaseId: leaseId,
      IsVisibleToTenant: true,
    },
    Buffer.from(
      `Avis de renouvellement\n\nBail ${leaseId}, ${requiredText(building, 'Name')}, ${context.businessDate}.\nExemple produit dans un bac à sable : il n'a aucune valeur.\n`,
    ),
  )
  return [step('Document', id, 'avis de renouvellement produit', 'renewal notice produced')]
}

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
