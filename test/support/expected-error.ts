/** The one error body, whole: nothing more in it than what a test says. */

import { expect } from 'vitest'
import type { Answer } from './test-app.ts'

export interface ExpectedError {
  readonly status: number
  readonly code: string
  readonly message: string
  readonly target?: string
  readonly language?: 'fr' | 'en'
}

export function expectError(answer: Answer, expected: ExpectedError): void {
  const { status, code, message, target, language = 'fr' } = expected
  const problem = { code, message, ...(target === undefined ? {} : { target }) }
  // what is wrong with the fields of a body stands in `details` too, even when it is one thing.
  const { error } = answer.json as { readonly error?: { readonly details?: unknown } }
  expect(answer.json).toEqual({
    error: {
      ...problem,
      ...(error?.details === undefined ? {} : { details: [problem] }),
      innererror: { requestId: answer.headers['x-request-id'] },
    },
  })
  expect(answer.headers['x-request-id']).toMatch(/^[\w-]{1,64}$/)
  expect(answer.status).toBe(status)
  expect(answer.headers['content-type']).toBe('application/json')
  expect(answer.headers['content-language']).toBe(language)
}

/** What no answer may show of the inside: SQL, the driver, a stack, a path of the machine. */
const INSIDE =
  /\bselect\b.*\bfrom\b|syntax error at|sqlstate|postgres(?!ql \d)|\bpg_[a-z]{3}|relation "|column "|\bat .*\.(?:ts|js):\d|node_modules|\/src\/|account_id/i

export function expectNothingOfTheInside(text: string): void {
  expect(text).not.toMatch(INSIDE)
}
