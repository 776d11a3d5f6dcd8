/** What an endpoint keeps sealed, and how its headers are read back. */

import type { SecretBox } from '../secrets/secret-box.ts'
import type { CustomHeader } from './custom-headers.ts'
import type { QueueName } from './queue-store.ts'

/** What names the place of a sealed value of an endpoint. */
export function sealContext(
  { accountId, endpointId }: QueueName,
  what: 'secret' | 'headers',
): string {
  return `webhook-endpoint/${accountId}/${endpointId}/${what}`
}

/**
 * None for null. Throws SealedValueError when the key that sealed them is not this process's, an Error when what opens is
 * no list.
 */
export function openHeaders(
  box: SecretBox,
  queue: QueueName,
  sealed: Uint8Array | null,
): readonly CustomHeader[] {
  return sealed === null ? [] : readHeaders(box.open(sealed, sealContext(queue, 'headers')))
}

/** What was sealed is the list that `custom-headers.ts` has checked. No message quotes anything of it. */
function readHeaders(text: string): readonly CustomHeader[] {
  const list = parse(text)
  if (Array.isArray(list) && list.every(isHeader)) return list
  throw new Error('The headers that are stored are not a list of names and values')
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function isHeader(value: unknown): value is CustomHeader {
  return (
    typeof value === 'object' &&
    value !== null &&
    'name' in value &&
    typeof value.name === 'string' &&
    'value' in value &&
    typeof value.value === 'string'
  )
}
