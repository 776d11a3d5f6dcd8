/** The numbered SQL files of `migrations/`: read, named and summed. Applying them is `migrate.ts`. */

import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** One forward step of the schema. */
export interface Migration {
  readonly number: number
  readonly name: string
  readonly sql: string
  /** SHA-256 of the text, the same whatever line ends git has checked out. */
  readonly checksum: string
}

/** `migrations/` of the package; this file lies two folders below its root in `src/` and in `dist/`. */
export const MIGRATIONS_DIR = fileURLToPath(new URL('../../migrations', import.meta.url))

/** Reads `NNNN_name.sql` in the order of the numbers. Throws on any other `.sql` name and on a number given twice. */
export async function readMigrations(directory: string): Promise<readonly Migration[]> {
  const names = (await readdir(directory)).filter((name) => name.endsWith('.sql')).sort()
  const migrations = await Promise.all(names.map((name) => readMigration(directory, name)))
  for (const [index, migration] of migrations.entries()) {
    if (migrations[index - 1]?.number === migration.number) {
      throw new Error(`Two migrations have the number ${migration.number}`)
    }
  }
  return migrations
}

async function readMigration(directory: string, fileName: string): Promise<Migration> {
  const [, number, name] = /^(\d{4})_([a-z0-9_]+)\.sql$/.exec(fileName) ?? []
  if (number === undefined || name === undefined) {
    throw new Error(`Migration ${fileName} is not named NNNN_name.sql`)
  }
  const sql = (await readFile(join(directory, fileName), 'utf8')).replaceAll('\r\n', '\n')
  const checksum = createHash('sha256').update(sql).digest('hex')
  return { number: Number(number), name, sql, checksum }
}
