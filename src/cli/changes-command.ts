/** `hapi changes`: the committed changes of an account, one notification a line. */

import { type Command, InvalidArgumentError } from 'commander'
import { getAccount } from '../auth/accounts.ts'
import { type ChangePage, readChanges, START_OF_LOG } from '../changes/change-log.ts'
import { notificationOf } from '../changes/notification.ts'
import type { Database } from '../db/database.ts'
import { requiredAccount } from './account-option.ts'
import type { CommandContext } from './command-context.ts'
import { UsageRefusal } from './usage-refusal.ts'

const LIMIT_DEFAULT = 100
/** One page is held in memory whole. */
const LIMIT_MAX = 100_000

interface ChangesOptions {
  readonly account: string
  readonly after: string
  readonly limit: number
}

export function addChangesCommand(program: Command, context: CommandContext): void {
  const command = context
    .command(program, 'changes', {
      fr: "les modifications validées d'un compte, une notification par ligne",
      en: 'the committed changes of an account, one notification per line',
    })
    .addOption(requiredAccount(context))
    .option(
      '--after <position>',
      context.text({
        fr: 'position dite par un appel précédent; sinon depuis le début du journal',
        en: 'position told by an earlier call; else from the start of the log',
      }),
      START_OF_LOG,
    )
    .option(
      '--limit <number>',
      context.text({ fr: 'nombre de lignes au plus', en: 'most lines' }),
      parseLimit,
      LIMIT_DEFAULT,
    )
  command.action(() => {
    const options = command.opts<ChangesOptions>()
    return context.overDatabase(command, async (database) => {
      const { databaseName, page } = await readPage(database, options)
      context.dependencies.stdout.write(linesOf(page, databaseName))
      context.notifierOf(command)({
        fr: `${page.hasMore ? 'Il y en a d’autres' : 'La suite, quand il y en aura'} : --after ${page.next}`,
        en: `${page.hasMore ? 'There are more' : 'To read on, once there are more'}: --after ${page.next}`,
      })
    })
  })
}

async function readPage(database: Database, { account, after, limit }: ChangesOptions) {
  const { accountId, databaseName } = await getAccount(database, account)
  try {
    const page = await database.transaction(
      (client) => readChanges(client, { accountId, after, limit }),
      { accountId },
    )
    return { databaseName, page }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw new UsageRefusal({
      fr: `« ${after} » n'est pas une position dans le journal des modifications.`,
      en: `'${after}' is no position in the change log.`,
    })
  }
}

/** The notification's members, then when it was and its number. */
function linesOf({ changes }: ChangePage, databaseName: string): string {
  return changes
    .map((change) => ({ ...notificationOf(change, databaseName), Seq: change.seq, At: change.at }))
    .map((line) => `${JSON.stringify(line)}\n`)
    .join('')
}

function parseLimit(text: string): number {
  const limit = Number(text)
  if (!/^\d+$/.test(text) || limit < 1 || limit > LIMIT_MAX) {
    throw new InvalidArgumentError(`'${text}' (1 … ${LIMIT_MAX})`)
  }
  return limit
}
