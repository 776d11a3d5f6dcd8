/** The key that seals the secrets of webhooks changes while webhooks are delivered. */

import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { announceChange } from '../../src/changes/announce.ts'
import { runProgram } from '../../src/cli/program.ts'
import { accountNoContext } from '../../src/domain/pad/account-number.ts'
import { checkNumbersKey, sealNumbersAgain } from '../../src/domain/pad/sealed-numbers.ts'
import { openSecretBox, type SecretBox } from '../../src/secrets/secret-box.ts'
import { sealContext } from '../../src/webhooks/sealed-headers.ts'
import { sealAgain } from '../../src/webhooks/sealed-secrets.ts'
import { checkSecretsKey } from '../../src/webhooks/secrets-check.ts'
import { Child } from '../support/child-process.ts'
import { SECRETS_KEY, startTestApp, type TestApp } from '../support/test-app.ts'
import { Receiver } from './receiver.ts'
import { insertEndpoint, startTestWorker } from './support.ts'
import { deliveriesOf, until } from './waiting.ts'

const NEW_KEY = 'the key that comes after it, long enough to be one: 0123'
const LOST_KEY = 'a key that nobody has any more, long enough: 0123456789'
const CANARY = 'canary-of-a-header'

let app: TestApp
let receiver: Receiver
/** Before anything has changed, while both are known, and when the old one is gone. */
let oldBox: SecretBox
let waitingBox: SecretBox
let switchedBox: SecretBox
let newBox: SecretBox

const boxOf = (secretsKey: string, secretsKeyPrevious?: string): Promise<SecretBox> =>
  openSecretBox({ dataDir: '/nowhere', secretsKey, secretsKeyPrevious })

beforeAll(async () => {
  app = await startTestApp()
  oldBox = await boxOf(SECRETS_KEY)
  waitingBox = await boxOf(SECRETS_KEY, NEW_KEY)
  switchedBox = await boxOf(NEW_KEY, SECRETS_KEY)
  newBox = await boxOf(NEW_KEY)
})

afterAll(() => app.close())

beforeEach(async () => {
  receiver = await Receiver.start()
})

afterEach(async () => {
  await receiver.close()
  await app.sql('truncate webhooks.endpoints, webhooks.deliveries, webhooks.attempts cascade')
})

const subscribe = (): Promise<number> =>
  insertEndpoint(app, {
    url: receiver.url,
    entities: ['Unit'],
    headers: [{ name: 'X-Key', value: CANARY }],
  })

async function changeUnit(): Promise<void> {
  await app.sql(
    `update units set created_date = created_date + interval '1 second' where account_id = 1 and id = 9001`,
  )
  announceChange(app.database, 1)
}

/** Endpoints to which nothing is sent, with everything in them that is sealed. */
async function insertMany(count: number, box: SecretBox): Promise<void> {
  const ids = await app.column<number>(
    `select nextval(pg_get_serial_sequence('webhooks.endpoints', 'id'))::integer from generate_series(1, $1)`,
    [count],
  )
  const seal = (what: 'secret' | 'headers'): readonly Buffer[] =>
    ids.map((endpointId) => box.seal('[]', sealContext({ accountId: 1, endpointId }, what)))
  await app.db.database.transaction(async (client) => {
    // Of what follows from an endpoint nothing is of use here.
    await client.query('alter table webhooks.endpoints disable trigger user')
    await client.query(
      `insert into webhooks.endpoints (account_id, id, user_id, origin, url, entities, headers, secret, previous_secret,
         previous_secret_until)
       select 1, v.id, u.id, 'ENDPOINT', 'https://receiver.example/', '{Tenant}', v.headers, v.secret, v.previous, now()
         from unnest($1::integer[], $2::bytea[], $3::bytea[], $4::bytea[]) as v(id, headers, secret, previous)
        cross join (select id from access.users where account_id = 1 order by id limit 1) u`,
      [ids, seal('headers'), seal('secret'), seal('secret')],
    )
    await client.query('alter table webhooks.endpoints enable trigger user')
  })
}

/** Of endpoints: all that may be seen of them, and what the log says of them. */
async function visible(): Promise<unknown> {
  return app.sql(
    `select count(*), max(modified_date),
            (select count(*) from change_log where entity = 'WebhookEndpoint') as events
       from webhooks.endpoints`,
  )
}

describe('security §6: rotation', () => {
  test('10,000 endpoints are sealed again under load; no delivery fails, and nobody is told of a change', async () => {
    await insertMany(5_000, oldBox)
    const ids = [await subscribe(), await subscribe()]
    await insertMany(4_998, oldBox)
    const workers = [
      await startTestWorker(app, { box: waitingBox }),
      await startTestWorker(app, { box: switchedBox }),
    ]
    const before = await visible()
    const progress = { isDone: false }
    const rotated = sealAgain(app.database, switchedBox).finally(() => {
      progress.isDone = true
    })
    let changes = 0
    do {
      await changeUnit()
      changes++
      await receiver.waitFor(2 * changes)
    } while (!progress.isDone || changes < 5)
    expect(await rotated).toEqual({ sealed: 10_000, current: 0, unopened: [] })
    expect(await sealAgain(app.database, switchedBox)).toMatchObject({ sealed: 0, current: 10_000 })
    expect(await visible()).toEqual(before)
    for (const worker of workers) await worker.stop()

    const worker = await startTestWorker(app, { box: newBox })
    await changeUnit()
    changes++
    await receiver.waitFor(2 * changes)
    for (const id of ids)
      await until(async () =>
        (await deliveriesOf(app, id)).every((text) => text.endsWith(' DELIVERED')),
      )
    await worker.stop()
    expect(receiver.received).toHaveLength(2 * changes)
    for (const { headers } of receiver.received)
      expect(headers).toMatchObject({ 'x-key': CANARY, 'webhook-attempt': '1' })
    expect(await app.column('select distinct result from webhooks.attempts')).toEqual(['DELIVERED'])
  }, 60_000)

  test('an endpoint that somebody is changing is waited for last, and keeps what was changed', async () => {
    const busy = await subscribe()
    const others = [await subscribe(), await subscribe()]
    const isCurrent = async (id: number): Promise<boolean> => {
      const [secret] = await app.column<Buffer>(
        'select secret from webhooks.endpoints where id = $1',
        [id],
      )
      return secret !== undefined && newBox.isCurrent(secret)
    }
    const context = sealContext({ accountId: 1, endpointId: busy }, 'headers')
    const rotated = await app.db.database.transaction(async (client) => {
      await client.query('update webhooks.endpoints set headers = $2 where id = $1', [
        busy,
        oldBox.seal('["changed"]', context),
      ])
      const rotation = sealAgain(app.database, switchedBox)
      for (const id of others) await until(() => isCurrent(id))
      return { rotation }
    })
    expect(await rotated.rotation).toMatchObject({ sealed: 3 })
    const [headers] = await app.column<Buffer>(
      'select headers from webhooks.endpoints where id = $1',
      [busy],
    )
    expect(newBox.open(headers ?? Buffer.alloc(0), context)).toBe('["changed"]')
  })

  test('only a change that shows dates an endpoint anew', async () => {
    const id = await subscribe()
    const dated = (): Promise<readonly Date[]> =>
      app.column<Date>('select modified_date from webhooks.endpoints where id = $1', [id])
    const before = await dated()
    await app.sql('update webhooks.endpoints set secret = headers, headers = null where id = $1', [
      id,
    ])
    expect(await dated()).toEqual(before)
    await app.sql("update webhooks.endpoints set description = 'x' where id = $1", [id])
    expect(await dated()).not.toEqual(before)
  })
})

describe('hapi admin secrets rotate', () => {
  async function rotate(
    keys: Readonly<Record<string, string>>,
    ...flags: string[]
  ): Promise<{ readonly code: number; readonly said: string; readonly answer: unknown }> {
    const [stdout, stderr]: [string[], string[]] = [[], []]
    const code = await runProgram(['admin', 'secrets', 'rotate', '--json', ...flags], {
      environment: { DATABASE_URL: app.db.url, HAPI_LANG: 'en', ...keys },
      configFile: '/nowhere/hapi.config.json',
      version: '1.2.3',
      stdin: nothing(),
      stdout: { write: (text) => stdout.push(text) },
      stderr: { write: (text) => stderr.push(text) },
      start: async () => {},
      seed: async () => {},
    })
    return { code, said: stderr.join(''), answer: JSON.parse(stdout.join('')) }
  }

  async function* nothing(): AsyncGenerator<string> {}

  const BOTH = { HAPI_SECRETS_KEY: NEW_KEY, HAPI_SECRETS_KEY_PREVIOUS: SECRETS_KEY }

  test('says how many it sealed; without the previous key the process then starts', async () => {
    await subscribe()
    const [numbers] = await app.column<number>(
      'select count(account_no)::integer from preauthorized_debits',
    )
    expect(numbers).toBeGreaterThan(1)
    await expect(checkSecretsKey(app.database, newBox)).rejects.toThrow(/sealed under another key/)
    await expect(checkNumbersKey(app.database, newBox)).rejects.toThrow(/numbers of bank accounts/)
    const before = await agreements()
    expect(await rotate(BOTH)).toEqual({
      code: 0,
      said: '',
      answer: {
        sealed: 1,
        current: 0,
        unopened: 0,
        ended: 0,
        endpoints: [],
        numbersSealed: numbers,
        numbersCurrent: 0,
        numbersUnopened: 0,
        numbersEnded: 0,
        agreements: [],
      },
    })
    expect(await rotate(BOTH)).toMatchObject({
      code: 0,
      answer: { sealed: 0, current: 1, numbersSealed: 0, numbersCurrent: numbers },
    })
    await checkSecretsKey(app.database, newBox)
    await checkNumbersKey(app.database, newBox)
    // Nobody is told of a change, and the number is what it was.
    expect(await agreements()).toEqual(before)
    const [sealed = Buffer.alloc(0)] = await app.column<Buffer>(
      'select account_no from preauthorized_debits where account_id = 1 and id = 140',
    )
    expect(newBox.open(sealed, accountNoContext({ accountId: 1, id: 140 }))).toBe('1234567')
  })

  /** All that may be seen of the agreements, and what the log says of them. */
  function agreements(): Promise<unknown> {
    return app.sql(
      `select count(*), max(modified_date),
              (select count(*) from change_log where entity = 'PreauthorizedDebit') as events
         from preauthorized_debits`,
    )
  }

  test('names agreements whose number cannot be opened, and cancels them when told so', async () => {
    const lostBox = await boxOf(LOST_KEY)
    const sealed = lostBox.seal('7654321', accountNoContext({ accountId: 1, id: 140 }))
    const state = (): Promise<unknown> =>
      app.sql(
        `select status, account_no as sealed, cancelled_date is not null as cancelled
           from preauthorized_debits where account_id = 1 and id = 140`,
      )
    await app.sql(
      'update preauthorized_debits set account_no = $1 where account_id = 1 and id = 140',
      [sealed],
    )
    expect(await rotate(BOTH)).toMatchObject({
      code: 4,
      said: expect.stringMatching(/account numbers of 1 agreement.*--end-unopened/),
      answer: { numbersUnopened: 1, agreements: ['DEV/ALEX 140'] },
    })
    expect(await state()).toEqual([{ status: 'A', sealed, cancelled: false }])
    expect(await rotate(BOTH, '--end-unopened')).toMatchObject({
      code: 0,
      answer: { numbersEnded: 1 },
    })
    expect(await state()).toEqual([{ status: 'X', sealed: null, cancelled: true }])
  })

  test('names endpoints that cannot be opened, changes nothing of them, and ends them when told so', async () => {
    const [good, lost] = [await subscribe(), await subscribe()]
    const lostBox = await boxOf(LOST_KEY)
    const context = sealContext({ accountId: 1, endpointId: lost }, 'headers')
    const sealed = lostBox.seal(CANARY, context)
    await app.sql('update webhooks.endpoints set headers = $2 where id = $1', [lost, sealed])
    const told = await rotate(BOTH)
    expect(told).toMatchObject({
      code: 4,
      answer: { sealed: 1, unopened: 1, endpoints: [`DEV/ALEX ${lost}`] },
    })
    expect(told.said).toMatch(/^The secrets of 1 endpoint.*--end-unopened\.\n$/)
    expect(told.said).not.toContain(CANARY)
    expect(
      await app.column('select headers from webhooks.endpoints where id = $1', [lost]),
    ).toEqual([sealed])
    await expect(checkSecretsKey(app.database, switchedBox)).rejects.toThrow('HAPI_SECRETS_KEY')

    expect(await rotate(BOTH, '--end-unopened')).toMatchObject({
      code: 0,
      answer: { sealed: 0, unopened: 1, ended: 1 },
    })
    expect(
      await app.column('select state from webhooks.endpoints where id = any ($1) order by id', [
        [good, lost],
      ]),
    ).toEqual(['ACTIVE', 'ENDED'])
    await checkSecretsKey(app.database, newBox)
    expect(await rotate(BOTH)).toMatchObject({ code: 0, answer: { unopened: 0 } })
  })
})

describe('A process without the key', () => {
  const program = join(import.meta.dirname, '../../src/main.ts')
  let dataDir: string

  // The numbers of bank accounts are under the key that starts.
  beforeAll(async () => {
    await sealNumbersAgain(app.database, waitingBox)
  })
  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'hapi-rotation-'))
  })
  afterEach(() => rm(dataDir, { recursive: true }))

  const environment = (key: string): NodeJS.ProcessEnv => ({
    PATH: process.env['PATH'],
    DATABASE_URL: app.db.url,
    DATA_DIR: dataDir,
    JWT_SECRET: 'the secret of the tests, of at least 32 bytes',
    LOG_LEVEL: 'silent',
    HAPI_SECRETS_KEY: key,
  })

  function refused(): Promise<string> {
    return new Promise((resolve) => {
      execFile(
        process.execPath,
        ['--import', 'tsx', program, 'work', '--lang', 'fr'],
        { env: environment(NEW_KEY) },
        (error, _, stderr) => resolve(`${error?.code} ${stderr}`),
      )
    })
  }

  test('says at its start what to do, and ends; with the key it starts', async () => {
    await subscribe()
    const [told, started] = await Promise.all([refused(), startAndStop(SECRETS_KEY)])
    expect(told).toMatch(/^1 La base contient des secrets.*hapi admin secrets rotate/)
    await expect(checkSecretsKey(app.database, newBox)).rejects.toMatchObject({
      text: { en: expect.stringMatching(/^The database holds secrets.*hapi admin secrets rotate/) },
    })
    expect(started).toBe(0)
  })

  test('starts where nothing is sealed', async () => {
    await checkSecretsKey(app.database, newBox)
  })

  async function startAndStop(key: string): Promise<number | NodeJS.Signals | null> {
    const child = new Child(program, ['work', '--lang', 'en'], { env: environment(key) })
    await child.line(/webhook/i)
    child.kill('SIGTERM')
    return child.ended
  }
})
