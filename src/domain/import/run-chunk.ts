/** The rows of a chunk, in the transaction of an import that may have others, and their contents. */

import { DatabaseError } from 'pg'
import { AccountRoom } from '../../contents/quota.ts'
import { unavailableOr } from '../../db/connection-error.ts'
import { HapiError } from '../../errors/hapi-error.ts'
import { constraintError } from '../command/constraint-error.ts'
import type { TransactionClient } from '../command/stored-rows.ts'
import type { WriteAccount } from '../command/write-transaction.ts'
import { GrowingTables } from './growing-tables.ts'
import { accountTransaction, storeContent } from './import-contents.ts'
import { ImportIds } from './import-ids.ts'
import type { ImportStep } from './import-record.ts'
import type { ImportTransaction } from './import-transaction.ts'
import type { SourceLabels } from './labels.ts'
import { MetRows } from './met-rows.ts'
import type { ImportOptions, ImportServices } from './run-import.ts'
import { BeyondUndo, type RowOutcome, type RowRun, runRows } from './run-rows.ts'
import { StaleState } from './stale-states.ts'
import type { Survey } from './survey.ts'

export class ChunkRunner {
  readonly #account: WriteAccount
  readonly #labels: SourceLabels
  readonly #options: ImportOptions
  readonly #services: ImportServices
  readonly #ids: ImportIds
  readonly #statistics = new GrowingTables()
  readonly #met = new MetRows()
  #room: AccountRoom | undefined

  constructor(
    account: WriteAccount,
    labels: SourceLabels,
    options: ImportOptions,
    services: ImportServices,
  ) {
    this.#account = account
    this.#labels = labels
    this.#options = options
    this.#services = services
    this.#ids = new ImportIds(services.database, account.accountId)
  }

  /** What contents of the account may take: to be asked when a transaction begins, beside which nobody writes. */
  async readRoom({ client }: ImportTransaction, { hasContents }: Survey): Promise<void> {
    if (!hasContents) return
    const { contents } = this.#services
    if (contents === undefined) throw new Error('Contents are to be imported, and have no place')
    const transaction = accountTransaction(client, this.#account.accountId)
    this.#room = await AccountRoom.read(transaction, contents.accountMibMax)
  }

  /** When something cannot be taken back apart from the others, halves of the rows are run, down to the row. */
  async run(
    items: readonly ImportStep[],
    transaction: ImportTransaction,
  ): Promise<readonly RowOutcome[]> {
    try {
      const room = this.#room?.copy()
      const met = new MetRows(this.#met)
      const outcomes = await transaction.attempt((client) =>
        this.#attempt(items, { transaction, client, room, met }),
      )
      this.#room = room
      this.#met.addAll(met)
      return outcomes
    } catch (error) {
      if (!isOfRows(error)) throw error
      if (items.length === 1) return [{ kind: 'refused', error: await this.#refusalOf(error) }]
      const half = Math.ceil(items.length / 2)
      return [
        ...(await this.run(items.slice(0, half), transaction)),
        ...(await this.run(items.slice(half), transaction)),
      ]
    }
  }

  /** Of rows that were entered. Throws UNAVAILABLE, IMPORT_SOURCE_CHANGED and the reason of the signal. */
  async storeContents(
    items: readonly ImportStep[],
    outcomes: readonly RowOutcome[],
    { client }: ImportTransaction,
  ): Promise<void> {
    const { contents, database, signal } = this.#services
    if (contents === undefined) return
    const transaction = accountTransaction(client, this.#account.accountId)
    for (const [index, item] of items.entries()) {
      const outcome = outcomes[index]
      if (item.kind !== 'record' || outcome === undefined || outcome.kind === 'refused') continue
      if (!outcome.hasNewContent) continue
      signal?.throwIfAborted()
      await storeContent(item, outcome.id, contents, database, transaction)
    }
  }

  async #attempt(
    items: readonly ImportStep[],
    {
      transaction: { businessDate },
      client,
      room,
      met,
    }: Pick<RowRun, 'client' | 'room' | 'met'> & { readonly transaction: ImportTransaction },
  ): Promise<readonly RowOutcome[]> {
    const { now, webhooks, secretBox, requireWrite } = this.#services
    const run: RowRun = {
      client,
      actor: this.#account,
      businessDate,
      now: this.#account.pinnedAt ?? now(),
      webhooks,
      secretBox,
      room,
      nextId: this.#ids.next,
      operation: this.#options.mode === 'upsert' ? 'keep' : 'create',
      met,
      requireWrite,
    }
    const outcomes = await runRows(items, await this.#labels.read(items, client), run)
    await this.#noticeTaken(items, outcomes, client)
    return outcomes
  }

  async #noticeTaken(
    items: readonly ImportStep[],
    outcomes: readonly RowOutcome[],
    client: TransactionClient,
  ): Promise<void> {
    const taken = items.flatMap((record, index) => {
      const outcome = outcomes[index]
      return record.kind !== 'record' || outcome === undefined || outcome.kind === 'refused'
        ? []
        : [{ record, id: outcome.id }]
    })
    await this.#labels.store(taken, client)
    const types = taken.map(({ record }) => record.type)
    await this.#statistics.grow(types, client)
  }

  /** What PostgreSQL has against a row that the rules let through; anything else is none of the row's fault. */
  async #refusalOf(error: unknown): Promise<HapiError> {
    if (error instanceof BeyondUndo && error.cause instanceof HapiError) return error.cause
    const { database } = this.#services
    const refusal = await constraintError(database, this.#account.accountId, error)
    if (refusal === undefined) throw error
    return refusal
  }
}

/** Whether fewer rows may do what so many could not; a lost connection, say, is none of their fault. */
function isOfRows(error: unknown): boolean {
  if (error instanceof BeyondUndo || error instanceof StaleState) return true
  return error instanceof DatabaseError && unavailableOr(error) === error
}
