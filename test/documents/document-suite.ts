/** What holds of documents and their contents, wherever these are stored. */

import { createHash, randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { setDocumentsMax } from '../../src/auth/accounts.ts'
import { revokeRight } from '../../src/auth/rights.ts'
import { inWriteTransaction } from '../../src/domain/command/write-transaction.ts'
import { produceDocument } from '../../src/domain/documents/produce-document.ts'
import { readClock } from '../../src/domain/leasing/sandbox-clock.ts'
import type { Answer, AskOptions, TestApp } from '../support/test-app.ts'
import { lastEvents, refusalOf, rowOf, type Writer, writerOf } from '../support/writing.ts'

const pdf = {
  LedgerDivisionId: 4,
  DocumentType: 'AUTRE',
  Title: 'Règlement',
  FileName: 'règlement "2026".pdf',
  ContentType: 'application/pdf',
  DocumentDate: '2026-06-15',
}
/** Two whole pieces and some. */
const content = Buffer.concat([Buffer.from('%PDF-1.7\n'), randomBytes(600_000)])
const sha256 = createHash('sha256').update(content).digest('hex')

/** An archive of empty files, whose directory begins in one piece and goes on in the next. */
function archiveOf(names: readonly string[]): Buffer {
  const local = Buffer.alloc(262_144 - 30)
  local.write('PK\x03\x04', 'latin1')
  const entries = names.map((name) => {
    const entry = Buffer.alloc(46 + name.length)
    entry.write('PK\x01\x02', 'latin1')
    entry.writeUInt16LE(name.length, 28)
    entry.write(name, 46, 'latin1')
    return entry
  })
  return Buffer.concat([local, ...entries, Buffer.from('PK\x05\x06'.padEnd(22, '\0'), 'latin1')])
}

interface Stored {
  readonly start: () => Promise<TestApp>
  /** In how many parts (pieces, objects) all that is stored of contents is; a small one is one. */
  readonly countParts: (app: TestApp) => Promise<number>
}

export function describeDocuments(where: string, { start, countParts }: Stored): void {
  describe(`Documents whose contents are ${where}`, () => {
    let app: TestApp
    let write: Writer

    beforeAll(async () => {
      app = await start()
      write = writerOf(app)
    })

    afterAll(() => app.close())

    async function create(values: object = {}): Promise<string> {
      return `/api/Documents(${rowOf(await write.post('/api/Documents', { ...pdf, ...values })).Id})`
    }

    function put(path: string, body: Buffer | string, options: AskOptions = {}): Promise<Answer> {
      const headers = { 'content-type': 'application/pdf', ...options.headers }
      return app.ask(`${path}/$value`, { ...options, method: 'PUT', body, headers })
    }

    async function uploaded(): Promise<string> {
      const path = await create()
      expect((await put(path, content)).status).toBe(204)
      return path
    }

    /** Contents of all accounts, and what is stored of their bytes. */
    async function stored(): Promise<readonly number[]> {
      const [contents = -1] = await app.column<number>(
        'select count(*)::integer from document_contents',
      )
      return [contents, await countParts(app)]
    }

    describe('R-110 Documents', () => {
      test('POST of what it is, then PUT of its content; length and digest are computed', async () => {
        const path = await create()
        const before = rowOf(await app.ask(path))
        expect(before).toMatchObject({ ...pdf, Source: 'T', FileSize: 0, Sha256: null })
        expect((await app.ask(`${path}/$value`)).status).toBe(204)
        const answer = await put(path, content)
        expect([answer.status, answer.text]).toEqual([204, ''])
        const row = await app.ask(path)
        expect(rowOf(row)).toMatchObject({ FileSize: content.length, Sha256: sha256 })
        expect(answer.headers['etag']).toBe(row.headers['etag'])
        expect(await lastEvents(app)).toEqual([`Document ${before.Id} 1`])
      })

      test('GET gives the bytes with their type and a name', async () => {
        const path = await uploaded()
        const answer = await app.ask(`${path}/$value`, {
          headers: { 'accept-encoding': 'gzip, br' },
        })
        expect(answer.status).toBe(200)
        expect(answer.bytes.equals(content)).toBe(true)
        expect(answer.headers).toMatchObject({
          'content-type': 'application/pdf',
          'content-length': String(content.length),
          'content-disposition': `attachment; filename="r_glement _2026_.pdf"; filename*=UTF-8''r%C3%A8glement%20%222026%22.pdf`,
          'accept-ranges': 'bytes',
          'x-content-type-options': 'nosniff',
          'content-security-policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
          'cache-control': 'private, no-store',
          etag: `"${sha256}"`,
          'odata-version': '4.0',
        })
        const head = await app.ask(`${path}/$value`, { method: 'HEAD' })
        expect([head.status, head.text, head.headers['content-length']]).toEqual([
          200,
          '',
          String(content.length),
        ])
        expect((await app.ask(`${path}/$value`, { headers: { accept: 'image/png' } })).status).toBe(
          406,
        )
      })

      test('another content takes the place of the first, which is gone', async () => {
        const before = await stored()
        const path = await uploaded()
        const other = Buffer.from('%PDF-1.4 autre')
        const shown = await put(path, other, { headers: { prefer: 'return=representation' } })
        expect([shown.status, rowOf(shown)['FileSize']]).toEqual([200, other.length])
        expect((await app.ask(`${path}/$value`)).bytes.equals(other)).toBe(true)
        expect(await stored()).toEqual([(before[0] ?? 0) + 1, (before[1] ?? 0) + 1])
        // §11.4.7.3: the entity goes with its content, by either address.
        expect((await write.remove(`${path}/$value`)).status).toBe(204)
        expect((await app.ask(path)).status).toBe(404)
        expect(await stored()).toEqual(before)
      })

      test.each([
        ['(2) nothing', Buffer.alloc(0), 'application/pdf'],
        ['what is no PDF', Buffer.from('<html><script>'), 'application/pdf'],
        ['another type than announced', content, 'image/png'],
        ['a type that no document has', content, 'text/html'],
        ['more than the limit', Buffer.concat([content, content]), 'application/pdf'],
      ])('%s is refused and leaves nothing', async (_, body, type) => {
        const path = await create()
        const before = [await stored(), rowOf(await app.ask(path))]
        const answer = await put(path, body, { headers: { 'content-type': type } })
        expect(refusalOf(answer).slice(0, 2)).toEqual([400, 'DOCUMENT_CONTENT_REJECTED'])
        expect([await stored(), rowOf(await app.ask(path))]).toEqual(before)
      })

      test('a text is UTF-8; a type that is not allowed is not announced either', async () => {
        const path = await create({ ContentType: 'text/plain', FileName: 'a.txt' })
        const text = (body: Buffer | string) =>
          put(path, body, { headers: { 'content-type': 'text/plain; charset=utf-8' } })
        expect((await text('Été à Québec')).status).toBe(204)
        expect((await app.ask(`${path}/$value`)).headers['content-type']).toBe(
          'text/plain; charset=utf-8',
        )
        for (const wrong of [Buffer.from([0x61, 0xe9]), 'a\0b'])
          expect((await text(wrong)).status).toBe(400)
        expect((await app.ask(`${path}/$value`)).text).toBe('Été à Québec')
        expect(
          refusalOf(await write.post('/api/Documents', { ...pdf, ContentType: 'text/html' })),
        ).toEqual([400, 'DOCUMENT_CONTENT_REJECTED', 'ContentType'])
      })

      test('a part is not taken for the whole (RFC 9110 §14.5)', async () => {
        const path = await uploaded()
        const headers = { 'content-range': `bytes 0-8/${content.length}` }
        const answer = await put(path, '%PDF-1.7\n', { headers })
        expect(refusalOf(answer)).toEqual([400, 'INVALID_BODY', 'Content-Range'])
        expect((await app.ask(`${path}/$value`)).bytes.equals(content)).toBe(true)
      })

      test('what the system has produced keeps its content', async () => {
        const path = await uploaded()
        const id = /\d+/.exec(path)?.[0]
        await app.sql("update documents set source = 'G' where account_id = 1 and id = $1", [id])
        const answer = await put(path, content)
        expect(refusalOf(answer).slice(0, 2)).toEqual([405, 'OPERATION_NOT_SUPPORTED'])
        expect((await app.ask(`${path}/$value`)).bytes.equals(content)).toBe(true)
      })

      test.each([
        ['Word', 'wordprocessingml.document', 'word/document.xml', 'xl/workbook.xml'],
        ['Excel', 'spreadsheetml.sheet', 'xl/workbook.xml', 'word/document.xml'],
      ])(
        'a package of %s has its main part, and no plain archive is one',
        async (_, kind, main, other) => {
          const type = `application/vnd.openxmlformats-officedocument.${kind}`
          const path = await create({ ContentType: type, FileName: 'a' })
          const send = async (...names: readonly string[]) =>
            (await put(path, archiveOf(names), { headers: { 'content-type': type } })).status
          expect(await send('[Content_Types].xml', 'a.html')).toBe(400)
          expect(await send('[Content_Types].xml', other)).toBe(400)
          expect(await send(main)).toBe(400)
          expect(await send('[Content_Types].xml', 'docProps/app.xml', main)).toBe(204)
        },
      )

      test.each([
        ['heic', 204],
        ['mif1', 204],
        ['isom', 400],
        ['avif', 400],
      ])('a file of the brand %s sent as HEIC is answered %i', async (brand, status) => {
        const path = await create({ ContentType: 'image/heic', FileName: 'a.heic' })
        const body = Buffer.from(`\0\0\0\x18ftyp${brand}\0\0\0\0mif1heic`, 'latin1')
        const answer = await put(path, body, { headers: { 'content-type': 'image/heic' } })
        expect(answer.status).toBe(status)
      })

      test('a page sent as a text is served as a text that nothing shows as a page', async () => {
        const path = await create({ ContentType: 'text/plain', FileName: 'page.txt' })
        const body = '<!doctype html><svg onload=alert(1)>'
        expect((await put(path, body, { headers: { 'content-type': 'text/plain' } })).status).toBe(
          204,
        )
        expect((await app.ask(`${path}/$value`)).headers).toMatchObject({
          'content-type': 'text/plain; charset=utf-8',
          'content-disposition': expect.stringMatching(/^attachment;/),
          'x-content-type-options': 'nosniff',
          'content-security-policy': expect.stringMatching(/; sandbox$/),
        })
      })

      test('a type is stored and served as it is, whatever parameters it is sent with', async () => {
        for (const parameters of ['; charset=utf-7', '; a\r\nSet-Cookie: x', '; é=€']) {
          const path = await create({ ContentType: `Text/Plain${parameters}`, FileName: 'a.txt' })
          expect(rowOf(await app.ask(path))).toMatchObject({ ContentType: 'text/plain' })
          const id = /\d+/.exec(path)?.[0]
          await app.sql('update documents set content_type = $2 where account_id = 1 and id = $1', [
            id,
            `text/plain${parameters}`,
          ])
          await put(path, 'Été', { headers: { 'content-type': 'text/plain' } })
          const answer = await app.ask(`${path}/$value`, { headers: { accept: 'text/plain' } })
          expect([answer.status, answer.headers['content-type'], answer.text]).toEqual([
            200,
            'text/plain; charset=utf-8',
            'Été',
          ])
        }
      })

      test('a name ends as its type does where it is saved: nothing that was sent as a text is run', async () => {
        for (const [FileName, saved] of [
          ['bill.hta', 'bill.hta.txt'],
          ['bill', 'bill.txt'],
          ['bill.TXT', 'bill.TXT'],
        ] as const) {
          const path = await create({ ContentType: 'text/plain', FileName })
          await put(path, 'x', { headers: { 'content-type': 'text/plain' } })
          expect((await app.ask(`${path}/$value`)).headers['content-disposition']).toBe(
            `attachment; filename="${saved}"; filename*=UTF-8''${saved}`,
          )
        }
      })

      test('a name that leads elsewhere, or shows as another, is refused', async () => {
        for (const FileName of ['../a.pdf', 'a\r\nb.pdf', 'photo\u202efdp.exe', 'nul.pdf', '.a'])
          expect(refusalOf(await write.post('/api/Documents', { ...pdf, FileName }))).toEqual([
            400,
            'INVALID_FORMAT',
            'FileName',
          ])
      })

      test('what the system produces has its content when its event is told, and is refused as one', async () => {
        const bytes = Buffer.concat([Buffer.from('%PDF-1.7\n'), randomBytes(300_000)])
        const { pinnedAt } = await readClock(app.database, 1, new Date())
        const produce = (values: object) =>
          inWriteTransaction(
            app.database,
            { accountId: 1, profile: 'administrator', pinnedAt },
            { now: new Date() },
            (context) => produceDocument(context, { ...pdf, ...values }, bytes),
          )
        const before = await stored()
        await expect(produce({ IsVisibleToTenant: true })).rejects.toMatchObject({
          code: 'DOCUMENT_TENANT_REQUIRED',
        })
        await expect(produce({ DocumentType: 'QUOI' })).rejects.toMatchObject({
          code: 'INVALID_CODE',
        })
        expect(await stored()).toEqual(before)
        const id = await produce({ Language: 'F', TenantId: 9116, IsVisibleToTenant: true })
        expect(await lastEvents(app)).toEqual([`Document ${id} 3`])
        const path = `/api/Documents(${id})`
        expect(rowOf(await app.ask(path))).toMatchObject({
          ...pdf,
          Source: 'G',
          Language: 'F',
          TenantId: 9116,
          FileSize: bytes.length,
          Sha256: createHash('sha256').update(bytes).digest('hex'),
          PublishedDate: expect.any(String),
        })
        expect((await app.ask(`${path}/$value`)).bytes.equals(bytes)).toBe(true)
        expect((await app.ask(`${path}/$value`, { as: 'other' })).status).toBe(404)
        await write.remove(path)
        expect(await stored()).toEqual(before)
      })

      test('dryRun says what would be and stores nothing', async () => {
        const path = await create()
        const before = await stored()
        const answer = await app.ask(`${path}/$value?dryRun=true`, {
          method: 'PUT',
          body: content,
          headers: { 'content-type': 'application/pdf' },
        })
        expect([answer.status, answer.headers['dry-run']]).toEqual([204, 'true'])
        expect(await stored()).toEqual(before)
      })

      test('an upload that breaks off leaves the old content, and nothing of its own', async () => {
        const path = await uploaded()
        const before = await stored()
        const head = `PUT ${path}/$value HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer ${app.clients.integrator.token}\r\nContent-Type: application/pdf\r\nContent-Length: 900000\r\n\r\n`
        const { connect } = await import('node:net')
        await new Promise<void>((resolve) => {
          const socket = connect(app.port, '127.0.0.1', () => {
            socket.write(head)
            socket.write(content, () => setTimeout(() => socket.destroy(), 50))
          })
          socket.on('close', () => resolve())
          socket.on('error', () => {})
        })
        await expect.poll(stored, { timeout: 10_000 }).toEqual(before)
        expect((await app.ask(`${path}/$value`)).bytes.equals(content)).toBe(true)
      })
    })

    describe('RFC 9110 §14 Range Requests, §13 Conditional Requests', () => {
      test('one range, across pieces, from the end, beyond the end', async () => {
        const path = `${await uploaded()}/$value`
        for (const [range, from, to] of [
          ['bytes=0-9', 0, 10],
          ['bytes=262140-262150', 262_140, 262_151],
          ['bytes=262144-524287', 262_144, 524_288],
          ['bytes=-7', content.length - 7, content.length],
          ['bytes=600000-', 600_000, content.length],
        ] as const) {
          const answer = await app.ask(path, { headers: { range } })
          expect([range, answer.status, answer.headers['content-range']]).toEqual([
            range,
            206,
            `bytes ${from}-${to - 1}/${content.length}`,
          ])
          expect([range, answer.bytes.equals(content.subarray(from, to))]).toEqual([range, true])
        }
        const beyond = await app.ask(path, { headers: { range: `bytes=${content.length}-` } })
        expect([beyond.status, beyond.headers['content-range']]).toEqual([
          416,
          `bytes */${content.length}`,
        ])
        expect((await app.ask(path, { headers: { range: 'bytes=0-1,4-5' } })).status).toBe(200)
        expect(
          (await app.ask(path, { headers: { range: 'bytes=0-1', 'if-range': '"other"' } })).status,
        ).toBe(200)
        expect(
          (await app.ask(path, { headers: { range: 'bytes=0-1', 'if-range': `"${sha256}"` } }))
            .status,
        ).toBe(206)
      })

      test('If-None-Match and If-Match name the content; of writes the entity too', async () => {
        const path = await uploaded()
        expect(
          (await app.ask(`${path}/$value`, { headers: { 'if-none-match': `"${sha256}"` } })).status,
        ).toBe(304)
        expect(
          (await app.ask(`${path}/$value`, { headers: { 'if-match': '"other"' } })).status,
        ).toBe(412)
        const other = Buffer.from('%PDF-1.4 autre')
        for (const wrong of ['"other"', 'W/"2001-01-01T00:00:00Z"'])
          expect((await put(path, other, { headers: { 'if-match': wrong } })).status).toBe(412)
        expect((await put(path, other, { headers: { 'if-none-match': '*' } })).status).toBe(412)
        expect((await put(path, other, { headers: { 'if-match': `"${sha256}"` } })).status).toBe(
          204,
        )
        const { headers } = await app.ask(path)
        expect(
          (await put(path, content, { headers: { 'if-match': String(headers['etag']) } })).status,
        ).toBe(204)
      })
    })

    describe('R-110 Space of an account', () => {
      test('its bound counts what is kept once, holds when uploads come at once, and never refuses what the system produces', async () => {
        const { databaseName } = app.clients.other
        const as = 'other' as const
        const [used = 0] = await app.column<number>(
          'select sum(byte_count)::integer from document_contents where account_id = 2 and document_id is not null',
        )
        const mebibytes = Math.ceil(used / 1_048_576) + 1
        const body = Buffer.concat([
          Buffer.from('%PDF-1.7\n'),
          randomBytes(Math.floor((mebibytes * 1_048_576 - used) / 2.5) - 9),
        ])
        const [division] = await app.column<number>(
          'select id from ledger_divisions where account_id = 2 order by id limit 1',
        )
        const made = async (): Promise<string> => {
          const answer = await app.ask('/api/Documents', {
            as,
            method: 'POST',
            body: JSON.stringify({ ...pdf, LedgerDivisionId: division }),
            headers: { 'content-type': 'application/json' },
          })
          return `/api/Documents(${rowOf(answer).Id})`
        }
        const paths = [await made(), await made(), await made(), await made()]
        await setDocumentsMax(app.db.database, databaseName, mebibytes)
        const before = await stored()
        const statuses = await Promise.all(
          paths.map(async (path) => (await put(path, body, { as })).status),
        )
        // Two and a half of them go into what is left.
        expect(statuses.toSorted((a, b) => a - b)).toEqual([204, 204, 409, 409])
        expect((await stored())[0]).toBe((before[0] ?? 0) + 2)
        const full = paths[statuses.indexOf(204)] ?? ''
        const refused = paths[statuses.indexOf(409)] ?? ''
        expect((await put(full, body, { as })).status).toBe(204)
        expect(refusalOf(await put(refused, body, { as }))).toEqual([
          409,
          'DOCUMENT_QUOTA_EXCEEDED',
          '$value',
        ])
        const { pinnedAt } = await readClock(app.database, 2, new Date())
        await inWriteTransaction(
          app.database,
          { accountId: 2, profile: 'administrator', pinnedAt },
          { now: new Date() },
          (context) =>
            produceDocument(context, { ...pdf, LedgerDivisionId: Number(division) }, body),
        )
        // Another account's bound is its own.
        await uploaded()
        await setDocumentsMax(app.db.database, databaseName, null)
        expect((await put(refused, body, { as })).status).toBe(204)
      })
    })

    describe('R-111 Visibility to the tenant', () => {
      const publish = { IsVisibleToTenant: true }

      test('(1) needs a tenant, and is published the first time', async () => {
        expect(refusalOf(await write.post('/api/Documents', { ...pdf, ...publish }))).toEqual([
          400,
          'DOCUMENT_TENANT_REQUIRED',
          'TenantId',
        ])
        const path = await create({ TenantId: 9116 })
        const first = rowOf(await write.patch(path, publish))['PublishedDate']
        expect(first).not.toBeNull()
        await write.patch(path, { IsVisibleToTenant: false })
        expect(rowOf(await write.patch(path, publish))['PublishedDate']).toBe(first)
        expect(refusalOf(await write.patch(path, { TenantId: null }))).toEqual([
          400,
          'DOCUMENT_TENANT_REQUIRED',
          'TenantId',
        ])
      })

      test('debit files and documents of suppliers never are', async () => {
        for (const values of [
          { DocumentType: 'PREL' },
          { DocumentType: 'FACT' },
          { SupplierId: 41 },
        ])
          expect(
            refusalOf(
              await write.post('/api/Documents', { ...pdf, TenantId: 9116, ...publish, ...values }),
            ).slice(0, 2),
          ).toEqual([400, 'INVALID_CODE'])
      })
    })

    describe('Rights and accounts', () => {
      test('a content of another account is not there, to no method and along no way', async () => {
        const path = await uploaded()
        const as = 'other' as const
        expect((await app.ask(`${path}/$value`, { as })).status).toBe(404)
        expect((await put(path, content, { as })).status).toBe(404)
        expect((await app.ask(`${path}/$value`, { as, method: 'DELETE' })).status).toBe(404)
        const id = /\d+/.exec(path)?.[0]
        const way = `/api/LedgerDivisions(4)/Documents(${id})/$value`
        expect((await app.ask(way)).bytes.equals(content)).toBe(true)
        expect((await app.ask(way, { as })).status).toBe(404)
        expect((await app.ask(way.replace('(4)', '(3)'))).status).toBe(404)
      })

      test('reading and changing are rights of the set', async () => {
        const path = await uploaded()
        const { databaseName, userName } = app.clients.revocable
        const as = 'revocable' as const
        await revokeRight(
          app.db.database,
          { databaseName, userName },
          { set: 'Documents', operation: 'update' },
        )
        await expect.poll(async () => (await put(path, content, { as })).status).toBe(403)
        expect((await app.ask(`${path}/$value`, { as })).status).toBe(200)
        await revokeRight(
          app.db.database,
          { databaseName, userName },
          { set: 'Documents', operation: 'read' },
        )
        await expect.poll(async () => (await app.ask(`${path}/$value`, { as })).status).toBe(403)
      })
    })
  })
}
