/** `hapi documents …`: where contents of documents are, and how they move; `order-commands.ts` has what is produced. */

import { type Command, Option } from 'commander'
import { tellCommand } from '../audit/commands.ts'
import { type Account, listAccounts } from '../auth/accounts.ts'
import { AdministrationRefusal } from '../auth/administration-refusal.ts'
import type { Config } from '../config.ts'
import type { StoreKind } from '../contents/content-store.ts'
import type { ContentStores } from '../contents/content-stores.ts'
import { moveContents } from '../contents/move-content.ts'
import { readUsage } from '../contents/usage.ts'
import type { Database } from '../db/database.ts'
import type { Notify } from '../db/startup-refusal.ts'
import { checkContentStores, openContentStores } from '../document-stores.ts'
import { getAccounts, ofOneAccount } from './account-option.ts'
import type { Column } from './answer.ts'
import type { CommandContext } from './command-context.ts'
import { Interruption } from './listen/listen-command.ts'
import { addOrderCommands } from './order-commands.ts'
import { addRetentionCommands } from './retention-commands.ts'
import { UsageRefusal } from './usage-refusal.ts'

const USAGE: readonly Column[] = [
  { key: 'databaseName', fr: 'Compte', en: 'Account', essential: true },
  { key: 'postgresContents', fr: 'Dans PostgreSQL', en: 'In PostgreSQL' },
  { key: 'postgresBytes', fr: 'Octets', en: 'Bytes' },
  { key: 's3Contents', fr: 'Dans S3', en: 'In S3' },
  { key: 's3Bytes', fr: 'Octets', en: 'Bytes' },
  { key: 'removals', fr: 'À retirer de S3', en: 'To be removed from S3' },
  { key: 'mibMax', fr: 'Mio au plus', en: 'MiB at most' },
]

const MOVED: readonly Column[] = [
  { key: 'databaseName', fr: 'Compte', en: 'Account', essential: true },
  { key: 'contents', fr: 'Contenus déplacés', en: 'Contents moved' },
  { key: 'bytes', fr: 'Octets', en: 'Bytes' },
  { key: 'damaged', fr: 'Abîmés', en: 'Damaged' },
]

/** A person who waits wants a sign of life about once in so many contents. */
const TELL_EVERY = 500
/** Damaged documents of an account that are named. */
const NAMED_MAX = 100

export function addDocumentCommands(program: Command, context: CommandContext): void {
  const group = context.group(program, 'documents', {
    fr: 'les documents : où sont leurs contenus, ce qui reste à produire, ce qui est à détruire',
    en: 'documents: where their contents are, what is yet to be produced, what is to be destroyed',
  })
  const usage = context.command(group, 'usage', {
    fr: 'ce que chaque compte conserve, et où',
    en: 'what each account keeps, and where',
  })
  usage.action(() =>
    context.answer(usage, async (database) => {
      const rows: object[] = []
      for (const { accountId, databaseName } of await listAccounts(database))
        rows.push({ databaseName, ...(await readUsage(database, accountId)) })
      return { columns: USAGE, isList: true, rows }
    }),
  )
  addMoveCommand(group, context)
  addOrderCommands(group, context)
  addRetentionCommands(group, context)
}

function addMoveCommand(group: Command, context: CommandContext): void {
  const move = context
    .command(group, 'move', {
      fr: 'les déplacer vers un autre stockage, pendant que le service tourne; relancée, elle continue',
      en: 'move them to another store, while the service runs; started again, it goes on',
    })
    .addOption(
      new Option('--to <store>', context.text({ fr: 'postgres ou s3', en: 'postgres or s3' }))
        .choices(['postgres', 's3'])
        .makeOptionMandatory(),
    )
    .addOption(ofOneAccount(context))
  move.action(async () => {
    const { to, account } = move.opts<{ to: StoreKind; account?: string }>()
    const config = context.configOf(move)
    const signal = context.dependencies.interruption?.() ?? new AbortController().signal
    const notify = context.notifierOf(move)
    const moved = await context.overDatabase(move, async (database) => {
      const accounts = await getAccounts(database, account)
      for (const { accountId } of accounts)
        await tellCommand(database, accountId, `hapi documents move --to ${to}`)
      return withStores(config, database, to, (stores) =>
        moveAll({ database, stores, to, signal, notify }, accounts),
      )
    })
    context.show(move, {
      columns: MOVED,
      isList: true,
      rows: moved.map((row) => ({ ...row, damaged: row.damaged.length })),
    })
    if (signal.aborted) throw new Interruption(undefined)
    const damaged = moved.filter((row) => row.damaged.length > 0)
    if (damaged.length > 0) throw damagedRefusal(damaged)
    if (config.documentStore !== to)
      notify({
        fr: `Les nouveaux contenus vont encore ailleurs : HAPI_DOCUMENT_STORE=${config.documentStore}.`,
        en: `New contents still go elsewhere: HAPI_DOCUMENT_STORE=${config.documentStore}.`,
      })
  })
}

async function withStores<T>(
  config: Config,
  database: Database,
  to: StoreKind,
  work: (stores: ContentStores) => Promise<T>,
): Promise<T> {
  const stores = await openContentStores(config, database)
  try {
    if (to === 's3' && stores.bucket === undefined)
      throw new UsageRefusal({
        fr: 'Nommez le compartiment S3 par HAPI_S3_BUCKET.',
        en: 'Name the S3 bucket with HAPI_S3_BUCKET.',
      })
    await checkContentStores(stores, database)
    return await work(stores)
  } finally {
    stores.close()
  }
}

interface Move {
  readonly database: Database
  readonly stores: ContentStores
  readonly to: StoreKind
  readonly signal: AbortSignal
  readonly notify: Notify
}

interface MovedOfAccount {
  readonly databaseName: string
  readonly contents: number
  readonly bytes: number
  readonly damaged: readonly number[]
}

async function moveAll(
  { database, stores, to, signal, notify }: Move,
  accounts: readonly Account[],
): Promise<readonly MovedOfAccount[]> {
  const rows: MovedOfAccount[] = []
  let contents = 0
  const onMoved = (): void => {
    contents++
    if (contents % TELL_EVERY === 0)
      notify({ fr: `${contents} contenus déplacés…`, en: `${contents} contents moved…` })
  }
  for (const { accountId, databaseName } of accounts) {
    if (signal.aborted) break
    const moving = { database, stores, store: stores.of(to), signal, onMoved }
    rows.push({ databaseName, ...(await moveContents(moving, accountId, 'all')) })
  }
  return rows
}

function damagedRefusal(accounts: readonly MovedOfAccount[]): AdministrationRefusal {
  const lines = accounts
    .map(
      ({ databaseName, damaged }) => `${databaseName}: ${damaged.slice(0, NAMED_MAX).join(', ')}`,
    )
    .join('\n')
  return new AdministrationRefusal({
    fr: `Ces documents n'ont pas le contenu dont leur empreinte témoigne; il est resté où il était :\n${lines}`,
    en: `These documents do not have the content that their digest tells of; it stayed where it was:\n${lines}`,
  })
}
