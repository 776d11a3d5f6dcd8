/** The product killed in the middle of an upload, in a process of its own. */

import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  CreateBucketCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  S3Client,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { lookAfterContents } from '../../src/content-work.ts'
import { Child } from '../support/child-process.ts'
import { type SwiftServer, startSwift } from '../support/swift-server.ts'
import { SECRETS_KEY, startTestApp, type TestApp } from '../support/test-app.ts'
import { rowOf, writerOf } from '../support/writing.ts'

const PROGRAM = fileURLToPath(new URL('../../src/main.ts', import.meta.url))
const READY = 'Primmo HApi is ready: '
const Bucket = 'killed'
/** A whole part of a multi-part upload, and the beginning of the next. */
const SENT = Buffer.concat([Buffer.from('%PDF-1.7\n'), randomBytes(8_000_000)])
const ANNOUNCED = SENT.length * 2

/** Each run of the suite takes one of the stores. */
const store = process.env['HAPI_TEST_TARGET'] === 'server' ? 'postgres' : 's3'

let swift: SwiftServer | undefined
let client: S3Client | undefined
let app: TestApp
let folder: string
let product: Product

interface Product {
  readonly child: Child
  readonly baseUrl: string
  readonly token: string
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hapi-killed-'))
  if (store === 's3') await openBucket()
  app = await startTestApp({ settings: storeSettings() })
  product = await startProduct()
}, 120_000)

afterAll(async () => {
  product.child.kill('SIGKILL')
  await product.child.ended
  await app.close()
  client?.destroy()
  await swift?.stop()
  await rm(folder, { recursive: true })
}, 60_000)

async function openBucket(): Promise<void> {
  swift = await startSwift()
  const { endpoint, accessKeyId, secretAccessKey } = swift
  const credentials = { accessKeyId, secretAccessKey }
  client = new S3Client({ endpoint, credentials, region: 'us-east-1', forcePathStyle: true })
  await client.send(new CreateBucketCommand({ Bucket }))
}

function storeSettings(): Readonly<Record<string, string>> {
  if (swift === undefined) return {}
  return {
    HAPI_DOCUMENT_STORE: 's3',
    HAPI_S3_ENDPOINT: swift.endpoint,
    HAPI_S3_BUCKET: Bucket,
    HAPI_S3_ACCESS_KEY: swift.accessKeyId,
    HAPI_S3_SECRET_KEY: swift.secretAccessKey,
  }
}

async function startProduct(): Promise<Product> {
  const { PATH = '' } = process.env
  const env = {
    PATH,
    DATA_DIR: folder,
    DATABASE_URL: app.db.url,
    HAPI_SECRETS_KEY: SECRETS_KEY,
    PORT: '0',
    HAPI_LANG: 'en',
    LOG_LEVEL: 'error',
    ...storeSettings(),
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
async function stored(): Promise<readonly number[]> {
  const counts: number[] = []
  for (const table of ['document_contents', 'document_pieces'])
    counts.push(...(await app.column<number>(`select count(*)::integer from ${table}`)))
  counts.push(...(await inBucket()))
  const removals = await app.column<number>('select count(*)::integer from document_removals')
  return [...counts, ...removals]
}

/** Objects, and uploads in parts. */
async function inBucket(): Promise<readonly number[]> {
  if (client === undefined) return [0, 0]
  const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket }))
  const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket }))
  return [Contents.length, Uploads.length]
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
async function hasArrived(): Promise<boolean> {
  const [rows = 0, pieces = 0, , uploads = 0] = await stored()
  return rows === 1 && (pieces >= 20 || uploads === 1)
}

test('security §9: /health/ready tells of a bucket, where there is one', async () => {
  const answer = await fetch(`${product.baseUrl}/health/ready`)
  expect([answer.status, await answer.json()]).toEqual([
    200,
    { status: 'ready', ...(store === 's3' ? { documentStore: 'ready' } : {}) },
  ])
})

describe(`R-110: an upload into ${store}`, () => {
  test('that its client breaks off leaves nothing', async () => {
    const id = await createDocument()
    const socket = sendHalf(id)
    await expect.poll(hasArrived, { timeout: 20_000 }).toBe(true)
    socket.destroy()
    // The object of what never was one is removed by the background.
    await expect.poll(async () => (await stored())[0], { timeout: 20_000 }).toBe(0)
    await lookAfter(1)
    expect(await stored()).toEqual(NOTHING)
  })

  test('that ends with its process leaves nothing either, and its document as it was', async () => {
    const id = await createDocument()
    const socket = sendHalf(id)
    await expect.poll(hasArrived, { timeout: 20_000 }).toBe(true)
    product.child.kill('SIGKILL')
    expect(await product.child.ended).toBe('SIGKILL')
    socket.destroy()
    expect(rowOf(await app.ask(`/api/Documents(${id})`))).toMatchObject({
      FileSize: 0,
      Sha256: null,
    })
    expect((await app.ask(`/api/Documents(${id})/$value`)).status).toBe(204)
    // Not before a day has passed: it could be another process's, which still receives it.
    const left = await stored()
    await lookAfter(23)
    expect(await stored()).toEqual(left)
    await lookAfter(2)
    // The row is gone, and what was queued by it is removed after a minute.
    await lookAfter(1)
    expect(await stored()).toEqual(NOTHING)
  })
})
