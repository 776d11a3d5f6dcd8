/** Runs a compiled request in one read session and writes its answer (JSON Format 4.01 §4–§13). */

import type { ReadStatement } from '../../db/read-session.ts'
import { HapiError } from '../../errors/hapi-error.ts'
import { contextFragment } from '../../odata/serialize/context-url.ts'
import { JsonOutput } from '../../odata/serialize/json-output.ts'
import {
  type CompiledRows,
  ORDINAL_COLUMN,
  type PageWindow,
  type RelatedPages,
  type RowCursor,
  type RowReader,
  type WrittenRows,
  writeRootRows,
} from '../../odata/serialize/row-stream.ts'
import type { Sightings } from '../../odata/serialize/sightings.ts'
import { type CompiledRequest, parentOf } from './compiled-request.ts'
import { etagOf, type Preconditions, type Verdict, verdictOf } from './etag.ts'
import { type Negotiated, saysControlInformation } from './negotiation.ts'
import { parameterValues, type RequestValues } from './parameter-values.ts'
import type { PageStart } from './skip-token.ts'

/** A page of the server's own: its size, and what the earlier pages delivered. */
export interface Page {
  readonly rowsMax: number
  readonly position: number
  readonly delivered: number
  /** The address of the next page. */
  readonly linkFrom: (start: PageStart, delivered: number) => string
}

/** Where the statements run: a read session, or the transaction whose outcome is shown. */
export interface StatementReader {
  open(statement: ReadStatement, values: readonly (string | null)[]): RowCursor
  /** For the only statement of a request. */
  openOnly(statement: ReadStatement, values: readonly (string | null)[]): RowCursor
}

export interface Execution {
  readonly session: StatementReader
  readonly compiled: CompiledRequest
  readonly values: RequestValues
  readonly negotiated: Negotiated
  /** Absolute address of the service root, without a slash at its end. */
  readonly serviceRoot: string
  /** Absolute address of this request. */
  readonly requestUrl: string
  readonly page: Page | undefined
  /** How expanded collections are paged; undefined when they are complete. */
  readonly relatedPages: RelatedPages | undefined
  /** Learns which rows that tell of persons are shown; absent when nobody asks. */
  readonly sightings?: Sightings | undefined
  /** What is read is tracked: its end has a delta link. */
  readonly tracking?: Tracking | undefined
  /** The number of changes is asked for, and not the changes. */
  readonly countsOnly?: boolean
  readonly preconditions: Preconditions
  /** Learns the tag of an answer that is one entity, before the first byte of it is written. */
  readonly announceEtag: (etag: string) => void
}

export interface Tracking {
  /** Before any row is written. */
  readonly begin: (session: StatementReader) => Promise<void>
  readonly deltaLink: () => string
}

/** `empty`: there is a resource, and its value is null. `unchanged`: it is as the client knows it. */
export type Answered = 'written' | 'empty' | 'unchanged'

export async function executeRequest(execution: Execution, out: JsonOutput): Promise<Answered> {
  switch (execution.compiled.plan.shape) {
    case 'collection':
      return writeCollection(execution, out)
    case 'entity':
      return writeEntity(execution, out)
    case 'property':
      return writeProperty(execution, out)
    case 'value':
      return writeRawValue(execution, out)
    case 'count':
      return writeCount(execution, out)
  }
}

async function writeCollection(execution: Execution, out: JsonOutput): Promise<Answered> {
  const { compiled, page, tracking } = execution
  const { buffer } = out
  await tracking?.begin(execution.session)
  if (execution.countsOnly === true) return writeDeltaCount(execution, out)
  buffer.appendText(`{${contextMember(execution)}`)
  if (compiled.count !== undefined)
    buffer.appendText(`"${prefix(execution)}count":${await countMember(execution)},`)
  buffer.appendText(`${operationMembers(compiled)}"value":[`)
  // The statement asks for one row more than the page takes, so that the page knows whether to go on.
  const window: PageWindow | undefined =
    compiled.delta !== undefined
      ? deltaWindow(execution, compiled.delta)
      : page === undefined
        ? undefined
        : { rowsMax: page.rowsMax, placeColumns: compiled.plan.pageColumns }
  const written = await writeRootRows(reader(execution), compiled.rows, out, window)
  if (written.rows === 0) await requireParent(execution)
  const link =
    page !== undefined && written.more
      ? nextPageLink(execution, page, written)
      : tracking === undefined
        ? ''
        : `,"${prefix(execution)}deltaLink":${JSON.stringify(tracking.deltaLink())}`
  buffer.appendText(`]${link}}`)
  return 'written'
}

/** Operations bound to the collection, in full control information (JSON Format 4.01 §16, §17). */
function operationMembers({ plan }: CompiledRequest): string {
  return plan.operations
    .map(({ name, qualifiedName, target }) => {
      const member = JSON.stringify({ title: name, target })
      return `${JSON.stringify(`#${qualifiedName}`)}:${member},`
    })
    .join('')
}

/** Entities in the order of their identifiers; for those that are gone, what tells that they are (JSON Format 4.01 §15.3). */
function deltaWindow(
  { compiled, page, negotiated, serviceRoot }: Execution,
  { removedColumn }: NonNullable<CompiledRequest['delta']>,
): PageWindow {
  const set = compiled.bound.setName ?? ''
  const context = JSON.stringify(`${serviceRoot}/$metadata#${set}/$deletedEntity`)
  const write = (id: number, reason: string): string =>
    negotiated.version === '4.0'
      ? `{"@odata.context":${context},"id":"${set}(${id})","reason":"${reason}"}`
      : `{"@removed":{"reason":"${reason}"},"@id":"${set}(${id})"}`
  return {
    rowsMax: page?.rowsMax ?? Number.POSITIVE_INFINITY,
    placeColumns: [ORDINAL_COLUMN],
    removed: { column: removedColumn, write },
  }
}

async function writeDeltaCount(execution: Execution, out: JsonOutput): Promise<Answered> {
  const { compiled, session, values } = execution
  if (compiled.delta === undefined) throw new Error('No delta is counted by this request')
  const { count } = compiled.delta
  await session
    .open(count, parameterValues(count.parameters, values))
    .next(0, (message, offset) => {
      out.buffer.appendText(firstColumn(message, offset))
    })
  return 'written'
}

/** A 64-bit integer like any other: text for those who ask for IEEE754Compatible (JSON Format §3.2). */
async function countMember(execution: Execution): Promise<string> {
  const count = await readCount(execution)
  return execution.negotiated.ieee754Compatible ? `"${count}"` : count
}

function nextPageLink(execution: Execution, page: Page, { rows, lastPlace }: WrittenRows): string {
  const start: PageStart =
    lastPlace === undefined
      ? { kind: 'atPosition', position: page.position + rows }
      : { kind: 'afterRow', values: lastPlace }
  const link = page.linkFrom(start, page.delivered + rows)
  return `,"${prefix(execution)}nextLink":${JSON.stringify(link)}`
}

async function writeEntity(execution: Execution, out: JsonOutput): Promise<Answered> {
  const { buffer } = out
  // The row writer leaves the opening brace to us, so that control information comes first.
  const context = contextMember(execution)
  const { plan, isSparse } = execution.compiled
  // A row that leaves members out puts the comma itself, before the first that is there.
  const isFollowed = plan.rows.object.members.length > 0 && !isSparse
  buffer.appendText(`{${isFollowed ? context : context.slice(0, -1)}`)
  const gate = new EntityGate(execution)
  const written = await writeRootRows(reader(execution), execution.compiled.rows, out, gate.window)
  if (written.rows > 0) return 'written'
  buffer.clear()
  if (gate.verdict === 'unchanged') return 'unchanged'
  if (gate.verdict === 'failed') throw preconditionFailed(execution)
  return missing(execution)
}

/** Lets the one entity pass, or stops it before anything of it is written, by its tag. */
class EntityGate {
  verdict: Verdict | undefined
  readonly window: PageWindow | undefined

  constructor({ compiled, preconditions, announceEtag }: Execution) {
    const column = compiled.plan.modifiedColumn
    if (column === undefined) return
    const decide = (modified: string | null): boolean => {
      const etag = modified === null ? undefined : etagOf(modified)
      this.verdict = verdictOf(preconditions, etag)
      if (etag !== undefined && this.verdict !== 'failed') announceEtag(etag)
      return this.verdict === 'passed'
    }
    this.window = { rowsMax: 1, placeColumns: undefined, admit: { column, decide } }
  }
}

async function writeProperty(execution: Execution, out: JsonOutput): Promise<Answered> {
  let key: string | null = null
  const column = execution.compiled.plan.keyColumn
  const decide = (text: string | null): boolean => {
    key = text
    return true
  }
  const page: PageWindow | undefined =
    column === undefined
      ? undefined
      : { rowsMax: 1, placeColumns: undefined, admit: { column, decide } }
  const written = await readAside(execution, page)
  if (written === '') throw noSuchEntity(execution)
  if (written === '{"value":null}') return 'empty'
  out.buffer.appendText(`{${contextMember(execution, key ?? '')}${written.slice(1)}`)
  return 'written'
}

/** The value as text, without quotes (Protocol 4.01 §11.2.4.1). */
async function writeRawValue(execution: Execution, out: JsonOutput): Promise<Answered> {
  const value = await readValue(execution)
  if (value === undefined) throw noSuchEntity(execution)
  if (value === 'null') return 'empty'
  const parsed: unknown = value.startsWith('"') ? JSON.parse(value) : value
  out.buffer.appendText(String(parsed))
  return 'written'
}

/** The one property of the one row, as JSON; undefined without a row. */
async function readValue(execution: Execution): Promise<string | undefined> {
  const written = await readAside(execution)
  return written === '' ? undefined : written.slice('{"value":'.length, -1)
}

async function readAside(execution: Execution, page?: PageWindow): Promise<string> {
  const chunks: Buffer[] = []
  const aside = new JsonOutput(async (bytes) => {
    chunks.push(bytes)
  })
  await writeRootRows(reader(execution), execution.compiled.rows, aside, page)
  return Buffer.concat([...chunks, aside.buffer.view()]).toString()
}

async function writeCount(execution: Execution, out: JsonOutput): Promise<Answered> {
  const count = await readCount(execution)
  if (count === '0') await requireParent(execution)
  out.buffer.appendText(count)
  return 'written'
}

async function readCount(execution: Execution): Promise<string> {
  const { compiled, session, values } = execution
  if (compiled.count === undefined) throw new Error('Nothing is counted by this request')
  let count = '0'
  const parameters = parameterValues(compiled.count.parameters, values)
  const cursor =
    compiled.plan.shape === 'count' && compiled.isSmall
      ? session.openOnly(compiled.count, parameters)
      : session.open(compiled.count, parameters)
  await cursor.next(0, (message, offset) => {
    count = firstColumn(message, offset)
  })
  return count
}

/** One column: after the number of columns (16 bits) comes its length (32 bits). */
function firstColumn(message: Buffer, offset: number): string {
  const start = offset + 6
  return message.toString('latin1', start, start + message.readInt32BE(offset + 2))
}

/** No row: either the addressed entity is missing, or a parent is there and relates to nothing. */
async function missing(execution: Execution): Promise<Answered> {
  const { bound } = execution.compiled
  if (bound.via !== undefined && bound.via.navigation.cardinality !== 'many') {
    await requireParent(execution)
    // No entity is there for any tag to match, not even `*` (RFC 9110 §13.1.1).
    if (verdictOf(execution.preconditions, undefined) === 'failed')
      throw preconditionFailed(execution)
    return 'empty'
  }
  throw noSuchEntity(execution)
}

/** A related entity has no key in the request: it is named by the way to it, `Unit 2909/Building`. */
function preconditionFailed(execution: Execution): HapiError {
  const { bound } = execution.compiled
  let entity = bound.query.root.row.name
  let way = ''
  for (
    let { via } = bound;
    via !== undefined && via.navigation.cardinality !== 'many';
    via = via.parent.via
  ) {
    entity = via.parent.source.row.name
    way = `/${via.navigation.name}${way}`
  }
  return new HapiError('PRECONDITION_FAILED', { entity, key: `${keyText(execution)}${way}` })
}

/** Nor has a related entity that is null any property. A function's one value is missing when its entity is. */
function noSuchEntity(execution: Execution): HapiError {
  const { query, functionCall } = execution.compiled.bound
  return recordNotFound(execution, (functionCall?.boundTo?.source ?? query.root).row.name)
}

/** @throws {HapiError} RECORD_NOT_FOUND when the path goes through an entity that is not there */
async function requireParent(execution: Execution): Promise<void> {
  const { compiled, session, values } = execution
  const parent = parentOf(compiled.bound)
  if (compiled.parentExists === undefined || parent === undefined) return
  let found = false
  const cursor = session.open(
    compiled.parentExists,
    parameterValues(compiled.parentExists.parameters, values),
  )
  await cursor.next(0, () => {
    found = true
  })
  if (!found) throw recordNotFound(execution, parent.source.row.name)
}

function recordNotFound(execution: Execution, entity: string): HapiError {
  return new HapiError('RECORD_NOT_FOUND', { entity, key: keyText(execution) })
}

/** The key as the request gave it, no longer than a message can take. */
function keyText({ compiled, values }: Execution): string {
  return compiled.bound.keyLiterals
    .map((index) => values.literals[index]?.value.slice(0, 40) ?? '')
    .join(',')
}

function reader({ session, values, compiled, relatedPages, sightings }: Execution): RowReader {
  return {
    relatedPages,
    sightings,
    open: (rows: CompiledRows, parents?: string) => {
      const parameters = parameterValues(rows.statement.parameters, values, parents)
      return compiled.isSmall
        ? session.openOnly(rows.statement, parameters)
        : session.open(rows.statement, parameters)
    },
  }
}

/** `"@odata.context":"…",` for those who asked for it. */
function contextMember(execution: Execution, key = ''): string {
  const { negotiated, compiled, serviceRoot } = execution
  if (!saysControlInformation(negotiated)) return ''
  const fragment = contextFragment(compiled.bound, key, negotiated.version)
  const delta = compiled.delta === undefined ? '' : '/$delta'
  return `"${prefix(execution)}context":${JSON.stringify(`${serviceRoot}/$metadata#${fragment}${delta}`)},`
}

function prefix({ negotiated }: Execution): string {
  return negotiated.version === '4.0' ? '@odata.' : '@'
}
