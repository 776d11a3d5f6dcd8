/** A receiver on loopback: records every request, and answers as the test wants. */

import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface ReceivedRequest {
  readonly path: string
  readonly method: string
  readonly headers: IncomingHttpHeaders
  readonly text: string
  /** The guide's five members. */
  readonly body: Notification
  readonly at: number
}

interface Notification {
  readonly Id: number
  readonly Entity: string
  readonly Status: number
  readonly DatabaseName: string
  readonly AdditionalInformationJson: string | null
}

/** Ends the answer, or does not. */
type Answering = (
  request: ReceivedRequest,
  response: ServerResponse,
  index: number,
) => void | Promise<void>

const WAIT_MS = 20_000

export class Receiver {
  readonly received: ReceivedRequest[] = []
  answer: Answering = (_, response) => void response.writeHead(200).end()
  readonly #server: Server
  readonly #waiting = new Set<() => void>()

  private constructor(server: Server) {
    this.#server = server
  }

  static async start(port = 0): Promise<Receiver> {
    const server = createServer()
    const receiver = new Receiver(server)
    server.on('request', (request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('error', () => {})
      request.on('end', () => {
        const text = Buffer.concat(chunks).toString()
        const { url = '', method = '', headers } = request
        // What we send is a notification; a test that expects otherwise looks at the text.
        const body = JSON.parse(text) as Notification
        const one = { path: url, method, headers, text, body, at: Date.now() }
        receiver.received.push(one)
        for (const look of receiver.#waiting) look()
        void receiver.answer(one, response, receiver.received.length - 1)
      })
    })
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
    return receiver
  }

  get port(): number {
    // A server that listens on TCP has an address of this kind.
    return (this.#server.address() as AddressInfo).port
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/hook`
  }

  /** `Unit 9001 1`: what has come, in its order. */
  get events(): readonly string[] {
    return this.received.map(({ body }) => `${body.Entity} ${body.Id} ${body.Status}`)
  }

  /** Waits until so many requests have come, or until `until` holds. */
  async waitFor(until: number | (() => boolean)): Promise<readonly ReceivedRequest[]> {
    const holds = typeof until === 'number' ? (): boolean => this.received.length >= until : until
    const deadline = Date.now() + WAIT_MS
    while (!holds()) {
      if (Date.now() > deadline)
        throw new Error(`Only ${this.received.length} requests came: ${this.events.join(', ')}`)
      await new Promise<void>((resolve) => {
        const done = (): void => {
          clearTimeout(timer)
          this.#waiting.delete(done)
          resolve()
        }
        const timer = setTimeout(done, 100)
        this.#waiting.add(done)
      })
    }
    return this.received
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }
}
