/**
 * At most so many running queries per client: one that asks a hundred at once waits for itself,
 * and not the others for it.
 */

/** Each takes a connection of the pool; the pool has more than twice as many. */
const RUNNING_MAX = 8

export class ClientSlots {
  readonly #clients = new Map<number, { running: number; readonly waiting: (() => void)[] }>()

  /** Runs the work when the client has a slot free. */
  async run<T>(client: number, work: () => Promise<T>): Promise<T> {
    await this.#acquire(client)
    try {
      return await work()
    } finally {
      this.#release(client)
    }
  }

  async #acquire(client: number): Promise<void> {
    const slots = this.#clients.get(client) ?? { running: 0, waiting: [] }
    this.#clients.set(client, slots)
    if (slots.running < RUNNING_MAX) slots.running += 1
    // The slot is handed over by whoever releases it, so the count stays.
    else await new Promise<void>((resolve) => slots.waiting.push(resolve))
  }

  #release(client: number): void {
    const slots = this.#clients.get(client)
    if (slots === undefined) return
    const next = slots.waiting.shift()
    if (next !== undefined) next()
    else {
      slots.running -= 1
      if (slots.running === 0) this.#clients.delete(client)
    }
  }
}
