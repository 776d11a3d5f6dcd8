/** Everything that is wrong with a body, told at once. */

import { HapiError } from './hapi-error.ts'

/** The value, or undefined when it is refused by a HapiError, which joins the problems. */
export function tell<T>(problems: HapiError[], read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof HapiError)) throw error
    problems.push(...(error.details.length === 0 ? [error] : error.details))
    return undefined
  }
}

/** Throws the first on top and all of them in its details, as every refusal of a body has them; nothing for none. */
export function throwAll(problems: readonly HapiError[]): void {
  const [first] = problems
  if (first !== undefined) throw first.withDetails(problems)
}
