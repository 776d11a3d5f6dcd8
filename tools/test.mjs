/**
 * `npm test`: every test on the embedded engine, then those that another server may change once more on the
 * server of TEST_DATABASE_URL when it is set. The last line sums both: `N passed, N failed`.
 */

import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { checkNode, ensureInstalled, ROOT, say } from './install.mjs'

checkNode()
ensureInstalled({ withDevelopment: true })

const runs = [{ target: 'embedded', args: [] }]
if (process.env.TEST_DATABASE_URL)
  runs.push({ target: 'server', args: ['--project', 'database', '--passWithNoTests'] })

const results = runs.map(runTests)
const sum = (count) => results.reduce((total, result) => total + result[count], 0)
console.log(`${sum('passed')} passed, ${sum('failed')} failed`)
process.exit(sum('failed') === 0 ? 0 : 1)

/** One run of vitest; a run that failed without a failed test (a file that does not load) counts as one. */
function runTests({ target, args }) {
  say(
    `Tests : PostgreSQL ${target === 'server' ? 'de TEST_DATABASE_URL' : 'intégré'}`,
    `Tests: ${target === 'server' ? 'PostgreSQL of TEST_DATABASE_URL' : 'embedded PostgreSQL'}`,
  )
  const folder = mkdtempSync(join(tmpdir(), 'hapi-test-report-'))
  const report = join(folder, 'report.json')
  const vitest = join(ROOT, 'node_modules', 'vitest', 'vitest.mjs')
  const { status } = spawnSync(
    process.execPath,
    [
      vitest,
      'run',
      ...args,
      ...process.argv.slice(2),
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
    ],
    { cwd: ROOT, stdio: 'inherit', env: { ...process.env, HAPI_TEST_TARGET: target } },
  )
  const { passed, failed } = readReport(report)
  rmSync(folder, { recursive: true, force: true })
  return { passed, failed: status === 0 ? failed : Math.max(failed, 1) }
}

function readReport(path) {
  try {
    const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(path, 'utf8'))
    return { passed: numPassedTests, failed: numFailedTests }
  } catch {
    return { passed: 0, failed: 0 }
  }
}
