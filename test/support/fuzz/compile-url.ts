/**
 * A URL through the parser, the binder, the planner, the writer of SQL and the encoding of its values, as a request takes it
 * up to the database, and what must hold of any URL whatever.
 */

import { HapiError } from '../../../src/errors/hapi-error.ts'
import { type CompiledRequest, RequestCompiler } from '../../../src/http/odata/compiled-request.ts'
import { parameterValues } from '../../../src/http/odata/parameter-values.ts'
import { model } from '../../../src/model/model.ts'
import { defaultParseLimits } from '../../../src/odata/parse/limits.ts'
import { parseRequest } from '../../../src/odata/parse/request-parser.ts'
import type { ODataRequest } from '../../../src/odata/parse/syntax.ts'
import type { CompiledRows } from '../../../src/odata/serialize/row-stream.ts'
import type { CompiledStatement } from '../../../src/odata/sql/statement-text.ts'

/** `undefined` for a URL that compiles, the error of the catalogue for one that is refused. */
export type Outcome = HapiError | undefined

/** What a URL must not do. */
export interface Breach {
  readonly url: string
  readonly problem: string
}

const compiler = new RequestCompiler(model, { depthMax: 6, nodesMax: 40 })

const options = {
  access: { hasModule: () => true, canRead: () => true },
  rightsDigest: '',
  paging: { paged: false, continued: 'no' },
  control: { amount: 'full', writesDigest: '', isUpdatable: () => true },
  ownFirst: true,
  isDelta: false,
  format: {
    ieee754Compatible: false,
    annotationPrefix: '@odata.',
    addressPrefix: 'http://localhost/api/',
    legacyPadding: false,
    omitsNulls: false,
  },
} as const

/** A refusal, or a statement, in more time than this is a breach. */
const TIME_MS_MAX = 50

/** On a busy machine a slow call is asked again: what is slow by itself is slow each time. */
const REPEATS = 5

/** Characters of all statements of a request: a short URL must not become a long one in SQL. */
const SQL_LENGTH_MAX = 2_000_000

export function findBreach(url: string): Breach | undefined {
  const started = performance.now()
  const problem = problemOf(url)
  if (problem !== undefined) return { url, problem }
  if (performance.now() - started < TIME_MS_MAX) return undefined
  const best = Math.min(...Array.from({ length: REPEATS }, () => timeOf(url)))
  return best < TIME_MS_MAX ? undefined : { url, problem: `took ${best.toFixed(0)} ms` }
}

function timeOf(url: string): number {
  const started = performance.now()
  problemOf(url)
  return performance.now() - started
}

function problemOf(url: string): string | undefined {
  try {
    const refusal = compileUrl(url)
    if (refusal === undefined || refusal.status === 501) return undefined
    return refusal.status >= 400 && refusal.status < 500
      ? undefined
      : `${refusal.code} with status ${refusal.status}`
  } catch (error) {
    return error instanceof Error ? (error.stack ?? String(error)) : String(error)
  }
}

/** Throws what is no refusal. */
export function compileUrl(url: string): Outcome {
  const mark = url.indexOf('?')
  const [path, query] = mark < 0 ? [url, ''] : [url.slice(0, mark), url.slice(mark + 1)]
  try {
    const request = parseRequest(path, query, defaultParseLimits)
    const statements = statementsOf(compiler.compile(request, options))
    const length = statements.reduce((sum, { text }) => sum + text.length, 0)
    if (length > SQL_LENGTH_MAX) throw new Error(`${length} characters of SQL`)
    for (const statement of statements) checkStatement(statement, request)
    return undefined
  } catch (error) {
    if (error instanceof HapiError) return error
    throw error
  }
}

function checkStatement({ text, parameters }: CompiledStatement, request: ODataRequest): void {
  const values = parameterValues(parameters, {
    literals: request.literals,
    limits: { patternLengthMax: 256 },
    accountId: 1,
    now: new Date(0),
    functionArguments: [],
    pageStart: [],
    rowLimit: undefined,
  })
  for (let number = 1; number <= values.length; number += 1)
    if (!text.includes(`$${number}`)) throw new Error(`No text has parameter ${number}: ${text}`)
  // each table is held to the account.
  for (const [, alias] of text.matchAll(/(?:from|join) "\w+" (t\d+)/g))
    if (!text.includes(`${alias}.account_id = $`))
      throw new Error(`${alias} is of any account: ${text}`)
}

function statementsOf({
  rows,
  count,
  parentExists,
}: CompiledRequest): readonly CompiledStatement[] {
  return [...rowStatements(rows), ...[count, parentExists].filter((one) => one !== undefined)]
}

function rowStatements({ statement, related }: CompiledRows): readonly CompiledStatement[] {
  return [statement, ...related.flatMap(rowStatements)]
}
