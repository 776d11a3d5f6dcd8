/** Who may hear of which entity, decided as reads decide it: by the rights and modules of now. */

import type { Subscriber } from '../auth/access.ts'
import { model } from '../model/model.ts'

export interface SubscriberSource {
  /** Undefined: the user is revoked. Throws UNAVAILABLE. */
  findSubscriber(userId: number): Subscriber | undefined
  /** Waits until it knows what held at this `access.version`. Throws UNAVAILABLE. */
  reach(version: string): Promise<void>
  /** Calls after each change; the function given back ends it. */
  onChange(listener: () => void): () => void
}

/** The entity type that tells of endpoints themselves, which are no row of the domain. */
export const ENDPOINT_ENTITY = 'WebhookEndpoint'

const typesByName = new Map(model.entityTypes.map((type) => [type.name, type]))

/** That of the sets that show endpoints, too. */
const WEBHOOKS_MODULE = 'webhooks'

/** Modules, that of webhooks among them, and rights; for endpoints the profile. */
export function mayHear({ principal }: Subscriber, entity: string): boolean {
  if (!principal.modules.has(WEBHOOKS_MODULE)) return false
  if (entity === ENDPOINT_ENTITY) return principal.profile === 'administrator'
  const type = typesByName.get(entity)
  return type !== undefined && principal.modules.has(type.module) && principal.canRead(type.set)
}
