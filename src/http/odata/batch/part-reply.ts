/** The way back of one request of a batch: what a handler says is taken for the answer of the batch. */

import type { Readable } from 'node:stream'
import { ReceiverGone } from '../answer-body.ts'
import type { IncomingRequest, OutgoingReply } from '../exchange.ts'
import { answerVersion } from '../negotiation.ts'
import type { BatchLife } from './batch-life.ts'

export interface PartAnswer {
  readonly status: number
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>
  readonly body: Buffer | Readable | undefined
}

export class PartReply implements OutgoingReply {
  readonly raw: OutgoingReply['raw']
  /** Settles when the handler has said the head of its answer; rejects when nobody is to be answered. */
  readonly answered: Promise<PartAnswer>
  #status = 200
  #isSent = false
  readonly #headers: Map<string, string>
  #settle: { resolve: (answer: PartAnswer) => void; reject: (error: Error) => void } | undefined

  constructor(life: BatchLife, request: IncomingRequest) {
    this.#headers = new Map([['odata-version', answerVersion(request)]])
    this.raw = {
      get destroyed() {
        return life.isOver
      },
      once: (_, listener) => life.onEnd(listener, () => this.#isSent),
      off: (_, listener) => life.offEnd(listener),
      destroy: () => life.cut(),
    }
    this.answered = new Promise((resolve, reject) => (this.#settle = { resolve, reject }))
    this.answered.catch(() => {})
  }

  code(status: number): this {
    this.#status = status
    return this
  }

  header(name: string, value: string): this {
    this.#headers.set(name.toLowerCase(), value)
    return this
  }

  headers(values: Readonly<Record<string, string>>): this {
    for (const [name, value] of Object.entries(values)) this.header(name, value)
    return this
  }

  removeHeader(name: string): this {
    this.#headers.delete(name.toLowerCase())
    return this
  }

  send(body?: Buffer | Readable): this {
    this.#isSent = true
    this.#settle?.resolve({ status: this.#status, headers: this.#headers, body })
    return this
  }

  hijack(): this {
    this.#settle?.reject(new ReceiverGone())
    return this
  }
}
