/**
 * `npm start` on a machine that has only Node and git: installs and builds what is absent or stale,
 * then becomes the server. In this same process, so that signals, exit code and terminal are the
 * server's own, and nothing is left when it is killed.
 */

import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { checkNode, ensureInstalled, ROOT, run, say } from './install.mjs'
import { isBuilt } from './source-hash.mjs'

checkNode()
const built = isBuilt()
ensureInstalled({ withDevelopment: !built })
if (!built) {
  say('Compilation…', 'Building…')
  run(process.execPath, '--import', 'tsx', 'tools/build.ts')
}

const main = join(ROOT, 'dist', 'main.js')
process.argv.splice(1, 1, main, 'start')
process.setSourceMapsEnabled(true)
await import(pathToFileURL(main).href)
