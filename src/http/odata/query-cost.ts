/**
 * Refuses what would read or give an absurd number of rows, before it runs: the statement's time would end it too, after
 * half a minute of the database's work.
 *
 * A request that reads one set is never asked about. Any other is asked once for each shape and account, by PostgreSQL's
 * own estimate; while one shape is within the limits, its next requests cost a look into memory.
 */

import type { ReadStatement } from '../../db/read-session.ts'
import { HapiError } from '../../errors/hapi-error.ts'
import type { CompiledRows, RowCursor } from '../../odata/serialize/row-stream.ts'
import type { CompiledStatement } from '../../odata/sql/statement-text.ts'
import type { CompiledRequest } from './compiled-request.ts'
import { parameterValues, type RequestValues } from './parameter-values.ts'
import { type Estimate, estimatePlan, type PlanNode } from './plan-estimate.ts'

export interface CostLimits {
  /** Rows of an answer with all that is expanded in it. */
  readonly expandedRowsMax: number
  /** Rows looked at for an answer. */
  readonly scannedRowsMax: number
}

/** Where the question is asked. */
interface Asked {
  open(statement: ReadStatement, values: readonly (string | null)[]): RowCursor
}

/** How long what was found holds: tables grow, and statistics with them. */
const HOLDS_MS = 3_600_000

/** Accounts remembered for each shape. */
const ACCOUNTS_MAX = 1_000

export class QueryCosts {
  readonly #limits: CostLimits
  /** Shapes that read several sets → until when each account may run them unasked; null for those that read one. */
  readonly #admitted = new WeakMap<CompiledRequest, Map<number, number> | null>()

  constructor(limits: CostLimits) {
    this.#limits = limits
  }

  /** @throws {HapiError} QUERY_TOO_EXPENSIVE */
  async check(session: Asked, compiled: CompiledRequest, values: RequestValues): Promise<void> {
    const admitted = this.#admittedOf(compiled)
    if (admitted === null) return
    const now = performance.now()
    if ((admitted.get(values.accountId) ?? 0) > now) return
    const estimate = await estimateAnswer(session, compiled, values)
    refuseAbove(this.#limits.expandedRowsMax, estimate.rows)
    refuseAbove(this.#limits.scannedRowsMax, estimate.scanned)
    if (admitted.size >= ACCOUNTS_MAX) admitted.clear()
    admitted.set(values.accountId, now + HOLDS_MS)
  }

  #admittedOf(compiled: CompiledRequest): Map<number, number> | null {
    const known = this.#admitted.get(compiled)
    if (known !== undefined) return known
    const made = readsSeveralSets(compiled) ? new Map<number, number>() : null
    this.#admitted.set(compiled, made)
    return made
  }
}

function refuseAbove(limit: number, rows: number): void {
  if (rows > limit) throw new HapiError('QUERY_TOO_EXPENSIVE', { rows: Math.round(rows), limit })
}

/** A relation to one entity is a look into an index: it does not count. */
function readsSeveralSets({ rows, count }: CompiledRequest): boolean {
  if (rows.related.length > 0) return true
  const texts = [rows.statement.text, count?.text ?? '']
  return texts.some(
    (text) =>
      new Set(
        [...text.matchAll(/(?<!left )\b(?:from|join) "\w+" (t\d+)/g)].map(([, alias]) => alias),
      ).size > 1,
  )
}

async function estimateAnswer(
  session: Asked,
  compiled: CompiledRequest,
  values: RequestValues,
): Promise<Estimate> {
  if (compiled.plan.shape === 'count' && compiled.count !== undefined)
    return explain(session, compiled.count, parameterValues(compiled.count.parameters, values))
  return estimateRows(session, compiled.rows, values)
}

/** The rows of one statement, and for each of them those that are expanded. */
async function estimateRows(
  session: Asked,
  rows: CompiledRows,
  values: RequestValues,
  parents?: string,
): Promise<Estimate> {
  const parameters = parameterValues(rows.statement.parameters, values, parents)
  const own = await explain(session, rows.statement, parameters)
  let sum = own
  for (const related of rows.related) {
    // Of no parent in particular: what one of them has on average.
    // oxlint-disable-next-line no-await-in-loop -- a session runs one statement at a time
    const each = await estimateRows(session, related, values, '{0}')
    sum = {
      rows: sum.rows + own.rows * each.rows,
      scanned: sum.scanned + own.rows * each.scanned,
    }
  }
  return sum
}

async function explain(
  session: Asked,
  { text }: CompiledStatement,
  parameters: readonly (string | null)[],
): Promise<Estimate> {
  const parts: string[] = []
  const cursor = session.open(
    { text: `explain (format json) ${text}`, prepared: false },
    parameters,
  )
  await cursor.next(0, (message, offset) => {
    // One column: after the number of columns (16 bits) comes its length (32 bits).
    const start = offset + 6
    parts.push(message.toString('utf8', start, start + message.readInt32BE(offset + 2)))
  })
  // PostgreSQL's documented form: a list of one plan.
  const [explained] = JSON.parse(parts.join('')) as [{ readonly Plan: PlanNode }]
  return estimatePlan(explained.Plan)
}
