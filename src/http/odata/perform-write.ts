/** From a request whose body is read to the commands that it stands for, inside the transaction of its change. */

import type { Row } from '../../domain/command/row.ts'
import { type CommandResult, runCommand } from '../../domain/command/run-command.ts'
import type { WriteContext } from '../../domain/command/write-context.ts'
import { DeepWriter } from './deep-write.ts'
import type { ReferenceReading } from './entity-reference.ts'
import { locateId, locateRow } from './locate-entity.ts'
import type { SingleWrite } from './open-write.ts'
import { performReferenceWrite } from './reference-write.ts'
import type { WriteRequest } from './write-request.ts'
import type { WriteTarget } from './write-target.ts'

/** @throws {HapiError} what the commands throw, RECORD_NOT_FOUND for what stands on the way of the address */
export async function performWrite(
  { target, operation, principal }: SingleWrite,
  request: WriteRequest & { readonly id: string | undefined },
  reading: ReferenceReading,
): Promise<CommandResult> {
  const { context } = reading
  const { input, decimalsAsText, isUnchanged } = request
  const { type } = target
  const facts = { type, decimalsAsText, ...(isUnchanged === undefined ? {} : { isUnchanged }) }
  switch (target.kind) {
    case 'reference':
      return performReferenceWrite(target, request, reading)
    case 'collection': {
      const implied = await impliedValues(target, context)
      const created = { type, operation: 'create', id: undefined, input, implied } as const
      return new DeepWriter(reading, principal, request).write({ ...created, isUnchanged })
    }
    case 'action': {
      const id = await locateId(target.entity, context)
      const action = `${type.set}/${target.operation.name}`
      return runCommand({ ...facts, operation: 'action', id, action, input }, context)
    }
    case 'property': {
      const id = await locateId(target.entity, context)
      return runCommand({ ...facts, operation: 'update', id, input }, context)
    }
    case 'stream':
    case 'entity': {
      const id = await locateId(target.entity, context)
      if (operation === 'delete') return runCommand({ ...facts, operation, id }, context)
      const change = operation === 'replace' ? 'replace' : 'update'
      const changed = { type, operation: change, id, input, implied: {}, isUnchanged } as const
      return new DeepWriter(reading, principal, request).write(changed)
    }
  }
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
