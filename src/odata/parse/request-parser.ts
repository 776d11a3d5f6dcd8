/**
 * A request's URL → its syntax tree, its literals and its shape. Knows the grammar, not the model.
 *
 * The query is split at `&` and the first `=` before anything is decoded (URL Conventions 4.01 §2).
 */

import { HapiError } from '../../errors/hapi-error.ts'
import { nearestHint } from '../../errors/nearest.ts'
import { parseAliasValue } from './expression-parser.ts'
import type { ParseLimits } from './limits.ts'
import { OPERATORS_EXPECTED } from './operator-table.ts'
import { type OptionsDraft, parseOption } from './option-parser.ts'
import { exceed, ParseBudget } from './parse-budget.ts'
import { parsePath } from './path-parser.ts'
import { decodeQueryText, findEncodedSemicolons, malformed } from './percent-decoding.ts'
import type { Expression, Literal, ODataRequest } from './syntax.ts'
import { findSystemOption, optionNames, type SystemOption } from './system-option.ts'
import { END, TextCursor, wholeCharacters } from './text-cursor.ts'

/**
 * @param path raw path after `/api`: `/Buildings(1)/Units`
 * @param query raw text after `?`, without it
 * @throws {HapiError} with status 400, 404 or 501: MALFORMED_URL, SYNTAX_ERROR, INVALID_LITERAL,
 * UNKNOWN_OPTION, DUPLICATE_OPTION, INVALID_OPTION_VALUE, OPTION_NOT_APPLICABLE, UNKNOWN_SEGMENT,
 * LIMIT_EXCEEDED, NOT_IMPLEMENTED
 */
export function parseRequest(path: string, query: string, limits: ParseLimits): ODataRequest {
  if (path.length > limits.textLengthMax) exceed(limits.textLengthMax, 'length', 'path')
  // A fragment never reaches a server (RFC 3986 §3.5): an unencoded # is a mistake.
  if (path.includes('#') || query.includes('#')) throw malformed('#')
  const literals: Literal[] = []
  const budget = new ParseBudget(limits)
  const { segments, shape } = parsePath(path, literals, budget)
  return new QueryParser(literals, budget, shape).parse(query, segments)
}

/** Never compiled, and no part of the query that a link belongs to: all its pages share a shape. */
const LINK_TOKENS: ReadonlySet<SystemOption> = new Set(['$skiptoken', '$deltatoken'])

/** Before each option's name and between name and value in a shape: no decoded text holds it. */
const SHAPE_SEPARATOR = '\0'

class QueryParser {
  readonly #literals: Literal[]
  readonly #budget: ParseBudget
  readonly #options: OptionsDraft = {}
  readonly #seen = new Set<SystemOption>()
  readonly #aliases = new Map<string, Expression>()
  readonly #customOptions: (readonly [string, string])[] = []
  #shape: string

  constructor(literals: Literal[], budget: ParseBudget, pathShape: string) {
    this.#literals = literals
    this.#budget = budget
    this.#shape = pathShape
  }

  parse(query: string, path: ODataRequest['path']): ODataRequest {
    const { textLengthMax } = this.#budget.limits
    if (query.length > textLengthMax) exceed(textLengthMax, 'length', 'query')
    for (const piece of query.split('&')) {
      if (piece !== '') this.#parsePiece(piece)
    }
    return {
      path,
      options: this.#options,
      aliases: this.#aliases,
      customOptions: this.#customOptions,
      literals: this.#literals,
      shape: this.#shape,
    }
  }

  #parsePiece(piece: string): void {
    const equals = piece.indexOf('=')
    const rawValue = equals === -1 ? '' : piece.slice(equals + 1)
    const name = decodeQueryText(equals === -1 ? piece : piece.slice(0, equals)).trim()
    const option = findSystemOption(name)
    // `levels` is an option of expand items alone.
    if (option !== undefined && option !== '$levels') this.#parseSystemOption(option, rawValue)
    else if (name.startsWith('@')) this.#parseAlias(name, rawValue)
    else if (name.startsWith('$')) throw unknownOption(name, option)
    else this.#keepCustomOption(name, decodeQueryText(rawValue).trim())
  }

  #parseSystemOption(option: SystemOption, rawValue: string): void {
    if (this.#seen.has(option))
      throw new HapiError('DUPLICATE_OPTION', { option }, { target: option })
    this.#seen.add(option)
    const cursor = this.#open(option, rawValue)
    parseOption(cursor, option, this.#options)
    cursor.expectEnd(expectedAfter[option] ?? END)
    if (!LINK_TOKENS.has(option)) this.#addShape(option, cursor.shape)
  }

  #parseAlias(name: string, rawValue: string): void {
    const alias = name.slice(1)
    const cursor = this.#open(name, rawValue)
    if (this.#aliases.has(alias))
      throw new HapiError('DUPLICATE_OPTION', { option: name }, { target: name })
    this.#aliases.set(alias, parseAliasValue(cursor))
    this.#addShape(name, cursor.shape)
  }

  #keepCustomOption(name: string, value: string): void {
    this.#customOptions.push([name, value])
    this.#addShape(name, value)
  }

  #open(option: string, rawValue: string): TextCursor {
    const cursor = new TextCursor(decodeQueryText(rawValue), option, {
      literals: this.#literals,
      budget: this.#budget,
      encodedSemicolons: rawValue.includes('%3') ? findEncodedSemicolons(rawValue) : undefined,
    })
    cursor.skipBlanks()
    return cursor
  }

  #addShape(name: string, value: string): void {
    this.#shape += SHAPE_SEPARATOR + name + SHAPE_SEPARATOR + value
  }
}

const expectedAfter: Readonly<Partial<Record<SystemOption, string>>> = {
  $filter: OPERATORS_EXPECTED,
  $orderby: `asc, desc, "," ${END}`,
  $select: `, ( / ${END}`,
  $expand: `, ( / ${END}`,
  $compute: `, ${END}`,
}

/** Characters of an unknown option's name that the error repeats. */
const EXCERPT_LENGTH_MAX = 40

function unknownOption(name: string, known: SystemOption | undefined): HapiError {
  const option = wholeCharacters(name.slice(0, EXCERPT_LENGTH_MAX))
  if (known !== undefined)
    return new HapiError('OPTION_NOT_APPLICABLE', { option: known }, { target: known })
  return new HapiError(
    'UNKNOWN_OPTION',
    { option, nearest: nearestHint(name, optionNames) },
    { target: option },
  )
}
