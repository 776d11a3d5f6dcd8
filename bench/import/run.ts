/**
 * `npm run bench:import [-- SCALE]`: how long a whole portfolio takes from files of cells to rows, and how much memory.
 * Scale 1 is 100,000 rows.
 */

import { createWriteStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createAccount } from '../../src/auth/accounts.ts'
import { openDatabase } from '../../src/db/database.ts'
import { migrate } from '../../src/db/migrate.ts'
import { openImportSource } from '../../src/domain/import/files/open-source.ts'
import { runImport } from '../../src/domain/import/run-import.ts'
import { startBenchDatabase } from '../database.ts'
import { type PortfolioRow, portfolioRows } from './portfolio.ts'

const scale = Number(process.argv[2] ?? 1)
const folder = await mkdtemp(join(tmpdir(), 'hapi-bench-import-'))
const server = await startBenchDatabase(process.env)
try {
  const connection = { url: server.url }
  await migrate({ connection, notify: () => {} })
  const database = await openDatabase({ connection, poolSize: 4 })
  await writeFiles(folder)
  const pinnedAt = new Date('2026-06-15T16:00:00Z')
  for (const isBestEffort of [true, false]) {
    const name = isBestEffort ? 'best effort' : 'all or nothing'
    const { accountId } = await createAccount(database, { databaseName: name, name, pinnedAt })
    const account = { accountId, profile: 'administrator', pinnedAt } as const
    const [startedMs, cpu] = [performance.now(), process.cpuUsage()]
    let memoryMax = 0
    const report = await runImport(
      { ...account, acting: { channel: 'import', process: 'bench' } },
      await openImportSource(folder, { isPartial: true }),
      { mode: 'upsert', isBestEffort, isDryRun: false },
      {
        database,
        now: () => pinnedAt,
        requireWrite: () => {},
        onProgress: () => (memoryMax = Math.max(memoryMax, process.memoryUsage.rss())),
      },
    )
    const { user, system } = process.cpuUsage(cpu)
    console.log(
      `${name}: ${report.created} of ${report.rows} rows in ${seconds(performance.now() - startedMs)}, ` +
        `of which Node ${seconds((user + system) / 1_000)}; ${Math.round(memoryMax / 1e6)} MB at most`,
    )
  }
  await database.close()
} finally {
  await server.stop()
  await rm(folder, { recursive: true, force: true })
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`
}

/** One file for each set, as a spreadsheet would save it. */
async function writeFiles(to: string): Promise<void> {
  const headers = new Map<string, readonly string[]>()
  for (const { set, row } of portfolioRows(scale))
    headers.set(set, [...new Set([...(headers.get(set) ?? []), ...Object.keys(row)])])
  for (const [set, names] of headers)
    await pipeline(Readable.from(linesOf(set, names)), createWriteStream(join(to, `${set}.csv`)))
}

function* linesOf(set: string, names: readonly string[]): Generator<string> {
  yield `${names.join(';')}\r\n`
  for (const each of portfolioRows(scale))
    if (each.set === set) yield `${names.map((name) => cellOf(each, name)).join(';')}\r\n`
}

function cellOf({ row }: PortfolioRow, name: string): string {
  const text = String(row[name] ?? '')
  return /[;"\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
