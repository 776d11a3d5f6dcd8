/** The write path over HTTP: what every set has in common, on sets that have few rules of their own. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/test-app.ts'

let app: TestApp

beforeAll(async () => {
  app = await startTestApp()
})

afterAll(() => app.close())

const contact = { TenantId: 9101, LastName: 'Bolduc', FirstName: 'Anne', Priority: 2 }

async function post(path: string, body: unknown, headers: Record<string, string> = {}) {
  return app.ask(path, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', ...headers },
  })
}

describe('POST', () => {
  test('creates a row, answers it whole with its address and its tag', async () => {
    const answer = await post('/api/TenantContacts', contact)
    expect(answer.text).toContain('Bolduc')
    expect(answer.status).toBe(201)
    const row = answer.json as { readonly Id: number }
    expect(row).toMatchObject({
      ...contact,
      CompanyNo: 3,
      DivisionNo: 2,
      TenantType: 'D',
      TenantNo: 1,
    })
    expect(answer.headers.location).toBe(`${app.baseUrl}/api/TenantContacts(${row.Id})`)
    const read = await app.ask(`/api/TenantContacts(${row.Id})`)
    expect(read.text).toBe(answer.text)
  })
})
