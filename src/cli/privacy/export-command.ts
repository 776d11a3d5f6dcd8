/** `hapi privacy export` */

import type { Command } from 'commander'
import { getAccount } from '../../auth/accounts.ts'
import { openContentStores } from '../../document-stores.ts'
import type { PersonName } from '../../domain/privacy/people.ts'
import type { CommandContext } from '../command-context.ts'
import { COUNTS, countRows, namesakeCounts, withNamesakes } from './counts.ts'
import { ExportFiles } from './export-files.ts'
import { type PersonOptions, peopleNamed, withPeople } from './person-options.ts'
import { writeExport } from './write-export.ts'

export function addExport(group: Command, context: CommandContext): void {
  const command = withPeople(
    context.command(group, 'export', {
      fr: 'écrire dans un dossier tout ce que le compte dit d’une personne : JSON, CSV et documents',
      en: 'write all that the account says about a person into a folder: JSON, CSV and documents',
    }),
    context,
  ).requiredOption(
    '--out <folder>',
    context.text({ fr: 'dossier, qui n’existe pas encore', en: 'folder, which is not there yet' }),
  )
  command.action(() =>
    context.answer(command, async (database) => {
      const options = command.opts<PersonOptions & { readonly out: string }>()
      const names = peopleNamed(options)
      const account = await getAccount(database, options.account)
      const stores = await openContentStores(context.configOf(command), database)
      try {
        const files = await ExportFiles.create(options.out, context.language)
        const source = { database, stores, account, names }
        const { rows, path, namesakes } = await writeExport(files, source)
        return {
          columns: COUNTS,
          isList: true,
          rows: countRows([...rows, ...namesakeCounts(namesakes)], context.language),
          notice: exported(path, namesakes),
        }
      } finally {
        stores.close()
      }
    }),
  )
}

function exported(path: string, namesakes: readonly PersonName[]) {
  const fr = `Écrit dans ${path}. Avant de remettre les fichiers, relisez les textes libres : ils peuvent nommer d'autres personnes, dont les renseignements ne se communiquent pas.`
  const en = `Written to ${path}. Before you hand the files over, read the free texts: they may name other persons, whose information is not to be communicated.`
  return withNamesakes({ fr, en }, namesakes)
}
