/**
 * What happens without changing a row: sign-ins, refusals, readings of personal information. Noted in memory, where
 * equal ones become one with a count, and written within a second, so that no request waits for it or costs a statement.
 *
 * Killed, a process forgets what it has noted since it last wrote. While the database is away it goes on noting, in the
 * same room: what does not fit any more is still told, without saying who.
 */

import { type Acting, actingText } from '../db/acting.ts'
import type { Database } from '../db/database.ts'

export interface Happening {
  /** 0: it belongs to no account, as a sign-in with an unknown key. */
  readonly accountId: number
  readonly kind: 'SIGN_IN' | 'REFUSAL' | 'READ'
  readonly acting: Acting
  /** Of the error that was answered. */
  readonly code?: string | undefined
  /** Where the request came from. */
  readonly address?: string | undefined
  /** Name of an entity type. */
  readonly entity?: string | undefined
  /** Method and address of the request without its literals. */
  readonly request?: string | undefined
  readonly seen?: RowsSeen | undefined
}

/** Rows of an entity type that an answer has shown. */
interface RowsSeen {
  readonly rows: number
  readonly first: number
  readonly last: number
  /** Each Id; undefined when they are more than `SEEN_IDS_MAX`. */
  readonly ids: ReadonlySet<number> | undefined
}

/** Ids that an entry names one by one. */
export const SEEN_IDS_MAX = 100

/** How long something may wait to be written. */
const WRITE_EVERY_MS = 1_000
/** Different things noted at a time, some 2 MB at most; when there are so many, they are written at once. */
const NOTES_MAX = 1_000
/** Of them of strangers, who change their addresses and names as they like: the audit must not grow as fast as they try. */
const STRANGERS_MAX = 100

/** As the columns of the audit are wide. */
const NAME_MAX = 120
const ADDRESS_MAX = 45
const REQUEST_MAX = 1_000

interface Note {
  readonly what: Happening
  readonly at: Date
  count: number
  rows: number
  first: number
  last: number
  ids: Set<number> | undefined
  requestId: string | undefined
}

interface HappeningsOptions {
  readonly database: Database
  readonly logger?: { readonly error: (details: object, message: string) => void } | undefined
}

export class Happenings {
  readonly #options: HappeningsOptions
  readonly #timer: NodeJS.Timeout
  #notes = new Notes()
  #writing: Promise<void> | undefined
  #hasFailed = false

  constructor(options: HappeningsOptions) {
    this.#options = options
    this.#timer = setInterval(() => void this.#write(), WRITE_EVERY_MS)
    this.#timer.unref()
  }

  note(what: Happening): void {
    this.#notes.add(keyOf(what), newNote(what))
    // With the database away, each second is often enough.
    if (this.#notes.isFull && !this.#hasFailed) void this.#write()
  }

  /** Writes all that was noted before the call, if the database is there. Never rejects. */
  async flush(): Promise<void> {
    await this.#writing
    await this.#write()
  }

  /** Writes what is left, and lets go of the database. */
  async close(): Promise<void> {
    clearInterval(this.#timer)
    await this.flush()
  }

  #write(): Promise<void> {
    this.#writing ??= this.#writeNotes().finally(() => (this.#writing = undefined))
    return this.#writing
  }

  async #writeNotes(): Promise<void> {
    const notes = this.#notes
    if (notes.isEmpty) return
    this.#notes = new Notes()
    try {
      await this.#options.database.transaction((client) =>
        client.query(INSERT, [JSON.stringify(notes.rows())]),
      )
      this.#hasFailed = false
    } catch (error) {
      // Once, and not each second while the database is away.
      if (!this.#hasFailed) this.#options.logger?.error({ err: error }, 'audit not written')
      this.#hasFailed = true
      notes.addAll(this.#notes)
      this.#notes = notes
    }
  }
}

/** What is to be written next: equal things as one, and never more than so many. */
class Notes {
  readonly #notes = new Map<string, Note>()
  #strangers = 0
  /** Numbers the notes that have no room for another Id. */
  #closed = 0

  get isEmpty(): boolean {
    return this.#notes.size === 0
  }

  get isFull(): boolean {
    return this.#notes.size >= NOTES_MAX
  }

  add(key: string, note: Note): void {
    const known = this.#notes.get(key)
    if (known === undefined) this.#addNew(key, note)
    else if (canMerge(known, note)) merge(known, note)
    else {
      this.#notes.delete(key)
      this.#closed += 1
      this.#notes.set(`${key}\n${this.#closed}`, known)
      this.#addNew(key, note)
    }
  }

  addAll(others: Notes): void {
    for (const [key, note] of others.#notes) this.add(key, note)
  }

  rows(): readonly object[] {
    return [...this.#notes.values()].map(rowOf)
  }

  #addNew(key: string, note: Note): void {
    const isStranger = note.what.acting.userId === undefined
    if (this.isFull || (isStranger && this.#strangers >= STRANGERS_MAX)) {
      this.#addToOthers(note)
      return
    }
    if (isStranger) this.#strangers += 1
    this.#notes.set(key, note)
  }

  /** Kinds, accounts and entity types are few, so that these need no bound of their own. */
  #addToOthers({ what, ...counts }: Note): void {
    const { accountId, kind, entity, acting, seen } = what
    const other: Happening = {
      accountId,
      kind,
      entity,
      code: OTHERS,
      acting: { channel: acting.channel },
      seen: seen === undefined ? undefined : { ...seen, ids: undefined },
    }
    const key = `${OTHERS}\n${accountId}\n${kind}\n${entity}\n${acting.channel}`
    const note = { ...counts, what: other, ids: undefined, requestId: undefined }
    const known = this.#notes.get(key)
    if (known === undefined) this.#notes.set(key, note)
    else merge(known, note)
  }
}

/** The code of what did not fit. */
const OTHERS = 'OTHERS'

const INSERT = `
  insert into audit.pending (account_id, at, actor, kind, entity, details)
  select n."accountId", n.at, n.actor, n.kind, n.entity, n.details
    from jsonb_to_recordset($1::jsonb)
      as n("accountId" integer, at timestamptz, actor text, kind text, entity text, details jsonb)`

function newNote(what: Happening): Note {
  const { seen, acting } = what
  return {
    what,
    at: new Date(),
    count: 1,
    rows: seen?.rows ?? 0,
    first: seen?.first ?? 0,
    last: seen?.last ?? 0,
    ids: seen?.ids === undefined ? undefined : new Set(seen.ids),
    requestId: acting.requestId,
  }
}

/** Rows that are named join others; a range is one with its equal. */
function keyOf({
  accountId,
  kind,
  acting,
  code,
  address,
  entity,
  request,
  seen,
}: Happening): string {
  const { channel, userId, keyId, userName } = acting
  const range = seen === undefined || seen.ids !== undefined ? '' : `${seen.first}-${seen.last}`
  return `${accountId}\n${kind}\n${channel}\n${userId}\n${keyId}\n${code}\n${address}\n${entity}\n${range}\n${userName}\n${request}`
}

function canMerge(known: Note, { ids }: Note): boolean {
  if (known.ids === undefined || ids === undefined) return true
  let size = known.ids.size
  for (const id of ids) if (!known.ids.has(id)) size += 1
  return size <= SEEN_IDS_MAX
}

function merge(known: Note, note: Note): void {
  known.count += note.count
  known.requestId = note.requestId
  if (note.rows === 0) return
  known.first = known.rows === 0 ? note.first : Math.min(known.first, note.first)
  known.last = Math.max(known.last, note.last)
  known.rows += note.rows
  if (note.ids !== undefined) for (const id of note.ids) known.ids?.add(id)
}

function rowOf({ what, at, count, rows, first, last, ids, requestId }: Note): object {
  const { accountId, kind, acting, code, address, entity, request, seen } = what
  const { userName, ...actor } = acting
  return {
    accountId,
    at,
    kind,
    entity,
    actor: actingText({
      ...actor,
      ...(userName === undefined ? {} : { userName: plain(userName, NAME_MAX) }),
      ...(requestId === undefined ? {} : { requestId }),
    }),
    details: {
      code,
      address: address === undefined ? undefined : plain(address, ADDRESS_MAX),
      request: request === undefined ? undefined : plain(request, REQUEST_MAX),
      count,
      ...(seen === undefined || rows === 0
        ? {}
        : { rows, firstId: first, lastId: last, ids: ids === undefined ? undefined : [...ids] }),
    },
  }
}

/** What a stranger has sent, as a text that PostgreSQL takes, cut to so many characters. */
function plain(text: string, lengthMax: number): string {
  return text.slice(0, lengthMax).replace(/\p{Control}|\p{Surrogate}/gu, '\ufffd')
}
