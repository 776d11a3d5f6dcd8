/** How the ceiling and the peers send: the same connections, the same request, nothing signed. */

import { Pool } from 'undici'

/**
 * Requests at once to the one receiver, for every contender: what the product allows itself per
 * endpoint. With a receiver of 30 ms nobody can deliver more than 2,133 a second.
 */
export const OPEN_REQUESTS_MAX = 64

export class Poster {
  readonly #pool: Pool
  readonly #path: string

  constructor(url: string) {
    const { origin, pathname } = new URL(url)
    this.#path = pathname
    this.#pool = new Pool(origin, { connections: OPEN_REQUESTS_MAX, pipelining: 1 })
  }

  /** Throws when it is not received. */
  async post(body: string): Promise<void> {
    const { statusCode, body: answer } = await this.#pool.request({
      method: 'POST',
      path: this.#path,
      headers: { 'content-type': 'application/json; charset=utf-8' },
      body,
    })
    await answer.dump()
    if (statusCode < 200 || statusCode > 299) throw new Error(`Answered ${statusCode}`)
  }

  close(): Promise<void> {
    return this.#pool.close()
  }
}
