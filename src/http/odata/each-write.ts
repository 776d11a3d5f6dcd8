/**
 * `PATCH …/$each` and `DELETE …/$each`: one change for each member of a collection, all of them or none (Protocol
 * 4.01 §11.4.13, §11.4.14). The read path says which rows the members are; each is changed as by a request of its own.
 */

import { lockRows } from '../../domain/command/stored-rows.ts'
import type { WriteContext } from '../../domain/command/write-context.ts'
import { endCommand } from '../../domain/command/write-transaction.ts'
import { HapiError } from '../../errors/hapi-error.ts'
import { hasTable } from '../../model/naming.ts'
import { parseRequest } from '../../odata/parse/request-parser.ts'
import type { QueryOptions } from '../../odata/parse/syntax.ts'
import type { CompiledStatement } from '../../odata/sql/statement-text.ts'
import { compileOptions, PLAIN_FORM } from './compile-options.ts'
import { parentOf } from './compiled-request.ts'
import type { IncomingRequest } from './exchange.ts'
import { negotiateJson, negotiationHeaders, refuseNewerBody } from './negotiation.ts'
import { isDeep, takeApart } from './nested-body.ts'
import type { OpenedWrite, WriteDependencies } from './open-write.ts'
import { parameterValues } from './parameter-values.ts'
import { performWrite } from './perform-write.ts'
import { preferenceApplied, readPreferences } from './preferences.ts'
import { asksForSnapshot, isolationNotSupported, refuseOtherSchema } from './refuse-demands.ts'
import { singleHeader } from './request-header.ts'
import { type AnswerUnderWay, takeDryRun } from './write-answer.ts'
import type { WriteRequest } from './write-request.ts'
import type { EachTarget } from './write-target.ts'

/** Each is a command with all its locks, held until the last one is done: as many as a batch of the same may have. */
const MEMBERS_MAX = 1_000

type OpenedEach = OpenedWrite & { readonly target: EachTarget }

/** A write to each member, of which everything that needs no row has been checked. */
export class EachWrite {
  readonly dryRun: boolean
  readonly #dependencies: WriteDependencies
  readonly #opened: OpenedEach
  readonly #written: WriteRequest
  readonly #members: MemberChoice
  readonly #headers: Readonly<Record<string, string>>
  #at: number | undefined

  /** @throws {HapiError} OPTION_NOT_APPLICABLE, INVALID_OPTION_VALUE for a tag, NOT_IMPLEMENTED, and what binding finds wrong */
  constructor(
    dependencies: WriteDependencies,
    opened: OpenedEach,
    request: IncomingRequest,
    written: WriteRequest,
  ) {
    const { dryRun, query } = takeDryRun(opened.address.query)
    refuseDemands(dependencies, opened, request, query)
    if (isDeep(takeApart(opened.target.type, written.input)))
      throw new HapiError('NOT_IMPLEMENTED', { feature: `${request.method} …/$each: {…: {…}}` })
    const preferences = readPreferences(request.headers['prefer'])
    // A representation of so many rows is not made; the protocol lets the service say so.
    const applied =
      preferences.return === undefined
        ? undefined
        : preferenceApplied(preferences, { return: 'minimal' })
    this.dryRun = dryRun
    this.#dependencies = dependencies
    this.#opened = opened
    this.#written = written
    this.#members = chooseMembers(dependencies, opened, query)
    this.#headers = {
      ...(applied === undefined ? {} : { 'preference-applied': applied }),
      ...(dryRun ? { 'dry-run': 'true' } : {}),
    }
  }

  /** @throws {HapiError} LIMIT_EXCEEDED; RECORD_NOT_FOUND for what the collection belongs to; what the commands throw */
  async run(context: WriteContext): Promise<AnswerUnderWay> {
    this.#at = undefined
    const { model, parseLimits } = this.#dependencies
    const { type } = this.#opened.target
    const request = { ...this.#written, id: undefined }
    for (const id of await this.#members(context)) {
      this.#at = id
      const entity = { type, key: { id }, via: undefined }
      const member = { ...this.#opened, target: { kind: 'entity', type, entity } } as const
      await performWrite(member, request, { model, parseLimits, context })
      await endCommand(context)
    }
    this.#at = undefined
    return { answer: Promise.resolve({ status: 204, headers: this.#headers, body: undefined }) }
  }

  /** The same failure, saying which member's it is. */
  blame(error: unknown): unknown {
    if (this.#at === undefined || !(error instanceof HapiError)) return error
    return error.below(`${this.#opened.target.type.set}(${this.#at})`)
  }
}

/** Which rows the members are is said by the path alone: an option that is not applied would change too many. */
function refuseDemands(
  { parseLimits }: WriteDependencies,
  { address, target }: OpenedEach,
  request: IncomingRequest,
  query: string,
): void {
  const { options } = parseRequest(address.path, query, parseLimits)
  const other = Object.keys(options).find((option) => !OPTIONS.has(option))
  if (other !== undefined)
    throw new HapiError('OPTION_NOT_APPLICABLE', { option: `$${other}` }, { target: `$${other}` })
  refuseOtherSchema(options.schemaversion)
  const headers = negotiationHeaders(request)
  refuseNewerBody(headers)
  negotiateJson(headers, options.format)
  if (asksForSnapshot(request)) throw isolationNotSupported('snapshot')
  for (const option of ['If-Match', 'If-None-Match']) {
    const value = singleHeader(request, option.toLowerCase())
    // No tag is that of several rows; that they exist is certain.
    if (value !== undefined && !(option === 'If-Match' && value.trim() === '*'))
      throw new HapiError(
        'INVALID_OPTION_VALUE',
        { option, value: value.slice(0, 40) },
        { target: `${target.type.set}/$each` },
      )
  }
}

const OPTIONS: ReadonlySet<string> = new Set<keyof QueryOptions>(['format', 'schemaversion'])

/** The Ids of the members, in their order; their rows are locked. */
type MemberChoice = (context: WriteContext) => Promise<readonly number[]>

function chooseMembers(
  { compiler, parseLimits, encodingLimits }: WriteDependencies,
  { principal, address, target: { type } }: OpenedEach,
  query: string,
): MemberChoice {
  const aliases = query.split('&').filter((option) => /^(?:@|%40)/.test(option))
  const parsed = parseRequest(
    address.path.replace(/\/[^/]+\/*$/, ''),
    [...aliases, `$select=Id&$orderby=Id&$top=${MEMBERS_MAX + 1}`].join('&'),
    parseLimits,
  )
  const compiled = compiler.compile(
    parsed,
    compileOptions(principal, PLAIN_FORM, {
      paging: { paged: false, continued: 'no' },
      servicePath: address.servicePath,
    }),
  )
  const valuesOf = ({ parameters }: CompiledStatement, now: Date): readonly (string | null)[] =>
    parameterValues(parameters, {
      literals: parsed.literals,
      limits: encodingLimits,
      accountId: principal.accountId,
      now,
      functionArguments: [],
      pageStart: [],
      rowLimit: undefined,
    })
  // What is wrong with a literal is told before a connection is taken.
  valuesOf(compiled.rows.statement, new Date(0))
  return async (context) => {
    const ask = async (statement: CompiledStatement): Promise<readonly number[]> => {
      const rows = await context.client.lists(statement.text, valuesOf(statement, context.now))
      return rows.map(([id]) => Number(id))
    }
    const found = await ask(compiled.rows.statement)
    const parent = parentOf(compiled.bound)
    if (found.length === 0 && parent !== undefined && compiled.parentExists !== undefined)
      requireParent(await ask(compiled.parentExists), parent.source.row.name, address.path)
    if (found.length > MEMBERS_MAX)
      throw new HapiError('LIMIT_EXCEEDED', { limit: MEMBERS_MAX, what: MEMBERS })
    if (found.length === 0 || !hasTable(type)) return found
    await lockRows(context.client, context.accountId, type, found)
    // Somebody may have changed them until they were locked: members are those that still are.
    const locked = new Set(found)
    return (await ask(compiled.rows.statement)).filter((id) => locked.has(id))
  }
}

function requireParent(rows: readonly number[], entity: string, path: string): void {
  if (rows.length > 0) return
  throw new HapiError('RECORD_NOT_FOUND', { entity, key: path.slice(1, 100) })
}

const MEMBERS = {
  fr: 'membres changés par « $each » (réduisez-les par « /$filter(…)/$each »)',
  en: "members changed by '$each' (narrow them by '/$filter(…)/$each')",
}
