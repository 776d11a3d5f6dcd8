/** `hapi audit export`: whole chains, a line each, so that anybody can verify them without the product. */

import type { Command } from 'commander'
import { tellCommand } from '../../audit/commands.ts'
import { readHeads } from '../../audit/heads.ts'
import { type Entry, readChains } from '../../audit/read-entries.ts'
import { sealAll } from '../../audit/sealer.ts'
import { lineOf } from '../../audit/verify.ts'
import type { Database } from '../../db/database.ts'
import { getAccountId, ofOneAccount } from '../account-option.ts'
import type { CommandContext } from '../command-context.ts'
import { named } from './named-options.ts'

/** Members of the list that is hashed, in its order. */
const MEMBERS = [
  'accountId',
  'id',
  'at',
  'kind',
  'channel',
  'userId',
  'userName',
  'integratorName',
  'keyId',
  'process',
  'requestId',
  'entity',
  'entityId',
  'entityKey',
  'changes',
  'code',
  'address',
  'request',
  'firstId',
  'lastId',
  'rowCount',
  'entityIds',
  'occurrences',
] as const satisfies readonly (keyof Entry)[]

/** Of the form of the lines. */
const FORMAT = 'primmo-hapi-audit-1'

export function addExportCommand(group: Command, context: CommandContext): void {
  const command = context
    .command(group, 'export', {
      fr: 'les chaînes entières, une entrée par ligne (NDJSON), que quiconque peut vérifier',
      en: 'whole chains, an entry a line (NDJSON), which anybody can verify',
    })
    .addOption(ofOneAccount(context))
  command.action(() =>
    context.overDatabase(command, async (database) => {
      const { account } = command.opts<{ account?: string }>()
      const accountId = await getAccountId(database, account)
      await tellCommand(database, accountId ?? 0, `hapi audit export${named({ account })}`)
      await sealAll(database)
      await context.showAll(linesOf(database, accountId))
    }),
  )
}

async function* linesOf(database: Database, accountId: number | undefined): AsyncGenerator<string> {
  // Before the entries: what is added meanwhile is beyond them.
  const heads = (await readHeads(database)).filter(
    (head) => accountId === undefined || head.accountId === accountId,
  )
  yield ndjson([{ format: FORMAT, hash: HASH, members: MEMBERS, heads }])
  for await (const page of readChains(database, accountId))
    yield ndjson(
      page.map((entry) => ({
        hash: entry.hash,
        line: lineOf(MEMBERS.map((member) => textOf(entry[member]))),
      })),
    )
}

function ndjson(lines: readonly object[]): string {
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('')
}

/** How a reader computes it. */
const HASH =
  'sha256(hash of the entry before in its account, 32 bytes, 00 before the first + line in UTF-8)'

function textOf(value: string | number | null): string | null {
  return value === null ? null : String(value)
}
