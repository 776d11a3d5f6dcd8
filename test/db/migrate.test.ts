import { Client } from 'pg'
import { afterEach, describe, expect, test } from 'vitest'
import { createTestDatabase } from '../support/database.ts'

describe('test database', () => {
  test('is a migrated clone', async () => {
    const t = await createTestDatabase()
    const c = await t.database.connectReader()
    console.log((await c.query("select current_user, current_setting('transaction_isolation') i, current_setting('transaction_read_only') r,(select count(*) from schema_migrations)")).rows)
    c.release()
    await t.drop()
  })
})
