/** Contents in a bucket, over a server that speaks S3: all that holds of documents, and what the bucket alone has. */

import { createHash, randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  S3Client,
} from '@aws-sdk/client-s3'
import Fastify from 'fastify'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { runProgram } from '../../src/cli/program.ts'
import { lookAfterContents } from '../../src/content-work.ts'
import { S3Store } from '../../src/contents/s3-store.ts'
import { StoreWatch } from '../../src/contents/store-watch.ts'
import { advisoryLocks } from '../../src/db/advisory-locks.ts'
import { inWriteTransaction } from '../../src/domain/command/write-transaction.ts'
import { produceDocument } from '../../src/domain/documents/produce-document.ts'
import { readClock } from '../../src/domain/leasing/sandbox-clock.ts'
import { registerHealthRoutes } from '../../src/http/health-routes.ts'
import { type SwiftServer, startSwift } from '../support/swift-server.ts'
import { SECRETS_KEY, startTestApp, type TestApp } from '../support/test-app.ts'
import { rowOf, writerOf } from '../support/writing.ts'
import { describeDocuments } from './document-suite.ts'
import { describeKilledUploads } from './killed-upload-suite.ts'

let swift: SwiftServer
let client: S3Client

beforeAll(async () => {
  swift = await startSwift()
  const { endpoint, accessKeyId, secretAccessKey } = swift
  const credentials = { accessKeyId, secretAccessKey }
  client = new S3Client({ endpoint, credentials, region: 'us-east-1', forcePathStyle: true })
  for (const Bucket of ['suite', 'bucket', 'moved', 'killed'])
    await client.send(new CreateBucketCommand({ Bucket }))
})

afterAll(async () => {
  client.destroy()
  await swift.stop()
})

function overBucket(bucket: string): Readonly<Record<string, string>> {
  return {
    HAPI_DOCUMENT_STORE: 's3',
    HAPI_S3_ENDPOINT: swift.endpoint,
    HAPI_S3_BUCKET: bucket,
    HAPI_S3_PREFIX: 'hapi',
    HAPI_S3_ACCESS_KEY: swift.accessKeyId,
    HAPI_S3_SECRET_KEY: swift.secretAccessKey,
  }
}

/** Without the contents of the demo portfolio, hundreds of which would have to be moved. */
async function startOver(
  bucket: string,
  settings: Readonly<Record<string, string>>,
): Promise<TestApp> {
  const app = await startTestApp({ settings: { ...overBucket(bucket), ...settings } })
  await app.sql('delete from document_contents')
  return app
}

async function keysOf(Bucket: string): Promise<readonly string[]> {
  const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket }))
  return Contents.map(({ Key = '' }) => Key)
}

async function uploadsOf(Bucket: string): Promise<number> {
  const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket }))
  return Uploads.length
}

/** What the background does each minute, after the time that it leaves to readers. */
async function lookAfter(app: TestApp): Promise<void> {
  await app.sql("update document_removals set due_date = due_date - interval '1 hour'")
  const { database, contents } = app
  const logger = { error: (details: object) => expect(details).toBeUndefined() }
  await lookAfterContents({ database, contents, logger }, new AbortController().signal)
}

describeDocuments('in a bucket', {
  start: () => startOver('suite', { HAPI_LIMIT_DOCUMENT_BYTES: '1000000' }),
  countParts: async (app) => {
    await lookAfter(app)
    const [pieces] = await app.column<number>('select count(*)::integer from document_pieces')
    return (await keysOf('suite')).length + (pieces ?? -1)
  },
})

const notice = {
  LedgerDivisionId: 4,
  DocumentType: 'AUTRE',
  Title: 'Règlement',
  FileName: 'a.pdf',
  ContentType: 'application/pdf',
  DocumentDate: '2026-06-15',
}

describeKilledUploads({
  start: (settings) => startOver('killed', settings),
  settings: () => overBucket('killed'),
  count: async () => [(await keysOf('killed')).length, await uploadsOf('killed')],
})

function openStore(endpoint: string, bucket: string, secretAccessKey: string): S3Store {
  return new S3Store({
    endpoint,
    bucket,
    region: 'us-east-1',
    prefix: '',
    pathStyle: true,
    encryption: undefined,
    kmsKey: undefined,
    credentials: { accessKeyId: swift.accessKeyId, secretAccessKey },
  })
}

/** Path of a new document. */
async function create(app: TestApp): Promise<string> {
  const answer = await writerOf(app).post('/api/Documents', notice)
  return `/api/Documents(${rowOf(answer).Id})`
}

function pdfOf(size: number): Buffer {
  return Buffer.concat([Buffer.from('%PDF-1.7\n'), randomBytes(size - 9)])
}

function put(app: TestApp, path: string, body: Buffer): Promise<{ readonly status: number }> {
  const headers = { 'content-type': 'application/pdf' }
  return app.ask(`${path}/$value`, { method: 'PUT', body, headers })
}

const digest = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')

describe('R-110: contents in a bucket', () => {
  let app: TestApp

  beforeAll(async () => {
    app = await startOver('bucket', {})
  })

  afterAll(() => app.close())

  test('what is longer than a part arrives in parts, and is read as a whole and across their seams', async () => {
    const content = pdfOf(11 * 1024 * 1024 + 7)
    const path = await create(app)
    expect((await put(app, path, content)).status).toBe(204)
    expect(digest((await app.ask(`${path}/$value`)).bytes)).toBe(digest(content))
    const seam = 5 * 1024 * 1024
    const range = { range: `bytes=${seam - 3}-${seam + 3}` }
    const { bytes } = await app.ask(`${path}/$value`, { headers: range })
    expect(bytes.equals(content.subarray(seam - 3, seam + 4))).toBe(true)
    expect(await uploadsOf('bucket')).toBe(0)
  })

  test('its key begins with the prefix and the account, ends with what nobody guesses, and no row names another', async () => {
    const path = await create(app)
    await put(app, path, pdfOf(100))
    const [key] = await app.column<string>(
      'select object_key from document_contents where document_id = $1',
      [/\d+/.exec(path)?.[0]],
    )
    expect(key).toMatch(/^hapi\/1\/[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/)
    expect(await keysOf('bucket')).toContain(key)
    await expect(
      app.sql(
        "insert into document_contents (account_id, id, store, object_key) values (2, gen_random_uuid(), 's3', $1)",
        [key],
      ),
    ).rejects.toMatchObject({ code: '23514' })
  })

  test('an upload whose process died is swept away with its parts', async () => {
    const before = await keysOf('bucket')
    const [{ id } = { id: '' }] = await app.sql<{ id: string }>('select gen_random_uuid() as id')
    const Key = `hapi/1/${id}`
    await client.send(new CreateMultipartUploadCommand({ Bucket: 'bucket', Key }))
    expect(await uploadsOf('bucket')).toBe(1)
    await app.sql(
      "insert into document_contents (account_id, id, store, object_key, created_date) values (1, $1, 's3', $2, now() - interval '25 hours')",
      [id, Key],
    )
    await lookAfter(app)
    await lookAfter(app)
    expect([await uploadsOf('bucket'), await keysOf('bucket')]).toEqual([0, before])
    expect(await app.sql('select from document_removals')).toEqual([])
  })

  test('an object is removed after its commit, and not before a minute has passed', async () => {
    const path = await create(app)
    await put(app, path, pdfOf(100))
    const before = await keysOf('bucket')
    await put(app, path, pdfOf(101))
    const { database, contents } = app
    const logger = { error: (details: object) => expect(details).toBeUndefined() }
    await lookAfterContents({ database, contents, logger }, new AbortController().signal)
    expect((await keysOf('bucket')).length).toBe(before.length + 1)
    await lookAfter(app)
    expect((await keysOf('bucket')).length).toBe(before.length)
  })

  test('what the service has produced does not go on when it is damaged: that is told once, and it stays', async () => {
    const content = Buffer.from('%PDF-1.7 avis')
    const { pinnedAt } = await readClock(app.database, 1, new Date())
    const id = await inWriteTransaction(
      app.database,
      { accountId: 1, profile: 'administrator', pinnedAt },
      { now: new Date() },
      (context) => produceDocument(context, { ...notice, DocumentType: 'AVRET' }, content),
    )
    await app.sql(
      "update documents set sha256 = repeat('0', 64) where account_id = 1 and id = $1",
      [id],
    )
    const told: object[] = []
    const { database, contents } = app
    const logger = { error: (details: object) => told.push(details) }
    for (let look = 0; look < 3; look++)
      await lookAfterContents({ database, contents, logger }, new AbortController().signal)
    expect(told).toEqual([{ accountId: 1, damaged: [id] }])
    expect((await app.ask(`/api/Documents(${id})/$value`)).bytes.equals(content)).toBe(true)
  })

  test('a bucket that does not answer is told by /health/ready, which stays 200, and by the log once', async () => {
    const store = openStore('http://127.0.0.1:9', 'bucket', 'testing')
    const changes: boolean[] = []
    const watch = new StoreWatch(store, (isReachable) => changes.push(isReachable))
    const fastify = Fastify()
    const isStoreReachable = (): boolean => watch.isReachable()
    registerHealthRoutes(fastify, app.database, { draining: false, isStoreReachable })
    const ask = async (): Promise<unknown> => {
      const { statusCode, body } = await fastify.inject('/health/ready')
      return [statusCode, JSON.parse(body)]
    }
    await expect
      .poll(ask, { timeout: 20_000 })
      .toEqual([200, { status: 'ready', documentStore: 'unavailable' }])
    await ask()
    expect(changes).toEqual([false])
    store.close()
  })
})

describe('R-110: contents move between stores while they are read', () => {
  let app: TestApp
  const paths: string[] = []
  const contents = [pdfOf(9), pdfOf(300_000), pdfOf(6 * 1024 * 1024)]

  beforeAll(async () => {
    app = await startOver('moved', { HAPI_DOCUMENT_STORE: 'postgres' })
    for (const content of contents) {
      const path = await create(app)
      await put(app, path, content)
      paths.push(path)
    }
  })

  afterAll(() => app.close())

  async function hapi(line: string, environment: object = {}): Promise<readonly [number, string]> {
    let told = ''
    const sink = { write: (text: string) => (told += text) }
    const code = await runProgram(line.split(' '), {
      environment: {
        ...overBucket('moved'),
        DATABASE_URL: app.db.url,
        HAPI_LANG: 'en',
        ...environment,
      },
      configFile: '/nowhere/hapi.config.json',
      version: '1.2.3',
      stdin: (async function* () {})(),
      stdout: sink,
      stderr: sink,
      start: async () => {},
      seed: async () => {},
    })
    return [code, told]
  }

  /** Digests of what clients are given. */
  function read(): Promise<readonly string[]> {
    return Promise.all(paths.map(async (path) => digest((await app.ask(`${path}/$value`)).bytes)))
  }

  async function kept(): Promise<object | undefined> {
    const [, text] = await hapi('documents usage --json')
    // The command's own JSON.
    return (JSON.parse(text) as object[])[0]
  }

  test('there and back; what is damaged stays, and is named', async () => {
    const digests = contents.map(digest)
    const bytes = contents.reduce((sum, { length }) => sum + length, 0)
    expect(await hapi('documents move --to s3')).toEqual([
      0,
      expect.stringMatching(new RegExp(`3 +${bytes} +0`)),
    ])
    expect(await kept()).toMatchObject({ postgresContents: 0, s3Contents: 3, s3Bytes: bytes })
    expect((await keysOf('moved')).length).toBe(3)
    expect(await app.sql('select from document_pieces')).toEqual([])
    expect(await read()).toEqual(digests)
    // Started again it finds nothing to do.
    expect(await hapi('documents move --to s3 --json')).toEqual([
      0,
      expect.stringMatching(/"contents": 0/),
    ])
    const [, id] = /\((\d+)\)/.exec(paths[0] ?? '') ?? []
    await app.sql(
      "update documents set sha256 = repeat('0', 64) where account_id = 1 and id = $1",
      [id],
    )
    const [code, told] = await hapi('documents move --to postgres')
    expect([code, told]).toEqual([
      4,
      expect.stringMatching(new RegExp(`digest tells of.*\n.*: ${id}\n$`)),
    ])
    expect(await kept()).toMatchObject({ postgresContents: 2, s3Contents: 1, removals: 2 })
    expect(await read()).toEqual(digests)
    await lookAfter(app)
    expect([(await keysOf('moved')).length, await uploadsOf('moved')]).toEqual([1, 0])
    expect(await read()).toEqual(digests)
  })

  test('an import puts them there, and one that is refused leaves no object; an export reads them', async () => {
    const before = (await keysOf('moved')).length
    const folder = await mkdtemp(join(tmpdir(), 'hapi-moved-'))
    onTestFinished(() => rm(folder, { recursive: true }))
    const content = pdfOf(6 * 1024 * 1024)
    await mkdir(join(folder, 'in/Contents'), { recursive: true })
    await writeFile(join(folder, 'in/Contents/a.pdf'), content)
    await writeFile(join(folder, 'in/Companies.ndjson'), '{"CompanyNo":88,"Name":"A"}\n')
    const division = { CompanyNo: 88, DivisionNo: 1 }
    await writeFile(
      join(folder, 'in/LedgerDivisions.ndjson'),
      JSON.stringify({ ...division, Name: 'A' }),
    )
    const { DocumentType, FileName, ContentType, DocumentDate } = notice
    const row = { ...division, DocumentType, FileName, ContentType, DocumentDate }
    const rows = Array.from({ length: 600 }, (_, index) => ({ ...row, Title: String(index) }))
    const lines = [{ ...row, Title: 'A', Content: 'a.pdf' }, ...rows, { ...row, Title: null }]
    await writeFile(
      join(folder, 'in/Documents.ndjson'),
      lines.map((line) => JSON.stringify(line)).join('\n'),
    )
    await hapi('admin account create BUCKET --name Bucket')
    const keys = { HAPI_SECRETS_KEY: SECRETS_KEY }
    const importing = `import ${folder}/in --account BUCKET`
    expect(await hapi(importing, keys)).toEqual([4, expect.stringContaining('REQUIRED_FIELD')])
    expect((await keysOf('moved')).length).toBe(before + 1)
    // Not while somebody reads objects as they were.
    const reading = await app.database.openSession('an export', () => {})
    await reading.query('select pg_advisory_lock_shared($1, account_id) from accounts', [
      advisoryLocks.keptObjects,
    ])
    await lookAfter(app)
    expect((await keysOf('moved')).length).toBe(before + 1)
    await reading.close()
    await lookAfter(app)
    expect([(await keysOf('moved')).length, await uploadsOf('moved')]).toEqual([before, 0])
    const [code] = await hapi(`${importing} --mode best-effort`, keys)
    expect(code).toBe(4)
    expect((await keysOf('moved')).length).toBe(before + 1)
    await hapi(`export --account BUCKET --to ${folder}/out --sets Documents --with-contents`)
    const [name = ''] = await readdir(join(folder, 'out/Contents'))
    expect(digest(await readFile(join(folder, 'out/Contents', name)))).toBe(digest(content))
  })

  test('what is replaced during a move is what was put last', async () => {
    const other = pdfOf(400_000)
    const [moved] = await Promise.all([
      hapi('documents move --to s3'),
      ...paths.map((path) => put(app, path, other)),
    ])
    expect(moved[0]).not.toBe(1)
    expect(await read()).toEqual(paths.map(() => digest(other)))
  })

  test('a start without the bucket that holds contents is refused, as is a move to none', async () => {
    const none = { HAPI_S3_BUCKET: '', HAPI_DOCUMENT_STORE: 'postgres' }
    expect(await hapi('documents move --to s3', none)).toEqual([
      2,
      expect.stringMatching(/HAPI_S3_BUCKET/),
    ])
    const [code, told] = await hapi('documents move --to postgres', none)
    expect([code, told]).toEqual([
      1,
      expect.stringMatching(/^Contents of documents are in an S3 bucket/),
    ])
  })
})

describe('R-110: a bucket that cannot be used', () => {
  test.each([
    ['nobody has made it', 'nowhere', 'testing', /does not exist/],
    ['the key is wrong', 'bucket', 'guessed', /refuses bucket/],
  ])('refuses the start and says why: %s', async (_, bucket, secret, text) => {
    const store = openStore(swift.endpoint, bucket, secret)
    await expect(store.check()).rejects.toMatchObject({
      text: { en: expect.stringMatching(text) },
    })
    store.close()
  })

  test('refuses the start when nothing answers, and is a 503 to who asks for a content', async () => {
    const store = openStore('http://127.0.0.1:9', 'bucket', 'testing')
    await expect(store.check()).rejects.toMatchObject({
      text: { en: expect.stringMatching(/answer/) },
    })
    await expect(store.remove('1/x', false)).rejects.toMatchObject({ code: 'UNAVAILABLE' })
    store.close()
  })
})
