/** What a request demands besides the resource, and what is refused when it cannot be kept. */

import { HapiError } from '../../errors/hapi-error.ts'
import { SCHEMA_VERSION } from '../../model/schema-version.ts'
import type { IncomingRequest } from './exchange.ts'
import { singleHeader } from './request-header.ts'

/** `*` is the current version (Protocol 4.01 §11.2.12). Throws SCHEMA_VERSION_NOT_FOUND. */
export function refuseOtherSchema(version: string | undefined): void {
  if (version === undefined || version === '*' || version === SCHEMA_VERSION) return
  throw new HapiError(
    'SCHEMA_VERSION_NOT_FOUND',
    { version: version.slice(0, 40), current: SCHEMA_VERSION },
    { target: '$schemaversion' },
  )
}

/** Whether the request asks for a snapshot, by either name of the header (Protocol 4.01 §8.2.6). Throws ISOLATION_NOT_SUPPORTED. */
export function asksForSnapshot(request: Pick<IncomingRequest, 'headers'>): boolean {
  const isolation = singleHeader(request, 'isolation') ?? singleHeader(request, 'odata-isolation')
  if (isolation === undefined) return false
  if (isolation.trim().toLowerCase() !== 'snapshot') throw isolationNotSupported(isolation)
  return true
}

export function isolationNotSupported(isolation: string): HapiError {
  return new HapiError('ISOLATION_NOT_SUPPORTED', { isolation: isolation.slice(0, 40) })
}
