/** Reading the options in parentheses after an expand or select item or a `$count` segment. */

import { HapiError } from '../../errors/hapi-error.ts'
import { nearestHint } from '../../errors/nearest.ts'
import { endOfIdentifier } from './character-class.ts'
import { findSystemOption, type SystemOption } from './system-option.ts'
import type { TextCursor } from './text-cursor.ts'

const DOLLAR = 36
const CLOSE = 41
const EQUALS = 61
const AT = 64

/** Reads the value of the option called `name`; the cursor stands at its first character that is no blank. */
interface NestedReader {
  readonly allowed: readonly SystemOption[]
  readonly readOption: (name: SystemOption) => void
  /** Where absent, aliases are refused. */
  readonly readAlias?: (name: string) => void
}

/** The cursor stands on the opening parenthesis and is left after the closing one. */
export function parseNestedOptions(cursor: TextCursor, reader: NestedReader): void {
  const seen = new Set<string>()
  cursor.budget.enter(cursor.option)
  cursor.index++
  cursor.skipBlanks()
  for (;;) {
    parseNestedOption(cursor, reader, seen)
    cursor.skipBlanks()
    if (!cursor.isSeparator(cursor.index)) break
    cursor.index++
    cursor.skipBlanks()
    // A last semicolon with nothing after it separates nothing.
    if (cursor.code === CLOSE) break
  }
  if (cursor.code !== CLOSE) cursor.fail('; )')
  cursor.index++
  cursor.budget.leave()
}

function parseNestedOption(cursor: TextCursor, reader: NestedReader, seen: Set<string>): void {
  const { text, index: start } = cursor
  const first = cursor.code
  const end = endOfIdentifier(text, first === DOLLAR || first === AT ? start + 1 : start)
  const name = text.slice(start, end)
  const option = first === AT ? undefined : findSystemOption(name)
  const equals = cursor.afterBlanks(end)
  if (end - start < 2 || text.charCodeAt(equals) !== EQUALS)
    cursor.failAt(end - start < 2 ? start : equals, `${reader.allowed.join('=, ')}=`)
  if (option === undefined && (first !== AT || reader.readAlias === undefined)) {
    throw new HapiError(
      'UNKNOWN_OPTION',
      { option: name, nearest: nearestHint(name, reader.allowed) },
      { target: cursor.option },
    )
  }
  if (option !== undefined && !reader.allowed.includes(option))
    throw new HapiError('OPTION_NOT_APPLICABLE', { option }, { target: cursor.option })
  cursor.index = cursor.afterBlanks(equals + 1)
  const key = option ?? name
  if (seen.has(key))
    throw new HapiError('DUPLICATE_OPTION', { option: key }, { target: cursor.option })
  seen.add(key)
  if (option === undefined) reader.readAlias?.(name.slice(1))
  else reader.readOption(option)
}
