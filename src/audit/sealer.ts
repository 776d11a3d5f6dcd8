/**
 * Moves what is committed of the audit into the chains of its accounts, in any process: the first that looks does it,
 * the others find the lock taken. Killed in the middle, it is all still there to be sealed.
 */

import type { Database } from '../db/database.ts'

export interface SealerOptions {
  readonly database: Database
  readonly logger: { readonly error: (details: object, message: string) => void }
}

/** How long a change may wait for its place in the chain. */
const LOOK_EVERY_MS = 1_000
/** Entries of one transaction, some 50 ms of work. */
const BATCH_MAX = 2_000

/** Starts looking. The function given back seals what is left and ends it. */
export function startSealer({ database, logger }: SealerOptions): () => Promise<void> {
  let running: Promise<void> | undefined
  let hasFailed = false
  const look = (): void => {
    running ??= sealNow(database)
      .then(
        () => (hasFailed = false),
        (error: unknown) => {
          // Once, and not each second while the database is away.
          if (!hasFailed) logger.error({ err: error }, 'audit not sealed')
          hasFailed = true
        },
      )
      .then(() => (running = undefined))
  }
  const timer = setInterval(look, LOOK_EVERY_MS)
  timer.unref()
  return async () => {
    clearInterval(timer)
    await running
    await sealNow(database).catch(() => {})
  }
}

/** Seals everything that was committed before the call, unless another process is at it. Throws UNAVAILABLE. */
async function sealNow(database: Database): Promise<void> {
  while ((await seal(database, false)) === BATCH_MAX);
}

/** The same, waiting for whoever is at it. Throws UNAVAILABLE. */
export async function sealAll(database: Database): Promise<void> {
  while ((await seal(database, true)) === BATCH_MAX);
}

async function seal(database: Database, waits: boolean): Promise<number> {
  const { rows } = await database.transaction((client) =>
    client.query<{ sealed: number }>('select audit.seal($1, $2) as sealed', [BATCH_MAX, waits]),
  )
  return rows[0]?.sealed ?? 0
}
