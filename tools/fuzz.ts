/**
 * `npm run fuzz`: URLs at random through everything before the database.
 *
 * Each has a number, from which it is made again: `--seed 123 --count 1` repeats one that failed.
 */

import { parseArgs } from 'node:util'
import { compileUrl, findBreach } from '../test/support/fuzz/compile-url.ts'
import { fuzzUrl } from '../test/support/fuzz/fuzz-url.ts'

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
    help: { type: 'boolean', default: false },
  },
})

/** URLs between two looks at memory. */
const ROUND = 100_000

/** Bytes by which the heap may grow after its first round: the cache of shapes fills meanwhile. */
const GROWTH_MAX = 200_000_000

if (values.help) {
  process.stdout.write('npm run fuzz -- [--count 100000] [--seed 1]\n')
} else {
  process.exitCode = run(Number(values.count), Number(values.seed))
}

function run(count: number, seed: number): number {
  const started = performance.now()
  const outcomes = new Map<string, number>()
  let breaches = 0
  let floor: number | undefined
  for (let index = 0; index < count && breaches < 20; index += 1) {
    const url = fuzzUrl(seed + index)
    const breach = findBreach(url)
    if (breach === undefined) note(outcomes, url)
    else {
      breaches += 1
      process.stdout.write(
        `\nseed ${seed + index}: ${breach.problem}\n${JSON.stringify(url.slice(0, 4_000))}\n`,
      )
    }
    if ((index + 1) % ROUND !== 0) continue
    const used = heapUsed()
    floor ??= used
    tell(index + 1, used, started)
    if (used - floor > GROWTH_MAX) {
      process.stdout.write('The heap grows.\n')
      return 1
    }
  }
  process.stdout.write(
    `${JSON.stringify(Object.fromEntries([...outcomes].sort((a, b) => b[1] - a[1])))}\n`,
  )
  tell(count, heapUsed(), started)
  return breaches === 0 ? 0 : 1
}

/** One URL in a hundred tells what becomes of them. */
function note(outcomes: Map<string, number>, url: string): void {
  if (url.length % 100 !== 7) return
  const code = compileUrl(url)?.code ?? 'compiled'
  outcomes.set(code, (outcomes.get(code) ?? 0) + 1)
}

function heapUsed(): number {
  globalThis.gc?.()
  return process.memoryUsage().heapUsed
}

function tell(done: number, used: number, started: number): void {
  const seconds = (performance.now() - started) / 1000
  process.stdout.write(
    `${done} URLs, ${seconds.toFixed(0)} s, ${((seconds * 1e6) / done).toFixed(0)} µs each, heap ${(used / 1e6).toFixed(0)} MB\n`,
  )
}
