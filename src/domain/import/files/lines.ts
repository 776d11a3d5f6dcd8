/** The lines of a file, none of them longer than a row may be. */

import { FileBroken } from './csv-rows.ts'
import { tooLong } from './encoding.ts'
import { RECORD_BYTES_MAX } from './source-file.ts'

export interface Line {
  readonly line: number
  readonly bytes: Buffer
}

const LINE_FEED = 10

/** What stands before each line feed, and behind the last one. Throws FileBroken. */
export async function* linesOf(bytes: AsyncIterable<Buffer>): AsyncGenerator<Line> {
  let line = 1
  let begun: Buffer[] = []
  let length = 0
  for await (const chunk of bytes) {
    let from = 0
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, from)) {
      yield { line, bytes: Buffer.concat([...begun, chunk.subarray(from, end)]) }
      line++
      from = end + 1
      begun = []
      length = 0
    }
    begun.push(chunk.subarray(from))
    length += chunk.length - from
    if (length > RECORD_BYTES_MAX) throw new FileBroken(tooLong(line))
  }
  if (length > 0) yield { line, bytes: Buffer.concat(begun) }
}
