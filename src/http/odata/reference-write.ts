/**
 * `$ref`: rows are related and unrelated (Protocol 4.01 §11.4.6). A reference is a foreign key of one of the two rows,
 * so this is an update of that row, by its rules.
 */

import type { InputObject } from '../../domain/command/input.ts'
import type { FieldValue, Row } from '../../domain/command/row.ts'
import { requiredText } from '../../domain/command/row.ts'
import { type CommandResult, runCommand } from '../../domain/command/run-command.ts'
import { HapiError } from '../../errors/hapi-error.ts'
import { columnName, tableName } from '../../model/naming.ts'
import {
  findReferred,
  type ReferenceReading,
  referenceOf,
  referencesOf,
} from './entity-reference.ts'
import { locateId, locateRow } from './locate-entity.ts'
import type { WriteRequest } from './write-request.ts'
import type { ReferenceTarget } from './write-target.ts'

/** Rows that one request relates or unrelates: each is an update with all its rules. */
const REFERENCES_MAX = 200

interface ReferenceRequest extends WriteRequest {
  /** `$id`. */
  readonly id: string | undefined
}

/** @throws {HapiError} RECORD_NOT_FOUND, PRECONDITION_FAILED, INVALID_FORMAT, REFERENCE_NOT_FOUND, LIMIT_EXCEEDED, and what updating the rows throws */
export async function performReferenceWrite(
  target: ReferenceTarget,
  request: ReferenceRequest,
  reading: ReferenceReading,
): Promise<CommandResult> {
  const { related, of } = target
  if (of === 'one') return writeSingle(target, request, reading)
  const parent = await lockedParent(target, request, reading)
  const value = parent[related.navigation.from] ?? null
  if (of === 'member') {
    const member = { type: target.type, key: target.key, via: related }
    return relate(target, await locateId(member, reading.context), null, reading)
  }
  switch (request.method) {
    case 'POST': {
      const row = await findReferred(referenceOf(request.input), target.type, '@id', reading)
      return relate(target, Number(row['Id']), value, reading)
    }
    case 'PUT':
      return replaceAll(target, value, referencesOf(request.input), reading)
    default:
      return request.id === undefined
        ? replaceAll(target, value, [], reading)
        : removeMember(target, value, request.id, reading)
  }
}

/** The row that the address begins from keeps the reference itself. */
async function writeSingle(
  { related, type }: ReferenceTarget,
  { method, input, id: optionId, isUnchanged }: ReferenceRequest,
  reading: ReferenceReading,
): Promise<CommandResult> {
  const { navigation, parent } = related
  if (optionId !== undefined)
    throw new HapiError('OPTION_NOT_APPLICABLE', { option: '$id' }, { target: '$id' })
  const id = await locateId(parent, reading.context)
  const referred =
    method === 'PUT'
      ? await findReferred(
          referenceOf(input),
          reading.model.getType(navigation.target),
          '@id',
          reading,
        )
      : undefined
  return runCommand(
    {
      type,
      operation: 'update',
      id,
      input: inputOf(navigation.from, referred?.[navigation.to] ?? null),
      ...(isUnchanged === undefined ? {} : { isUnchanged }),
    },
    reading.context,
  )
}

/** `If-Match` is about the entity whose references they are. */
async function lockedParent(
  { related: { parent } }: ReferenceTarget,
  { isUnchanged }: ReferenceRequest,
  { context }: ReferenceReading,
): Promise<Row> {
  const row = await locateRow(parent, context)
  if (isUnchanged?.(requiredText(row, 'ModifiedDate')) === false)
    throw new HapiError('PRECONDITION_FAILED', {
      entity: parent.type.name,
      key: Number(row['Id']),
    })
  return row
}

function relate(
  { type, related }: ReferenceTarget,
  id: number,
  value: FieldValue,
  { context }: ReferenceReading,
): Promise<CommandResult> {
  const input = inputOf(related.navigation.to, value)
  return runCommand({ type, operation: 'update', id, input }, context)
}

async function removeMember(
  target: ReferenceTarget,
  value: FieldValue,
  reference: string,
  reading: ReferenceReading,
): Promise<CommandResult> {
  const { type, related } = target
  const row = await findReferred(reference, type, '$id', reading)
  if (row[related.navigation.to] !== value)
    throw new HapiError('RECORD_NOT_FOUND', { entity: type.name, key: Number(row['Id']) })
  return relate(target, Number(row['Id']), null, reading)
}

/** §11.4.6.4: these are to be the members, and no others. */
async function replaceAll(
  target: ReferenceTarget,
  value: FieldValue,
  references: ReturnType<typeof referencesOf>,
  reading: ReferenceReading,
): Promise<CommandResult> {
  if (references.length > REFERENCES_MAX) throw tooMany()
  const wanted = new Set<number>()
  for (const reference of references) {
    const row = await findReferred(reference, target.type, '@id', reading)
    wanted.add(Number(row['Id']))
  }
  const members = await memberIds(target, value, reading)
  for (const id of members) if (!wanted.has(id)) await relate(target, id, null, reading)
  for (const id of wanted) if (!members.includes(id)) await relate(target, id, value, reading)
  return { id: 0, kind: 'update', changed: true, before: undefined, outcome: undefined }
}

async function memberIds(
  { type, related }: ReferenceTarget,
  value: FieldValue,
  { context }: ReferenceReading,
): Promise<readonly number[]> {
  const column = columnName({ name: related.navigation.to })
  const rows = await context.query(
    `select id from ${tableName(type)} where account_id = $1 and ${column} = $2 order by id limit $3`,
    [context.accountId, value, REFERENCES_MAX + 1],
  )
  if (rows.length > REFERENCES_MAX) throw tooMany()
  return rows.map(({ id }) => Number(id))
}

function tooMany(): HapiError {
  return new HapiError('LIMIT_EXCEEDED', { limit: REFERENCES_MAX, what: WHAT }, { target: '$ref' })
}

const WHAT = { fr: 'références', en: 'references' }

function inputOf(name: string, value: FieldValue): InputObject {
  return new Map([[name, typeof value === 'number' ? { kind: 'number', text: `${value}` } : value]])
}
