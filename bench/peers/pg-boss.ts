/**
 * pg-boss does the same job: one per event, its handler posts the body. Set as its documentation
 * proposes for throughput: batches, several workers, the shortest polling it allows; and woken by
 * `notifyWorker`, which spares it that polling.
 */

import { Client } from 'pg'
import PgBoss from 'pg-boss'
import { OPEN_REQUESTS_MAX, Poster } from '../webhooks/poster.ts'

const QUEUE = 'webhooks'
const WORKERS = 2
const BATCH = 2 * OPEN_REQUESTS_MAX
const POLLING_SECONDS_MIN = 0.5

const connectionString = process.env['DATABASE_URL'] ?? ''
const poster = new Poster(process.env['RECEIVER_URL'] ?? '')
const boss = new PgBoss({ connectionString, max: 10 })
boss.on('error', (error) => process.stderr.write(`pg-boss: ${error.message}\n`))
await boss.start()

const workers: string[] = []
for (let number = 0; number < WORKERS; number++) {
  const id = await boss.work<{ readonly body: string }>(
    QUEUE,
    { batchSize: BATCH, pollingIntervalSeconds: POLLING_SECONDS_MIN },
    async (jobs) => {
      await Promise.all(jobs.map(({ data }) => poster.post(data.body)))
      // There may be more: a worker looks again only after its interval otherwise.
      if (jobs.length === BATCH) boss.notifyWorker(workers[number] ?? '')
    },
  )
  workers.push(id)
}

const listener = new Client({ connectionString })
await listener.connect()
listener.on('notification', () => {
  for (const id of workers) boss.notifyWorker(id)
})
await listener.query('listen webhook_jobs')
process.once('SIGTERM', () => process.exit(0))
