/** Messages over HTTP, of tenant 7535 in company-division 3-1; T is 2026-06-15, 00:05 in Québec. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Answer, startTestApp, type TestApp } from '../support/test-app.ts'
import { lastEvents, refusal, refusalOf, rowOf, write } from '../support/writing.ts'

let app: TestApp

beforeAll(async () => {
  app = await startTestApp()
})

afterAll(() => app.close())

const send = (given: object = {}, language: 'fr' | 'en' = 'fr'): Promise<Answer> =>
  write(
    app,
    'POST',
    '/api/Messages',
    { TenantId: 7535, Direction: 'E', Body: 'Bonjour, le siphon coule encore.', ...given },
    { language },
  )

const patch = (id: number, body: object): Promise<Answer> =>
  write(app, 'PATCH', `/api/Messages(${id})`, body)

describe('R-112 Messages', () => {
  test('example 1: a reply stands in the thread of its parent, however deep', async () => {
    const first = rowOf(await send())
    expect(first).toMatchObject({ ThreadNo: first.Id, SentDate: '2026-06-15T04:05:00Z' })
    const reply = rowOf(await send({ InReplyToId: 8801, Direction: 'S' }))
    expect(reply['ThreadNo']).toBe(8801)
    expect(await lastEvents(app)).toEqual([`Message ${reply.Id} 3`])
    const next = rowOf(await send({ InReplyToId: reply.Id }))
    expect(next['ThreadNo']).toBe(8801)
  })

  test("example 2: a reply to another tenant's message is refused, whatever his division", async () => {
    expect(refusal(await send({ TenantId: 9101, InReplyToId: 8801 }), 400)).toEqual([
      'MESSAGE_THREAD_MISMATCH',
      'InReplyToId',
      'Le message parent appartient à un autre locataire.',
    ])
    const english = await send({ TenantId: 1, InReplyToId: 8801 }, 'en')
    expect(refusal(english, 400)[2]).toBe('The parent message belongs to another tenant.')
  })

  test('the text never changes: only the reading does', async () => {
    const { Id } = rowOf(await send())
    for (const [field, value] of Object.entries({
      Body: 'Autre',
      Subject: 'Autre',
      Direction: 'S',
      Channel: 'C',
      SentDate: '2026-06-14T00:00:00Z',
      ExternalId: 'x',
    }))
      expect([field, ...refusalOf(await patch(Id, { [field]: value }))]).toEqual([
        field,
        400,
        'FIELD_IMMUTABLE',
        field,
      ])
    rowOf(await patch(Id, { EmployeeId: 4 }))
    expect(rowOf(await patch(Id, { Status: 'R' }))['Status']).toBe('R')
    expect(rowOf(await patch(Id, { ReadDate: '2026-06-15T04:00:00Z' }))['Status']).toBe('L')
  })

  test("nothing is attached that is another tenant's", async () => {
    const document = rowOf(
      await write(app, 'POST', '/api/Documents', {
        LedgerDivisionId: 3,
        TenantId: 7535,
        DocumentDate: '2026-06-15',
        DocumentType: 'BAIL',
        Title: 'Bail',
        FileName: 'bail.pdf',
        ContentType: 'application/pdf',
      }),
    )
    rowOf(await send({ DocumentId: document.Id }))
    expect(refusalOf(await send({ TenantId: 1, DocumentId: document.Id }))).toEqual([
      400,
      'REFERENCE_MISMATCH',
      'DocumentId',
    ])
  })
})
