/**
 * `GET /api/events`: the events that webhooks bring, for whoever asks. Each page says where the next begins; `wait`
 * lets a page that would be empty wait for its first event.
 *
 * Who asks, and what it may read, is decided for each reading, and whoever waits reads again when access changes: a
 * right, module or token that goes while a request waits is gone when it is answered, and a revoked one is told at once.
 */

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Access } from '../../auth/access.ts'
import type { Principal } from '../../auth/principal.ts'
import { ChangeWatch } from '../../changes/change-watch.ts'
import { type FeedPage, type FeedStart, readFeed, writePosition } from '../../changes/event-feed.ts'
import { eventIdOf, notificationOf } from '../../changes/notification.ts'
import type { Database } from '../../db/database.ts'
import { HapiError } from '../../errors/hapi-error.ts'
import type { Model } from '../../model/model.ts'
import type { ClientSlots } from '../client-slots.ts'
import { translateReadError } from '../odata/read-error.ts'
import { allowedEntities, type EventsQuery, readEventsQuery } from './events-query.ts'
import { WaitingPlaces } from './waiting-places.ts'

interface EventsRouteOptions {
  readonly access: Access
  readonly database: Database
  readonly model: Model
  readonly slots: ClientSlots
  readonly readTimeoutMs: number
}

const PATH = '/api/events'
const METHODS = 'GET, HEAD, OPTIONS'

export function registerEventsRoute(app: FastifyInstance, options: EventsRouteOptions): void {
  const feed = new EventFeed(options)
  app.get(PATH, (request, reply) => feed.answer(request, reply))
  app.route({
    method: ['POST', 'PUT', 'PATCH', 'DELETE'],
    url: PATH,
    onRequest: async (request) => {
      await options.access.authenticate(request.headers.authorization)
      throw new HapiError(
        'OPERATION_NOT_SUPPORTED',
        { method: request.method, entity: 'events' },
        { headers: { allow: METHODS } },
      )
    },
    handler: () => {},
  })
  app.options(PATH, async (_, reply) => reply.code(204).header('allow', METHODS).send())
  // A server that drains answers those who wait at once.
  app.addHook('preClose', async () => feed.close())
}

interface Reading {
  readonly principal: Principal
  readonly page: FeedPage
  /** How often access had changed before the caller was asked for. */
  readonly accessChanges: number
}

class EventFeed {
  readonly #options: EventsRouteOptions
  readonly #watch: ChangeWatch
  readonly #places = new WaitingPlaces()
  readonly #stopFollowingAccess: () => void
  #accessChanges = 0
  #isClosed = false

  constructor(options: EventsRouteOptions) {
    this.#options = options
    this.#watch = new ChangeWatch(options.database)
    this.#stopFollowingAccess = options.access.onChange(() => {
      this.#accessChanges += 1
      this.#watch.wake()
    })
  }

  async answer(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const { authorization } = request.headers
    const query = await this.#readQuery(request)
    const first = await this.#read(authorization, query, query.from)
    const reading =
      first.page.events.length > 0 || query.waitMs === 0
        ? first
        : await this.#waitFrom(first, query, authorization, goneSignal(reply))
    // A connection that is in use when the server stops would stay open, idle, for as long as a client likes.
    if (this.#isClosed) reply.header('connection', 'close')
    return sendPage(reply, reading)
  }

  close(): void {
    this.#isClosed = true
    this.#stopFollowingAccess()
    this.#watch.close()
  }

  /** Reads again whenever there may be something, and once more when the time is over. */
  async #waitFrom(
    first: Reading,
    query: EventsQuery,
    authorization: string | undefined,
    signal: AbortSignal,
  ): Promise<Reading> {
    const deadlineMs = performance.now() + query.waitMs
    const leave = this.#places.take(first.principal.userId)
    try {
      let reading = first
      let isOver = false
      while (reading.page.events.length === 0 && !isOver && !signal.aborted) {
        const changed = this.#watch.changed({
          accountId: reading.principal.accountId,
          since: reading.page.next.change,
          timeoutMs: Math.max(0, deadlineMs - performance.now()),
          signal,
        })
        // Nobody was there to be woken while the last reading went on.
        if (this.#isStale(reading)) this.#watch.wake()
        isOver = !(await changed)
        reading = await this.#read(authorization, query, { position: reading.page.next })
      }
      return reading
    } finally {
      leave()
    }
  }

  /** Who is not known learns nothing of what is wrong with the query. */
  async #readQuery(request: FastifyRequest): Promise<EventsQuery> {
    await this.#options.access.authenticate(request.headers.authorization)
    return readEventsQuery(this.#options.model.entityTypes, queryOf(request))
  }

  /** What is told was allowed when it had been read: a reading can wait for its turn while a right goes. */
  async #read(
    authorization: string | undefined,
    query: EventsQuery,
    from: FeedStart,
  ): Promise<Reading> {
    let reading = await this.#readOnce(authorization, query, from)
    while (this.#isStale(reading) && reading.page.events.length > 0)
      reading = await this.#readOnce(authorization, query, from)
    return reading
  }

  #isStale({ accessChanges }: Reading): boolean {
    return accessChanges !== this.#accessChanges
  }

  async #readOnce(
    authorization: string | undefined,
    query: EventsQuery,
    from: FeedStart,
  ): Promise<Reading> {
    const { access, database, model, slots, readTimeoutMs } = this.#options
    const accessChanges = this.#accessChanges
    const principal = await access.authenticate(authorization)
    const { accountId, userId } = principal
    const entities = allowedEntities(model.entityTypes, query.entities, principal)
    try {
      const page = await slots.run(userId, () =>
        database.readingTransaction(
          (client) => readFeed(client, { accountId, from, entities, limit: query.limit }),
          { accountId },
        ),
      )
      return { principal, page, accessChanges }
    } catch (error) {
      throw translateReadError(error, readTimeoutMs)
    }
  }
}

function sendPage(reply: FastifyReply, { principal, page }: Reading): FastifyReply {
  const body = {
    Events: page.events.map((change) => ({
      WebhookId: eventIdOf(change),
      At: change.at.toISOString().replace('.000Z', 'Z'),
      Event: notificationOf(change, principal.databaseName),
    })),
    Next: writePosition(page.next),
    HasMore: page.hasMore,
  }
  return reply
    .header('cache-control', 'no-store')
    .header('content-type', 'application/json')
    .send(Buffer.from(JSON.stringify(body)))
}

function queryOf({ raw }: FastifyRequest): string {
  const [, ...query] = (raw.url ?? '').split('?')
  return query.join('?')
}

/** Aborts when the client goes away. */
function goneSignal(reply: FastifyReply): AbortSignal {
  const controller = new AbortController()
  reply.raw.once('close', () => controller.abort())
  return controller.signal
}
