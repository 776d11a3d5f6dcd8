/** `hapi documents terms` and `hapi documents retention`: how long documents are kept, and the end of it. */

import { type Command, InvalidArgumentError, Option } from 'commander'
import type { Account } from '../auth/accounts.ts'
import type { Database } from '../db/database.ts'
import type { BilingualText, Notify } from '../db/startup-refusal.ts'
import { businessDateOf } from '../domain/leasing/business-date.ts'
import { type IsoDate, isIsoDate } from '../domain/leasing/dates.ts'
import { destroyDueDocuments } from '../domain/retention/destroy-due.ts'
import type { DueDocument } from '../domain/retention/due-documents.ts'
import {
  type DocumentTypeCode,
  documentTerms,
  type LongerTerms,
  type Subject,
  termsInForce,
} from '../domain/retention/terms.ts'
import { getEnumeration } from '../model/get-enumeration.ts'
import { RetentionProof } from '../retention-proof.ts'
import { pagesOfDue } from '../retention-work.ts'
import { getAccounts, ofOneAccount } from './account-option.ts'
import type { Column } from './answer.ts'
import type { CommandContext } from './command-context.ts'
import { Interruption } from './listen/listen-command.ts'
import { UsageRefusal } from './usage-refusal.ts'

const TERMS: readonly Column[] = [
  { key: 'documentType', fr: 'Type', en: 'Kind', essential: true },
  { key: 'what', fr: 'Document', en: 'Document' },
  { key: 'years', fr: 'Années', en: 'Years', essential: true },
  { key: 'after', fr: 'Après', en: 'After' },
  { key: 'term', fr: 'Raison', en: 'Reason' },
]

const DUE: readonly Column[] = [
  { key: 'databaseName', fr: 'Compte', en: 'Account', essential: true },
  { key: 'documentType', fr: 'Type', en: 'Kind', essential: true },
  { key: 'documents', fr: 'Documents', en: 'Documents', essential: true },
  { key: 'emptied', fr: 'dont vidés', en: 'of which emptied' },
  { key: 'bytes', fr: 'Octets', en: 'Bytes' },
  { key: 'since', fr: 'Depuis', en: 'Since' },
  { key: 'term', fr: 'Raison', en: 'Reason' },
]

const subjects: Readonly<Record<Subject, BilingualText>> = {
  dealing: {
    fr: "la fin du bail, sinon de l'appel de service, sinon du séjour du locataire",
    en: "the end of the lease, else of the service call, else of the tenant's stay",
  },
  agreement: { fr: "l'annulation de l'accord", en: 'the cancellation of the agreement' },
  invoice: {
    fr: "le paiement de la facture, si elle n'est pas d'un actif",
    en: 'the payment of the invoice, unless it is of an asset',
  },
  slip: { fr: "l'année du relevé", en: 'the year of the slip' },
  date: { fr: 'la date du document', en: 'the date of the document' },
}

/** A person who waits wants a sign of life about once in so many documents. */
const TELL_EVERY = 1_000

export function addRetentionCommands(group: Command, context: CommandContext): void {
  const { language } = context
  const terms = context.command(group, 'terms', {
    fr: 'combien de temps chaque type de document est conservé, et pourquoi',
    en: 'how long each kind of document is kept, and why',
  })
  terms.action(() => {
    const inForce = termsInForce(context.configOf(terms).documentTerms ?? {})
    context.show(terms, {
      columns: TERMS,
      isList: true,
      rows: inForce.map(({ code, years, after, term }) => ({
        documentType: code,
        what: nameOf(code)[language],
        years,
        after: subjects[after][language],
        term: term[language],
      })),
      notice: KEPT,
    })
  })
  addRetention(group, context)
}

const KEPT: BilingualText = {
  fr: "Les autres types n'échoient pas. Rien n'échoit tant que le locataire doit quelque chose, que le Tribunal est saisi, ou que la fin de validité (ExpiryDate) n'est pas passée; ni dans l'année de l'ajout du document.",
  en: 'Other kinds do not fall due. Nothing does while the tenant owes anything, the tribunal is seized, or the end of validity (ExpiryDate) has not passed; nor within a year of the addition of the document.',
}

interface RetentionOptions {
  readonly dryRun?: true
  readonly apply?: true
  readonly account?: string
  readonly on?: IsoDate
  readonly proof?: string
}

function addRetention(group: Command, context: CommandContext): void {
  const text = (fr: string, en: string): string => context.text({ fr, en })
  const command = context
    .command(group, 'retention', {
      fr: 'dire quels documents ne sont plus à conserver; avec --apply, les détruire. Sans retour',
      en: 'say which documents need not be kept any longer; with --apply, destroy them. Cannot be undone',
    })
    .addOption(ofOneAccount(context))
    .addOption(
      new Option(
        '--dry-run',
        text(
          'dire, sans rien changer (sans --apply, toujours)',
          'say, and change nothing (always, without --apply)',
        ),
      ).conflicts('apply'),
    )
    .addOption(new Option('--apply', text('les détruire', 'destroy them')).conflicts('on'))
    .addOption(
      new Option(
        '--on <date>',
        text('ce qui sera échu ce jour-là', 'what will be due on that day'),
      ).argParser(parseDate),
    )
    .option(
      '--proof <file>',
      text(
        "fichier NDJSON qui n'existe pas encore : chaque document, et ce qu'il en est advenu",
        'NDJSON file that is not there yet: each document, and what has become of it',
      ),
    )
  command.action(async () => {
    const options = command.opts<RetentionOptions>()
    const { apply = false, account, on, proof: path } = options
    if (apply && path === undefined) throw NO_PROOF
    const signal = context.dependencies.interruption?.() ?? new AbortController().signal
    const longer = context.configOf(command).documentTerms ?? {}
    const proof = path === undefined ? undefined : new RetentionProof(path)
    const totals = new Totals(context.notifierOf(command))
    try {
      await context.overDatabase(command, async (database) => {
        const accounts = await getAccounts(database, account)
        for (const each of accounts) {
          if (signal.aborted) break
          const run = { database, account: each, longer, signal, proof, totals }
          if (apply) await destroy(run)
          else await list(run, on ?? businessDateOf(each.pinnedAt ?? new Date()))
        }
      })
    } finally {
      await proof?.close()
    }
    context.show(command, {
      columns: DUE,
      isList: true,
      rows: totals.rows.map((row) => ({
        ...row,
        term: documentTerms[row.documentType]?.term[context.language],
      })),
      notice: apply ? DESTROYED : NOTHING_DONE,
    })
    if (signal.aborted) throw new Interruption(undefined)
  })
}

interface Run {
  readonly database: Database
  readonly account: Account
  readonly longer: LongerTerms
  readonly signal: AbortSignal
  readonly proof: RetentionProof | undefined
  readonly totals: Totals
}

async function list(
  { database, account, longer, signal, proof, totals }: Run,
  on: IsoDate,
): Promise<void> {
  const { accountId, databaseName } = account
  for await (const page of pagesOfDue(database, { accountId, on, longer })) {
    await proof?.list(databaseName, page)
    totals.add(databaseName, page)
    if (signal.aborted) return
  }
}

async function destroy({ database, account, longer, signal, proof, totals }: Run): Promise<void> {
  if (proof === undefined) throw NO_PROOF
  await destroyDueDocuments(database, {
    account,
    on: businessDateOf(account.pinnedAt ?? new Date()),
    longer,
    now: () => new Date(),
    signal,
    proof: proof.of(account.databaseName),
    onDestroyed: (documents) => totals.add(account.databaseName, documents),
  })
}

interface Total {
  readonly databaseName: string
  readonly documentType: DocumentTypeCode
  documents: number
  /** Those that stay as rows, since something refers to them. */
  emptied: number
  bytes: number
  /** The earliest. */
  since: IsoDate
}

class Totals {
  readonly #notify: Notify
  readonly #rows = new Map<string, Total>()
  #count = 0

  constructor(notify: Notify) {
    this.#notify = notify
  }

  get rows(): readonly Total[] {
    return [...this.#rows.values()]
  }

  add(databaseName: string, documents: readonly DueDocument[]): void {
    for (const { documentType, bytes, since, referredBy } of documents) {
      const key = `${databaseName} ${documentType}`
      const row = this.#rows.get(key) ?? {
        databaseName,
        documentType,
        documents: 0,
        emptied: 0,
        bytes: 0,
        since,
      }
      this.#rows.set(key, row)
      row.documents += 1
      row.emptied += referredBy === null ? 0 : 1
      row.bytes += bytes
      if (since < row.since) row.since = since
      this.#count += 1
      if (this.#count % TELL_EVERY === 0)
        this.#notify({ fr: `${this.#count} documents…`, en: `${this.#count} documents…` })
    }
  }
}

function nameOf(code: DocumentTypeCode): BilingualText {
  const member = getEnumeration('DocumentType').members.find((each) => each.code === code)
  if (member === undefined) throw new Error(`No kind of document is ${code}`)
  return member
}

function parseDate(text: string): IsoDate {
  if (isIsoDate(text)) return text
  throw new InvalidArgumentError(`'${text}' (2026-12-31)`)
}

const NO_PROOF = new UsageRefusal({
  fr: 'Dites où va la preuve : --proof destruction-2026-12-31.ndjson',
  en: 'Say where the proof goes: --proof destruction-2026-12-31.ndjson',
})

const NOTHING_DONE: BilingualText = {
  fr: "Rien n'a été changé. Pour détruire ces documents : --apply --proof <fichier>",
  en: 'Nothing was changed. To destroy these documents: --apply --proof <file>',
}

const DESTROYED: BilingualText = {
  fr: "Détruits; « vidés » : une ligne les nomme encore, le contenu et les textes sont partis. Les sauvegardes les ont jusqu'à la fin de leur propre conservation.",
  en: 'Destroyed; emptied: a row still refers to them, content and texts are gone. Backups have them until they are not kept any longer.',
}
