/** The one error body: that of OData, in the language of the request, with nothing of the inside in it. */

import type { HapiError } from '../errors/hapi-error.ts'
import type { Language } from './language.ts'

export interface ErrorBody {
  readonly error: {
    readonly code: string
    readonly message: string
    readonly target?: string
    readonly details?: readonly {
      readonly code: string
      readonly target?: string
      readonly message: string
    }[]
    readonly innererror?: { readonly requestId: string }
  }
}

export function errorBody(
  error: HapiError,
  language: Language,
  requestId: string | undefined,
): ErrorBody {
  return {
    error: {
      ...problem(error, language),
      ...(error.details.length === 0
        ? {}
        : { details: error.details.map((detail) => problem(detail, language)) }),
      ...(requestId === undefined ? {} : { innererror: { requestId } }),
    },
  }
}

function problem(
  error: HapiError,
  language: Language,
): { readonly code: string; readonly message: string; readonly target?: string } {
  return {
    code: error.code,
    message: error.messageIn(language),
    ...(error.target === undefined ? {} : { target: error.target }),
  }
}
