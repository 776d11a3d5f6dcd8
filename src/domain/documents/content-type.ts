/** What the content of a document may be: its kinds, and how each begins. */

import type { documentMediaTypes } from '../../model/documents.ts'

/** Bytes from the beginning of a content by which its kind is told. */
export const HEAD_BYTES = 16

/** ISO/IEC 23008-12, annex B: images and image sequences coded by HEVC, and what cameras write in their place. */
const HEIC_BRANDS = new Set(['heic', 'heix', 'hevc', 'hevx', 'heim', 'heis', 'mif1', 'msf1'])

const WORD = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'
const EXCEL = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'

const ZIP = [0x50, 0x4b, 0x03, 0x04]

/** `text/plain` is told by every byte of it. */
const beginnings: Readonly<Record<(typeof documentMediaTypes)[number], (head: Buffer) => boolean>> =
  {
    'application/pdf': startsWith([0x25, 0x50, 0x44, 0x46, 0x2d]),
    'image/jpeg': startsWith([0xff, 0xd8, 0xff]),
    'image/png': startsWith([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    // ISO base media: a box of type `ftyp` comes first, and names what the file is.
    'image/heic': (head) =>
      head.toString('latin1', 4, 8) === 'ftyp' && HEIC_BRANDS.has(head.toString('latin1', 8, 12)),
    [WORD]: startsWith(ZIP),
    [EXCEL]: startsWith(ZIP),
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

/** By which programs save them. */
const byExtension: ReadonlyMap<string, string> = new Map<
  string,
  (typeof documentMediaTypes)[number]
>([
  ['pdf', 'application/pdf'],
  ['jpg', 'image/jpeg'],
  ['jpeg', 'image/jpeg'],
  ['png', 'image/png'],
  ['heic', 'image/heic'],
  ['docx', WORD],
  ['xlsx', EXCEL],
  ['txt', 'text/plain'],
])

/** What a file says that it is by its name; undefined for what documents cannot be of. */
export function typeOfFile(name: string): string | undefined {
  return byExtension.get(/\.(\w+)$/.exec(name)?.[1]?.toLowerCase() ?? '')
}

/** Under which a content is saved: systems go by the end of a name, and would run a text called `bill.hta`. */
export function nameOfType(name: string, type: string): string {
  if (typeOfFile(name) === type) return name
  const [extension] = [...byExtension].find(([, named]) => named === type) ?? []
  return extension === undefined ? name : `${name}.${extension}`
}

/** Whether a content of this beginning can be of the type. */
export function beginsAs(type: string, head: Buffer): boolean {
  return byType.get(type)?.(head) === true
}

/** Looks at a content piece by piece, for what its beginning does not tell. */
export interface ContentCheck {
  /**
   * Whether it still can be of its type.
   *
   * @param last nothing follows
   */
  accepts(piece: Buffer, last: boolean): boolean
}

/** Undefined: the beginning tells all. */
export function checkOf(type: string): ContentCheck | undefined {
  if (type === 'text/plain') return new TextCheck()
  if (type === WORD) return new PackageCheck('word/document.xml')
  if (type === EXCEL) return new PackageCheck('xl/workbook.xml')
  return undefined
}

/** All of a text is UTF-8 without NUL. */
class TextCheck implements ContentCheck {
  readonly #decoder = new TextDecoder('utf-8', { fatal: true })

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

/** Begins the entry of a file in the directory of an archive (APPNOTE 4.3.12), of which its name follows. */
const DIRECTORY_ENTRY = Buffer.from([0x50, 0x4b, 0x01, 0x02])
const ENTRY_BYTES = 46
const NAME_LENGTH_AT = 28

/**
 * An archive is a package of Office Open XML when its directory names its types and its main part (ECMA-376 part 2
 * §10.2, part 1 §11.3.10 and §12.3.23): a plain archive, or one of the other kind, lacks one of them.
 */
class PackageCheck implements ContentCheck {
  readonly #missing: Set<string>
  #rest: Buffer = Buffer.alloc(0)

  constructor(mainPart: string) {
    this.#missing = new Set(['[Content_Types].xml', mainPart])
  }

  accepts(piece: Buffer, last: boolean): boolean {
    const bytes = Buffer.concat([this.#rest, piece])
    for (let at = bytes.indexOf(DIRECTORY_ENTRY); at >= 0; ) {
      if (at + ENTRY_BYTES > bytes.length) break
      const length = bytes.readUInt16LE(at + NAME_LENGTH_AT)
      this.#missing.delete(bytes.toString('latin1', at + ENTRY_BYTES, at + ENTRY_BYTES + length))
      at = bytes.indexOf(DIRECTORY_ENTRY, at + DIRECTORY_ENTRY.length)
    }
    // An entry may go on in the next piece; to find one twice does no harm.
    this.#rest = bytes.subarray(-CARRIED_BYTES)
    return !last || this.#missing.size === 0
  }
}

/** More than an entry with one of the names looked for. */
const CARRIED_BYTES = 128
