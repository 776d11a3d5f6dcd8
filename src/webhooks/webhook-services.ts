/** What the rules of endpoints ask and use: made where the product is put together. */

import type { Principal } from '../auth/principal.ts'
import type { SecretBox } from '../secrets/secret-box.ts'
import type { EgressPolicy } from './egress-policy.ts'
import type { SubscriberSource } from './event-access.ts'
import type { RowFilter } from './fan-out.ts'

export interface WebhookServices {
  readonly egress: EgressPolicy
  readonly secretBox: SecretBox
  /** The rights of an endpoint's user, who may be another than the one who acts. */
  readonly subscribers: SubscriberSource
  readonly filter: EndpointFilter
}

export interface EndpointFilter extends RowFilter {
  /** Throws HapiError: what a read of the entity with this `$filter` would be refused with. */
  check(reader: Principal, entity: string, filter: string): void
}
