/** Rows of account 1 for which the facts say how long documents are kept. */

import { model } from '../../src/model/model.ts'
import { snakeCase, tableName } from '../../src/model/naming.ts'
import type { TestApp } from '../support/test-app.ts'

/** The sample of the model with other values, past triggers and constraints. */
export async function plant(
  app: TestApp,
  type: string,
  values: Readonly<Record<string, unknown>>,
): Promise<void> {
  const { sample } = model.getType(type)
  const row = Object.fromEntries(
    Object.entries({ ...sample, ...values }).map(([name, value]) => [snakeCase(name), value]),
  )
  const table = tableName(model.getType(type))
  await app.db.database.transaction(async (client) => {
    await client.query("set local session_replication_role = 'replica'")
    await client.query(
      `insert into ${table} select (jsonb_populate_record(null::${table}, $1::jsonb)).*`,
      [JSON.stringify({ ...row, account_id: 1 })],
    )
  })
}

const NO_LINKS = {
  BuildingId: null,
  UnitId: null,
  TenantId: null,
  LeaseId: null,
  ServiceCallId: null,
  SupplierId: null,
  IsVisibleToTenant: false,
  PublishedDate: null,
  ExpiryDate: null,
  FileSize: 1000,
}

/** A document about nothing, of division 4, whose company's year is the calendar's. */
export function plantDocument(
  app: TestApp,
  id: number,
  DocumentType: string,
  values: Readonly<Record<string, unknown>>,
): Promise<void> {
  return plant(app, 'Document', {
    ...NO_LINKS,
    Id: id,
    DocumentType,
    DocumentDate: '2026-01-05',
    ...values,
  })
}
