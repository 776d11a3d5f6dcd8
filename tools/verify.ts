/** `npm run verify`: fails when a derived artefact differs from what the model says now. Writes nothing. */

import { findStale } from './artefacts.ts'

const stale = findStale()
if (stale.length > 0) {
  console.error('These files are not what the model says; run `npx tsx tools/generate.ts`:')
  for (const path of stale) console.error(`  ${path}`)
  process.exitCode = 1
}
