/**
 * What every command shares: the streams, the language, the settings as flags, and the way from an
 * action's answer to the screen.
 */

import { Command, Option } from 'commander'
import { type Config, type ConfigSources, readConfig } from '../config.ts'
import type { ConnectionSettings } from '../db/connection-settings.ts'
import type { Database } from '../db/database.ts'
import type { BilingualText, Notify } from '../db/startup-refusal.ts'
import { flagOf, type Setting, settings } from '../settings.ts'
import { type Answer, type Form, renderAnswer } from './answer.ts'
import { withDatabase } from './connect.ts'
import type { Language } from './speech.ts'
import type { TextSink } from './text-sink.ts'

/** What the composition root gives to the commands. */
export interface ProgramDependencies {
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Where `hapi.config.json` is looked for. */
  readonly configFile: string
  readonly version: string
  readonly stdin: AsyncIterable<string | Uint8Array>
  readonly stdout: TextSink
  readonly stderr: TextSink
  /** A signal that Ctrl-C aborts, from the call on; absent: commands run to their end. */
  readonly interruption?: () => AbortSignal
  /** Runs the server until it is told to stop. */
  readonly start: (config: Config, role: 'all' | 'serve' | 'work') => Promise<void>
  /** Loads the demo portfolio into a migrated database. */
  readonly seed: (connection: ConnectionSettings, config: Config) => Promise<void>
}

type Options = Readonly<Record<string, unknown>>

/** Flags worth a line in every help; that of `hapi start` lists all of them. */
const SHOWN_FLAGS: ReadonlySet<string> = new Set(['DATA_DIR', 'HAPI_LANG'])

export class CommandContext {
  readonly dependencies: ProgramDependencies
  readonly language: Language

  constructor(dependencies: ProgramDependencies, language: Language) {
    this.dependencies = dependencies
    this.language = language
  }

  text(text: BilingualText): string {
    return text[this.language]
  }

  /** A command under `parent`, with the flags that all have. */
  command(parent: Command, nameAndArguments: string, description: BilingualText): Command {
    const command = parent
      .command(nameAndArguments)
      .description(this.text(description))
      .option('--json', this.text({ fr: 'réponse en JSON', en: 'answer as JSON' }))
      .option('--quiet', this.text({ fr: "l'essentiel seulement", en: 'only the essential' }))
    for (const setting of settingsWithFlag()) {
      const option = new Option(`${flagOf(setting)} <value>`, this.text(setting))
      command.addOption(SHOWN_FLAGS.has(setting.name) ? option : option.hideHelp())
    }
    return command
  }

  /** A group of commands; alone, it shows its help. */
  group(parent: Command, name: string, description: BilingualText): Command {
    return parent.command(name).description(this.text(description))
  }

  /** Where the settings of a command come from. */
  sourcesOf(command: Command): ConfigSources {
    const options: Options = command.opts()
    const flags = settingsWithFlag().map((setting): [string, string | undefined] => {
      const value = options[new Option(flagOf(setting)).attributeName()]
      return [setting.name, typeof value === 'string' ? value : undefined]
    })
    const { environment, configFile } = this.dependencies
    return { flags: Object.fromEntries(flags), environment, file: configFile }
  }

  /** Throws ConfigRefusal. */
  configOf(command: Command): Config {
    return readConfig(this.sourcesOf(command))
  }

  /** Runs `work` over the configured database and shows its answer. */
  async answer(command: Command, work: (database: Database) => Promise<Answer>): Promise<void> {
    const answer = await this.overDatabase(command, work)
    this.show(command, answer)
  }

  /** Runs `work` over the configured database. Throws as `withDatabase`. */
  async overDatabase<T>(command: Command, work: (database: Database) => Promise<T>): Promise<T> {
    const parts = { notify: this.notifierOf(command), command: nameOf(command) }
    return withDatabase(this.configOf(command), parts, work)
  }

  show(command: Command, answer: Answer): void {
    const form = formOf(command)
    this.dependencies.stdout.write(renderAnswer(answer, form, this.language))
    if (answer.notice !== undefined && form === 'text') this.tell(answer.notice)
  }

  /** Shows what has no end that anybody knows, one text after the other as they are taken. */
  async showAll(texts: AsyncIterable<string>): Promise<void> {
    const { stdout } = this.dependencies
    for await (const text of texts) {
      stdout.write(text)
      if ((await stdout.room?.()) === false) return
    }
  }

  /** A line for the person, beside the data. */
  tell(text: BilingualText): void {
    this.dependencies.stderr.write(`${this.text(text)}\n`)
  }

  /** Progress, unless the command is to be quiet. */
  notifierOf(command: Command): Notify {
    return formOf(command) === 'quiet' ? () => {} : (text) => this.tell(text)
  }
}

/** `hapi key create`, without what it was given. */
function nameOf(command: Command): string {
  return command.parent === null ? command.name() : `${nameOf(command.parent)} ${command.name()}`
}

function formOf(command: Command): Form {
  const { json, quiet }: Options = command.opts()
  if (json === true) return 'json'
  return quiet === true ? 'quiet' : 'text'
}

/** Secrets have none: every user of the machine sees the arguments of a process. */
function settingsWithFlag(): readonly Setting<unknown>[] {
  return Object.values<Setting<unknown>>(settings).filter(({ secret }) => secret !== true)
}
