/**
 * Where each chain ends, into the log: once at the start, and each hour again where something was added. Who keeps the
 * log elsewhere can prove that a chain was cut, or rewritten as a whole (`hapi audit verify --head`).
 */

import type { Database } from '../db/database.ts'

interface HeadsOptions {
  readonly database: Database
  readonly logger: {
    readonly info: (details: object, message: string) => void
    readonly error: (details: object, message: string) => void
  }
}

const TELL_EVERY_MS = 3_600_000
/** Of one line of the log, so that no line grows with the number of accounts. */
const HEADS_OF_LINE = 100

interface Head {
  readonly accountId: number
  readonly entries: string
  readonly head: string
}

/** Starts telling; the function given back ends it. */
export function startTellingHeads(options: HeadsOptions): () => Promise<void> {
  const told = new Map<number, string>()
  let running: Promise<void> = tellHeads(options, told)
  const timer = setInterval(
    () => (running = running.then(() => tellHeads(options, told))),
    TELL_EVERY_MS,
  )
  timer.unref()
  return async () => {
    clearInterval(timer)
    await running
  }
}

/** Never rejects. */
async function tellHeads(
  { database, logger }: HeadsOptions,
  told: Map<number, string>,
): Promise<void> {
  try {
    const heads = (await readHeads(database)).filter(
      ({ accountId, head }) => told.get(accountId) !== head,
    )
    for (let start = 0; start < heads.length; start += HEADS_OF_LINE)
      logger.info({ heads: heads.slice(start, start + HEADS_OF_LINE) }, 'audit heads')
    for (const { accountId, head } of heads) told.set(accountId, head)
  } catch (error) {
    logger.error({ err: error }, 'audit heads not told')
  }
}

/** Throws UNAVAILABLE. */
export async function readHeads(database: Database): Promise<readonly Head[]> {
  const { rows } = await database.transaction((client) =>
    client.query<Head>(
      `select account_id as "accountId", last_id::text as entries, encode(hash, 'hex') as head
         from audit.chains order by account_id`,
    ),
  )
  return rows
}
