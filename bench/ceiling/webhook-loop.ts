/**
 * The ceiling of deliveries: claims jobs, posts their bodies, marks them done. No log of attempts, no
 * signature, no order, no retry, no lease: what a crash leaves behind stays behind.
 */

import { Client } from 'pg'
import { OPEN_REQUESTS_MAX, Poster } from '../webhooks/poster.ts'

/** One statement for a second's part of the work, so that claims cost next to nothing. */
const CLAIM_MAX = 256
/** For what is inserted without a NOTIFY. */
const POLL_MS = 100

const CLAIM = `
  update ceiling.webhook_jobs set state = 1
   where id in (select id from ceiling.webhook_jobs where state = 0
                 order by id limit $1 for update skip locked)
  returning id, body`
const FINISH = 'update ceiling.webhook_jobs set state = 2 where id = any($1::bigint[])'

interface Job {
  readonly id: string
  readonly body: string
}

const url = process.env['DATABASE_URL'] ?? ''
const [claimer, finisher, listener] = await Promise.all([connect(), connect(), connect()])
const poster = new Poster(process.env['RECEIVER_URL'] ?? '')
const claimed: Job[] = []
let open = 0
let done: string[] = []
let finishing = false
let claiming = false

process.once('SIGTERM', () => process.exit(0))
listener.on('notification', () => void claim())
await listener.query('listen webhook_jobs')
setInterval(() => void claim(), POLL_MS)

async function claim(): Promise<void> {
  if (claiming || claimed.length >= OPEN_REQUESTS_MAX) return
  claiming = true
  const { rows } = await claimer.query<Job>({ name: 'claim', text: CLAIM, values: [CLAIM_MAX] })
  claiming = false
  claimed.push(...rows)
  post()
  if (rows.length > 0) void claim()
}

function post(): void {
  while (open < OPEN_REQUESTS_MAX) {
    const job = claimed.shift()
    if (job === undefined) return
    open += 1
    void poster.post(job.body).then(() => {
      open -= 1
      done.push(job.id)
      void finish()
      post()
      void claim()
    })
  }
}

/** What comes back while a statement runs is marked by the next one. */
async function finish(): Promise<void> {
  if (finishing) return
  finishing = true
  while (done.length > 0) {
    const ids = done
    done = []
    await finisher.query({ name: 'finish', text: FINISH, values: [ids] })
  }
  finishing = false
}

async function connect(): Promise<Client> {
  const client = new Client({ connectionString: url })
  await client.connect()
  return client
}
