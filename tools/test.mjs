/**
 * `npm test`: every test on the embedded engine, then those that another server may change once more on the
 * server of TEST_DATABASE_URL when it is set. The last lines name what failed in either, and sum both:
 * `N passed, N failed`.
 */

import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { checkNode, ensureInstalled, ROOT, say } from './install.mjs'

checkNode()
ensureInstalled({ withDevelopment: true })

const runs = [{ target: 'embedded', args: [] }]
if (process.env.TEST_DATABASE_URL)
  runs.push({ target: 'server', args: ['--project', 'database', '--passWithNoTests'] })

const results = runs.map(runTests)
const sum = (count) => results.reduce((total, result) => total + result[count], 0)
// Said again at the end: what a first run printed stands far above the second's.
for (const { target, failures } of results)
  for (const failure of failures) console.log(`failed on ${target}: ${failure}`)
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
  const { passed, failed, failures } = readReport(report)
  rmSync(folder, { recursive: true, force: true })
  return { target, passed, failed: status === 0 ? failed : Math.max(failed, 1), failures }
}

function readReport(path) {
  try {
    const report = JSON.parse(readFileSync(path, 'utf8'))
    const failures = report.testResults.flatMap(failuresOf)
    return { passed: report.numPassedTests, failed: report.numFailedTests, failures }
  } catch {
    return { passed: 0, failed: 0, failures: ['the run wrote no report'] }
  }
}

/** A line for each failed test of a file, or one for a file that failed as a whole. */
function failuresOf({ name, status, message, assertionResults }) {
  const file = relative(ROOT, name)
  const tests = assertionResults.filter((test) => test.status === 'failed')
  if (tests.length === 0) return status === 'failed' ? [`${file}: ${firstLine(message)}`] : []
  return tests.map(
    ({ fullName, failureMessages }) => `${file} > ${fullName}: ${firstLine(failureMessages[0])}`,
  )
}

function firstLine(text = '') {
  return text.split('\n', 1)[0].slice(0, 300)
}
