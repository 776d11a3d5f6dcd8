/**
 * The token: a JWT signed with HS256 that lives exactly 24 hours (contract A2).
 *
 * Says who asked for it and by which key, and the epochs of both at that time; whether they still
 * hold is for whoever knows the users. The header is compared, never obeyed: only HS256, only our
 * three members, only our own secrets by name.
 */

import { randomUUID } from 'node:crypto'
import { errors, jwtVerify, SignJWT } from 'jose'
import { HapiError } from '../errors/hapi-error.ts'
import type { TokenSecrets } from './token-secret.ts'

/** What a token says about its holder. */
export interface TokenClaims {
  readonly userId: number
  readonly accountId: number
  readonly keyId: string
  readonly userEpoch: number
  readonly keyEpoch: number
  /** Seconds since 1970. */
  readonly expiresAt: number
}

export type NewTokenClaims = Omit<TokenClaims, 'expiresAt'>

const TOKEN_LIFETIME_S = 86_400
/** Clocks of several servers differ a little. */
export const CLOCK_LEEWAY_S = 30

const ISSUER = 'primmo-hapi'
const AUDIENCE = 'primmo-hapi-api'
/** Ours are about 450; anything longer is not worth a signature. */
const TOKEN_LENGTH_MAX = 2_048
const HEADER_MEMBERS: ReadonlySet<string> = new Set(['alg', 'typ', 'kid'])

/** Signs a token from `nowMs`. */
export async function signToken(
  claims: NewTokenClaims,
  secrets: TokenSecrets,
  nowMs: number,
): Promise<{ readonly token: string; readonly expiresAt: number }> {
  const issuedAt = Math.floor(nowMs / 1_000)
  const expiresAt = issuedAt + TOKEN_LIFETIME_S
  const { current } = secrets
  const token = await new SignJWT({
    account: claims.accountId,
    key: claims.keyId,
    epochs: [claims.userEpoch, claims.keyEpoch],
  })
    // In this order: every token then begins with eyJhbGciOiJIUzI1NiIsInR5c, as the guide shows.
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT', kid: current.kid })
    .setIssuer(ISSUER)
    .setAudience(AUDIENCE)
    .setSubject(String(claims.userId))
    .setJti(randomUUID())
    .setIssuedAt(issuedAt)
    .setExpirationTime(expiresAt)
    .sign(current.key)
  return { token, expiresAt }
}

/** Checks signature, header and claims at `nowMs`. Throws TOKEN_EXPIRED or TOKEN_INVALID. */
export async function verifyToken(
  token: string,
  secrets: TokenSecrets,
  nowMs: number,
): Promise<TokenClaims> {
  if (token.length > TOKEN_LENGTH_MAX || !isCanonical(token)) throw tokenInvalid()
  try {
    const { payload } = await jwtVerify(
      token,
      (header) => {
        const secret = secrets.accepted.get(header.kid ?? '')
        if (secret === undefined || !Object.keys(header).every((name) => HEADER_MEMBERS.has(name)))
          throw tokenInvalid()
        return secret.key
      },
      {
        algorithms: ['HS256'],
        typ: 'JWT',
        issuer: ISSUER,
        audience: AUDIENCE,
        requiredClaims: ['sub', 'iat', 'exp', 'jti'],
        clockTolerance: CLOCK_LEEWAY_S,
        maxTokenAge: TOKEN_LIFETIME_S,
        currentDate: new Date(nowMs),
      },
    )
    return readClaims(payload)
  } catch (error) {
    if (error instanceof errors.JWTExpired) throw tokenExpired()
    if (error instanceof errors.JOSEError) throw tokenInvalid(error)
    throw error
  }
}

/** The last character of a signature has bits that no byte uses; a token spelled anew with them is not ours. */
function isCanonical(token: string): boolean {
  const signature = token.slice(token.lastIndexOf('.') + 1)
  return Buffer.from(signature, 'base64url').toString('base64url') === signature
}

function readClaims(payload: Readonly<Record<string, unknown>>): TokenClaims {
  const { sub, account, key, epochs, iat, exp } = payload
  const [userEpoch, keyEpoch] = Array.isArray(epochs) ? epochs : []
  const userId = typeof sub === 'string' && /^[1-9]\d{0,9}$/.test(sub) ? Number(sub) : undefined
  if (
    userId === undefined ||
    typeof key !== 'string' ||
    !isInteger(account) ||
    !isInteger(userEpoch) ||
    !isInteger(keyEpoch) ||
    !isInteger(iat) ||
    !isInteger(exp) ||
    exp - iat !== TOKEN_LIFETIME_S
  ) {
    throw tokenInvalid()
  }
  return { userId, accountId: account, keyId: key, userEpoch, keyEpoch, expiresAt: exp }
}

function isInteger(value: unknown): value is number {
  return Number.isSafeInteger(value)
}

/** 401 with the challenge of RFC 6750 §3. */
export function tokenInvalid(cause?: unknown): HapiError {
  return new HapiError(
    'TOKEN_INVALID',
    {},
    { cause, headers: challenge('The access token is not valid') },
  )
}

/** The same for a token that was right once: the client only has to ask again. */
export function tokenExpired(): HapiError {
  return new HapiError('TOKEN_EXPIRED', {}, { headers: challenge('The access token expired') })
}

function challenge(description: string): Readonly<Record<string, string>> {
  return {
    'WWW-Authenticate': `Bearer error="invalid_token", error_description="${description}"`,
  }
}
