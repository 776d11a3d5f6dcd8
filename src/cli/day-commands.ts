/** `hapi day` runs the daily job by hand; `hapi sandbox clock` shows and moves the clock of a sandbox. */

import { type Command, InvalidArgumentError, Option } from 'commander'
import { type Account, getAccount, listAccounts } from '../auth/accounts.ts'
import type { Database } from '../db/database.ts'
import type { Notify } from '../db/startup-refusal.ts'
import { moveThroughDays } from '../domain/leasing/account-days.ts'
import { businessDateOf } from '../domain/leasing/business-date.ts'
import { addDays, addMonths, type IsoDate, isIsoDate } from '../domain/leasing/dates.ts'
import {
  type ClockGoal,
  type ClockState,
  moveClock,
  pinClock,
  readClock,
  releaseClock,
} from '../domain/leasing/sandbox-clock.ts'
import { getOnlyAccount, ofOneAccount, onlyAccount } from './account-option.ts'
import type { Column } from './answer.ts'
import type { CommandContext } from './command-context.ts'
import { parseInstant } from './usage-refusal.ts'

const DAY: readonly Column[] = [
  { key: 'databaseName', fr: 'Compte', en: 'Account' },
  { key: 'businessDate', fr: 'Date du jour', en: 'Business date', essential: true },
]

const CLOCK: readonly Column[] = [
  { key: 'databaseName', fr: 'Compte', en: 'Account' },
  { key: 'pinnedAt', fr: 'Horloge arrêtée à', en: 'Clock stopped at' },
  { key: 'businessDate', fr: 'Date du jour', en: 'Business date', essential: true },
]

/** A person who waits wants a sign of life about once in so many days passed. */
const TELL_EVERY_DAYS = 30

export function addDayCommand(program: Command, context: CommandContext): void {
  const command = context
    .command(program, 'day', {
      fr: 'exécuter le traitement quotidien : amener les comptes à la date du jour',
      en: 'run the daily job: bring the accounts to the business date',
    })
    .addOption(ofOneAccount(context))
  command.action(() =>
    context.answer(command, async (database) => {
      const { account } = command.opts<{ account?: string }>()
      const accounts =
        account === undefined
          ? (await listAccounts(database)).filter(({ revokedDate }) => revokedDate === null)
          : [await getAccount(database, account)]
      const rows: object[] = []
      for (const { accountId, databaseName, pinnedAt } of accounts) {
        const date = businessDateOf(pinnedAt ?? new Date())
        const businessDate = await moveThroughDays(
          database,
          accountId,
          { date },
          { onDay: progress(context.notifierOf(command)) },
        )
        rows.push({ databaseName, businessDate })
      }
      return { columns: DAY, isList: true, rows }
    }),
  )
}

interface ClockOptions {
  readonly account?: string
  readonly set?: ClockGoal
  readonly advance?: Span
  readonly pin?: true
  readonly release?: true
}

export function addSandboxCommands(program: Command, context: CommandContext): void {
  const group = context.group(program, 'sandbox', {
    fr: "les bacs à sable : des comptes dont l'horloge s'arrête et se déplace",
    en: 'the sandboxes: accounts whose clock stands and moves',
  })
  const clock = context
    .command(group, 'clock', {
      fr: "montrer l'horloge d'un compte, ou l'avancer",
      en: "show an account's clock, or move it forward",
    })
    .addOption(onlyAccount(context))
  const moves = [
    new Option(
      '--set <date>',
      context.text({
        fr: "avancer jusqu'à une date ou un instant",
        en: 'move to a date or instant',
      }),
    ).argParser(parseGoal),
    new Option(
      '--advance <span>',
      context.text({
        fr: 'avancer de 30d (jours) ou de 2m (mois)',
        en: 'move by 30d (days) or 2m (months)',
      }),
    ).argParser(parseSpan),
    new Option(
      '--pin',
      context.text({
        fr: "arrêter l'horloge d'un compte réel",
        en: 'stop the clock of a real account',
      }),
    ),
    new Option(
      '--release',
      context.text({ fr: "revenir à l'heure réelle", en: 'go back to the real time' }),
    ),
  ]
  const names = moves.map((option) => option.attributeName())
  for (const option of moves)
    clock.addOption(option.conflicts(names.filter((name) => name !== option.attributeName())))
  clock.action(() =>
    context.answer(clock, async (database) => {
      const options = clock.opts<ClockOptions>()
      const account = await getOnlyAccount(database, options.account)
      const state = await workClock(database, account, options, context.notifierOf(clock))
      return {
        columns: CLOCK,
        isList: false,
        rows: [{ databaseName: account.databaseName, ...state }],
      }
    }),
  )
}

async function workClock(
  database: Database,
  { accountId }: Account,
  { set, advance, pin, release }: ClockOptions,
  notify: Notify,
): Promise<ClockState> {
  const now = new Date()
  const onDay = progress(notify)
  if (pin === true) return pinClock(database, accountId, now)
  if (release === true) return releaseClock(database, accountId, now, { onDay })
  if (set !== undefined) return moveClock(database, accountId, set, { onDay })
  const state = await readClock(database, accountId, now)
  if (advance === undefined) return state
  return moveClock(database, accountId, { date: dateAfter(state.businessDate, advance) }, { onDay })
}

function progress(notify: Notify): (day: IsoDate) => void {
  let last: IsoDate | undefined
  return (day) => {
    last ??= day
    if (day < addDays(last, TELL_EVERY_DAYS)) return
    last = day
    notify({ fr: `… ${day}`, en: `… ${day}` })
  }
}

interface Span {
  readonly count: number
  readonly unit: 'd' | 'm'
}

function dateAfter(date: IsoDate, { count, unit }: Span): IsoDate {
  return unit === 'd' ? addDays(date, count) : addMonths(date, count)
}

function parseGoal(text: string): ClockGoal {
  return isIsoDate(text) ? { date: text } : { instant: parseInstant(text) }
}

function parseSpan(text: string): Span {
  const match = /^(\d{1,4})([dm])$/.exec(text)
  if (match === null) throw new InvalidArgumentError(`'${text}' (30d, 2m)`)
  return { count: Number(match[1]), unit: match[2] === 'd' ? 'd' : 'm' }
}
