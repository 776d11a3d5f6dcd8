/** Whose endpoint it is: its deliveries are decided by the rights of that user, whoever changes it. */

import type { Principal } from '../../auth/principal.ts'
import type { Change } from '../command/change.ts'
import { type Row, requiredNumber, requiredText } from '../command/row.ts'
import type { WriteContext } from '../command/write-context.ts'

/** The user of an endpoint, or who acts when that one is revoked. */
export function ownerOf(endpoint: Row | undefined, context: WriteContext): Principal {
  const actor = actingUser(context)
  const ownerId = endpoint === undefined ? actor.userId : requiredNumber(endpoint, 'UserId')
  if (ownerId === actor.userId) return actor
  return context.webhooks.subscribers.findSubscriber(ownerId)?.principal ?? actor
}

export function actingUser({ actor }: WriteContext): Principal {
  // The views show nothing to anybody else, and who creates one signed in.
  if (actor.user === undefined) throw new Error('An endpoint belongs to a user')
  return actor.user
}

/** Names of the entities that it follows. */
export function entitiesOf(endpoint: Row): readonly string[] {
  // The rules have written this text, from a list of names.
  return JSON.parse(requiredText(endpoint, 'Entities')) as readonly string[]
}

/** Refuses to change or to use what is over; it is kept to be looked at. */
export function refuseEnded(change: Change, { endpoint }: { readonly endpoint: Row }): void {
  if (requiredText(endpoint, 'State') !== 'ENDED') return
  change.refuse('WEBHOOK_ENDPOINT_ENDED', { key: requiredNumber(endpoint, 'Id') })
}
