/**
 * When each key or feed account was last used, to the minute: noted in memory, written once a minute, so that a
 * request does not become a write. A crash forgets the last minute.
 */

import type { Database } from '../db/database.ts'

const FLUSH_MS = 60_000

export class LastUses {
  private readonly database: Database
  private readonly statement: string
  private readonly now: () => number
  /** Id of a key or user name of a feed → milliseconds. Only known ones, so as many as there are. */
  private lastUses = new Map<string, number>()
  private readonly timer: NodeJS.Timeout

  constructor(database: Database, table: keyof typeof NAMES, now: () => number) {
    this.database = database
    this.statement = writeLastUses(table)
    this.now = now
    this.timer = setInterval(() => void this.flush(), FLUSH_MS)
    this.timer.unref()
  }

  note(name: string): void {
    this.lastUses.set(name, this.now())
  }

  async close(): Promise<void> {
    clearInterval(this.timer)
    await this.flush()
  }

  /** Never rejects: what could not be written is written with the next. */
  private async flush(): Promise<void> {
    const lastUses = this.lastUses
    if (lastUses.size === 0) return
    this.lastUses = new Map()
    try {
      await this.database.transaction((client) =>
        client.query(this.statement, [
          [...lastUses.keys()],
          [...lastUses.values()].map((milliseconds) => new Date(milliseconds)),
        ]),
      )
    } catch {
      this.lastUses = new Map([...lastUses, ...this.lastUses])
    }
  }
}

/** By what a row is named. */
const NAMES = { api_keys: 'id', feeds: 'user_name' } as const

/** In one order of rows, so that two processes do not wait for each other. */
function writeLastUses(table: keyof typeof NAMES): string {
  const name = NAMES[table]
  return `
  with used as (
    select k.${name}, u.at
      from access.${table} k
      join unnest($1::text[], $2::timestamptz[]) as u (${name}, at) using (${name})
     order by k.${name}
       for update of k)
  update access.${table} k
     set last_used_date = greatest(k.last_used_date, used.at)
    from used
   where k.${name} = used.${name}`
}
