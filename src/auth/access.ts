/**
 * The door of the API: gives a token for a key, a user and a password (contract A1), and says whose
 * a token is (A3). Both ask the state in memory; neither takes a connection to the database.
 */

import { createHash } from 'node:crypto'
import type { Happenings } from '../audit/happenings.ts'
import type { Database } from '../db/database.ts'
import { HapiError } from '../errors/hapi-error.ts'
import type { AccessRules, AccessState, KeyState, UserState } from './access-state.ts'
import { type AccessWatch, openAccessWatch } from './access-watch.ts'
import { isSameSecret, parseApiKey } from './api-key.ts'
import { BoundedMap } from './bounded-map.ts'
import { BASIC_CHALLENGE, basicCredentials, type Caller, FeedDoor } from './feed-door.ts'
import { LastUses } from './last-uses.ts'
import type { PasswordHasher } from './password-hasher.ts'
import type { Principal } from './principal.ts'
import { SignInTelling } from './sign-in-telling.ts'
import { SignInThrottle } from './sign-in-throttle.ts'
import {
  CLOCK_LEEWAY_S,
  signToken,
  type TokenClaims,
  tokenExpired,
  tokenInvalid,
  verifyToken,
} from './token.ts'
import type { TokenSecrets } from './token-secret.ts'
import { signInNameOf } from './user-name.ts'

export interface AccessOptions {
  readonly database: Database
  readonly secrets: TokenSecrets
  readonly passwords: PasswordHasher
  readonly rules: AccessRules
  /** Where sign-ins are told; absent: nowhere. */
  readonly happenings?: Happenings | undefined
  /** The real clock, in milliseconds: tokens do not follow an account's pinned one. */
  readonly now: () => number
}

/** What `POST /api/Token` brings; absent parts are empty texts. */
export interface SignIn {
  readonly apiKey: string
  readonly userName: string
  readonly password: string
  /** Where the request came from, believed proxies taken off. */
  readonly address: string
  readonly requestId?: string
}

export interface IssuedToken {
  readonly token: string
  readonly expiresAt: Date
}

/** A verified token costs 160 µs the first time and 4 µs from here. */
const VERIFIED_TOKENS_MAX = 10_000

/** Opens the door over the state of the database. Throws UNAVAILABLE. */
export async function openAccess(options: AccessOptions): Promise<Access> {
  const { database, rules, now } = options
  return new Access(options, await openAccessWatch({ database, rules, now }))
}

export class Access {
  private readonly options: AccessOptions
  private readonly watch: AccessWatch
  private readonly throttle: SignInThrottle
  private readonly usage: LastUses
  private readonly feedDoor: FeedDoor
  private readonly feedUsage: LastUses
  private readonly signIns: SignInTelling
  /** By the token's digest, so that a dump of memory is not a list of tokens. */
  private readonly verified = new BoundedMap<string, TokenClaims>(VERIFIED_TOKENS_MAX)

  /** Use `openAccess`. */
  constructor(options: AccessOptions, watch: AccessWatch) {
    this.options = options
    this.watch = watch
    this.throttle = new SignInThrottle(options.now)
    this.usage = new LastUses(options.database, 'api_keys', options.now)
    this.signIns = new SignInTelling(options.happenings)
    this.feedDoor = new FeedDoor(options.passwords, this.throttle, this.signIns)
    this.feedUsage = new LastUses(options.database, 'feeds', options.now)
  }

  /**
   * Signs in. Throws SIGN_IN_FAILED after the same work whatever is wrong, TOO_MANY_REQUESTS after
   * too many failures, UNAVAILABLE.
   */
  async issueToken(signIn: SignIn): Promise<IssuedToken> {
    const presented = parseApiKey(signIn.apiKey)
    const told = { ...signIn, keyId: presented?.id }
    try {
      const holder = await this.findSigningIn(presented, signIn)
      const issued = await this.sign(holder)
      this.signIns.succeeded(told, holder.user.principal)
      return issued
    } catch (error) {
      this.signIns.failed(told, this.accountOf(presented?.id), error)
      throw error
    }
  }

  /** Whose key and password these are. */
  private async findSigningIn(
    presented: ReturnType<typeof parseApiKey>,
    signIn: SignIn,
  ): Promise<Holder> {
    const signInName = signInNameOf(signIn.userName)
    const holder = await this.throttle.run(
      { keyId: presented?.id ?? '', signInName, address: signIn.address },
      async () => {
        const candidate = this.findCandidate(presented, signInName)
        const isRight = await this.options.passwords.verify(
          candidate?.user.passwordHash,
          signIn.password,
        )
        return isRight ? candidate : undefined
      },
    )
    if (holder === undefined) throw new HapiError('SIGN_IN_FAILED')
    return holder
  }

  /**
   * Whose token this `Authorization` header carries. Throws TOKEN_REQUIRED, TOKEN_INVALID,
   * TOKEN_EXPIRED, UNAVAILABLE.
   */
  async authenticate(authorization: string | undefined): Promise<Principal> {
    const token = BEARER.exec(authorization ?? '')?.[1]
    if (token === undefined) throw tokenRequired()
    const claims = await this.verify(token)
    const holder = this.findHolder(claims, this.watch.current)
    if (holder === undefined) throw tokenInvalid()
    this.usage.note(claims.keyId)
    const { key, user } = holder
    return user.principalBy(key)
  }

  /**
   * Who reads: whose token it is, or which feed account. As long as no feed is there, Basic authentication is neither
   * taken nor offered. Throws as `authenticate`, and FEED_NEEDS_HTTPS, FEED_SIGN_IN_FAILED, TOO_MANY_REQUESTS.
   */
  async authenticateReader(caller: Caller): Promise<Principal> {
    const { authorization } = caller
    const credentials = basicCredentials(authorization)
    if (credentials !== undefined && this.watch.current.feeds.size > 0) {
      const { feeds } = this.watch.current
      const { principal, userName } = await this.feedDoor.open(credentials, caller, feeds)
      this.feedUsage.note(userName)
      return principal
    }
    if (authorization === undefined && caller.takesBasic && caller.isPrivate && this.hasFeeds())
      throw tokenRequired(`Bearer, ${BASIC_CHALLENGE}`)
    return this.authenticate(authorization)
  }

  /**
   * Whose `Authorization` this process has found genuine, also when what it gives has ended since: for the audit, never
   * to let anybody in. Undefined for what anybody can make.
   */
  whose(authorization: string | undefined): Genuine | undefined {
    const token = BEARER.exec(authorization ?? '')?.[1]
    const claims = token === undefined ? undefined : this.verified.get(digestOf(token))
    if (claims !== undefined) {
      const { accountId, userId, keyId } = claims
      return { accountId, userId, keyId }
    }
    const feed = this.feedDoor.known(authorization)
    return feed === undefined ? undefined : { accountId: feed.accountId, userId: feed.userId }
  }

  /** The account of a live key; 0 for any other. */
  private accountOf(keyId: string | undefined): number {
    try {
      return this.watch.current.keys.get(keyId ?? '')?.accountId ?? 0
    } catch {
      return 0
    }
  }

  /** What is not known offers nothing. */
  private hasFeeds(): boolean {
    try {
      return this.watch.current.feeds.size > 0
    } catch {
      return false
    }
  }

  /**
   * The user of a subscription, with its rights as they are now; undefined when it is revoked. `hasKey`: its
   * integrator has a live key. Throws UNAVAILABLE.
   */
  findSubscriber(userId: number): Subscriber | undefined {
    const { users, keysByIntegrator } = this.watch.current
    const user = users.get(userId)
    if (user === undefined) return undefined
    const keys = keysByIntegrator.get(user.integratorId) ?? []
    return { principal: user.principal, hasKey: keys.some((key) => !this.hasExpired(key)) }
  }

  /** Waits until this process knows what was committed before, a moved clock for example. */
  async catchUp(): Promise<void> {
    await this.watch.catchUp()
  }

  /**
   * Waits until this process knows what the database said when its `access.version` was this one. Throws UNAVAILABLE
   * when that cannot be read.
   */
  async reach(version: string): Promise<void> {
    if (this.knows(version)) return
    await this.watch.catchUp()
    if (!this.knows(version)) throw new HapiError('UNAVAILABLE')
  }

  /** Calls `listener` after each change that this process has learned of; gives a function that ends it. */
  onChange(listener: () => void): () => void {
    return this.watch.onChange(listener)
  }

  /** Writes what is not written yet and lets go of the database, which it does not close. */
  async close(): Promise<void> {
    await this.watch.close()
    await this.usage.close()
    await this.feedUsage.close()
  }

  /** Versions are numbers that grow. */
  private knows(version: string): boolean {
    return BigInt(this.watch.current.version) >= BigInt(version)
  }

  /** The user that this key and this name mean together; the password is yet to be checked. */
  private findCandidate(
    presented: ReturnType<typeof parseApiKey>,
    signInName: string,
  ): Holder | undefined {
    const { keys, usersByIntegrator } = this.watch.current
    const key = keys.get(presented?.id ?? '')
    if (key === undefined || presented === undefined) return undefined
    if (!isSameSecret(key.secretHash, presented.secretHash) || this.hasExpired(key))
      return undefined
    const user = usersByIntegrator.get(key.integratorId)
    return user?.signInName === signInName ? { key, user } : undefined
  }

  private async sign({ key, user }: Holder): Promise<IssuedToken> {
    const claims = {
      userId: user.id,
      accountId: key.accountId,
      keyId: key.id,
      userEpoch: user.epoch,
      keyEpoch: key.epoch,
    }
    const { token, expiresAt } = await signToken(claims, this.options.secrets, this.options.now())
    this.usage.note(key.id)
    return { token, expiresAt: new Date(expiresAt * 1_000) }
  }

  private async verify(token: string): Promise<TokenClaims> {
    const now = this.options.now()
    const digest = digestOf(token)
    const known = this.verified.get(digest)
    if (known === undefined) {
      const claims = await verifyToken(token, this.options.secrets, now)
      this.verified.set(digest, claims)
      return claims
    }
    if (now / 1_000 < known.expiresAt + CLOCK_LEEWAY_S) return known
    this.verified.delete(digest)
    throw tokenExpired()
  }

  /** User and key of a token, if they are still those that asked for it. */
  private findHolder(claims: TokenClaims, state: AccessState): Holder | undefined {
    const key = state.keys.get(claims.keyId)
    const user = state.users.get(claims.userId)
    if (key === undefined || user === undefined || this.hasExpired(key)) return undefined
    const isSame =
      key.epoch === claims.keyEpoch &&
      user.epoch === claims.userEpoch &&
      key.integratorId === user.integratorId &&
      user.principal.accountId === claims.accountId
    return isSame ? { key, user } : undefined
  }

  private hasExpired(key: KeyState): boolean {
    return key.expiresDate !== undefined && key.expiresDate.getTime() <= this.options.now()
  }
}

export interface Subscriber {
  readonly principal: Principal
  readonly hasKey: boolean
}

interface Genuine {
  readonly accountId: number
  readonly userId: number
  readonly keyId?: string
}

interface Holder {
  readonly key: KeyState
  readonly user: UserState
}

/** RFC 6750 §2.1; the scheme's name in any case (RFC 9110 §11.1). */
const BEARER = /^bearer +([\w.~+/-]+=*) *$/i

function tokenRequired(challenge = 'Bearer'): HapiError {
  return new HapiError('TOKEN_REQUIRED', {}, { headers: { 'WWW-Authenticate': challenge } })
}

function digestOf(token: string): string {
  return createHash('sha256').update(token).digest('base64url')
}
