/** Processes of the product, killed and started again. */

import { Child } from '../../support/child-process.ts'

export interface FleetOptions {
  /** The product's file, and what runs it. */
  readonly program: readonly [file: string, interpreter: readonly [string, ...string[]]]
  readonly env: Readonly<Record<string, string>>
  /** One process that answers the API for each. */
  readonly ports: readonly number[]
  readonly workers: number
}

const READY = /^Primmo HApi(?: is ready|: background)/

/** A process that is there again whenever it has ended, until it is dismissed. */
export class Member {
  readonly role: 'serve' | 'work'
  readonly #start: () => Child
  #child: Child
  #isDismissed = false

  constructor(role: 'serve' | 'work', start: () => Child) {
    this.role = role
    this.#start = start
    this.#child = this.#launch()
  }

  get child(): Child {
    return this.#child
  }

  async ready(): Promise<void> {
    await this.#child.line(READY)
  }

  /** By `kill -9`; the next one starts at once. */
  kill(): void {
    this.#child.kill('SIGKILL')
  }

  async dismiss(): Promise<void> {
    this.#isDismissed = true
    this.#child.kill('SIGKILL')
    // What was stopped in its tracks is killed too.
    await this.#child.ended
  }

  #launch(): Child {
    const child = this.#start()
    void child.ended.then(() => {
      if (!this.#isDismissed) this.#child = this.#launch()
    })
    return child
  }
}

export class Fleet {
  readonly servers: readonly Member[]
  readonly workers: readonly Member[]
  /** Lines that processes have written to their logs. */
  readonly lines: string[] = []

  constructor({ program, env, ports, workers }: FleetOptions) {
    const [file, interpreter] = program
    const launch = (role: 'serve' | 'work', port: number): Child => {
      const child = new Child(file, [role], {
        interpreter,
        env: { ...env, PATH: process.env['PATH'] ?? '', PORT: String(port) },
      })
      void child.ended.then(() => {
        this.lines.push(...child.lines)
      })
      return child
    }
    this.servers = ports.map((port) => new Member('serve', () => launch('serve', port)))
    this.workers = Array.from(
      { length: workers },
      () => new Member('work', () => launch('work', 0)),
    )
  }

  get members(): readonly Member[] {
    return [...this.servers, ...this.workers]
  }

  async ready(): Promise<void> {
    await Promise.all(this.members.map((member) => member.ready()))
  }

  async dismiss(): Promise<void> {
    await Promise.all(this.members.map((member) => member.dismiss()))
  }
}
