/** What `GET /api/events` may be asked: `after`, `entities`, `limit` and `wait`, in any letter case. */

import type { Principal } from '../../auth/principal.ts'
import { type FeedStart, readPosition } from '../../changes/event-feed.ts'
import { getSubscribable } from '../../changes/subscribable.ts'
import { HapiError } from '../../errors/hapi-error.ts'
import { nearestHint } from '../../errors/nearest.ts'
import type { EntityType } from '../../model/entity-type.ts'
import { subscribableTypes } from '../../model/subscribable.ts'

export interface EventsQuery {
  readonly from: FeedStart
  /** `undefined`: all that the principal may read. */
  readonly entities: readonly EntityType[] | undefined
  readonly limit: number
  readonly waitMs: number
}

const LIMIT_DEFAULT = 100
/** About 150 KB of answer. */
const LIMIT_MAX = 1_000
/** Proxies end a silent request after a minute, many of them. */
const WAIT_MAX_S = 30
/** Each entity twice and more; what is longer is no list of ours. */
const ENTITIES_MAX = 100

const OPTIONS = ['after', 'entities', 'limit', 'wait'] as const

type Option = (typeof OPTIONS)[number]

/** Throws UNKNOWN_OPTION, DUPLICATE_OPTION, INVALID_OPTION_VALUE, ENTITY_NOT_SUBSCRIBABLE. */
export function readEventsQuery(types: readonly EntityType[], query: string): EventsQuery {
  const given = readOptions(query)
  const after = given.get('after')
  const entities = given.get('entities')
  return {
    from: after === undefined ? 'now' : readStart(after),
    entities: entities === undefined ? undefined : readEntities(types, entities),
    limit: readNumber(given, 'limit', { min: 1, max: LIMIT_MAX, absent: LIMIT_DEFAULT }),
    waitMs: 1_000 * readNumber(given, 'wait', { min: 0, max: WAIT_MAX_S, absent: 0 }),
  }
}

/**
 * The entities that are asked for, or all that are allowed. Throws for one that is asked for and not allowed, as
 * reading its set does: MODULE_NOT_LICENSED (A5), READ_NOT_PERMITTED.
 */
export function allowedEntities(
  types: readonly EntityType[],
  asked: readonly EntityType[] | undefined,
  principal: Principal,
): readonly string[] {
  if (asked === undefined) {
    return subscribableTypes(types)
      .filter(({ module, set }) => principal.modules.has(module) && principal.canRead(set))
      .map(({ name }) => name)
  }
  for (const { module, set } of asked) {
    if (!principal.modules.has(module))
      throw new HapiError('MODULE_NOT_LICENSED', { module }, { target: set })
    if (!principal.canRead(set)) throw new HapiError('READ_NOT_PERMITTED', { set }, { target: set })
  }
  return asked.map(({ name }) => name)
}

function readOptions(query: string): ReadonlyMap<Option, string> {
  const given = new Map<Option, string>()
  for (const [name, value] of new URLSearchParams(query)) {
    const wanted = name.trim().toLowerCase()
    const option = OPTIONS.find((each) => each === wanted)
    const shown = name.slice(0, SHOWN_MAX)
    if (option === undefined) {
      const nearest = nearestHint(name, OPTIONS)
      throw new HapiError('UNKNOWN_OPTION', { option: shown, nearest }, { target: shown })
    }
    if (given.has(option))
      throw new HapiError('DUPLICATE_OPTION', { option: shown }, { target: shown })
    given.set(option, value.trim())
  }
  return given
}

function readStart(text: string): FeedStart {
  return text.toLowerCase() === 'start' ? 'start' : { position: readPosition(text) }
}

function readEntities(types: readonly EntityType[], list: string): readonly EntityType[] {
  const names = list.split(',', ENTITIES_MAX + 1)
  if (names.length > ENTITIES_MAX) throw invalidValue('entities', list)
  return [...new Set(names.map((name) => getSubscribable(types, name)))]
}

function readNumber(
  given: ReadonlyMap<Option, string>,
  option: Option,
  { min, max, absent }: { readonly min: number; readonly max: number; readonly absent: number },
): number {
  const text = given.get(option)
  if (text === undefined) return absent
  const number = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN
  if (number >= min && number <= max) return number
  throw invalidValue(option, text)
}

/** Characters of a wrong name or value that a message repeats. */
const SHOWN_MAX = 40

function invalidValue(option: Option, value: string): HapiError {
  const values = { option, value: value.slice(0, SHOWN_MAX) }
  return new HapiError('INVALID_OPTION_VALUE', values, { target: option })
}
