/** The worked receivers are run as they are printed, and sent what the product sends. */

import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Notification } from '../../src/changes/notification.ts'
import { settings } from '../../src/settings.ts'
import { newSecret, signatureHeaders } from '../../src/webhooks/signature.ts'
import { Child } from '../support/child-process.ts'

const RECEIVERS = resolve(import.meta.dirname, '../../docs/receivers')

/** One language: its file, what runs it, and what makes its work slow. */
interface Language {
  readonly file: string
  readonly interpreter: (port: number) => [string, ...string[]]
  /** What runs the work that a killed process left, when the receiver's start alone does not. */
  readonly sweeper?: [string, ...string[]]
  /** What its process says once it listens. */
  readonly ready: RegExp
  readonly slowly: string
}

const languages: readonly Language[] = [
  {
    file: 'receiver.ts',
    interpreter: () => [process.execPath, '--import', 'tsx'],
    ready: /^listening/,
    slowly: 'await new Promise((done) => setTimeout(done, 20_000))',
  },
  {
    file: 'receiver.py',
    interpreter: () => ['python3'],
    ready: /^listening/,
    slowly: 'time.sleep(20)',
  },
  {
    file: 'receiver.php',
    interpreter: (port) => ['php', '-S', `127.0.0.1:${port}`],
    sweeper: ['php'],
    ready: /started/,
    slowly: 'sleep(20);',
  },
]

/** Missing at a developer's, a language is skipped; continuous integration installs them all. */
function isInstalled({ file, interpreter }: Language): boolean {
  const [command] = interpreter(0)
  try {
    execFileSync(command, ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    if (process.env['HAPI_TEST_ALL_LANGUAGES'] === '1') return true
    console.warn(`${file}: not tested, since '${command}' is not installed`)
    return false
  }
}

let folder: string
let running: Child[]

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hapi-receivers-'))
  running = []
})

afterEach(async () => {
  for (const child of running) child.kill('SIGKILL')
  await Promise.all(running.map((child) => child.ended))
  await rm(folder, { recursive: true, force: true })
})

/** A running receiver. */
interface Receiver {
  readonly child: Child
  readonly url: string
}

const secret = newSecret()

async function start(
  language: Language,
  program: string = join(RECEIVERS, language.file),
): Promise<Receiver> {
  const port = await freePort()
  const child = new Child(program, [], {
    interpreter: language.interpreter(port),
    env: environment(port),
  })
  running.push(child)
  await child.line(language.ready)
  return { child, url: `http://127.0.0.1:${port}/primmo?from=hapi` }
}

function environment(port: number): NodeJS.ProcessEnv {
  return {
    ...process.env,
    PORT: String(port),
    WEBHOOK_SECRET: secret,
    INBOX: join(folder, 'inbox'),
  }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  // A TCP server that listens has an address of this kind.
  const { port } = server.address() as AddressInfo
  await new Promise((closed) => server.close(closed))
  return port
}

const parking: Notification = {
  Id: 1472,
  Entity: 'TenantParking',
  Status: 1,
  DatabaseName: 'DÉV/ÉLOÏSE',
  AdditionalInformationJson: '{"tenantId": 7535, "parkingId": 1445}',
}
const unit: Notification = {
  Id: 1448,
  Entity: 'Unit',
  Status: 3,
  DatabaseName: 'DEV/ALEX',
  AdditionalInformationJson: null,
}

/** A delivery, good unless told otherwise. */
interface Delivery {
  readonly id: string
  readonly body?: string
  readonly sentBody?: string
  readonly secrets?: readonly string[]
  /** Seconds that the clock of the signature is ahead. */
  readonly ahead?: number
  readonly without?: string
}

async function deliver({ url }: Receiver, delivery: Delivery): Promise<number> {
  const { id, body = JSON.stringify(unit), sentBody = body, secrets = [secret] } = delivery
  const timestamp = new Date(Date.now() + (delivery.ahead ?? 0) * 1000)
  const headers: Record<string, string> = {
    'content-type': 'application/json; charset=utf-8',
    'user-agent': 'Primmo-HApi/0.1.0',
    ...signatureHeaders({ id, timestamp, body, secrets }),
    'webhook-attempt': '1',
  }
  if (delivery.without !== undefined) delete headers[delivery.without]
  const response = await fetch(url, { method: 'POST', headers, body: sentBody })
  await response.arrayBuffer()
  return response.status
}

/** Waits until the event is handled and gives what the receiver read in it. */
async function handled({ child }: Receiver, id: string): Promise<string> {
  return (await child.line(`handled ${id}: `)).slice(`handled ${id}: `.length)
}

function handledIds({ child }: Receiver): readonly string[] {
  return child.lines.flatMap((line) => /^handled ([^:]+):/.exec(line)?.[1] ?? [])
}

describe.each(languages)('docs/receivers: $file', (language) => {
  const missing = !isInstalled(language)

  test.skipIf(missing)(
    'D5 D6: reads the five members, and the JSON inside AdditionalInformationJson',
    async () => {
      const receiver = await start(language)
      expect(await deliver(receiver, { id: 'evt_1', body: JSON.stringify(parking) })).toBe(204)
      expect(await deliver(receiver, { id: 'evt_2', body: JSON.stringify(unit) })).toBe(204)
      const deleted = JSON.stringify({ ...unit, Status: 2 })
      expect(await deliver(receiver, { id: 'evt_3', body: deleted })).toBe(204)

      const [, operation, related] =
        /^(.*ÉLOÏSE) (\{.*\})$/.exec(await handled(receiver, 'evt_1')) ?? []
      expect(operation).toBe('UPDATE TenantParking 1472 of DÉV/ÉLOÏSE')
      expect(JSON.parse(related ?? '')).toEqual({ tenantId: 7535, parkingId: 1445 })
      expect(await handled(receiver, 'evt_2')).toBe('INSERT Unit 1448 of DEV/ALEX null')
      expect(await handled(receiver, 'evt_3')).toBe('DELETE Unit 1448 of DEV/ALEX null')
    },
  )

  test.skipIf(missing)(
    'Standard Webhooks: what is not signed so, now and by us, is refused and not handled',
    async () => {
      const receiver = await start(language)
      const body = JSON.stringify(unit)
      const sentBody = body.replace('1448', '1449')
      const refused: readonly Delivery[] = [
        { id: 'evt_altered', body, sentBody },
        { id: 'evt_spaced', body, sentBody: `${body} ` },
        { id: 'evt_secret', secrets: [newSecret()] },
        { id: 'evt_old', ahead: -310 },
        { id: 'evt_early', ahead: 310 },
        { id: 'evt_no_signature', without: 'webhook-signature' },
        { id: 'evt_no_timestamp', without: 'webhook-timestamp' },
        { id: 'evt_no_id', without: 'webhook-id' },
        { id: '../evt_path' },
      ]
      for (const delivery of refused) {
        expect([delivery.id, await deliver(receiver, delivery)]).toEqual([delivery.id, 401])
      }
      // Refused, an event was not remembered either: the next attempt of the same id is good.
      expect(await deliver(receiver, { id: 'evt_old', ahead: -240 })).toBe(204)
      await handled(receiver, 'evt_old')
      expect(handledIds(receiver)).toEqual(['evt_old'])
    },
  )

  test.skipIf(missing)(
    'during a rotation one of the two signatures is enough, in either place',
    async () => {
      const receiver = await start(language)
      const other = newSecret()
      expect(await deliver(receiver, { id: 'evt_1', secrets: [other, secret] })).toBe(204)
      expect(await deliver(receiver, { id: 'evt_2', secrets: [secret, other] })).toBe(204)
      expect(await deliver(receiver, { id: 'evt_3', secrets: [other, newSecret()] })).toBe(401)
      await handled(receiver, 'evt_2')
      expect(handledIds(receiver)).toEqual(['evt_1', 'evt_2'])
    },
  )

  test.skipIf(missing)(
    'D9: a duplicate is answered like the first and not handled again, also after a kill',
    async () => {
      const receiver = await start(language)
      expect(await deliver(receiver, { id: 'evt_1' })).toBe(204)
      expect(await deliver(receiver, { id: 'evt_1' })).toBe(204)
      const concurrent = Array.from({ length: 8 }, () => deliver(receiver, { id: 'evt_2' }))
      expect(new Set(await Promise.all(concurrent))).toEqual(new Set([204]))
      expect(await deliver(receiver, { id: 'evt_3' })).toBe(204)
      await handled(receiver, 'evt_3')
      expect(handledIds(receiver)).toEqual(['evt_1', 'evt_2', 'evt_3'])

      receiver.child.kill('SIGKILL')
      await receiver.child.ended
      const restarted = await start(language)
      expect(await deliver(restarted, { id: 'evt_2' })).toBe(204)
      expect(await deliver(restarted, { id: 'evt_4' })).toBe(204)
      await handled(restarted, 'evt_4')
      // The kill may have come after the line of evt_3 and before its work was noted as done.
      expect(handledIds(restarted).filter((id) => id !== 'evt_3')).toEqual(['evt_4'])
    },
  )

  test.skipIf(missing)('answers before it works, and a kill in between loses nothing', async () => {
    const source = await readFile(join(RECEIVERS, language.file), 'utf8')
    const slow = join(folder, language.file)
    const marked = source.replace(
      /^( *)(?=\/\/ JSON inside JSON|# JSON inside JSON)/m,
      `$1${language.slowly}\n$1`,
    )
    expect(marked).not.toBe(source)
    await writeFile(slow, marked)

    const receiver = await start(language, slow)
    expect(await deliver(receiver, { id: 'evt_1' })).toBe(204)
    receiver.child.kill('SIGKILL')
    await receiver.child.ended
    expect(handledIds(receiver)).toEqual([])

    const restarted = await startAgain(language)
    expect(await handled(restarted, 'evt_1')).toBe('INSERT Unit 1448 of DEV/ALEX null')
  })

  test.skipIf(missing)('ids are forgotten after 35 days, and not before', async () => {
    const inbox = join(folder, 'inbox')
    await mkdir(inbox)
    for (const [id, days] of [
      ['evt_36', 36],
      ['evt_34', 34],
    ] as const) {
      await writeFile(join(inbox, id), '')
      const then = new Date(Date.now() - days * 86_400_000)
      await utimes(join(inbox, id), then, then)
    }
    if (language.sweeper !== undefined) await (await startAgain(language)).child.ended
    const receiver = await start(language)
    // Swept at the start: the first event is worked on after it.
    expect(await deliver(receiver, { id: 'evt_1' })).toBe(204)
    await handled(receiver, 'evt_1')
    expect(await deliver(receiver, { id: 'evt_34' })).toBe(204)
    expect(await deliver(receiver, { id: 'evt_36' })).toBe(204)
    await handled(receiver, 'evt_36')
    expect(handledIds(receiver)).toEqual(['evt_1', 'evt_36'])
  })
})

/** What takes up what a killed process left: the receiver's own start, or its cron command. */
async function startAgain(language: Language): Promise<Receiver> {
  if (language.sweeper === undefined) return start(language)
  const child = new Child(join(RECEIVERS, language.file), [], {
    interpreter: language.sweeper,
    env: environment(0),
  })
  running.push(child)
  return { child, url: '' }
}

describe.each(['README.fr.md', 'README.en.md'])('docs/receivers: %s', (page) => {
  test('Standard Webhooks: its example is signed with the secret that it tells', async () => {
    const text = await readFile(join(RECEIVERS, page), 'utf8')
    const found = (pattern: RegExp): string => pattern.exec(text)?.[1] ?? ''
    const headers = signatureHeaders({
      id: found(/^webhook-id: (\S+)$/m),
      timestamp: new Date(Number(found(/^webhook-timestamp: (\d+)$/m)) * 1000),
      body: found(/^(\{"Id".*\})$/m),
      secrets: [found(/`(whsec_[^`…]+)`/)],
    })
    expect(found(/^webhook-signature: (\S+)$/m)).toBe(headers['webhook-signature'])
  })

  test('D9: its table of attempts is the default of the product', async () => {
    const text = await readFile(join(RECEIVERS, page), 'utf8')
    const rows = [...text.matchAll(/^\| (\d+) \| (\d+) (s|min|h) \|/gm)]
    const secondsOf = (name = ''): number => ({ s: 1, min: 60, h: 3600 })[name] ?? Number.NaN
    expect(rows.map(([, attempt]) => attempt)).toEqual([
      '2',
      '3',
      '4',
      '5',
      '6',
      '7',
      '8',
      '9',
      '10',
    ])
    const seconds = rows.map(([, , count, name]) => Number(count) * secondsOf(name))
    expect(seconds.join()).toBe(settings.webhookRetrySchedule.default)
  })
})
