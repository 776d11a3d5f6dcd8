/** What is measured delivering webhooks: the product, the ceiling or a peer. */

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Client } from 'pg'

export type ContenderName = 'product' | 'ceiling' | 'pg-boss' | 'graphile-worker'

export interface Contender {
  readonly name: ContenderName
  /**
   * Changes the tenants with Ids from $1 to $2, writing $3 into each, and tells of each: one
   * statement, so that the event is there if and only if the change is.
   */
  readonly change: string
  /** Sent after a commit, where the writer wakes the worker that way. */
  readonly wake: string | undefined
  /** Makes its tables, once. */
  readonly prepare: (client: Client) => Promise<void>
  /** Before each round: nothing waits, and what changes from now on goes to `urls`. */
  readonly reset: (client: Client, urls: readonly string[]) => Promise<void>
  /** Its process; only the product sends to more than the first of `urls`. */
  readonly start: (urls: readonly string[]) => WorkerProcess
}

/** A process that delivers until it is stopped. */
export class WorkerProcess {
  /** Rejects when it ends by itself: who waits for deliveries would wait in vain. */
  readonly failure: Promise<never>
  readonly #child: ChildProcess
  #stopping = false

  constructor(args: readonly string[], environment: Readonly<Record<string, string>>) {
    const profiles = process.env['BENCH_PROFILES']
    const profiling = profiles === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profiles}`]
    this.#child = spawn(process.execPath, [...profiling, ...args], {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { PATH: process.env['PATH'], NODE_ENV: 'production', ...environment },
    })
    this.failure = new Promise((_, reject) => {
      this.#child.once('exit', (code) => {
        if (!this.#stopping) reject(new Error(`A worker ended (${code}): ${args.join(' ')}`))
      })
    })
    this.failure.catch(() => {})
  }

  get pid(): number {
    if (this.#child.pid === undefined) throw new Error('The worker did not start')
    return this.#child.pid
  }

  async stop(): Promise<void> {
    this.#stopping = true
    if (this.#child.exitCode !== null) return
    const ended = once(this.#child, 'exit')
    this.#child.kill('SIGTERM')
    await ended
  }
}
