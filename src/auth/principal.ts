/** Who is asking: the integrator's user that a token names, with what it may read. */

import { createHash } from 'node:crypto'

export type Profile = 'integrator' | 'administrator'

export interface Principal {
  readonly accountId: number
  /** The account's public name, `DatabaseName`. */
  readonly databaseName: string
  /** The instant at which the account's clock is stopped; `undefined` follows the real one. */
  readonly pinnedAt: Date | undefined
  readonly userId: number
  readonly userName: string
  readonly profile: Profile
  /** A feed account: it reads, and never writes. */
  readonly isFeed: boolean
  /** The public part of the key that its token was given for. */
  readonly keyId: string | undefined
  /** Codes of the modules that this user may use: the account's, less those withheld from the integrator. */
  readonly modules: ReadonlySet<string>
  /** May the user read this entity set, its module apart? */
  canRead(set: string): boolean
  /** May the user change rows of this entity set in this way, its module and profile apart? */
  canWrite(set: string, operation: 'create' | 'update' | 'delete'): boolean
  /** Equal for two principals that may read the same: names what was compiled for one of them. */
  readonly rightsDigest: string
  /** Equal for two principals that may change the same. */
  readonly writesDigest: string
  /** The key of the token asks for codes padded with blanks. */
  readonly legacyPadding: boolean
}

/** Whose rows of the account's users it sees. */
export function visibleUsers({ profile, userId }: Principal): number | 'all' {
  return profile === 'administrator' ? 'all' : userId
}

/** A principal is a fact of the user and of the key, without the sets that its rights are made of. */
export interface PrincipalFacts
  extends Omit<Principal, 'canRead' | 'canWrite' | 'rightsDigest' | 'writesDigest'> {
  readonly unreadableSets: ReadonlySet<string>
  /** `Tenants/create`. */
  readonly withheldWrites: ReadonlySet<string>
}

export function createPrincipal(facts: PrincipalFacts): Principal {
  const { unreadableSets, withheldWrites, ...principal } = facts
  return {
    ...principal,
    canRead: (set) => !unreadableSets.has(set),
    canWrite: (set, operation) => !principal.isFeed && !withheldWrites.has(`${set}/${operation}`),
    rightsDigest: digest([...facts.modules].sort(), [...unreadableSets].sort()),
    writesDigest: digest([facts.profile, String(facts.isFeed)], [...withheldWrites].sort()),
  }
}

function digest(...lists: readonly (readonly string[])[]): string {
  return createHash('sha256').update(JSON.stringify(lists)).digest('base64url').slice(0, 22)
}
