/** `hapi import`: a portfolio from files into an account. */

import { type Command, Option } from 'commander'
import { tellCommand } from '../audit/commands.ts'
import { AdministrationRefusal } from '../auth/administration-refusal.ts'
import { listModules } from '../auth/licences.ts'
import type { Database } from '../db/database.ts'
import type { BilingualText } from '../db/startup-refusal.ts'
import { importedContents, openContentStores } from '../document-stores.ts'
import { openImportSource } from '../domain/import/files/open-source.ts'
import type { ImportRecord } from '../domain/import/import-record.ts'
import type { ImportRefusal } from '../domain/import/refusal.ts'
import { refusalOfAll, toldRefusal, toldReport } from '../domain/import/report.ts'
import { type ImportOptions, type ImportReport, runImport } from '../domain/import/run-import.ts'
import { HapiError } from '../errors/hapi-error.ts'
import { modules } from '../model/modules.ts'
import { openSecretBox } from '../secrets/secret-box.ts'
import { getOnlyAccount, onlyAccount } from './account-option.ts'
import type { Column } from './answer.ts'
import type { CommandContext } from './command-context.ts'
import { systemUser } from './connect.ts'
import { NO_BAR, type ProgressBar, progressBar } from './import-progress.ts'
import { NO_REPORT_FILE, openReportFile } from './import-report-file.ts'
import { Interruption } from './listen/listen-command.ts'

const REPORT: readonly Column[] = [
  { key: 'Rows', fr: 'Lignes', en: 'Rows' },
  { key: 'Created', fr: 'Créées', en: 'Created', essential: true },
  { key: 'Updated', fr: 'Modifiées', en: 'Updated', essential: true },
  { key: 'Unchanged', fr: 'Déjà là', en: 'There already', essential: true },
  { key: 'Refused', fr: 'Refusées', en: 'Refused', essential: true },
  { key: 'Incomplete', fr: 'Incomplètes', en: 'Incomplete', essential: true },
  { key: 'IsKept', fr: 'Gardé', en: 'Kept' },
  { key: 'ImportId', fr: 'Importation', en: 'Import' },
]

/** Refusals told on the screen; `--report` has all of them. */
const SHOWN_MAX = 20

interface Flags {
  readonly account?: string
  readonly mode: 'all-or-nothing' | 'best-effort'
  readonly existing: 'update' | 'refuse'
  readonly dates?: 'day-month-year' | 'month-day-year'
  readonly dryRun?: boolean
  readonly report?: string
  readonly json?: boolean
  readonly quiet?: boolean
}

export function addImportCommand(program: Command, context: CommandContext): void {
  const text = (said: BilingualText): string => context.text(said)
  const command = context
    .command(program, 'import', {
      fr: "importer un portefeuille : un dossier, une archive zip, ou un fichier CSV ou NDJSON; interrompue, relancez-la telle quelle et elle continue. Code de sortie 4 dès qu'une ligne est refusée",
      en: 'import a portfolio: a folder, a zip archive, or a CSV or NDJSON file; interrupted, run it again as it is and it goes on. Exit code 4 as soon as a row is refused',
    })
    .argument('<path>', text({ fr: 'dossier, archive ou fichier', en: 'folder, archive or file' }))
    .addOption(onlyAccount(context))
    .addOption(
      new Option(
        '--mode <mode>',
        text({
          fr: 'all-or-nothing : une ligne refusée, et rien ne change; best-effort : les bonnes lignes sont gardées',
          en: 'all-or-nothing: one row refused, and nothing changes; best-effort: the good rows are kept',
        }),
      )
        .choices(['all-or-nothing', 'best-effort'])
        .default('all-or-nothing'),
    )
    .addOption(
      new Option(
        '--existing <what>',
        text({
          fr: 'enregistrement dont la clé existe déjà : update (modifié selon ce que la ligne dit) ou refuse',
          en: 'a record whose key exists already: update (changed to what the row says) or refuse',
        }),
      )
        .choices(['update', 'refuse'])
        .default('update'),
    )
    .addOption(
      new Option(
        '--dates <order>',
        text({
          fr: "ordre des dates comme 01/07/2026, qui sans lui sont refusées; 2026-07-01 n'en a pas besoin",
          en: 'order of dates such as 01/07/2026, which are refused without it; 2026-07-01 needs none',
        }),
      ).choices(['day-month-year', 'month-day-year']),
    )
    .option(
      '--dry-run',
      text({
        fr: 'dire ce qui serait fait, et ne rien garder',
        en: 'tell what would be done, and keep nothing',
      }),
    )
    .option(
      '--report <file>',
      text({
        fr: 'y écrire chaque refus : fichier, ligne, colonne, valeur, règle, code; .json, sinon CSV',
        en: 'write each refusal there: file, line, column, value, rule, code; .json, else CSV',
      }),
    )
  command.action(async (path: string) => {
    const flags = command.opts<Flags>()
    const report = await context.overDatabase(command, (database) =>
      importInto(database, path, flags, command, context),
    )
    show(report, flags, command, context)
    refuseRefused(report)
  })
}

async function importInto(
  database: Database,
  path: string,
  flags: Flags,
  command: Command,
  context: CommandContext,
): Promise<ImportReport> {
  const { accountId, pinnedAt, databaseName } = await getOnlyAccount(database, flags.account)
  const options = optionsOf(flags)
  // It leaves no change that would tell of it.
  if (options.isDryRun) await tellCommand(database, accountId, 'hapi import --dry-run')
  const source = await openImportSource(path, {
    dateOrder: flags.dates,
    isPartial: options.mode === 'upsert',
  })
  const requireWrite = await requireModules(database, databaseName)
  const config = context.configOf(command)
  const secretBox = await openSecretBox(config)
  const stores = await openContentStores(config, database)
  const signal = context.dependencies.interruption?.()
  const file =
    flags.report === undefined
      ? NO_REPORT_FILE
      : await openReportFile(flags.report, path, context.language)
  const bar = barOf(context, flags)
  let report: ImportReport | undefined
  try {
    report = await runImport(
      {
        accountId,
        profile: 'administrator',
        pinnedAt,
        acting: { channel: 'import', process: 'hapi import', userName: systemUser() },
      },
      source,
      options,
      {
        database,
        now: () => new Date(),
        secretBox,
        contents: importedContents(config, stores),
        requireWrite,
        onProgress: (progress, steps) => bar.update(progress, steps),
        onRefusals: (refusals) => file.add(refusals),
        signal,
      },
    )
  } catch (error) {
    if (signal?.aborted !== true || error instanceof HapiError) throw error
    if (options.isBestEffort)
      context.tell({
        fr: 'Ce qui était fait est gardé : la même commande continuera où celle-ci s’est arrêtée.',
        en: 'What was done is kept: the same command will go on where this one has stopped.',
      })
    throw new Interruption(undefined)
  } finally {
    bar.stop()
    stores.close()
    await file.close(report)
  }
  return report
}

/** R-011: what the account has not acquired it cannot be given by a file. */
async function requireModules(
  database: Database,
  databaseName: string,
): Promise<(record: ImportRecord) => void> {
  const included = modules.filter(({ optional }) => !optional).map(({ code }) => code)
  const licences = await listModules(database, databaseName, included)
  const acquired = new Set(licences.map(({ module }) => module))
  return ({ type: { module, set } }) => {
    if (!acquired.has(module))
      throw new HapiError('MODULE_NOT_LICENSED', { module }, { target: set })
  }
}

function optionsOf({ mode, existing, dryRun = false }: Flags): ImportOptions {
  return {
    mode: existing === 'update' ? 'upsert' : 'create',
    isBestEffort: mode === 'best-effort',
    isDryRun: dryRun,
  }
}

function barOf({ dependencies, language }: CommandContext, { json, quiet }: Flags): ProgressBar {
  const { stderr } = dependencies
  if (json === true || quiet === true || stderr !== process.stderr) return NO_BAR
  return progressBar(process.stderr, language)
}

function show(report: ImportReport, flags: Flags, command: Command, context: CommandContext): void {
  const { language, dependencies } = context
  const told = toldReport(report)
  if (flags.json === true) {
    const refusals = report.refusals.map((refusal) => toldRefusal(refusal, language))
    dependencies.stdout.write(`${JSON.stringify({ ...told, Refusals: refusals }, null, 2)}\n`)
    return
  }
  context.show(command, { columns: REPORT, isList: false, rows: [told] })
  if (flags.quiet === true) return
  for (const refusal of report.refusals.slice(0, SHOWN_MAX)) context.tell(lineOf(refusal))
  const others = report.refusals.length - SHOWN_MAX
  if (others > 0)
    context.tell({
      fr: 'D’autres refus suivent : --report FICHIER les écrit tous.',
      en: 'More refusals follow: --report FILE writes all of them.',
    })
  if (report.resumedAfter > 0)
    context.tell({
      fr: `Cette importation avait été interrompue après ${report.resumedAfter} lignes; elle a continué.`,
      en: `This import had been interrupted after ${report.resumedAfter} rows; it has gone on.`,
    })
}

/** `Baux.csv:4 Code d'unité « 203 » : … (R-002 REFERENCE_NOT_FOUND)` */
function lineOf(refusal: ImportRefusal): BilingualText {
  const { file, line, column, value, rule, code, message, isRowEntered } = refusal
  const place = `${file}:${line}${column === null ? '' : ` ${column}`}`
  const reason = rule === null ? code : `${rule} ${code}`
  const said = value ?? ''
  const effect = isRowEntered ? ENTERED : { fr: '', en: '' }
  return {
    fr: `${place}${said === '' ? '' : ` « ${said} »`} : ${message.fr} (${reason})${effect.fr}`,
    en: `${place}${said === '' ? '' : ` '${said}'`}: ${message.en} (${reason})${effect.en}`,
  }
}

const ENTERED: BilingualText = {
  fr: ' — le reste de la ligne est entré',
  en: ' — the rest of the row is entered',
}

/** Whoever runs it in a script learns it by the exit code. */
function refuseRefused(report: ImportReport): void {
  const { refused, incomplete, rows, faults, isKept } = report
  if (refused + incomplete + faults === 0) return
  if (!isKept) throw refusalOfAll(report)
  throw new AdministrationRefusal({
    fr: `Lignes refusées : ${refused} sur ${rows}, entrées en partie : ${incomplete}; les autres sont gardées.`,
    en: `Rows refused: ${refused} of ${rows}, entered in part: ${incomplete}; the others are kept.`,
  })
}
