/** `tsx tools/generate.ts`: writes every derived artefact that is checked in. Review the result as a diff. */

import { writeFileSync } from 'node:fs'
import { artefacts, findStale, root } from './artefacts.ts'

const stale = findStale()
for (const { path, text } of artefacts()) writeFileSync(new URL(path, root), text)
console.log(stale.length === 0 ? 'Nothing has changed.' : stale.join('\n'))
