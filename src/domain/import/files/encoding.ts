/** In which encoding a file is written, by all of its bytes: guessing by the first ones fails on the first É of line 90,000. */

import { HapiError } from '../../../errors/hapi-error.ts'
import type { Phrase } from '../../../errors/phrase.ts'
import { type FileFault, RECORD_BYTES_MAX } from './source-file.ts'
import { UNDEFINED_1252 } from './windows-1252.ts'

export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252'

const LINE_FEED = 10
const CARRIAGE_RETURN = 13

/** Takes the bytes of a file one chunk after another, then says what they are. */
export class EncodingScan {
  #bom: Encoding | undefined
  #utf16: InstanceType<typeof TextDecoder> | undefined
  #head = Buffer.alloc(0)
  #isBegun = false
  #line = 1
  #lineBytes = 0
  #previous = 0
  /** Bytes that the UTF-8 sequence under way still needs, and the least and greatest of the next. */
  #awaited = 0
  #from = 0x80
  #to = 0xbf
  #lead = 0
  #second = 0
  #fault: FileFault | undefined
  /** Lines of the first bytes that are no UTF-8; that are letters of UTF-8; that Windows-1252 does not have. */
  #notUtf8: number | undefined
  #letter: number | undefined
  #undefined: number | undefined

  /** What makes further reading useless. */
  get fault(): FileFault | undefined {
    return this.#fault
  }

  update(chunk: Buffer): void {
    if (this.#isBegun) return this.#take(chunk)
    this.#head = Buffer.concat([this.#head, chunk])
    if (this.#head.length >= BOM_BYTES_MAX) this.#begin()
  }

  /** Throws nothing: a file that cannot be read is a fault. */
  end(): Encoding | FileFault {
    if (!this.#isBegun) this.#begin()
    if (this.#utf16 !== undefined) this.#takeText(() => this.#utf16?.decode() ?? '')
    if (this.#awaited > 0) this.#notUtf8 ??= this.#line
    if (this.#fault !== undefined) return this.#fault
    if (this.#bom === 'utf-16le' || this.#bom === 'utf-16be') return this.#bom
    if (this.#notUtf8 === undefined) return 'utf-8'
    if (this.#bom === 'utf-8') return encodingFault(this.#notUtf8, reasons.notUtf8)
    if (this.#letter !== undefined)
      return encodingFault(this.#notUtf8, reasons.mixed(this.#letter, this.#notUtf8))
    if (this.#undefined !== undefined) return encodingFault(this.#undefined, reasons.undefinedByte)
    return 'windows-1252'
  }

  #begin(): void {
    this.#isBegun = true
    const head = this.#head
    const [bom, length] = bomOf(head)
    this.#bom = bom
    if (bom === 'utf-16le' || bom === 'utf-16be')
      this.#utf16 = new TextDecoder(bom, { fatal: true, ignoreBOM: true })
    this.#take(head.subarray(length))
  }

  #take(chunk: Buffer): void {
    if (this.#fault !== undefined) return
    if (this.#utf16 !== undefined)
      this.#takeText(() => this.#utf16?.decode(chunk, { stream: true }) ?? '')
    else this.#takeBytes(chunk)
  }

  /** Plain characters go by in runs: they are nearly all of a file. */
  #takeBytes(chunk: Buffer): void {
    for (let at = 0; at < chunk.length; at++) {
      const start = at
      while (this.#awaited === 0 && isPlain(chunk[at])) at++
      if (at > start) this.#takeRun(at - start)
      const byte = chunk[at]
      if (byte !== undefined) this.#takeByte(byte)
    }
  }

  #takeRun(length: number): void {
    this.#lineBytes += length
    this.#previous = 0
    if (this.#lineBytes > RECORD_BYTES_MAX) this.#fault ??= tooLong(this.#line)
  }

  #takeText(decode: () => string): void {
    let text: string
    try {
      text = decode()
    } catch {
      this.#fault ??= encodingFault(this.#line, reasons.notUtf16)
      return
    }
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at)
      if (code === 0xfeff) this.#fault ??= encodingFault(this.#line, reasons.bomInside)
      this.#takePlain(code)
    }
  }

  #takeByte(byte: number): void {
    this.#takePlain(byte)
    if (byte < 0x80 && this.#awaited === 0) return
    if (UNDEFINED_1252.has(byte)) this.#undefined ??= this.#line
    if (this.#awaited === 0) return this.#beginSequence(byte)
    if (byte < this.#from || byte > this.#to) {
      this.#awaited = 0
      this.#notUtf8 ??= this.#line
      if (byte >= 0x80) this.#beginSequence(byte)
      return
    }
    if (this.#second === 0) this.#second = byte
    this.#from = 0x80
    this.#to = 0xbf
    this.#awaited--
    if (this.#awaited === 0) this.#endSequence(byte)
  }

  /** Unicode 17, table 3-7: well-formed UTF-8. */
  #beginSequence(byte: number): void {
    this.#lead = byte
    this.#second = 0
    this.#awaited = byte < 0xc2 ? 0 : byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : byte < 0xf5 ? 3 : 0
    this.#from = byte === 0xe0 ? 0xa0 : byte === 0xf0 ? 0x90 : 0x80
    this.#to = byte === 0xed ? 0x9f : byte === 0xf4 ? 0x8f : 0xbf
    if (this.#awaited === 0) this.#notUtf8 ??= this.#line
  }

  #endSequence(last: number): void {
    const isLatin = this.#lead >= 0xc2 && this.#lead <= 0xc5
    const isPunctuation = this.#lead === 0xe2 && this.#second <= 0x83
    if (isLatin || isPunctuation) this.#letter ??= this.#line
    if (this.#lead === 0xef && this.#second === 0xbb && last === 0xbf)
      this.#fault ??= encodingFault(this.#line, reasons.bomInside)
  }

  #takePlain(code: number): void {
    if (code === 0) this.#fault ??= encodingFault(this.#line, reasons.nul)
    this.#lineBytes++
    // A carriage return alone ends a line as well, and with the line feed behind it one line.
    const isEnd = code === LINE_FEED || code === CARRIAGE_RETURN
    if (isEnd) this.#lineBytes = 0
    if (isEnd && !(code === LINE_FEED && this.#previous === CARRIAGE_RETURN)) this.#line++
    if (this.#lineBytes > RECORD_BYTES_MAX) this.#fault ??= tooLong(this.#line)
    this.#previous = code
  }
}

function isPlain(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x20 && byte < 0x80
}

const BOM_BYTES_MAX = 3

function bomOf(head: Buffer): readonly [encoding: Encoding | undefined, length: number] {
  if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) return ['utf-8', 3]
  if (head[0] === 0xff && head[1] === 0xfe) return ['utf-16le', 2]
  if (head[0] === 0xfe && head[1] === 0xff) return ['utf-16be', 2]
  return [undefined, 0]
}

export function tooLong(line: number): FileFault {
  const limit = RECORD_BYTES_MAX
  const reason = {
    fr: `une ligne dépasse ${limit} octets`,
    en: `a row exceeds ${limit} bytes`,
  }
  return { line, error: new HapiError('IMPORT_FORM', { reason }) }
}

function encodingFault(line: number, reason: Phrase): FileFault {
  return { line, error: new HapiError('IMPORT_ENCODING', { reason }) }
}

const reasons = {
  nul: {
    fr: 'il contient le caractère NUL (U+0000)',
    en: 'it contains the character NUL (U+0000)',
  },
  bomInside: {
    fr: "une marque d'ordre des octets se trouve après le début; des fichiers y ont été mis bout à bout",
    en: 'a byte order mark stands behind the beginning; files were put end to end',
  },
  notUtf8: {
    fr: "il s'annonce en UTF-8 et n'en est pas ici",
    en: 'it says that it is UTF-8, and is not here',
  },
  notUtf16: {
    fr: "il s'annonce en UTF-16 et n'en est pas ici",
    en: 'it says that it is UTF-16, and is not here',
  },
  undefinedByte: {
    fr: "il n'est ni en UTF-8 ni en Windows-1252",
    en: 'it is neither UTF-8 nor Windows-1252',
  },
  mixed: (utf8: number, other: number): Phrase => ({
    fr: `la ligne ${utf8} est en UTF-8, et la ligne ${other} n'en est pas`,
    en: `line ${utf8} is UTF-8, and line ${other} is not`,
  }),
}
