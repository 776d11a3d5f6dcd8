/** The rows of a chunk as commands, one after another inside one transaction that has the account alone. */

import type { AccountRoom } from '../../contents/quota.ts'
import { HapiError } from '../../errors/hapi-error.ts'
import type { EntityType } from '../../model/entity-type.ts'
import type { Command } from '../command/command.ts'
import type { InputObject } from '../command/input.ts'
import { legacyKeyText } from '../command/key-text.ts'
import type { Row } from '../command/row.ts'
import { type CommandResult, runCommand } from '../command/run-command.ts'
import type { TransactionClient } from '../command/stored-rows.ts'
import { type ContextParts, WriteContext } from '../command/write-context.ts'
import { ChunkRows } from './chunk-rows.ts'
import { contentColumn } from './files/content-column.ts'
import { labelText } from './files/label-text.ts'
import { takeContent } from './import-contents.ts'
import type { ImportFault, ImportRecord, ImportSequel, ImportStep } from './import-record.ts'
import type { LabelIds } from './labels.ts'
import { isOnItsWay, statesAhead } from './life-cycles.ts'
import type { MetRows } from './met-rows.ts'

interface Taken {
  readonly kind: 'created' | 'updated' | 'unchanged'
  readonly id: number
  /** Its content is to be stored. */
  readonly hasNewContent: boolean
}

export type RowOutcome = Taken | { readonly kind: 'refused'; readonly error: HapiError }

export interface RowRun
  extends Pick<
    ContextParts,
    'actor' | 'businessDate' | 'now' | 'webhooks' | 'secretBox' | 'nextId'
  > {
  readonly client: TransactionClient
  /** What contents may take; undefined: as much as there is. */
  readonly room: AccountRoom | undefined
  /** What becomes of a row whose key another has already: refused, or brought up to date. */
  readonly operation: 'create' | 'keep'
  /** By earlier rows of the source, and by those that are run. */
  readonly met: MetRows
  /** Throws what speaks against writing rows of the type at all. */
  readonly requireWrite: (record: ImportRecord) => void
}

/** A sequel of a row that was refused is nothing any more. */
const NOTHING: Taken = { kind: 'unchanged', id: 0, hasNewContent: false }

/** What a refused row has done cannot be taken back but with its transaction. */
export class BeyondUndo extends Error {}

/**
 * One outcome for each row. When it returns everything is written and PostgreSQL has found nothing wrong with it.
 *
 * @throws {BeyondUndo} and errors of PostgreSQL: the transaction has to go back to where it was
 */
export async function runRows(
  items: readonly ImportStep[],
  labels: LabelIds,
  run: RowRun,
): Promise<readonly RowOutcome[]> {
  const rows = new ChunkRows(run.client, run.actor.accountId, run.businessDate)
  const ids = items.map((): TakenId[] => [])
  await rows.scout(
    items.flatMap((item, index) =>
      item.kind === 'fault'
        ? []
        : [
            async () => {
              const context = contextOf(run, rows, item, async (typeName) => {
                const id = await run.nextId(typeName)
                ids[index]?.push({ typeName, id })
                return id
              })
              const [command] = await commandsOf(item, labels, run, context)
              if (command !== undefined) await runCommand(command, context)
            },
          ],
    ),
  )
  const outcomes: RowOutcome[] = []
  for (const [index, item] of items.entries())
    outcomes.push(await runItem(item, ids[index] ?? [], labels, rows, run))
  await rows.settle()
  await run.client.settled()
  // What a commit would find wrong is found now, while it is known whose fault it is; and no queue of checks grows.
  await run.client.texts('set constraints all immediate', [])
  await run.client.send('set constraints all deferred', [])
  return outcomes
}

/** What a scout has taken its row takes, so that both ask for the same. */
interface TakenId {
  readonly typeName: string
  readonly id: number
}

async function runItem(
  item: ImportStep,
  ids: TakenId[],
  labels: LabelIds,
  rows: ChunkRows,
  run: RowRun,
): Promise<RowOutcome> {
  if (item.kind === 'fault') return { kind: 'refused', error: item.error }
  rows.beginCommand()
  try {
    const context = contextOf(run, rows, item, async (typeName) =>
      ids[0]?.typeName === typeName ? (ids.shift()?.id ?? 0) : run.nextId(typeName),
    )
    let outcome = NOTHING
    let before: Row | undefined
    for (const command of await commandsOf(item, labels, run, context)) {
      const result = await runCommand(command, context)
      outcome = takenOf(result)
      before = result.before
    }
    if (item.kind !== 'record') return outcome
    refuseRepeated(item, outcome, run)
    const { found } = item
    const hasNewContent = found !== undefined && takeContent(found, before, run.room)
    run.met.add(item.type.name, outcome.id)
    labels.notice(item, outcome.id)
    return { ...outcome, hasNewContent }
  } catch (error) {
    // What the service itself lacks is no refusal.
    if (!(error instanceof HapiError) || error.status >= 500) throw error
    if (!rows.undoCommand()) throw new BeyondUndo('', { cause: error })
    return { kind: 'refused', error }
  }
}

function takenOf({ id, kind, changed }: CommandResult): Taken {
  const became = kind === 'create' ? 'created' : changed ? 'updated' : 'unchanged'
  return { kind: became, id, hasNewContent: false }
}

/** Throws DUPLICATE_KEY: what an earlier row has said would be lost in this one. One that says the same does no harm. */
function refuseRepeated({ type, input }: ImportRecord, { kind, id }: Taken, run: RowRun): void {
  if (kind === 'updated' && run.met.has(type.name, id)) throw repeatedKey(type, input)
}

/** Names as much of the key as the row says. */
function repeatedKey(type: EntityType, input: InputObject): HapiError {
  const [unique = []] = type.unique ?? []
  const names = (type.businessKey ?? unique).filter((name) => input.has(name))
  const values = names.map((name) => labelText(input.get(name)) ?? null)
  const key = legacyKeyText(names, values)
  return new HapiError(
    'DUPLICATE_KEY',
    { entity: type.name, key },
    { target: names.at(-1) ?? 'Id' },
  )
}

/** None when there is nothing to do; several take a row through its states. */
async function commandsOf(
  step: Exclude<ImportStep, ImportFault>,
  labels: LabelIds,
  run: RowRun,
  context: WriteContext,
): Promise<readonly Command[]> {
  const { type } = step
  if (step.kind === 'record') {
    run.requireWrite(step)
    const { found } = step
    const input = withoutContent(type, labels.resolve(step))
    const isMet = (id: number): boolean => run.met.has(type.name, id)
    const command = { type, operation: run.operation, input, nullIsUnsaid: isOfCells(step), isMet }
    return [found === undefined ? command : { ...command, found }]
  }
  // Part of a row that this import has taken: who may create a tenant may say when he leaves.
  const id = labels.findSequel(step)
  if (id === undefined) return []
  if (!isOnItsWay(step)) return [{ type, operation: 'update', id, input: saidOf(step) }]
  const states = await statesAhead(step, id, context)
  return states.map((state) => ({
    type,
    operation: 'update',
    id,
    input: new Map([['Status', state]]),
  }))
}

/** A null of JSON somebody has written; an empty cell is what is left where nobody has. */
function isOfCells({ cellOf }: Exclude<ImportStep, ImportFault>): boolean {
  return cellOf !== undefined
}

function saidOf(step: ImportSequel): InputObject {
  if (!isOfCells(step)) return step.input
  return new Map([...step.input].filter(([, value]) => value !== null))
}

/** Of a type without contents it is a name like any other that nobody knows. */
function withoutContent({ hasStream }: EntityType, input: InputObject): InputObject {
  if (hasStream !== true || !input.has(contentColumn.name)) return input
  return new Map([...input].filter(([name]) => name !== contentColumn.name))
}

function contextOf(
  { actor, businessDate, now, webhooks, secretBox }: RowRun,
  rows: ChunkRows,
  step: ImportStep,
  nextId: (typeName: string) => Promise<number>,
): WriteContext {
  const leavingOn = step.kind === 'record' ? step.leavingOn : undefined
  return new WriteContext({
    rows,
    actor,
    businessDate,
    now,
    webhooks,
    secretBox,
    leavingOn,
    nextId,
  })
}
