/**
 * An import in a process of its own, to be killed: `killed-import.ts URL ACCOUNT SCALE MODE`. It says where it is: when it
 * begins to read its source each time (`reads 1` is the survey), and how far it has come.
 */

import { openDatabase } from '../../src/db/database.ts'
import { accountOf, importInto } from './importing.ts'
import { CHUNK_SIZE, portfolioSource } from './portfolio-source.ts'

const [, , url = '', accountId = '', scale = '', mode = ''] = process.argv

const database = await openDatabase({ connection: { url }, poolSize: 4 })
const source = portfolioSource(Number(scale))
let readings = 0
const told = {
  digest: source.digest,
  items: () => {
    console.log(`reads ${++readings}`)
    return source.items()
  },
}
const { report } = await importInto(
  database,
  accountOf(Number(accountId)),
  told,
  { isBestEffort: mode === 'best-effort' },
  { chunkSize: CHUNK_SIZE, onProgress: ({ position }) => console.log(`at ${position}`) },
)
console.log(`ended ${JSON.stringify(report)}`)
await database.close()
