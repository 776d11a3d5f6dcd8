/** A header that a request may give once; of several the first counts. */

import type { IncomingRequest } from './exchange.ts'

export function singleHeader(
  request: Pick<IncomingRequest, 'headers'>,
  name: string,
): string | undefined {
  const value = request.headers[name]
  return Array.isArray(value) ? value[0] : value
}
