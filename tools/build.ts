/**
 * `npm run build`: `dist/` from nothing, so that no output of a deleted source stays. The compiler
 * writes the programs; what the programs read at run time is copied beside them.
 */

import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, existsSync, mkdirSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { hashSources, markBuilt } from './source-hash.mjs'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const DIST = join(ROOT, 'dist')
const ASSET = /\.(?:sql|json|css|html|js|svg|ico|png|ttf)$/

/** What Swagger UI's page loads; the package holds as much again in maps and other bundles. */
const SWAGGER_FILES = [
  'swagger-ui.css',
  'swagger-ui-bundle.js',
  'swagger-ui-standalone-preset.js',
  'favicon-16x16.png',
  'favicon-32x32.png',
]

// Taken first: a file saved while the compiler runs makes the next start build again.
const hash = hashSources()
rmSync(DIST, { recursive: true, force: true })
compile()
copyAssets()
copySwaggerUi()
markBuilt(hash)

function compile(): void {
  const tsc = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc')
  const { status } = spawnSync(process.execPath, [tsc, '-p', 'tsconfig.build.json'], {
    cwd: ROOT,
    stdio: 'inherit',
  })
  if (status !== 0) process.exit(status ?? 1)
  const main = join(DIST, 'main.js')
  // The `hapi` command of package.json.
  if (existsSync(main)) chmodSync(main, 0o755)
}

function copyAssets(): void {
  cpSync(join(ROOT, 'src'), DIST, {
    recursive: true,
    filter: (source) => !/\.[^./]+$/.test(source) || ASSET.test(source),
  })
}

function copySwaggerUi(): void {
  const from = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'))
  const to = join(DIST, 'http', 'swagger-ui')
  mkdirSync(to, { recursive: true })
  for (const file of SWAGGER_FILES) cpSync(join(from, file), join(to, file))
}
