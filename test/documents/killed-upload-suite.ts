/** The product killed in the middle of an upload, in a process of its own. */

import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { lookAfterContents } from '../../src/content-work.ts'
import { Child } from '../support/child-process.ts'
import { SECRETS_KEY, type TestApp } from '../support/test-app.ts'
import { rowOf, writerOf } from '../support/writing.ts'

const PROGRAM = fileURLToPath(new URL('../../src/main.ts', import.meta.url))
const READY = 'Primmo HApi is ready: '
/** A whole part of a multi-part upload, and the beginning of the next. */
const SENT = Buffer.concat([Buffer.from('%PDF-1.7\n'), randomBytes(8_000_000)])
const ANNOUNCED = SENT.length * 2

/** `HAPI_TEST_STORE=postgres` for the other one. */
const store = process.env['HAPI_TEST_STORE'] ?? 's3'

interface Product {
  readonly child: Child
  readonly baseUrl: string
  readonly token: string
}

let app: TestApp
let folder: string
let product: Product

interface Bucket {
  /** An application with no contents. */
  readonly start: (settings: Readonly<Record<string, string>>) => Promise<TestApp>
  /** Of a product over it. */
  readonly settings: () => Readonly<Record<string, string>>
  /** Objects in it, and uploads in parts. */
  readonly count: () => Promise<readonly number[]>
}

export function describeKilledUploads(bucket: Bucket): void {
  describe(`R-110: an upload into ${store}, whose process is another`, () => {
    beforeAll(async () => {
      const settings = { ...bucket.settings(), HAPI_DOCUMENT_STORE: store }
      folder = await mkdtemp(join(tmpdir(), 'hapi-killed-'))
      app = await bucket.start(settings)
      product = await startProduct(settings)
    }, 120_000)

    afterAll(async () => {
      product.child.kill('SIGKILL')
      await product.child.ended
      await app.close()
      await rm(folder, { recursive: true })
    }, 60_000)

    describeUploads(() => stored(bucket))
  })
}

async function startProduct(settings: Readonly<Record<string, string>>): Promise<Product> {
  const { PATH = '' } = process.env
  const env = {
    PATH,
    DATA_DIR: folder,
    DATABASE_URL: app.db.url,
    HAPI_SECRETS_KEY: SECRETS_KEY,
    PORT: '0',
    HAPI_LANG: 'en',
    LOG_LEVEL: 'error',
    ...settings,
  }
  const child = new Child(PROGRAM, ['serve'], { env })
  const baseUrl = (await child.line(READY)).slice(READY.length).replace('localhost', '127.0.0.1')
  const { apiKey, userName, password } = app.clients.integrator
  const answer = await fetch(`${baseUrl}/api/Token`, {
    method: 'POST',
    headers: { 'x-api-key': apiKey, 'content-type': 'application/json' },
    body: JSON.stringify({ UserName: userName, Password: password }),
  })
  return { child, baseUrl, token: ((await answer.json()) as { Token: string }).Token }
}

async function createDocument(): Promise<number> {
  const answer = await writerOf(app).post('/api/Documents', {
    LedgerDivisionId: 4,
    DocumentType: 'AUTRE',
    Title: 'Règlement',
    FileName: 'a.pdf',
    ContentType: 'application/pdf',
    DocumentDate: '2026-06-15',
  })
  return rowOf(answer).Id
}

/** Sends a half and then nothing more. */
function sendHalf(id: number): Socket {
  const { baseUrl, token } = product
  const { port } = new URL(baseUrl)
  const socket = connect(Number(port), '127.0.0.1')
  socket.on('error', () => {})
  const head = `PUT /api/Documents(${id})/$value HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/pdf\r\nContent-Length: ${ANNOUNCED}\r\n\r\n`
  socket.write(head)
  socket.write(SENT)
  return socket
}

/** Whatever is stored anywhere: rows of contents, pieces of them, objects, uploads in parts, objects to be removed. */
async function stored(bucket: Bucket): Promise<readonly number[]> {
  const counts: number[] = []
  for (const table of ['document_contents', 'document_pieces'])
    counts.push(...(await app.column<number>(`select count(*)::integer from ${table}`)))
  counts.push(...(await bucket.count()))
  const removals = await app.column<number>('select count(*)::integer from document_removals')
  return [...counts, ...removals]
}

const NOTHING = [0, 0, 0, 0, 0]

/** What the background does each minute, so many hours later. */
async function lookAfter(hours: number): Promise<void> {
  for (const [table, column] of [
    ['document_contents', 'created_date'],
    ['document_removals', 'due_date'],
  ])
    await app.sql(`update ${table} set ${column} = ${column} - make_interval(hours => $1)`, [hours])
  const { database, contents } = app
  const logger = { error: (details: object) => expect(details).toBeUndefined() }
  await lookAfterContents({ database, contents, logger }, new AbortController().signal)
}

/** Whether the half has arrived in the store: a part of it, or pieces. */
function hasArrived([rows = 0, pieces = 0, , uploads = 0]: readonly number[]): boolean {
  return rows === 1 && (pieces >= 20 || uploads === 1)
}

function describeUploads(counted: () => Promise<readonly number[]>): void {
  test('security §9: /health/ready tells of a bucket, where there is one', async () => {
    const answer = await fetch(`${product.baseUrl}/health/ready`)
    expect([answer.status, await answer.json()]).toEqual([
      200,
      { status: 'ready', documentStore: 'ready' },
    ])
  })

  test('that its client breaks off leaves nothing', async () => {
    const id = await createDocument()
    const socket = sendHalf(id)
    await expect.poll(async () => hasArrived(await counted()), { timeout: 20_000 }).toBe(true)
    socket.destroy()
    // The object of what never was one is removed by the background.
    await expect.poll(async () => (await counted())[0], { timeout: 20_000 }).toBe(0)
    await lookAfter(1)
    expect(await counted()).toEqual(NOTHING)
  })

  test('that ends with its process leaves nothing either, and its document as it was', async () => {
    const id = await createDocument()
    const socket = sendHalf(id)
    await expect.poll(async () => hasArrived(await counted()), { timeout: 20_000 }).toBe(true)
    product.child.kill('SIGKILL')
    expect(await product.child.ended).toBe('SIGKILL')
    socket.destroy()
    expect(rowOf(await app.ask(`/api/Documents(${id})`))).toMatchObject({
      FileSize: 0,
      Sha256: null,
    })
    expect((await app.ask(`/api/Documents(${id})/$value`)).status).toBe(204)
    // Not before a day has passed: it could be another process's, which still receives it.
    const left = await counted()
    await lookAfter(23)
    expect(await counted()).toEqual(left)
    await lookAfter(2)
    // The row is gone, and what was queued by it is removed after a minute.
    await lookAfter(1)
    expect(await counted()).toEqual(NOTHING)
  })
}
