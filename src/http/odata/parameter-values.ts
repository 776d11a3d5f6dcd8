/** The values of a compiled statement for one request. */

import type { ParameterSource } from '../../odata/bind/bound-tree.ts'
import { type EncodingLimits, encodeLiteral } from '../../odata/bind/literal-encoding.ts'
import type { Literal } from '../../odata/parse/syntax.ts'

/** What a request brings besides its literals. */
export interface RequestValues {
  readonly literals: readonly Literal[]
  readonly limits: EncodingLimits
  readonly accountId: number
  /** The account's clock. */
  readonly now: Date
  /** Arguments of the bound function: account, business date, then its parameters. */
  readonly functionArguments: readonly (string | null)[]
  /** The values of the row to start after, or the number of rows to skip. */
  readonly pageStart: readonly (string | null)[]
  readonly rowLimit: number | undefined
  /** Rows that each expanded collection may have, when the server pages. */
  readonly relatedRowsMax?: number | undefined
  /** The parent whose related rows are the answer, when the next link is one of an expanded collection. */
  readonly parents?: string | undefined
  /** The snapshot that a delta begins after. */
  readonly seenSnapshot?: string | undefined
}

/**
 * @param parents keys of parent rows as a PostgreSQL array, for a statement over related rows
 * @throws {HapiError} INVALID_LITERAL
 */
export function parameterValues(
  parameters: readonly ParameterSource[],
  values: RequestValues,
  parents?: string,
): readonly (string | null)[] {
  return parameters.map((parameter): string | null => {
    switch (parameter.kind) {
      case 'account':
        return String(values.accountId)
      case 'literal':
        return encodeLiteral(
          literalAt(values.literals, parameter.literal),
          parameter.encoding,
          values.limits,
        )
      case 'list':
        return arrayText(
          parameter.literals.map((index) =>
            encodeLiteral(literalAt(values.literals, index), parameter.encoding, values.limits),
          ),
        )
      case 'argument':
        return values.functionArguments[parameter.index] ?? null
      case 'now':
        return values.now.toISOString()
      case 'parents':
        return parents ?? values.parents ?? '{}'
      case 'pageStart':
        return values.pageStart[parameter.index] ?? null
      case 'rowLimit':
        return values.rowLimit === undefined ? null : String(values.rowLimit)
      case 'seenSnapshot':
        return values.seenSnapshot ?? null
      case 'relatedLimit':
        return values.relatedRowsMax === undefined ? null : String(values.relatedRowsMax + 1)
    }
  })
}

function literalAt(literals: readonly Literal[], index: number): Literal {
  const literal = literals[index]
  if (literal === undefined)
    throw new Error(`The statement needs literal ${index}, which the request does not have`)
  return literal
}

/** `{"a","b"}`: the text form of an array, every element quoted. */
function arrayText(elements: readonly string[]): string {
  return `{${elements.map((element) => `"${element.replace(/[\\"]/g, '\\$&')}"`).join(',')}}`
}
