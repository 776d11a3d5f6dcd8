/** odata2ts makes a typed client from the running product's `$metadata`; a program that uses it is checked and run. */

import { execFile } from 'node:child_process'
import { copyFile, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/test-app.ts'

const run = promisify(execFile)
const root = fileURLToPath(new URL('../../', import.meta.url))
const sources = fileURLToPath(new URL('odata2ts/', import.meta.url))

/** Of generating and checking, on a machine ten times slower than usual. */
const PATIENCE_MS = 120_000

let app: TestApp
let folder: string

beforeAll(async () => {
  app = await startTestApp()
  folder = await mkdtemp(join(tmpdir(), 'hapi-odata2ts-'))
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'))
  for (const file of ['program.ts', 'tsconfig.json'])
    await copyFile(join(sources, file), join(folder, file))
})

afterAll(async () => {
  await app.close()
  await rm(folder, { recursive: true })
})

describe('odata2ts', () => {
  test(
    'generates a client from the metadata, against which a program is written and type-checked',
    async () => {
      const metadata = join(folder, 'metadata.xml')
      await writeFile(metadata, (await app.ask('/api/$metadata')).bytes)
      await run(process.execPath, [
        join(sources, 'generate.cjs'),
        metadata,
        join(folder, 'generated'),
      ])
      // The compiler tells what is wrong on its standard output.
      const checked = await run(join(root, 'node_modules/.bin/tsc'), ['-p', folder]).catch(
        (error: { stdout: string }) => error,
      )
      expect(checked.stdout).toBe('')
    },
    PATIENCE_MS,
  )

  test(
    'lists, filters, orders, counts, expands, calls functions, creates, changes and deletes',
    async () => {
      const { stdout } = await run(process.execPath, [
        join(folder, 'program.js'),
        app.baseUrl,
        app.clients.integrator.token,
      ])
      const buildings = await app.column<string>(
        `select name from buildings where account_id = 1 and city = 'Québec' and number_of_units >= 4
          order by name collate french desc`,
      )
      const units = await app.sql<{ Id: number; AskingRent: number }>(
        `select id as "Id", asking_rent::float as "AskingRent" from units
          where account_id = 1 and building_id = 630 and number_of_rooms > 3 order by id`,
      )
      const rents = await app.column<number>(
        `select initial_rent_amount::float from leases where account_id = 1 and id = 9211
          union all
         (select new_amount::float from lease_price_changes
           where account_id = 1 and lease_id = 9211 and effective_date <= '2026-07-01'
           order by effective_date)`,
      )
      expect(units.length).toBeGreaterThan(0)
      expect(JSON.parse(stdout)).toEqual({
        count: buildings.length,
        names: buildings.slice(0, 3),
        units,
        lambda: await app.column(
          "select distinct building_id from units where account_id = 1 and unit_code = '775' order by 1",
        ),
        free: await app
          .rows<{ UnitId: number }>('/api/Units/ForRent(StartDate=2026-07-01,EndDate=2026-07-31)')
          .then((rows) => rows.map(({ UnitId }) => UnitId)),
        rent: rents.at(-1),
        created: 'odata2ts',
        changed: 'odata2ts, modifiée',
        left: 0,
      })
    },
    PATIENCE_MS,
  )
})
