/** The notification of one change, as receivers know it (contract D5). */

import type { Change } from './change-log.ts'

/** Exactly these five members, in this order. */
export interface Notification {
  readonly Id: number
  readonly Entity: string
  readonly Status: Change['status']
  /** Public name of the account. */
  readonly DatabaseName: string
  readonly AdditionalInformationJson: string | null
}

export function notificationOf(
  change: Pick<Change, 'entity' | 'id' | 'status' | 'additionalInformation'>,
  databaseName: string,
): Notification {
  return {
    Id: change.id,
    Entity: change.entity,
    Status: change.status,
    DatabaseName: databaseName,
    AdditionalInformationJson: change.additionalInformation,
  }
}

/** What names an event to receivers, in the `webhook-id` header and in the feed: the same wherever it comes by. */
export function eventIdOf({ seq }: Pick<Change, 'seq'>): string {
  return `evt_${seq}`
}
