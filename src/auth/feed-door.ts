/**
 * The door for feed accounts: HTTP Basic authentication (RFC 7617), for readers that can do nothing else. A password
 * costs a hash the first time; who comes again with the same one within this process costs a digest.
 */

import { createHash } from 'node:crypto'
import { HapiError } from '../errors/hapi-error.ts'
import type { FeedState } from './access-state.ts'
import { BoundedMap } from './bounded-map.ts'
import type { PasswordHasher } from './password-hasher.ts'
import type { Principal } from './principal.ts'
import type { SignInTelling } from './sign-in-telling.ts'
import type { SignInThrottle } from './sign-in-throttle.ts'

/** What a request shows of itself besides its address. */
export interface Caller {
  readonly authorization: string | undefined
  /** Where it came from, believed proxies taken off. */
  readonly address: string
  readonly requestId?: string
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
  readonly #signIns: SignInTelling
  /** By the digest of name and password: the feed whose hash they fit. */
  readonly #known = new BoundedMap<string, FeedState>(KNOWN_MAX)
  /** Requests that come at once wait for one hash. */
  readonly #underWay = new Map<string, Promise<boolean>>()

  constructor(passwords: PasswordHasher, throttle: SignInThrottle, signIns: SignInTelling) {
    this.#passwords = passwords
    this.#throttle = throttle
    this.#signIns = signIns
  }

  /**
   * The feed that these credentials name. Throws FEED_NEEDS_HTTPS, FEED_SIGN_IN_FAILED after the same work whatever is
   * wrong, TOO_MANY_REQUESTS.
   *
   * @param feeds live ones by their user names
   */
  async open(
    credentials: Credentials,
    caller: Caller,
    feeds: ReadonlyMap<string, FeedState>,
  ): Promise<FeedState> {
    if (!caller.isPrivate) throw new HapiError('FEED_NEEDS_HTTPS')
    const feed = feeds.get(credentials.userName)
    const digest = digestOf(credentials)
    if (feed !== undefined && this.#known.get(digest)?.passwordHash === feed.passwordHash)
      return feed
    const { address, requestId } = caller
    const told = { userName: credentials.userName, address, requestId }
    try {
      const found = await this.#verify(digest, credentials, address, feed)
      this.#signIns.succeeded(told, found.principal)
      return found
    } catch (error) {
      this.#signIns.failed(told, feed?.principal.accountId ?? 0, error)
      throw error
    }
  }

  /** Whose credentials these are, if they have let somebody in before. */
  known(authorization: string | undefined): Principal | undefined {
    const credentials = basicCredentials(authorization)
    return credentials && this.#known.get(digestOf(credentials))?.principal
  }

  async #verify(
    digest: string,
    credentials: Credentials,
    address: string,
    feed: FeedState | undefined,
  ): Promise<FeedState> {
    const isRight = await this.#verifyOnce(digest, credentials, address, feed?.passwordHash)
    if (!isRight || feed === undefined)
      throw new HapiError(
        'FEED_SIGN_IN_FAILED',
        {},
        { headers: { 'WWW-Authenticate': BASIC_CHALLENGE } },
      )
    this.#known.set(digest, feed)
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
    const verifying = this.#isRight(credentials, address, passwordHash).finally(() =>
      this.#underWay.delete(same),
    )
    this.#underWay.set(same, verifying)
    return verifying
  }

  async #isRight(
    { userName, password }: Credentials,
    address: string,
    passwordHash: string | undefined,
  ): Promise<boolean> {
    const found = await this.#throttle.run(
      { keyId: 'feed', signInName: userName, address },
      async () =>
        (await this.#passwords.verify(passwordHash, password)) ? passwordHash : undefined,
    )
    return found !== undefined
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
