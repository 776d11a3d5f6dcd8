import { spawnSync } from 'node:child_process'
import { EventEmitter, once } from 'node:events'
import {
  chmod,
  chown,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Client } from 'pg'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { clientConfig } from '../../src/db/connection-settings.ts'
import { prepareEmbeddedPlaces, removeSystemSocketDir } from '../../src/db/embedded-places.ts'
import { stopPostmaster } from '../../src/db/embedded-postmaster.ts'
import { type EmbeddedServer, startEmbeddedServer } from '../../src/db/embedded-server.ts'
import { Child, type ChildOptions } from '../support/child-process.ts'

const WRITER = fileURLToPath(new URL('embedded-writer.ts', import.meta.url))
const NOBODY = 65534
const isRoot = process.getuid?.() === 0

let temporaryDir: string
let dataDir: string
const children: Child[] = []

beforeEach(async () => {
  // mkdtemp makes it 0700: as root, the server's user cannot pass through.
  temporaryDir = await mkdtemp(join(tmpdir(), 'hapi-test-embedded-'))
  dataDir = temporaryDir
})

afterEach(async () => {
  for (const child of children.splice(0)) {
    child.kill('SIGKILL')
    await child.ended
  }
  await stopPostmaster(clusterDir())
  await removeSystemSocketDir(await prepareEmbeddedPlaces(dataDir))
  await rm(temporaryDir, { recursive: true, force: true })
})

const clusterDir = () => join(dataDir, 'postgres', 'data')

function startWriter(options: ChildOptions = {}): Child {
  const child = new Child(WRITER, [dataDir], options)
  children.push(child)
  return child
}

function startHere(): Promise<EmbeddedServer> {
  return startEmbeddedServer({ dataDir, notify: () => {} })
}

async function query(server: EmbeddedServer, text: string): Promise<unknown[]> {
  const client = new Client(clientConfig(server.connection, 'test'))
  await client.connect()
  try {
    return (await client.query(text)).rows
  } finally {
    await client.end()
  }
}

async function readPid(): Promise<number> {
  return Number((await readFile(join(clusterDir(), 'postmaster.pid'), 'utf8')).split('\n')[0])
}

const exists = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  )

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

/** Can `nobody` read this checkout? Not under `/root`. */
function isOpenToNobody(): boolean {
  const program = `require('fs').accessSync(${JSON.stringify(WRITER)})`
  const user = { uid: NOBODY, gid: NOBODY }
  return spawnSync(process.execPath, ['-e', program], { cwd: '/', ...user }).status === 0
}

const READY = {
  database: 'hapi',
  // Unix socket only.
  addresses: '',
  fsync: 'on',
  commit: 'on',
}

describe.skipIf(process.env['HAPI_TEST_TARGET'] === 'server')('embedded PostgreSQL', () => {
  test.runIf(isRoot)('as root, in a folder private to root, it runs as nobody', async () => {
    const server = await startHere()
    expect(await query(server, 'select 1 as one')).toEqual([{ one: 1 }])
    expect((await stat(clusterDir())).uid).toBe(NOBODY)
    expect((await stat(`/proc/${await readPid()}`)).uid).toBe(NOBODY)
    await server.stop()
  })

  test.runIf(isRoot)('as root, in a folder open to all, everything is under DATA_DIR', async () => {
    await chmod(dataDir, 0o755)
    const server = await startHere()
    expect((await readdir(join(dataDir, 'postgres'))).sort()).toEqual([
      'data',
      expect.stringMatching(/^engine-18\./),
      'run',
      'server.log',
    ])
    const socket = await stat(join(dataDir, 'postgres', 'run'))
    expect({ uid: socket.uid, mode: socket.mode & 0o777 }).toEqual({ uid: NOBODY, mode: 0o700 })
    await server.stop()
  })

  test.runIf(!isRoot || isOpenToNobody())(
    'as an unprivileged user it runs as that user',
    async () => {
      const user = isRoot ? { uid: NOBODY, gid: NOBODY } : {}
      if (isRoot) await chown(dataDir, NOBODY, NOBODY)
      const writer = startWriter(user)
      const uid = user.uid ?? process.getuid?.()
      expect(JSON.parse((await writer.line('ready ')).slice(6))).toEqual({ uid, ...READY })
      expect((await stat(clusterDir())).uid).toBe(uid)
    },
  )

  test('a data folder whose name is too long for a socket', async () => {
    dataDir = join(dataDir, 'a'.repeat(120))
    await mkdir(dataDir)
    const server = await startHere()
    expect(await query(server, 'select 1 as one')).toEqual([{ one: 1 }])
    await server.stop()
  })

  test('PG* variables of the environment name other servers and are ignored', async () => {
    const writer = startWriter({
      env: {
        ...process.env,
        PGHOST: '192.0.2.1',
        PGPORT: '1',
        PGUSER: 'somebody',
        PGDATABASE: 'elsewhere',
        PGPASSWORD: 'secret',
        PGSSLMODE: 'require',
        PGOPTIONS: '-c fsync=off',
        PGDATA: '/nowhere',
        PGTZ: 'Mars',
        PGCLIENTENCODING: 'LATIN1',
      },
    })
    expect(JSON.parse((await writer.line('ready ')).slice(6))).toEqual({
      uid: process.getuid?.(),
      ...READY,
    })
  })

  test('five kills in the middle of inserts lose no committed row', {
    timeout: 120_000,
  }, async () => {
    const committed: string[] = []
    for (let round = 0; round < 5; round++) {
      const writer = startWriter()
      await writer.line('committed ')
      writer.kill('SIGKILL')
      // Every other time the server dies with it, without a chance to write.
      if (round % 2 === 1) process.kill(await readPid(), 'SIGKILL')
      await writer.ended
      committed.push(
        ...writer.lines.filter((l) => l.startsWith('committed ')).map((l) => l.slice(10)),
      )
    }
    const server = await startHere()
    const rows = await query(server, 'select n::text from written')
    await server.stop()
    const found = new Set(rows.map((row) => JSON.stringify(row)))
    expect(committed.length).toBeGreaterThanOrEqual(5)
    expect(committed.filter((n) => !found.has(JSON.stringify({ n })))).toEqual([])
  })

  test('the server that a killed product left is used again', async () => {
    const writer = startWriter()
    await writer.line('ready ')
    const pid = await readPid()
    writer.kill('SIGKILL')
    await writer.ended
    const server = await startHere()
    expect(await readPid()).toBe(pid)
    await server.stop()
  })

  test('a second process is refused and told which process holds the folder', async () => {
    const writer = startWriter()
    await writer.line('ready ')
    await expect(startHere()).rejects.toThrow(
      new RegExp(
        `^Primmo HApi fonctionne déjà sur ce dossier de données \\(processus ${writer.pid} sur .+\\)\\..+\\nPrimmo HApi already runs on this data folder \\(process ${writer.pid} on .+\\)\\.`,
      ),
    )
    // The first one has noticed nothing.
    const count = writer.lines.length
    await writer.line('committed ')
    writer.kill('SIGTERM')
    expect(await writer.ended).toBe(0)
    expect(writer.lines.length).toBeGreaterThan(count)
  })

  test('of two first starts at once, one serves and the other is refused', async () => {
    const writers = [startWriter(), startWriter()]
    const outcomes = await Promise.allSettled(writers.map((writer) => writer.line('ready ')))
    expect(outcomes.map((outcome) => outcome.status).toSorted()).toEqual(['fulfilled', 'rejected'])
    expect(writers.flatMap((writer) => writer.lines).join('\n')).toContain(
      'Primmo HApi already runs on this data folder',
    )
  })

  test('a process that cannot see the server’s number, as in another container, is refused too', async () => {
    await chmod(dataDir, 0o755)
    const first = await startHere()
    const pidPath = join(clusterDir(), 'postmaster.pid')
    const pidFile = await readFile(pidPath, 'utf8')
    await writeFile(pidPath, pidFile.replace(/^\d+/, '4194305'))
    await expect(startHere()).rejects.toThrow('fonctionne déjà sur ce dossier de données')
    await writeFile(pidPath, pidFile)
    await first.stop()
  })

  test('a clean stop leaves no server behind', async () => {
    const server = await startHere()
    const pid = await readPid()
    await server.stop()
    expect(await exists(join(clusterDir(), 'postmaster.pid'))).toBe(false)
    // Its number may last until it is collected.
    await expect.poll(() => isAlive(pid)).toBe(false)
  })

  test.each([
    ['that was given to another process', () => process.pid],
    // Above the kernel's largest number.
    ['that no process has', () => 4_194_305],
  ])('postmaster.pid with a number %s is stale', async (_, stalePid) => {
    const first = await startHere()
    const pidFile = await readFile(join(clusterDir(), 'postmaster.pid'), 'utf8')
    await first.stop()
    await writeFile(
      join(clusterDir(), 'postmaster.pid'),
      pidFile.replace(/^\d+/, String(stalePid())),
    )
    const second = await startHere()
    expect(await query(second, 'select 1 as one')).toEqual([{ one: 1 }])
    await second.stop()
  })

  test('killed while the cluster is made, the next start makes it anew', async () => {
    const writer = startWriter()
    await writer.line('notice Creating the database')
    writer.kill('SIGKILL')
    await writer.ended
    expect(await exists(clusterDir())).toBe(false)
    const server = await startHere()
    expect(await query(server, 'select 1 as one')).toEqual([{ one: 1 }])
    expect(
      (await readdir(join(dataDir, 'postgres'))).filter((n) => n.startsWith('partial')),
    ).toEqual([])
    await server.stop()
  })

  test('a server that is killed under a running product is started again', async () => {
    const restarts = new EventEmitter()
    const server = await startEmbeddedServer({
      dataDir,
      notify: (text) => void restarts.emit(text.en),
    })
    const restarting = once(restarts, 'The embedded PostgreSQL has stopped; restarting…')
    process.kill(await readPid(), 'SIGKILL')
    await restarting
    await expect
      .poll(() => query(server, 'select 1 as one').catch(() => []), { timeout: 20_000 })
      .toEqual([{ one: 1 }])
    await server.stop()
  })
})
