/** From a request whose body is read to the commands that it stands for, inside the transaction of its change. */

import type { Command } from '../../domain/command/command.ts'
import type { Row } from '../../domain/command/row.ts'
import { type CommandResult, runCommand } from '../../domain/command/run-command.ts'
import type { WriteContext } from '../../domain/command/write-context.ts'
import type { ReferenceReading } from './entity-reference.ts'
import { locateId, locateRow } from './locate-entity.ts'
import type { OpenedWrite } from './open-write.ts'
import { performReferenceWrite } from './reference-write.ts'
import type { WriteRequest } from './write-request.ts'
import type { WriteTarget } from './write-target.ts'

/** @throws {HapiError} what the commands throw, RECORD_NOT_FOUND for what stands on the way of the address */
export async function performWrite(
  opened: OpenedWrite,
  request: WriteRequest,
  reading: ReferenceReading,
): Promise<CommandResult> {
  const { target } = opened
  if (target.kind === 'reference') return performReferenceWrite(target, request, reading)
  return runCommand(await makeCommand(opened, target, request, reading.context), reading.context)
}

async function makeCommand(
  { operation }: OpenedWrite,
  target: Exclude<OpenedWrite['target'], { kind: 'reference' }>,
  { input, decimalsAsText, isUnchanged }: WriteRequest,
  context: WriteContext,
): Promise<Command> {
  const facts = {
    type: target.type,
    decimalsAsText,
    ...(isUnchanged === undefined ? {} : { isUnchanged }),
  }
  if (target.kind === 'collection')
    return { ...facts, operation: 'create', input, implied: await impliedValues(target, context) }
  const id = await locateId(target.entity, context)
  if (target.kind === 'action') {
    const action = `${target.type.set}/${target.operation.name}`
    return { ...facts, operation: 'action', id, action, input }
  }
  if (operation === 'delete') return { ...facts, operation, id }
  return { ...facts, operation: operation === 'replace' ? 'replace' : 'update', id, input }
}

/** Whom a new row belongs to by its address. */
async function impliedValues(
  { via }: Extract<WriteTarget, { kind: 'collection' }>,
  context: WriteContext,
): Promise<Row> {
  if (via === undefined) return {}
  const { from, to } = via.navigation
  return { [to]: (await locateRow(via.parent, context))[from] ?? null }
}
