/** the number of a bank account as the database holds it, and what of it is shown. */

import { SealedValueError, type SecretBox } from '../../secrets/secret-box.ts'

/** The agreement whose number it is. */
interface AgreementName {
  readonly accountId: number
  readonly id: number
}

/** What names the place of the sealed number: moved to another row it does not open. */
export function accountNoContext({ accountId, id }: AgreementName): string {
  return `preauthorized-debit/${accountId}/${id}/account-no`
}

/** As PostgreSQL writes and takes bytes: `\x01…`. */
export function sealAccountNo(box: SecretBox, agreement: AgreementName, accountNo: string): string {
  return `\\x${box.seal(accountNo, accountNoContext(agreement)).toString('hex')}`
}

/** The number; undefined when it does not open. */
export function openAccountNo(
  box: SecretBox,
  agreement: AgreementName,
  sealed: Buffer,
): string | undefined {
  try {
    return box.open(sealed, accountNoContext(agreement))
  } catch (error) {
    if (error instanceof SealedValueError) return undefined
    throw error
  }
}

/** `1234567` → `****567`. */
export function maskAccountNo(accountNo: string): string {
  return `****${accountNo.slice(-3)}`
}
