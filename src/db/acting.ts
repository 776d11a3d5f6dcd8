/**
 * Who acts, as the audit keeps it. A transaction says it in the setting `hapi.actor`; a process says once for all its
 * sessions what it is, for what no request and no user has asked for.
 */

/** The way by which a change has come in; a person with psql says none. */
type Channel = 'api' | 'batch' | 'async' | 'import' | 'job' | 'cli'

export interface Acting {
  readonly channel: Channel
  /** A user's, or a feed account's. */
  readonly userId?: number
  /** The public part of the key that the token was given for. */
  readonly keyId?: string | undefined
  /** Whoever ran a command, as the system calls him; users have their names in the database. */
  readonly userName?: string
  readonly requestId?: string
  /** Of what no request has asked for: `daily job`, `hapi key create`. */
  readonly process?: string
}

/** As `hapi.actor` takes it. */
export function actingText(acting: Acting): string {
  return JSON.stringify(acting)
}
