/** Whether the process runs, and whether it can serve; without details, for anybody may ask. */

import type { FastifyInstance } from 'fastify'
import type { Database } from '../db/database.ts'

/** Readiness becomes false before the process drains, so that a balancer turns away first. */
export interface Readiness {
  draining: boolean
}

export function registerHealthRoutes(
  app: FastifyInstance,
  database: Database,
  readiness: Readiness,
): void {
  app.get('/health/live', async (_, reply) =>
    reply.header('cache-control', 'no-store').send({ status: 'live' }),
  )
  app.get('/health/ready', async (_, reply) => {
    const ready = !readiness.draining && (await isReachable(database))
    return reply
      .code(ready ? 200 : 503)
      .header('cache-control', 'no-store')
      .send({ status: ready ? 'ready' : 'unavailable' })
  })
}

async function isReachable(database: Database): Promise<boolean> {
  try {
    await database.transaction((client) => client.query('select 1'))
    return true
  } catch {
    return false
  }
}
