/**
 * What a condition over the rows of one type asks for, as far as it can be told without PostgreSQL: the values that
 * certain properties must have. `tenant_id = $2 and id <> $3 and cancelled_date is null and start_date <= $4` asks for
 * rows of one tenant that are not cancelled, and for something besides.
 *
 * Whatever is not understood is something besides, so a condition is never taken for less than it says.
 */

import type { EntityType } from '../../model/entity-type.ts'
import { columnName } from '../../model/naming.ts'
import type { FieldValue } from '../command/row.ts'

export interface Condition {
  /** Properties that must have the values of these parameters (`$2` is 0). */
  readonly equal: readonly (readonly [property: string, parameter: number])[]
  /** Properties that must have these values. */
  readonly fixed: readonly (readonly [property: string, value: FieldValue])[]
  /** The parameter with an Id that is left out. */
  readonly except: number | undefined
  /** Something besides is asked: which of these rows it leaves only PostgreSQL knows. */
  readonly isPartial: boolean
  /** It looks at other rows too. */
  readonly isNested: boolean
}

/** Conditions are the product's own texts: some hundreds. */
const known = new Map<EntityType, Map<string, Condition>>()

export function readCondition(type: EntityType, text: string): Condition {
  const ofType = known.get(type) ?? new Map<string, Condition>()
  known.set(type, ofType)
  const found = ofType.get(text)
  if (found !== undefined) return found
  const made = parse(type, text)
  ofType.set(text, made)
  return made
}

function parse(type: EntityType, text: string): Condition {
  const properties = new Map(type.properties.map((property) => [columnName(property), property]))
  const equal: (readonly [string, number])[] = []
  const fixed: (readonly [string, FieldValue])[] = []
  let except: number | undefined
  let isPartial = false
  for (const part of conjunctsOf(text)) {
    const [, column = '', parameter] = /^(\w+) = \$(\d+)$/.exec(part) ?? []
    const [, other] = /^id <> \$(\d+)$/.exec(part) ?? []
    const [, none = ''] = /^(\w+) is null$/.exec(part) ?? []
    const [, worded = '', word = ''] = /^(\w+) = '(\w*)'$/.exec(part) ?? []
    const whole = properties.get(column)
    const isWord = properties.get(worded)?.type === 'Edm.String'
    const empty = properties.get(none)
    const flag = properties.get(part)
    if (part === 'true') continue
    if (whole !== undefined) equal.push([whole.name, Number(parameter) - FIRST_PARAMETER])
    else if (other !== undefined && except === undefined) except = Number(other) - FIRST_PARAMETER
    else if (empty !== undefined) fixed.push([empty.name, null])
    else if (isWord) fixed.push([properties.get(worded)?.name ?? '', word])
    else if (flag?.type === 'Edm.Boolean') fixed.push([flag.name, true])
    else isPartial = true
  }
  return { equal, fixed, except, isPartial, isNested: /\bselect\b/i.test(text) }
}

/** `$1` is the account. */
const FIRST_PARAMETER = 2

/** The parts that must all hold; one part that nobody understands when there is an `or` beside them. */
function conjunctsOf(text: string): readonly string[] {
  const parts: string[] = []
  let depth = 0
  let part = ''
  for (const token of text.match(/'[^']*'|[()]|\s+|[^\s()']+/g) ?? []) {
    if (token === '(') depth++
    if (token === ')') depth--
    if (depth === 0 && /^or$/i.test(token)) return [text]
    if (depth === 0 && /^and$/i.test(token)) {
      parts.push(part.trim())
      part = ''
    } else part += /^\s+$/.test(token) ? ' ' : token
  }
  return [...parts, part.trim()]
}
