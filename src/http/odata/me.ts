/** `GET /api/Me`: who is asking, and what it may do; a singleton made of what the token says (Protocol 4.01 §11.2.1). */

import type { Principal } from '../../auth/principal.ts'
import { namespace } from '../../derive/csdl-annotations.ts'
import { HapiError } from '../../errors/hapi-error.ts'
import { nearestHint } from '../../errors/nearest.ts'
import type { Model } from '../../model/model.ts'
import { isOffered } from '../../model/offered.ts'
import { me } from '../../model/singletons.ts'
import type { ParseLimits } from '../../odata/parse/limits.ts'
import { parseRequest } from '../../odata/parse/request-parser.ts'
import type { ODataRequest, PathSegment } from '../../odata/parse/syntax.ts'
import { negotiateLanguage } from '../language.ts'
import type { IncomingRequest, OutgoingReply } from './exchange.ts'
import {
  type Negotiated,
  negotiateJson,
  negotiateText,
  negotiationHeaders,
  saysControlInformation,
  VARY,
} from './negotiation.ts'
import type { RequestAddress } from './read-handler.ts'

/** Whether the path is that of the singleton or below it. */
export function isMe({ path }: Pick<RequestAddress, 'path'>): boolean {
  return /^\/me(?:\/|$)/i.test(path)
}

/** `Allow` of its addresses. */
export const ME_METHODS = ['GET', 'HEAD', 'OPTIONS'] as const

type PropertyName = (typeof me)['type']['properties'][number]['name']
type Caller = Readonly<Record<PropertyName, unknown>>

/** @throws {HapiError} UNKNOWN_SEGMENT, UNKNOWN_PROPERTY, OPTION_NOT_APPLICABLE, and what parsing and negotiation refuse */
export function handleMe(
  { model, parseLimits }: { readonly model: Model; readonly parseLimits: ParseLimits },
  principal: Principal,
  address: RequestAddress,
  request: IncomingRequest,
  reply: OutgoingReply,
): OutgoingReply {
  const parsed = parseRequest(address.path, address.query, parseLimits)
  const caller = callerOf(model, principal, negotiateLanguage(request.headers['accept-language']))
  const [, first, second] = parsed.path
  refuseOptions(parsed, first === undefined)
  const headers = negotiationHeaders(request)
  if (second !== undefined) {
    const text = rawText(caller, parsed.path)
    const negotiated = negotiateText(headers, undefined, 'text/plain; charset=utf-8')
    return text === undefined ? reply.code(204).send() : send(reply, negotiated, text)
  }
  const negotiated = negotiateJson(headers, parsed.options.format)
  const context = (rest: string): object =>
    contextMember(negotiated, `${address.serviceRoot}/$metadata#Me${rest}`)
  if (first !== undefined) {
    const name = findProperty(first)
    if (caller[name] === null) return reply.code(204).send()
    return send(reply, negotiated, JSON.stringify({ ...context(`/${name}`), value: caller[name] }))
  }
  const selected = selectedNames(parsed)
  const shown = Object.fromEntries((selected ?? names).map((name) => [name, caller[name]]))
  const list = selected === undefined ? '' : `(${selected.join(',')})`
  const full = negotiated.metadata === 'full' ? fullMembers(negotiated, address) : {}
  return send(reply, negotiated, JSON.stringify({ ...context(list), ...full, ...shown }))
}

const names: readonly PropertyName[] = me.type.properties.map(({ name }) => name)

function callerOf(model: Model, principal: Principal, language: string): Caller {
  const { userName, profile, databaseName, pinnedAt, modules } = principal
  return {
    UserName: userName,
    Profile: profile,
    Language: language,
    DatabaseName: databaseName,
    PinnedAt: pinnedAt?.toISOString() ?? null,
    Modules: [...modules].sort(),
    Rights: model.entityTypes.map((type) => {
      const licensed = modules.has(type.module)
      const may = (right: 'create' | 'update' | 'delete'): boolean =>
        licensed && isOffered(type, right, profile) && principal.canWrite(type.set, right)
      return {
        Set: type.set,
        CanRead: licensed && principal.canRead(type.set),
        CanCreate: may('create'),
        CanUpdate: may('update'),
        CanDelete: may('delete'),
      }
    }),
  }
}

/** One entity is neither filtered nor sorted, and this one has no relations. */
function refuseOptions({ options }: ODataRequest, isEntity: boolean): void {
  const allowed = new Set(
    isEntity ? ['select', 'format', 'schemaversion'] : ['format', 'schemaversion'],
  )
  for (const [name, value] of Object.entries(options))
    if (value !== undefined && !allowed.has(name)) {
      const option = `$${name}`
      throw new HapiError('OPTION_NOT_APPLICABLE', { option }, { target: option })
    }
}

function selectedNames({ options }: ODataRequest): readonly PropertyName[] | undefined {
  if (options.select === undefined) return undefined
  if (options.select.some(({ path }) => path[0] === '*')) return undefined
  return options.select.map(({ path: [asked = '', ...below], position }) => {
    if (below.length > 0) throw new HapiError('NOT_IMPLEMENTED', { feature: '$select=…/…' })
    const name = nameOf(asked)
    if (name !== undefined) return name
    const hint = { type: me.type.name, nearest: nearestHint(asked, names) }
    throw new HapiError(
      'UNKNOWN_PROPERTY',
      { property: asked, position, ...hint },
      { target: asked },
    )
  })
}

function nameOf(asked: string): PropertyName | undefined {
  return names.find((name) => name.toLowerCase() === asked.toLowerCase())
}

function findProperty(segment: PathSegment): PropertyName {
  const name =
    segment.kind === 'name' && segment.arguments === undefined ? nameOf(segment.name) : undefined
  if (name !== undefined) return name
  throw unknownSegment('name' in segment ? segment.name : '', me.name)
}

/** `Me/UserName/$value`; undefined when it is null. */
function rawText(
  caller: Caller,
  [, first, second, ...rest]: readonly PathSegment[],
): string | undefined {
  const name = first === undefined ? undefined : findProperty(first)
  const value = name === undefined ? undefined : caller[name]
  const isRaw = second?.kind === 'system' && second.name === '$value' && rest.length === 0
  if (!isRaw || (value !== null && typeof value !== 'string'))
    throw unknownSegment(
      second !== undefined && 'name' in second ? second.name : '',
      `${me.name}/${name}`,
    )
  return value ?? undefined
}

function unknownSegment(segment: string, type: string): HapiError {
  const nearest = nearestHint(segment, names)
  return new HapiError('UNKNOWN_SEGMENT', { segment: segment.slice(0, 100), type, nearest })
}

function prefixOf({ version }: Negotiated): string {
  return version === '4.0' ? '@odata.' : '@'
}

function contextMember(negotiated: Negotiated, url: string): object {
  return saysControlInformation(negotiated) ? { [`${prefixOf(negotiated)}context`]: url } : {}
}

function fullMembers(negotiated: Negotiated, { serviceRoot }: RequestAddress): object {
  const prefix = prefixOf(negotiated)
  return {
    [`${prefix}type`]: `#${namespace}.${me.type.name}`,
    [`${prefix}id`]: `${serviceRoot}/${me.name}`,
  }
}

function send(reply: OutgoingReply, negotiated: Negotiated, text: string): OutgoingReply {
  return reply
    .header('odata-version', negotiated.version)
    .header('content-type', negotiated.contentType)
    .header('vary', VARY)
    .send(Buffer.from(text))
}
