/** Reads all that an account says about persons and writes it into the files that they are handed. */

import type { Account } from '../../auth/accounts.ts'
import type { ContentStores } from '../../contents/content-stores.ts'
import { readWhole } from '../../contents/read-whole.ts'
import type { Database } from '../../db/database.ts'
import { type Ask, askOf, findMentions, type Mention } from '../../domain/privacy/mentions.ts'
import { findNamesakes } from '../../domain/privacy/other-rows.ts'
import { readIdentifiers } from '../../domain/privacy/own-identifiers.ts'
import { findPeople, type PersonName, personText } from '../../domain/privacy/people.ts'
import { type PersonRow, readPersonRows, typesAbout } from '../../domain/privacy/read-person.ts'
import { tracePrivacy } from '../../domain/privacy/trace.ts'
import type { EntityType } from '../../model/entity-type.ts'
import type { Count } from './counts.ts'
import type { ExportFiles } from './export-files.ts'

export interface ExportSource {
  readonly database: Database
  readonly stores: ContentStores
  readonly account: Account
  readonly names: readonly PersonName[]
}

export interface Exported {
  readonly rows: readonly Count[]
  readonly path: string
  readonly namesakes: readonly PersonName[]
}

/** Leaves nothing when it fails. Throws AdministrationRefusal for a name of nobody; UNAVAILABLE. */
export async function writeExport(files: ExportFiles, source: ExportSource): Promise<Exported> {
  const { database, account, names } = source
  const { accountId } = account
  try {
    const found = await database.readingTransaction(
      (client) => writeRows(files, askOf(client), source),
      {
        accountId,
      },
    )
    // A slow store keeps no snapshot open.
    const contents = await writeContents(files, source, found.documents)
    const command = `export ${names.map((name) => `--person ${personText(name)}`).join(' ')}`
    await database.transaction((client) => tracePrivacy(askOf(client), accountId, command, names), {
      accountId,
    })
    const rows: readonly Count[] = [
      ...found.rows,
      { set: 'Documents/$value', what: { fr: 'Contenus', en: 'Contents' }, rows: contents },
      {
        set: '*',
        what: {
          fr: 'Textes d’autres lignes, où la personne est nommée',
          en: 'Texts of other rows that name the person',
        },
        rows: found.mentions.length,
      },
    ]
    return { rows, path: await files.end(found.mentions), namesakes: found.namesakes }
  } catch (error) {
    await files.abandon()
    throw error
  }
}

interface StoredDocument {
  readonly documentId: number
  readonly fileName: string
  readonly size: number
}

interface FoundRows {
  readonly rows: readonly Count[]
  readonly namesakes: readonly PersonName[]
  readonly mentions: readonly Mention[]
  readonly documents: readonly StoredDocument[]
}

/** In one snapshot. */
async function writeRows(
  files: ExportFiles,
  ask: Ask,
  { account: { accountId, databaseName }, names }: ExportSource,
): Promise<FoundRows> {
  await ask('set local statement_timeout = 0', [])
  const people = await findPeople(ask, accountId, names)
  const namesakes = await findNamesakes(ask, accountId, people)
  await files.begin({ databaseName, people, exportedAt: new Date(), namesakes })
  const rows: Count[] = []
  const documents: StoredDocument[] = []
  for (const type of typesAbout(people)) {
    const read = withDocuments(type, readPersonRows(ask, accountId, type, people), documents)
    const count = await files.addSet(type, read)
    if (count > 0) rows.push({ set: type.set, what: type, rows: count })
  }
  const identifiers = await readIdentifiers(ask, accountId, people)
  const mentions = await findMentions(ask, accountId, people, identifiers)
  return { rows, namesakes, mentions, documents }
}

/** The same rows; those that have a content of the person are noted. */
async function* withDocuments(
  type: EntityType,
  rows: AsyncIterable<PersonRow>,
  documents: StoredDocument[],
): AsyncGenerator<PersonRow> {
  for await (const row of rows) {
    const size = Number(row.values.get('FileSize') ?? 0)
    if (type.hasStream === true && row.isAbout && size > 0)
      documents.push({ documentId: row.id, fileName: row.values.get('FileName') ?? '', size })
    yield row
  }
}

/** Gives how many there were. */
async function writeContents(
  files: ExportFiles,
  { database, stores, account }: ExportSource,
  documents: readonly StoredDocument[],
): Promise<number> {
  let contents = 0
  for (const document of documents) {
    const pieces = readWhole({ database, stores }, account.accountId, document)
    if (await files.addContent(document.documentId, document.fileName, pieces)) contents += 1
  }
  return contents
}
