/**
 * `GET /api/…`: from the URL to the bytes of the answer. What can be refused is refused before a
 * connection is taken.
 */

import type { Happenings } from '../../audit/happenings.ts'
import { type Principal, visibleUsers } from '../../auth/principal.ts'
import type { DeltaPosition } from '../../changes/delta-position.ts'
import type { Database } from '../../db/database.ts'
import { openReadSession } from '../../db/read-session.ts'
import { functionRule } from '../../domain/bound-functions.ts'
import { ensureCalendarStates } from '../../domain/leasing/calendar.ts'
import { ensureOverdueCalls } from '../../domain/maintenance/overdue-calls.ts'
import { hasTable } from '../../model/naming.ts'
import type { RawArgument } from '../../odata/bind/bound-tree.ts'
import type { EncodingLimits } from '../../odata/bind/literal-encoding.ts'
import type { ParseLimits } from '../../odata/parse/limits.ts'
import { parseRequest } from '../../odata/parse/request-parser.ts'
import type { ODataRequest } from '../../odata/parse/syntax.ts'
import { isTrackable } from '../../odata/plan/plan-delta.ts'
import type { Paging } from '../../odata/plan/query-plan.ts'
import type { CompiledRows, RelatedPages } from '../../odata/serialize/row-stream.ts'
import type { ClientSlots } from '../client-slots.ts'
import { ChangeTracking } from './change-tracking.ts'
import { compileOptions } from './compile-options.ts'
import type { CompiledRequest, RequestCompiler } from './compiled-request.ts'
import { handleDelta } from './delta-handler.ts'
import { DeltaTokens, deltaLink, deltaQuery } from './delta-token.ts'
import { invalidId, resolveEntityId } from './entity-id.ts'
import type { Preconditions } from './etag.ts'
import type { IncomingRequest, OutgoingReply } from './exchange.ts'
import type { Page, Tracking } from './execute-request.ts'
import type { LinkSeal } from './link-seal.ts'
import {
  type Negotiated,
  negotiateJson,
  negotiateText,
  negotiationHeaders,
  VARY,
} from './negotiation.ts'
import type { RequestValues } from './parameter-values.ts'
import { type Preferences, preferenceApplied, readPreferences } from './preferences.ts'
import type { QueryCosts } from './query-cost.ts'
import { tellReading, watchReading } from './readings.ts'
import { asksForSnapshot, isolationNotSupported, refuseOtherSchema } from './refuse-demands.ts'
import { singleHeader } from './request-header.ts'
import { sendAnswer } from './send-answer.ts'
import { nextLink, type SkipToken, SkipTokens } from './skip-token.ts'

export interface ReadDependencies {
  readonly database: Database
  /** Where readings of persons are told. */
  readonly happenings: Happenings
  readonly compiler: RequestCompiler
  readonly parseLimits: ParseLimits
  readonly encodingLimits: EncodingLimits
  readonly slots: ClientSlots
  readonly costs: QueryCosts
  /** Seals what next links carry. */
  readonly linkSeal: LinkSeal
  /** Rows of a page that the operator sets; undefined for complete lists (contract B1). */
  readonly pageSizeMax: number | undefined
  readonly readTimeoutMs: number
  /** The real clock. */
  readonly now: () => Date
}

/** Where a request stands: its raw path below the service root, its raw query, and absolute addresses. */
export interface RequestAddress {
  readonly path: string
  readonly query: string
  readonly serviceRoot: string
  /** The path of the service root, from the slash at its beginning to the one at its end. */
  readonly servicePath: string
  readonly url: string
}

export async function handleRead(
  dependencies: ReadDependencies,
  principal: Principal,
  address: RequestAddress,
  request: IncomingRequest,
  reply: OutgoingReply,
): Promise<OutgoingReply> {
  const { parseLimits } = dependencies
  const asked = parseRequest(address.path, address.query, parseLimits)
  const parsed = resolveEntityId(asked, address, parseLimits)
  refuseOtherSchema(parsed.options.schemaversion)
  const { deltatoken } = parsed.options
  if (deltatoken !== undefined)
    return handleDelta(dependencies, principal, address, deltatoken, request, reply)
  const preferences = readPreferences(request.headers['prefer'])
  const tokens = new SkipTokens(dependencies.linkSeal, principal, parsed)
  const paging = choosePaging(parsed, preferences, tokens, dependencies.pageSizeMax)
  const negotiated = negotiate(
    parsed,
    request,
    preferences.trackChanges || paging.token?.tracked !== undefined,
  )
  const compiled = dependencies.compiler.compile(
    parsed,
    compileOptions(principal, negotiated, {
      paging: {
        paged: paging.pageSize !== undefined,
        continued: continuedFrom(paging.token),
        nested: paging.token?.nested?.path,
      },
      servicePath: address.servicePath,
      omitsNulls: preferences.omitValues !== undefined,
    }),
  )
  // What a function gives has no identity.
  if (parsed !== asked && compiled.bound.setName === undefined)
    throw invalidId(asked.options.id ?? '')
  const isPaged = paging.pageSize !== undefined && compiled.plan.shape === 'collection'
  // One answer is one snapshot; the pages of a list are not.
  if (asksForSnapshot(request) && isPaged) throw isolationNotSupported('snapshot')
  const now = dependencies.now()
  const account = { accountId: principal.accountId, pinnedAt: principal.pinnedAt ?? null }
  const businessDate = await ensureCalendarStates(dependencies.database, account, now)
  if (compiled.readsServiceCalls) await ensureOverdueCalls(dependencies.database, account, now)
  const clock = paging.token?.now ?? (principal.pinnedAt ?? now).toISOString()
  const tracking = trackingOf(dependencies, principal, address, {
    token: paging.token,
    isWanted: preferences.trackChanges && isTrackable(compiled.bound, negotiated.version),
  })
  const linkTo = (target: LinkTarget): string =>
    nextLink(
      address.url,
      tokens.write({
        ...target,
        now: asksClock(compiled.rows) ? clock : undefined,
        tracked: target.nested === undefined ? tracking?.position() : undefined,
      }),
    )
  const page = pageOf(parsed, compiled, paging, linkTo)
  const values: RequestValues = {
    literals: parsed.literals,
    limits: dependencies.encodingLimits,
    accountId: principal.accountId,
    now: new Date(clock),
    functionArguments: functionArguments(compiled, parsed, principal.accountId, businessDate),
    pageStart: pageStart(paging.token),
    rowLimit: page === undefined ? undefined : rowLimit(parsed, compiled, page),
    relatedRowsMax: paging.pageSize,
    parents: paging.token?.nested === undefined ? undefined : `{${paging.token.nested.parent}}`,
  }
  reply.header('odata-version', negotiated.version).header('vary', VARY)
  const applied =
    request.headers['prefer'] === undefined
      ? undefined
      : appliedOf(preferences, compiled, paging.applied, tracking !== undefined)
  if (applied !== undefined) reply.header('preference-applied', applied)
  const sightings = watchReading(compiled, request)
  const answer = dependencies.slots.run(principal.userId, async () => {
    const session = await openReadSession(
      dependencies.database,
      principal.accountId,
      visibleUsers(principal),
    )
    return sendAnswer(
      {
        session,
        compiled,
        values,
        negotiated,
        serviceRoot: address.serviceRoot,
        requestUrl: address.url,
        page,
        relatedPages: relatedPagesOf(paging, negotiated, linkTo),
        tracking,
        sightings,
        preconditions: preconditionsOf(request, compiled),
        announceEtag: (etag) => void reply.header('etag', etag),
        admit: () => dependencies.costs.check(session, compiled, values),
      },
      request,
      reply,
      dependencies.readTimeoutMs,
    )
  })
  if (sightings === undefined) return answer
  return answer.finally(() =>
    tellReading(dependencies.happenings, principal, request, compiled, sightings),
  )
}

/** `Preference-Applied`. */
function appliedOf(
  preferences: Preferences,
  { plan }: CompiledRequest,
  maxpagesize: number | undefined,
  isTracked: boolean,
): string | undefined {
  const isObjects = plan.shape === 'collection' || plan.shape === 'entity'
  return preferenceApplied(preferences, {
    maxpagesize,
    'track-changes': preferences.trackChanges && isTracked ? true : undefined,
    // No property has a default value that the metadata declare: null is the only one to leave out.
    'omit-values': isObjects ? preferences.omitValues : undefined,
    // Rows have no annotations of any vocabulary.
    'include-annotations':
      isObjects && preferences.includeAnnotations !== undefined ? '-*' : undefined,
  })
}

function negotiate(parsed: ODataRequest, request: IncomingRequest, isTracked: boolean): Negotiated {
  const given = negotiationHeaders(request)
  // Whoever follows changes knows OData.
  const headers = isTracked ? { ...given, odataVersion: given.odataVersion ?? '4.0' } : given
  const last = parsed.path[parsed.path.length - 1]
  if (last?.kind !== 'system' || (last.name !== '$count' && last.name !== '$value'))
    return negotiateJson(headers, parsed.options.format)
  const contentType = last.name === '$count' ? 'text/plain' : 'text/plain; charset=utf-8'
  return negotiateText(headers, parsed.options.format, contentType)
}

/**
 * An expanded answer holds more than the entity whose tag it has: it is never *not modified*, since
 * what is expanded may have changed alone. So does an endpoint's: how it fares is no change of it.
 */
function preconditionsOf(request: IncomingRequest, { bound }: CompiledRequest): Preconditions {
  return {
    ifMatch: singleHeader(request, 'if-match'),
    ifNoneMatch:
      bound.query.expands.length === 0 && isWhollyTagged(bound)
        ? singleHeader(request, 'if-none-match')
        : undefined,
  }
}

function isWhollyTagged({ query }: CompiledRequest['bound']): boolean {
  const type = query.root.row.entityType
  return type === undefined || hasTable(type)
}

/**
 * The delta link at the end of a reading whose changes are to be told; undefined when they are not, or cannot be.
 * A page that follows belongs to the reading that its first page began.
 */
function trackingOf(
  { linkSeal, parseLimits }: ReadDependencies,
  principal: Principal,
  { path, query, url }: RequestAddress,
  { token, isWanted }: { readonly token: SkipToken | undefined; readonly isWanted: boolean },
): (Tracking & { readonly position: () => DeltaPosition }) | undefined {
  if (token === undefined ? !isWanted : token.tracked === undefined) return undefined
  const tracking = new ChangeTracking(principal.accountId, {
    begun: token?.tracked,
    everything: url,
  })
  return {
    begin: (session) => tracking.begin(session),
    position: () => tracking.position,
    deltaLink: () => {
      const followed = parseRequest(path, deltaQuery(query), parseLimits)
      const tokens = new DeltaTokens(linkSeal, principal, followed)
      return deltaLink(url, tokens.write({ since: tracking.position, page: undefined }))
    },
  }
}

/** Where a next link goes on. */
type LinkTarget = Omit<SkipToken, 'now' | 'tracked'>

interface ChosenPaging {
  readonly pageSize: number | undefined
  readonly token: SkipToken | undefined
  /** The size that answers the preference. */
  readonly applied: number | undefined
}

/** `Prefer: odata.maxpagesize=n` (Protocol 4.01 §8.2.8.6), within what the operator allows. */
function choosePaging(
  parsed: ODataRequest,
  { maxPageSize: preferred }: Preferences,
  tokens: SkipTokens,
  pageSizeMax: number | undefined,
): ChosenPaging {
  const token =
    parsed.options.skiptoken === undefined ? undefined : tokens.read(parsed.options.skiptoken)
  // A next link keeps the size of its pages, whether or not the preference comes again.
  const asked = preferred ?? token?.pageSize
  const pageSize = asked === undefined ? pageSizeMax : Math.min(asked, pageSizeMax ?? asked)
  return {
    pageSize,
    token,
    applied: preferred === undefined ? undefined : pageSize,
  }
}

function pageOf(
  parsed: ODataRequest,
  compiled: CompiledRequest,
  { pageSize, token }: ChosenPaging,
  linkTo: (target: LinkTarget) => string,
): Page | undefined {
  if (pageSize === undefined || compiled.plan.shape !== 'collection') return undefined
  const skip =
    parsed.options.skip === undefined ? 0 : Number(parsed.literals[parsed.options.skip]?.value ?? 0)
  return {
    rowsMax: pageSize,
    position: token?.start.kind === 'atPosition' ? token.start.position : skip,
    delivered: token?.delivered ?? 0,
    linkFrom: (start, delivered) => linkTo({ start, delivered, pageSize, nested: token?.nested }),
  }
}

/** A page of each expanded collection, too: `maxpagesize` is asked for each of the answer (Protocol 4.01 §8.2.8.6). */
function relatedPagesOf(
  { pageSize }: ChosenPaging,
  { version }: Negotiated,
  linkTo: (target: LinkTarget) => string,
): RelatedPages | undefined {
  if (pageSize === undefined) return undefined
  const annotation = version === '4.0' ? '@odata.nextLink' : '@nextLink'
  return {
    rowsMax: pageSize,
    linkMember: ({ path }, parent, last) => {
      const link = linkTo({
        start: { kind: 'afterRow', values: last },
        delivered: pageSize,
        pageSize,
        nested: { path, parent },
      })
      return `,"${path.at(-1) ?? ''}${annotation}":${JSON.stringify(link)}`
    },
  }
}

/** One row more than the page takes, unless `$top` ends the list before. */
function rowLimit(parsed: ODataRequest, { bound }: CompiledRequest, page: Page): number {
  const { top: asked } = bound.query
  const top =
    asked?.kind === 'literal'
      ? Number(parsed.literals[asked.literal]?.value ?? 0)
      : Number.POSITIVE_INFINITY
  return Math.max(0, Math.min(page.rowsMax + 1, top - page.delivered))
}

function pageStart(token: SkipToken | undefined): readonly (string | null)[] {
  if (token === undefined) return []
  const { start } = token
  return start.kind === 'afterRow' ? start.values : [String(start.position)]
}

function continuedFrom(token: SkipToken | undefined): Paging['continued'] {
  if (token === undefined) return 'no'
  const { start } = token
  return start.kind === 'atPosition'
    ? 'atPosition'
    : { nulls: start.values.map((value) => value === null) }
}

/** Whether what is read depends on the instant, which the next page must then not choose anew. */
function asksClock({ statement, related }: CompiledRows): boolean {
  return statement.parameters.some(({ kind }) => kind === 'now') || related.some(asksClock)
}

function functionArguments(
  compiled: CompiledRequest,
  parsed: ODataRequest,
  accountId: number,
  businessDate: string,
): readonly (string | null)[] {
  const call = compiled.bound.functionCall
  if (call === undefined) return []
  const parameters = Object.fromEntries(
    [...call.arguments].map(([name, argument]) => [name, argumentText(argument, parsed)]),
  )
  return [
    String(accountId),
    businessDate,
    ...functionRule(call.operation)(parameters, businessDate),
  ]
}

function argumentText(argument: RawArgument, parsed: ODataRequest): string | undefined {
  return 'text' in argument ? argument.text : parsed.literals[argument.literal]?.value
}
