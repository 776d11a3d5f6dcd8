/**
 * The answer of a batch, written while its requests are answered: of a list no more is in memory than of the same
 * list alone. Two forms: multipart (Protocol 4.01 §11.7.7.5) and JSON (JSON Format 4.01 §19.5).
 */

import { randomUUID } from 'node:crypto'
import { STATUS_CODES } from 'node:http'
import { StringDecoder } from 'node:string_decoder'
import type { JsonOutput } from '../../../odata/serialize/json-output.ts'
import type { CapturedAnswer } from '../captured-reply.ts'
import type { BatchFormat, BatchPart } from './batch-request.ts'
import { isJsonType } from './json-batch.ts'

export interface BatchOutput {
  readonly contentType: string
  /** A failed group has one answer for all of its requests, otherwise each has its own. */
  readonly tellsFailureOnce: boolean
  begin(): void
  /** Answers that belong together; only where the form of the request has such groups. */
  beginGroup(): void
  /** @throws {ReceiverGone} */
  write(part: Pick<BatchPart, 'id' | 'group'>, answer: CapturedAnswer): Promise<void>
  endGroup(): void
  end(): void
}

/** @param asked the form of the request: the parts of a change set are answered in one part of that form */
export function openBatchOutput(
  format: BatchFormat,
  asked: BatchFormat,
  out: JsonOutput,
): BatchOutput {
  return format === 'application/json'
    ? new JsonBatchOutput(out)
    : new MultipartBatchOutput(out, asked === 'multipart/mixed')
}

class MultipartBatchOutput implements BatchOutput {
  readonly contentType: string
  readonly #out: JsonOutput
  readonly #boundary: string
  readonly tellsFailureOnce: boolean
  #group: string | undefined

  constructor(out: JsonOutput, isNested: boolean) {
    this.#out = out
    this.#boundary = `batch_${randomUUID()}`
    this.tellsFailureOnce = isNested
    this.contentType = `multipart/mixed; boundary=${this.#boundary}`
  }

  begin(): void {}

  beginGroup(): void {
    if (!this.tellsFailureOnce) return
    this.#group = `changeset_${randomUUID()}`
    this.#say(
      `--${this.#boundary}\r\nContent-Type: multipart/mixed; boundary=${this.#group}\r\n\r\n`,
    )
  }

  async write({ id }: Pick<BatchPart, 'id'>, answer: CapturedAnswer): Promise<void> {
    const { status, headers, body } = answer
    const lines = [
      `--${this.#group ?? this.#boundary}`,
      'Content-Type: application/http',
      'Content-Transfer-Encoding: binary',
      ...(id === undefined ? [] : [`Content-ID: ${id}`]),
      '',
      `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Unknown'}`,
      ...[...headers].map(([name, value]) => `${headerName(name)}: ${value}`),
      ...(Buffer.isBuffer(body) && !headers.has('content-length')
        ? [`Content-Length: ${body.length}`]
        : []),
      '',
      '',
    ]
    this.#say(lines.join('\r\n'))
    await writeBody(this.#out, body)
    this.#say('\r\n')
    await this.#out.flushWhenFull()
  }

  endGroup(): void {
    if (this.#group !== undefined) this.#say(`--${this.#group}--\r\n`)
    this.#group = undefined
  }

  end(): void {
    this.#say(`--${this.#boundary}--\r\n`)
  }

  #say(text: string): void {
    this.#out.buffer.appendText(text)
  }
}

/** As they are usually written, which some readers of batches rely on. */
const HEADER_NAMES: ReadonlyMap<string, string> = new Map([
  ['etag', 'ETag'],
  ['odata-version', 'OData-Version'],
  ['odata-entityid', 'OData-EntityId'],
  ['www-authenticate', 'WWW-Authenticate'],
])

function headerName(name: string): string {
  return HEADER_NAMES.get(name) ?? name.replace(/(?:^|-)[a-z]/g, (letter) => letter.toUpperCase())
}

class JsonBatchOutput implements BatchOutput {
  readonly contentType = 'application/json'
  readonly tellsFailureOnce = false
  readonly #out: JsonOutput
  #separator = ''

  constructor(out: JsonOutput) {
    this.#out = out
  }

  begin(): void {
    this.#say('{"responses":[')
  }

  beginGroup(): void {}

  async write(
    { id, group }: Pick<BatchPart, 'id' | 'group'>,
    { status, headers, body }: CapturedAnswer,
  ): Promise<void> {
    const head = JSON.stringify({
      ...(id === undefined ? {} : { id }),
      ...(group === undefined ? {} : { atomicityGroup: group }),
      status,
      headers: Object.fromEntries(headers),
    })
    const { open, encode, close } = encodingOf(headers.get('content-type') ?? '')
    this.#say(this.#separator + head.slice(0, -1))
    if (body !== undefined) {
      this.#say(`,"body":${open}`)
      await writeBody(this.#out, body, encode)
      this.#say(close())
    }
    this.#say('}')
    this.#separator = ','
    await this.#out.flushWhenFull()
  }

  endGroup(): void {}

  end(): void {
    this.#say(']}')
  }

  #say(text: string): void {
    this.#out.buffer.appendText(text)
  }
}

interface BodyEncoding {
  readonly open: string
  readonly encode: (bytes: Buffer) => Buffer
  /** What is left, and the end of the value. */
  readonly close: () => string
}

/** JSON stands as it is; texts as strings; anything else in base64url (JSON Format 4.01 §19.1). */
function encodingOf(contentType: string): BodyEncoding {
  if (isJsonType(contentType)) return { open: '', encode: (bytes) => bytes, close: () => '' }
  if (/^\s*text\//i.test(contentType)) {
    const decoder = new StringDecoder('utf8')
    const quote = (text: string): string => JSON.stringify(text).slice(1, -1)
    return {
      open: '"',
      encode: (bytes) => Buffer.from(quote(decoder.write(bytes))),
      close: () => `${quote(decoder.end())}"`,
    }
  }
  // Three bytes make four characters: a rest waits for what follows.
  let rest = Buffer.alloc(0)
  return {
    open: '"',
    encode: (bytes) => {
      const all = Buffer.concat([rest, bytes])
      const whole = all.length - (all.length % 3)
      rest = Buffer.from(all.subarray(whole))
      return Buffer.from(all.toString('base64url', 0, whole))
    },
    close: () => `${rest.toString('base64url')}"`,
  }
}

async function writeBody(
  out: JsonOutput,
  body: CapturedAnswer['body'],
  encode: (bytes: Buffer) => Buffer = (bytes) => bytes,
): Promise<void> {
  if (body === undefined) return
  if (Buffer.isBuffer(body)) {
    const bytes = encode(body)
    out.buffer.append(bytes, 0, bytes.length)
    return
  }
  // A readable of ours gives bytes.
  for await (const chunk of body as AsyncIterable<Buffer>) {
    const bytes = encode(chunk)
    out.buffer.append(bytes, 0, bytes.length)
    await out.flushWhenFull()
  }
}
