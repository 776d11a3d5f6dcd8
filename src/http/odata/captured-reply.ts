/** The way back of a request that is not answered by itself: what its handler says is kept for somebody else to send. */

import type { Readable } from 'node:stream'
import { ReceiverGone } from './answer-body.ts'
import type { AnswerLife } from './answer-life.ts'
import type { IncomingRequest, OutgoingReply } from './exchange.ts'
import { answerVersion } from './negotiation.ts'

export interface CapturedAnswer {
  readonly status: number
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>
  readonly body: Buffer | Readable | undefined
}

export class CapturedReply implements OutgoingReply {
  readonly raw: OutgoingReply['raw']
  /** Settles when the handler has said the head of its answer; rejects when nobody is to be answered. */
  readonly answered: Promise<CapturedAnswer>
  #status = 200
  #isSent = false
  readonly #headers: Map<string, string>
  #settle: { resolve: (answer: CapturedAnswer) => void; reject: (error: Error) => void } | undefined

  constructor(life: AnswerLife, request: IncomingRequest) {
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
