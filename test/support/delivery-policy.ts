/** How notifications are sent when no setting says otherwise. */

import { readConfig } from '../../src/config.ts'
import { deliveryPolicyOf } from '../../src/webhook-policies.ts'

export const delivery = deliveryPolicyOf(
  readConfig({ flags: {}, environment: {}, file: '/nowhere/hapi.config.json' }),
)
