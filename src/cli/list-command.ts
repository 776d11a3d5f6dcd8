/** `list`, the same for everything that an account has: all of it, or that of one account. */

import type { Command } from 'commander'
import type { Database } from '../db/database.ts'
import { ofOneAccount } from './account-option.ts'
import type { Answer, Column } from './answer.ts'
import type { CommandContext } from './command-context.ts'

interface Listed {
  readonly columns: readonly Column[]
  readonly read: (database: Database, databaseName: string | undefined) => Promise<Answer['rows']>
}

export function addList(group: Command, context: CommandContext, { columns, read }: Listed): void {
  const list = context
    .command(group, 'list', { fr: 'les lister', en: 'list them' })
    .addOption(ofOneAccount(context))
  list.action(() => {
    const { account } = list.opts<{ account?: string }>()
    return context.answer(list, async (database) => ({
      columns,
      isList: true,
      rows: await read(database, account),
    }))
  })
}
