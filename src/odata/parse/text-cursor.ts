/**
 * A place in one decoded text: a query option's value or a path segment.
 *
 * It records each literal that is read and writes the text's shape as it goes, so nothing is read
 * twice. What is read stays read: parsers look ahead by index, they never step back over a literal.
 */

import { HapiError } from '../../errors/hapi-error.ts'
import { endOfIdentifier, isBlank } from './character-class.ts'
import type { ParseBudget } from './parse-budget.ts'
import type { Expression, Literal, LiteralKind, Position } from './syntax.ts'

/** What stands in a shape for a literal: U+0001, which no text outside literals may hold, and its kind. */
const marks: Readonly<Record<LiteralKind, string>> = {
  null: '\u0001n',
  boolean: '\u0001b',
  integer: '\u0001i',
  decimal: '\u0001d',
  double: '\u0001f',
  string: '\u0001s',
  guid: '\u0001g',
  date: '\u0001D',
  dateTimeOffset: '\u0001T',
  timeOfDay: '\u0001t',
  duration: '\u0001p',
  binary: '\u0001x',
  enum: '\u0001e',
  segment: '\u0001k',
}

/** Longest identifier of the ABNF. */
const IDENTIFIER_LENGTH_MAX = 128

/** Characters of the unexpected text that an error repeats. */
const EXCERPT_LENGTH_MAX = 20

/** Stands for the end of the text in errors. */
export const END = '∅'

const SEMICOLON = 0x3b

/** Handed to the parsers of parts in which expressions stand again. */
export type ParseExpression = (cursor: TextCursor) => Expression

interface TextCursorOptions {
  readonly literals: Literal[]
  readonly budget: ParseBudget
  /** Position of the first character, when the text is a part of a longer one. */
  readonly firstPosition?: number
  /** Indexes of semicolons that were percent-encoded and so may stand in a search word. */
  readonly encodedSemicolons?: ReadonlySet<number> | undefined
}

export class TextCursor {
  readonly text: string
  /** Name of the option or `path`, for errors. */
  readonly option: string
  readonly budget: ParseBudget
  index = 0
  /** Depth of JSON arrays and objects: strings in double quotes are literals only there. */
  jsonDepth = 0
  readonly #literals: Literal[]
  readonly #firstPosition: number
  readonly #encodedSemicolons: ReadonlySet<number> | undefined
  #shape = ''
  #shapedTo = 0

  constructor(text: string, option: string, options: TextCursorOptions) {
    this.text = text
    this.option = option
    this.budget = options.budget
    this.#literals = options.literals
    this.#firstPosition = options.firstPosition ?? 1
    this.#encodedSemicolons = options.encodedSemicolons
  }

  get position(): Position {
    return this.#firstPosition + this.index
  }

  positionAt(index: number): Position {
    return this.#firstPosition + index
  }

  /** Code of the character at the cursor; NaN at the end. */
  get code(): number {
    return this.text.charCodeAt(this.index)
  }

  /** True when the character at the cursor has this code. */
  isAt(code: number): boolean {
    return this.text.charCodeAt(this.index) === code
  }

  get atEnd(): boolean {
    return this.index >= this.text.length
  }

  skipBlanks(): void {
    while (isBlank(this.text.charCodeAt(this.index))) this.index++
  }

  /** Index of the first character from `index` on that is no blank. */
  afterBlanks(index: number): number {
    let next = index
    while (isBlank(this.text.charCodeAt(next))) next++
    return next
  }

  /** Steps over one character if it is there, with the blanks after it. */
  accept(code: number): boolean {
    if (this.text.charCodeAt(this.index) !== code) return false
    this.index++
    this.skipBlanks()
    return true
  }

  /** As `accept`, with blanks before it too. */
  expect(code: number): void {
    this.skipBlanks()
    if (!this.accept(code)) this.fail(String.fromCharCode(code))
  }

  expectEnd(expected: string): void {
    this.skipBlanks()
    if (!this.atEnd) this.fail(expected)
  }

  /** A semicolon, plain or percent-encoded (ABNF, SEMI): outside literals it has no other meaning. */
  isSeparator(index: number): boolean {
    return this.text.charCodeAt(index) === SEMICOLON
  }

  /** A semicolon that ends a search word: one that came percent-encoded is text (ABNF, searchWord). */
  endsSearchWord(index: number): boolean {
    return this.isSeparator(index) && this.#encodedSemicolons?.has(index) !== true
  }

  /** @throws {HapiError} SYNTAX_ERROR when no identifier stands here */
  readIdentifier(expected: string): string {
    const end = endOfIdentifier(this.text, this.index)
    if (end === this.index || end - this.index > IDENTIFIER_LENGTH_MAX) this.fail(expected)
    const name = this.text.slice(this.index, end)
    this.index = end
    return name
  }

  /** An identifier, or several joined by dots. */
  readQualifiedName(expected: string): string {
    const start = this.index
    this.readIdentifier(expected)
    while (this.code === 46 && endOfIdentifier(this.text, this.index + 1) > this.index + 1) {
      this.index++
      this.readIdentifier(expected)
    }
    return this.text.slice(start, this.index)
  }

  /** Records the literal that ends at the cursor, and puts a mark for `start` … cursor into the shape. */
  addLiteral(kind: LiteralKind, value: string, start: number, typeName?: string): number {
    const position = this.#firstPosition + start
    return this.#add(
      typeName === undefined ? { kind, value, position } : { kind, value, typeName, position },
      start,
    )
  }

  #add(literal: Literal, start: number): number {
    this.#shape += this.text.slice(this.#shapedTo, start) + marks[literal.kind]
    this.#shapedTo = this.index
    return this.#literals.push(literal) - 1
  }

  /** The text with marks for the literals read so far. */
  get shape(): string {
    return this.#shapedTo === 0 ? this.text : this.#shape + this.text.slice(this.#shapedTo)
  }

  /** @throws {HapiError} SYNTAX_ERROR about the character at the cursor */
  fail(expected: string): never {
    throw new HapiError(
      'SYNTAX_ERROR',
      { option: this.option, position: this.position, found: this.#excerpt(), expected },
      { target: this.option },
    )
  }

  failAt(index: number, expected: string): never {
    this.index = index
    return this.fail(expected)
  }

  #excerpt(): string {
    if (this.atEnd) return END
    const text = this.text.slice(this.index, this.index + EXCERPT_LENGTH_MAX)
    return `“${wholeCharacters(firstWord(text))}”`
  }
}

/** Up to the first blank after the first character. */
function firstWord(text: string): string {
  for (let index = 1; index < text.length; index++) {
    if (isBlank(text.charCodeAt(index))) return text.slice(0, index)
  }
  return text
}

/** Without a last half of a surrogate pair: it could not be written into an answer. */
export function wholeCharacters(text: string): string {
  const last = text.charCodeAt(text.length - 1)
  return last >= 0xd800 && last <= 0xdbff ? text.slice(0, -1) : text
}
