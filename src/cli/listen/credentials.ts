/**
 * With what `hapi listen` signs in, and where: the file named on the command line, else the environment, else the
 * demonstration's own file, so that a newcomer gives nothing.
 */

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DEMO_CREDENTIALS_FILE } from '../../auth/demo-credentials.ts'
import { UsageRefusal } from '../usage-refusal.ts'

export interface Credentials {
  readonly apiKey: string
  readonly userName: string
  readonly password: string
  /** Address of the API that they are of, when it is known. */
  readonly baseUrl?: string
}

export interface CredentialSources {
  /** Path of a file like the demonstration's. */
  readonly file: string | undefined
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly dataDir: string
}

/** Throws UsageRefusal when there are none, or a part is missing. */
export async function findCredentials(sources: CredentialSources): Promise<Credentials> {
  const { file, environment, dataDir } = sources
  if (file !== undefined) return readCredentials(file)
  const given = VARIABLES.filter((name) => (environment[name] ?? '') !== '')
  if (given.length === 0) return readCredentials(join(dataDir, DEMO_CREDENTIALS_FILE))
  const missing = VARIABLES.filter((name) => !given.includes(name)).join(', ')
  if (missing !== '')
    throw new UsageRefusal({ fr: `Il manque ${missing}.`, en: `${missing} is missing.` })
  const [apiKey = '', userName = '', password = ''] = VARIABLES.map((name) => environment[name])
  return { apiKey, userName, password }
}

const VARIABLES = ['HAPI_API_KEY', 'HAPI_USER', 'HAPI_PASSWORD'] as const

async function readCredentials(path: string): Promise<Credentials> {
  const content = await readFile(path, 'utf8').catch(() => undefined)
  if (content === undefined) throw notFound(path)
  const { apiKey, userName, password, baseUrl } = membersOf(content)
  if (apiKey === undefined || userName === undefined || password === undefined)
    throw new UsageRefusal({
      fr: `${path} n'est pas un fichier d'identifiants : {"apiKey", "userName", "password"}.`,
      en: `${path} is no file of credentials: {"apiKey", "userName", "password"}.`,
    })
  return { apiKey, userName, password, ...(baseUrl === undefined ? {} : { baseUrl }) }
}

/** The members that are texts. */
function membersOf(content: string): Readonly<Record<string, string>> {
  try {
    const value: unknown = JSON.parse(content)
    const members = typeof value === 'object' && value !== null ? Object.entries(value) : []
    return Object.fromEntries(members.filter(([, member]) => typeof member === 'string'))
  } catch {
    return {}
  }
}

function notFound(path: string): UsageRefusal {
  return new UsageRefusal({
    fr: `Aucun identifiant : donnez ${VARIABLES.join(', ')} dans l'environnement, ou --credentials <fichier> (${path} n'existe pas).`,
    en: `No credentials: give ${VARIABLES.join(', ')} in the environment, or --credentials <file> (${path} does not exist).`,
  })
}
