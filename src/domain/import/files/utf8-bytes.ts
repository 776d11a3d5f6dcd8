/** The bytes of a file as UTF-8, whatever they are written in, without a byte order mark. */

import type { Encoding } from './encoding.ts'
import { decodeWindows1252 } from './windows-1252.ts'

/** @param encoding as `EncodingScan` found it for these bytes */
export async function* utf8Bytes(
  bytes: AsyncIterable<Buffer>,
  encoding: Encoding,
): AsyncGenerator<Buffer> {
  if (encoding === 'utf-8') return yield* withoutMark(bytes)
  if (encoding === 'windows-1252') {
    for await (const chunk of bytes) yield Buffer.from(decodeWindows1252(chunk))
    return
  }
  const decoder = new TextDecoder(encoding, { fatal: true })
  for await (const chunk of bytes) yield Buffer.from(decoder.decode(chunk, { stream: true }))
  yield Buffer.from(decoder.decode())
}

const MARK = Buffer.from('\ufeff')

async function* withoutMark(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let head: Buffer | undefined = Buffer.alloc(0)
  for await (const chunk of bytes) {
    if (head === undefined) {
      yield chunk
      continue
    }
    head = Buffer.concat([head, chunk])
    if (head.length < MARK.length) continue
    yield withoutHeadMark(head)
    head = undefined
  }
  if (head !== undefined && head.length > 0) yield withoutHeadMark(head)
}

function withoutHeadMark(head: Buffer): Buffer {
  return head.subarray(0, MARK.length).equals(MARK) ? head.subarray(MARK.length) : head
}
