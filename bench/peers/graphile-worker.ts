/**
 * Graphile Worker does the same job: one per event, its task posts the body. As many jobs at once as
 * requests, and a pool that lets them speak to PostgreSQL at once (documentation: performance); it
 * is woken by its own NOTIFY.
 */

import { Logger, run } from 'graphile-worker'
import { OPEN_REQUESTS_MAX, Poster } from '../webhooks/poster.ts'

const POOL_SIZE = OPEN_REQUESTS_MAX + 1

const poster = new Poster(process.env['RECEIVER_URL'] ?? '')
await run({
  connectionString: process.env['DATABASE_URL'] ?? '',
  concurrency: OPEN_REQUESTS_MAX,
  maxPoolSize: POOL_SIZE,
  noHandleSignals: true,
  // One line per job would be measured too.
  logger: new Logger(() => () => {}),
  taskList: {
    async post_webhook(payload) {
      // Written by the bench: see webhooks/queue-contenders.ts.
      await poster.post((payload as { readonly body: string }).body)
    },
  },
})
process.once('SIGTERM', () => process.exit(0))
