/**
 * Where requests that are answered later are kept: `async_requests` and `async_answers`, which every process reads. An
 * answer is written in pieces as it is produced, and read in the same pieces.
 */

import { advisoryLocks } from '../../../db/advisory-locks.ts'
import type { Database } from '../../../db/database.ts'
import type { SecretBox } from '../../../secrets/secret-box.ts'

export interface AsyncOwner {
  readonly accountId: number
  readonly userId: number
}

export interface KeptRequest {
  readonly id: string
  readonly accountId: number
  /** Its answer may tell secrets, and is kept sealed. */
  readonly sealed: boolean
}

export type FoundRequest =
  | { readonly state: 'running' }
  /** The process that ran it has ended without an answer. */
  | { readonly state: 'lost' }
  | {
      readonly state: 'done'
      readonly status: number
      readonly headers: Readonly<Record<string, string>>
      /** The bytes of the answer, piece by piece. */
      readonly bytes: () => AsyncIterable<Buffer>
    }

export interface AsyncStoreOptions {
  readonly database: Database
  readonly secretBox: SecretBox
  /** Requests of a user that run or whose answers are kept. */
  readonly requestsMax: number
  /** From its acceptance on. */
  readonly keptSeconds: number
}

/** How often a process says that it still runs its requests, and after how long nobody believes it any more. */
export const ALIVE_EVERY_MS = 5_000
const LOST_AFTER = "interval '60 seconds'"

const FORGET_EXPIRED =
  'delete from async_requests where account_id = $1 and expires_date < clock_timestamp()'

/** Past the expiry, so that the row is older by the clock of the database too. */
const EXPIRY_MARGIN_MS = 1_000

export class AsyncStore {
  readonly #options: AsyncStoreOptions

  constructor(options: AsyncStoreOptions) {
    this.#options = options
  }

  /** Keeps a place for the answer; false when the user has as many as allowed. Forgets what is too old. */
  async accept({ id, sealed }: KeptRequest, { accountId, userId }: AsyncOwner): Promise<boolean> {
    const { requestsMax, keptSeconds } = this.#options
    return this.#transaction(accountId, async (client) => {
      await client.query('select pg_advisory_xact_lock($1, $2)', [advisoryLocks.acceptance, userId])
      await client.query(FORGET_EXPIRED, [accountId])
      const { rowCount } = await client.query(
        `insert into async_requests (account_id, id, user_id, sealed, expires_date)
         select $1, $2, $3, $4, clock_timestamp() + $5 * interval '1 second'
          where (select count(*) from async_requests where account_id = $1 and user_id = $3) < $6`,
        [accountId, id, userId, sealed, keptSeconds, requestsMax],
      )
      return rowCount === 1
    })
  }

  /** One piece of the answer; false when the request has been cancelled. */
  async append(
    { id, accountId, sealed }: KeptRequest,
    number: number,
    bytes: Buffer,
  ): Promise<boolean> {
    const kept = sealed
      ? this.#options.secretBox.seal(bytes.toString('base64'), placeOf(id, number))
      : bytes
    return this.#transaction(accountId, async (client) => {
      const { rowCount } = await client.query(
        `insert into async_answers (account_id, request_id, number, bytes)
         select account_id, id, $3, $4 from async_requests where account_id = $1 and id = $2 for key share`,
        [accountId, id, number, kept],
      )
      return rowCount === 1
    })
  }

  /** The answer is whole. */
  async finish(
    { id, accountId }: KeptRequest,
    status: number,
    headers: Readonly<Record<string, string>>,
  ): Promise<void> {
    await this.#transaction(accountId, (client) =>
      client.query(
        'update async_requests set status = $3, headers = $4 where account_id = $1 and id = $2 and status is null',
        [accountId, id, status, JSON.stringify(headers)],
      ),
    )
  }

  /** Takes back what has been kept of an answer that ends otherwise. */
  async clear({ id, accountId }: KeptRequest): Promise<void> {
    await this.#transaction(accountId, (client) =>
      client.query('delete from async_answers where account_id = $1 and request_id = $2', [
        accountId,
        id,
      ]),
    )
  }

  /** Says that these still run; gives those that are still wanted. */
  async keepAlive(accountId: number, ids: readonly string[]): Promise<ReadonlySet<string>> {
    const { rows } = await this.#transaction(accountId, (client) =>
      client.query<{ id: string }>(
        `update async_requests set alive_date = clock_timestamp()
          where account_id = $1 and id = any($2::uuid[]) returning id`,
        [accountId, ids],
      ),
    )
    return new Set(rows.map(({ id }) => id))
  }

  /** Forgets the request when it has expired. What a process leaves behind that ends before, `accept` forgets. */
  forgetLater({ accountId }: KeptRequest): void {
    const ms = this.#options.keptSeconds * 1_000 + EXPIRY_MARGIN_MS
    setTimeout(() => void this.#forgetExpired(accountId).catch(() => {}), ms).unref()
  }

  #forgetExpired(accountId: number): Promise<unknown> {
    return this.#transaction(accountId, (client) => client.query(FORGET_EXPIRED, [accountId]))
  }

  /** Undefined for what is not this user's, as for what is not there. */
  async find(id: string, { accountId, userId }: AsyncOwner): Promise<FoundRequest | undefined> {
    const { rows } = await this.#transaction(accountId, (client) =>
      client.query<StoredRequest>(
        `select status, headers, sealed, alive_date < clock_timestamp() - ${LOST_AFTER} as lost
           from async_requests
          where account_id = $1 and id = $2 and user_id = $3 and expires_date > clock_timestamp()`,
        [accountId, id, userId],
      ),
    )
    const [row] = rows
    if (row === undefined) return undefined
    const { status, headers, sealed, lost } = row
    if (status === null) return { state: lost ? 'lost' : 'running' }
    const bytes = (): AsyncIterable<Buffer> => this.#read({ id, accountId, sealed })
    return { state: 'done', status, headers: headers ?? {}, bytes }
  }

  /** Forgets the request and its answer; false when it is not this user's. */
  async remove(id: string, { accountId, userId }: AsyncOwner): Promise<boolean> {
    const { rowCount } = await this.#transaction(accountId, (client) =>
      client.query(
        `delete from async_requests
          where account_id = $1 and id = $2 and user_id = $3 and expires_date > clock_timestamp()`,
        [accountId, id, userId],
      ),
    )
    return rowCount === 1
  }

  async *#read({ id, accountId, sealed }: KeptRequest): AsyncGenerator<Buffer> {
    for (let number = 0; ; number++) {
      const { rows } = await this.#transaction(accountId, (client) =>
        client.query<{ bytes: Buffer }>(
          'select bytes from async_answers where account_id = $1 and request_id = $2 and number = $3',
          [accountId, id, number],
        ),
      )
      const [row] = rows
      if (row === undefined) return
      yield sealed
        ? Buffer.from(this.#options.secretBox.open(row.bytes, placeOf(id, number)), 'base64')
        : row.bytes
    }
  }

  #transaction<T>(accountId: number, work: (client: Client) => Promise<T>): Promise<T> {
    return this.#options.database.transaction(work, { accountId })
  }
}

/** What a transaction of the database works with. */
type Client = Parameters<Parameters<Database['transaction']>[0]>[0]

interface StoredRequest {
  readonly status: number | null
  readonly headers: Readonly<Record<string, string>> | null
  readonly sealed: boolean
  readonly lost: boolean
}

/** What a sealed piece is sealed for. */
function placeOf(id: string, number: number): string {
  return `async-answer/${id}/${number}`
}
