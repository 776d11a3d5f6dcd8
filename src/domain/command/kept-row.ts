/**
 * Which stored row an input is about that comes again: the one with its legacy key, else with another of its unique keys
 * . A row of a type that has none, or that says none, is the one that agrees with all that is said; of what nobody
 * has twice, the one of that name or place and day.
 */

import { type EntityType, isOwnReference } from '../../model/entity-type.ts'
import { model } from '../../model/model.ts'
import { columnName } from '../../model/naming.ts'
import { isRequired } from '../../model/offered.ts'
import { type Row, requiredNumber } from './row.ts'
import type { WriteContext } from './write-context.ts'

interface SaidOfRow {
  /** References are resolved. */
  readonly draft: Row
  readonly given: ReadonlySet<string>
  /** `Command.found`. */
  readonly found: Row | undefined
  /** What is null is not said. */
  readonly nullIsUnsaid: boolean
  /** Whether another row of the same source is about the row with this Id. */
  readonly isMet: (id: number) => boolean
}

/** By which rows are known that say no key, and whose other fields may have changed. */
const ownWays: Readonly<Record<string, readonly string[]>> = {
  CoTenant: ['TenantId', 'LastName', 'FirstName', 'StartDate'],
  TenantParking: ['TenantId', 'ParkingId', 'StartDate'],
  TenantStorage: ['TenantId', 'StorageId', 'StartDate'],
}

export interface Overtaken {
  /** Fields that rows move on from by themselves: nobody finds a row by them. */
  readonly fields: ReadonlySet<string>
  /** Fields that say of the row with this Id what it has moved on from. */
  readonly of: (id: number) => Promise<ReadonlySet<string>>
}

/** Its Id; undefined when there is none. */
export async function findKept(
  type: EntityType,
  said: SaidOfRow,
  overtaken: Overtaken,
  context: WriteContext,
): Promise<number | undefined> {
  const { businessKey, unique = [] } = type
  const isSaid = (name: string): boolean => (said.draft[name] ?? null) !== null
  const keys = (businessKey === undefined ? unique : [businessKey, ...unique])
    .map((names) => names.flatMap((name) => saidBy(type, name) ?? UNSAID))
    .filter((names) => names.every(isSaid))
  for (const names of keys) {
    const [row] = await findEqual(type, names, said.draft, context)
    if (row !== undefined) return requiredNumber(row, 'Id')
  }
  if (keys.length > 0) return undefined
  const agreeing = await findAgreeing(type, said, overtaken, context)
  const own = ownWays[type.name]
  if (agreeing !== undefined || own?.every(isSaid) !== true) return agreeing
  const rows = await findEqual(type, own, said.draft, context)
  return rows.map((row) => requiredNumber(row, 'Id')).find((id) => !said.isMet(id))
}

/** No row has a field of this name. */
const UNSAID = ['']

/**
 * By what a row says an identifier that only rules write: a lease has its division from its unit, as its company's and its
 * division's number. Undefined for a number that the system gives, which no row says.
 */
function saidBy(
  { properties, navigation }: EntityType,
  name: string,
): readonly string[] | undefined {
  if (properties.find((property) => property.name === name)?.readOnly !== true) return [name]
  const target = navigation.find(({ from }) => from === name)?.target
  if (target === undefined) return undefined
  const key = model.entityTypes.find((type) => type.name === target)?.businessKey
  return key?.every((part) => properties.some((property) => property.name === part)) === true
    ? key
    : [name]
}

async function findAgreeing(
  type: EntityType,
  { draft, given, found, nullIsUnsaid, isMet }: SaidOfRow,
  overtaken: Overtaken,
  context: WriteContext,
): Promise<number | undefined> {
  const required = type.properties.filter(isRequired).map(({ name }) => name)
  const telling = required.filter((name) => !overtaken.fields.has(name))
  const identifiers = type.navigation.filter(isOwnReference).map(({ from }) => from)
  const isKnown = (name: string): boolean =>
    // What rules copy into the row later is 0 as yet.
    identifiers.includes(name) ? Number(draft[name] ?? 0) !== 0 : given.has(name)
  const sought = [...new Set([...identifiers, ...telling])].filter(
    (name) => (draft[name] ?? null) !== null && isKnown(name),
  )
  if (!sought.some((name) => identifiers.includes(name))) return undefined
  const rows = await findEqual(type, sought, draft, context)
  const differing = inOrder(rows, found).map((row) => ({
    id: requiredNumber(row, 'Id'),
    names: [...given].filter((name) => row[name] !== draft[name]),
    hasContent: found !== undefined && row['Sha256'] === found['Sha256'],
  }))
  const same = differing.find(({ names }) => names.length === 0)
  if (same !== undefined) return same.id
  for (const { id, names, hasContent } of differing) {
    if (isMet(id)) continue
    // The same paper, of the same date and about the same: what is said of it may be corrected.
    if (hasContent && !names.some((name) => identifiers.includes(name))) return id
    const over = await overtaken.of(id)
    const isUnsaid = (name: string): boolean => nullIsUnsaid && draft[name] === null
    if (names.every((name) => over.has(name) || isUnsaid(name))) return id
  }
  return undefined
}

/** Another content makes another row; the same one comes before none yet. */
function inOrder(rows: readonly Row[], found: Row | undefined): readonly Row[] {
  if (found === undefined) return rows
  const said = found['Sha256']
  return [
    ...rows.filter(({ Sha256 }) => Sha256 === said),
    ...rows.filter(({ Sha256 = null }) => Sha256 === null),
  ]
}

function findEqual(
  type: EntityType,
  names: readonly string[],
  draft: Row,
  context: WriteContext,
): Promise<readonly Row[]> {
  const condition = names.map((name, index) => `${columnName({ name })} = $${index + 2}`)
  const values = names.map((name) => draft[name])
  return context.select(type.name, condition.join(' and '), values)
}
