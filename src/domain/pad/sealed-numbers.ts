/**
 * The sealed numbers of bank accounts and the keys that sealed them: seals them again under the current key, while others
 * read and write, and tells whether this process opens them. Run again, it does what is left.
 */

import { type Account, listAccounts } from '../../auth/accounts.ts'
import type { Database } from '../../db/database.ts'
import { StartupRefusal } from '../../db/startup-refusal.ts'
import { SealedValueError, type SecretBox } from '../../secrets/secret-box.ts'
import { accountNoContext } from './account-number.ts'

interface NumbersSealedAgain {
  readonly sealed: number
  readonly current: number
  /** Agreements whose number does not open; nothing of them was changed. */
  readonly unopened: readonly UnopenedAgreement[]
}

export interface UnopenedAgreement {
  readonly databaseName: string
  readonly accountId: number
  readonly id: number
}

interface SealedNumber {
  readonly id: number
  readonly sealed: Buffer
}

/** A transaction's worth of numbers, each of some 50 bytes. */
const SEALED_AT_ONCE = 500

/** Seals under the current key whatever is not. Throws UNAVAILABLE. */
export async function sealNumbersAgain(
  database: Database,
  box: SecretBox,
): Promise<NumbersSealedAgain> {
  const counts = { sealed: 0, current: 0 }
  const unopened: UnopenedAgreement[] = []
  for (const account of await listAccounts(database)) {
    let after = 0
    for (;;) {
      const page = await sealPage(database, box, account, after)
      counts.sealed += page.sealed
      counts.current += page.current
      unopened.push(...page.unopened)
      if (page.last === undefined) break
      after = page.last
    }
  }
  return { ...counts, unopened }
}

async function sealPage(
  database: Database,
  box: SecretBox,
  { accountId, databaseName }: Account,
  after: number,
): Promise<NumbersSealedAgain & { readonly last: number | undefined }> {
  return database.transaction(
    async (client) => {
      const { rows } = await client.query<SealedNumber>(
        `select id, account_no as sealed from preauthorized_debits
          where account_id = $1 and id > $2 and account_no is not null
          order by id limit $3 for no key update`,
        [accountId, after, SEALED_AT_ONCE],
      )
      const stale = rows.filter(({ sealed }) => !box.isCurrent(sealed))
      const again = stale.map(({ id, sealed }) => ({
        id,
        sealed: sealOne(box, accountId, id, sealed),
      }))
      const opened = again.filter(({ sealed }) => sealed !== undefined)
      await client.query(
        `update preauthorized_debits p set account_no = s.sealed
           from unnest($2::integer[], $3::bytea[]) as s(id, sealed)
          where p.account_id = $1 and p.id = s.id`,
        [accountId, opened.map(({ id }) => id), opened.map(({ sealed }) => sealed)],
      )
      return {
        sealed: opened.length,
        current: rows.length - stale.length,
        unopened: again
          .filter(({ sealed }) => sealed === undefined)
          .map(({ id }) => ({ databaseName, accountId, id })),
        last: rows.at(-1)?.id,
      }
    },
    { accountId },
  )
}

/** Undefined: it does not open. */
function sealOne(
  box: SecretBox,
  accountId: number,
  id: number,
  sealed: Buffer,
): Buffer | undefined {
  const context = accountNoContext({ accountId, id })
  try {
    return box.seal(box.open(sealed, context), context)
  } catch (error) {
    if (error instanceof SealedValueError) return undefined
    throw error
  }
}

/** Ends an agreement whose number nobody can open any more: nothing can be debited by it. False: it had ended. */
export async function cancelLostAgreement(
  database: Database,
  { accountId, id }: UnopenedAgreement,
): Promise<boolean> {
  return database.transaction(
    async (client) => {
      const { rowCount } = await client.query(
        `update preauthorized_debits
            set account_no = null, status = 'X',
                cancelled_date = coalesce(cancelled_date, (hapi_clock() at time zone 'America/Toronto')::date)
          where account_id = $1 and id = $2 and account_no is not null`,
        [accountId, id],
      )
      return rowCount === 1
    },
    { accountId },
  )
}

/**
 * Throws StartupRefusal when numbers are sealed under a key that this process does not have; what it seals others could
 * not open either. Looks at the first and the last of each account: a rotation begins with the first, and a new agreement
 * is the last.
 */
export async function checkNumbersKey(database: Database, box: SecretBox): Promise<void> {
  for (const account of await listAccounts(database))
    if (await hasForeign(database, box, account)) throw new StartupRefusal(FOREIGN_KEY)
}

const FOREIGN_KEY = {
  fr: 'La base contient des numéros de compte bancaire chiffrés sous une autre clé que HAPI_SECRETS_KEY (à défaut, DATA_DIR/secrets-key) et HAPI_SECRETS_KEY_PREVIOUS. Donnez la clé qui les a chiffrés, au besoin par HAPI_SECRETS_KEY_PREVIOUS, puis lancez « hapi admin secrets rotate ». Si elle est perdue, « hapi admin secrets rotate --end-unopened » annule les accords concernés : il faudra en faire de nouveaux.',
  en: "The database holds numbers of bank accounts that are sealed under another key than HAPI_SECRETS_KEY (by default DATA_DIR/secrets-key) and HAPI_SECRETS_KEY_PREVIOUS. Give the key that sealed them, by HAPI_SECRETS_KEY_PREVIOUS if need be, then run 'hapi admin secrets rotate'. If it is lost, 'hapi admin secrets rotate --end-unopened' cancels the agreements concerned: new ones have to be made.",
}

async function hasForeign(
  database: Database,
  box: SecretBox,
  { accountId }: Account,
): Promise<boolean> {
  const { rows } = await database.transaction(
    (client) => client.query<SealedNumber>(ENDS, [accountId]),
    { accountId },
  )
  return rows.some(({ id, sealed }) => {
    try {
      box.open(sealed, accountNoContext({ accountId, id }))
      return false
    } catch (error) {
      if (error instanceof SealedValueError) return error.reason === 'unknownKey'
      throw error
    }
  })
}

const NUMBERS = `select id, account_no as sealed from preauthorized_debits
  where account_id = $1 and account_no is not null`
const ENDS = `(${NUMBERS} order by id limit 1) union all (${NUMBERS} order by id desc limit 1)`
