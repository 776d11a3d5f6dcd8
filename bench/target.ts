/** A server that is measured: a process of its own behind one port. */

import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

export interface Target {
  readonly name: 'product' | 'ceiling'
  readonly origin: string
  readonly pid: number
  /** Sent with every request. */
  readonly headers: Readonly<Record<string, string>>
  readonly stop: () => Promise<void>
}

const READY_TIMEOUT_MS = 60_000
const POLL_MS = 50

export class TargetProcess implements Target {
  readonly name: Target['name']
  readonly origin: string
  headers: Readonly<Record<string, string>> = {}
  readonly #child: ChildProcess
  #afterStop: () => Promise<void> = async () => {}

  constructor(name: Target['name'], child: ChildProcess, port: number) {
    this.name = name
    this.#child = child
    this.origin = `http://127.0.0.1:${port}`
  }

  get pid(): number {
    if (this.#child.pid === undefined) throw new Error(`The ${this.name} did not start`)
    return this.#child.pid
  }

  afterStop(work: () => Promise<void>): void {
    this.#afterStop = work
  }

  async untilReady(path: string): Promise<void> {
    const deadline = Date.now() + READY_TIMEOUT_MS
    while (Date.now() < deadline && this.#child.exitCode === null) {
      const answer = await fetch(this.origin + path).catch(() => undefined)
      await answer?.arrayBuffer()
      if (answer?.ok === true) return
      await sleep(POLL_MS)
    }
    throw new Error(`The ${this.name} is not ready`)
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode === null) {
      const ended = once(this.#child, 'exit')
      this.#child.kill('SIGTERM')
      await ended
    }
    await this.#afterStop()
  }
}

/** A port of the loopback that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  // A TCP server that listens has an address of this kind.
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
