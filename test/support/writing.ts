/** Writes over HTTP, and the events that they leave. */

import { expect } from 'vitest'
import type { Answer, AskOptions, ClientName, TestApp } from './test-app.ts'

interface WriteOptions {
  readonly as?: ClientName
  readonly language?: 'fr' | 'en'
}

/** Nothing is committed when the path ends in `?dryRun=true`. */
export function write(
  app: TestApp,
  method: 'POST' | 'PATCH' | 'PUT' | 'DELETE',
  path: string,
  body?: unknown,
  { as = 'integrator', language = 'fr' }: WriteOptions = {},
): Promise<Answer> {
  return app.ask(path, {
    as,
    method,
    headers: { 'content-type': 'application/json', 'accept-language': language },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
}

/** The row of an answer that must be a success. */
export function rowOf(answer: Answer): Readonly<Record<string, unknown>> & { readonly Id: number } {
  if (answer.status >= 300) throw new Error(`${answer.status} ${answer.text}`)
  // An answer with an entity: the tests say what its properties are.
  return answer.json as { readonly Id: number }
}

export interface Refusal {
  readonly status: number
  readonly code: string
  readonly target?: string
  readonly message?: string
}

/** The answer is this one refusal: what is not given is not looked at. */
export function expectRefusal(answer: Answer, expected: Refusal): void {
  const { error } = answer.json as {
    readonly error?: { readonly code: string; readonly target?: string; readonly message: string }
  }
  expect({ status: answer.status, ...error }).toMatchObject(expected)
}

/** Code, target and message of a refusal, which must have this status. */
export function refusal(
  answer: Answer,
  status: number,
): readonly [code: string, target: string | undefined, message: string] {
  expect({ status: answer.status, body: answer.text }).toMatchObject({ status })
  // The one error body.
  const { error } = answer.json as {
    readonly error: { readonly code: string; readonly target?: string; readonly message: string }
  }
  return [error.code, error.target, error.message]
}

/** How many answers there are of each status and code: `201`, `409 DUPLICATE_KEY`. */
export function outcomes(answers: readonly Answer[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const answer of answers) {
    const outcome = outcomeOf(answer)
    counts[outcome] = (counts[outcome] ?? 0) + 1
  }
  return counts
}

/** `201`, `409 DUPLICATE_KEY`. */
export function outcomeOf(answer: Answer): string {
  if (answer.status < 400) return String(answer.status)
  return `${answer.status} ${refusal(answer, answer.status)[0]}`
}

/** `TenantParking 1473 3 {"tenantId": …}`: what the last transaction that changed anything left in the log. */
export function lastEvents(app: TestApp): Promise<readonly string[]> {
  return app.column<string>(
    `select concat_ws(' ', entity, id, status, additional_information) from change_log
      where xid = (select xid from change_log order by seq desc limit 1) order by entity collate "C", id`,
  )
}

type Send = (path: string, json?: unknown, options?: AskOptions) => Promise<Answer>

export interface Writer {
  readonly post: Send
  readonly patch: Send
  readonly put: Send
  readonly remove: (path: string, options?: AskOptions) => Promise<Answer>
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
