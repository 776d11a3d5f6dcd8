/** A program of the tests in a process of its own, read line by line: tests wait for what it says. */

import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

/** Options of a child. */
export interface ChildOptions {
  readonly env?: NodeJS.ProcessEnv
  readonly uid?: number
  readonly gid?: number
  /** What runs the program, with its own arguments; Node with TypeScript unless given. */
  readonly interpreter?: readonly [command: string, ...args: string[]]
}

const NODE = [process.execPath, '--import', 'tsx'] as const

/** A running child. */
export class Child {
  readonly lines: string[] = []
  readonly ended: Promise<number | NodeJS.Signals | null>
  private readonly process: ChildProcess
  private readonly waiting = new Set<() => void>()
  private hasEnded = false

  constructor(program: string, args: readonly string[], options: ChildOptions = {}) {
    const { interpreter = NODE, ...spawnOptions } = options
    const [command, ...before] = interpreter
    this.process = spawn(command, [...before, program, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      ...spawnOptions,
    })
    this.process.once('error', (error) => this.add(error.message))
    const outputs = [this.process.stdout, this.process.stderr].filter((stream) => stream !== null)
    for (const input of outputs) createInterface({ input }).on('line', (line) => this.add(line))
    this.ended = new Promise((resolve) => {
      this.process.once('close', (code, signal) => {
        this.hasEnded = true
        this.wake()
        resolve(code ?? signal)
      })
    })
  }

  get pid(): number {
    if (this.process.pid === undefined) throw new Error('The child did not start')
    return this.process.pid
  }

  kill(signal: NodeJS.Signals): void {
    this.process.kill(signal)
  }

  /** The first line that begins so or matches, printed already or to come. Throws when the child ends without it. */
  async line(start: string | RegExp): Promise<string> {
    while (true) {
      const found = this.lines.find((line) =>
        typeof start === 'string' ? line.startsWith(start) : start.test(line),
      )
      if (found !== undefined) return found
      if (this.hasEnded) throw new Error(`Ended without "${start}":\n${this.lines.join('\n')}`)
      await new Promise<void>((resolve) => this.waiting.add(resolve))
    }
  }

  private add(line: string): void {
    this.lines.push(line)
    this.wake()
  }

  private wake(): void {
    for (const resolve of this.waiting) resolve()
    this.waiting.clear()
  }
}
