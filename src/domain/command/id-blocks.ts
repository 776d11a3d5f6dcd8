/**
 * Ids of new rows, taken from `allocate_ids` by blocks in transactions of their own.
 *
 * The counter of a type stays locked until whoever asked it commits: were it asked in the transaction that writes
 * the row, creations of one type would stand in line from their Id to the end of their commit. So a process keeps
 * some Ids in hand. An Id is given once; those of a change that is refused, and those in hand when the process
 * ends, are never used. Blocks grow with the need, so that a process leaves behind no more than it has used.
 */

import type { Database } from '../../db/database.ts'

interface Block {
  next: number
  last: number
  size: number
  /** Settles when the block has Ids again; one for all who wait. */
  refill: Promise<void> | undefined
}

/** At the 500 creations per second of one type that a small machine reaches, two calls per second. */
const BLOCK_MAX = 256

const blocksByDatabase = new WeakMap<Database, Map<string, Block>>()

/**
 * The next Id of an entity type, which no row has or had.
 *
 * @throws {HapiError} UNAVAILABLE
 */
export async function takeId(
  database: Database,
  accountId: number,
  typeName: string,
): Promise<number> {
  const block = blockOf(database, accountId, typeName)
  while (block.next > block.last) {
    block.refill ??= refill(database, accountId, typeName, block)
    await block.refill
  }
  return block.next++
}

/** Forgets what is in hand for an account: rows were loaded beside us, under Ids of their own. */
export function forgetIds(database: Database, accountId: number): void {
  const blocks = blocksOf(database)
  for (const key of blocks.keys()) if (key.startsWith(`${accountId} `)) blocks.delete(key)
}

async function refill(
  database: Database,
  accountId: number,
  typeName: string,
  block: Block,
): Promise<void> {
  try {
    const wanted = block.size
    block.next = await database.transactionAside(
      async (client) => {
        const { rows } = await client.query<{ first: number }>(
          'select allocate_ids($1, $2, $3) as first',
          [accountId, typeName, wanted],
        )
        const [row] = rows
        if (row === undefined) throw new Error('A select without a table gives one row')
        return row.first
      },
      { accountId },
    )
    block.last = block.next + wanted - 1
    block.size = Math.min(wanted * 2, BLOCK_MAX)
  } finally {
    block.refill = undefined
  }
}

function blockOf(database: Database, accountId: number, typeName: string): Block {
  const blocks = blocksOf(database)
  const key = `${accountId} ${typeName}`
  const known = blocks.get(key) ?? { next: 1, last: 0, size: 1, refill: undefined }
  blocks.set(key, known)
  return known
}

function blocksOf(database: Database): Map<string, Block> {
  const known = blocksByDatabase.get(database) ?? new Map<string, Block>()
  blocksByDatabase.set(database, known)
  return known
}
