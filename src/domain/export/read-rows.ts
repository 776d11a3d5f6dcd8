/** Rows of a set, page after page, as the texts that PostgreSQL writes. */

import type { PoolClient } from 'pg'
import type { SecretBox } from '../../secrets/secret-box.ts'
import { openAccountNo } from '../pad/account-number.ts'
import type { ExportSet } from './export-set.ts'

/** What an export sees: an account in one snapshot, and as which day. */
export interface Snapshot {
  readonly client: PoolClient
  readonly accountId: number
  readonly businessDate: string
}

export type Values = readonly (string | null)[]

/** Rows that are in memory at once: some hundred kilobytes. */
const PAGE_ROWS = 1_000

export function pagesOf(
  snapshot: Snapshot,
  { rows }: ExportSet,
): AsyncGenerator<readonly Values[]> {
  return valuePages(snapshot, 'exported', rows)
}

/** @param statement of the account `$1` and the business date `$2` */
export async function* valuePages(
  { client, accountId, businessDate }: Snapshot,
  cursor: string,
  statement: string,
): AsyncGenerator<readonly Values[]> {
  await client.query(`declare ${cursor} no scroll cursor for ${statement}`, [
    accountId,
    businessDate,
  ])
  for (;;) {
    const page = await client.query<(string | null)[]>({
      text: `fetch ${PAGE_ROWS} from ${cursor}`,
      rowMode: 'array',
    })
    if (page.rows.length > 0) yield page.rows
    if (page.rows.length < PAGE_ROWS) break
  }
  await client.query(`close ${cursor}`)
}

/** The only row of a statement that counts. */
export async function countsOf(
  { client, accountId, businessDate }: Snapshot,
  statement: string,
): Promise<readonly number[]> {
  const { rows } = await client.query<string[]>({
    text: statement,
    values: [accountId, businessDate],
    rowMode: 'array',
  })
  return (rows[0] ?? []).map(Number)
}

/** Puts an account number in the place of what is sealed; undefined when it does not open. */
export function numberOpener(
  { accountId }: Snapshot,
  { columns }: ExportSet,
  secretBox: SecretBox | undefined,
): (values: Values) => Values | undefined {
  const index = columns.findIndex(({ sealed }) => sealed === true)
  if (index < 0 || secretBox === undefined) return (values) => values
  return (values) => {
    const agreement = { accountId, id: Number(values[0]) }
    const opened = openAccountNo(secretBox, agreement, Buffer.from(values[index] ?? '', 'hex'))
    return opened === undefined ? undefined : values.with(index, opened)
  }
}
