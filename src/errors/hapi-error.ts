/** The one exception that carries an answer: thrown where the cause is known, rendered once, in `http/`. */

import { type ErrorCode, type ErrorValue, type ErrorValues, errorCatalogue } from './catalogue.ts'
import { sayExpected, sayFound, sayLimited, sayPlace } from './grammar-words.ts'

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
  readonly values: Readonly<Record<string, ErrorValue>>
  readonly target: string | undefined
  readonly details: readonly HapiError[]
  readonly headers: Readonly<Record<string, string>>
  /** Number of the business rule that refuses (`R-022`), where it was one. */
  rule: string | undefined

  constructor(code: C, ...[values, options = {}]: ErrorArguments<C>) {
    super(code, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.values = { ...values }
    this.target = options.target
    this.details = options.details ?? []
    this.headers = options.headers ?? {}
  }

  /** The same error on top of several, itself among them. */
  withDetails(details: readonly HapiError[]): HapiError {
    return this.#remade(this.target, details)
  }

  /** The same about a part of something: `CoTenants[0]/LastName`. */
  below(step: string): HapiError {
    const target = this.target === undefined ? step : `${step}/${this.target}`
    return this.#remade(
      target,
      this.details.map((detail) => detail.below(step)),
    )
  }

  #remade(target: string | undefined, details: readonly HapiError[]): HapiError {
    // The code and its values were checked together when this error was made.
    const Same = HapiError as new (
      code: ErrorCode,
      values: Readonly<Record<string, ErrorValue>>,
      options: HapiErrorOptions,
    ) => HapiError
    const same = new Same(this.code, this.values, {
      ...(target === undefined ? {} : { target }),
      details,
      headers: this.headers,
      cause: this.cause,
    })
    same.rule = this.rule
    return same
  }

  get status(): number {
    return errorCatalogue[this.code].status
  }

  /** The message in French or English, placeholders filled. */
  messageIn(language: 'fr' | 'en'): string {
    return errorCatalogue[this.code][language].replace(/\{(\w+)\}/g, (_, name: string) => {
      const said = sayValue(this.values[name] ?? '', language)
      return wordsOf[this.code]?.[name]?.(said, language) ?? said
    })
  }
}

/** The other errors have no tokens of the grammar among their values. */
const wordsOf: Readonly<
  Partial<
    Record<ErrorCode, Readonly<Record<string, (said: string, language: 'fr' | 'en') => string>>>
  >
> = {
  SYNTAX_ERROR: { option: sayPlace, found: sayFound, expected: sayExpected },
  LIMIT_EXCEEDED: { what: sayLimited },
}

function sayValue(value: ErrorValue, language: 'fr' | 'en'): string {
  return typeof value === 'object' ? value[language] : String(value)
}
