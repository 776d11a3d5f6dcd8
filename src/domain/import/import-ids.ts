/** Ids of new rows for an import, in blocks of a size of their own: one commit for a thousand rows. */

import type { Database } from '../../db/database.ts'

/** What an import leaves unused is at most this, for each entity type. */
const BLOCK_SIZE = 1_000

interface Block {
  readonly first: number
  taken: number
}

export class ImportIds {
  readonly #database: Database
  readonly #accountId: number
  readonly #blocks = new Map<string, Promise<Block>>()

  constructor(database: Database, accountId: number) {
    this.#database = database
    this.#accountId = accountId
  }

  /** @throws {HapiError} UNAVAILABLE */
  readonly next = async (typeName: string): Promise<number> => {
    for (;;) {
      const asked = this.#blocks.get(typeName) ?? this.#allocate(typeName)
      this.#blocks.set(typeName, asked)
      const block = await asked
      if (block.taken < BLOCK_SIZE) return block.first + block.taken++
      // Of all who have found it empty the first asks for another.
      if (this.#blocks.get(typeName) === asked) this.#blocks.delete(typeName)
    }
  }

  async #allocate(typeName: string): Promise<Block> {
    return this.#database.transactionAside(
      async (client) => {
        const { rows } = await client.query<{ first: number }>(
          'select allocate_ids($1, $2, $3) as first',
          [this.#accountId, typeName, BLOCK_SIZE],
        )
        const [row] = rows
        if (row === undefined) throw new Error('A select without a table gives one row')
        return { first: row.first, taken: 0 }
      },
      { accountId: this.#accountId },
    )
  }
}
