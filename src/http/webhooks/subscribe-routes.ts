/**
 * The guide's calls: `POST` and `GET /api/subscribe`, `POST /api/unsubscribe` (contract D1, D3, D4, R-016). Any user of
 * the account may follow what it may read. All answer the list of what is followed then, and nothing else: what the
 * guide does not know (ids, secrets, states) belongs to the sets of webhooks.
 */

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Access } from '../../auth/access.ts'
import type { Principal } from '../../auth/principal.ts'
import { HapiError } from '../../errors/hapi-error.ts'
import { nearestHint } from '../../errors/nearest.ts'
import { tell, throwAll } from '../../errors/problems.ts'
import {
  type JsonNumber,
  type JsonValue,
  readJsonArray,
  readJsonObject,
} from '../../json/json-input.ts'
import type { EntityType } from '../../model/entity-type.ts'
import type { Model } from '../../model/model.ts'
import { readCustomHeaders } from '../../webhooks/custom-headers.ts'
import { readDestination } from '../../webhooks/destination.ts'
import type { EgressPolicy } from '../../webhooks/egress-policy.ts'
import { readEntityNames, requireReadable } from '../../webhooks/entity-names.ts'
import {
  type Destination,
  listFollowed,
  type Subscriber,
  type SubscriptionStore,
  subscribe,
  unsubscribe,
} from '../../webhooks/guide-subscriptions.ts'
import { refuseEncodedBody } from '../encoded-body.ts'
import { actingBy } from '../odata/acting-by.ts'

interface SubscribeRoutesOptions extends SubscriptionStore {
  readonly access: Access
  readonly model: Model
  /** Where a notification may go. */
  readonly egress: EgressPolicy
}

const FIELDS = ['ResponseUrl', 'ResponseHeaders', 'Entities'] as const
type Field = (typeof FIELDS)[number]

export function registerSubscribeRoutes(
  app: FastifyInstance,
  options: SubscribeRoutesOptions,
): void {
  const { access, model, egress } = options
  void app.register(async (scope) => {
    // Bodies are read as the write path reads them: a name given twice is refused, not lost.
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_, body, done) =>
      done(null, body),
    )
    const authenticate = (request: FastifyRequest) =>
      access.authenticate(request.headers.authorization)
    // Who may not is told so before the body is read.
    const onRequest = async (request: FastifyRequest): Promise<void> => {
      await authenticate(request)
      refuseEncodedBody(request)
    }
    scope.get('/api/subscribe', async (request, reply) =>
      sendList(reply, await listFollowed(options, await authenticate(request))),
    )
    scope.post('/api/subscribe', {
      onRequest,
      handler: async (request, reply) => {
        const principal = await authenticate(request)
        const { destination, types } = readSubscription(bytesOf(request), model, egress)
        requireReadable(types, principal, 'Entities')
        return sendList(
          reply,
          await subscribe(options, subscriberOf(principal, request), destination, namesOf(types)),
        )
      },
    })
    scope.post('/api/unsubscribe', {
      onRequest,
      handler: async (request, reply) => {
        const principal = await authenticate(request)
        const types = readEntityNames(model, readJsonArray(bytesOf(request)))
        return sendList(
          reply,
          await unsubscribe(options, subscriberOf(principal, request), namesOf(types)),
        )
      },
    })
    refuseOtherMethods(scope, '/api/subscribe', ['PUT', 'PATCH', 'DELETE'], onRequest)
    refuseOtherMethods(scope, '/api/unsubscribe', ['GET', 'PUT', 'PATCH', 'DELETE'], onRequest)
  })
}

function subscriberOf(principal: Principal, request: FastifyRequest): Subscriber {
  const { accountId, userId } = principal
  return { accountId, userId, acting: actingBy(principal, request) }
}

const allowed = {
  '/api/subscribe': 'GET, HEAD, POST, OPTIONS',
  '/api/unsubscribe': 'POST, OPTIONS',
} as const

function refuseOtherMethods(
  scope: FastifyInstance,
  url: keyof typeof allowed,
  method: string[],
  authenticate: (request: FastifyRequest) => Promise<void>,
): void {
  const allow = allowed[url]
  scope.route({
    method,
    url,
    onRequest: async (request) => {
      await authenticate(request)
      throw new HapiError(
        'OPERATION_NOT_SUPPORTED',
        { method: request.method, entity: url.slice('/api/'.length) },
        { headers: { allow } },
      )
    },
    handler: () => {},
  })
  scope.options(url, async (_, reply) => reply.code(204).header('allow', allow).send())
}

function sendList(reply: FastifyReply, names: readonly string[]): FastifyReply {
  return (
    reply
      .header('cache-control', 'no-store')
      .header('content-type', 'application/json')
      // Bytes: to a text the framework would add a charset, which JSON has none of.
      .send(Buffer.from(JSON.stringify(names)))
  )
}

/** Empty when the request has no body, which then lacks everything. */
function bytesOf({ body }: FastifyRequest): Buffer {
  return Buffer.isBuffer(body) ? body : Buffer.alloc(0)
}

function namesOf(types: readonly EntityType[]): readonly string[] {
  return types.map(({ name }) => name)
}

interface Subscription {
  readonly destination: Destination
  readonly types: readonly EntityType[]
}

/** Throws HapiError, with everything that is wrong in its details. */
function readSubscription(bytes: Buffer, model: Model, egress: EgressPolicy): Subscription {
  const problems: HapiError[] = []
  const values = readFields(bytes, problems)
  const types = tell(problems, () =>
    readEntityNames(model, required(values, 'Entities'), 'Entities'),
  )
  const url = tell(problems, () =>
    readDestination(requiredText(values, 'ResponseUrl'), egress, 'ResponseUrl'),
  )
  const headers = tell(problems, () =>
    readCustomHeaders(plain(values.get('ResponseHeaders')), 'ResponseHeaders'),
  )
  throwAll(problems)
  if (types === undefined || url === undefined || headers === undefined)
    throw new Error('What was not read has told its problem')
  return { destination: { url, headers }, types }
}

type Values = ReadonlyMap<Field, JsonValue>

/** The members by their real names, whose letter case does not count. Throws INVALID_BODY. */
function readFields(bytes: Buffer, problems: HapiError[]): Values {
  const values = new Map<Field, JsonValue>()
  for (const [name, value] of readJsonObject(bytes)) {
    const field = FIELDS.find((known) => known.toLowerCase() === name.toLowerCase())
    if (field === undefined) {
      // A body can hold thousands of them.
      if (problems.length < UNKNOWN_TOLD_MAX) problems.push(unknownField(name))
    } else if (values.has(field)) throw givenTwice(field)
    else values.set(field, value)
  }
  return values
}

/** Characters of a wrong name that a message repeats, and wrong names that an answer tells. */
const NAME_SHOWN_MAX = 100
const UNKNOWN_TOLD_MAX = 20

function unknownField(name: string): HapiError {
  const field = name.slice(0, NAME_SHOWN_MAX)
  const nearest = nearestHint(name, FIELDS)
  return new HapiError('UNKNOWN_FIELD', { field, entity: 'subscribe', nearest }, { target: field })
}

function givenTwice(field: Field): HapiError {
  const reason = {
    fr: `le membre « ${field} » est donné plus d'une fois`,
    en: `member '${field}' is given more than once`,
  }
  return new HapiError('INVALID_BODY', { reason }, { target: field })
}

/** Null, a blank text and an empty list are no values. */
function required(values: Values, field: Field): JsonValue {
  const value = values.get(field)
  const isEmpty =
    value === undefined ||
    value === null ||
    (typeof value === 'string' && value.trim() === '') ||
    (Array.isArray(value) && value.length === 0)
  if (isEmpty) throw new HapiError('REQUIRED_FIELD', { field }, { target: field })
  return value
}

function requiredText(values: Values, field: Field): string {
  const value = required(values, field)
  if (typeof value === 'string') return value
  throw new HapiError('INVALID_FORMAT', { field }, { target: field })
}

/** As the reader of headers takes it: objects and texts as such, a number as one. */
function plain(value: JsonValue | undefined): unknown {
  if (value instanceof Map) return Object.fromEntries(value)
  return isJsonNumber(value) ? Number(value.text) : value
}

function isJsonNumber(value: JsonValue | undefined): value is JsonNumber {
  return typeof value === 'object' && value !== null && 'kind' in value
}
