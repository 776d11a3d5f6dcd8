/**
 * `GET` of a delta link: what has changed of the answer to its query since the position that the link holds, and a new
 * link for what changes from now on (Protocol 4.01 §11.3.2).
 */

import { type Principal, visibleUsers } from '../../auth/principal.ts'
import { openReadSession } from '../../db/read-session.ts'
import { ensureCalendarStates } from '../../domain/leasing/calendar.ts'
import { ensureOverdueCalls } from '../../domain/maintenance/overdue-calls.ts'
import { parseRequest } from '../../odata/parse/request-parser.ts'
import { ChangeTracking } from './change-tracking.ts'
import { compileOptions } from './compile-options.ts'
import { type DeltaToken, DeltaTokens, deltaLink, deltaQuery, fullLink } from './delta-token.ts'
import type { IncomingRequest, OutgoingReply } from './exchange.ts'
import type { Page } from './execute-request.ts'
import { negotiateJson, negotiateText, negotiationHeaders, VARY } from './negotiation.ts'
import { preferenceApplied, readPreferences } from './preferences.ts'
import type { ReadDependencies, RequestAddress } from './read-handler.ts'
import { tellReading, watchReading } from './readings.ts'
import { sendAnswer } from './send-answer.ts'

export async function handleDelta(
  dependencies: ReadDependencies,
  principal: Principal,
  address: RequestAddress,
  token: string,
  request: IncomingRequest,
  reply: OutgoingReply,
): Promise<OutgoingReply> {
  const path = address.path.replace(COUNT_SEGMENT, '')
  const countsOnly = path !== address.path
  const url = address.url.replace(COUNT_OF_URL, '')
  // The token belongs to what is followed: without `/$count`, and without options of one reading.
  const parsed = parseRequest(path, deltaQuery(address.query), dependencies.parseLimits)
  const tokens = new DeltaTokens(dependencies.linkSeal, principal, parsed)
  const { since, page: continued } = tokens.read(token, fullLink(url))
  // Whoever follows a delta link knows OData.
  const headers = { odataVersion: '4.0', ...withoutUndefined(negotiationHeaders(request)) }
  const negotiated = countsOnly
    ? negotiateText(headers, undefined, 'text/plain')
    : negotiateJson(headers, parsed.options.format)
  const preferences = readPreferences(request.headers['prefer'])
  const asked = preferences.maxPageSize ?? continued?.pageSize
  const { pageSizeMax } = dependencies
  const pageSize = asked === undefined ? pageSizeMax : Math.min(asked, pageSizeMax ?? asked)
  const compiled = dependencies.compiler.compile(
    parsed,
    // An entity without its key could not be told from another one, so `metadata=none` is not wholly obeyed.
    compileOptions(
      principal,
      negotiated.metadata === 'none' ? { ...negotiated, metadata: 'minimal' } : negotiated,
      {
        paging: { paged: pageSize !== undefined, continued: 'no' },
        servicePath: address.servicePath,
        isDelta: true,
      },
    ),
  )
  const now = dependencies.now()
  const { accountId, pinnedAt } = principal
  const account = { accountId, pinnedAt: pinnedAt ?? null }
  await ensureCalendarStates(dependencies.database, account, now)
  if (compiled.readsServiceCalls) await ensureOverdueCalls(dependencies.database, account, now)
  const tracking = new ChangeTracking(accountId, {
    since,
    begun: continued?.until,
    everything: fullLink(url),
  })
  const linkTo = (target: DeltaToken): string => deltaLink(url, tokens.write(target))
  const page: Page | undefined =
    pageSize === undefined
      ? undefined
      : {
          rowsMax: pageSize,
          position: 0,
          delivered: 0,
          linkFrom: (start) =>
            linkTo({
              since,
              page: {
                until: tracking.position,
                after: (start.kind === 'afterRow' ? start.values[0] : undefined) ?? '',
                pageSize,
              },
            }),
        }
  const applied = preferenceApplied(preferences, {
    maxpagesize: preferences.maxPageSize === undefined ? undefined : pageSize,
    'track-changes': preferences.trackChanges ? true : undefined,
  })
  reply.header('odata-version', negotiated.version).header('vary', VARY)
  if (applied !== undefined) reply.header('preference-applied', applied)
  const sightings = countsOnly ? undefined : watchReading(compiled, request)
  const answer = dependencies.slots.run(principal.userId, async () =>
    sendAnswer(
      {
        session: await openReadSession(dependencies.database, accountId, visibleUsers(principal)),
        compiled,
        values: {
          literals: parsed.literals,
          limits: dependencies.encodingLimits,
          accountId,
          now: pinnedAt ?? now,
          functionArguments: [],
          pageStart: [continued?.after ?? '0'],
          rowLimit: pageSize === undefined ? undefined : pageSize + 1,
          seenSnapshot: since.snapshot,
        },
        negotiated,
        serviceRoot: address.serviceRoot,
        requestUrl: address.url,
        page,
        relatedPages: undefined,
        sightings,
        tracking: {
          begin: (session) => tracking.begin(session),
          deltaLink: () => linkTo({ since: tracking.position, page: undefined }),
        },
        countsOnly,
        preconditions: { ifMatch: undefined, ifNoneMatch: undefined },
        announceEtag: () => {},
      },
      request,
      reply,
      dependencies.readTimeoutMs,
    ),
  )
  if (sightings === undefined) return answer
  return answer.finally(() =>
    tellReading(dependencies.happenings, principal, request, compiled, sightings),
  )
}

/** `/$count` after the path of a delta link asks how many changes there are. */
const COUNT_SEGMENT = /\/(?:\$|%24)count\/?$/i
const COUNT_OF_URL = /\/(?:\$|%24)count\/?(?=\?|$)/i

function withoutUndefined<T extends object>(headers: T): Partial<T> {
  // The entries of an object of the type, fewer of them.
  return Object.fromEntries(
    Object.entries(headers).filter(([, value]) => value !== undefined),
  ) as Partial<T>
}
