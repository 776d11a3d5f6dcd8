/** All checks of the conformance levels, by area. */

import { addressing } from './addressing.ts'
import { aggregation } from './aggregation.ts'
import { basics } from './basics.ts'
import { batches } from './batches.ts'
import { compute } from './compute.ts'
import { expanding } from './expanding.ts'
import { expressions } from './expressions.ts'
import type { LevelCheck } from './level-check.ts'
import { metadata } from './metadata.ts'
import { negotiation } from './negotiation.ts'
import { paging } from './paging.ts'
import { resources } from './resources.ts'
import { writes } from './writes.ts'

export const levelChecks: readonly LevelCheck[] = [
  ...basics,
  ...addressing,
  ...batches,
  ...compute,
  ...aggregation,
  ...expressions,
  ...resources,
  ...expanding,
  ...negotiation,
  ...metadata,
  ...paging,
  ...writes,
]
