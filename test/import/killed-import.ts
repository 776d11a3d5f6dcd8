/**
 * An import in a process of its own, to be killed: `killed-import.ts URL ACCOUNT SOURCE MODE`, of a folder or of a generated
 * portfolio of this scale. It says where it is: when it
 * begins to read its source each time (`reads 1` is the survey), and how far it has come.
 */

import { openDatabase } from '../../src/db/database.ts'
import { openImportSource } from '../../src/domain/import/files/open-source.ts'
import { contentsIn } from '../support/contents.ts'
import { accountOf, importInto } from './importing.ts'
import { CHUNK_SIZE, portfolioSource } from './portfolio-source.ts'

const [, , url = '', accountId = '', from = '', mode = ''] = process.argv

/** Rows of a chunk, where a source is small. */
const FEW = 10

const database = await openDatabase({ connection: { url }, poolSize: 4 })
const source = from.startsWith('/')
  ? await openImportSource(from, { isPartial: true })
  : portfolioSource(Number(from))
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
  {
    chunkSize: from.startsWith('/') ? FEW : CHUNK_SIZE,
    contents: contentsIn(database),
    onProgress: ({ position }) => console.log(`at ${position}`),
  },
)
console.log(`ended ${JSON.stringify(report)}`)
await database.close()
