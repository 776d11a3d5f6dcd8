/**
 * `PUT …/$value` of a media entity (Protocol 4.01 §11.4.7.2, R-110): its content arrives piece by piece, is told by
 * its beginning, and becomes the document's in the transaction that writes its length and digest.
 */

import { visibleUsers } from '../../auth/principal.ts'
import { ArrivingContent, adoptContent } from '../../contents/arriving-content.ts'
import { requireRoom } from '../../contents/quota.ts'
import { openReadSession } from '../../db/read-session.ts'
import { type Row, requiredNumber, requiredText } from '../../domain/command/row.ts'
import { runCommand } from '../../domain/command/run-command.ts'
import { allowedType } from '../../domain/documents/content-type.ts'
import { contentRejected, receiveContent } from '../../domain/documents/receive-content.ts'
import { requireUploaded } from '../../domain/documents/require-uploaded.ts'
import { HapiError } from '../../errors/hapi-error.ts'
import { etagOf, matchesEtag } from './etag.ts'
import type { IncomingRequest, OutgoingReply } from './exchange.ts'
import type { SingleWrite, WriteDependencies } from './open-write.ts'
import { readPreferences } from './preferences.ts'
import type { WrittenAnswer } from './repeated-request.ts'
import { singleHeader } from './request-header.ts'
import { contentTag, type StreamTarget, streamRow } from './stream-read.ts'
import { describe, readWishes } from './write-answer.ts'
import { inWriteOf, sendWritten } from './write-handler.ts'

/** @throws {HapiError} RECORD_NOT_FOUND, INVALID_BODY, PRECONDITION_FAILED, DOCUMENT_CONTENT_REJECTED, DOCUMENT_QUOTA_EXCEEDED, OPERATION_NOT_SUPPORTED for what the system has produced */
export async function handleStreamWrite(
  dependencies: WriteDependencies,
  opened: SingleWrite & { readonly target: StreamTarget },
  request: IncomingRequest,
  source: AsyncIterable<Buffer>,
  reply: OutgoingReply,
): Promise<OutgoingReply> {
  const { principal, target } = opened
  const { type, entity } = target
  // To put the same content again changes nothing, but its answer is not kept.
  if (request.headers['repeatability-request-id'] !== undefined)
    throw new HapiError('NOT_IMPLEMENTED', { feature: 'Repeatability-Request-ID, …/$value' })
  // RFC 9110 §14.5: who goes on with what broke off would replace all of it by its rest.
  if (request.headers['content-range'] !== undefined)
    throw new HapiError('INVALID_BODY', { reason: 'Content-Range' }, { target: 'Content-Range' })
  const asEntity: SingleWrite = { ...opened, target: { kind: 'entity', type, entity } }
  const wishes = readWishes(dependencies, asEntity, request, new Map())
  // §11.4.7.2: the entity is shown to who asks for it.
  const wanted = { ...wishes, isMinimal: wishes.isMinimal || !asksForEntity(opened, request) }
  const row = await readRow(dependencies, opened)
  const isUnchanged = condition(row, request)
  requireUploaded(row)
  if (!isUnchanged(requiredText(row, 'ModifiedDate')))
    throw new HapiError('PRECONDITION_FAILED', { entity: type.name, key: String(row['Id']) })
  const mediaType = allowedType(request.headers['content-type'] ?? '')
  if (mediaType === undefined || mediaType !== allowedType(requiredText(row, 'ContentType')))
    throw contentRejected('Content-Type')
  const content = new ArrivingContent(
    dependencies.database,
    dependencies.contents.current,
    principal.accountId,
  )
  const { dryRun } = wanted
  let answer: WrittenAnswer
  try {
    await content.begin()
    const found = await receiveContent(source, {
      mediaType,
      bytesMax: dependencies.documentBytesMax,
      store: (piece) => content.add(piece),
    })
    if (!dryRun) await content.end()
    const id = requiredNumber(row, 'Id')
    const written = await inWriteOf(
      dependencies,
      { principal, request, dryRun },
      async (context) => {
        const command = {
          type,
          operation: 'update',
          id,
          input: new Map(),
          found,
          isUnchanged,
        } as const
        const result = await runCommand(command, context)
        const byteCount = found.FileSize
        await requireRoom(
          context,
          { documentId: id, byteCount },
          dependencies.accountDocumentsMibMax,
        )
        await adoptContent(context, id, { id: content.id, byteCount })
        return describe(dependencies, asEntity, wanted, result, context)
      },
    )
    answer = await written.answer
  } catch (error) {
    await content.discard()
    throw error
  }
  if (dryRun) await content.discard()
  return sendWritten(reply, answer)
}

function asksForEntity({ address }: SingleWrite, request: IncomingRequest): boolean {
  return (
    readPreferences(request.headers['prefer']).return === 'representation' ||
    /(?:^|&)(?:\$|%24)?(?:select|expand)=/i.test(address.query)
  )
}

async function readRow(
  { database }: WriteDependencies,
  { principal, target }: SingleWrite & { readonly target: StreamTarget },
): Promise<Row> {
  const session = await openReadSession(database, principal.accountId, visibleUsers(principal))
  try {
    return await streamRow(session, principal, target)
  } finally {
    await session.release()
  }
}

/** The tags of a request may be those of the content or of its entity. */
function condition(row: Row, request: IncomingRequest): (modifiedDate: string) => boolean {
  const wanted = singleHeader(request, 'if-match')
  const unwanted = singleHeader(request, 'if-none-match')
  const tag = contentTag(row)
  const known = requiredText(row, 'ModifiedDate')
  return (instant) => {
    const tags = [etagOf(instant), ...(instant === known && tag !== undefined ? [tag] : [])]
    const names = (header: string): boolean => tags.some((own) => matchesEtag(header, own))
    if (wanted !== undefined && !names(wanted)) return false
    // No content is there for `*` to name.
    if (unwanted?.trim() === '*') return tag === undefined
    return unwanted === undefined || !names(unwanted)
  }
}
