/**
 * The door for feed accounts: HTTP Basic authentication (RFC 7617), for readers that can do nothing else. A password
 * costs a hash the first time; who comes again with the same one within this process costs a digest.
 */

import { createHash } from 'node:crypto'
import { HapiError } from '../errors/hapi-error.ts'
import type { FeedState } from './access-state.ts'
import { BoundedMap } from './bounded-map.ts'
import type { PasswordHasher } from './password-hasher.ts'
import type { SignInThrottle } from './sign-in-throttle.ts'

/** What a request shows of itself besides its address. */
export interface Caller {
  readonly authorization: string | undefined
  /** Where it came from, believed proxies taken off. */
  readonly address: string
  /** Nobody on the way can read it: HTTPS, or this machine alone. */
  readonly isPrivate: boolean
  /** It may be offered Basic authentication, as a browser's page is not. */
  readonly takesBasic: boolean
}

/** More than an installation has feeds; the oldest is hashed anew. */
const KNOWN_MAX = 1_000

const BASIC = /^basic +([\w.~+/-]+=*) *$/i

export const BASIC_CHALLENGE = 'Basic realm="Primmo HApi", charset="UTF-8"'

export class FeedDoor {
  readonly #passwords: PasswordHasher
  readonly #throttle: SignInThrottle
  /** By the digest of name and password: the hash that they fit. */
  readonly #known = new BoundedMap<string, string>(KNOWN_MAX)
  /** Requests that come at once wait for one hash. */
  readonly #underWay = new Map<string, Promise<boolean>>()

  constructor(passwords: PasswordHasher, throttle: SignInThrottle) {
    this.#passwords = passwords
    this.#throttle = throttle
  }

  /**
   * The feed that these credentials name. Throws FEED_NEEDS_HTTPS, FEED_SIGN_IN_FAILED after the same work whatever is
   * wrong, TOO_MANY_REQUESTS.
   *
   * @param feeds live ones by their user names
   */
  async open(
    credentials: Credentials,
    { address, isPrivate }: Caller,
    feeds: ReadonlyMap<string, FeedState>,
  ): Promise<FeedState> {
    if (!isPrivate) throw new HapiError('FEED_NEEDS_HTTPS')
    const feed = feeds.get(credentials.userName)
    const digest = digestOf(credentials)
    if (feed !== undefined && this.#known.get(digest) === feed.passwordHash) return feed
    const isRight = await this.#verifyOnce(digest, credentials, address, feed?.passwordHash)
    if (!isRight || feed === undefined)
      throw new HapiError(
        'FEED_SIGN_IN_FAILED',
        {},
        { headers: { 'WWW-Authenticate': BASIC_CHALLENGE } },
      )
    return feed
  }

  #verifyOnce(
    digest: string,
    credentials: Credentials,
    address: string,
    passwordHash: string | undefined,
  ): Promise<boolean> {
    const same = `${digest} ${passwordHash ?? ''}`
    const known = this.#underWay.get(same)
    if (known !== undefined) return known
    const verifying = this.#verify(digest, credentials, address, passwordHash).finally(() =>
      this.#underWay.delete(same),
    )
    this.#underWay.set(same, verifying)
    return verifying
  }

  async #verify(
    digest: string,
    { userName, password }: Credentials,
    address: string,
    passwordHash: string | undefined,
  ): Promise<boolean> {
    const found = await this.#throttle.run(
      { keyId: 'feed', signInName: userName, address },
      async () =>
        (await this.#passwords.verify(passwordHash, password)) ? passwordHash : undefined,
    )
    if (found === undefined) return false
    this.#known.set(digest, found)
    return true
  }
}

interface Credentials {
  readonly userName: string
  readonly password: string
}

/** Of a header of the scheme Basic; undefined when it is of another, or cannot be read. */
export function basicCredentials(authorization: string | undefined): Credentials | undefined {
  const encoded = BASIC.exec(authorization ?? '')?.[1]
  if (encoded === undefined) return undefined
  const text = Buffer.from(encoded, 'base64').toString()
  const colon = text.indexOf(':')
  return colon < 0 ? undefined : { userName: text.slice(0, colon), password: text.slice(colon + 1) }
}

function digestOf({ userName, password }: Credentials): string {
  return createHash('sha256').update(`${userName}:${password}`).digest('base64url')
}
