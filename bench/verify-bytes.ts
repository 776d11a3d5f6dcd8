/** A ratio means nothing unless both targets give the same bytes: checked before anything is measured. */

import type { Target } from './target.ts'
import type { Request, Workload } from './workloads.ts'

/** Answers compared of one workload, spread over its requests. */
const SAMPLES = 24
const ANSWER_TIMEOUT_MS = 30_000

/** Throws at the first difference; gives the mean size of an answer. */
export async function verifyBytes(
  product: Target,
  ceiling: Target,
  workload: Workload,
): Promise<number> {
  const step = Math.max(1, Math.floor(workload.requests.length / SAMPLES))
  const sample = workload.requests.filter((_, index) => index % step === 0)
  let bytes = 0
  for (const request of sample) bytes += await verifyRequest(product, ceiling, request)
  return Math.round(bytes / sample.length)
}

export async function verifyRequest(
  product: Target,
  ceiling: Target,
  request: Request,
): Promise<number> {
  const [a, b] = await Promise.all([
    fetchBytes(product, request.product, request),
    fetchBytes(ceiling, request.ceiling, request),
  ])
  if (a.equals(b)) return a.length
  const at = firstDifference(a, b)
  throw new Error(
    `${request.product}: the answers differ from byte ${at} on\nproduct ${excerpt(a, at)}\nceiling ${excerpt(b, at)}`,
  )
}

async function fetchBytes(
  target: Target,
  path: string,
  { method, body }: Request,
): Promise<Buffer> {
  const answer = await fetch(target.origin + path, {
    method,
    // Both send what they have as it is.
    headers: {
      ...target.headers,
      'accept-encoding': 'identity',
      ...(body === '' ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === '' ? {} : { body }),
    signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS),
  })
  const bytes = Buffer.from(await answer.arrayBuffer())
  const wanted = method === 'POST' ? 201 : 200
  if (answer.status !== wanted)
    throw new Error(`${target.name} ${path}: ${answer.status} ${bytes.toString()}`)
  return method === 'POST' ? withoutOwnFacts(bytes) : bytes
}

/** A new row without its Id and its instants, which no two rows share. */
function withoutOwnFacts(bytes: Buffer): Buffer {
  return Buffer.from(
    bytes
      .toString()
      .replace(/"Id":\d+/, '"Id":0')
      .replaceAll(
        /"(CreatedDate|ModifiedDate)":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3})?Z"/g,
        '"$1":""',
      ),
  )
}

function firstDifference(a: Buffer, b: Buffer): number {
  let at = 0
  while (at < a.length && a[at] === b[at]) at += 1
  return at
}

function excerpt(bytes: Buffer, at: number): string {
  return `(${bytes.length} bytes): …${bytes.toString('utf8', Math.max(0, at - 60), at + 60)}…`
}
