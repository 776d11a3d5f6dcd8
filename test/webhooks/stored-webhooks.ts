/** Rows of the webhooks' own tables, as the engine leaves them, for what only reads them. */

import type { ClientName, TestApp } from '../support/test-app.ts'

/** The user behind a client of the tests. */
export async function userOf(
  app: TestApp,
  client: ClientName,
): Promise<{ readonly accountId: number; readonly userId: number }> {
  const [user] = await app.sql<{ accountId: number; userId: number }>(
    `select u.account_id as "accountId", u.id as "userId"
       from access.users u join accounts a using (account_id)
      where u.user_name = $1 and a.database_name = $2`,
    [app.clients[client].userName, app.clients[client].databaseName],
  )
  if (user === undefined) throw new Error(`${client} has no user`)
  return user
}

interface StoredEndpoint {
  readonly entities?: readonly string[]
  readonly headerNames?: readonly string[]
  readonly state?: 'ACTIVE' | 'PAUSED' | 'ENDED'
}

/** Gives its Id. What is sealed is no more than bytes here. */
export async function storeEndpoint(
  app: TestApp,
  client: ClientName,
  { entities = ['Unit'], headerNames = [], state = 'ACTIVE' }: StoredEndpoint = {},
): Promise<number> {
  const { accountId, userId } = await userOf(app, client)
  const reason = { ACTIVE: null, PAUSED: 'PERSON', ENDED: 'GONE' }[state]
  const [id = 0] = await app.column<number>(
    `insert into webhooks.endpoints (account_id, user_id, origin, url, entities, headers, header_names, secret, state, state_reason)
     values ($1, $2, 'ENDPOINT', 'https://receiver.example/hook', $3, $4, $5, $6, $7, $8) returning id`,
    [
      accountId,
      userId,
      entities,
      headerNames.length === 0 ? null : Buffer.from('sealed headers'),
      headerNames,
      Buffer.from('sealed secret'),
      state,
      reason,
    ],
  )
  return id
}

interface StoredDelivery {
  readonly endpointId: number
  readonly seq: number
  readonly state?: 'PENDING' | 'WAITING' | 'DELIVERED' | 'FAILED' | 'CANCELLED'
  readonly id?: string
  readonly entity?: string
  readonly entityId?: number
  /** SQL of an instant. */
  readonly occurredAt?: string
}

/** Gives its Id, as a text. */
export async function storeDelivery(
  app: TestApp,
  accountId: number,
  delivery: StoredDelivery,
): Promise<string> {
  const { endpointId, seq, state = 'DELIVERED', id, entity = 'Unit', entityId = 1448 } = delivery
  const occurred = delivery.occurredAt ?? 'hapi_clock()'
  const [made = ''] = await app.column<string>(
    `insert into webhooks.deliveries (account_id, ${id === undefined ? '' : 'id, '}endpoint_id, seq, entity, entity_id, status,
       occurred_at, committed_at, state, state_reason, attempts, next_attempt_at, last_result)
     ${id === undefined ? '' : 'overriding system value'}
     values ($1, ${id === undefined ? '' : `${id}, `}$2, $3, $4, $5, 1, ${occurred}, clock_timestamp(), $6::text,
       case when $6::text = 'CANCELLED' then 'ENDED' end, 1, case when $6::text = 'PENDING' then clock_timestamp() end,
       case when $6::text = 'DELIVERED' then 'DELIVERED' else 'HTTP_ERROR' end)
     returning id`,
    [accountId, endpointId, seq, entity, entityId, state],
  )
  return made
}

export async function storeAttempt(
  app: TestApp,
  accountId: number,
  deliveryId: string,
): Promise<void> {
  await app.sql(
    `insert into webhooks.attempts (account_id, delivery_id, endpoint_id, number, started_at, duration_ms, result,
       response_status, response_body)
     select account_id, id, endpoint_id, 1, '2026-06-15T10:00:00.250Z', 48, 'HTTP_ERROR', 503, $3
       from webhooks.deliveries where account_id = $1 and id = $2`,
    [accountId, deliveryId, 'é'.repeat(5_000)],
  )
}
