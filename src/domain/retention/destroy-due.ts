/**
 * Destroys documents whose term has ended, some at a time: each transaction goes the way of a deletion through the API, with
 * its events, its audit and the removal of contents from a bucket. What still is referred to stays as a row that says
 * nothing about anybody, without its content.
 */

import type { Acting } from '../../db/acting.ts'
import type { Database } from '../../db/database.ts'
import { model } from '../../model/model.ts'
import { runCommand } from '../command/run-command.ts'
import type { WriteContext } from '../command/write-context.ts'
import { inWriteTransaction } from '../command/write-transaction.ts'
import { NO_CONTENT, removeContent } from '../documents/remove-content.ts'
import type { IsoDate } from '../leasing/dates.ts'
import { askOf } from '../privacy/mentions.ts'
import { neutralValues } from '../privacy/neutral-values.ts'
import { type DueDocument, findDueDocuments, stillDue } from './due-documents.ts'
import type { LongerTerms } from './terms.ts'

/** Who is destroyed in one transaction: what is locked at a time, and what a crash can leave undecided in a proof. */
const BATCH_MAX = 100

interface DestroyingAccount {
  readonly accountId: number
  readonly pinnedAt: Date | null
}

interface Destroying {
  readonly account: DestroyingAccount
  readonly on: IsoDate
  readonly longer: LongerTerms
  /** The real clock. */
  readonly now: () => Date
  readonly acting?: Acting
  /** Ends it between two transactions. */
  readonly signal: AbortSignal
  readonly proof: DestructionProof
  /** Hears of what was destroyed. */
  readonly onDestroyed: (documents: readonly DueDocument[]) => void
}

/** Hears of each transaction twice, so that a crash in between leaves no document untold. */
export interface DestructionProof {
  /** They are going to be destroyed. Nothing is before it has resolved. */
  announce(documents: readonly DueDocument[]): Promise<void>
  /** The transaction that destroyed them is committed. What was announced and is not among them was no more due. */
  confirm(documents: readonly DueDocument[]): Promise<void>
}

/** To stop and begin again loses nothing. Throws UNAVAILABLE, and what the proof throws. */
export async function destroyDueDocuments(
  database: Database,
  { account, on, longer, now, acting, signal, proof, onDestroyed }: Destroying,
): Promise<void> {
  const { accountId } = account
  const question = { accountId, on, longer }
  for (let after = 0; !signal.aborted; ) {
    const found = await database.transaction(
      async (client) => {
        await client.query('set local statement_timeout = 0')
        return findDueDocuments(askOf(client), question, after, BATCH_MAX)
      },
      { accountId },
    )
    const last = found.at(-1)
    if (last === undefined) return
    after = last.id
    await proof.announce(found)
    const actor = {
      ...account,
      profile: 'administrator',
      ...(acting === undefined ? {} : { acting }),
    } as const
    const destroyed = await inWriteTransaction(database, actor, { now: now() }, (context) =>
      destroy(
        context,
        question,
        found.map(({ id }) => id),
      ),
    )
    onDestroyed(destroyed)
    await proof.confirm(destroyed)
  }
}

async function destroy(
  context: WriteContext,
  question: Parameters<typeof stillDue>[1],
  ids: readonly number[],
): Promise<readonly DueDocument[]> {
  const { accountId } = context
  // Whoever is making a reference to one of them has made it, or does not get it any more.
  await context.query(
    'select id from documents where account_id = $1 and id = any ($2) order by id for update',
    [accountId, ids],
  )
  const due = await stillDue((text, values) => context.query(text, values), question, ids)
  for (const document of due) {
    if (document.referredBy === null)
      await runCommand(
        { type: model.getType('Document'), operation: 'delete', id: document.id },
        context,
      )
    else await empty(context, document.id)
  }
  return due
}

async function empty(context: WriteContext, id: number): Promise<void> {
  const row = await context.get('Document', id)
  await context.update('Document', id, {
    ...neutralValues(model.getType('Document'), row),
    ...NO_CONTENT,
  })
  await removeContent(context, id)
}
