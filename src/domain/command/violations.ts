/** What is wrong with a command, all of it at once: the first one on top, every one in `details`. */

import type { ErrorCode } from '../../errors/catalogue.ts'
import { type ErrorArguments, HapiError } from '../../errors/hapi-error.ts'

/** More details than this say nothing that a person would still read; the bound keeps answers small. */
const DETAILS_MAX = 100

export class Violations {
  readonly #errors: HapiError[] = []

  /** The rule that speaks, for those who want to know which it was. */
  rule: string | undefined

  /** One more; the rest of the command is still looked at. */
  add<C extends ErrorCode>(code: C, ...parts: ErrorArguments<C>): void {
    const error = new HapiError(code, ...parts)
    error.rule = this.rule
    this.#errors.push(error)
  }

  /** Whether something is already wrong with this property. */
  concerns(target: string): boolean {
    return this.#errors.some((error) => error.target === target)
  }

  /** Puts what concerns these properties first, in their order; the rest keeps its own. */
  sortBy(properties: readonly string[]): void {
    const place = ({ target }: HapiError): number => {
      const index = target === undefined ? -1 : properties.indexOf(target)
      return index < 0 ? properties.length : index
    }
    this.#errors.sort((a, b) => place(a) - place(b))
  }

  /** @throws {HapiError} when anything was added */
  throwIfAny(): void {
    const [first] = this.#errors
    // Also a single one stands in `details`: a client has one place to read them all.
    if (first !== undefined) throw first.withDetails(this.#errors.slice(0, DETAILS_MAX))
  }
}
