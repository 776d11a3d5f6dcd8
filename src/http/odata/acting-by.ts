/** Who acts by a request, as the audit keeps it. */

import type { Principal } from '../../auth/principal.ts'
import type { Acting } from '../../db/acting.ts'
import type { IncomingRequest } from './exchange.ts'

export function actingBy(
  { userId, keyId }: Principal,
  { id, channel }: Pick<IncomingRequest, 'id' | 'channel'>,
): Acting {
  return { channel: channel ?? 'api', userId, keyId, requestId: id }
}
