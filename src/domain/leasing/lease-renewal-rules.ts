/** The rules of renewals, in the order in which they run: what is offered and where it stands comes first. */

import type { Rule } from '../command/rule.ts'
import { renewalAnswer, renewalTribunal } from './renewal-answer.ts'
import { renewalNotice, renewalSectionF } from './renewal-notice.ts'

export const leaseRenewalRules: readonly Rule[] = [
  renewalNotice,
  renewalSectionF,
  renewalAnswer,
  renewalTribunal,
]
