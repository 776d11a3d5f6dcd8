/** A receiver that fails as it pleases, and writes down what came and what it answered. */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Random } from './random.ts'
import type { Receipt } from './verdict.ts'

/** `steady` always answers well, `flaky` fails a quarter of all, `absent` goes away for seconds. */
export type Temper = 'steady' | 'flaky' | 'absent'

/** A receiver works on an event for so long at most. */
const WORK_MAX_MS = 30
const FLAKY_ERRORS = 0.15
const FLAKY_BREAKS = 0.08
const FLAKY_SILENCES = 0.005
/** An absent receiver is there for so long, and away for so long, at most. */
const PRESENT_MS = 6_000
const AWAY_MS = 3_000
/** The sender's time to read an answer before its connection is cut. */
const ANSWERED_MS = 300

export class Witness {
  readonly receipts: Receipt[] = []
  readonly #temper: Temper
  readonly #random: Random
  #server: Server
  #port = 0
  #clock = 0
  /** Grows when it goes away: what it was doing then it has not done. */
  #life = 0
  #isLeaving = false
  #isClosed = false
  #absences: Promise<void> = Promise.resolve()

  private constructor(temper: Temper, random: Random) {
    this.#temper = temper
    this.#random = random
    this.#server = createServer()
  }

  static async start(temper: Temper, random: Random): Promise<Witness> {
    const witness = new Witness(temper, random)
    await witness.#listen()
    if (temper === 'absent') witness.#absences = witness.#comeAndGo()
    return witness
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}/hook`
  }

  /** From now on it is there: a campaign that ends must be able to end. */
  async settle(): Promise<void> {
    this.#isClosed = true
    await this.#absences
  }

  async close(): Promise<void> {
    await this.settle()
    await this.#goAway()
  }

  async #listen(): Promise<void> {
    this.#server = createServer((request, response) => this.#receive(request, response))
    this.#server.keepAliveTimeout = 60_000
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen(this.#port, '127.0.0.1', resolve)
    })
    // A server that listens on TCP has an address of this kind.
    this.#port = (this.#server.address() as AddressInfo).port
  }

  /** What it has answered arrives; what it has not is cut off. */
  async #goAway(): Promise<void> {
    this.#life++
    this.#isLeaving = true
    await sleep(ANSWERED_MS)
    const closed = new Promise((resolve) => this.#server.close(resolve))
    this.#server.closeAllConnections()
    await closed
    this.#isLeaving = false
  }

  async #comeAndGo(): Promise<void> {
    while (!this.#isClosed) {
      await this.#waitAtMost(PRESENT_MS * (0.5 + this.#random.next() / 2))
      if (this.#isClosed) return
      await this.#goAway()
      await this.#waitAtMost(AWAY_MS * (0.3 + 0.7 * this.#random.next()))
      await this.#listen()
    }
  }

  async #waitAtMost(ms: number): Promise<void> {
    const until = Date.now() + ms
    while (Date.now() < until && !this.#isClosed) await sleep(50)
  }

  #receive(request: IncomingMessage, response: ServerResponse): void {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('error', () => {})
    response.on('error', () => {})
    request.on('end', () => {
      const receipt: Receipt = {
        eventId: String(request.headers['webhook-id']),
        body: Buffer.concat(chunks).toString(),
        attempt: Number(request.headers['webhook-attempt']),
        receivedAt: this.#clock++,
        answeredAt: undefined,
      }
      this.receipts.push(receipt)
      // Whoever is leaving begins nothing.
      const life = this.#isLeaving ? undefined : this.#life
      setTimeout(() => {
        // Away meanwhile: nothing came of it.
        if (life === this.#life) this.#answer(receipt, request, response)
      }, this.#random.next() * WORK_MAX_MS)
    })
  }

  #answer(receipt: Receipt, request: IncomingMessage, response: ServerResponse): void {
    const luck = this.#temper === 'flaky' ? this.#random.next() : 1
    if (luck < FLAKY_ERRORS) response.writeHead(500).end('not today')
    else if (luck < FLAKY_ERRORS + FLAKY_BREAKS) request.socket.destroy()
    else if (luck >= FLAKY_ERRORS + FLAKY_BREAKS + FLAKY_SILENCES) {
      // Done with, even if the sender is dead and will not learn of it.
      receipt.answeredAt = this.#clock++
      response.writeHead(200).end()
    }
  }
}
