/** Where commands write. */

import { once } from 'node:events'
import type { Writable } from 'node:stream'

export interface TextSink {
  write(text: string): unknown
  /** Settles once there is room for more: false when nobody reads on. Absent: every text is taken at once. */
  readonly room?: () => Promise<boolean>
}

/** Who has read enough goes, as `head` does, and what is left is for nobody. Any other failure of the stream is one. */
export function sinkOf(stream: Writable): TextSink {
  let isLeft = false
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
    isLeft = true
  })
  return {
    write: (text) => stream.write(text),
    room: async () => {
      // It rejects when the stream fails, which is dealt with above.
      if (stream.writableNeedDrain) await once(stream, 'drain').catch(() => {})
      return !isLeft
    },
  }
}
