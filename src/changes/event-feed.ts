/**
 * The pull feed: the events that webhooks bring, page by page, for whoever cannot or will not receive them. A reader
 * keeps the position of the last page and asks for what came after it; nothing is kept here for it.
 *
 * A position is the change log's, which skips nothing (`change-log.ts`), with the number of times that the log had
 * been pruned: so a reader who comes too late is told, and not left with a gap.
 */

import type { ClientBase } from 'pg'
import { HapiError } from '../errors/hapi-error.ts'
import {
  CHANGES_KEPT_DAYS,
  type Change,
  type ChangePosition,
  currentPosition,
  readChanges,
  readPruning,
  START_OF_LOG,
} from './change-log.ts'

/** Where a page begins: after the text of an earlier answer, with the oldest that is kept, or from now on. */
export type FeedStart = { readonly position: FeedPosition } | 'start' | 'now'

interface FeedPosition {
  readonly change: ChangePosition
  /** Times that the account's log had been pruned when the position was given. */
  readonly runs: bigint
}

export interface FeedOptions {
  readonly accountId: number
  readonly from: FeedStart
  /** Names of the entity types whose events are given. */
  readonly entities: readonly string[]
  /** Most events given, 1 or more. */
  readonly limit: number
}

export interface FeedPage {
  readonly events: readonly Change[]
  readonly next: FeedPosition
  /** More had been committed when the page was read. */
  readonly hasMore: boolean
}

/** A position's text; each transaction that was running adds some dozen characters, twice. */
const POSITION_TEXT_MAX = 16_384

/** `client` is in a transaction of the account. Throws EVENTS_EXPIRED, and INVALID_OPTION_VALUE for what is no position. */
export async function readFeed(
  client: ClientBase,
  { accountId, from, entities, limit }: FeedOptions,
): Promise<FeedPage> {
  try {
    const { change: after, runs: seenRuns } = await beginOf(client, from)
    const { runs, isMissed } = await readPruning(client, { accountId, after, runs: seenRuns })
    if (isMissed) throw new HapiError('EVENTS_EXPIRED', { days: CHANGES_KEPT_DAYS }, ABOUT)
    const { changes, next, hasMore } = await readChanges(client, {
      accountId,
      after,
      entities,
      limit,
    })
    return { events: changes, next: { change: next, runs }, hasMore }
  } catch (error) {
    throw error instanceof RangeError ? invalidPosition('…') : error
  }
}

async function beginOf(client: ClientBase, from: FeedStart): Promise<FeedPosition> {
  if (from === 'now') return { change: await currentPosition(client), runs: MOST_RUNS }
  return from === 'start' ? { change: START_OF_LOG, runs: MOST_RUNS } : from.position
}

/** Who begins here misses nothing by what is not kept. */
const MOST_RUNS = 2n ** 63n - 1n

const ABOUT = { target: 'after' }

/** Opaque to readers, and fit for a URL as it stands. */
export function writePosition({ change, runs }: FeedPosition): string {
  return Buffer.from(`${runs} ${change}`).toString('base64url')
}

/** Throws INVALID_OPTION_VALUE; what is inside is checked when it is read from. */
export function readPosition(text: string): FeedPosition {
  const bytes = text.length > POSITION_TEXT_MAX ? undefined : Buffer.from(text, 'base64url')
  const [, runs, change] = /^(\d{1,18}) ([\d:,/]+)$/.exec(bytes?.toString('latin1') ?? '') ?? []
  if (runs === undefined || change === undefined || bytes?.toString('base64url') !== text)
    throw invalidPosition(text)
  return { runs: BigInt(runs), change }
}

/** Characters of a wrong value that the message repeats. */
const VALUE_SHOWN_MAX = 40

function invalidPosition(text: string): HapiError {
  const value = text.slice(0, VALUE_SHOWN_MAX)
  return new HapiError('INVALID_OPTION_VALUE', { option: 'after', value }, ABOUT)
}
