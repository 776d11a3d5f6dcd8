/** Whose content may be replaced. */

import { HapiError } from '../../errors/hapi-error.ts'
import type { Row } from '../command/row.ts'

/** what the system produces has its content from the system. */
export function requireUploaded(row: Row): void {
  if (row['Source'] === 'T') return
  throw new HapiError(
    'OPERATION_NOT_SUPPORTED',
    { method: 'PUT', entity: `Documents(${row['Id']})/$value` },
    { headers: { allow: 'GET, HEAD, OPTIONS' } },
  )
}
