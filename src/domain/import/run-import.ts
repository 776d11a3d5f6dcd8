/**
 * An import: the rows of a source through the one pipeline of commands, in chunks, and how that goes on after a crash.
 *
 * All or nothing (`isBestEffort` false) is one transaction. With best effort each chunk is one, refused rows are left
 * out, and what was settled stays settled whatever happens later.
 */

import { randomUUID } from 'node:crypto'
import { discardImported } from '../../contents/removals.ts'
import type { Database } from '../../db/database.ts'
import { HapiError } from '../../errors/hapi-error.ts'
import type { SecretBox } from '../../secrets/secret-box.ts'
import type { WebhookServices } from '../../webhooks/webhook-services.ts'
import type { TransactionClient } from '../command/stored-rows.ts'
import type { WriteAccount } from '../command/write-transaction.ts'
import { chunksOf } from './chunks.ts'
import { type ImportContents, lookedAt, weightOf } from './import-contents.ts'
import type { ImportRecord, ImportSource, ImportStep } from './import-record.ts'
import {
  aloneInAccount,
  beginImport,
  endImport,
  type ImportCounts,
  type ImportProgress,
  NOTHING_DONE,
  openImport,
  readRefusals,
  storeProgress,
} from './import-state.ts'
import { type ImportTransaction, inImportTransaction } from './import-transaction.ts'
import { SourceLabels } from './labels.ts'
import { type ImportRefusal, refusalsOf } from './refusal.ts'
import { ChunkRunner } from './run-chunk.ts'
import type { RowOutcome } from './run-rows.ts'
import { type Survey, surveySource } from './survey.ts'
import { Told } from './told.ts'

export interface ImportOptions {
  /** A row whose key another has already is refused (`create`), or that one is brought up to date (`upsert`). */
  readonly mode: 'create' | 'upsert'
  /** Refused rows are left out; else they let the whole import be refused. */
  readonly isBestEffort: boolean
  /** Tells what would be, and keeps nothing. */
  readonly isDryRun: boolean
}

export interface ImportServices {
  readonly database: Database
  /** The real clock. */
  readonly now: () => Date
  readonly webhooks?: WebhookServices | undefined
  /** Seals account numbers. */
  readonly secretBox?: SecretBox | undefined
  /** Where contents of rows go; a source that has none needs none. */
  readonly contents?: ImportContents | undefined
  /** Throws what speaks against writing rows of a type: modules, rights. */
  readonly requireWrite: (record: ImportRecord) => void
  /** `steps` is what `position` comes to in the end. */
  readonly onProgress?: ((progress: ImportProgress, steps: number) => void) | undefined
  /** In the order of the rows; with best effort once the others of their chunk are kept. */
  readonly onRefusals?: ((refusals: readonly ImportRefusal[]) => void | Promise<void>) | undefined
  /** Rows that share statements and, with best effort, a transaction. */
  readonly chunkSize?: number | undefined
  /** Ends the import between two chunks. Throws its reason. */
  readonly signal?: AbortSignal | undefined
}

export interface ImportReport extends ImportCounts {
  /** Of the import, by which its audit entries are found. */
  readonly id: string
  readonly rows: number
  /** Of the rows that are not refused: those entered without something that they say. */
  readonly incomplete: number
  /** Of the source itself, which let nothing be imported. */
  readonly faults: number
  /** Whether what is counted as created or updated is kept. */
  readonly isKept: boolean
  /** Rows that an earlier run had settled before it was interrupted. */
  readonly resumedAfter: number
  /** The first ones; all of them went to `onRefusals`. */
  readonly refusals: readonly ImportRefusal[]
}

/**
 * @throws {HapiError} IMPORT_IN_PROGRESS, what the source cannot be read for, UNAVAILABLE
 */
export async function runImport(
  account: WriteAccount,
  source: ImportSource,
  options: ImportOptions,
  services: ImportServices,
): Promise<ImportReport> {
  const { database } = services
  return aloneInAccount(database, account.accountId, async () => {
    const told = new Told(async (refusals) => services.onRefusals?.(refusals))
    const survey = await surveySource(source, (faults) => told.faults(faults), services.signal)
    if (survey.broken > 0) return brokenReport(survey, told)
    if (!survey.hasContents) return importSurveyed(account, source, options, services, survey, told)
    // What one has left that was killed; then what this one does not keep.
    await discardImported(database, account.accountId)
    try {
      return await importSurveyed(account, source, options, services, survey, told)
    } finally {
      // Else it is swept away later.
      await discardImported(database, account.accountId).catch(() => {})
    }
  })
}

async function importSurveyed(
  account: WriteAccount,
  source: ImportSource,
  options: ImportOptions,
  services: ImportServices,
  survey: Survey,
  told: Told,
): Promise<ImportReport> {
  const { database } = services
  const digest = `${source.digest} ${options.mode} ${String(options.isBestEffort)}`
  if (options.isDryRun || !options.isBestEffort) {
    const run = new ImportRun(account, source, survey, options, services, told, randomUUID())
    return run.takeAllOrNothing(digest)
  }
  const { id, progress } = await openImport(database, account.accountId, digest)
  const run = new ImportRun(account, source, survey, options, services, told, id)
  if (progress.position > 0) await run.resume(progress)
  return run.keepWhatCan()
}

function brokenReport({ rows, broken }: Survey, { refusals }: Told): ImportReport {
  const counts = {
    created: 0,
    updated: 0,
    unchanged: 0,
    refused: 0,
    incomplete: 0,
    faults: broken,
  }
  return { id: randomUUID(), rows, ...counts, isKept: false, resumedAfter: 0, refusals }
}

/** Writers of the account wait for that much and so long; while there is more they are told to come back. */
const PATIENT_STEPS = 2_000
const PATIENCE_MS = 2_000

class ImportRun {
  readonly #account: WriteAccount
  readonly #source: ImportSource
  readonly #survey: Survey
  readonly #options: ImportOptions
  readonly #services: ImportServices
  readonly #id: string
  readonly #chunk: ChunkRunner
  readonly #told: Told
  #progress: ImportProgress = NOTHING_DONE
  #resumedAfter = 0

  constructor(
    account: WriteAccount,
    source: ImportSource,
    survey: Survey,
    options: ImportOptions,
    services: ImportServices,
    told: Told,
    id: string,
  ) {
    // By which the audit finds what the import has written.
    this.#account = { ...account, acting: { ...account.acting, channel: 'import', requestId: id } }
    this.#source = source
    this.#survey = survey
    this.#told = told
    this.#options = options
    this.#services = services
    this.#id = id
    const labels = new SourceLabels(account.accountId, id, survey.named)
    this.#chunk = new ChunkRunner(this.#account, labels, options, services)
  }

  /** Goes on behind what an earlier run has settled, and repeats what it had to tell. */
  async resume(progress: ImportProgress): Promise<void> {
    this.#progress = progress
    this.#resumedAfter = progress.position
    const { database } = this.#services
    for await (const page of readRefusals(database, this.#account.accountId, this.#id))
      await this.#told.tell(page)
  }

  async keepWhatCan(): Promise<ImportReport> {
    for await (const items of this.#chunks()) {
      const refusals = await this.#transaction(async (transaction) => {
        await this.#chunk.readRoom(transaction, this.#survey)
        const settled = await this.#settle(items, transaction)
        await this.#store(transaction.client, this.#progress.position, settled)
        return settled
      })
      await this.#settled(refusals)
    }
    await this.#transaction((transaction) => this.#end(transaction.client))
    return this.#report(true)
  }

  /** One transaction, the import's own row among it: an interrupted one has never been. */
  async takeAllOrNothing(digest: string): Promise<ImportReport> {
    const isKept = await this.#transaction(async (transaction) => {
      await beginImport(transaction.client, this.#account.accountId, this.#id, digest)
      await this.#chunk.readRoom(transaction, this.#survey)
      const startedMs = performance.now()
      let isOpen = true
      for await (const items of this.#chunks()) {
        const isLong =
          this.#survey.steps > PATIENT_STEPS || performance.now() - startedMs > PATIENCE_MS
        if (isOpen && isLong) isOpen = !(await transaction.close(this.#account.accountId))
        await this.#settled(await this.#settle(items, transaction))
      }
      const isRefused = this.#progress.refused + this.#told.incomplete > 0
      if (this.#options.isDryRun || isRefused) {
        transaction.isGivenUp = true
        return false
      }
      await this.#store(transaction.client, 0, { progress: this.#progress, refusals: [] })
      await this.#end(transaction.client)
      return true
    })
    return this.#report(isKept)
  }

  #transaction<T>(work: (transaction: ImportTransaction) => Promise<T>): Promise<T> {
    const { database, now } = this.#services
    return inImportTransaction(database, this.#account, now, work)
  }

  /** Steps that are not settled yet. */
  async *#chunks(): AsyncGenerator<readonly ImportStep[]> {
    let position = 0
    for await (const items of chunksOf(this.#steps(), this.#services.chunkSize, weightOf)) {
      this.#services.signal?.throwIfAborted()
      const left = items.slice(Math.max(0, this.#resumedAfter - position))
      position += items.length
      requireAsSurveyed(items)
      if (left.length > 0) yield left
    }
  }

  #steps(): AsyncIterable<ImportStep> {
    const { departures, onTheirWay } = this.#survey
    const steps = onTheirWay.steps(departures.steps(this.#source.items()), () =>
      this.#source.items(),
    )
    const { contents } = this.#services
    if (contents === undefined || !this.#survey.hasContents) return steps
    return lookedAt(steps, this.#resumedAfter, contents)
  }

  async #settle(items: readonly ImportStep[], transaction: ImportTransaction): Promise<Settled> {
    const outcomes = await this.#chunk.run(items, transaction)
    const refusals = outcomes.flatMap((outcome, index) => {
      const item = items[index]
      return outcome.kind !== 'refused' || item === undefined ? [] : refusalsOf(item, outcome.error)
    })
    if (!this.#isGivenUp(refusals)) await this.#chunk.storeContents(items, outcomes, transaction)
    // A sequel is part of a row that counts already.
    const counted = outcomes.filter((_, index) => items[index]?.kind !== 'sequel')
    const count = (kind: RowOutcome['kind']): number =>
      counted.filter((outcome) => outcome.kind === kind).length
    const { position, created, updated, unchanged, refused } = this.#progress
    return {
      refusals,
      progress: {
        position: position + items.length,
        created: created + count('created'),
        updated: updated + count('updated'),
        unchanged: unchanged + count('unchanged'),
        refused: refused + count('refused'),
      },
    }
  }

  /** Nothing that is yet to come is kept. */
  #isGivenUp(refusals: readonly ImportRefusal[]): boolean {
    const { isDryRun, isBestEffort } = this.#options
    return isDryRun || (!isBestEffort && this.#progress.refused + refusals.length > 0)
  }

  async #store(
    client: TransactionClient,
    from: number,
    { progress, refusals }: Settled,
  ): Promise<void> {
    await storeProgress(client, this.#account.accountId, this.#id, from, progress, refusals)
  }

  #end(client: TransactionClient): Promise<void> {
    return endImport(client, this.#account.accountId, this.#id)
  }

  async #settled({ progress, refusals }: Settled): Promise<void> {
    this.#progress = progress
    await this.#told.tell(refusals)
    this.#services.onProgress?.(progress, this.#survey.steps)
  }

  #report(isKept: boolean): ImportReport {
    const { created, updated, unchanged, refused } = this.#progress
    return {
      id: this.#id,
      rows: this.#survey.rows,
      created,
      updated,
      unchanged,
      refused,
      incomplete: this.#told.incomplete,
      faults: 0,
      isKept,
      resumedAfter: this.#resumedAfter,
      refusals: this.#told.refusals,
    }
  }
}

/** A file that was whole when it was surveyed, and is broken now, is another one. */
function requireAsSurveyed(items: readonly ImportStep[]): void {
  const broken = items.find((item) => item.kind === 'fault' && item.isOfSource === true)
  if (broken !== undefined) throw new HapiError('IMPORT_SOURCE_CHANGED', { file: broken.file })
}

interface Settled {
  readonly progress: ImportProgress
  readonly refusals: readonly ImportRefusal[]
}
