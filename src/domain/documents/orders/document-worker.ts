/**
 * Produces the documents that are ordered, one after another, in any number of processes at once. Woken by what is
 * committed, and looking by itself each second for what nobody has told of and for what is due again.
 */

import { CHANGES_CHANNEL } from '../../../changes/announce.ts'
import { claimOrder, type DocumentOrder, giveBackOrder } from './order-store.ts'
import { type ProductionOptions, produceOrdered } from './produce-ordered.ts'

export interface DocumentWorkOptions extends ProductionOptions {
  readonly logger: {
    readonly info: (details: object, message: string) => void
    readonly warn: (details: object, message: string) => void
    readonly error: (details: object, message: string) => void
  }
}

const LOOK_EVERY_MS = 1_000
/** Commits of this time are one reason to look: a look costs a statement. */
const COALESCED_MS = 50

/** Starts producing. The function given back ends it after the document in hand. Throws UNAVAILABLE. */
export async function startDocumentWorker(
  options: DocumentWorkOptions,
): Promise<() => Promise<void>> {
  const { database, logger } = options
  const stopped = new AbortController()
  let running: Promise<void> | undefined
  let soon: NodeJS.Timeout | undefined
  let hasFailed = false
  const look = (): void => {
    running ??= produceDue(options, stopped.signal)
      .then(
        () => (hasFailed = false),
        (error: unknown) => {
          // Once, and not each second while the database is away.
          if (!hasFailed) logger.error({ err: error }, 'ordered documents not looked for')
          hasFailed = true
        },
      )
      .then(() => (running = undefined))
  }
  const stopListening = await database.listen(CHANGES_CHANNEL, () => {
    soon ??= setTimeout(() => {
      soon = undefined
      look()
    }, COALESCED_MS)
  })
  const timer = setInterval(look, LOOK_EVERY_MS)
  timer.unref()
  look()
  return async () => {
    stopped.abort()
    stopListening()
    clearTimeout(soon)
    clearInterval(timer)
    await running
  }
}

/** All that is due. Throws UNAVAILABLE. */
export async function produceDue(
  options: DocumentWorkOptions,
  signal: AbortSignal = new AbortController().signal,
): Promise<void> {
  while (!signal.aborted) {
    const order = await claimOrder(options.database)
    if (order === undefined) return
    await attempt(order, options)
  }
}

async function attempt(order: DocumentOrder, options: DocumentWorkOptions): Promise<void> {
  const { database, logger } = options
  const { accountId, entity, rowId, attempts } = order
  const about = { accountId, entity, rowId }
  try {
    const outcome = await produceOrdered(order, options)
    logger.info({ ...about, ...outcome }, 'ordered document')
  } catch (error) {
    const { isLast } = await giveBackOrder(database, order, faultOf(error))
    const details = { ...about, attempts, err: error }
    if (isLast) logger.error(details, 'ordered document given up')
    else logger.warn(details, 'ordered document not produced, tried again later')
  }
}

function faultOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error)
}
