/** Whether an endpoint that hangs is felt by the others of its account. */

import type { Contender } from './contender.ts'
import { measurePace, type Pace, type PaceOptions } from './pace.ts'
import type { Bench } from './round.ts'

export interface Fairness {
  readonly endpoints: number
  /** Of the others, in rounds in which all answer. */
  readonly calm: readonly Pace[]
  /** Of the others, in rounds in which one hangs; in turn with the calm ones. */
  readonly beside: readonly Pace[]
}

export interface FairnessOptions {
  readonly seconds: number
  readonly rounds: number
  readonly areTogether: boolean
}

/** Each change goes to all of them: some 400 deliveries a second. */
const ENDPOINTS = 100
const CHANGES_PER_SECOND = 4
const WARM_UP_EVENTS = 50
/** Any of them: it answers while the process warms up, and then never again. */
const HANGING = 37

export async function measureFairness(
  bench: Bench,
  product: Contender,
  { seconds, rounds, areTogether }: FairnessOptions,
  tell: (text: string) => void,
): Promise<Fairness> {
  const wanted: PaceOptions = {
    changesPerSecond: CHANGES_PER_SECOND,
    seconds,
    delayMs: 0,
    endpoints: ENDPOINTS,
    areTogether,
    warmUpEvents: WARM_UP_EVENTS,
    // In both, so that 99 are compared with the same 99.
    uncounted: HANGING,
  }
  const calm: Pace[] = []
  const beside: Pace[] = []
  for (let round = 0; round < rounds; round++) {
    const alone = await measurePace(bench, product, wanted)
    const disturbed = await measurePace(bench, product, { ...wanted, hanging: HANGING })
    calm.push(alone)
    beside.push(disturbed)
    tell(`p99 ${alone.p99Ms.toFixed(1)} ms, beside one that hangs ${disturbed.p99Ms.toFixed(1)} ms`)
  }
  return { endpoints: ENDPOINTS, calm, beside }
}
