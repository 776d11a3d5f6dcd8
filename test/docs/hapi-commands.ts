/** The commands of the program `hapi`, for pages that run them: `hapi.mjs` asks for one by HTTP. */

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { runProgram } from '../../src/cli/program.ts'

export interface HapiCommands {
  readonly url: string
  close(): void
}

export async function serveHapiCommands(): Promise<HapiCommands> {
  const server = createServer(async (request, response) => {
    response.end(JSON.stringify(await run(await text(request))))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // A server that listens on a port has one.
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}`, close: () => server.close() }
}

async function run(body: string): Promise<object> {
  // `hapi.mjs` sends these.
  const { argv, environment } = JSON.parse(body) as {
    readonly argv: readonly string[]
    readonly environment: Readonly<Record<string, string>>
  }
  const [stdout, stderr]: [string[], string[]] = [[], []]
  const code = await runProgram(argv, {
    environment,
    configFile: '/nowhere/hapi.config.json',
    version: '0.0.0',
    stdin: noInput(),
    stdout: { write: (written) => stdout.push(written) },
    stderr: { write: (written) => stderr.push(written) },
    start: notHere,
    seed: notHere,
  })
  return { code, stdout: stdout.join(''), stderr: stderr.join('') }
}

async function* noInput(): AsyncGenerator<string> {}

async function notHere(): Promise<void> {
  throw new Error('A page runs beside a server that runs')
}
