/** Whether the process runs, and whether it can serve; without details, for anybody may ask. */

import type { FastifyInstance } from 'fastify'
import type { Database } from '../db/database.ts'

export interface Readiness {
  /** Becomes true before the process drains, so that a balancer turns away first. */
  draining: boolean
  /**
   * Of a process that does the background work: seconds for which committed changes have waited to be made into
   * deliveries. A receiver that fails does not count: the change has been made into its delivery.
   */
  readonly stalledSeconds?: () => Promise<number>
  /**
   * Of a process with a bucket for documents: whether it answers. It is told and does not count: every process has the
   * same bucket, and all but contents of documents is served without it.
   */
  readonly isStoreReachable?: (() => boolean) | undefined
}

/** A balancer asks often, and takes away the process that it cannot ask. */
const UNLIMITED = { config: { rateLimit: false } } as const

/** Changes that wait so long wait for somebody to come and look. */
const STALLED_MAX_S = 300

export function registerHealthRoutes(
  app: FastifyInstance,
  database: Database,
  readiness: Readiness,
): void {
  app.get('/health/live', UNLIMITED, async (_, reply) =>
    reply.header('cache-control', 'no-store').send({ status: 'live' }),
  )
  app.get('/health/ready', UNLIMITED, async (_, reply) => {
    const ready = await isReady(database, readiness)
    return reply
      .code(ready ? 200 : 503)
      .header('cache-control', 'no-store')
      .send(readyBody(ready, readiness))
  })
}

/** What both ports answer. */
export function readyBody(
  ready: boolean,
  { isStoreReachable }: Pick<Readiness, 'isStoreReachable'>,
): Readonly<Record<string, string>> {
  const said = (is: boolean): string => (is ? 'ready' : 'unavailable')
  return {
    status: said(ready),
    ...(isStoreReachable === undefined ? {} : { documentStore: said(isStoreReachable()) }),
  }
}

/** Never rejects. The database's migrations are those of this version, or the process had not started. */
export async function isReady(database: Database, readiness: Readiness): Promise<boolean> {
  if (readiness.draining) return false
  try {
    await database.transaction((client) => client.query('select 1'))
    const stalledSeconds = (await readiness.stalledSeconds?.()) ?? 0
    return stalledSeconds < STALLED_MAX_S
  } catch {
    return false
  }
}
