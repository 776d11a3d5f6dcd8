import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CHANGES_KEPT_DAYS, START_OF_LOG } from '../../src/changes/change-log.ts'
import { notificationOf } from '../../src/changes/notification.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { ALEX, BEATRICE, commit, loggedChanges, now, readAll } from './change-rows.ts'

let db: TestDatabase

beforeAll(async () => {
  db = await createTestDatabase()
})
afterAll(async () => {
  await db.drop()
})

/** The notifications of one transaction, as they are sent. */
async function notificationsOf(statement: string): Promise<readonly string[]> {
  const before = await now(db.database)
  await commit(db.database, [statement])
  const { changes } = await readAll(db.database, before)
  return changes.map((change) => JSON.stringify(notificationOf(change, 'DEV/ALEX')))
}

describe('R-014 AdditionalInformationJson of relational entities', () => {
  test('(1) TenantParking 1472', async () => {
    expect(
      await notificationsOf(
        "update tenant_parkings set license_plate = 'H4P1' where account_id = 1 and id = 1472",
      ),
    ).toEqual([
      String.raw`{"Id":1472,"Entity":"TenantParking","Status":1,"DatabaseName":"DEV/ALEX","AdditionalInformationJson":"{\"tenantId\": 7535, \"parkingId\": 1445}"}`,
    ])
  })

  test('(2) TenantService 830', async () => {
    expect(
      await notificationsOf(
        "update tenant_services set description = 'Stationnement' where account_id = 1 and id = 830",
      ),
    ).toEqual([
      String.raw`{"Id":830,"Entity":"TenantService","Status":1,"DatabaseName":"DEV/ALEX","AdditionalInformationJson":"{\"tenantId\": 9112, \"serviceId\": 7}"}`,
    ])
  })

  test('(3) Unit 9001', async () => {
    expect(
      await notificationsOf(
        'update units set asking_rent = 1234 where account_id = 1 and id = 9001',
      ),
    ).toEqual([
      '{"Id":9001,"Entity":"Unit","Status":1,"DatabaseName":"DEV/ALEX","AdditionalInformationJson":null}',
    ])
  })

  test('also on a deletion, as in the guide (contract D5)', async () => {
    expect(
      await notificationsOf('delete from tenant_parkings where account_id = 1 and id = 1472'),
    ).toEqual([
      String.raw`{"Id":1472,"Entity":"TenantParking","Status":2,"DatabaseName":"DEV/ALEX","AdditionalInformationJson":"{\"tenantId\": 7535, \"parkingId\": 1445}"}`,
    ])
  })

  test('also on an insertion, with the identifiers that the transaction leaves', async () => {
    const copy = `insert into tenant_services
      select (jsonb_populate_record(t, '{"id": 99001}')).* from tenant_services t
       where account_id = 1 and id = 830;
      update tenant_services set service_id = 8 where account_id = 1 and id = 99001`
    expect(await notificationsOf(copy)).toEqual([
      String.raw`{"Id":99001,"Entity":"TenantService","Status":3,"DatabaseName":"DEV/ALEX","AdditionalInformationJson":"{\"tenantId\": 9112, \"serviceId\": 8}"}`,
    ])
  })
})

describe('R-012 Deletion', () => {
  const day = 86_400_000
  const deletion = new Date('2026-06-15T13:14:15.167Z')

  async function prune(at: Date): Promise<unknown> {
    return db.database.transaction(
      async (client) => {
        const { rows } = await client.query<{ pruned: string }>(
          'select prune_change_log($1, $2) as pruned',
          [ALEX, new Date(at.getTime() - CHANGES_KEPT_DAYS * day)],
        )
        return rows[0]?.pruned
      },
      { accountId: ALEX },
    )
  }

  test('leaves a tombstone of entity, Id and instant for 90 days', async () => {
    await commit(db.database, [`select prune_change_log(1, 'infinity')`])
    await commit(
      db.database,
      ["update tenants set comment = 'B' where account_id = 2 and id = 9101"],
      BEATRICE,
    )
    await commit(db.database, [
      `select set_config('hapi.clock', '2026-06-15T12:00:00Z', true)`,
      "update tenant_services set description = 'X' where account_id = 1 and id = 830",
      `select set_config('hapi.clock', '${deletion.toISOString()}', true)`,
      'delete from tenant_services where account_id = 1 and id = 830',
    ])
    const tombstone = {
      seq: expect.any(Number),
      entity: 'TenantService',
      id: 830,
      status: 2,
      additionalInformation: '{"tenantId": 9112, "serviceId": 7}',
      at: deletion,
    }
    expect(await prune(new Date(deletion.getTime() + 90 * day))).toBe('0')
    expect((await readAll(db.database, START_OF_LOG)).changes).toEqual([tombstone])
    expect(await prune(new Date(deletion.getTime() + 90 * day + 1))).toBe('1')
    expect((await readAll(db.database, START_OF_LOG)).changes).toEqual([])
    expect((await loggedChanges(db.database, BEATRICE)).length).toBeGreaterThan(0)
  })
})
