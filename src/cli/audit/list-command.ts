/** `hapi audit list`: who did what, by time, one account after the other. */

import { type Command, InvalidArgumentError, Option } from 'commander'
import { tellCommand } from '../../audit/commands.ts'
import { type Entry, type EntryFilter, readEntries } from '../../audit/read-entries.ts'
import { sealAll } from '../../audit/sealer.ts'
import type { Database } from '../../db/database.ts'
import type { BilingualText } from '../../db/startup-refusal.ts'
import { getAccountId, ofOneAccount } from '../account-option.ts'
import type { CommandContext } from '../command-context.ts'
import { parseInstant } from '../usage-refusal.ts'
import { named } from './named-options.ts'

interface ListOptions {
  readonly account?: string
  readonly from?: Date
  readonly to?: Date
  readonly who?: string
  readonly kind?: string
  readonly entity?: string
  readonly id?: number
  readonly json?: boolean
}

const FILTERS: readonly (readonly [string, BilingualText, ((text: string) => unknown)?])[] = [
  ['--from <date>', { fr: 'depuis', en: 'since' }, parseInstant],
  ['--to <date>', { fr: "jusqu'à, non compris", en: 'until, not included' }, parseInstant],
  [
    '--who <name>',
    {
      fr: 'utilisateur, intégrateur, partie publique de la clé ou processus',
      en: 'user, integrator, public part of the key or process',
    },
  ],
  [
    '--kind <kind>',
    { fr: 'acte : UPDATE, READ, SIGN_IN…', en: 'act: UPDATE, READ, SIGN_IN…' },
    upper,
  ],
  ['--entity <name>', { fr: 'entité : Tenant…', en: 'entity: Tenant…' }],
  ['--id <number>', { fr: "Id d'une ligne", en: 'Id of a row' }, parseId],
]

export function addListCommand(group: Command, context: CommandContext): void {
  const command = context.command(group, 'list', {
    fr: 'les entrées, dans l’ordre du temps',
    en: 'the entries, in the order of time',
  })
  command.addOption(ofOneAccount(context))
  for (const [flags, text, parse] of FILTERS) {
    const option = new Option(flags, context.text(text))
    command.addOption(parse === undefined ? option : option.argParser(parse))
  }
  command.action(() =>
    context.overDatabase(command, async (database) => {
      const options = command.opts<ListOptions>()
      const filter = await filterOf(database, options)
      // Who looks at the audit is in it too.
      await tellCommand(database, filter.accountId ?? 0, `hapi audit list${named(options)}`)
      await sealAll(database)
      const form = options.json === true ? new JsonForm() : new TableForm(context)
      await context.showAll(pagesOf(database, filter, form))
    }),
  )
}

async function* pagesOf(
  database: Database,
  filter: EntryFilter,
  form: JsonForm | TableForm,
): AsyncGenerator<string> {
  yield form.begin
  for await (const page of readEntries(database, filter))
    yield page.map((entry) => form.entry(entry)).join('')
  yield form.end
}

async function filterOf(database: Database, options: ListOptions): Promise<EntryFilter> {
  const { account, id, ...filter } = options
  const accountId = await getAccountId(database, account)
  return { ...filter, accountId, entityId: id }
}

/** A list like those of other commands, an entry a line. */
class JsonForm {
  readonly begin = '['
  readonly end = '\n]\n'
  #isFirst = true

  entry(entry: Entry): string {
    const comma = this.#isFirst ? '' : ','
    this.#isFirst = false
    return `${comma}\n${JSON.stringify(entry)}`
  }
}

/** Columns of a fixed width, since nobody knows what comes. */
const WIDTHS = [7, 24, 9, 28, 9, 24, 9] as const

class TableForm {
  readonly begin: string
  readonly end = ''

  constructor(context: CommandContext) {
    this.begin = lineOf(
      HEADS.map((head) => context.text(head)),
      context.text(WHAT),
    )
  }

  entry(entry: Entry): string {
    const who = entry.userName ?? entry.process ?? '-'
    const id = entry.entityId ?? entry.entityIds ?? rangeOf(entry) ?? '-'
    const { accountId, at, kind, keyId, entity } = entry
    const cells = [String(accountId), at, kind, who, keyId ?? '-', entity ?? '-', id]
    return lineOf(cells, whatOf(entry))
  }
}

const HEADS: readonly BilingualText[] = [
  { fr: 'Compte', en: 'Account' },
  { fr: 'Date', en: 'Date' },
  { fr: 'Acte', en: 'Act' },
  { fr: 'Qui', en: 'Who' },
  { fr: 'Clé', en: 'Key' },
  { fr: 'Entité', en: 'Entity' },
  { fr: 'Id', en: 'Id' },
]

/** Behind them stands what has no width. */
const WHAT: BilingualText = { fr: 'Détail', en: 'Detail' }

function lineOf(cells: readonly string[], what: string): string {
  const padded = cells.map((cell, index) => cell.padEnd(WIDTHS[index] ?? 0))
  return `${[...padded, what].join('  ').trimEnd()}\n`
}

function rangeOf({ firstId, lastId }: Entry): string | undefined {
  return firstId === null ? undefined : `${firstId}-${lastId}`
}

function whatOf({ changes, code, request, address, entityKey, occurrences }: Entry): string {
  const times = occurrences === '1' ? null : `× ${occurrences}`
  return [entityKey, changes, code, request, address, times]
    .filter((part) => part !== null)
    .join(' ')
}

function upper(text: string): string {
  return text.toUpperCase()
}

function parseId(text: string): number {
  const id = Number(text)
  if (/^\d+$/.test(text) && Number.isSafeInteger(id)) return id
  throw new InvalidArgumentError(`'${text}'`)
}
