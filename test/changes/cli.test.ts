import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runProgram } from '../../src/cli/program.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { BEATRICE, commit } from './change-rows.ts'

let db: TestDatabase

beforeAll(async () => {
  db = await createTestDatabase()
})
afterAll(async () => {
  await db.drop()
})

/** One command line against the test's database. */
async function hapi(line: string, language = 'en') {
  const [stdout, stderr]: [string[], string[]] = [[], []]
  const code = await runProgram(line.split(' '), {
    environment: { DATABASE_URL: db.url, HAPI_LANG: language },
    configFile: '/nowhere/hapi.config.json',
    version: '1.2.3',
    stdin: (async function* () {})(),
    stdout: { write: (text) => stdout.push(text) },
    stderr: { write: (text) => stderr.push(text) },
    start: async () => {},
    seed: async () => {},
  })
  return { code, stdout: stdout.join(''), stderr: stderr.join('') }
}

function lines(text: string): readonly unknown[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line): unknown => JSON.parse(line))
}

describe('hapi changes', () => {
  test('the load of the demo portfolio has sent no events (recipe §3)', async () => {
    const { code, stdout } = await hapi('changes --account DEV/ALEX')
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' })
  })

  test('one notification a line, and where to read on', async () => {
    await commit(db.database, [
      "select set_config('hapi.clock', '2026-06-15T12:00:00Z', true)",
      "update tenant_parkings set license_plate = 'H4P1' where account_id = 1 and id = 1472",
      'update units set asking_rent = 1234 where account_id = 1 and id = 9001',
    ])
    await commit(
      db.database,
      ["update tenants set comment = 'B' where account_id = 2 and id = 9101"],
      BEATRICE,
    )
    const first = await hapi('changes --account DEV/ALEX --limit 1')
    expect(lines(first.stdout)).toEqual([
      {
        Id: 1472,
        Entity: 'TenantParking',
        Status: 1,
        DatabaseName: 'DEV/ALEX',
        AdditionalInformationJson: '{"tenantId": 7535, "parkingId": 1445}',
        Seq: expect.any(Number),
        At: '2026-06-15T12:00:00.000Z',
      },
    ])
    expect(first.stdout).toMatch(/^{"Id":1472,"Entity":"TenantParking","Status":1,"DatabaseName":/)
    const [, position] = /^There are more: --after (\S+)\n$/.exec(first.stderr) ?? []
    const second = await hapi(`changes --account DEV/ALEX --after ${position}`)
    expect(lines(second.stdout)).toMatchObject([{ Id: 9001, Entity: 'Unit', Status: 1 }])
    const [, end] = /^To read on, once there are more: --after (\S+)\n$/.exec(second.stderr) ?? []
    expect(await hapi(`changes --account DEV/ALEX --after ${end} --quiet`)).toEqual({
      code: 0,
      stdout: '',
      stderr: '',
    })
  })

  test.each([
    ['changes', 'option obligatoire : --account <databaseName>\n'],
    [
      'changes --account DEV/ALEX --after 12',
      "« 12 » n'est pas une position dans le journal des modifications.\n",
    ],
    ['changes --account DEV/ALEX --limit 0', /^valeur refusée : /],
    ['changes --account DEV/ALEX --limit 1e3', /^valeur refusée : /],
  ])('%s is a wrong use', async (line, text) => {
    const { code, stdout, stderr } = await hapi(line, 'fr')
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(text)
  })

  test('an unknown account is refused', async () => {
    expect((await hapi('changes --account NOBODY')).stderr).toBe(
      "Account 'NOBODY' does not exist.\n",
    )
  })

  test('its help is in French and in English', async () => {
    expect((await hapi('changes --help', 'fr')).stdout).toContain(
      "les modifications validées d'un compte, une notification par ligne",
    )
    expect((await hapi('changes --help')).stdout).toContain(
      'the committed changes of an account, one notification per line',
    )
  })
})
