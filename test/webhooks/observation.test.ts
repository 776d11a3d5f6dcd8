/** What an operator sees of the webhooks: metrics, log, traces and health, of the program as it runs. */

import { channel } from 'node:diagnostics_channel'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { context, createContextKey } from '@opentelemetry/api'
import { Registry } from 'prom-client'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { isReady } from '../../src/http/health-routes.ts'
import { startObservationListener } from '../../src/http/observation-listener.ts'
import { createLogger } from '../../src/log.ts'
import {
  BACKLOGS_LISTED,
  readStalledSeconds,
  readUnfinished,
} from '../../src/webhooks/engine-state.ts'
import { WebhookTraces } from '../../src/webhooks/webhook-traces.ts'
import { Child } from '../support/child-process.ts'
import { SECRETS_KEY, startTestApp, type TestApp } from '../support/test-app.ts'
import { write } from '../support/writing.ts'
import { Receiver } from './receiver.ts'
import { insertEndpoint, SECRET, startTestWorker } from './support.ts'
import { recordSpans } from './tracer.ts'

const METRICS_TOKEN = 'the token of those who read metrics 0123456789'
const MAIN = join(import.meta.dirname, '../../src/main.ts')
/** Planted wherever a secret of an integrator or a receiver can be. */
const CANARY = 'kanarienvogel'

const registry = new Registry()
/** What the API has logged, everything. */
let apiLog = ''
let app: TestApp
let receiver: Receiver
let dataDir: string

beforeAll(async () => {
  app = await startTestApp({
    metrics: registry,
    logger: createLogger(
      { logLevel: 'trace', logFormat: 'json' },
      { write: (line) => void (apiLog += line) },
    ),
    settings: { HAPI_WEBHOOK_ALLOW_CIDR: '127.0.0.0/8', HAPI_WEBHOOK_ALLOW_HTTP: 'true' },
  })
  dataDir = await mkdtemp(join(tmpdir(), 'hapi-observe-'))
})

afterAll(async () => {
  await app.close()
  await rm(dataDir, { recursive: true })
})

beforeEach(async () => {
  receiver = await Receiver.start()
})

afterEach(async () => {
  await receiver.close()
})

async function removeWebhooks(): Promise<void> {
  await app.sql('delete from webhooks.endpoints')
  await app.sql('truncate webhooks.deliveries, webhooks.attempts')
}

const phone = (last: number): Record<string, string> => ({ Phone: `418-555-${1000 + last}` })

interface RunningWork {
  readonly child: Child
  /** Of the listener. */
  readonly baseUrl: string
  stop(): Promise<void>
}

/** `hapi work`, as an operator runs it, with everything logged. */
async function startWork(): Promise<RunningWork> {
  const child = new Child(MAIN, ['work'], {
    env: {
      PATH: process.env['PATH'],
      NODE_ENV: 'test',
      HAPI_LANG: 'en',
      LOG_LEVEL: 'trace',
      DATABASE_URL: app.db.url,
      DATA_DIR: dataDir,
      HAPI_SECRETS_KEY: SECRETS_KEY,
      HAPI_METRICS_PORT: '0',
      HAPI_METRICS_TOKEN: METRICS_TOKEN,
      HAPI_WEBHOOK_ALLOW_CIDR: '127.0.0.0/8',
      HAPI_WEBHOOK_ALLOW_HTTP: 'true',
      HAPI_WEBHOOK_RETRY_SCHEDULE: '1',
    },
  })
  const [, baseUrl = ''] = /^Metrics: (\S+)\/metrics/.exec(await child.line('Metrics: ')) ?? []
  await child.line('Primmo HApi: background work')
  return {
    child,
    baseUrl,
    stop: async () => {
      child.kill('SIGTERM')
      await child.ended
    },
  }
}

/** Values by series, as Prometheus stores them. */
async function scrape(
  baseUrl: string,
  token = METRICS_TOKEN,
): Promise<ReadonlyMap<string, number>> {
  const answer = await fetch(`${baseUrl}/metrics`, {
    headers: { authorization: `Bearer ${token}` },
  })
  expect(answer.status).toBe(200)
  expect(answer.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/)
  return seriesOf(await answer.text())
}

function seriesOf(text: string): ReadonlyMap<string, number> {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  return new Map(
    lines.map((line) => {
      const blank = line.lastIndexOf(' ')
      return [line.slice(0, blank), Number(line.slice(blank + 1))]
    }),
  )
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 20_000
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error('It did not happen')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

async function count(condition: string): Promise<number> {
  const [found = 0] = await app.column<number>(
    `select count(*)::int from webhooks.deliveries d where ${condition}`,
  )
  return found
}

describe('D8 and security §6: a process that works, watched', () => {
  let work: RunningWork
  let answering: Receiver
  let refusing: Receiver
  let failing: number
  let paused: number

  beforeAll(async () => {
    answering = await Receiver.start()
    refusing = await Receiver.start()
    answering.answer = (_, response) => void response.writeHead(200).end(`${CANARY}-answer`)
    refusing.answer = (_, response) =>
      void response.writeHead(500, { 'x-secret': `${CANARY}-head` }).end(`${CANARY}-answer`)
    const headers = [{ name: 'X-Api-Key', value: `${CANARY}-header` }]
    const query = `?token=${CANARY}-query`
    const entities = ['Tenant']
    const asked = `X-Api-Key:${CANARY}-header`
    await subscribe(`${answering.url}${query}`, asked, 200)
    await subscribe(`http://10.1.2.3/${CANARY}${query}`, asked, 400)
    await subscribe(`${answering.url}${query}`, `Host:${CANARY}-header`, 400)
    failing = await insertEndpoint(app, { url: `${refusing.url}${query}`, entities, headers })
    // Refused before anything is sent: no URL, an address that is not permitted, a port where nobody listens.
    for (const url of [
      `http://${CANARY}-no-url:port/${query}`,
      `http://10.1.2.3/${CANARY}${query}`,
      `http://127.0.0.1:9/${CANARY}${query}`,
    ])
      await insertEndpoint(app, { url, entities, headers })
    // Its secrets cannot be opened.
    const sealed = await insertEndpoint(app, { url: answering.url, entities: ['Unit'] })
    await app.sql("update webhooks.endpoints set secret = '\\x01020304' where id = $1", [sealed])
    paused = await insertEndpoint(app, { url: answering.url, entities, as: 'administrator' })
    await app.sql(
      "update webhooks.endpoints set state = 'PAUSED', state_reason = 'PERSON' where id = $1",
      [paused],
    )
    work = await startWork()
    await write(app, 'PATCH', '/api/Tenants(9101)', phone(1))
    await write(app, 'PATCH', '/api/Tenants(9102)', phone(1))
    await app.sql("update units set door_no = 'x' where account_id = 1 and id = 9001")
    await until(async () => (await count("d.state = 'FAILED'")) === 8)
    await until(async () => (await count("d.state = 'DELIVERED'")) === 2)
    await work.child.line(/webhook endpoint set aside/)
    // What is committed is told a moment later.
    const givenUp = (): number => work.child.lines.filter((line) => /given up/.test(line)).length
    await until(async () => givenUp() === 8)
  })

  afterAll(async () => {
    await work.stop()
    await refusing.close()
    await answering.close()
    await removeWebhooks()
  })

  async function subscribe(
    ResponseUrl: string,
    ResponseHeaders: string,
    status: number,
  ): Promise<void> {
    const body = { ResponseUrl, ResponseHeaders, Entities: ['Tenant'] }
    const answer = await write(app, 'POST', '/api/subscribe', body)
    expect([answer.status, answer.text]).toEqual([status, expect.any(String)])
  }

  test('nothing of a secret, a URL, a header or an answer is in its log, nor in that of the API', () => {
    expect(apiLog).toContain('/api/subscribe')
    const text = `${work.child.lines.join('\n')}\n${apiLog}`
    expect(text.match(/.*kanarienvogel.*/g) ?? []).toEqual([])
    for (const secret of [SECRET, SECRET.slice('whsec_'.length), SECRETS_KEY, METRICS_TOKEN])
      expect(text).not.toContain(secret)
  })

  test('each attempt is a line at debug that says whose it was and how it ended', () => {
    const lines = work.child.lines
      .filter((line) => line.startsWith('{'))
      // What pino writes is JSON objects.
      .map((line) => JSON.parse(line) as Record<string, unknown>)
    const ofFailing = lines.filter(
      ({ msg, endpointId }) => msg === 'webhook attempt' && endpointId === failing,
    )
    expect(ofFailing.map(({ level }) => level)).toEqual([20, 20, 20, 20])
    expect(ofFailing.filter(({ attempt }) => attempt === 1)).toHaveLength(2)
    expect(ofFailing.filter(({ attempt }) => attempt === 2)).toHaveLength(2)
    expect(ofFailing[0]).toEqual({
      level: 20,
      time: expect.any(Number),
      pid: expect.any(Number),
      hostname: expect.any(String),
      accountId: 1,
      endpointId: failing,
      eventId: expect.stringMatching(/^evt_\d+$/),
      attempt: 1,
      result: 'HTTP_ERROR',
      status: 500,
      durationMs: expect.any(Number),
      msg: 'webhook attempt',
    })
    const told = lines.filter(
      ({ level, endpointId }) => Number(level) >= 30 && endpointId === failing,
    )
    expect(told.map(({ msg }) => String(msg)).toSorted()).toEqual([
      'webhook endpoint fails',
      'webhook event given up after its last attempt, can be replayed',
      'webhook event given up after its last attempt, can be replayed',
    ])
  })

  test('metrics agree with what is stored, and say what waits for whom', async () => {
    const series = await scrape(work.baseUrl)
    const attempts = await app.sql<{ result: string; number: number }>(
      'select result, count(*)::int as number from webhooks.attempts group by result',
    )
    expect(attempts.length).toBeGreaterThan(2)
    for (const { result, number } of attempts)
      expect(series.get(`hapi_webhook_attempts_total{result="${result}"}`)).toBe(number)
    expect(series.get('hapi_webhook_deliveries_finished_total{state="FAILED"}')).toBe(8)
    expect(series.get('hapi_webhook_deliveries_finished_total{state="DELIVERED"}')).toBe(2)
    expect(series.get('hapi_webhook_deliveries_total')).toBe(await count('true'))
    // Paused, or not to be opened: their events have not been tried.
    expect(series.get('hapi_webhook_first_attempt_delay_seconds_count')).toBe(10)
    expect(series.get('hapi_webhook_requests_under_way')).toBe(0)
    expect(series.get('hapi_webhook_workers')).toBe(1)
    expect(series.get('hapi_webhook_fan_out_stalled_seconds')).toBe(0)
    expect(series.get('hapi_webhook_endpoints{state="ACTIVE"}')).toBe(6)
    expect(series.get('hapi_webhook_endpoints{state="PAUSED"}')).toBe(1)
    expect(series.get('hapi_webhook_endpoints{state="DISABLED"}')).toBe(0)
    const account = app.clients.integrator.databaseName
    const labels = `account="${account}",endpoint="${paused}",state="PAUSED"`
    expect(series.get(`hapi_webhook_backlog_deliveries{${labels}}`)).toBe(2)
    const age = series.get(`hapi_webhook_backlog_age_seconds{${labels}}`)
    expect(age).toBeGreaterThan(0)
    expect(age).toBeLessThan(600)
    expect(series.get('nodejs_eventloop_lag_seconds')).toBeGreaterThanOrEqual(0)
    expect(JSON.stringify([...series])).not.toContain(CANARY)
  })

  test('the metrics that the guide for operators names are there, and its examples can be read', async () => {
    const answer = await fetch(`${work.baseUrl}/metrics`, {
      headers: { authorization: `Bearer ${METRICS_TOKEN}` },
    })
    const known = (await answer.text()) + (await registry.metrics())
    const guide = readFileSync(join(import.meta.dirname, '../../docs/how-to/observe.md'), 'utf8')
    const named = [...new Set(guide.match(/hapi_\w+/g))]
    expect(named.length).toBeGreaterThan(10)
    expect(named.filter((name) => !known.includes(`# TYPE ${name} `))).toEqual([])
    const examples = [...guide.matchAll(/```yaml\n(.*?)```/gs)].map(([, text = '']) => parse(text))
    expect(examples.map((example) => Object.keys(example))).toEqual([
      ['scrape_configs'],
      ['groups'],
    ])
  })

  test('metrics are for who has the token alone, health for all', async () => {
    for (const authorization of [undefined, 'Bearer ', 'Bearer wrong', `Basic ${METRICS_TOKEN}`]) {
      const headers = authorization === undefined ? {} : { authorization }
      const answer = await fetch(`${work.baseUrl}/metrics`, { headers })
      expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([401, 'Bearer'])
      expect(await answer.json()).toEqual({ status: 'unauthorized' })
    }
    const asked = await Promise.all(
      ['/health/live', '/health/ready', '/nothing'].map(async (path) => {
        const answer = await fetch(work.baseUrl + path)
        return [answer.status, await answer.json()]
      }),
    )
    expect(asked).toEqual([
      [200, { status: 'live' }],
      [200, { status: 'ready' }],
      [404, { status: 'not found' }],
    ])
    const posted = await fetch(`${work.baseUrl}/metrics`, { method: 'POST', body: 'x' })
    expect([posted.status, posted.headers.get('allow')]).toEqual([405, 'GET, HEAD'])
  })
})

describe('security §9: /health/ready of a process that works', () => {
  afterEach(removeWebhooks)

  test('is 503 while changes wait for five minutes to be made into deliveries, and 200 whatever receivers do', async () => {
    const { database } = app
    const readiness = { draining: false, stalledSeconds: () => readStalledSeconds(database) }
    const listener = await startObservationListener({
      port: 0,
      host: '127.0.0.1',
      token: undefined,
      registry: new Registry(),
      isReady: () => isReady(database, readiness),
      onFailure: (error) => {
        throw error
      },
    })
    const ask = async (): Promise<number> =>
      (await fetch(`${listener.baseUrl}/health/ready`)).status
    receiver.answer = (_, response) => void response.writeHead(500).end()
    await insertEndpoint(app, { url: receiver.url, entities: ['Tenant'] })
    await write(app, 'PATCH', '/api/Tenants(9101)', phone(2))
    expect(await readStalledSeconds(database)).toBeLessThan(100)
    expect(await ask()).toBe(200)
    await app.sql("update change_log set logged_at = now() - interval '299 seconds'")
    await app.sql("update webhooks.cursors set looked_at = now() - interval '1 day'")
    expect(await readStalledSeconds(database)).toBeGreaterThanOrEqual(299)
    await app.sql("update change_log set logged_at = now() - interval '301 seconds'")
    expect(await ask()).toBe(503)
    const worker = await startTestWorker(app, { schedule: [3_600_000] })
    await receiver.waitFor(1)
    await app.sql("update webhooks.deliveries set committed_at = now() - interval '1 day'")
    expect(await ask()).toBe(200)
    await worker.stop()
    readiness.draining = true
    expect(await ask()).toBe(503)
    await listener.close()
  })
})

describe('The backlog', () => {
  afterEach(removeWebhooks)

  test('lists a thousand endpoints, those first that wait longest, and sums up the others', async () => {
    const first = await insertEndpoint(app, { url: receiver.url, entities: ['Tenant'] })
    await app.sql("update webhooks.endpoints set state = 'PAUSED', state_reason = 'PERSON'")
    await app.sql(
      `insert into webhooks.endpoints (account_id, user_id, origin, url, entities, state, state_reason, secret)
       select account_id, user_id, origin, url, entities, state, state_reason, secret
         from webhooks.endpoints, generate_series(1, $1)`,
      [BACKLOGS_LISTED + 1],
    )
    await app.sql(
      `insert into webhooks.deliveries (account_id, endpoint_id, seq, entity, entity_id, status, occurred_at,
         committed_at, state, next_attempt_at)
       select e.account_id, e.id, n, 'Tenant', 9101, 1, now(), now() - make_interval(secs => 10 * (e.id - $1 + n)),
              case when n = 1 then 'PENDING' else 'WAITING' end, case when n = 1 then now() end
         from webhooks.endpoints e, generate_series(1, 3) n`,
      [first],
    )
    const unfinished = await readUnfinished(app.database)
    expect(unfinished.backlogs).toHaveLength(BACKLOGS_LISTED)
    expect(unfinished.rest).toEqual({ endpoints: 2, deliveries: 6 })
    expect(unfinished.backlogs[0]).toEqual({
      account: app.clients.integrator.databaseName,
      endpointId: first + BACKLOGS_LISTED + 1,
      state: 'PAUSED',
      deliveries: 3,
      ageSeconds: expect.any(Number),
    })
    const ids = unfinished.backlogs.map(({ endpointId }) => endpointId)
    expect(ids).toEqual(ids.toSorted((a, b) => b - a))
    expect(Math.floor((unfinished.backlogs[0]?.ageSeconds ?? 0) / 10)).toBe(BACKLOGS_LISTED + 2)
  })
})

describe('OpenTelemetry: what an SDK is told', () => {
  afterEach(removeWebhooks)

  test('is a span per page of changes and per attempt, without the URL, and nothing by its HTTP instrumentation', async () => {
    const { spans, stop } = recordSpans()
    const suppressed: unknown[] = []
    const key = createContextKey('OpenTelemetry SDK Context Key SUPPRESS_TRACING')
    const requests = channel('undici:request:create')
    const listen = (): void => void suppressed.push(context.active().getValue(key))
    requests.subscribe(listen)
    receiver.answer = (_, response, index) => void response.writeHead(index === 0 ? 503 : 200).end()
    const url = `${receiver.url}?token=${CANARY}`
    const endpointId = await insertEndpoint(app, { url, entities: ['Tenant'] })
    const worker = await startTestWorker(app, { observers: [new WebhookTraces()] })
    // The endpoint's own appearance is a change too, of which nobody is told: a page of its own.
    await until(async () => spans.length > 0)
    await write(app, 'PATCH', '/api/Tenants(9101)', phone(3))
    await until(async () => (await count("d.state = 'DELIVERED'")) === 1)
    await worker.stop()
    requests.unsubscribe(listen)
    stop()
    const eventId = receiver.received[0]?.headers['webhook-id']
    const common = {
      'hapi.account.id': 1,
      'hapi.webhook.endpoint.id': endpointId,
      'hapi.webhook.event.id': eventId,
      'http.request.method': 'POST',
      'server.address': '127.0.0.1',
      'server.port': receiver.port,
    }
    const told = spans.filter(({ attributes }) => attributes['hapi.webhook.deliveries'] !== 0)
    // An attempt may be over before the page that it comes from is told of: they are different tasks of the worker.
    const pages = told.filter(({ name }) => name === 'webhook fan-out')
    const attempts = told.filter(({ name }) => name !== 'webhook fan-out')
    expect(
      [...pages, ...attempts].map(({ name, attributes, status }) => ({ name, attributes, status })),
    ).toEqual([
      {
        name: 'webhook fan-out',
        attributes: {
          'hapi.account.id': 1,
          'hapi.webhook.events': 1,
          'hapi.webhook.deliveries': 1,
        },
        status: undefined,
      },
      {
        name: 'POST webhook',
        attributes: {
          ...common,
          'hapi.webhook.attempt': 1,
          'hapi.webhook.result': 'HTTP_ERROR',
          'http.response.status_code': 503,
          'error.type': '503',
        },
        status: { code: 2 },
      },
      {
        name: 'POST webhook',
        attributes: {
          ...common,
          'hapi.webhook.attempt': 2,
          'hapi.webhook.result': 'DELIVERED',
          'http.response.status_code': 200,
        },
        status: undefined,
      },
    ])
    for (const { scope, options, endTime } of spans) {
      expect(scope).toBe('primmo-hapi.webhooks')
      expect(Number(endTime)).toBeGreaterThanOrEqual(Number(options.startTime))
    }
    expect(JSON.stringify(spans)).not.toContain(CANARY)
    expect(suppressed).toEqual([true, true])
    for (const { headers } of receiver.received) expect(headers).not.toHaveProperty('traceparent')
  })
})

describe('Answers of the API, measured', () => {
  test('by method, route or set, and class of status, whatever the URL says', async () => {
    await app.ask(`/api/Tenants(9101)?$select=Id&x=${CANARY}`)
    await app.ask(`/api/Tenants?$filter=LastName eq '${CANARY}'&$top=1`)
    await app.ask(`/api/${CANARY}`)
    await app.ask(`/${CANARY}`)
    await app.ask('/health/live')
    const text = await registry.metrics()
    expect(text).not.toContain(CANARY)
    const series = seriesOf(text)
    const counted = (route: string, status: string): number | undefined =>
      series.get(
        `hapi_http_request_duration_seconds_count{method="GET",route="${route}",status="${status}"}`,
      )
    expect(counted('/api/Tenants', '2xx')).toBeGreaterThanOrEqual(2)
    expect(counted('/api/*', '4xx')).toBe(1)
    expect(counted('none', '4xx')).toBe(1)
    expect(counted('/health/live', '2xx')).toBe(1)
  })
})
