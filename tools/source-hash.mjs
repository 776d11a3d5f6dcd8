/**
 * Tells whether `dist/` was built from the sources as they are. By content, so that a checkout that
 * changes only times builds nothing.
 */

import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from './install.mjs'

const STAMP = join(ROOT, 'dist', '.source-hash')
const INPUTS = [
  'src',
  'tools/build.ts',
  'tsconfig.json',
  'tsconfig.build.json',
  'package-lock.json',
]

/** Is `dist/` whole and of these sources? */
export function isBuilt() {
  try {
    return readFileSync(STAMP, 'utf8') === hashSources()
  } catch {
    return false
  }
}

/** Records, as the last step of a build, what it was built from. */
export function markBuilt(hash) {
  writeFileSync(STAMP, hash)
}

/** SHA-256 over every source of the build, tests excepted. */
export function hashSources() {
  const hash = createHash('sha256')
  for (const file of INPUTS.flatMap(listFiles)) {
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(ROOT, file)))
      .update('\0')
  }
  return hash.digest('hex')
}

function listFiles(path) {
  if (!path.startsWith('src')) return [path]
  return readdirSync(join(ROOT, path), { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const child = `${path}/${entry.name}`
      if (entry.isDirectory()) return listFiles(child)
      return entry.name.endsWith('.test.ts') ? [] : [child]
    })
}
