/** Sends requests for a while over connections that stay open, and says how many answers came and when. */

import { execFile, spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

export interface LoadOptions {
  readonly origin: string
  readonly requests: readonly LoadRequest[]
  readonly authorization: string | undefined
  readonly connections: number
  readonly seconds: number
}

export interface LoadRequest {
  readonly method: string
  readonly path: string
  /** JSON; empty without a body. */
  readonly body: string
}

export interface Load {
  readonly requests: number
  readonly durationUs: number
  readonly failed: number
  readonly p50Us: number
  readonly p99Us: number
}

export type Generator = 'wrk' | 'node'

const run = promisify(execFile)

/** `wrk` where it is installed: it takes the least of the machine. */
export function findGenerator(): Generator {
  return spawnSync('wrk', ['-v']).error === undefined ? 'wrk' : 'node'
}

/** Throws when a request fails: speed says nothing about errors. */
export async function generateLoad(generator: Generator, options: LoadOptions): Promise<Load> {
  const load = await (generator === 'wrk' ? runWrk(options) : runNode(options))
  if (load.failed > 0)
    throw new Error(
      `${load.failed} of ${load.requests} requests failed (${options.requests[0]?.path})`,
    )
  return load
}

async function runWrk(options: LoadOptions): Promise<Load> {
  const folder = await mkdtemp(join(tmpdir(), 'hapi-bench-load-'))
  try {
    const file = join(folder, 'requests')
    // JSON has neither tabs nor line ends outside of its blanks.
    const lines = options.requests.map(({ method, path, body }) => `${method}\t${path}\t${body}\n`)
    await writeFile(file, lines.join(''))
    const { authorization } = options
    const { stdout } = await run('wrk', [
      '--threads=1',
      `--connections=${options.connections}`,
      `--duration=${options.seconds}s`,
      '--timeout=30s',
      `--script=${join(import.meta.dirname, 'requests.lua')}`,
      options.origin,
      '--',
      file,
      ...(authorization === undefined ? [] : [authorization]),
    ])
    return parseSummary(stdout)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function runNode(options: LoadOptions): Promise<Load> {
  const { stdout } = await run(process.execPath, [
    '--import',
    'tsx',
    join(import.meta.dirname, 'node-generator.ts'),
    JSON.stringify(options),
  ])
  return parseSummary(stdout)
}

function parseSummary(output: string): Load {
  const line = /^summary (.*)$/m.exec(output)?.[1]
  if (line === undefined) throw new Error(`The load generator said nothing:\n${output}`)
  // Our own script and our own program write this line.
  return JSON.parse(line) as Load
}
