/**
 * What changed since a snapshot, as one statement: the identifiers that the change log names, joined with the rows that
 * match the query now. An identifier without such a row is told as removed: `deleted` when the entity is no more, else
 * `changed`. Whether a row matched before is not kept anywhere, so what never matched is told as removed too.
 */

import type { Source } from '../bind/bound-tree.ts'
import type { RowsPlan } from '../plan/query-plan.ts'
import { writeKey } from './sql-names.ts'
import { type CompiledStatement, StatementText } from './statement-text.ts'
import { writeDerived } from './write-derived.ts'
import { writeConditions } from './write-expression.ts'
import { writeFrom } from './write-source.ts'
import { writeColumns, writeLimit } from './write-statement.ts'

/** Columns: the identifier, those of the plan, and why the entity is removed, null when it is not. In the order of identifiers. */
export function writeDeltaStatement(plan: RowsPlan): CompiledStatement {
  const statement = new StatementText(writeDerived)
  // The log before the snapshot may be long: a plan for any snapshot would expect to read a third of it.
  statement.planForValues()
  const { root } = plan
  const conditions = writeConditions(plan.conditions, statement)
  const columns = writeColumns(plan.columns, statement)
  const matching = `select ${columns}, ${writeKey(root)} as key ${writeFrom(plan.scope, conditions, statement)}`
  const names = plan.columns.map((_, index) => `matching.c${index}, `).join('')
  const itself = writeFrom({ root, joins: [] }, [`${writeKey(root)} = changed.id`], statement)
  const removed = `case when matching.key is not null then null when exists (select 1 ${itself}) then 'changed' else 'deleted' end`
  const after = `changed.id > ${statement.parameter({ kind: 'pageStart', index: 0 })}::bigint`
  const limit = plan.limit === undefined ? '' : ` limit ${writeLimit(plan.limit, statement)}`
  return statement.compile(
    `select changed.id, ${names}${removed} from (${writeChanged(plan, statement)}) changed left join (${matching}) matching on matching.key = changed.id where ${after} order by changed.id${limit}`,
  )
}

/** How many entities the delta tells of. */
export function writeDeltaCountStatement(plan: RowsPlan): CompiledStatement {
  const statement = new StatementText(writeDerived)
  statement.planForValues()
  return statement.compile(`select count(*) from (${writeChanged(plan, statement)}) changed`)
}

/** Identifiers of the entities that have changed since, or whose related entity in the answer has, each once. */
function writeChanged({ root, scope, conditions }: RowsPlan, statement: StatementText): string {
  const own = writeLogged(root, statement)
  const related = scope.joins.map((join) => {
    const isLogged = `${writeKey(join)} in (${writeLogged(join, statement)})`
    // What does not match is not changed by what is related to it.
    const shown = [isLogged, ...writeConditions(conditions, statement)]
    return ` union select ${writeKey(root)} ${writeFrom(scope, shown, statement)}`
  })
  return `${own}${related.join('')}`
}

function writeLogged(source: Source, statement: StatementText): string {
  const { entityType } = source.row
  if (entityType === undefined) throw new Error(`${source.row.name} is no entity that is logged`)
  const seen = `${statement.parameter({ kind: 'seenSnapshot' })}::text::pg_snapshot`
  const account = `c.account_id = ${statement.parameter({ kind: 'account' })}::integer`
  return `select distinct c.id from change_log c where ${account} and c.entity = '${entityType.name}' and c.xid >= pg_snapshot_xmin(${seen}) and not pg_visible_in_snapshot(c.xid, ${seen})`
}
