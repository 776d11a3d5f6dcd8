/** `GET …/$value` of a media entity: its content, whole or a range of it (Protocol 4.01 §11.2.3; RFC 9110 §14). */

import type { Happenings } from '../../audit/happenings.ts'
import { type Principal, visibleUsers } from '../../auth/principal.ts'
import type { ContentStores } from '../../contents/content-stores.ts'
import { locateContent } from '../../contents/locate-content.ts'
import { readRows } from '../../db/read-rows.ts'
import { openReadSession, type ReadSession } from '../../db/read-session.ts'
import { type Row, requiredNumber, requiredText, textOf } from '../../domain/command/row.ts'
import { selectRows } from '../../domain/command/stored-rows.ts'
import { allowedType, nameOfType } from '../../domain/documents/content-type.ts'
import { HapiError } from '../../errors/hapi-error.ts'
import type { EntityType } from '../../model/entity-type.ts'
import type { Model } from '../../model/model.ts'
import { actingBy } from './acting-by.ts'
import { AnswerBody, ReceiverGone } from './answer-body.ts'
import { type ByteRange, byteRange } from './byte-range.ts'
import { etagOf, matchesEtag } from './etag.ts'
import type { IncomingRequest, OutgoingReply } from './exchange.ts'
import { locateRow } from './locate-entity.ts'
import { negotiateType } from './negotiation.ts'
import { parseAddress, requireModule, requireWay } from './open-write.ts'
import type { ReadDependencies, RequestAddress } from './read-handler.ts'
import { singleHeader } from './request-header.ts'
import { findWriteTarget, type WriteTarget } from './write-target.ts'

export type StreamTarget = Extract<WriteTarget, { kind: 'stream' }>

interface StreamDependencies extends ReadDependencies {
  readonly model: Model
  readonly contents: ContentStores
}

/** The media entity whose content the path is; undefined for anything else, which others answer. */
export function streamTarget(
  { model, parseLimits }: StreamDependencies,
  address: RequestAddress,
): StreamTarget | undefined {
  if (!/(?:\$|%24)value\/?$/i.test(address.path)) return undefined
  try {
    const target = findWriteTarget(model, parseAddress(address, parseLimits), 'GET')
    return target.kind === 'stream' ? target : undefined
  } catch (error) {
    if (error instanceof HapiError) return undefined
    throw error
  }
}

/** @throws {HapiError} refusals of rights, RECORD_NOT_FOUND, PRECONDITION_FAILED, NOT_ACCEPTABLE, RANGE_NOT_SATISFIABLE */
export async function handleStreamRead(
  dependencies: StreamDependencies,
  principal: Principal,
  target: StreamTarget,
  request: IncomingRequest,
  reply: OutgoingReply,
): Promise<OutgoingReply> {
  requireReadable(target.type, principal)
  requireWay(target, principal)
  return dependencies.slots.run(principal.userId, async () => {
    const session = await openReadSession(
      dependencies.database,
      principal.accountId,
      visibleUsers(principal),
    )
    try {
      const row = await streamRow(session, principal, target)
      return await answer(
        {
          session,
          contents: dependencies.contents,
          principal,
          tell: () => tellContent(dependencies.happenings, principal, target, request, row),
        },
        row,
        request,
        reply,
      )
    } finally {
      await session.release()
    }
  })
}

function requireReadable(type: EntityType, principal: Principal): void {
  requireModule(type, principal)
  if (!principal.canRead(type.set))
    throw new HapiError('READ_NOT_PERMITTED', { set: type.set }, { target: type.set })
}

/** The media entity, read inside the session. */
export function streamRow(
  session: ReadSession,
  { accountId }: Principal,
  { entity }: StreamTarget,
): Promise<Row> {
  const lists = (text: string, values: readonly unknown[]) =>
    readRows(session, { text, prepared: false }, values.map(String))
  return locateRow(entity, {
    select: (type, condition, values) =>
      selectRows({ lists }, accountId, typeNamed(entity, type), condition, values),
  })
}

/** A type on the way of the address. */
function typeNamed(entity: StreamTarget['entity'], name: string): EntityType {
  if (entity.type.name === name) return entity.type
  if (entity.via === undefined) throw new Error(`${name} is not on the way`)
  return typeNamed(entity.via.parent, name)
}

/** The tag of a content, which is strong: equal tags are equal bytes. Undefined as long as there is none. */
export function contentTag(row: Row): string | undefined {
  const digest = textOf(row, 'Sha256')
  return digest === null || requiredNumber(row, 'FileSize') === 0 ? undefined : `"${digest}"`
}

interface Reading {
  readonly session: ReadSession
  readonly contents: ContentStores
  readonly principal: Principal
  /** That the content was read. */
  readonly tell: () => void
}

async function answer(
  reading: Reading,
  row: Row,
  request: IncomingRequest,
  reply: OutgoingReply,
): Promise<OutgoingReply> {
  const type = allowedType(requiredText(row, 'ContentType')) ?? 'application/octet-stream'
  negotiateType(request.headers.accept, undefined, [type, 'application/octet-stream'])
  const tag = contentTag(row)
  if (failsPrecondition(row, tag, singleHeader(request, 'if-match')))
    throw new HapiError('PRECONDITION_FAILED', { entity: 'Document', key: String(row['Id']) })
  // What was never uploaded is null (§11.2.3).
  if (tag === undefined) return reply.code(204).send()
  reply.header('etag', tag).header('accept-ranges', 'bytes').header('vary', 'Accept')
  const known = singleHeader(request, 'if-none-match')
  if (known !== undefined && matchesEtag(known, tag)) return reply.code(304).send()
  const size = requiredNumber(row, 'FileSize')
  const range = byteRange(request.headers, tag, size)
  if (range === 'unsatisfiable')
    throw new HapiError(
      'RANGE_NOT_SATISFIABLE',
      { size },
      { headers: { 'content-range': `bytes */${size}` } },
    )
  const { from, to } = range ?? { from: 0, to: size }
  const pieces =
    request.method === 'HEAD' ? undefined : await openPieces(reading, row, { from, to }, reply)
  if (range !== undefined)
    reply.code(206).header('content-range', `bytes ${from}-${to - 1}/${size}`)
  reply
    .header('content-type', type === 'text/plain' ? 'text/plain; charset=utf-8' : type)
    .header('content-length', String(to - from))
    .headers(SAFE_HEADERS)
    .header('content-disposition', disposition(nameOfType(requiredText(row, 'FileName'), type)))
  if (pieces === undefined) return reply.send()
  reading.tell()
  return sendPieces(pieces, reading.session, request, reply)
}

function tellContent(
  happenings: Happenings,
  principal: Principal,
  { type }: StreamTarget,
  request: IncomingRequest,
  row: Row,
): void {
  const id = requiredNumber(row, 'Id')
  happenings.note({
    accountId: principal.accountId,
    kind: 'READ',
    acting: actingBy(principal, request),
    address: request.ip,
    entity: type.name,
    request: `${request.method} /api/${type.set}(?)/$value`,
    seen: { rows: 1, first: id, last: id, ids: new Set([id]) },
  })
}

/** `If-Match` may name the content or its entity. */
function failsPrecondition(row: Row, tag: string | undefined, wanted: string | undefined): boolean {
  if (wanted === undefined) return false
  return ![tag, etagOf(requiredText(row, 'ModifiedDate'))].some((known) =>
    matchesEtag(wanted, known),
  )
}

/** The content of the row, of which the first piece is there: a store that does not answer is told by the status. */
async function openPieces(
  { session, contents, principal }: Reading,
  row: Row,
  range: ByteRange,
  reply: OutgoingReply,
): Promise<AsyncIterable<Buffer>> {
  const id = requiredNumber(row, 'Id')
  const located = await locateContent(session, principal.accountId, id)
  if (located === undefined) throw new Error(`Document ${id} lacks its content`)
  const store = contents.of(located.store)
  const reading = new AbortController()
  const gone = (): void => reading.abort(new ReceiverGone())
  reply.raw.once('close', gone)
  const { signal } = reading
  const pieces = store.read(located.place, range, { session, signal })[Symbol.asyncIterator]()
  try {
    return wholeOf(await pieces.next(), pieces, range)
  } finally {
    reply.raw.off('close', gone)
  }
}

/** @throws when there are not as many bytes as the row says */
async function* wholeOf(
  first: IteratorResult<Buffer, unknown>,
  pieces: AsyncIterator<Buffer, unknown>,
  { from, to }: ByteRange,
): AsyncGenerator<Buffer> {
  let left = to - from
  try {
    for (let next = first; next.done !== true; next = await pieces.next()) {
      left -= next.value.length
      yield next.value
    }
  } finally {
    await pieces.return?.()
  }
  if (left !== 0) throw new Error('A document lacks bytes of its content')
}

/** One piece at a time: the next one is read when the receiver wants more. */
async function sendPieces(
  pieces: AsyncIterable<Buffer>,
  session: ReadSession,
  request: IncomingRequest,
  reply: OutgoingReply,
): Promise<OutgoingReply> {
  const body = new AnswerBody()
  const gone = (): void => void body.destroy()
  reply.raw.once('close', gone)
  body.on('error', () => {})
  reply.send(body)
  try {
    for await (const piece of pieces) await body.write(piece)
    body.end(Buffer.alloc(0))
  } catch (error) {
    // The status line is out: cutting the connection is the only way left to say that the answer is not whole.
    if (!(error instanceof ReceiverGone)) request.log.error({ err: error }, 'Content cut')
    await session.cancel()
    reply.raw.destroy()
  } finally {
    reply.raw.off('close', gone)
  }
  return reply
}

/** What somebody uploaded runs nothing, not even where a page opens it, and stays in no cache that others share. */
const SAFE_HEADERS = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
  'cache-control': 'private, no-store',
  'x-content-type-options': 'nosniff',
}

/** Offered to be saved under its name, and never shown as a page of ours (RFC 6266). */
function disposition(fileName: string): string {
  const plain = fileName.replace(/[^\x20-\x7e]|["\\%]/g, '_')
  const encoded = encodeURIComponent(fileName).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`
}
