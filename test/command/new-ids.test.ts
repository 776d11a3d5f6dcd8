/** Ids of new rows: none twice, and nobody waits for another's commit to get one. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { inWriteTransaction } from '../../src/domain/command/write-transaction.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'
import { type Writer, writerOf } from '../support/writing.ts'

let app: TestApp
let write: Writer

beforeAll(async () => {
  app = await startTestApp()
  write = writerOf(app)
})

afterAll(() => app.close())

async function create(): Promise<number> {
  const answer = await write.post('/api/TenantContacts', { TenantId: 9101, LastName: 'Roy' })
  expect([answer.status, answer.text]).toEqual([201, answer.text])
  return (answer.json as { readonly Id: number }).Id
}

/** Beside the product, as a load of data does it. */
const load = (id: number) =>
  app.sql(
    `insert into tenant_contacts (account_id, id, company_no, division_no, tenant_type, tenant_no, tenant_id, last_name)
     select account_id, $1, company_no, division_no, tenant_type, tenant_no, id, 'Chargé'
       from tenants where account_id = 1 and id = 9101`,
    [id],
  )

describe('R-002 Id is never reused', () => {
  test('forty creations at once get forty Ids', async () => {
    const ids = await Promise.all(Array.from({ length: 40 }, create))
    expect(new Set(ids).size).toBe(40)
  })

  test('the Id of a deleted row does not come back', async () => {
    const id = await create()
    expect((await write.remove(`/api/TenantContacts(${id})`)).status).toBe(204)
    expect(await create()).toBeGreaterThan(id)
  })

  test('rows that are loaded under Ids which were kept in hand are stayed above', async () => {
    const last = await create()
    for (let ahead = 1; ahead <= 300; ahead++) await load(last + ahead)
    expect(await create()).toBeGreaterThan(last + 300)
  })

  test('the database itself gives other Ids than those in hand', async () => {
    const id = await create()
    const [own] = await app.column<number>("select allocate_ids(1, 'TenantContact', 1)")
    expect(own).toBeGreaterThan(id)
    const more = await Promise.all(Array.from({ length: 80 }, create))
    expect(more).not.toContain(own)
  })
})

test('a creation that is not committed yet keeps none of the same type waiting', async () => {
  const created: number[] = []
  await inWriteTransaction(
    app.database,
    { accountId: 1, profile: 'integrator', pinnedAt: new Date('2026-06-15T14:00:00Z') },
    { now: new Date() },
    async (context) => {
      const tenant = await context.get('Tenant', 9101)
      const { CompanyNo = null, DivisionNo = null, TenantType = null, TenantNo = null } = tenant
      const key = { CompanyNo, DivisionNo, TenantType, TenantNo, TenantId: 9101 }
      created.push(await context.insert('TenantContact', { ...key, LastName: 'Côté' }))
      created.push(await create())
    },
  )
  expect(new Set(created).size).toBe(2)
})
