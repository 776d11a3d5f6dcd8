/** The value of each system query option: in a query, and in parentheses after an item. */

import { HapiError } from '../../errors/hapi-error.ts'
import { parseApply } from './apply-parser.ts'
import { isBlank, isDigit } from './character-class.ts'
import { parseExpression } from './expression-parser.ts'
import { parseCompute, parseOrderBy } from './item-list-parser.ts'
import { parseUnnamedLiteral } from './literal-parser.ts'
import { parseNestedOptions } from './nested-option.ts'
import { exceed } from './parse-budget.ts'
import { parseSearch } from './search-parser.ts'
import { type NestedParsers, parseExpand, parseSelect } from './select-expand-parser.ts'
import type { Expression, QueryOptions } from './syntax.ts'
import type { SystemOption } from './system-option.ts'
import { type TextCursor, wholeCharacters } from './text-cursor.ts'

/** Options while they are read. */
export type OptionsDraft = { -readonly [Name in keyof QueryOptions]: QueryOptions[Name] }

const CLOSE = 41

/** Largest `$top` and `$skip`: 2³¹−1, the range of Edm.Int32. */
const COUNT_MAX = 2_147_483_647

const nestedParsers: NestedParsers = { parseOptions, parseExpression }

/** Reads the value of `name` at the cursor, up to where its grammar ends. */
export function parseOption(cursor: TextCursor, name: SystemOption, draft: OptionsDraft): void {
  switch (name) {
    case '$select':
      draft.select = parseSelect(cursor, nestedParsers)
      return
    case '$expand':
      draft.expand = parseExpand(cursor, nestedParsers)
      return
    case '$filter':
      draft.filter = parseExpression(cursor)
      return
    case '$orderby':
      draft.orderby = parseOrderBy(cursor)
      return
    case '$compute':
      draft.compute = parseCompute(cursor)
      return
    case '$search':
      draft.search = parseSearch(cursor)
      return
    case '$top':
      draft.top = parseCount(cursor, name)
      return
    case '$skip':
      draft.skip = parseCount(cursor, name)
      return
    case '$count':
      draft.count = parseBoolean(cursor, name)
      return
    case '$levels':
      draft.levels = parseLevels(cursor)
      return
    case '$index':
      draft.index = parseIndex(cursor)
      return
    case '$format':
      draft.format = readRest(cursor, name)
      return
    case '$skiptoken':
      draft.skiptoken = readRest(cursor, name)
      return
    case '$deltatoken':
      draft.deltatoken = readRest(cursor, name)
      return
    case '$schemaversion':
      draft.schemaversion = readRest(cursor, name)
      return
    case '$id':
      draft.id = readRest(cursor, name)
      return
    case '$apply':
      draft.apply = parseApply(cursor)
      return
  }
}

/** Reads options in parentheses, separated by semicolons. */
function parseOptions(cursor: TextCursor, allowed: readonly SystemOption[]): QueryOptions {
  const draft: OptionsDraft = {}
  const aliases = new Map<string, Expression>()
  parseNestedOptions(cursor, {
    allowed,
    readOption: (name) => {
      parseOption(cursor, name, draft)
    },
    readAlias: (name) => {
      aliases.set(name, parseExpression(cursor))
    },
  })
  return aliases.size === 0 ? draft : { ...draft, aliases }
}

/** `$top` and `$skip`: their numbers are literals, so that all pages share one statement. */
function parseCount(cursor: TextCursor, name: SystemOption): number {
  const { index: start } = cursor
  const word = peekWord(cursor)
  if (!isDigit(cursor.code) || !/^\d+$/.test(word) || Number(word) > COUNT_MAX)
    throw invalidValue(name, word)
  const literal = parseUnnamedLiteral(cursor)
  if (literal === undefined) return cursor.failAt(start, '0…2147483647')
  return literal
}

function parseBoolean(cursor: TextCursor, name: SystemOption): boolean {
  const word = readWord(cursor)
  switch (word.toLowerCase()) {
    case 'true':
      return true
    case 'false':
      return false
    default:
      throw invalidValue(name, word)
  }
}

function parseLevels(cursor: TextCursor): number | 'max' {
  const word = readWord(cursor)
  if (word.toLowerCase() === 'max') return 'max'
  if (!/^[1-9]\d*$/.test(word)) throw invalidValue('$levels', word)
  const { expandDepthMax } = cursor.budget.limits
  if (Number(word) > expandDepthMax) exceed(expandDepthMax, 'depth', '$levels')
  return Number(word)
}

function parseIndex(cursor: TextCursor): number {
  const word = readWord(cursor)
  if (!/^-?\d{1,10}$/.test(word)) throw invalidValue('$index', word)
  return Number(word)
}

/** Takes all that is left, without the blanks at its end. */
function readRest(cursor: TextCursor, name: SystemOption): string {
  const value = cursor.text.slice(cursor.index).trim()
  if (value === '') throw invalidValue(name, '')
  cursor.index = cursor.text.length
  return value
}

/** What stands up to a blank, a parenthesis or a separator. */
function peekWord(cursor: TextCursor): string {
  const { text, index: start } = cursor
  let end = start
  while (end < text.length && !endsWord(cursor, end)) end++
  return text.slice(start, end)
}

function endsWord(cursor: TextCursor, index: number): boolean {
  const code = cursor.text.charCodeAt(index)
  return isBlank(code) || code === CLOSE || cursor.isSeparator(index)
}

function readWord(cursor: TextCursor): string {
  const word = peekWord(cursor)
  cursor.index += word.length
  return word
}

/** Characters of a refused value that the error repeats. */
const EXCERPT_LENGTH_MAX = 40

function invalidValue(option: SystemOption, value: string): HapiError {
  return new HapiError(
    'INVALID_OPTION_VALUE',
    { option, value: wholeCharacters(value.slice(0, EXCERPT_LENGTH_MAX)) },
    { target: option },
  )
}
