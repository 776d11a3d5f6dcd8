import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { domainTypes } from '../../src/model/model.ts'
import { tableName } from '../../src/model/naming.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { ALEX, BEATRICE, commit } from './change-rows.ts'

let db: TestDatabase

beforeAll(async () => {
  db = await createTestDatabase()
})
afterAll(async () => {
  await db.drop()
})

async function allocate(entity: string, wanted = 1, accountId = ALEX): Promise<number> {
  return number(`select allocate_ids(${accountId}, '${entity}', ${wanted}) as value`, accountId)
}

async function number(text: string, accountId = ALEX): Promise<number> {
  return db.database.transaction(
    async (client) => {
      const { rows } = await client.query<{ value: number | null }>(text)
      return rows[0]?.value ?? 0
    },
    { accountId },
  )
}

const insertEmployee = (id: number) =>
  `insert into employees (account_id, id, employee_code, last_name, first_name)
   values (${ALEX}, ${id}, '${id.toString(36).toUpperCase()}', 'Roy', 'Ève')`
const deleteEmployee = (id: number) =>
  `delete from employees where account_id = ${ALEX} and id = ${id}`

describe('R-002 Identifiers are never reused', () => {
  test.each(domainTypes)('$name: the first Id follows the greatest of the table', async (type) => {
    const text = `select max(id) as value from ${tableName(type)} where account_id = ${ALEX}`
    expect(await allocate(type.name)).toBe((await number(text)) + 1)
  })

  test('as many follow each other as were asked for', async () => {
    const first = await allocate('Tenant', 5)
    expect(await allocate('Tenant')).toBe(first + 5)
  })

  test('each account counts for itself', async () => {
    const first = await allocate('Unit', 1, BEATRICE)
    await allocate('Unit', 1000)
    expect(await allocate('Unit', 1, BEATRICE)).toBe(first + 1)
  })

  test('the Id of a deleted row stays used', async () => {
    const id = await allocate('Employee')
    await commit(db.database, [insertEmployee(id)])
    await commit(db.database, [deleteEmployee(id)])
    expect(await allocate('Employee')).toBe(id + 1)
  })

  test('so does that of a row that came with its own Id and is gone before the next is given', async () => {
    const id = (await allocate('Employee')) + 500
    await commit(db.database, [insertEmployee(id)])
    await commit(db.database, [
      "select set_config('hapi.change_log', 'off', true)",
      deleteEmployee(id),
    ])
    expect(await allocate('Employee')).toBe(id + 1)
  })

  test('rows loaded later with greater Ids are stayed above', async () => {
    const id = (await allocate('Employee')) + 500
    await commit(db.database, [insertEmployee(id)])
    expect(await allocate('Employee')).toBe(id + 1)
  })

  test('callers at once get different Ids', async () => {
    const given = await Promise.all(Array.from({ length: 12 }, () => allocate('Lease', 3)))
    const sorted = given.toSorted((a, b) => a - b)
    const [first = 0] = sorted
    expect(sorted).toEqual(sorted.map((_, index) => first + 3 * index))
  })

  test('an Id that was not used by a transaction that failed is free again', async () => {
    const before = await allocate('Visit')
    await expect(
      commit(db.database, ["select allocate_ids(1, 'Visit', 10)", 'select 1 / 0']),
    ).rejects.toMatchObject({ code: '22012' })
    expect(await allocate('Visit')).toBe(before + 1)
  })

  test('past the greatest Int32 it says so', async () => {
    await commit(db.database, [insertEmployee(2_147_483_646)])
    await expect(allocate('Employee', 2)).rejects.toMatchObject({
      code: '22003',
      message: 'Account 1 has no 2 Ids left for entity type Employee: the last is 2147483646',
    })
    expect(await allocate('Employee')).toBe(2_147_483_647)
    await expect(allocate('Employee')).rejects.toMatchObject({ code: '22003' })
  })

  test('an unknown entity type and a number below 1 are refused', async () => {
    await expect(allocate('Employees')).rejects.toMatchObject({
      code: '22023',
      message: 'There is no entity type "Employees"',
    })
    await expect(allocate('Employee', 0)).rejects.toMatchObject({ code: '22023' })
  })
})
