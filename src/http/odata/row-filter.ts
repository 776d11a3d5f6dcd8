/**
 * Which changed rows the `$filter` of a webhook endpoint holds for: asked as its user would ask, by the compiler and the
 * statements of reads.
 */

import type { Subscriber } from '../../auth/access.ts'
import { type Principal, visibleUsers } from '../../auth/principal.ts'
import type { Database } from '../../db/database.ts'
import { model } from '../../model/model.ts'
import type { ParameterSource } from '../../odata/bind/bound-tree.ts'
import type { EncodingLimits } from '../../odata/bind/literal-encoding.ts'
import type { ParseLimits } from '../../odata/parse/limits.ts'
import { parseRequest } from '../../odata/parse/request-parser.ts'
import type { ODataRequest } from '../../odata/parse/syntax.ts'
import type { EndpointFilter } from '../../webhooks/webhook-services.ts'
import { compileOptions, PLAIN_FORM } from './compile-options.ts'
import type { RequestCompiler } from './compiled-request.ts'
import { parameterValues } from './parameter-values.ts'

export interface ODataRowFilterOptions {
  readonly database: Database
  readonly compiler: RequestCompiler
  readonly parseLimits: ParseLimits
  readonly encodingLimits: EncodingLimits
  readonly now: () => Date
  /** A filter that cannot be asked withholds nothing: the user may know of the row, only did not want to. */
  readonly onFailure: (facts: { readonly entity: string; readonly error: unknown }) => void
}

export class ODataRowFilter implements EndpointFilter {
  readonly #options: ODataRowFilterOptions

  constructor(options: ODataRowFilterOptions) {
    this.#options = options
  }

  check(reader: Principal, entity: string, filter: string): void {
    const { compiler, parseLimits } = this.#options
    // Alone, without what it is joined to below: `a) or (b` is none.
    const request = parseRequest(
      `/${model.getType(entity).set}`,
      `$select=Id&$filter=${encodeURIComponent(filter)}`,
      parseLimits,
    )
    const { rows } = compiler.compile(request, compileOptions(reader, PLAIN_FORM, ALONE))
    this.#values(rows.statement.parameters, request, reader)
  }

  async matches(
    { principal }: Subscriber,
    entity: string,
    filter: string,
    ids: readonly number[],
  ): Promise<ReadonlySet<number>> {
    try {
      return await this.#ask(principal, entity, filter, ids)
    } catch (error) {
      this.#options.onFailure({ entity, error })
      return new Set(ids)
    }
  }

  async #ask(
    principal: Subscriber['principal'],
    entity: string,
    filter: string,
    ids: readonly number[],
  ): Promise<ReadonlySet<number>> {
    const { database, compiler, parseLimits } = this.#options
    const { accountId } = principal
    const condition = `(${filter}) and Id in (${padded(ids).join(',')})`
    const request = parseRequest(
      `/${model.getType(entity).set}`,
      `$select=Id&$filter=${encodeURIComponent(condition)}`,
      parseLimits,
    )
    const { rows } = compiler.compile(request, compileOptions(principal, PLAIN_FORM, ALONE))
    const values = this.#values(rows.statement.parameters, request, principal)
    return database.workTransaction(async (statements, begun) => {
      const [, , answer] = await Promise.all([
        begun,
        statements.ask(
          "select set_config('hapi.account_id', $1, true), set_config('hapi.user_id', $2, true)",
          [accountId, visibleUsers(principal)],
        ),
        statements.ask(rows.statement.text, values),
      ])
      return new Set(answer.rows.map(([id]) => Number(id)))
    })
  }

  #values(
    parameters: readonly ParameterSource[],
    request: ODataRequest,
    { accountId, pinnedAt }: Principal,
  ): readonly (string | null)[] {
    const { encodingLimits, now } = this.#options
    return parameterValues(parameters, {
      literals: request.literals,
      limits: encodingLimits,
      accountId,
      now: pinnedAt ?? now(),
      functionArguments: [],
      pageStart: [],
      rowLimit: undefined,
    })
  }
}

const ALONE = { paging: { paged: false, continued: 'no' }, servicePath: '' } as const

/** To a power of two, by the last one again: a list's length is part of the shape that is compiled and prepared. */
function padded(ids: readonly number[]): readonly number[] {
  const length = 2 ** Math.ceil(Math.log2(Math.max(ids.length, 1)))
  return Array.from({ length }, (_, index) => ids[index] ?? ids.at(-1) ?? 0)
}
