/**
 * Passwords as argon2id hashes (OWASP's minimum: 19 MiB, 2 passes, 1 lane; 20 ms each), and the
 * bound on how many are computed at once: a hash is the dearest thing that a stranger can ask for.
 */

import { hash, verify } from '@node-rs/argon2'
import { HapiError } from '../errors/hapi-error.ts'
import { randomBase62 } from './base62.ts'

/** The library's default algorithm is argon2id; its enumeration cannot be imported by isolated modules. */
const PARAMETERS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const

/** 76 MiB and one libuv thread each. */
const RUNNING_MAX = 4
/** Half a second of work on four threads; who comes later is asked to come back. */
const WAITING_MAX = 100
const RETRY_AFTER_S = 1

/** A longer password is refused unread: hashing a megabyte is work too. */
export const PASSWORD_BYTES_MAX = 1_024

export class PasswordHasher {
  private readonly decoyHash: string
  private running = 0
  private readonly waiting: (() => void)[] = []
  private computedCount = 0

  private constructor(decoyHash: string) {
    this.decoyHash = decoyHash
  }

  static async create(): Promise<PasswordHasher> {
    return new PasswordHasher(await hash(randomBase62(32), PARAMETERS))
  }

  /** How many hashes were computed since the start, right or wrong. */
  get computed(): number {
    return this.computedCount
  }

  /** PHC string of a new password. Throws TOO_MANY_REQUESTS. */
  async hash(password: string): Promise<string> {
    return this.compute(() => hash(normalize(password), PARAMETERS))
  }

  /**
   * Is it the password of this hash? Without a hash, or for a password that is too long, the answer
   * is no after the same work, so that time does not tell whether a user exists. Throws
   * TOO_MANY_REQUESTS.
   */
  async verify(passwordHash: string | undefined, password: string): Promise<boolean> {
    const isTooLong = Buffer.byteLength(password) > PASSWORD_BYTES_MAX
    const isRight = await this.compute(() =>
      verify(passwordHash ?? this.decoyHash, isTooLong ? '' : normalize(password)),
    )
    return isRight && passwordHash !== undefined && !isTooLong
  }

  private async compute<T>(work: () => Promise<T>): Promise<T> {
    await this.takeTurn()
    try {
      this.computedCount++
      return await work()
    } finally {
      // The turn passes straight to the next in line, so nobody can slip in between.
      const next = this.waiting.shift()
      if (next === undefined) this.running--
      else next()
    }
  }

  private async takeTurn(): Promise<void> {
    if (this.running < RUNNING_MAX) {
      this.running++
      return
    }
    if (this.waiting.length >= WAITING_MAX) {
      throw new HapiError(
        'TOO_MANY_REQUESTS',
        { seconds: RETRY_AFTER_S },
        { headers: { 'Retry-After': String(RETRY_AFTER_S) } },
      )
    }
    await new Promise<void>((resolve) => this.waiting.push(resolve))
  }
}

/** « é » typed on macOS is two characters, elsewhere one: the same password. */
function normalize(password: string): string {
  return password.normalize('NFC')
}
