/** Writing over HTTP in tests: JSON out, JSON back, and what an answer says went wrong. */

import type { Answer, AskOptions, TestApp } from './test-app.ts'

export interface WriteOptions extends AskOptions {
  /** Any value that JSON can write. */
  readonly json?: unknown
}

type Send = (path: string, json?: unknown, options?: WriteOptions) => Promise<Answer>

export interface Writer {
  readonly post: Send
  readonly patch: Send
  readonly put: Send
  readonly remove: (path: string, options?: WriteOptions) => Promise<Answer>
}

export function writerOf(app: TestApp): Writer {
  const send =
    (method: string): Send =>
    (path, json, options = {}) =>
      app.ask(path, {
        ...options,
        method,
        ...(json === undefined ? {} : { body: JSON.stringify(json) }),
        headers: { 'content-type': 'application/json', ...options.headers },
      })
  return {
    post: send('POST'),
    patch: send('PATCH'),
    put: send('PUT'),
    remove: (path, options = {}) => app.ask(path, { ...options, method: 'DELETE' }),
  }
}

/** `[status, code, target]` of a refusal; a success gives its status alone. */
export function refusalOf(answer: Answer): readonly unknown[] {
  if (answer.status < 400) return [answer.status]
  const { error } = answer.json as { error: { code: string; target?: string } }
  return [answer.status, error.code, ...(error.target === undefined ? [] : [error.target])]
}

/** `[code, target]` of each detail, in their order. */
export function detailsOf(answer: Answer): readonly (readonly unknown[])[] {
  const { error } = answer.json as {
    error: { details?: readonly { code: string; target?: string }[] }
  }
  return (error.details ?? []).map(({ code, target }) => [code, target])
}

export function messageOf(answer: Answer): string {
  return (answer.json as { error: { message: string } }).error.message
}
