/** The results of deliveries as tables for people. */

import { type MachineFacts, renderMachine } from '../machine.ts'
import { median } from '../measure.ts'
import { figure, table } from '../table.ts'
import type { Backlog } from './backlog.ts'
import type { ContenderName } from './contender.ts'
import type { Fairness } from './fairness.ts'
import type { Pace } from './pace.ts'
import type { Cpu } from './round.ts'
import type { Throughput } from './throughput.ts'

export type RoundsOf<Measured> = readonly {
  readonly name: ContenderName
  readonly rounds: readonly Measured[]
}[]

export interface WebhookResult {
  readonly machine: MachineFacts
  readonly rounds: number
  readonly events: number
  readonly seconds: number
  readonly throughput: RoundsOf<Throughput> | undefined
  readonly flatOut: RoundsOf<Throughput> | undefined
  readonly writing: RoundsOf<Pace> | undefined
  readonly latency: RoundsOf<Pace> | undefined
  readonly fairness: Fairness | undefined
  readonly together: Fairness | undefined
}

export function renderWebhooks(result: WebhookResult): string {
  const { machine, rounds, events, seconds } = result
  return lines([
    '# Last result of the webhooks',
    '',
    `${renderMachine(machine)}. Medians of ${rounds} rounds, the contenders in turn; worker, PostgreSQL, receiver and writer share the machine. Compare ratios, not figures.`,
    ...section(
      result.throughput,
      `THROUGHPUT: ${events} events drained, receiver of 30 ms`,
      renderThroughput,
    ),
    ...section(
      result.flatOut,
      `FLATOUT: ${events} events drained, receiver of 0 ms`,
      renderThroughput,
    ),
    ...section(
      result.writing,
      `WRITING: 500 changes a second for ${seconds} s, receiver of 30 ms`,
      renderPaces,
    ),
    ...section(
      result.latency,
      `LATENCY: 100 changes a second for ${seconds} s, receiver of 0 ms`,
      renderPaces,
    ),
    ...section(result.fairness, 'FAIR: 1 endpoint of 100 hangs', renderFairness),
    ...section(result.together, 'TOGETHER: 1 endpoint of 100 at one address hangs', renderFairness),
  ])
}

export function renderBacklog({
  machine,
  backlog,
}: {
  readonly machine: MachineFacts
  readonly backlog: Backlog
}): string {
  return lines([
    '# Last result of a long backlog',
    '',
    `${renderMachine(machine)}.`,
    '',
    `${backlog.events} events drained in ${figure(backlog.seconds)} s: ${figure(backlog.deliveriesPerSecond)} a second, ${backlog.duplicates} twice. Resident memory of the worker: at most ${figure(backlog.maxMegabytes)} MB; ${figure(backlog.megabytesPerMillion)} MB more per million delivered (least squares, the first tenth left out).`,
    '',
    ...table(
      ['delivered', 'seconds', 'MB'],
      tenths(backlog).map(({ delivered, seconds, residentMegabytes }) => [
        String(delivered),
        figure(seconds),
        figure(residentMegabytes),
      ]),
      0,
    ),
  ])
}

function renderThroughput(throughput: RoundsOf<Throughput>): readonly string[] {
  const bare = throughput.find(({ name }) => name === 'ceiling')?.rounds
  const bareCpu = bare === undefined ? undefined : medianCpu(bare)
  return table(
    [
      '',
      'deliveries/s',
      'ratio',
      'worker CPU µs each',
      'PostgreSQL CPU µs each',
      'deliveries/s of one core',
      'ratio',
      'twice',
    ],
    throughput.map(({ name, rounds }) => {
      const cpu = medianCpu(rounds)
      return [
        name,
        figure(median(rounds.map(({ deliveriesPerSecond }) => deliveriesPerSecond))),
        ratioOfRounds(rounds, bare, ({ deliveriesPerSecond }) => deliveriesPerSecond),
        ...(cpu === undefined
          ? ['–', '–', '–', '–']
          : [
              String(Math.round(cpu.workerUs)),
              String(Math.round(cpu.serverUs)),
              figure(1e6 / sum(cpu)),
              bareCpu === undefined ? '–' : figure(sum(bareCpu) / sum(cpu)),
            ]),
        String(median(rounds.map(({ duplicates }) => duplicates))),
      ]
    }),
    1,
  )
}

function medianCpu(rounds: readonly Throughput[]): Cpu | undefined {
  const found = rounds.flatMap(({ cpu }) => (cpu === undefined ? [] : [cpu]))
  return found.length === 0
    ? undefined
    : {
        workerUs: median(found.map(({ workerUs }) => workerUs)),
        serverUs: median(found.map(({ serverUs }) => serverUs)),
      }
}

function sum({ workerUs, serverUs }: Cpu): number {
  return workerUs + serverUs
}

function renderPaces(paces: RoundsOf<Pace>): readonly string[] {
  return table(
    [
      '',
      'p50 ms',
      'p99 ms',
      'slowest ms',
      'changes/s',
      'deliveries/s meanwhile',
      'lag at the end ms',
    ],
    paces.map(({ name, rounds }) => [name, ...paceCells(rounds)]),
    1,
  )
}

function renderFairness({ endpoints, calm, beside }: Fairness) {
  const ratios = beside.map(({ p99Ms }, round) => p99Ms / (calm[round]?.p99Ms ?? Number.NaN))
  return [
    ...table(
      [
        '',
        'p50 ms',
        'p99 ms',
        'slowest ms',
        'changes/s',
        'deliveries/s meanwhile',
        'lag at the end ms',
      ],
      [
        [`${endpoints - 1} endpoints`, ...paceCells(calm)],
        ['the same beside one that hangs', ...paceCells(beside)],
      ],
      1,
    ),
    '',
    `Median of the rounds' own ratios of p99: **${figure(median(ratios))}** (${ratios.map(figure).join(', ')}).`,
  ]
}

function paceCells(rounds: readonly Pace[]): readonly string[] {
  const of = (pick: (pace: Pace) => number): string => figure(median(rounds.map(pick)))
  return [
    of(({ p50Ms }) => p50Ms),
    of(({ p99Ms }) => p99Ms),
    of(({ maxMs }) => maxMs),
    of(({ changesPerSecond }) => changesPerSecond),
    of(({ deliveriesPerSecond }) => deliveriesPerSecond),
    of(({ lagMs }) => lagMs),
  ]
}

/** Of the contender to the ceiling, round by round: what both share cancels out. */
function ratioOfRounds<Measured>(
  rounds: readonly Measured[],
  bare: readonly Measured[] | undefined,
  pick: (measured: Measured) => number,
): string {
  const ratios = rounds.flatMap((measured, round) => {
    const other = bare?.[round]
    return other === undefined ? [] : [pick(measured) / pick(other)]
  })
  return ratios.length === 0 ? '–' : figure(median(ratios))
}

/** The first sample past each tenth. */
function tenths({ events, samples }: Backlog) {
  return Array.from({ length: 10 }, (_, tenth) => (events * tenth) / 10).flatMap((mark) => {
    const sample = samples.find(({ delivered }) => delivered >= mark)
    return sample === undefined ? [] : [sample]
  })
}

function section<Measured>(
  measured: Measured | undefined,
  title: string,
  render: (measured: Measured) => readonly string[],
): readonly string[] {
  return measured === undefined ? [] : ['', `## ${title}`, '', ...render(measured)]
}

function lines(all: readonly string[]): string {
  return `${all.join('\n')}\n`
}
