/** What the content of a document may be: its kinds, and how each begins. */

import type { documentMediaTypes } from '../../model/documents.ts'

/** Bytes from the beginning of a content by which its kind is told. */
export const HEAD_BYTES = 16

const ZIP = [0x50, 0x4b, 0x03, 0x04]

/** `text/plain` is told by every byte of it. */
const beginnings: Readonly<Record<(typeof documentMediaTypes)[number], (head: Buffer) => boolean>> =
  {
    'application/pdf': startsWith([0x25, 0x50, 0x44, 0x46, 0x2d]),
    'image/jpeg': startsWith([0xff, 0xd8, 0xff]),
    'image/png': startsWith([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    // ISO base media: a box of type `ftyp` comes first.
    'image/heic': (head) => head.toString('latin1', 4, 8) === 'ftyp',
    'application/vnd.openxmlformats-officedocument.wordprocessingml.document': startsWith(ZIP),
    'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': startsWith(ZIP),
    'text/plain': () => true,
  }

const byType: ReadonlyMap<string, (head: Buffer) => boolean> = new Map(Object.entries(beginnings))

function startsWith(bytes: readonly number[]): (head: Buffer) => boolean {
  return (head) => head.subarray(0, bytes.length).equals(Buffer.from(bytes))
}

/** The media type without its parameters, when documents may be of it. */
export function allowedType(contentType: string): string | undefined {
  const type = contentType.split(';')[0]?.trim().toLowerCase() ?? ''
  return byType.has(type) ? type : undefined
}

/** Whether a content of this beginning can be of the type. */
export function beginsAs(type: string, head: Buffer): boolean {
  return byType.get(type)?.(head) === true
}

/** Reads a text piece by piece: whether all of it is UTF-8 without NUL. */
export class TextCheck {
  readonly #decoder = new TextDecoder('utf-8', { fatal: true })

  /** @param last nothing follows */
  accepts(piece: Buffer, last: boolean): boolean {
    if (piece.includes(0)) return false
    try {
      this.#decoder.decode(piece, { stream: !last })
      return true
    } catch {
      return false
    }
  }
}
