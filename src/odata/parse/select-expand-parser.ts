/** `$select` and `$expand` (URL Conventions 4.01 §5.1.3, §5.1.2): paths with options in parentheses. */

import { endOfIdentifier } from './character-class.ts'
import { parseCountOptions } from './count-options-parser.ts'
import { parseAnnotation } from './member-path-parser.ts'
import type { ExpandItem, QueryOptions, SelectItem } from './syntax.ts'
import type { SystemOption } from './system-option.ts'
import type { ParseExpression, TextCursor } from './text-cursor.ts'

const DOLLAR = 36
const OPEN = 40
const CLOSE = 41
const STAR = 42
const COMMA = 44
const DOT = 46
const SLASH = 47
const AT = 64

/** The parsers of what stands inside parentheses: options, and expressions among them. */
export interface NestedParsers {
  readonly parseOptions: (cursor: TextCursor, allowed: readonly SystemOption[]) => QueryOptions
  readonly parseExpression: ParseExpression
}

const refOptions = ['$filter', '$search', '$orderby', '$skip', '$top', '$count'] as const
const selectOptions = [...refOptions, '$select', '$compute', '$expand', '$apply'] as const
const expandOptions = [...selectOptions, '$levels'] as const

export function parseSelect(cursor: TextCursor, nested: NestedParsers): readonly SelectItem[] {
  const { budget } = cursor
  const items: SelectItem[] = []
  do {
    items.push(parseSelectItem(cursor, nested))
    budget.checkItems(items.length, budget.limits.selectItemsMax, '$select')
    cursor.skipBlanks()
  } while (cursor.accept(COMMA))
  return items
}

function parseSelectItem(cursor: TextCursor, nested: NestedParsers): SelectItem {
  cursor.skipBlanks()
  const { position } = cursor
  const path = parsePath(cursor)
  cursor.skipBlanks()
  if (cursor.code !== OPEN) return { path, position }
  if (!namesParameters(cursor))
    return { path, options: nested.parseOptions(cursor, selectOptions), position }
  // One overload of a function: `MostPopularName(Location,Kind)` is a name of its own.
  const last = `${path.at(-1) ?? ''}${readParameterNames(cursor)}`
  return { path: [...path.slice(0, -1), last], position }
}

function namesParameters(cursor: TextCursor): boolean {
  const start = cursor.afterBlanks(cursor.index + 1)
  const end = endOfIdentifier(cursor.text, start)
  const next = cursor.text.charCodeAt(cursor.afterBlanks(end))
  return end > start && (next === COMMA || next === CLOSE)
}

function readParameterNames(cursor: TextCursor): string {
  const names: string[] = []
  cursor.index++
  do {
    cursor.skipBlanks()
    names.push(cursor.readIdentifier('name'))
    cursor.skipBlanks()
  } while (cursor.accept(COMMA))
  if (cursor.code !== CLOSE) cursor.fail(', )')
  cursor.index++
  return `(${names.join(',')})`
}

export function parseExpand(cursor: TextCursor, nested: NestedParsers): readonly ExpandItem[] {
  const items: ExpandItem[] = []
  cursor.budget.enterExpand('$expand')
  do {
    items.push(parseExpandItem(cursor, nested))
    cursor.budget.countExpandItem('$expand')
    cursor.skipBlanks()
  } while (cursor.accept(COMMA))
  cursor.budget.leaveExpand()
  return items
}

function parseExpandItem(cursor: TextCursor, nested: NestedParsers): ExpandItem {
  cursor.skipBlanks()
  const { position, index: start } = cursor
  if (cursor.code === DOLLAR) {
    if (readSuffix(cursor) !== '$value') cursor.failAt(start, 'name')
    return { path: ['$value'], position }
  }
  const path = parsePath(cursor)
  const suffix = cursor.code === SLASH ? readSuffix(cursor) : undefined
  if (suffix === '$value') cursor.fail('$ref, $count')
  cursor.skipBlanks()
  const item = suffix === undefined ? { path, position } : { path, suffix, position }
  if (cursor.code !== OPEN) return item
  if (suffix === '$count')
    return { ...item, options: parseCountOptions(cursor, nested.parseExpression) }
  return {
    ...item,
    options: nested.parseOptions(cursor, suffix === '$ref' ? refOptions : expandOptions),
  }
}

/** Reads steps joined by slashes, up to a `/$…`. */
function parsePath(cursor: TextCursor): readonly string[] {
  const { budget, text } = cursor
  const path = [parseStep(cursor)]
  while (cursor.code === SLASH && text.charCodeAt(cursor.index + 1) !== DOLLAR) {
    if (path.at(-1) === '*') cursor.fail('$ref')
    cursor.index++
    path.push(parseStep(cursor))
    budget.checkItems(path.length, budget.limits.pathSegmentsMax, '/')
  }
  return path
}

function parseStep(cursor: TextCursor): string {
  if (cursor.code === STAR) {
    cursor.index++
    return '*'
  }
  if (cursor.code === AT) return `@${parseAnnotation(cursor).name}`
  const name = cursor.readQualifiedName('name, *')
  // `Namespace.*` means all operations of a schema.
  if (cursor.code !== DOT || cursor.text.charCodeAt(cursor.index + 1) !== STAR) return name
  cursor.index += 2
  return `${name}.*`
}

const suffixes = ['$ref', '$count', '$value'] as const

function readSuffix(cursor: TextCursor): (typeof suffixes)[number] {
  if (cursor.code === SLASH) cursor.index++
  const { text, index } = cursor
  const end = endOfIdentifier(text, index + 1)
  const word = text.slice(index, end).toLowerCase()
  const suffix = suffixes.find((candidate) => candidate === word)
  if (suffix === undefined) return cursor.fail('$ref, $count')
  cursor.index = end
  return suffix
}
