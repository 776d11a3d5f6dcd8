/** Bodies that come compressed, or in another encoding of characters than UTF-8. */

import { HapiError } from '../errors/hapi-error.ts'
import type { IncomingRequest } from './odata/exchange.ts'

/** A compressed body is not opened (a few bytes of it could be gigabytes), nor taken for what it is not. Throws UNSUPPORTED_MEDIA_TYPE. */
export function refuseEncodedBody({ headers }: Pick<IncomingRequest, 'headers'>): void {
  refuseOtherCharset(headers['content-type'])
  const encoding = headers['content-encoding']
  if (!isEncoded(encoding)) return
  const type = `${headers['content-type'] ?? ''}; Content-Encoding: ${encoding.slice(0, 40)}`
  throw new HapiError(
    'UNSUPPORTED_MEDIA_TYPE',
    { type },
    // RFC 9110 §15.5.16: so the client knows that it is the coding.
    { headers: { 'accept-encoding': 'identity' } },
  )
}

/** Whether a `Content-Encoding` says that the body is written otherwise than its type says. */
export function isEncoded(encoding: string | undefined): encoding is string {
  return encoding !== undefined && !/^\s*(?:identity)?\s*$/i.test(encoding)
}

/** Bodies are UTF-8 (RFC 8259 §8.1); what is said to be something else is not taken for it. */
function refuseOtherCharset(type: string | undefined): void {
  const charset = /;\s*charset\s*=\s*"?([^\s;"]*)/i.exec(type ?? '')?.[1]
  if (charset === undefined || /^(?:utf-?8|us-ascii)$/i.test(charset)) return
  throw new HapiError('UNSUPPORTED_MEDIA_TYPE', { type: (type ?? '').slice(0, 100) })
}
