/** `POST /api/Import`: a portfolio as one body, and its report. */

import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { revokeRight } from '../../src/auth/rights.ts'
import { readConfig } from '../../src/config.ts'
import { createLogger } from '../../src/log.ts'
import { openWorkerSession } from '../../src/webhooks/worker-session.ts'
import { type Answer, type AskOptions, startTestApp, type TestApp } from '../support/test-app.ts'
import { until } from '../webhooks/waiting.ts'
import { zipBytes } from './files/zip-bytes.ts'

let app: TestApp
/** Lines of the log that wake somebody. */
const errors: string[] = []
/** Where bodies are kept for a while. */
let folder: string
const { TMPDIR } = process.env

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hapi-test-import-'))
  process.env['TMPDIR'] = folder
  // What a process left that was killed yesterday.
  await mkdir(join(folder, 'hapi-upload-old'))
  await writeFile(join(folder, 'hapi-upload-old', 'body'), 'Roy')
  await utimes(join(folder, 'hapi-upload-old'), 0, 0)
  const { logFormat } = readConfig({
    flags: {},
    environment: {},
    file: '/nowhere/hapi.config.json',
  })
  const logger = createLogger(
    { logLevel: 'error', logFormat },
    { write: (line) => void errors.push(line) },
  )
  app = await startTestApp({ logger, settings: { HAPI_LIMIT_IMPORT_BYTES: '4000' } })
  const { databaseName, userName } = app.clients.revocable
  for (const set of ['Suppliers', 'Documents'])
    await revokeRight(app.db.database, { databaseName, userName }, { set, operation: 'update' })
})

afterAll(async () => {
  await app.close()
  if (TMPDIR === undefined) delete process.env['TMPDIR']
  else process.env['TMPDIR'] = TMPDIR
  await rm(folder, { recursive: true })
})

const CSV = { 'content-type': 'text/csv' }

function post(body: string | Buffer, headers: Record<string, string> = CSV): AskOptions {
  return { as: 'administrator', method: 'POST', body, headers }
}

interface Report {
  readonly Created: number
  readonly Refused: number
  readonly IsKept: boolean
  readonly Refusals: readonly object[]
}

function reportOf({ status, json }: Answer): Report & { readonly status: number } {
  return { status, ...(json as Report) }
}

const ZIP = { 'content-type': 'application/zip' }

/** A document of this external identifier and its content. */
function withContent(externalId: string): Buffer {
  const rows = `CompanyNo;DivisionNo;DocumentType;Title;DocumentDate;ExternalId;Content\n1;1;AUTRE;Clé;2026-06-01;${externalId};cle.txt\n`
  return zipBytes([
    { name: 'Documents.csv', content: rows },
    { name: 'Contenus/cle.txt', content: 'Clé remise' },
  ])
}

const HEADER = 'CompanyNo;SupplierCode;Name\n'
const supplier = (code: string, name = 'Fournisseur'): string => `1;${code};${name}\n`
const suppliers = (prefix: string): Promise<readonly number[]> =>
  app.ids(`/api/Suppliers?$filter=startswith(SupplierCode,'${prefix}')`)

describe('R-009 An import by the API', () => {
  test('takes a file of cells, named by its address, and tells what it did', async () => {
    const answer = await app.ask(
      '/api/Import?file=Fournisseurs.csv',
      post(HEADER + supplier('IA1')),
    )
    expect(reportOf(answer)).toMatchObject({
      status: 200,
      ImportId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      Rows: 1,
      Created: 1,
      Updated: 0,
      Unchanged: 0,
      Refused: 0,
      Faults: 0,
      IsKept: true,
      Refusals: [],
    })
    expect(answer.headers['cache-control']).toBe('no-store')
    expect(await suppliers('IA')).toHaveLength(1)
    const again = await app.ask(
      '/api/Import?file=Suppliers',
      post(HEADER + supplier('IA1', 'Autre')),
    )
    expect(reportOf(again)).toMatchObject({ status: 200, Created: 0, Updated: 1 })
  })

  test('takes an archive, and lines of JSON of several sets', async () => {
    const zip = zipBytes([{ name: 'Fournisseurs.csv', content: HEADER + supplier('IB1') }])
    const packed = await app.ask('/api/Import', post(zip, ZIP))
    expect(reportOf(packed)).toMatchObject({ status: 200, Created: 1 })
    const lines = [
      { '@odata.type': 'Supplier', CompanyNo: 1, SupplierCode: 'IB2', Name: 'F' },
      { '@odata.type': 'Service', ServiceCode: 'IB', NameFr: 'Service', NameEn: 'Service' },
    ]
    const answer = await app.ask(
      '/api/Import',
      post(lines.map((line) => JSON.stringify(line)).join('\n'), {
        'content-type': 'application/x-ndjson',
      }),
    )
    expect(reportOf(answer)).toMatchObject({ status: 200, Created: 2 })
    expect(await suppliers('IB')).toHaveLength(2)
  })

  test('takes an archive with contents of documents, which are read as they were sent', async () => {
    const answer = await app.ask('/api/Import', post(withContent('IC1'), ZIP))
    expect(reportOf(answer)).toMatchObject({ status: 200, Created: 1, IsKept: true })
    const [id] = await app.ids("/api/Documents?$filter=ExternalId eq 'IC1'")
    const { bytes, headers } = await app.ask(`/api/Documents(${id})/$value`)
    expect(bytes.toString()).toBe('Clé remise')
    expect(headers['content-disposition']).toContain('cle.txt')
  })

  test('refused as a whole it is an error whose report says why, and nothing is kept', async () => {
    const body = HEADER + supplier('IC1') + '1;IC2;\n'
    const answer = await app.ask('/api/Import?file=Fournisseurs', {
      ...post(body),
      headers: { ...CSV, 'accept-language': 'en' },
    })
    expect(answer.status).toBe(422)
    const { error } = answer.json as {
      error: { code: string; message: string; innererror: { report: Report } }
    }
    expect([error.code, error.message]).toEqual([
      'IMPORT_REFUSED',
      'Nothing was imported. Rows refused, whole or in part: 1 of 2. The report says why.',
    ])
    expect(error.innererror.report).toMatchObject({
      Rows: 2,
      Created: 1,
      Refused: 1,
      Incomplete: 0,
      IsKept: false,
    })
    expect(error.innererror.report.Refusals).toEqual([
      {
        File: 'Fournisseurs.csv',
        Line: 3,
        Entity: 'Supplier',
        Column: 'Name',
        Field: 'Name',
        Rule: 'R-007',
        Code: 'REQUIRED_FIELD',
        Value: null,
        Message: expect.stringContaining('Name'),
        IsRowEntered: false,
      },
    ])
    expect(await suppliers('IC')).toEqual([])
    const best = await app.ask('/api/Import?file=Fournisseurs&mode=best-effort', post(body))
    expect(reportOf(best)).toMatchObject({ status: 200, Created: 1, Refused: 1, IsKept: true })
    expect(await suppliers('IC')).toHaveLength(1)
  })

  test('a look keeps nothing; who only creates is refused what is there', async () => {
    const body = HEADER + supplier('ID1')
    const look = await app.ask('/api/Import?file=Suppliers&dryRun=true', post(body))
    expect(reportOf(look)).toMatchObject({ status: 200, Created: 1, IsKept: false })
    expect(await suppliers('ID')).toEqual([])
    for (const created of [1, 0]) {
      const answer = await app.ask(
        '/api/Import?file=Suppliers&mode=best-effort&existing=refuse',
        post(body),
      )
      expect(reportOf(answer)).toMatchObject({ Created: created, Refused: 1 - created })
    }
  })

  test('prefers to answer later: the report is at the status monitor', async () => {
    const accepted = await app.ask(
      '/api/Import?file=Suppliers',
      post(HEADER + supplier('IE1'), { ...CSV, prefer: 'respond-async' }),
    )
    expect(accepted.status).toBe(202)
    const monitor = String(accepted.headers.location).replace(app.baseUrl, '')
    const asked = { as: 'administrator', headers: { accept: 'application/json' } } as const
    let answer = await app.ask(monitor, asked)
    while (answer.status === 202) answer = await app.ask(monitor, asked)
    expect(answer.headers['asyncresult']).toBe('200')
    expect(reportOf(answer)).toMatchObject({ Created: 1, IsKept: true })
  })

  test('cut in the middle it leaves nothing, and keeps nobody waiting', async () => {
    const { hostname, port } = new URL(app.baseUrl)
    const socket = connect(Number(port), hostname)
    const head = [
      'POST /api/Import?file=Suppliers&mode=best-effort HTTP/1.1',
      `Host: ${hostname}:${port}`,
      `Authorization: Bearer ${app.clients.administrator.token}`,
      'Content-Type: text/csv',
      'Content-Length: 3000',
    ]
    socket.write(`${head.join('\r\n')}\r\n\r\n${HEADER}${supplier('IG1')}`)
    await until(async () => (await readdir(folder)).length === 1)
    const another = post(HEADER + supplier('IG2'))
    expect((await app.ask('/api/Import?file=Suppliers', another)).status).toBe(409)
    socket.destroy()
    await until(async () => (await readdir(folder)).length === 0)
    expect(await app.column('select id from imports where state <> $1', ['done'])).toEqual([])
    const answer = await app.ask('/api/Import?file=Suppliers', another)
    expect(reportOf(answer)).toMatchObject({ status: 200, Created: 1 })
    expect(await suppliers('IG1')).toEqual([])
    expect(errors).toEqual([])
  })

  test('beside workers of webhooks, whose numbers are those of accounts and users too', async () => {
    const workers = []
    for (let number = 1; number <= 5; number++)
      workers.push(await openWorkerSession(app.database, () => {}))
    const numbers = workers.map(({ workerId }) => workerId)
    expect(numbers).toContain(1)
    const asked = post(HEADER + supplier('IW1'), { ...CSV, prefer: 'respond-async' })
    expect((await app.ask('/api/Import?file=Suppliers', asked)).status).toBe(202)
    await until(async () => (await suppliers('IW1')).length === 1)
    for (const worker of workers) await worker.close()
  })

  test('leaves no file behind', async () => {
    // The answer goes before the file.
    await until(async () => (await readdir(folder)).length === 0)
  })
})

describe('R-010, R-011 What a user may import is what he may write', () => {
  const codes = async (
    as: 'integrator' | 'revocable',
    file: string,
    body: string,
  ): Promise<unknown> => {
    const answer = await app.ask(`/api/Import?file=${file}&mode=best-effort`, { ...post(body), as })
    return reportOf(answer).Refusals.map((refusal) => (refusal as { Code: string }).Code)
  }

  test('sets that only administrators write, rights and modules that were taken away', async () => {
    const companies = 'CompanyNo;Name\n71;Gestion\n'
    expect(await codes('integrator', 'Companies', companies)).toEqual(['OPERATION_NOT_SUPPORTED'])
    expect(await codes('revocable', 'Suppliers', HEADER + supplier('IF1'))).toEqual([
      'WRITE_NOT_PERMITTED',
    ])
  })

  test('a content, whose document he has to be allowed to update', async () => {
    const path = '/api/Import?existing=refuse&mode=best-effort'
    const answer = await app.ask(path, { ...post(withContent('IC2'), ZIP), as: 'revocable' })
    expect(reportOf(answer).Refusals).toMatchObject([{ Code: 'WRITE_NOT_PERMITTED', Line: 2 }])
  })
})

describe('POST /api/Import is refused before its body is read', () => {
  const refusals: readonly [string, string, AskOptions, number, string][] = [
    ['without a token', '/api/Import', { ...post(''), as: null }, 401, 'TOKEN_REQUIRED'],
    [
      'another type',
      '/api/Import',
      post('{}', { 'content-type': 'application/json' }),
      415,
      'IMPORT_MEDIA_TYPE',
    ],
    [
      'a compressed body',
      '/api/Import',
      post('', { ...CSV, 'content-encoding': 'gzip' }),
      415,
      'IMPORT_MEDIA_TYPE',
    ],
    ['an unknown option', '/api/Import?mod=x', post(''), 400, 'OPTION_NOT_APPLICABLE'],
    ['a value that is none', '/api/Import?mode=all', post(''), 400, 'INVALID_OPTION_VALUE'],
    ['an option given twice', '/api/Import?file=a&file=b', post(''), 400, 'INVALID_OPTION_VALUE'],
    ['another method', '/api/Import', { as: 'administrator' }, 405, 'OPERATION_NOT_SUPPORTED'],
    ['too many bytes', '/api/Import', post('a'.repeat(4_001)), 413, 'BODY_TOO_LARGE'],
    ['a name with NUL', '/api/Import?file=%00a.csv', post('a'), 400, 'INVALID_OPTION_VALUE'],
    ['no type', '/api/Import', post('a', { 'content-type': '' }), 415, 'IMPORT_MEDIA_TYPE'],
    [
      'a name that says no set',
      '/api/Import?file=Rien.csv',
      post('a;b\n'),
      422,
      'IMPORT_SOURCE_REFUSED',
    ],
  ]

  test.each(refusals)('%s', async (_, path, options, status, code) => {
    const answer = await app.ask(path, options)
    const { error } = answer.json as { error: { code: string } }
    expect([answer.status, error.code]).toEqual([status, code])
  })
})
