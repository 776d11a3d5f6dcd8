/** `hapi privacy who-saw`: who may have seen a person, or whom a key may have shown. */

import { type Command, Option } from 'commander'
import { sealAll } from '../../audit/sealer.ts'
import { type Account, getAccount } from '../../auth/accounts.ts'
import type { Database } from '../../db/database.ts'
import type { BilingualText } from '../../db/startup-refusal.ts'
import { type Ask, askOf } from '../../domain/privacy/mentions.ts'
import { findPeople, type PersonName, personText } from '../../domain/privacy/people.ts'
import { tracePrivacy } from '../../domain/privacy/trace.ts'
import { findSeen, findSeers, type Interval, type Seer } from '../../domain/privacy/who-saw.ts'
import type { Answer, Column } from '../answer.ts'
import type { CommandContext } from '../command-context.ts'
import { parseInstant, UsageRefusal } from '../usage-refusal.ts'
import { namesOfOptions, type PersonOptions, withPeople } from './person-options.ts'

const SEERS: readonly Column[] = [
  { key: 'integrator', fr: 'Intégrateur', en: 'Integrator', essential: true },
  { key: 'user', fr: 'Utilisateur', en: 'User', essential: true },
  { key: 'key', fr: 'Clé', en: 'Key' },
  { key: 'channel', fr: 'Par', en: 'By' },
  { key: 'process', fr: 'Processus', en: 'Process' },
  { key: 'sets', fr: 'Ensembles', en: 'Sets' },
  { key: 'kinds', fr: 'Actes', en: 'Acts' },
  { key: 'isExact', fr: 'Certain', en: 'Certain' },
  { key: 'times', fr: 'Fois', en: 'Times' },
  { key: 'first', fr: 'De', en: 'From' },
  { key: 'last', fr: 'À', en: 'To' },
]

const SEEN: readonly Column[] = [
  { key: 'person', fr: 'Personne', en: 'Person', essential: true },
  { key: 'sets', fr: 'Ensembles', en: 'Sets' },
  { key: 'isExact', fr: 'Certain', en: 'Certain' },
]

interface WhoSawOptions extends PersonOptions {
  readonly key?: string
  readonly user?: string
  readonly from?: Date
  readonly to?: Date
}

/** When nothing is said: what an access request is usually about. */
const DAYS_DEFAULT = 30

export function addWhoSaw(group: Command, context: CommandContext): void {
  const command = withPeople(
    context.command(group, 'who-saw', {
      fr: "qui peut avoir vu une personne, d'après le journal d'audit; ou, avec --key ou --user, quelles personnes",
      en: 'who may have seen a person, by the audit; or, with --key or --user, which persons',
    }),
    context,
  )
    .option(
      '--key <id>',
      context.text({
        fr: "ce qu'une clé a lu (sa partie publique)",
        en: 'what a key has read (its public part)',
      }),
    )
    .option(
      '--user <name>',
      context.text({ fr: "ce qu'un utilisateur a lu", en: 'what a user has read' }),
    )
  const dates = [
    [
      '--from <date>',
      {
        fr: `depuis (par défaut, ${DAYS_DEFAULT} jours)`,
        en: `since (default: ${DAYS_DEFAULT} days)`,
      },
    ],
    [
      '--to <date>',
      {
        fr: "jusqu'à, non compris (par défaut, maintenant)",
        en: 'until, not included (default: now)',
      },
    ],
  ] as const
  for (const [flags, text] of dates)
    command.addOption(new Option(flags, context.text(text)).argParser(parseInstant))
  command.action(() =>
    context.answer(command, async (database) => {
      const options = command.opts<WhoSawOptions>()
      const account = await getAccount(database, options.account)
      // What was done a moment ago waits to be sealed.
      await sealAll(database)
      return look(database, account, options)
    }),
  )
}

/** What is asked for is itself in the audit, in the same transaction. */
async function look(
  database: Database,
  { accountId }: Account,
  options: WhoSawOptions,
): Promise<Answer> {
  const names = namesOfOptions(options)
  const seer: Seer = { key: options.key, user: options.user }
  const asked = { interval: intervalOf(options), seer }
  if (names.length === 0 && seer.key === undefined && seer.user === undefined) throw nobodyNamed()
  return database.transaction(
    async (client) => {
      await client.query('set local statement_timeout = 0')
      const ask = askOf(client)
      if (names.length === 0) return seenBy(ask, accountId, asked)
      const people = await findPeople(ask, accountId, names)
      const rows = await findSeers(ask, accountId, people, asked)
      await tracePrivacy(ask, accountId, `who-saw ${names.map(namedBy).join(' ')}`, names)
      return { columns: SEERS, isList: true, rows, notice: CERTAINTY }
    },
    { accountId },
  )
}

async function seenBy(
  ask: Ask,
  accountId: number,
  asked: { readonly interval: Interval; readonly seer: Seer },
): Promise<Answer> {
  const { key, user } = asked.seer
  const seen = await findSeen(ask, accountId, asked)
  const named = [
    key === undefined ? '' : `--key ${key}`,
    user === undefined ? '' : `--user ${user}`,
  ]
  await tracePrivacy(ask, accountId, `who-saw ${named.join(' ').trim()}`)
  const rows = seen.map(({ name, ...rest }) => ({ person: personText(name), ...rest }))
  return { columns: SEEN, isList: true, rows, notice: CERTAINTY }
}

function namedBy(name: PersonName): string {
  return `--person ${personText(name)}`
}

const CERTAINTY: BilingualText = {
  fr: 'Certain : une ligne de la personne a été lue ou modifiée. Sinon, une longue liste a couvert son Id : elle peut y avoir été.',
  en: 'Certain: a row of the person was read or changed. Otherwise a long list covered its Id: the person may have been in it.',
}

function intervalOf({ from, to = new Date() }: WhoSawOptions): Interval {
  const start = from ?? new Date(to.getTime() - DAYS_DEFAULT * 86_400_000)
  if (start < to) return { from: start, to }
  throw new UsageRefusal({ fr: '--from doit précéder --to.', en: '--from must be before --to.' })
}

function nobodyNamed(): UsageRefusal {
  return new UsageRefusal({
    fr: 'Dites de qui il s’agit : --person Tenant:9101, ou --key ou --user pour savoir qui a été vu.',
    en: 'Say who is meant: --person Tenant:9101, or --key or --user to learn who was seen.',
  })
}
