/** `hapi export`: an account's portfolio as files that `hapi import` reads. */

import { type Command, InvalidArgumentError, Option } from 'commander'
import { getAccount } from '../auth/accounts.ts'
import { AdministrationRefusal } from '../auth/administration-refusal.ts'
import { checkContentStores, openContentStores } from '../document-stores.ts'
import type { LeftOut } from '../domain/export/count-left-out.ts'
import { csvForm } from '../domain/export/csv-form.ts'
import type { ExportForm } from '../domain/export/export-form.ts'
import { TargetTaken, withTarget } from '../domain/export/export-target.ts'
import { ndjsonForm } from '../domain/export/ndjson-form.ts'
import { type ExportReport, runExport } from '../domain/export/run-export.ts'
import { importableTypes } from '../domain/import/files/importable-types.ts'
import { businessDateOf } from '../domain/leasing/business-date.ts'
import type { EntityType } from '../model/entity-type.ts'
import { openSecretBox } from '../secrets/secret-box.ts'
import type { Answer, Column } from './answer.ts'
import type { CommandContext } from './command-context.ts'
import { Interruption } from './listen/listen-command.ts'
import type { Language } from './speech.ts'

interface ExportOptions {
  readonly account: string
  readonly to: string
  readonly format: 'csv' | 'ndjson'
  readonly language?: Language
  readonly sets?: readonly EntityType[]
  readonly withAccountNumbers?: true
  readonly withContents?: true
}

export function addExportCommand(program: Command, context: CommandContext): void {
  const command = context
    .command(program, 'export', {
      fr: "écrire le portefeuille d'un compte en fichiers que « hapi import » relit",
      en: "write an account's portfolio as files that 'hapi import' reads",
    })
    .requiredOption(
      '--account <name>',
      context.text({ fr: 'nom du compte', en: 'name of the account' }),
    )
    .requiredOption(
      '--to <path>',
      context.text({
        fr: 'dossier ou archive .zip à faire; ni l’un ni l’autre ne doit exister',
        en: 'folder or .zip archive to make; neither may exist',
      }),
    )
    .addOption(
      new Option(
        '--format <format>',
        context.text({ fr: 'forme des fichiers', en: 'form of the files' }),
      )
        .choices(['csv', 'ndjson'])
        .default('csv'),
    )
    .addOption(
      new Option(
        '--language <language>',
        context.text({
          fr: 'langue des en-têtes, des séparateurs et des décimales du CSV (par défaut, celle de la commande)',
          en: "language of the CSV's headers, separators and decimals (by default that of the command)",
        }),
      ).choices(['fr', 'en']),
    )
    .option(
      '--sets <names>',
      context.text({
        fr: 'ces ensembles seulement, séparés par des virgules (Units,Leases)',
        en: 'these sets only, separated by commas (Units,Leases)',
      }),
      readSets,
    )
    .option(
      '--with-account-numbers',
      context.text({
        fr: 'écrire en clair les numéros de compte des accords de paiement préautorisé, qui sont omis autrement',
        en: 'write in clear the account numbers of pre-authorized debit agreements, which are left out otherwise',
      }),
    )
    .option(
      '--with-contents',
      context.text({
        fr: 'écrire aussi les contenus des documents (PDF, photos), qui peuvent prendre mille fois la place des lignes, dans le sous-dossier Contents',
        en: 'also write the contents of documents (PDF, photos), which may take a thousand times the place of the rows, into sub-folder Contents',
      }),
    )
  command.action(() => runCommand(command, context))
}

async function runCommand(command: Command, context: CommandContext): Promise<void> {
  const options = command.opts<ExportOptions>()
  const { account: name, to, withAccountNumbers = false, withContents = false } = options
  const signal = context.dependencies.interruption?.()
  const config = context.configOf(command)
  const secretBox = withAccountNumbers ? await openSecretBox(config) : undefined
  await context.answer(command, async (database) => {
    const { accountId, pinnedAt } = await getAccount(database, name)
    const contents = withContents ? await openContentStores(config, database) : undefined
    const request = {
      accountId,
      businessDate: businessDateOf(pinnedAt ?? new Date()),
      form: formOf(options, context.language),
      types: options.sets,
      secretBox,
      contents,
      signal,
    }
    try {
      if (contents !== undefined) await checkContentStores(contents, database)
      const report = await withTarget(to, (target) => runExport(database, request, target))
      return answerOf(report, command.opts<{ json?: true }>().json === true)
    } catch (error) {
      if (signal?.aborted === true) throw new Interruption(undefined)
      throw refusalOf(error, to) ?? error
    } finally {
      contents?.close()
    }
  })
}

function formOf({ format, language }: ExportOptions, spoken: Language): ExportForm {
  return format === 'csv' ? csvForm(language ?? spoken) : ndjsonForm
}

/** Throws InvalidArgumentError for a set that is not exported. */
function readSets(text: string): readonly EntityType[] {
  const names = text.split(',').map((name) => name.trim())
  const types = names.map((name) => {
    const type = importableTypes.find(({ set }) => set.toLowerCase() === name.toLowerCase())
    if (type === undefined)
      throw new InvalidArgumentError(
        `'${name}' (${importableTypes.map(({ set }) => set).join(', ')})`,
      )
    return type
  })
  return importableTypes.filter((type) => types.includes(type))
}

const SETS: readonly Column[] = [
  { key: 'set', fr: 'Ensemble', en: 'Set' },
  { key: 'rows', fr: 'Lignes', en: 'Rows' },
  { key: 'file', fr: 'Fichier', en: 'File', essential: true },
]
const LEFT_OUT: Column = { key: 'leftOut', fr: 'Omis', en: 'Left out' }

/** For programs what is left out stands beside its set; a person is told at the end. */
function answerOf({ sets, leftOut }: ExportReport, isForPrograms: boolean): Answer {
  const told = {
    fr: leftOut.map((each) => lineOf(each, 'fr')),
    en: leftOut.map((each) => lineOf(each, 'en')),
  }
  const notice = {
    fr: ['Prêt pour « hapi import ».', ...(told.fr.length > 0 ? ['Omis :', ...told.fr] : [])].join(
      '\n',
    ),
    en: ["Ready for 'hapi import'.", ...(told.en.length > 0 ? ['Left out:', ...told.en] : [])].join(
      '\n',
    ),
  }
  const written = sets.map(({ set, rows, file }) => ({ set, rows, file }))
  if (!isForPrograms) return { columns: SETS, rows: written, isList: true, notice }
  const names = new Set([...written, ...leftOut].map(({ set }) => set))
  const rows = [...names].map((set) => ({
    ...(written.find((each) => each.set === set) ?? { set, rows: 0, file: null }),
    leftOut: leftOut.filter((each) => each.set === set).map((each) => lineOf(each, 'en')),
  }))
  return { columns: [...SETS, LEFT_OUT], rows, isList: true }
}

/** `  LeaseRenewals : 3 — renouvellements passés…` */
function lineOf({ set, column, count, ...reason }: LeftOut, language: Language): string {
  const place = column === null ? set : `${set}.${column}`
  return `  ${place}${language === 'fr' ? ' :' : ':'} ${count} — ${reason[language]}`
}

/** What the disk has against the place, in the words of the system: `ENOENT`, `ENOSPC`. */
function refusalOf(error: unknown, to: string): AdministrationRefusal | undefined {
  if (error instanceof TargetTaken)
    return new AdministrationRefusal({
      fr: `« ${to} » existe déjà; un export ne remplace rien.`,
      en: `'${to}' exists already; an export replaces nothing.`,
    })
  if (!(error instanceof Error) || !('syscall' in error) || !('path' in error)) return undefined
  return new AdministrationRefusal({
    fr: `« ${to} » ne peut être écrit : ${error.message}`,
    en: `'${to}' cannot be written: ${error.message}`,
  })
}
