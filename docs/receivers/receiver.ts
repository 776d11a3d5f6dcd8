/**
 * Receives the webhooks of Primmo HApi. Node 20 or later, no dependency:
 *
 *   WEBHOOK_SECRET=whsec_… npx tsx receiver.ts
 *
 * An event is verified, kept in a file, answered by 204, and only then worked on: after the 204 it
 * is ours, and is not sent again. A process that is killed finds what it still had to do in its files.
 * TLS is left to the proxy in front. One process; several need a table with a unique webhook id.
 */

import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto'
import { link, mkdir, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { join } from 'node:path'

const HOST = process.env['HOST'] ?? '127.0.0.1'
const PORT = Number(process.env['PORT'] ?? 3000)
const INBOX = process.env['INBOX'] ?? './inbox'
const SECRET = Buffer.from((process.env['WEBHOOK_SECRET'] ?? '').replace(/^whsec_/, ''), 'base64')

/** A recorded request cannot be played back later than this. Keep the clock right (NTP). */
const TOLERANCE_S = 300
/** Events are a few hundred bytes. */
const BODY_BYTES_MAX = 65_536
/** Replays reach back 30 days, and attempts go on for some days more. */
const REMEMBERED_MS = 35 * 24 * 3_600_000
/** Work that failed is tried again so often. */
const SWEEP_MS = 5 * 60_000
/** More are left in their files until the next sweep. */
const WAITING_MAX = 10_000

const OPERATIONS = { 1: 'UPDATE', 2: 'DELETE', 3: 'INSERT' } as const

interface Notification {
  readonly Id: number
  readonly Entity: string
  readonly Status: keyof typeof OPERATIONS
  readonly DatabaseName: string
  readonly AdditionalInformationJson: string | null
}

/** Your work. A throw leaves the event in the inbox, for the next sweep. */
async function handle(webhookId: string, notification: Notification): Promise<void> {
  const { Id, Entity, Status, DatabaseName, AdditionalInformationJson } = notification
  // JSON inside JSON: the identifiers that a relational row joins, such as {"tenantId": 7535, "parkingId": 1445}.
  const related: unknown =
    AdditionalInformationJson === null ? null : JSON.parse(AdditionalInformationJson)

  // The event says that a row changed, not how: read the row as it is now, for example
  //   const unit = await fetch(`${HAPI_URL}/api/Units(${Id})`, { headers: { authorization: `Bearer ${token}` } })
  // and make your copy equal to it (404: remove it). Done so, work may be repeated and come in any order.

  const what = `${OPERATIONS[Status]} ${Entity} ${Id} of ${DatabaseName}`
  console.log(`handled ${webhookId}: ${what} ${JSON.stringify(related)}`)
}

/** Standard Webhooks: HMAC-SHA256 over id, timestamp and the bytes of the body as they came. */
function isGenuine(id: string, timestamp: string, signatures: string, body: Buffer): boolean {
  if (!/^[\w-]{1,64}$/.test(id) || !/^\d{1,12}$/.test(timestamp)) return false
  if (Math.abs(Date.now() / 1000 - Number(timestamp)) > TOLERANCE_S) return false
  const expected = createHmac('sha256', SECRET).update(`${id}.${timestamp}.`).update(body).digest()
  // While a secret is being rotated there are two signatures, by the old secret and by the new one.
  return signatures.split(' ').some((signature) => {
    const [version, value = ''] = signature.split(',')
    const given = Buffer.from(value, 'base64')
    return version === 'v1' && given.length === expected.length && timingSafeEqual(given, expected)
  })
}

/** The status to answer with, and the id of an event that is new. */
async function receive(request: IncomingMessage): Promise<{ status: number; newId?: string }> {
  if (request.method !== 'POST') return { status: 405 }
  if (!(Number(request.headers['content-length']) <= BODY_BYTES_MAX)) return { status: 413 }
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  const body = Buffer.concat(chunks)
  const header = (name: string): string => String(request.headers[name] ?? '')
  const id = header('webhook-id')
  if (!isGenuine(id, header('webhook-timestamp'), header('webhook-signature'), body)) {
    return { status: 401 }
  }
  return (await keep(id, body)) ? { status: 204, newId: id } : { status: 204 }
}

/** Keeps the event under its id, whole and on the disk; false when that id was kept before. */
async function keep(id: string, body: Buffer): Promise<boolean> {
  const draft = join(INBOX, `.${randomUUID()}`)
  try {
    await writeFile(draft, body, { flush: true })
    // Only one can give the file its name: of two requests with one id, the second is the duplicate.
    await link(draft, join(INBOX, id))
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  } finally {
    await rm(draft, { force: true })
  }
}

const waiting: string[] = []
let isWorking = false

/** Works on what waits, one after the other. */
async function work(): Promise<void> {
  if (isWorking) return
  isWorking = true
  for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
    try {
      const path = join(INBOX, id)
      const body = await readFile(path, 'utf8')
      // An empty file remembers an event whose work is done.
      if (body === '') continue
      await handle(id, JSON.parse(body))
      await truncate(path)
    } catch (error) {
      console.error(`${id} failed, to be tried again:`, error)
    }
  }
  isWorking = false
}

function enqueue(id: string): void {
  if (waiting.length < WAITING_MAX) waiting.push(id)
  void work()
}

/** Takes up what a killed process or failed work left, and forgets what is old enough. */
async function sweep(): Promise<void> {
  const left: { id: string; since: number }[] = []
  for (const name of await readdir(INBOX)) {
    const path = join(INBOX, name)
    // Drafts come and go meanwhile.
    const { size, mtimeMs } = (await stat(path).catch(() => undefined)) ?? {
      size: 0,
      mtimeMs: Infinity,
    }
    if (size > 0 && !name.startsWith('.')) left.push({ id: name, since: mtimeMs })
    else if (mtimeMs < Date.now() - REMEMBERED_MS) await rm(path, { force: true })
  }
  for (const { id } of left.sort((a, b) => a.since - b.since)) enqueue(id)
}

async function main(): Promise<void> {
  if (SECRET.length < 24) throw new Error('WEBHOOK_SECRET: the secret of the endpoint, whsec_…')
  await mkdir(INBOX, { recursive: true })
  await sweep()
  setInterval(() => sweep().catch(console.error), SWEEP_MS)
  const server = createServer(answer)
  server.requestTimeout = 10_000
  server.listen(PORT, HOST, () => console.log(`listening on ${PORT}`))
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const { status, newId } = await receive(request)
    // A body that was not read would be taken for the next request of the connection.
    if (status === 405 || status === 413) response.setHeader('connection', 'close')
    response.writeHead(status).end()
    if (newId !== undefined) enqueue(newId)
  } catch (error) {
    // Not kept, so not ours: the event will be sent again.
    console.error(error)
    response.writeHead(500).end()
  }
}

main().catch((error: unknown) => {
  console.error(error)
  process.exit(1)
})
