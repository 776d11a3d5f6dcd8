/** The one exception that carries an answer: thrown where the cause is known, rendered once, in `http/`. */

import { type ErrorCode, type ErrorValues, errorCatalogue } from './catalogue.ts'
import { sayExpected, sayFound } from './grammar-words.ts'

interface HapiErrorOptions {
  /** What the error is about: a property, an option, a path. */
  readonly target?: string
  readonly details?: readonly HapiError[]
  readonly cause?: unknown
  /** Response headers that belong to the error (`Allow`, `Retry-After`, `WWW-Authenticate`). */
  readonly headers?: Readonly<Record<string, string>>
}

/** Arguments of an error: the values of its placeholders, when its text has any. */
export type ErrorArguments<C extends ErrorCode> = keyof ErrorValues<C> extends never
  ? [values?: Readonly<Record<string, never>>, options?: HapiErrorOptions]
  : [values: ErrorValues<C>, options?: HapiErrorOptions]

export class HapiError<C extends ErrorCode = ErrorCode> extends Error {
  override readonly name = 'HapiError'
  readonly code: C
  readonly values: Readonly<Record<string, string | number>>
  readonly target: string | undefined
  readonly details: readonly HapiError[]
  readonly headers: Readonly<Record<string, string>>

  constructor(code: C, ...[values, options = {}]: ErrorArguments<C>) {
    super(code, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.values = { ...values }
    this.target = options.target
    this.details = options.details ?? []
    this.headers = options.headers ?? {}
  }

  get status(): number {
    return errorCatalogue[this.code].status
  }

  /** The message in French or English, placeholders filled. */
  messageIn(language: 'fr' | 'en'): string {
    const { expected, found } = this.values
    // The parser speaks in tokens; the other errors have no such values.
    const said =
      this.code === 'SYNTAX_ERROR'
        ? {
            expected: sayExpected(String(expected), language),
            found: sayFound(String(found), language),
          }
        : {}
    return fillTemplate(errorCatalogue[this.code][language], { ...this.values, ...said })
  }
}

/** Replaces each `{name}` by its value. */
function fillTemplate(template: string, values: Readonly<Record<string, string | number>>): string {
  return template.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ''))
}
