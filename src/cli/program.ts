/**
 * The command line `hapi`: runs the server, and administers it.
 *
 * Data goes to stdout, everything said to the person to stderr; `exit-code.ts` has the codes.
 */

import { Command, CommanderError } from 'commander'
import { AdministrationRefusal } from '../auth/administration-refusal.ts'
import { migrate } from '../db/migrate.ts'
import { type BilingualText, StartupRefusal } from '../db/startup-refusal.ts'
import { HapiError } from '../errors/hapi-error.ts'
import { addAccountCommands, addIntegratorCommands } from './admin-accounts.ts'
import { addFeedCommands } from './admin-feeds.ts'
import { addKeyCommands } from './admin-keys.ts'
import { addModuleCommands, addRightCommands } from './admin-rights.ts'
import { addSecretsCommands } from './admin-secrets.ts'
import { addUserCommands } from './admin-users.ts'
import { addAuditCommands } from './audit-commands.ts'
import { addChangesCommand } from './changes-command.ts'
import { CommandContext, type ProgramDependencies } from './command-context.ts'
import { addConfigCommand } from './config-command.ts'
import { withConnection } from './connect.ts'
import { addDayCommand, addSandboxCommands } from './day-commands.ts'
import { addDocumentCommands } from './document-commands.ts'
import { exitCodeOf } from './exit-code.ts'
import { addExportCommand } from './export-command.ts'
import { addImportCommand } from './import-command.ts'
import { ApiRefusal } from './listen/events-client.ts'
import { addListenCommand, Interruption } from './listen/listen-command.ts'
import { addPrivacyCommands } from './privacy/privacy-commands.ts'
import { type Language, languageOf } from './speech.ts'
import { addTriggerCommand } from './trigger-command.ts'
import { UsageRefusal, usageText } from './usage-refusal.ts'

/** Runs one command line, without the names of node and of the program. Gives the exit code; never rejects. */
export async function runProgram(
  argv: readonly string[],
  dependencies: ProgramDependencies,
): Promise<number> {
  const language = languageOf(argv, dependencies.environment)
  try {
    await createProgram(dependencies, language).parseAsync(withCommand(argv), { from: 'user' })
    return 0
  } catch (error) {
    const code = exitCodeOf(error)
    if (code !== 0) dependencies.stderr.write(`${textOf(error)[language]}\n`)
    return code
  }
}

/** `hapi` and `hapi --port 80` start the server. */
function withCommand(argv: readonly string[]): string[] {
  const [first] = argv
  const isCommand = first !== undefined && !first.startsWith('-')
  return isCommand || OF_PROGRAM.has(first ?? '') ? [...argv] : ['start', ...argv]
}

const OF_PROGRAM: ReadonlySet<string> = new Set(['-h', '--help', '-V', '--version'])

/** The commands, with help in one language. They throw; `runProgram` renders what they throw. */
function createProgram(dependencies: ProgramDependencies, language: Language): Command {
  const context = new CommandContext(dependencies, language)
  const program = new Command('hapi')
  program
    .description(context.text(PRODUCT))
    .version(dependencies.version, '-V, --version', context.text(VERSION))
    .exitOverride()
    .configureOutput({
      writeOut: (text) => dependencies.stdout.write(text),
      writeErr: (text) => dependencies.stderr.write(text),
      // Told once, in the right language, by `runProgram`.
      outputError: () => {},
    })
    .configureHelp({
      styleTitle: (title) => (language === 'fr' ? (TITLES[title] ?? title) : title),
      styleOptionDescription: (text) => (language === 'fr' ? withFrenchNotes(text) : text),
      styleArgumentDescription: (text) => (language === 'fr' ? withFrenchNotes(text) : text),
    })
    .helpOption('-h, --help', context.text(HELP))
    .helpCommand(false)
  addServerCommands(program, context)
  addConfigCommand(program, context)
  addChangesCommand(program, context)
  addListenCommand(program, context)
  addDayCommand(program, context)
  addDocumentCommands(program, context)
  addSandboxCommands(program, context)
  addTriggerCommand(program, context)
  addAuditCommands(program, context)
  addPrivacyCommands(program, context)
  addImportCommand(program, context)
  addExportCommand(program, context)
  const admin = context.group(program, 'admin', {
    fr: 'administrer les comptes et leurs accès',
    en: 'administer the accounts and their access',
  })
  addAccountCommands(admin, context)
  addIntegratorCommands(admin, context)
  addUserCommands(admin, context)
  addKeyCommands(admin, context)
  addFeedCommands(admin, context)
  addModuleCommands(admin, context)
  addRightCommands(admin, context)
  addSecretsCommands(admin, context)
  inheritHelp(program, context)
  return program
}

const PRODUCT: BilingualText = {
  fr: "Primmo HApi : l'API d'intégration de la gestion immobilière",
  en: 'Primmo HApi: the integration API of property management',
}
const VERSION: BilingualText = { fr: 'la version', en: 'the version' }
const HELP: BilingualText = { fr: "l'aide de la commande", en: 'help for the command' }

const TITLES: Readonly<Record<string, string>> = {
  'Usage:': 'Emploi :',
  'Arguments:': 'Arguments :',
  'Options:': 'Options :',
  'Commands:': 'Commandes :',
}

/** `(choices: …, default: …)`, which the library adds behind what a command takes. */
function withFrenchNotes(text: string): string {
  return text.replace(/\((?:choices|default): .*\)$/, (notes) =>
    notes.replace('choices: ', 'choix : ').replace('default: ', 'par défaut : '),
  )
}

function addServerCommands(program: Command, context: CommandContext): void {
  const { start, seed } = context.dependencies
  const startCommand = context.command(program, 'start', {
    fr: 'démarrer le serveur (par défaut)',
    en: 'start the server (the default)',
  })
  for (const option of startCommand.options) option.hideHelp(false)
  startCommand.action(() => start(context.configOf(startCommand), 'all'))
  const serveCommand = context.command(program, 'serve', {
    fr: "répondre à l'API seulement; un processus « hapi work » fait le reste",
    en: "answer the API only; a process 'hapi work' does the rest",
  })
  serveCommand.action(() => start(context.configOf(serveCommand), 'serve'))
  const workCommand = context.command(program, 'work', {
    fr: 'livrer les webhooks et exécuter le traitement quotidien, sans répondre à l’API',
    en: 'deliver webhooks and run the daily job, without answering the API',
  })
  workCommand.action(() => start(context.configOf(workCommand), 'work'))
  const migrateCommand = context.command(program, 'migrate', {
    fr: 'mettre la base de données au niveau de cette version',
    en: 'bring the database to this version',
  })
  migrateCommand.action(() => migrateDatabase(migrateCommand, context))
  const seedCommand = context.command(program, 'seed', {
    fr: 'charger le portefeuille de démonstration',
    en: 'load the demo portfolio',
  })
  seedCommand.action(() => {
    const config = context.configOf(seedCommand)
    return withConnection(config, context.notifierOf(seedCommand), async (connection) => {
      await migrate({ connection, notify: context.notifierOf(seedCommand) })
      await seed(connection, config)
    })
  })
}

async function migrateDatabase(command: Command, context: CommandContext): Promise<void> {
  const notify = context.notifierOf(command)
  await withConnection(context.configOf(command), notify, (connection) =>
    migrate({ connection, notify }),
  )
  notify({ fr: 'La base de données est à jour.', en: 'The database is up to date.' })
}

/** A command does not take these two settings of the help from its parent. */
function inheritHelp(command: Command, context: CommandContext): void {
  for (const child of command.commands) {
    child.helpOption('-h, --help', context.text(HELP)).helpCommand(false)
    inheritHelp(child, context)
  }
}

function textOf(error: unknown): BilingualText {
  if (error instanceof CommanderError) return usageText(error)
  if (
    error instanceof UsageRefusal ||
    error instanceof AdministrationRefusal ||
    error instanceof StartupRefusal ||
    error instanceof ApiRefusal ||
    error instanceof Interruption
  ) {
    return error.text
  }
  if (error instanceof HapiError) return { fr: error.messageIn('fr'), en: error.messageIn('en') }
  // A defect: whoever runs commands is the operator, and needs to see where.
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return { fr: text, en: text }
}
