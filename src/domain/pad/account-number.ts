/** the number of a bank account as the database holds it, and what of it is shown. */

import type { SecretBox } from '../../secrets/secret-box.ts'

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

/** `1234567` → `****567`. */
export function maskAccountNo(accountNo: string): string {
  return `****${accountNo.slice(-3)}`
}
