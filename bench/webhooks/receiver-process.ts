/** Starts the receiver and asks it what has come. */

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

/** Ports on which it listens. */
export const ORIGINS = 100

/** Forgets what came before. */
export interface Begin {
  readonly kind: 'begin'
  /** Before each answer. */
  readonly delayMs: number
  /** Numbers of endpoints that are accepted and never answered, nor counted. */
  readonly hanging: readonly number[]
  /** Different notifications (endpoint and Id) after which `untilAllCame` is over. */
  readonly expected: number
  readonly keepTimes: boolean
}

export interface Counted {
  readonly kind: 'counted'
  readonly total: number
  /** Different ones: endpoint and Id. */
  readonly distinct: number
}

export type ReceiverAnswer =
  | { readonly kind: 'listening'; readonly ports: readonly number[] }
  | { readonly kind: 'reached'; readonly atMs: number }
  | Counted
  /** Triples: number of the endpoint, Id, milliseconds of the monotonic clock. */
  | { readonly kind: 'receipts'; readonly times: Float64Array }

/** Deliveries that do not come are a fault of what is measured, not a slow round. */
const SILENCE_MAX_MS = 120_000
const WATCH_MS = 1000

export class Receiver {
  readonly #child: ChildProcess
  readonly #ports: readonly number[]
  #reached: Promise<number> = Promise.resolve(0)
  #expected = 0

  static async start(): Promise<Receiver> {
    const file = join(import.meta.dirname, 'receiver.ts')
    const child = spawn(process.execPath, ['--import', 'tsx', file], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      serialization: 'advanced',
    })
    const listening = await nextMessage(child, 'listening')
    return new Receiver(child, listening.ports)
  }

  private constructor(child: ChildProcess, ports: readonly number[]) {
    this.#child = child
    this.#ports = ports
  }

  /** Of endpoints 0 to `count` - 1: each at a port of its own, or all at one. */
  urls(count: number, areTogether: boolean): readonly string[] {
    return Array.from({ length: count }, (_, endpoint) => {
      const port = this.#ports[areTogether ? 0 : endpoint % ORIGINS]
      return `http://127.0.0.1:${port}/receive/${endpoint}`
    })
  }

  begin(wanted: Partial<Omit<Begin, 'kind'>> & Pick<Begin, 'expected'>): void {
    const begin: Begin = { kind: 'begin', delayMs: 0, hanging: [], keepTimes: false, ...wanted }
    this.#expected = begin.expected
    this.#reached = nextMessage(this.#child, 'reached').then(({ atMs }) => atMs)
    this.#child.send(begin)
  }

  /** When the last of the expected notifications came. Throws when no more come for two minutes. */
  async untilAllCame(): Promise<number> {
    const watch = new AbortController()
    try {
      return await Promise.race([this.#reached, this.#untilSilent(watch.signal)])
    } finally {
      watch.abort()
    }
  }

  async count(): Promise<Counted> {
    const counted = nextMessage(this.#child, 'counted')
    this.#child.send({ kind: 'count' })
    return await counted
  }

  /** When each came: triples of the endpoint's number, the Id and the instant (`monotonicMs`). */
  async times(): Promise<Float64Array> {
    const receipts = nextMessage(this.#child, 'receipts')
    this.#child.send({ kind: 'take' })
    return (await receipts).times
  }

  async stop(): Promise<void> {
    const ended = once(this.#child, 'exit')
    this.#child.disconnect()
    await ended
  }

  async #untilSilent(signal: AbortSignal): Promise<never> {
    let came = -1
    let since = performance.now()
    while (!signal.aborted) {
      await new Promise((resolve) => setTimeout(resolve, WATCH_MS))
      if (signal.aborted) break
      const { distinct } = await this.count()
      if (distinct !== came) since = performance.now()
      came = distinct
      if (performance.now() - since > SILENCE_MAX_MS)
        throw new Error(`Only ${came} of ${this.#expected} notifications came`)
    }
    return await new Promise<never>(() => {})
  }
}

type MessageOf<Kind> = Extract<ReceiverAnswer, { readonly kind: Kind }>

function nextMessage<Kind extends ReceiverAnswer['kind']>(
  child: ChildProcess,
  kind: Kind,
): Promise<MessageOf<Kind>> {
  return new Promise((resolve) => {
    const listen = (message: ReceiverAnswer): void => {
      if (message.kind !== kind) return
      child.off('message', listen)
      // Of the kind that was asked for: the line above.
      resolve(message as MessageOf<Kind>)
    }
    child.on('message', listen)
  })
}
