/** What an export leaves out, counted in its snapshot. */

import type { EntityType } from '../../model/entity-type.ts'
import { entityTypes } from '../../model/model.ts'
import { tableName } from '../../model/naming.ts'
import { contentColumn } from '../import/files/content-column.ts'
import { importableTypes } from '../import/files/importable-types.ts'
import { countStatement, type ExportSet, lostStatement, lostValuesOf } from './export-set.ts'
import type { Reason } from './left-out.ts'
import { countsOf, type Snapshot } from './read-rows.ts'

/** Rows of a set, or, where a column is named, values of that column in rows that are written. */
export interface LeftOut extends Reason {
  readonly set: string
  readonly column: string | null
  readonly count: number
}

/** Rows by the rules, and values of rows that are written. */
export async function countLeftOut(
  snapshot: Snapshot,
  set: ExportSet,
): Promise<readonly LeftOut[]> {
  const { type, rules } = set
  const lost = lostValuesOf(set)
  const rows = rules.length === 0 ? [] : await countsOf(snapshot, countStatement(set))
  const values = lost.length === 0 ? [] : await countsOf(snapshot, lostStatement(set, lost))
  return [
    ...rules.flatMap(({ reason }, index) =>
      reason === undefined ? [] : [toldOf(type, null, rows[index], reason)],
    ),
    ...lost.map(({ property, reason }, index) =>
      toldOf(type, property.name, values[index], reason),
    ),
  ].filter(({ count }) => count > 0)
}

/** A set of which no row is written. */
export async function countWhole(
  snapshot: Snapshot,
  type: EntityType,
  reason: Reason,
): Promise<readonly LeftOut[]> {
  const [count] = await countsOf(snapshot, countRows(type))
  return [toldOf(type, null, count, reason)].filter((told) => told.count > 0)
}

/** Contents that are not written with their rows. */
export async function countContents(
  snapshot: Snapshot,
  { set }: EntityType,
): Promise<readonly LeftOut[]> {
  const [count = 0] = await countsOf(
    snapshot,
    `select count(*)::text from document_contents
      where account_id = $1::integer and $2::date is not null and document_id is not null`,
  )
  return count === 0 ? [] : [{ set, column: contentColumn.name, count, ...WITHOUT_CONTENTS }]
}

const WITHOUT_CONTENTS: Reason = {
  fr: 'contenus, qui ne sont écrits qu’avec --with-contents',
  en: 'contents, which are written with --with-contents alone',
}

/** No portfolio takes them along: what was done here, months of the calendar, what became of events. */
const OF_ITS_OWN: ReadonlySet<string> = new Set([
  'AuditEntry',
  'FiscalPeriod',
  'WebhookAttempt',
  'WebhookDelivery',
])

/** Sets that cannot be imported. */
export async function countOthers(snapshot: Snapshot): Promise<readonly LeftOut[]> {
  // Endpoints of all users; without it the view shows nobody's.
  await snapshot.client.query("select set_config('hapi.user_id', 'all', true)")
  const told: LeftOut[] = []
  for (const type of entityTypes) {
    if (importableTypes.includes(type) || OF_ITS_OWN.has(type.name)) continue
    told.push(...(await countWhole(snapshot, type, reasonOf(type))))
  }
  return told
}

function toldOf(
  { set }: EntityType,
  column: string | null,
  count: number | undefined,
  reason: Reason,
): LeftOut {
  return { set, column, count: count ?? 0, ...reason }
}

function countRows(type: EntityType): string {
  return `select count(*)::text from ${tableName(type)}
    where account_id = $1::integer and $2::date is not null`
}

function reasonOf(type: EntityType): Reason {
  if (type.module === 'webhooks') return SECRETS
  return type.name === 'BankAccount' ? KEPT_BY_SERVER : LEDGER
}

const SECRETS: Reason = {
  fr: "une destination de webhooks a un secret qui n'est dit qu'une fois : elle est à refaire",
  en: 'a destination of webhooks has a secret that is told once: it is to be made again',
}
const KEPT_BY_SERVER: Reason = {
  fr: "le serveur tient ces lignes, qui ne s'importent pas : l'API les donne",
  en: 'the server keeps these rows, which cannot be imported: the API gives them',
}
const LEDGER: Reason = {
  fr: "les écritures d'un grand livre et leurs pièces ne se refont pas : l'API les donne",
  en: 'entries of a ledger and their vouchers are not made again: the API gives them',
}
