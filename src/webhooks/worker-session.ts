/**
 * The life of a worker, as PostgreSQL sees it: a session that holds an advisory lock, and a lease. When either ends, the
 * queues that it owns are free: the session ends with its process at once, the lease when a machine has gone silent.
 */

import { advisoryLocks } from '../db/advisory-locks.ts'
import { unavailable } from '../db/connection-error.ts'
import type { Database } from '../db/database.ts'
import type { DatabaseSession } from '../db/session.ts'

const LEASE_S = 15
const RENEW_MS = 5_000

export interface WorkerSession {
  readonly workerId: number
  /** Whether the queues that it owns are still its own. */
  readonly isAlive: boolean
  /** Frees what it owns. */
  close(): Promise<void>
}

/** `onLost` hears once when the worker is dead to others although nobody closed it. Throws UNAVAILABLE. */
export async function openWorkerSession(
  database: Database,
  onLost: () => void,
): Promise<WorkerSession> {
  const life = new Life(onLost)
  const session = await database.openSession('hapi worker', () => life.lose())
  try {
    const [row] = await session.query<{ id: number }>(REGISTER_ID)
    if (row === undefined) throw new Error('A select without a table gives one row')
    // Locked before it can be seen: nobody takes it for dead.
    await session.query('select pg_advisory_lock($1, $2)', [advisoryLocks.worker, row.id])
    const askedMs = performance.now()
    await session.query(REGISTER, [row.id, LEASE_S])
    if (!life.begin()) throw unavailable(new Error('The session has ended'))
    return new OpenWorkerSession(session, row.id, life, askedMs)
  } catch (error) {
    life.end()
    await session.close()
    throw error
  }
}

const REGISTER_ID = `select nextval(pg_get_serial_sequence('webhooks.workers', 'id'))::integer as id`
const REGISTER = `
  insert into webhooks.workers (id, lease_until) overriding system value
  values ($1, clock_timestamp() + make_interval(secs => $2))`
const RENEW = `
  update webhooks.workers set lease_until = clock_timestamp() + make_interval(secs => $2) where id = $1
  returning id`
const UNREGISTER = 'delete from webhooks.workers where id = $1'

/** Workers whose session is closed or whose lease has run out; with them goes their hold on queues. */
const BURY = `
  delete from webhooks.workers w
   where w.id <> $1
     and (w.lease_until < clock_timestamp() or not exists (
       select from pg_locks l
        where l.locktype = 'advisory' and l.classid = $2 and l.objid = w.id::oid and l.objsubid = 2 and l.granted
          and l.database = (select d.oid from pg_database d where d.datname = current_database())))`

/** Those whose session is open and whose lease runs. */
export const COUNT_WORKERS = `
  select count(*) from webhooks.workers w
   where w.lease_until >= clock_timestamp() and exists (
     select from pg_locks l
      where l.locktype = 'advisory' and l.classid = $1 and l.objid = w.id::oid and l.objsubid = 2 and l.granted
        and l.database = (select d.oid from pg_database d where d.datname = current_database()))`

/** Frees the queues of dead workers; gives how many workers there were. Throws UNAVAILABLE. */
export async function buryDeadWorkers(database: Database, workerId: number): Promise<number> {
  return database.workTransaction(async (statements, begun) => {
    const [, { command }] = await Promise.all([
      begun,
      statements.ask(BURY, [workerId, advisoryLocks.worker]),
    ])
    return Number(command.slice('DELETE '.length))
  })
}

/** Told once, whatever ends it first. Who could not even open it hears that by an error, and not from here. */
class Life {
  readonly #onLost: () => void
  #hasBegun = false
  #hasEnded = false

  constructor(onLost: () => void) {
    this.#onLost = onLost
  }

  get hasEnded(): boolean {
    return this.#hasEnded
  }

  /** Gives whether there is still something to begin. */
  begin(): boolean {
    this.#hasBegun = true
    return !this.#hasEnded
  }

  lose(): void {
    if (this.#hasEnded) return
    this.#hasEnded = true
    if (this.#hasBegun) this.#onLost()
  }

  end(): void {
    this.#hasEnded = true
  }
}

class OpenWorkerSession implements WorkerSession {
  readonly workerId: number
  readonly #session: DatabaseSession
  readonly #life: Life
  readonly #timer: NodeJS.Timeout
  /** By a clock that no one sets. */
  #leaseUntilMs: number

  /** `askedMs`: its lease runs from then at the earliest, by `performance.now()`. */
  constructor(session: DatabaseSession, workerId: number, life: Life, askedMs: number) {
    this.#session = session
    this.workerId = workerId
    this.#life = life
    this.#leaseUntilMs = askedMs + LEASE_S * 1_000
    this.#timer = setInterval(() => void this.#renew(), RENEW_MS)
    this.#timer.unref()
  }

  get isAlive(): boolean {
    return !this.#life.hasEnded && performance.now() < this.#leaseUntilMs
  }

  async close(): Promise<void> {
    this.#life.end()
    clearInterval(this.#timer)
    await this.#session.query(UNREGISTER, [this.workerId]).catch(() => {})
    await this.#session.close()
  }

  async #renew(): Promise<void> {
    const askedMs = performance.now()
    try {
      const renewed = await this.#session.query(RENEW, [this.workerId, LEASE_S])
      if (renewed.length > 0) {
        this.#leaseUntilMs = askedMs + LEASE_S * 1_000
        return
      }
    } catch {
      // Not renewed is not lost: the next time it may be.
      if (performance.now() < this.#leaseUntilMs) return
    }
    clearInterval(this.#timer)
    this.#life.lose()
    await this.#session.close()
  }
}
