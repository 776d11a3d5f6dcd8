/**
 * An import in a process of its own, to be killed: `killed-import.ts URL ACCOUNT SCALE`. It says how far it has come, one
 * line each time something is settled.
 */

import { openDatabase } from '../../src/db/database.ts'
import { accountOf, importInto } from './importing.ts'
import { portfolioSource } from './portfolio-source.ts'

const [, , url = '', accountId = '', scale = ''] = process.argv

const database = await openDatabase({ connection: { url }, poolSize: 4 })
const onProgress = ({ position }: { readonly position: number }): void => {
  console.log(`at ${position}`)
}
console.log('begins')
const { report } = await importInto(
  database,
  accountOf(Number(accountId)),
  portfolioSource(Number(scale)),
  {},
  { onProgress },
)
console.log(`ended ${JSON.stringify(report)}`)
await database.close()
