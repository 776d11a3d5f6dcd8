/** How much a key may ask in a minute, where the operator sets a limit (A6): requests, and those that a batch is made of. */

import rateLimit from '@fastify/rate-limit'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Access } from '../auth/access.ts'
import { HapiError } from '../errors/hapi-error.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Counts one more request of whoever has sent this one, which was counted when it came. Throws TOO_MANY_REQUESTS. */
    countAnother: () => Promise<void>
  }
}

/** @param requestsPerMinute undefined: there is no limit */
export async function limitRate(
  app: FastifyInstance,
  access: Access,
  requestsPerMinute: number | undefined,
): Promise<void> {
  if (requestsPerMinute === undefined) {
    app.decorateRequest('countAnother', async () => {})
    return
  }
  await app.register(rateLimit, {
    max: requestsPerMinute,
    timeWindow: '1 minute',
    enableDraftSpec: true,
    keyGenerator: (request) => senderOf(request, access),
    errorResponseBuilder: (_, { ttl }) => tooMany(ttl),
  })
  const count = app.createRateLimit()
  app.decorateRequest('countAnother', async function (this: FastifyRequest) {
    const counted = await count(this)
    if (!counted.isAllowed && counted.isExceeded) throw tooMany(counted.ttl)
  })
}

/**
 * By key or user, and by its address as long as nobody knows who it is; never by what a request claims to be: another
 * token of the same key is nobody else, nor is whoever makes up another one each time.
 */
async function senderOf(
  { headers: { authorization }, ip }: FastifyRequest,
  access: Access,
): Promise<string> {
  // Found genuine, it is known from here on; what is wrong with it is told by whoever asks next.
  if (authorization !== undefined) await access.authenticate(authorization).catch(() => {})
  const { accountId, userId, keyId } = access.whose(authorization) ?? {}
  if (keyId !== undefined) return `key ${keyId}`
  return userId === undefined ? ip : `user ${accountId} ${userId}`
}

function tooMany(ttlMs: number): HapiError {
  const seconds = Math.ceil(ttlMs / 1000)
  return new HapiError(
    'TOO_MANY_REQUESTS',
    { seconds },
    { headers: { 'retry-after': String(seconds) } },
  )
}
