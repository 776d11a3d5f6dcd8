/** The rules of service calls, by entity type. */

import type { Rule } from '../command/rule.ts'
import { goneOn } from '../command/transitions.ts'
import { serviceCallAccess } from '../leasing/dwelling-access.ts'
import { serviceCallCreation, serviceCallNumber } from './service-call-creation.ts'
import { serviceCallDetailRules } from './service-call-details.ts'
import { serviceCallLife } from './service-call-life.ts'
import { serviceCallLifeCycle } from './service-call-states.ts'
import { categoryDelays, serviceCallTargets } from './service-call-targets.ts'

export const maintenanceRules: Readonly<Record<string, readonly Rule[]>> = {
  ServiceCallCategory: [categoryDelays],
  ServiceCall: [
    serviceCallLife,
    serviceCallCreation,
    serviceCallTargets,
    serviceCallAccess,
    serviceCallNumber,
    goneOn('ServiceCall', 'R-090', serviceCallLifeCycle),
  ],
  ServiceCallDetail: serviceCallDetailRules,
}
