/**
 * Reads the settings: flag > environment > `hapi.config.json` > default, and remembers where each
 * value came from. All bad values are told at once, so that a start is corrected in one go.
 */

import { readFileSync, statSync } from 'node:fs'
import { type BilingualText, StartupRefusal } from './db/startup-refusal.ts'
import { flagOf, type Setting, type SettingKey, settings } from './settings.ts'

type ValueOf<S> = S extends { readonly reader: { parse(text: string): infer T } }
  ? Exclude<T, undefined> | (S extends { readonly default: string } ? never : undefined)
  : never

/** The value of every setting; `undefined` where there is neither a value nor a default. */
export type Config = { readonly [Key in SettingKey]: ValueOf<(typeof settings)[Key]> }

/** Where a value came from. `file` is one that `<name>_FILE` names. */
type Origin = 'flag' | 'environment' | 'file' | 'hapi.config.json' | 'default'

/** One line of `hapi config`: the value as a text, masked when it is a secret. */
export interface ShownSetting extends BilingualText {
  readonly name: string
  readonly flag: string
  readonly value: string | undefined
  readonly origin: Origin
}

export interface ConfigSources {
  /** Values of flags by the name of their setting (`PORT`). */
  readonly flags: Readonly<Record<string, string | undefined>>
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Path of `hapi.config.json`; it may be missing. */
  readonly file: string
}

/** The configuration cannot be used; one problem per bad value. The process ends with code 2. */
export class ConfigRefusal extends StartupRefusal {
  readonly problems: readonly BilingualText[]

  constructor(problems: readonly BilingualText[]) {
    super({
      fr: problems.map(({ fr }) => fr).join('\n'),
      en: problems.map(({ en }) => en).join('\n'),
    })
    this.problems = problems
  }
}

interface Given {
  readonly text: string
  readonly origin: Origin
}

/** Reads every setting. Throws ConfigRefusal. */
export function readConfig(sources: ConfigSources): Config {
  const problems: BilingualText[] = []
  const values: Record<string, unknown> = {}
  const fileValues = attempt(problems, () => readConfigFile(sources.file)) ?? {}
  for (const [key, setting] of settingEntries()) {
    values[key] = attempt(problems, () => readSetting(setting, sources, fileValues))
  }
  // Proved by the loop: each key of `settings` has what its own reader gave, or a problem is told.
  const config = values as Config
  if (problems.length === 0) problems.push(...checkTogether(config))
  if (problems.length > 0) throw new ConfigRefusal(problems)
  return config
}

/** Every setting with its value and its origin, for people: secrets are masked. Throws ConfigRefusal. */
export function showConfig(sources: ConfigSources): readonly ShownSetting[] {
  const fileValues = readConfigFile(sources.file)
  return settingEntries().map(([, setting]) => {
    const given = findText(setting, sources, fileValues)
    return {
      name: setting.name,
      flag: flagOf(setting),
      value: setting.secret === true && given !== undefined ? '••••••' : given?.text,
      origin: given?.origin ?? 'default',
      fr: setting.fr,
      en: setting.en,
    }
  })
}

/** Is the demo portfolio to be loaded? Never by itself into a server of the operator's, or in production. */
export function isDemoWanted(config: Config): boolean {
  return config.demo ?? (config.databaseUrl === undefined && config.nodeEnv !== 'production')
}

function settingEntries(): readonly (readonly [string, Setting<unknown>])[] {
  return Object.entries(settings)
}

/** Notes the refusal and goes on, so that the next setting is looked at too. */
function attempt<T>(problems: BilingualText[], read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof ConfigRefusal)) throw error
    problems.push(...error.problems)
    return undefined
  }
}

function readSetting(
  setting: Setting<unknown>,
  sources: ConfigSources,
  fileValues: Readonly<Record<string, string>>,
): unknown {
  const given = findText(setting, sources, fileValues)
  if (given === undefined) return undefined
  const value = setting.reader.parse(given.text)
  if (value !== undefined) return value
  const shown = setting.secret === true ? '' : ` « ${given.text} »`
  const { expected } = setting.reader
  throw refusal({
    fr: `${setting.name}${shown} (${given.origin}) : il faut ${expected.fr}.`,
    en: `${setting.name}${shown.replace(/« (.*) »/, "'$1'")} (${given.origin}): expected ${expected.en}.`,
  })
}

function findText(
  setting: Setting<unknown>,
  sources: ConfigSources,
  fileValues: Readonly<Record<string, string>>,
): Given | undefined {
  const { name } = setting
  const flag = sources.flags[name]
  if (flag !== undefined) return { text: flag, origin: 'flag' }
  // A variable that is set to nothing is how Compose and systemd write one that is not set.
  const variable = sources.environment[name]
  if (variable !== undefined && variable !== '') return { text: variable, origin: 'environment' }
  const path = setting.secret === true ? sources.environment[`${name}_FILE`] : undefined
  if (path !== undefined && path !== '') {
    return { text: readSecretFile(`${name}_FILE`, path), origin: 'file' }
  }
  const fileValue = fileValues[name]
  if (fileValue !== undefined) return { text: fileValue, origin: 'hapi.config.json' }
  return setting.default === undefined ? undefined : { text: setting.default, origin: 'default' }
}

function readSecretFile(name: string, path: string): string {
  try {
    return readFileSync(path, 'utf8').replace(/\r?\n$/, '')
  } catch {
    throw refusal({
      fr: `${name} : le fichier « ${path} » ne peut être lu.`,
      en: `${name}: file '${path}' cannot be read.`,
    })
  }
}

/** The values of `hapi.config.json` by setting, as texts; none when there is no file. */
function readConfigFile(path: string): Readonly<Record<string, string>> {
  let content: string
  try {
    content = readFileSync(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {}
    throw refusal({ fr: `${path} ne peut être lu.`, en: `${path} cannot be read.` })
  }
  const values = parseConfigFile(path, content)
  const secrets = settingEntries().flatMap(([, { name, secret }]) => (secret === true ? name : []))
  if (secrets.some((name) => name in values)) checkPrivate(path)
  return values
}

function parseConfigFile(path: string, content: string): Readonly<Record<string, string>> {
  const object = parseJson(content)
  if (typeof object !== 'object' || object === null || Array.isArray(object)) {
    throw refusal({
      fr: `${path} n'est pas un objet JSON.`,
      en: `${path} is not a JSON object.`,
    })
  }
  const known = new Set(settingEntries().map(([, { name }]) => name))
  const unknown = Object.keys(object).filter((name) => !known.has(name))
  if (unknown.length > 0) {
    throw new ConfigRefusal(
      unknown.map((name) => ({
        fr: `${path} : le réglage « ${name} » n'existe pas.`,
        en: `${path}: setting '${name}' does not exist.`,
      })),
    )
  }
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [name, String(value)]))
}

function parseJson(content: string): unknown {
  try {
    return JSON.parse(content)
  } catch {
    return undefined
  }
}

const READABLE_BY_OTHERS = 0o004

function checkPrivate(path: string): void {
  if (process.platform === 'win32' || (statSync(path).mode & READABLE_BY_OTHERS) === 0) return
  throw refusal({
    fr: `${path} contient un secret et tous peuvent le lire : chmod 600 ${path}`,
    en: `${path} holds a secret and everyone can read it: chmod 600 ${path}`,
  })
}

const LOOPBACK_HOST = /^(?:localhost|127(?:\.\d{1,3}){3}|::1)$/

function checkTogether(config: Config): readonly BilingualText[] {
  return [...checkHost(config), ...checkMetrics(config)]
}

function checkMetrics({
  metricsPort,
  metricsHost,
  metricsToken,
}: Config): readonly BilingualText[] {
  if (metricsPort === undefined || metricsToken !== undefined) return []
  if (LOOPBACK_HOST.test(metricsHost)) return []
  return [
    {
      fr: `HAPI_METRICS_HOST « ${metricsHost} » ouvre les métriques au réseau, et elles nomment les comptes : donnez HAPI_METRICS_TOKEN.`,
      en: `HAPI_METRICS_HOST '${metricsHost}' opens the metrics to the network, and they name the accounts: set HAPI_METRICS_TOKEN.`,
    },
  ]
}

function checkHost(config: Config): readonly BilingualText[] {
  if (LOOPBACK_HOST.test(config.host) || config.nodeEnv !== undefined) return []
  return [
    {
      fr: `HOST « ${config.host} » ouvre le serveur au réseau : dites le milieu par NODE_ENV (production, development).`,
      en: `HOST '${config.host}' opens the server to the network: name the environment with NODE_ENV (production, development).`,
    },
  ]
}

function refusal(problem: BilingualText): ConfigRefusal {
  return new ConfigRefusal([problem])
}
