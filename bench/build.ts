/** The product is measured as it is shipped: built. */

import { spawnSync } from 'node:child_process'
import { isBuilt } from '../tools/source-hash.mjs'

export function buildWhenStale(): void {
  if (isBuilt()) return
  const { status } = spawnSync('npm', ['run', 'build'], { stdio: 'inherit' })
  if (status !== 0) throw new Error('The product does not build')
}
