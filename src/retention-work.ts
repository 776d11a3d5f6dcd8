/**
 * Destroys by itself, each day, what has been due for a month, where the operator has said where the proof goes. Until
 * then the log says each day how many documents are due.
 */

import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { FastifyBaseLogger } from 'fastify'
import { type Account, listAccounts } from './auth/accounts.ts'
import type { Acting } from './db/acting.ts'
import type { Database } from './db/database.ts'
import { businessDateOf } from './domain/leasing/business-date.ts'
import { addDays, type IsoDate } from './domain/leasing/dates.ts'
import { askOf } from './domain/privacy/mentions.ts'
import { destroyDueDocuments } from './domain/retention/destroy-due.ts'
import { type DueDocument, findDueDocuments } from './domain/retention/due-documents.ts'
import type { LongerTerms } from './domain/retention/terms.ts'
import { repeatedly } from './repeatedly.ts'
import { RetentionProof } from './retention-proof.ts'

export interface RetentionWorkOptions {
  readonly database: Database
  /** Where proofs go. */
  readonly folder: string
  readonly longer: LongerTerms
  /** The real clock. */
  readonly now: () => Date
  readonly logger: Pick<FastifyBaseLogger, 'info' | 'error'>
}

const LOOK_EVERY_MS = 60_000
const RETRY_MS = 60 * 60_000
/** What becomes due stays for so long, to be found by whoever looks. */
const STAYS_DAYS = 30
/** Nobody else reads them. */
const PRIVATE_DIRECTORY = 0o700

const ACTING: Acting = { channel: 'job', process: 'document retention' }

/** Starts looking, once a day. The function given back stops it between two transactions and waits for the one in hand. */
export function startRetentionWork(options: RetentionWorkOptions): () => Promise<void> {
  let doneFor: IsoDate | undefined
  let notBeforeMs = 0
  return repeatedly({
    everyMs: LOOK_EVERY_MS,
    async look(signal) {
      const now = options.now()
      const day = businessDateOf(now)
      if (day === doneFor || now.getTime() < notBeforeMs) return
      if (await destroyDaily(options, day, signal)) doneFor = day
      else notBeforeMs = now.getTime() + RETRY_MS
    },
  })
}

/** Of every account with a real clock. Gives whether all was done; never rejects. */
export async function destroyDaily(
  options: RetentionWorkOptions,
  day: IsoDate,
  signal: AbortSignal,
): Promise<boolean> {
  const { database, folder, logger } = options
  const name = `documents-${options.now().toISOString().replaceAll(/[:.]/g, '-')}-${process.pid}.ndjson`
  const proof = new RetentionProof(join(folder, name))
  try {
    await mkdir(folder, { recursive: true, mode: PRIVATE_DIRECTORY })
    for (const account of await listAccounts(database))
      if (account.pinnedAt === null && account.revokedDate === null && !signal.aborted)
        await destroyOf(options, account, { day, signal, proof })
    return !signal.aborted
  } catch (error) {
    logger.error({ err: error }, 'documents not destroyed')
    return false
  } finally {
    await proof.close()
  }
}

interface Run {
  readonly day: IsoDate
  readonly signal: AbortSignal
  readonly proof: RetentionProof
}

async function destroyOf(
  { database, longer, now, logger }: RetentionWorkOptions,
  account: Account,
  { day, signal, proof }: Run,
): Promise<void> {
  const { accountId } = account
  let destroyed = 0
  await destroyDueDocuments(database, {
    account,
    on: addDays(day, -STAYS_DAYS),
    longer,
    now,
    acting: ACTING,
    signal,
    proof: proof.of(account.databaseName),
    onDestroyed: (documents) => {
      destroyed += documents.length
    },
  })
  let due = 0
  for await (const page of pagesOfDue(database, { accountId, on: day, longer })) due += page.length
  if (destroyed + due > 0)
    logger.info({ accountId, destroyed, due }, 'documents whose term has ended')
}

/** All that is due on a day, page by page. Throws UNAVAILABLE. */
export async function* pagesOfDue(
  database: Database,
  question: { readonly accountId: number; readonly on: IsoDate; readonly longer: LongerTerms },
): AsyncGenerator<readonly DueDocument[]> {
  for (let after = 0; ; ) {
    const page = await database.transaction(
      async (client) => {
        await client.query('set local statement_timeout = 0')
        return findDueDocuments(askOf(client), question, after)
      },
      { accountId: question.accountId },
    )
    const last = page.at(-1)
    if (last === undefined) return
    yield page
    after = last.id
  }
}
