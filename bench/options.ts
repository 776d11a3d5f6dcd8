/** What is to be run: flags of the command, and BENCH_ACCOUNTS from the environment. */

import { parseArgs } from 'node:util'

export interface BenchOptions {
  readonly quick: boolean
  /** Names of workloads, STREAM among them; undefined for all. */
  readonly only: readonly string[] | undefined
  readonly connections: readonly number[]
  readonly rounds: number
  readonly seconds: number
  readonly accounts: number
}

/** A whole run takes some ten minutes, a quick one less than two; loading comes on top. */
const WHOLE = { connections: [1, 8, 32], rounds: 3, seconds: 2 }
const QUICK = { connections: [8], rounds: 3, seconds: 1 }

export function readOptions(args: readonly string[], environment: NodeJS.ProcessEnv): BenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: 'boolean', default: false },
      only: { type: 'string' },
      connections: { type: 'string' },
      rounds: { type: 'string' },
      seconds: { type: 'string' },
    },
  })
  const defaults = values.quick ? QUICK : WHOLE
  return {
    quick: values.quick,
    only: values.only?.toUpperCase().split(','),
    connections: values.connections?.split(',').map(wholeNumber) ?? defaults.connections,
    rounds: values.rounds === undefined ? defaults.rounds : wholeNumber(values.rounds),
    seconds: values.seconds === undefined ? defaults.seconds : wholeNumber(values.seconds),
    accounts: wholeNumber(environment['BENCH_ACCOUNTS'] ?? '2'),
  }
}

export function isWanted(options: BenchOptions, workload: string): boolean {
  return options.only === undefined || options.only.includes(workload.toUpperCase())
}

export function wholeNumber(text: string): number {
  const number = Number(text)
  if (!Number.isInteger(number) || number < 1)
    throw new Error(`'${text}' is not a whole number from 1`)
  return number
}
