/** All checks of the conformance levels, by area. */

import { basics } from './basics.ts'
import { compute } from './compute.ts'
import type { LevelCheck } from './level-check.ts'

export const levelChecks: readonly LevelCheck[] = [...basics, ...compute]
