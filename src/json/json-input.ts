/**
 * JSON bodies (RFC 8259) read into a tree that keeps what `JSON.parse` loses: numbers digit for
 * digit, members in order, names given twice, `__proto__` as the ordinary name that it is.
 *
 * What the names mean and which values fit is for the reader of the tree to say.
 */

import { isUtf8 } from 'node:buffer'
import {
  emptyBody,
  memberProblems,
  notUtf8,
  refusedMember,
  tooDeep,
  tooManyValues,
  unexpected,
} from './json-refusal.ts'

export type JsonValue = JsonObject | JsonArray | JsonNumber | string | boolean | null

/** Members in order of appearance. */
export type JsonObject = ReadonlyMap<string, JsonValue>

type JsonArray = readonly JsonValue[]

/** A number as it was written: a `number` of JavaScript would round it. */
export interface JsonNumber {
  readonly kind: 'number'
  readonly text: string
}

export interface JsonLimits {
  /** Objects and arrays inside each other, the outermost counted. */
  readonly depthMax: number
  /** Members of all objects and elements of all arrays together. */
  readonly propertiesMax: number
}

/** Well above what integrators nest and send at once, far below what would hurt. */
const defaultJsonLimits: JsonLimits = { depthMax: 64, propertiesMax: 20_000 }

/**
 * The object that a body is; a byte order mark before it is no part of it. Takes linear time.
 *
 * @throws {HapiError} INVALID_BODY with the place of what is wrong
 */
export function readJsonObject(bytes: Buffer, limits: JsonLimits = defaultJsonLimits): JsonObject {
  return new JsonReader(readText(bytes), limits).readObjectDocument()
}

/** The same for a body that is an array. */
export function readJsonArray(bytes: Buffer, limits: JsonLimits = defaultJsonLimits): JsonArray {
  return new JsonReader(readText(bytes), limits).readArrayDocument()
}

function readText(bytes: Buffer): string {
  if (bytes.length === 0) throw emptyBody()
  const text = readUtf8(bytes)
  return text.startsWith('\ufeff') ? text.slice(1) : text
}

/** @throws {HapiError} INVALID_BODY */
export function readUtf8(bytes: Buffer): string {
  if (!isUtf8(bytes)) throw notUtf8(firstByteNotUtf8(bytes))
  return bytes.toString('utf8')
}

/** Position from 1. Decoding puts U+FFFD where bytes are wrong: the first that was not sent as such. */
function firstByteNotUtf8(bytes: Buffer): number {
  const text = bytes.toString('utf8')
  let byte = 0
  let from = 0
  for (let at = text.indexOf('\ufffd'); at >= 0; at = text.indexOf('\ufffd', from)) {
    byte += Buffer.byteLength(text.slice(from, at))
    if (bytes[byte] !== 0xef || bytes[byte + 1] !== 0xbf || bytes[byte + 2] !== 0xbd) break
    byte += 3
    from = at + 1
  }
  return byte + 1
}

const QUOTE = 34
const COMMA = 44
const MINUS = 45
const COLON = 58
const OPEN_ARRAY = 91
const BACKSLASH = 92
const CLOSE_ARRAY = 93
const OPEN_OBJECT = 123
const CLOSE_OBJECT = 125

/** `"`, `\\`, `/`, `b`, `f`, `n`, `r`, `t` */
const ESCAPES: ReadonlySet<number> = new Set([34, 92, 47, 98, 102, 110, 114, 116])
const LETTER_U = 117
const UNICODE_ESCAPE = /\\u[0-9A-Fa-f]{4}/y
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y

const constants = [
  ['true', true],
  ['false', false],
  ['null', null],
] as const

/** Recursive by design: `depthMax` bounds it. */
class JsonReader {
  readonly #text: string
  readonly #limits: JsonLimits
  /** Where the value being read stands, for messages. */
  readonly #path: (string | number)[] = []
  #index = 0
  #depth = 0
  #values = 0

  constructor(text: string, limits: JsonLimits) {
    this.#text = text
    this.#limits = limits
  }

  readObjectDocument(): JsonObject {
    this.#skipBlanks()
    if (this.#code() !== OPEN_OBJECT) throw this.#unexpected('{')
    return this.#untilTheEnd(this.#readObject())
  }

  readArrayDocument(): JsonArray {
    this.#skipBlanks()
    if (this.#code() !== OPEN_ARRAY) throw this.#unexpected('[')
    return this.#untilTheEnd(this.#readArray())
  }

  #untilTheEnd<T>(document: T): T {
    this.#skipBlanks()
    if (this.#index < this.#text.length) throw this.#unexpected('∅')
    return document
  }

  #readValue(): JsonValue {
    const code = this.#code()
    if (code === QUOTE) return this.#readValueText()
    if (code === OPEN_OBJECT) return this.#readObject()
    if (code === OPEN_ARRAY) return this.#readArray()
    if (code === MINUS || (code >= 48 && code <= 57)) return this.#readNumber()
    return this.#readConstant()
  }

  #readObject(): JsonObject {
    const object = new Map<string, JsonValue>()
    this.#readItems(CLOSE_OBJECT, () => {
      if (this.#code() !== QUOTE) throw this.#unexpected('"')
      const start = this.#index
      const name = this.#readString()
      this.#path.push(name)
      this.#checkText(name, start)
      if (object.has(name)) throw this.#refused(start, memberProblems.duplicate)
      this.#skipBlanks()
      if (!this.#accept(COLON)) throw this.#unexpected(':')
      this.#skipBlanks()
      object.set(name, this.#readValue())
      this.#path.pop()
    })
    return object
  }

  #readArray(): JsonArray {
    const array: JsonValue[] = []
    this.#readItems(CLOSE_ARRAY, () => {
      this.#path.push(array.length)
      array.push(this.#readValue())
      this.#path.pop()
    })
    return array
  }

  /** The opening bracket, items with commas between them, the closing bracket. */
  #readItems(close: number, readItem: () => void): void {
    this.#depth++
    if (this.#depth > this.#limits.depthMax)
      throw tooDeep(this.#text, this.#index, this.#limits.depthMax)
    this.#index++
    this.#skipBlanks()
    if (!this.#accept(close)) {
      do {
        this.#skipBlanks()
        this.#countValue()
        readItem()
        this.#skipBlanks()
      } while (this.#accept(COMMA))
      if (!this.#accept(close)) throw this.#unexpected(`, ${String.fromCharCode(close)}`)
    }
    this.#depth--
  }

  #countValue(): void {
    this.#values++
    if (this.#values > this.#limits.propertiesMax)
      throw tooManyValues(this.#text, this.#index, this.#limits.propertiesMax)
  }

  #readNumber(): JsonNumber {
    NUMBER.lastIndex = this.#index
    const text = NUMBER.exec(this.#text)?.[0]
    if (text === undefined) throw this.#unexpected('literal')
    this.#index += text.length
    return { kind: 'number', text }
  }

  #readConstant(): boolean | null {
    for (const [word, value] of constants)
      if (this.#text.startsWith(word, this.#index)) {
        this.#index += word.length
        return value
      }
    throw this.#unexpected('literal')
  }

  #readValueText(): string {
    const start = this.#index
    const value = this.#readString()
    this.#checkText(value, start)
    return value
  }

  #readString(): string {
    const start = this.#index
    const { end, escaped } = this.#endOfString()
    this.#index = end + 1
    if (!escaped) return this.#text.slice(start + 1, end)
    // A string by construction: it stands in quotes, and its escapes have been checked.
    return JSON.parse(this.#text.slice(start, end + 1)) as string
  }

  /** Index of the closing quote, and whether a backslash stands before it. */
  #endOfString(): { readonly end: number; readonly escaped: boolean } {
    const text = this.#text
    let end = this.#index + 1
    let escaped = false
    for (let code = text.charCodeAt(end); code !== QUOTE; code = text.charCodeAt(end)) {
      if (code === BACKSLASH) {
        escaped = true
        end = this.#endOfEscape(end)
      } else if (code >= 32) end++
      // Control characters stand in strings as escapes only; NaN is the end of the text.
      else throw unexpected(text, end, end < text.length ? String.raw`\u00XX, "` : '"')
    }
    return { end, escaped }
  }

  #endOfEscape(start: number): number {
    const code = this.#text.charCodeAt(start + 1)
    if (ESCAPES.has(code)) return start + 2
    UNICODE_ESCAPE.lastIndex = start
    if (code === LETTER_U && UNICODE_ESCAPE.test(this.#text)) return UNICODE_ESCAPE.lastIndex
    throw unexpected(this.#text, start, String.raw`\" \\ \/ \b \f \n \r \t \uXXXX`)
  }

  /** Escapes can write what no text holds: a database would refuse it later and less clearly. */
  #checkText(value: string, start: number): void {
    if (value.includes('\0')) throw this.#refused(start, memberProblems.nul)
    if (/\p{Surrogate}/u.test(value)) throw this.#refused(start, memberProblems.surrogate)
  }

  #skipBlanks(): void {
    for (;;) {
      const code = this.#code()
      if (code !== 32 && code !== 10 && code !== 13 && code !== 9) return
      this.#index++
    }
  }

  #accept(code: number): boolean {
    if (this.#code() !== code) return false
    this.#index++
    return true
  }

  /** Code of the character to read next; NaN at the end. */
  #code(): number {
    return this.#text.charCodeAt(this.#index)
  }

  #unexpected(expected: string): Error {
    return unexpected(this.#text, this.#index, expected)
  }

  #refused(start: number, problem: (typeof memberProblems)[keyof typeof memberProblems]): Error {
    return refusedMember(this.#text, start, this.#path, problem)
  }
}
