/** The tutorials are programs: every command is taken from its page and run, and its outcome is the page's. */

import { execFileSync } from 'node:child_process'
import { chmod, copyFile, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startDocumentWorker } from '../../src/domain/documents/orders/document-worker.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'
import { type HapiCommands, serveHapiCommands } from './hapi-commands.ts'
import { runPage } from './tutorial-page.ts'

const PAGES = resolve(import.meta.dirname, '../../docs/tutorials')

let folder: string
let hapi: HapiCommands

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hapi-tutorials-'))
  hapi = await serveHapiCommands()
  await copyFile(join(import.meta.dirname, 'hapi.mjs'), join(folder, 'hapi'))
  await chmod(join(folder, 'hapi'), 0o755)
  if (hasCurl()) return
  await copyFile(join(import.meta.dirname, 'curl.mjs'), join(folder, 'curl'))
  await chmod(join(folder, 'curl'), 0o755)
})

afterAll(async () => {
  hapi.close()
  await rm(folder, { recursive: true, force: true })
})

function hasCurl(): boolean {
  try {
    execFileSync('curl', ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** The file that the product writes at its first start, with this application's clients. */
async function writeCredentials(app: TestApp, name: string): Promise<string> {
  const path = join(folder, `${name}.json`)
  const { integrator, administrator } = app.clients
  await writeFile(path, JSON.stringify({ ...integrator, administrator }))
  return path
}

describe('docs/tutorials', async () => {
  const pages = (await readdir(PAGES)).filter((name) => /\.(?:fr|en)\.md$/.test(name))

  test('each page stands in French and in English', () => {
    const titles = (language: string): readonly string[] =>
      pages.filter((name) => name.endsWith(`.${language}.md`)).map((name) => name.slice(0, -6))
    expect(titles('fr')).toEqual(titles('en'))
    expect(titles('fr').length).toBeGreaterThan(0)
  })

  test.each(pages)('%s: its commands do what it says', async (page) => {
    await expectToBeTrue(join(PAGES, page))
  })
})

describe('docs/how-to', () => {
  test.each(['subscribe-to-events.md', 'import-a-portfolio.md', 'export-a-portfolio.md'])(
    '%s: its commands do what it says',
    async (page) => {
      await expectToBeTrue(resolve(PAGES, '../how-to', page))
    },
  )
})

async function expectToBeTrue(page: string): Promise<void> {
  const app = await startTestApp()
  const stopProducing = await startDocumentWorker({
    database: app.database,
    now: () => new Date(),
    logger: app.app.log,
  })
  try {
    const outcomes = await runPage(page, {
      PATH: `${folder}:${process.env['PATH'] ?? ''}`,
      HAPI_URL: app.baseUrl,
      HAPI_LANG: 'fr',
      HAPI_TEST_PROGRAM: hapi.url,
      DATABASE_URL: app.db.url,
      HAPI_CREDENTIALS: await writeCredentials(app, basename(page)),
    })
    expect(outcomes.length).toBeGreaterThan(2)
    for (const { command, written, shown } of outcomes)
      expect({ command, outcome: written }).toEqual({ command, outcome: shown })
  } finally {
    await stopProducing()
    await app.close()
  }
}
