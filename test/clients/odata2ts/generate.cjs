/**
 * Runs the generator odata2ts: node generate.cjs <metadata.xml> <folder>
 *
 * It asks `typescript` for its compiler, which version 7 does not offer; the one that its own writer of source text comes
 * with does as well. Entities named X and XService would give two classes of one name: services are called clients.
 */

/* oxlint-disable no-underscore-dangle -- the name is Node.js’s */
const { readFileSync, writeFileSync } = require('node:fs')
const Module = require('node:module')
const { join } = require('node:path')

const [, , metadataFile, folder] = process.argv

const loadModule = Module._load
Module._load = (request, parent, isMain) =>
  request === 'typescript'
    ? loadModule('@ts-morph/common', parent, isMain).ts
    : loadModule(request, parent, isMain)

const fromGenerator = Module.createRequire(require.resolve('@odata2ts/odata2ts/lib/app.js'))
const { runApp } = fromGenerator('./app')
const { getDefaultConfig } = fromGenerator('./defaultConfig')
const { Modes } = fromGenerator('./OptionModel')
const { parseStringPromise } = fromGenerator('xml2js')

async function generate() {
  const defaults = getDefaultConfig()
  await runApp(await parseStringPromise(readFileSync(metadataFile, 'utf8')), {
    ...defaults,
    mode: Modes.service,
    emitMode: 'ts',
    output: folder,
    serviceName: 'hapi',
    tsconfig: join(__dirname, 'tsconfig.json'),
    // Five times as fast as one file for all entities.
    bundledFileGeneration: false,
    skipComments: true,
    naming: { ...defaults.naming, services: { ...defaults.naming.services, suffix: 'Client' } },
  })
  importSingletons()
}

/** With a file for each entity, it forgets to import the classes of singletons. */
function importSingletons() {
  const file = join(folder, 'hapiClient.ts')
  const text = readFileSync(file, 'utf8')
  writeFileSync(file, `import { CallerClient } from './primmo_h_api/caller/CallerClient'\n${text}`)
}

generate().catch((error) => {
  process.stderr.write(`${error.stack}\n`)
  process.exitCode = 1
})
