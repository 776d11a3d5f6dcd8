#!/usr/bin/env node
/** The program `hapi`: makes the clock, the configuration and the streams, and runs one command. */

import { join } from 'node:path'
import { runProgram } from './cli/program.ts'
import { sinkOf } from './cli/text-sink.ts'
import type { Config } from './config.ts'
import { openDatabase } from './db/database.ts'
import { prepareDemo } from './demo-setup.ts'
import { openSecretBox } from './secrets/secret-box.ts'
import { type ProcessRole, productVersion, startProduct } from './start.ts'

process.exitCode = await runProgram(process.argv.slice(2), {
  environment: process.env,
  configFile: join(process.cwd(), 'hapi.config.json'),
  version: productVersion(),
  stdin: process.stdin,
  stdout: sinkOf(process.stdout),
  stderr: process.stderr,
  interruption: () => {
    const interrupted = new AbortController()
    for (const signal of ['SIGTERM', 'SIGINT'] as const)
      process.once(signal, () => interrupted.abort())
    return interrupted.signal
  },
  start: serve,
  seed: async (connection, config) => {
    const database = await openDatabase({ connection, poolSize: 2 })
    try {
      await prepareDemo(
        { database, config, secretBox: await openSecretBox(config) },
        tellIn(config),
      )
    } finally {
      await database.close()
    }
  },
})

/** Runs until a signal asks it to stop; a second one does not wait. */
async function serve(config: Config, role: ProcessRole): Promise<void> {
  const stopAsked = new Promise<void>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve())
  })
  const product = await startProduct(config, tellIn(config), role)
  await stopAsked
  await product.stop()
}

/** Progress and the ready text go to stderr: stdout is the log's. */
function tellIn(config: Config): (text: { readonly fr: string; readonly en: string }) => void {
  return (text) => void process.stderr.write(`${text[config.language]}\n`)
}
