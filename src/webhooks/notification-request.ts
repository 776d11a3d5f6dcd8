/** The request of one delivery: the guide's body, our headers, the receiver's own. */

import { eventIdOf, notificationOf } from '../changes/notification.ts'
import type { SecretBox } from '../secrets/secret-box.ts'
import type { CustomHeader } from './custom-headers.ts'
import type { DueDelivery, EndpointRow, QueueName } from './queue-store.ts'
import { openHeaders, sealContext } from './sealed-headers.ts'
import type { WebhookRequest } from './sender.ts'
import { signatureHeaders } from './signature.ts'

/** An endpoint with its secrets opened: kept no longer than its requests are made. */
export interface OpenedEndpoint {
  readonly url: string
  readonly headers: readonly CustomHeader[]
  /** The current one, and the one before it while a rotation lasts. */
  readonly secrets: readonly string[]
  readonly databaseName: string
  /** Of the URL, with the port where one is written: what may be told of it. */
  readonly host: string
}

/** Throws SealedValueError when the key that sealed them is not this process's, an Error when what opens is no list. */
export function openEndpoint(
  box: SecretBox,
  queue: QueueName,
  { url, headers, secret, previousSecret, databaseName }: EndpointRow,
): OpenedEndpoint {
  const secrets = [secret, ...(previousSecret === null ? [] : [previousSecret])]
  return {
    url,
    headers: openHeaders(box, queue, headers),
    secrets: secrets.map((sealed) => box.open(sealed, sealContext(queue, 'secret'))),
    databaseName,
    host: URL.canParse(url) ? new URL(url).host : '',
  }
}

export function requestOf(
  endpoint: OpenedEndpoint,
  delivery: DueDelivery,
  now: Date,
): WebhookRequest {
  const { entity, entityId, status, additionalInformation } = delivery
  const notification = notificationOf(
    { entity, id: entityId, status, additionalInformation },
    endpoint.databaseName,
  )
  const body = JSON.stringify(notification)
  const { url, headers, secrets } = endpoint
  return {
    url,
    headers: {
      ...signatureHeaders({ id: eventIdOf(delivery), timestamp: now, body, secrets }),
      'webhook-attempt': String(delivery.attempts + 1),
      ...(delivery.replays > 0 ? { 'webhook-replay': 'true' } : {}),
      ...(delivery.isTest ? { 'webhook-test': 'true' } : {}),
    },
    customHeaders: headers,
    body,
  }
}
