/** Arguments of a bound function, however they are given (Protocol 4.01 §11.5.4.1). */

import { HapiError } from '../../errors/hapi-error.ts'
import { nearestHint } from '../../errors/nearest.ts'
import type { Operation } from '../../model/entity-type.ts'
import type { BindContext } from './bind-context.ts'
import type { RawArgument } from './bound-tree.ts'
import type { NameSegment } from './path-steps.ts'

/** Parameters in parentheses, by alias, or in the query string, names in any case. */
export function functionArguments(
  context: BindContext,
  operation: Operation,
  segment: NameSegment,
): ReadonlyMap<string, RawArgument> {
  const given = new Map<string, RawArgument>()
  for (const [name, text] of context.request.customOptions) {
    const parameter = operation.parameters.find(
      (candidate) => candidate.name.toLowerCase() === name.trim().toLowerCase(),
    )
    if (parameter === undefined) continue
    if (given.has(parameter.name))
      throw new HapiError(
        'DUPLICATE_OPTION',
        { option: parameter.name },
        { target: parameter.name },
      )
    given.set(parameter.name, { text: text.trim() })
  }
  if (segment.arguments?.kind === 'positional' && segment.arguments.values.length > 0)
    throw new HapiError('INVALID_FORMAT', { field: operation.name }, { target: operation.name })
  if (segment.arguments?.kind !== 'named') return implicitArguments(context, operation, given)
  for (const { name, value } of segment.arguments.values) {
    const parameter = operation.parameters.find(
      (candidate) => candidate.name.toLowerCase() === name.toLowerCase(),
    )
    if (parameter === undefined) {
      const names = operation.parameters.map((candidate) => candidate.name)
      throw new HapiError(
        'UNKNOWN_OPTION',
        { option: name, nearest: nearestHint(name, names) },
        { target: name },
      )
    }
    if (given.has(parameter.name))
      throw new HapiError(
        'DUPLICATE_OPTION',
        { option: parameter.name },
        { target: parameter.name },
      )
    const resolved = value.kind === 'alias' ? context.alias(value.name) : value
    // An alias without a value is null, which is as good as no argument.
    if (resolved === undefined) continue
    if (resolved.kind !== 'literal')
      throw new HapiError('INVALID_FORMAT', { field: parameter.name }, { target: parameter.name })
    if (context.literal(resolved.literal).kind !== 'null')
      given.set(parameter.name, { literal: resolved.literal })
  }
  return implicitArguments(context, operation, given)
}

/** What is not given is the value of the alias named like it, if there is one (Protocol 4.01 §11.5.4.1). */
function implicitArguments(
  context: BindContext,
  operation: Operation,
  given: Map<string, RawArgument>,
): ReadonlyMap<string, RawArgument> {
  for (const [alias, value] of context.request.aliases) {
    const parameter = operation.parameters.find(
      ({ name }) => name.toLowerCase() === alias.toLowerCase(),
    )
    if (parameter === undefined || given.has(parameter.name) || value.kind !== 'literal') continue
    if (context.literal(value.literal).kind !== 'null')
      given.set(parameter.name, { literal: value.literal })
  }
  return given
}
