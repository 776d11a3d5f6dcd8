/** The result as a table for people and as JSON for programs; nothing in it tells whose machine it was. */

import { type MachineFacts, renderMachine } from './machine.ts'
import type { Measured, Speed } from './measure.ts'
import type { StreamMeasured, StreamSpeed } from './measure-stream.ts'
import { figure, table } from './table.ts'

export interface ResultRow {
  readonly workload: string
  readonly title: string
  readonly connections: number
  /** Mean size of an answer. */
  readonly bytes: number
  readonly measured: Measured
}

export interface Result {
  readonly machine: MachineFacts & { readonly generator: string }
  readonly accounts: number
  readonly rounds: number
  readonly secondsPerRound: number
  readonly rows: readonly ResultRow[]
  readonly stream: StreamMeasured | undefined
}

export function renderResult(result: Result): string {
  const { machine } = result
  return `${[
    '# Last result',
    '',
    `${renderMachine(machine)} · load by ${machine.generator} · ${result.accounts} accounts of one size`,
    '',
    `Median of ${result.rounds} rounds of ${result.secondsPerRound} s (W5: five times as long), product and ceiling in turn. Compare ratios, not figures: machines are shared and noisy. CPU is that of the process and of PostgreSQL together, per answer.`,
    '',
    ...renderRows(result.rows),
    ...(result.stream === undefined ? [] : ['', ...renderStream(result.stream)]),
  ].join('\n')}\n`
}

function renderRows(rows: readonly ResultRow[]): readonly string[] {
  return table(
    [
      'workload',
      'what',
      'conn.',
      'bytes',
      'product req/s',
      'p50 ms',
      'p99 ms',
      'CPU µs',
      'ceiling req/s',
      'p50 ms',
      'p99 ms',
      'CPU µs',
      'ratio',
    ],
    rows.map((row) => [
      row.workload,
      row.title,
      String(row.connections),
      String(row.bytes),
      ...speedCells(row.measured.product),
      ...speedCells(row.measured.ceiling),
      row.measured.ratio.toFixed(2),
    ]),
    2,
  )
}

function speedCells(speed: Speed): readonly string[] {
  return [
    figure(speed.requestsPerSecond),
    figure(speed.p50Us / 1000),
    figure(speed.p99Us / 1000),
    speed.cpuUs === undefined ? '–' : String(Math.round(speed.cpuUs)),
  ]
}

function renderStream(stream: StreamMeasured): readonly string[] {
  return [
    `**STREAM**: all 100,000 tenants in one answer (ratio ${stream.ratio.toFixed(2)}).`,
    '',
    ...table(
      ['', 'first byte ms', 'MB/s', 'MB', 'growth of memory MB'],
      [
        ['product', ...streamCells(stream.product)],
        ['ceiling', ...streamCells(stream.ceiling)],
      ],
      1,
    ),
  ]
}

function streamCells(speed: StreamSpeed): readonly string[] {
  return [
    figure(speed.firstByteMs),
    figure(speed.megabytesPerSecond),
    figure(speed.megabytes),
    speed.growthMegabytes === undefined ? '–' : figure(speed.growthMegabytes),
  ]
}
