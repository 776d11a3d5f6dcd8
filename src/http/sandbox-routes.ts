/**
 * `/api/Sandbox/Clock`: the clock of the account, for its administrator. GET shows it; PATCH moves it forward,
 * and answers when all that would have happened meanwhile has happened.
 */

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Access } from '../auth/access.ts'
import type { Principal } from '../auth/principal.ts'
import type { Database } from '../db/database.ts'
import { isIsoDate } from '../domain/leasing/dates.ts'
import {
  type ClockGoal,
  type ClockState,
  moveClock,
  readClock,
  textOf,
} from '../domain/leasing/sandbox-clock.ts'
import { HapiError } from '../errors/hapi-error.ts'
import { nearestHint } from '../errors/nearest.ts'
import { actingBy } from './odata/acting-by.ts'

interface SandboxRoutesOptions {
  readonly access: Access
  readonly database: Database
  /** The real clock. */
  readonly now: () => Date
}

const URL = '/api/Sandbox/Clock'
const RESOURCE = 'Sandbox/Clock'
const METHODS = 'GET, HEAD, PATCH, OPTIONS'
const FIELDS = ['PinnedAt', 'BusinessDate'] as const

export function registerSandboxRoutes(app: FastifyInstance, options: SandboxRoutesOptions): void {
  const { access, database, now } = options
  app.get(URL, async (request, reply) => {
    const { accountId } = await administratorOf(access, request)
    return sendClock(reply, await readClock(database, accountId, now()))
  })
  app.patch(URL, {
    // Who may not is told so before the body is read.
    onRequest: async (request) => void (await administratorOf(access, request)),
    handler: async (request, reply) => {
      const principal = await administratorOf(access, request)
      const { accountId } = principal
      const { field, goal } = readGoal(request.body)
      const clock = await moveClock(database, accountId, goal, {
        target: field,
        acting: actingBy(principal, request),
      })
      // The next request of this client is to see the new instant; other processes are notified.
      await access.catchUp()
      return sendClock(reply, clock)
    },
  })
  app.route({
    method: ['POST', 'PUT', 'DELETE'],
    url: URL,
    onRequest: async (request) => {
      await administratorOf(access, request)
      throw new HapiError(
        'OPERATION_NOT_SUPPORTED',
        { method: request.method, entity: RESOURCE },
        { headers: { allow: METHODS } },
      )
    },
    handler: () => {},
  })
  app.options(URL, async (_, reply) => reply.code(204).header('allow', METHODS).send())
}

async function administratorOf(access: Access, request: FastifyRequest): Promise<Principal> {
  const principal = await access.authenticate(request.headers.authorization)
  if (principal.profile === 'administrator') return principal
  throw new HapiError('ADMINISTRATOR_ONLY', { resource: RESOURCE })
}

function sendClock(reply: FastifyReply, { pinnedAt, businessDate }: ClockState): FastifyReply {
  const body = {
    PinnedAt: pinnedAt === null ? null : textOf(pinnedAt),
    BusinessDate: businessDate,
  }
  return reply
    .header('cache-control', 'no-store')
    .header('content-type', 'application/json')
    .send(Buffer.from(JSON.stringify(body)))
}

interface Goal {
  readonly field: (typeof FIELDS)[number]
  readonly goal: ClockGoal
}

/** One of the two fields, which says where to. Throws INVALID_BODY, UNKNOWN_FIELD, INVALID_FORMAT. */
function readGoal(body: unknown): Goal {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw invalidBody()
  const entries = Object.entries(body)
  for (const [name] of entries) {
    if (FIELDS.some((field) => field === name)) continue
    const nearest = nearestHint(name, FIELDS)
    throw new HapiError(
      'UNKNOWN_FIELD',
      { field: name.slice(0, 100), entity: RESOURCE, nearest },
      { target: name.slice(0, 100) },
    )
  }
  const [entry] = entries
  if (entry === undefined || entries.length > 1) throw invalidBody()
  const [name, value] = entry
  return name === 'PinnedAt'
    ? { field: 'PinnedAt', goal: { instant: readInstant(value) } }
    : { field: 'BusinessDate', goal: { date: readDate(value) } }
}

function invalidBody(): HapiError {
  return new HapiError('INVALID_BODY', { reason: '{"PinnedAt"} | {"BusinessDate"}' })
}

/** Edm.DateTimeOffset; what is finer than a millisecond would not be shown. */
const INSTANT = /^(\d{4}-\d{2}-\d{2})T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2})$/

function readInstant(value: unknown): Date {
  const match = typeof value === 'string' ? INSTANT.exec(value) : null
  const instant = new Date(match?.[0] ?? '')
  if (isIsoDate(match?.[1] ?? '') && !Number.isNaN(instant.getTime())) return instant
  throw new HapiError('INVALID_FORMAT', { field: 'PinnedAt' }, { target: 'PinnedAt' })
}

function readDate(value: unknown): string {
  if (typeof value === 'string' && isIsoDate(value)) return value
  throw new HapiError('INVALID_FORMAT', { field: 'BusinessDate' }, { target: 'BusinessDate' })
}
