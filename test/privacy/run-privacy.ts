/** Runs `hapi privacy …` against the database of a test. */

import { runProgram } from '../../src/cli/program.ts'
import type { TestApp } from '../support/test-app.ts'

export interface Ran {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Of account 1, answering as JSON and in English. */
export async function runPrivacy(app: TestApp, ...line: readonly string[]): Promise<Ran> {
  const [stdout, stderr]: [string[], string[]] = [[], []]
  const code = await runProgram(['privacy', ...line, '--account', 'DEV/ALEX', '--json'], {
    environment: { DATABASE_URL: app.db.url, HAPI_LANG: 'en' },
    configFile: '/nowhere/hapi.config.json',
    version: '1.2.3',
    stdin: nothing(),
    stdout: { write: (text) => stdout.push(text) },
    stderr: { write: (text) => stderr.push(text) },
    start: async () => {},
    seed: async () => {},
  })
  return { code, stdout: stdout.join(''), stderr: stderr.join('') }
}

async function* nothing(): AsyncGenerator<string> {}
