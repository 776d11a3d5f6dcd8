/** How many requests may wait for events at once: each holds a socket and some memory, though no connection. */

import { HapiError } from '../../errors/hapi-error.ts'

/** A feed needs one. */
const PLACES_OF_USER = 8
/** Of one process; 40 MB of sockets and requests. */
const PLACES_IN_ALL = 1_000

const RETRY_AFTER_S = 5

export class WaitingPlaces {
  readonly #taken = new Map<number, number>()
  #takenInAll = 0

  /** Takes a place until the function given back is called. Throws TOO_MANY_WAITING. */
  take(userId: number): () => void {
    const taken = this.#taken.get(userId) ?? 0
    const max = taken >= PLACES_OF_USER ? PLACES_OF_USER : PLACES_IN_ALL
    if (taken >= PLACES_OF_USER || this.#takenInAll >= PLACES_IN_ALL) {
      const headers = { 'retry-after': String(RETRY_AFTER_S) }
      throw new HapiError('TOO_MANY_WAITING', { max, seconds: RETRY_AFTER_S }, { headers })
    }
    this.#count(userId, taken + 1)
    return () => this.#count(userId, (this.#taken.get(userId) ?? 1) - 1)
  }

  #count(userId: number, taken: number): void {
    this.#takenInAll += taken - (this.#taken.get(userId) ?? 0)
    if (taken === 0) this.#taken.delete(userId)
    else this.#taken.set(userId, taken)
  }
}
