/** Rules of webhook endpoints and of their deliveries. */

import type { ActionRule, Rule } from '../command/rule.ts'
import { endpointActions } from './endpoint-actions.ts'
import { endpointDestination } from './endpoint-destination.ts'
import { endpointEntities } from './endpoint-entities.ts'
import { endpointFilter } from './endpoint-filter.ts'
import { endpointRow, secretRotation } from './endpoint-row.ts'
import { replayActions } from './replay.ts'

export const webhookEndpointRules: readonly Rule[] = [
  endpointDestination,
  endpointEntities,
  endpointFilter,
  endpointRow,
]

export const webhookActions: readonly ActionRule[] = [
  ...endpointActions,
  secretRotation,
  ...replayActions,
]
