/** Classes of characters, by code: ASCII from a table, the rest by Unicode category (ABNF §6). */

const IDENTIFIER_START = 1
const IDENTIFIER_PART = 2
const BLANK = 4
const HEX_DIGIT = 8

const classes = classify()

function classify(): Uint8Array {
  const table = new Uint8Array(128)
  const mark = (characters: string, flag: number) => {
    for (const character of characters) {
      const code = character.charCodeAt(0)
      table[code] = (table[code] ?? 0) | flag
    }
  }
  const letters = 'abcdefghijklmnopqrstuvwxyz'
  mark(`${letters}${letters.toUpperCase()}_`, IDENTIFIER_START | IDENTIFIER_PART)
  mark('0123456789', IDENTIFIER_PART | HEX_DIGIT)
  mark('abcdefABCDEF', HEX_DIGIT)
  mark(' \t\r\n', BLANK)
  return table
}

const startBeyondAscii = /[\p{L}\p{Nl}]/uy
const partBeyondAscii = /[\p{L}\p{Nl}\p{Nd}\p{Mn}\p{Mc}\p{Pc}\p{Cf}]/uy

/** Codes are those of `charCodeAt`: NaN past the end belongs to no class. */
export function isBlank(code: number): boolean {
  return code < 128 && ((classes[code] ?? 0) & BLANK) !== 0
}

export function isDigit(code: number): boolean {
  return code >= 48 && code <= 57
}

export function isHexDigit(code: number): boolean {
  return code < 128 && ((classes[code] ?? 0) & HEX_DIGIT) !== 0
}

/** Index after the identifier that begins at `start`, or `start` when none does. */
export function endOfIdentifier(text: string, start: number): number {
  let index = start
  let flag = IDENTIFIER_START
  for (;;) {
    const code = text.charCodeAt(index)
    if (code < 128) {
      if (((classes[code] ?? 0) & flag) === 0) return index
      index++
    } else {
      const length = lengthBeyondAscii(text, index, flag)
      if (length === 0) return index
      index += length
    }
    flag = IDENTIFIER_PART
  }
}

/** True when the character at `index` could continue an identifier or a number. */
export function isIdentifierPart(text: string, index: number): boolean {
  const code = text.charCodeAt(index)
  if (code < 128) return ((classes[code] ?? 0) & IDENTIFIER_PART) !== 0
  return lengthBeyondAscii(text, index, IDENTIFIER_PART) > 0
}

function lengthBeyondAscii(text: string, index: number, flag: number): number {
  if (index >= text.length) return 0
  const pattern = flag === IDENTIFIER_START ? startBeyondAscii : partBeyondAscii
  pattern.lastIndex = index
  return pattern.test(text) ? pattern.lastIndex - index : 0
}
