/**
 * When each key was last used, to the minute: noted in memory, written once a minute, so that a
 * request does not become a write. A crash forgets the last minute.
 */

import type { Database } from '../db/database.ts'

const FLUSH_MS = 60_000

export class KeyUsage {
  private readonly database: Database
  private readonly now: () => number
  /** Key id → milliseconds. Only known keys, so as many as there are. */
  private lastUses = new Map<string, number>()
  private readonly timer: NodeJS.Timeout

  constructor(database: Database, now: () => number) {
    this.database = database
    this.now = now
    this.timer = setInterval(() => void this.flush(), FLUSH_MS)
    this.timer.unref()
  }

  note(keyId: string): void {
    this.lastUses.set(keyId, this.now())
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
        client.query(WRITE_LAST_USES, [
          [...lastUses.keys()],
          [...lastUses.values()].map((milliseconds) => new Date(milliseconds)),
        ]),
      )
    } catch {
      this.lastUses = new Map([...lastUses, ...this.lastUses])
    }
  }
}

/** In one order of rows, so that two processes do not wait for each other. */
const WRITE_LAST_USES = `
  with used as (
    select k.id, u.at
      from access.api_keys k
      join unnest($1::text[], $2::timestamptz[]) as u (id, at) using (id)
     order by k.id
       for update of k)
  update access.api_keys k
     set last_used_date = greatest(k.last_used_date, used.at)
    from used
   where k.id = used.id`
