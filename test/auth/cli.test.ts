import { execFile } from 'node:child_process'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runProgram } from '../../src/cli/program.ts'
import { startEmbeddedServer } from '../../src/db/embedded-server.ts'
import { migrate } from '../../src/db/migrate.ts'
import { powerBiFile } from '../../src/derive/power-bi-file.ts'
import { createEmptyDatabase, createTestDatabase, type TestDatabase } from '../support/database.ts'
import { openDoor } from './support.ts'

let db: TestDatabase

beforeAll(async () => {
  db = await createTestDatabase()
})
afterAll(async () => {
  await db.drop()
})

interface Outcome {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** One command line against the test's database. */
async function hapi(
  line: string | readonly string[],
  given: { input?: string; environment?: Record<string, string> } = {},
): Promise<Outcome> {
  const [stdout, stderr]: [string[], string[]] = [[], []]
  const code = await runProgram(typeof line === 'string' ? line.split(' ') : line, {
    environment: { DATABASE_URL: db.url, HAPI_LANG: 'en', ...given.environment },
    configFile: '/nowhere/hapi.config.json',
    version: '1.2.3',
    stdin: asInput(given.input ?? ''),
    stdout: { write: (text) => stdout.push(text) },
    stderr: { write: (text) => stderr.push(text) },
    start: async ({ port }) => void stdout.push(`started on ${port}\n`),
    seed: async () => {},
  })
  return { code, stdout: stdout.join(''), stderr: stderr.join('') }
}

async function* asInput(text: string): AsyncGenerator<string> {
  yield text
}

async function json(line: string): Promise<unknown> {
  const { code, stdout, stderr } = await hapi(`${line} --json`)
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  return JSON.parse(stdout)
}

async function main(dataDir: string, line: string): Promise<Outcome> {
  const file = join(import.meta.dirname, '../../src/main.ts')
  const environment = { PATH: process.env['PATH'] ?? '', DATA_DIR: dataDir, HAPI_LANG: 'en' }
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ['--import', 'tsx', file, ...line.split(' ')],
      { env: environment },
      (error, stdout, stderr) => {
        const code = error === null ? 0 : Number(error.code)
        resolve({ code, stdout, stderr })
      },
    )
  })
}

async function modulesAfter(line: string): Promise<unknown> {
  const lines = await json(`admin module ${line} --account ORMES`)
  return Array.isArray(lines)
    ? lines.filter(({ module }) => ['core', 'crm', 'pad'].includes(module))
    : lines
}

async function rightAfter(line: string): Promise<unknown> {
  return json(`admin right ${line} --account ORMES --user crm`)
}

const INSTANT = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/)

describe('contract A4: hapi admin', () => {
  test('creates all that an integrator needs; the secrets, told once, open the door', async () => {
    expect(
      await json('admin account create ORMES --name Ormes --pinned-at 2026-06-15T16:00:00Z'),
    ).toEqual({
      accountId: expect.any(Number),
      databaseName: 'ORMES',
      name: 'Ormes',
      pinnedAt: '2026-06-15T16:00:00.000Z',
      createdDate: INSTANT,
      revokedDate: null,
    })
    expect(await json('admin account revoke ORMES')).toMatchObject({ revokedDate: INSTANT })
    expect(await json('admin account restore ORMES')).toMatchObject({ revokedDate: null })
    expect(await json('admin integrator create CRM --account ORMES')).toEqual({
      databaseName: 'ORMES',
      name: 'CRM',
      createdDate: INSTANT,
    })
    const { stdout: apiKey } = await hapi(
      'admin key create --account ORMES --integrator CRM --quiet',
    )
    expect(apiKey).toMatch(/^hapi_test_\w{8}_\w{43}_\w{6}\n$/)
    const user = await hapi('admin user create crm --account ORMES --integrator CRM')
    expect(user.stderr).toBe('Write this password down: it will not be shown again.\n')
    const password = /^Password +: (\w{24})$/m.exec(user.stdout)?.[1] ?? ''
    const door = await openDoor(db.database)
    const signIn = { apiKey: apiKey.trim(), userName: 'crm', password, address: '192.0.2.1' }
    const { token } = await door.issueToken(signIn)
    expect(await door.authenticate(`Bearer ${token}`)).toMatchObject({
      databaseName: 'ORMES',
      profile: 'integrator',
    })
    await door.close()
    const lists = await Promise.all(
      ['admin key list', 'admin user list', 'admin integrator list'].map((line) => hapi(line)),
    )
    const shown = lists.map(({ stdout }) => stdout).join('')
    expect([shown.includes(password), shown.includes(signIn.apiKey)]).toEqual([false, false])
  })

  test('rotates and revokes keys, by id or by what lists show', async () => {
    await hapi('admin integrator create Clés --account ORMES')
    const first = await hapi('admin key create --account ORMES --integrator Clés --json')
    await hapi('admin key rotate --account ORMES --integrator Clés --expires 2099-01-01')
    const { id, apiKey } = JSON.parse(first.stdout)
    const prefix = apiKey.split('_').slice(0, 3).join('_')
    expect(await json(`admin key revoke ${prefix}`)).toMatchObject({ id, revokedDate: INSTANT })
    expect(await hapi(`admin key revoke ${id}`)).toEqual({
      code: 4,
      stdout: '',
      stderr: `Key '${id}' does not exist.\n`,
    })
    const keys = await json('admin key list --account ORMES')
    expect(keys).toContainEqual({
      id,
      databaseName: 'ORMES',
      integrator: 'Clés',
      prefix,
      lastFour: apiKey.slice(-4),
      createdDate: INSTANT,
      expiresDate: INSTANT,
      lastUsedDate: null,
      revokedDate: INSTANT,
      legacyPadding: false,
    })
    expect(keys).toContainEqual(
      expect.objectContaining({
        integrator: 'Clés',
        expiresDate: '2099-01-01T00:00:00.000Z',
        revokedDate: null,
      }),
    )
  })

  test('pads codes for the keys that ask for it, and for those that replace them', async () => {
    await hapi('admin integrator create Héritage --account ORMES')
    const create = 'admin key create --account ORMES --integrator Héritage --legacy-padding'
    const { id } = (await json(create)) as { id: string }
    const rotated = await json('admin key rotate --account ORMES --integrator Héritage')
    expect(rotated).toMatchObject({ legacyPadding: true })
    expect(await json(`admin key legacy-padding ${id} off`)).toMatchObject({
      id,
      legacyPadding: false,
    })
    expect(await json(`admin key legacy-padding hapi_test_${id} on`)).toMatchObject({
      id,
      legacyPadding: true,
    })
    expect((await hapi(`admin key legacy-padding ${id} yes`)).code).toBe(2)
    expect(await hapi('admin key legacy-padding nobody00 on')).toEqual({
      code: 4,
      stdout: '',
      stderr: "Key 'nobody00' does not exist.\n",
    })
  })

  test('makes feed accounts that read what is chosen, lists them without secrets, revokes them', async () => {
    const made = await hapi('admin feed create Rapports --account ORMES --modules core,leasing')
    expect(made.stderr).toBe('Write this password down: it will not be shown again.\n')
    const userName = /^Name *: (feed_\w{10})$/m.exec(made.stdout)?.[1] ?? ''
    const password = /^Password *: (\w{24})$/m.exec(made.stdout)?.[1] ?? ''
    const door = await openDoor(db.database)
    const caller = (secret: string) => ({
      authorization: `Basic ${btoa(`${userName}:${secret}`)}`,
      address: '192.0.2.1',
      isPrivate: true,
      takesBasic: true,
    })
    expect(await door.authenticateReader(caller(password))).toMatchObject({
      databaseName: 'ORMES',
      isFeed: true,
      modules: new Set(['core', 'leasing']),
    })
    expect(await json(`admin feed modules ${userName} --modules core`)).toMatchObject({
      userName,
      modules: ['core'],
    })
    const changed = await json(`admin feed password ${userName}`)
    expect(changed).toMatchObject({ userName, password: expect.stringMatching(/^\w{24}$/) })
    await door.catchUp()
    await expect(door.authenticateReader(caller(password))).rejects.toMatchObject({
      code: 'FEED_SIGN_IN_FAILED',
    })
    const list = await hapi('admin feed list --account ORMES --json')
    expect(list.stdout).not.toContain((changed as { password: string }).password)
    expect(JSON.parse(list.stdout)).toEqual([
      {
        userName,
        databaseName: 'ORMES',
        name: 'Rapports',
        modules: ['core'],
        createdDate: INSTANT,
        lastUsedDate: null,
        revokedDate: null,
      },
    ])
    // A use is written once a minute, and when the process ends.
    await door.close()
    expect(await json('admin feed list --account ORMES')).toMatchObject([{ lastUsedDate: INSTANT }])
    expect(await json(`admin feed revoke ${userName}`)).toMatchObject({ revokedDate: INSTANT })
    expect(await hapi(`admin feed revoke ${userName}`)).toEqual({
      code: 4,
      stdout: '',
      stderr: `Feed account '${userName}' does not exist.\n`,
    })
    for (const wrong of ['', '--modules ,', '--modules core,nothing'])
      expect((await hapi(`admin feed create X --account ORMES ${wrong}`)).code).toBe(2)
    expect(await hapi('admin feed pbids --url https://hapi.example.ca/')).toEqual({
      code: 0,
      stderr: '',
      stdout: powerBiFile('https://hapi.example.ca/api'),
    })
    expect((await hapi('admin feed pbids --url nowhere')).code).toBe(2)
  })

  test('reads a password from standard input, and refuses a weak one', async () => {
    await hapi('admin integrator create Portail --account ORMES')
    const line = 'user create portail --account ORMES --integrator Portail --password-stdin --quiet'
    expect(await hapi(`admin ${line}`, { input: 'short\n' })).toEqual({
      code: 4,
      stdout: '',
      stderr: 'A password has from 12 characters to 1024 bytes.\n',
    })
    const outcome = await hapi(`admin ${line}`, { input: 'correct horse battery\n' })
    expect(outcome).toEqual({ code: 0, stdout: 'correct horse battery\n', stderr: '' })
    const changed = await hapi('admin user password PORTAIL --account ORMES --quiet')
    expect(changed.stdout).toMatch(/^\w{24}\n$/)
    expect(await json('admin user revoke portail --account ORMES')).toMatchObject({
      userName: 'portail',
      revokedDate: INSTANT,
    })
  })

  test('R-011: enables modules for an account, disables them for one integrator', async () => {
    const core = { module: 'core', optional: false, enabled: true, withheldFrom: [] }
    const crm = { module: 'crm', optional: true, enabled: false, withheldFrom: [] }
    const pad = { module: 'pad', optional: true, enabled: false, withheldFrom: [] }
    expect(await modulesAfter('list')).toEqual([core, crm, pad])
    expect(await modulesAfter('enable crm')).toEqual([core, { ...crm, enabled: true }, pad])
    const withheld = { ...crm, enabled: true, withheldFrom: ['CRM'] }
    expect(await modulesAfter('disable crm --integrator CRM')).toEqual([core, withheld, pad])
    expect(await modulesAfter('enable crm --integrator CRM')).toEqual([
      core,
      { ...crm, enabled: true },
      pad,
    ])
    expect(await modulesAfter('disable crm')).toEqual([core, crm, pad])
    expect((await hapi('admin module disable core --account ORMES')).code).toBe(2)
    expect((await hapi('admin module enable bogus --account ORMES')).code).toBe(2)
  })

  test('takes single rights away and gives them back', async () => {
    const tenants = {
      set: 'Tenants',
      module: 'leasing',
      read: true,
      create: true,
      update: true,
      delete: false,
    }
    expect(await rightAfter('list')).toContainEqual(tenants)
    expect(await rightAfter('revoke tenants')).toEqual({ ...tenants, read: false })
    expect(await rightAfter('revoke Tenants --operation create')).toEqual({
      ...tenants,
      read: false,
      create: false,
    })
    expect(await rightAfter('grant Tenants')).toEqual({ ...tenants, create: false })
    expect(await hapi('admin right revoke Tenant --account ORMES --user crm')).toEqual({
      code: 2,
      stdout: '',
      stderr: "Entity set 'Tenant' does not exist. → Tenants\n",
    })
  })
})

describe('ecosystem §3: exit codes and languages', () => {
  const refusals: readonly (readonly [string, number, string, string])[] = [
    [
      'admin account show NULLE-PART',
      4,
      "Le compte « NULLE-PART » n'existe pas.",
      "Account 'NULLE-PART' does not exist.",
    ],
    [
      'admin account create ORMES --name Encore',
      4,
      'Le compte « ORMES » existe déjà.',
      "Account 'ORMES' already exists.",
    ],
    [
      'admin key create --account ORMES --integrator CRM',
      4,
      "L'intégrateur « CRM » a déjà une clé; remplacez-la (rotate) ou révoquez-la.",
      "Integrator 'CRM' already has a key; rotate it or revoke it.",
    ],
    [
      'admin user create autre --account ORMES --integrator CRM',
      4,
      "L'intégrateur « CRM » a déjà un utilisateur; révoquez-le, ou changez son mot de passe.",
      "Integrator 'CRM' already has a user; revoke it, or change its password.",
    ],
    [
      'admin account list --port http',
      2,
      'PORT « http » (flag) : il faut un entier de 0 à 65535.',
      "PORT 'http' (flag): expected an integer from 0 to 65535.",
    ],
    ['admin account list --bogus', 2, 'option inconnue : --bogus', "unknown option '--bogus'"],
    ['admin bogus', 2, 'commande inconnue : bogus', "unknown command 'bogus'"],
  ]

  test.each(refusals)('%s: code %d, in French and in English', async (line, code, fr, en) => {
    const nothing = { code, stdout: '' }
    expect(await hapi(line, { environment: { HAPI_LANG: '' } })).toEqual({
      ...nothing,
      stderr: `${fr}\n`,
    })
    expect(await hapi(`${line} --lang en`, { environment: { HAPI_LANG: 'fr' } })).toEqual({
      ...nothing,
      stderr: `${en}\n`,
    })
  })

  test('5 when no server answers, 1 when the database was never migrated', async () => {
    const DATABASE_URL = 'postgresql://127.0.0.1:1/hapi'
    expect((await hapi('admin account list', { environment: { DATABASE_URL } })).code).toBe(5)
    const empty = await createEmptyDatabase()
    const outcome = await hapi('admin account list', { environment: { DATABASE_URL: empty.url } })
    expect(outcome).toEqual({
      code: 1,
      stdout: '',
      stderr: "The database does not have the tables of this version yet: run 'hapi migrate'.\n",
    })
    expect((await hapi('migrate --quiet', { environment: { DATABASE_URL: empty.url } })).code).toBe(
      0,
    )
    expect(
      (await hapi('admin account list', { environment: { DATABASE_URL: empty.url } })).code,
    ).toBe(0)
    await empty.drop()
  })

  test('a table for people, in French first', async () => {
    const { stdout } = await hapi('admin account list', { environment: { HAPI_LANG: '' } })
    expect(stdout).toMatch(/^Id +Compte +Nom +Horloge arrêtée à +Créé +Révoqué\n/)
    expect(stdout).toMatch(/\n\d+ +ORMES +Ormes +2026-06-15T16:00:00Z +2\d{3}-/)
  })

  test('help speaks both languages', async () => {
    const fr = await hapi('admin key --help', { environment: { HAPI_LANG: '' } })
    expect(fr.code).toBe(0)
    expect(fr.stdout).toContain('Commandes :')
    expect(fr.stdout).toContain("remplacer la clé; l'ancienne vaut encore 7 jours")
    expect((await hapi('admin key --help')).stdout).toContain('Commands:')
    const notes = await hapi('export --help', { environment: { HAPI_LANG: '' } })
    expect(notes.stdout.replace(/\s+/g, ' ')).toContain(
      '(choix : "csv", "ndjson", par défaut : "csv")',
    )
    const group = await hapi('admin key')
    expect(group.code).toBe(2)
    expect(group.stderr).toMatch(/^Usage: hapi admin key .*A command is missing\.\n$/s)
    expect(await hapi('--version')).toEqual({ code: 0, stdout: '1.2.3\n', stderr: '' })
  })

  test('alone, or with nothing but flags, it starts the server', async () => {
    expect((await hapi([])).stdout).toBe('started on 8080\n')
    expect((await hapi('--port 9000')).stdout).toBe('started on 9000\n')
    expect((await hapi('start --port=9001')).stdout).toBe('started on 9001\n')
    expect((await hapi('bogus')).code).toBe(2)
  })

  test('hapi config shows origins and masks secrets', async () => {
    const { code, stdout } = await hapi('config --port 9000 --json')
    expect(code).toBe(0)
    const lines = JSON.parse(stdout)
    expect(lines).toContainEqual({
      name: 'PORT',
      value: '9000',
      origin: 'flag',
      description: 'Port to listen on (0: a free one)',
    })
    expect(lines).toContainEqual(
      expect.objectContaining({ name: 'DATABASE_URL', value: '••••••', origin: 'environment' }),
    )
    expect(stdout).not.toContain(db.url)
  })
})

describe('the program as a process', () => {
  test('works on the embedded server, running or stopped', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'hapi-cli-'))
    await chmod(dataDir, 0o755)
    const server = await startEmbeddedServer({ dataDir, notify: () => {} })
    try {
      await migrate({ connection: server.connection, notify: () => {} })
      const created = await main(dataDir, 'admin account create PINS --name Pins --quiet')
      expect(created).toEqual({ code: 0, stdout: 'PINS\n', stderr: '' })
    } finally {
      await server.stop()
    }
    const listed = await main(dataDir, 'admin account list --quiet')
    expect(listed).toEqual({ code: 0, stdout: 'PINS\n', stderr: '' })
    await rm(dataDir, { recursive: true })
  })
})
