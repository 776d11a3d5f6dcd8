/** Batches as clients write them and read their answers, without the product's own readers and writers. */

import { expect } from 'vitest'
import type { Answer, AskOptions, TestApp } from '../support/test-app.ts'

export interface PartAnswer {
  readonly contentId: string | undefined
  readonly status: number
  readonly headers: ReadonlyMap<string, string>
  readonly text: string
  readonly json: unknown
}

/** One answer, or those of a change set. */
export type StepAnswer = PartAnswer | readonly PartAnswer[]

interface Message {
  readonly headers: ReadonlyMap<string, string>
  readonly body: string
}

/** A request as it stands in a part. */
export function request(
  line: string,
  body?: object,
  headers: Readonly<Record<string, string>> = {},
): string {
  const json = body === undefined ? '' : JSON.stringify(body)
  const type = body === undefined ? {} : { 'Content-Type': 'application/json' }
  const lines = Object.entries({ ...type, ...headers }).map(([name, value]) => `${name}: ${value}`)
  return [`${line} HTTP/1.1`, ...lines, '', json].join('\r\n')
}

/** A part with one request. */
export function part(content: string, contentId?: string): string {
  return [
    'Content-Type: application/http',
    'Content-Transfer-Encoding: binary',
    ...(contentId === undefined ? [] : [`Content-ID: ${contentId}`]),
    '',
    content,
  ].join('\r\n')
}

export function changeSet(...parts: readonly string[]): string {
  return [
    'Content-Type: multipart/mixed; boundary=changes',
    '',
    ...parts.map((one) => `--changes\r\n${one}`),
    '--changes--',
  ].join('\r\n')
}

export function multipart(...parts: readonly string[]): string {
  return [...parts.map((one) => `--batch\r\n${one}`), '--batch--', ''].join('\r\n')
}

export function sendMultipart(
  app: TestApp,
  body: string | Buffer,
  { headers, ...options }: AskOptions = {},
): Promise<Answer> {
  return app.ask('/api/$batch', {
    method: 'POST',
    body,
    headers: { 'content-type': 'multipart/mixed; boundary=batch', ...headers },
    ...options,
  })
}

/** The answers of a batch that must have been accepted. */
export async function askMultipart(
  app: TestApp,
  body: string | Buffer,
  options: AskOptions = {},
): Promise<readonly StepAnswer[]> {
  return readSteps(await sendMultipart(app, body, options))
}

export function readSteps(answer: Answer): readonly StepAnswer[] {
  expect([answer.status, answer.text.slice(0, 400)]).toEqual([200, expect.anything()])
  return readParts(answer.text, answer.headers['content-type'] ?? '').map((one) => {
    const type = one.headers.get('content-type') ?? ''
    return type.startsWith('multipart/mixed')
      ? readParts(one.body, type).map(readPart)
      : readPart(one)
  })
}

/** A step that must be a single answer. */
export function single(step: StepAnswer | undefined): PartAnswer {
  if (step === undefined || Array.isArray(step)) throw new Error('No single answer')
  // Not a list, so the other of the two.
  return step as PartAnswer
}

/** A step that must be the answers of a change set. */
export function several(step: StepAnswer | undefined): readonly PartAnswer[] {
  if (!Array.isArray(step)) throw new Error(`No change set: ${JSON.stringify(step)}`)
  return step
}

/** Status, or statuses of a change set. */
export function statuses(steps: readonly StepAnswer[]): readonly (number | readonly number[])[] {
  return steps.map((step) =>
    Array.isArray(step) ? step.map(({ status }) => status) : single(step).status,
  )
}

function readParts(text: string, contentType: string): readonly Message[] {
  const boundary = /boundary=([^;]+)/.exec(contentType)?.[1] ?? ''
  const [preamble, ...rest] = `\r\n${text}`.split(`\r\n--${boundary}`)
  expect(preamble).toBe('')
  expect(rest.pop()?.trim()).toBe('--')
  return rest.map((one) => readMessage(one.replace(/^\r\n/, '')))
}

function readMessage(text: string): Message {
  const end = text.indexOf('\r\n\r\n')
  const lines = text.slice(0, end).split('\r\n')
  return {
    headers: new Map(
      lines
        .filter((line) => line.includes(':'))
        .map((line) => {
          const colon = line.indexOf(':')
          return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
        }),
    ),
    body: text.slice(end + 4),
  }
}

function readPart({ headers, body }: Message): PartAnswer {
  expect(headers.get('content-type')).toBe('application/http')
  const [, status] = /^HTTP\/1\.1 (\d{3}) /.exec(body) ?? []
  const message = readMessage(body)
  const length = message.headers.get('content-length')
  if (length !== undefined) expect(Buffer.byteLength(message.body)).toBe(Number(length))
  return {
    contentId: headers.get('content-id'),
    status: Number(status),
    headers: message.headers,
    text: message.body,
    json: /^[[{]/.test(message.body) ? JSON.parse(message.body) : undefined,
  }
}

export interface JsonRequest {
  readonly id: string
  readonly method: string
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
  readonly atomicityGroup?: string
  readonly dependsOn?: readonly string[]
  readonly if?: string
}

export interface JsonResponse {
  readonly id?: string
  readonly atomicityGroup?: string
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body?: unknown
}

export function sendJson(
  app: TestApp,
  requests: unknown,
  { headers, ...options }: AskOptions = {},
): Promise<Answer> {
  return app.ask('/api/$batch', {
    method: 'POST',
    body: JSON.stringify({ requests }),
    headers: { 'content-type': 'application/json', ...headers },
    ...options,
  })
}

export async function askJson(
  app: TestApp,
  requests: readonly JsonRequest[],
  options: AskOptions = {},
): Promise<readonly JsonResponse[]> {
  return readResponses(await sendJson(app, requests, options))
}

export function readResponses(answer: Answer): readonly JsonResponse[] {
  expect([answer.status, answer.text.slice(0, 400)]).toEqual([200, expect.anything()])
  // The form of the answer is what the tests look at.
  return (answer.json as { readonly responses: readonly JsonResponse[] }).responses
}
