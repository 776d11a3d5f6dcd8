/** Who has signed in, and who has tried: to the audit. What was given as a password, a key or a token never gets here. */

import type { Happenings } from '../audit/happenings.ts'
import { HapiError } from '../errors/hapi-error.ts'
import type { Principal } from './principal.ts'

interface Attempt {
  /** As it was given. */
  readonly userName: string
  /** The public part of a key that has the form of one. */
  readonly keyId?: string | undefined
  readonly address: string
  readonly requestId?: string | undefined
}

export class SignInTelling {
  readonly #happenings: Happenings | undefined

  /** Undefined: nobody is told. */
  constructor(happenings: Happenings | undefined) {
    this.#happenings = happenings
  }

  succeeded({ keyId, address, requestId }: Attempt, { accountId, userId }: Principal): void {
    this.#happenings?.note({
      accountId,
      kind: 'SIGN_IN',
      acting: { channel: 'api', userId, keyId, ...(requestId === undefined ? {} : { requestId }) },
      address,
    })
  }

  /** What is no refusal, a database that is away, is not told. */
  failed(
    { userName, keyId, address, requestId }: Attempt,
    accountId: number,
    error: unknown,
  ): void {
    if (!(error instanceof HapiError) || error.status >= 500) return
    // Whoever is told to wait may try as many names as he likes.
    const named = error.code === 'TOO_MANY_REQUESTS' ? {} : { userName, keyId }
    this.#happenings?.note({
      accountId,
      kind: 'SIGN_IN',
      acting: { channel: 'api', ...named, ...(requestId === undefined ? {} : { requestId }) },
      code: error.code,
      address,
    })
  }
}
