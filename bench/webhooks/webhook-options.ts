/** Flags of `npm run bench -- webhooks`. */

import { parseArgs } from 'node:util'
import { wholeNumber } from '../options.ts'
import type { ContenderName } from './contender.ts'

type WebhookMeasure = (typeof MEASURES)[number]

export interface WebhookOptions {
  readonly measures: readonly WebhookMeasure[]
  readonly contenders: readonly ContenderName[]
  readonly rounds: number
  /** Of the backlog whose draining is THROUGHPUT and FLATOUT. */
  readonly events: number
  /** In which the others write. */
  readonly seconds: number
  /** Events of the long backlog, measured alone; undefined when it is not asked for. */
  readonly backlog: number | undefined
  /** Its result replaces the last one. */
  readonly isWhole: boolean
}

/** A whole run takes some twenty-five minutes, a quick one some four. */
const WHOLE = { rounds: 3, events: 20_000, seconds: 20 }
const QUICK = { rounds: 1, events: 5000, seconds: 5 }

const MEASURES = ['THROUGHPUT', 'FLATOUT', 'WRITING', 'LATENCY', 'FAIR', 'TOGETHER'] as const
const CONTENDERS: readonly ContenderName[] = ['product', 'ceiling', 'pg-boss', 'graphile-worker']

export function readWebhookOptions(args: readonly string[]): WebhookOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: 'boolean', default: false },
      only: { type: 'string' },
      contenders: { type: 'string' },
      rounds: { type: 'string' },
      events: { type: 'string' },
      seconds: { type: 'string' },
      backlog: { type: 'string' },
    },
  })
  const defaults = values.quick ? QUICK : WHOLE
  const numberOr = (text: string | undefined, otherwise: number): number =>
    text === undefined ? otherwise : wholeNumber(text)
  return {
    measures: chosen(MEASURES, values.only?.toUpperCase()),
    contenders: chosen(CONTENDERS, values.contenders),
    rounds: numberOr(values.rounds, defaults.rounds),
    events: numberOr(values.events, defaults.events),
    seconds: numberOr(values.seconds, defaults.seconds),
    backlog: values.backlog === undefined ? undefined : wholeNumber(values.backlog),
    isWhole: !values.quick && values.only === undefined && values.contenders === undefined,
  }
}

/** Of all, those that the list names. Throws for a name that there is not. */
function chosen<Name extends string>(all: readonly Name[], list: string | undefined) {
  if (list === undefined) return all
  const names = list.split(',')
  const unknown = names.find((name) => !all.some((one) => one === name))
  if (unknown !== undefined) throw new Error(`'${unknown}' is none of ${all.join(', ')}`)
  return all.filter((one) => names.includes(one))
}
