/** The ceiling and the peers: a copy of the tenants without triggers, and a job per changed row. */

import { join } from 'node:path'
import { runMigrations } from 'graphile-worker'
import type { Client } from 'pg'
import PgBoss from 'pg-boss'
import { MEASURED_ACCOUNT } from '../data/load-data.ts'
import { type Contender, WorkerProcess } from './contender.ts'

/** The very text that the product sends for a changed tenant. */
const BODY = `'{"Id":' || changed.id || ',"Entity":"Tenant","Status":1,"DatabaseName":"${MEASURED_ACCOUNT.databaseName}","AdditionalInformationJson":null}'`

/** The indexes are the product's; its triggers' work, ours do by hand. */
const COPY_TENANTS = `
  create schema if not exists ceiling;
  drop table if exists ceiling.tenants;
  create table ceiling.tenants (like public.tenants including all);
  insert into ceiling.tenants select * from public.tenants where account_id = ${MEASURED_ACCOUNT.accountId};
  analyze ceiling.tenants;
`

const MAKE_JOBS = `
  drop table if exists ceiling.webhook_jobs;
  create table ceiling.webhook_jobs (
    id bigint primary key generated always as identity,
    body text not null,
    -- 0 to be sent, 1 claimed, 2 done.
    state smallint not null default 0
  );
  create index on ceiling.webhook_jobs (id) where state = 0;
`

const WAKE = 'notify webhook_jobs'

export async function copyTenants(client: Client): Promise<void> {
  await client.query(COPY_TENANTS)
}

export function ceilingContender(databaseUrl: string): Contender {
  return {
    name: 'ceiling',
    change: changeStatement(`insert into ceiling.webhook_jobs (body) select ${BODY} from changed`),
    wake: WAKE,
    async prepare(client) {
      await client.query(MAKE_JOBS)
    },
    async reset(client) {
      await client.query('truncate ceiling.webhook_jobs')
    },
    start: (urls) => startTsx('ceiling/webhook-loop.ts', databaseUrl, urls),
  }
}

/** Jobs are inserted by SQL, with the defaults of its tables (documentation: direct interactions). */
export function pgBossContender(databaseUrl: string): Contender {
  return {
    name: 'pg-boss',
    change: changeStatement(
      `insert into pgboss.job (name, data) select 'webhooks', jsonb_build_object('body', ${BODY}) from changed`,
    ),
    wake: WAKE,
    async prepare() {
      const boss = new PgBoss({ connectionString: databaseUrl })
      await boss.start()
      await boss.createQueue('webhooks')
      await boss.stop({ graceful: false })
    },
    async reset(client) {
      await client.query('truncate pgboss.job, pgboss.archive')
    },
    start: (urls) => startTsx('peers/pg-boss.ts', databaseUrl, urls),
  }
}

/** `add_job` is its documented way from SQL; it wakes the worker by itself. */
export function graphileWorkerContender(databaseUrl: string): Contender {
  return {
    name: 'graphile-worker',
    change: changeStatement(
      `select graphile_worker.add_job('post_webhook', json_build_object('body', ${BODY})) from changed`,
    ),
    wake: undefined,
    async prepare() {
      await runMigrations({ connectionString: databaseUrl })
    },
    async reset(client) {
      await client.query('truncate graphile_worker._private_jobs')
    },
    start: (urls) => startTsx('peers/graphile-worker.ts', databaseUrl, urls),
  }
}

function changeStatement(tell: string): string {
  return `
    with changed as (
      update ceiling.tenants set comment = $3, modified_date = clock_timestamp()
       where account_id = ${MEASURED_ACCOUNT.accountId} and id between $1 and $2
      returning id
    )
    ${tell}`
}

function startTsx(file: string, databaseUrl: string, urls: readonly string[]): WorkerProcess {
  const [receiver = ''] = urls
  return new WorkerProcess(['--import', 'tsx', join(import.meta.dirname, '..', file)], {
    DATABASE_URL: databaseUrl,
    RECEIVER_URL: receiver,
  })
}
