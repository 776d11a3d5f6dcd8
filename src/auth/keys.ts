/**
 * Keys of integrators. One at a time (contract A4), two while one replaces the other: a rotation
 * leaves the old key alive for seven days, so that the application can be changed without a gap.
 */

import type { ClientBase } from 'pg'
import type { Database } from '../db/database.ts'
import { getAccountRow, onlyRow } from './accounts.ts'
import { AdministrationRefusal, notFound } from './administration-refusal.ts'
import { createApiKey } from './api-key.ts'
import { type Integrator, type IntegratorName, lockIntegrator } from './integrators.ts'

export interface Key {
  readonly id: string
  readonly databaseName: string
  readonly integrator: string
  readonly prefix: string
  readonly lastFour: string
  readonly createdDate: Date
  readonly expiresDate: Date | null
  readonly lastUsedDate: Date | null
  readonly revokedDate: Date | null
  /** Answers to its tokens have codes padded with blanks. */
  readonly legacyPadding: boolean
}

/** What a new key is given besides its secret; undefined leaves the default. */
export interface KeyOptions {
  readonly expiresDate?: Date | undefined
  readonly legacyPadding?: boolean | undefined
}

/** The key is told once, here. */
export interface KeyWithText extends Key {
  readonly apiKey: string
}

const OVERLAP_DAYS = 7

const KEY = `k.id, a.database_name as "databaseName", i.name as integrator, k.prefix,
  k.last_four as "lastFour", k.created_date as "createdDate", k.expires_date as "expiresDate",
  k.last_used_date as "lastUsedDate", k.revoked_date as "revokedDate",
  k.legacy_padding as "legacyPadding"`
const OF_KEY = `join accounts a using (account_id)
  join access.integrators i on i.account_id = k.account_id and i.id = k.integrator_id`
const IS_ACTIVE = 'revoked_date is null and (expires_date is null or expires_date > now())'

/** The first key of an integrator. Throws AdministrationRefusal when it has one: that is a rotation. */
export async function createKey(
  database: Database,
  name: IntegratorName,
  options: KeyOptions = {},
): Promise<KeyWithText> {
  return database.transaction(async (client) => {
    const integrator = await lockIntegrator(client, name)
    if ((await activeKeyIds(client, integrator)).length > 0) {
      throw new AdministrationRefusal({
        fr: `L'intégrateur « ${name.integrator} » a déjà une clé; remplacez-la (rotate) ou révoquez-la.`,
        en: `Integrator '${name.integrator}' already has a key; rotate it or revoke it.`,
      })
    }
    return insertKey(client, integrator, options)
  })
}

/**
 * A new key, padding as the one that it replaces unless told otherwise; the old one works for seven
 * days more. Throws AdministrationRefusal.
 */
export async function rotateKey(
  database: Database,
  name: IntegratorName,
  options: KeyOptions = {},
): Promise<KeyWithText> {
  return database.transaction(async (client) => {
    const integrator = await lockIntegrator(client, name)
    const active = await activeKeyIds(client, integrator)
    if (active.length !== 1) throw notOneKey(name.integrator, active.length)
    const { rows } = await client.query<Pick<Key, 'legacyPadding'>>(
      `update access.api_keys
          set expires_date = least(expires_date, now() + make_interval(days => $2))
        where id = $1
        returning legacy_padding as "legacyPadding"`,
      [active[0], OVERLAP_DAYS],
    )
    const { legacyPadding } = onlyRow(rows)
    return insertKey(client, integrator, {
      ...options,
      legacyPadding: options.legacyPadding ?? legacyPadding,
    })
  })
}

/** Live tokens follow within a second. Throws AdministrationRefusal when there is no such live key. */
export async function setLegacyPadding(
  database: Database,
  id: string,
  legacyPadding: boolean,
): Promise<Key> {
  return database.transaction(async (client) => {
    const { rows } = await client.query<Key>(
      `with k as (
         update access.api_keys set legacy_padding = $2
          where id = $1 and revoked_date is null returning *)
       select ${KEY} from k ${OF_KEY}`,
      [id, legacyPadding],
    )
    const [key] = rows
    if (key === undefined) throw notFound({ fr: 'La clé', en: 'Key' }, id)
    return key
  })
}

/** For good: the key's live tokens stop. Throws AdministrationRefusal when there is no such live key. */
export async function revokeKey(database: Database, id: string): Promise<Key> {
  return database.transaction(async (client) => {
    const { rows } = await client.query<Key>(
      `with k as (
         update access.api_keys set revoked_date = now(), epoch = epoch + 1
          where id = $1 and revoked_date is null returning *)
       select ${KEY} from k ${OF_KEY}`,
      [id],
    )
    const [key] = rows
    if (key === undefined) throw notFound({ fr: 'La clé', en: 'Key' }, id)
    return key
  })
}

/** Those of one account, or of all, revoked ones too. */
export async function listKeys(database: Database, databaseName?: string): Promise<readonly Key[]> {
  return database.transaction(async (client) => {
    if (databaseName !== undefined) await getAccountRow(client, databaseName)
    const { rows } = await client.query<Key>(
      `select ${KEY} from access.api_keys k ${OF_KEY}
        where $1::text is null or a.database_name = $1
        order by a.database_name, i.name, k.created_date, k.id`,
      [databaseName ?? null],
    )
    return rows
  })
}

/** Under the lock of the integrator, so that two commands cannot both find room for a key. */
async function activeKeyIds(
  client: ClientBase,
  integrator: Integrator,
): Promise<readonly string[]> {
  const { rows } = await client.query<{ id: string }>(
    `select id from access.api_keys where account_id = $1 and integrator_id = $2 and ${IS_ACTIVE}`,
    [integrator.accountId, integrator.id],
  )
  return rows.map(({ id }) => id)
}

async function insertKey(
  client: ClientBase,
  integrator: Integrator,
  { expiresDate, legacyPadding }: KeyOptions,
): Promise<KeyWithText> {
  const { pinnedAt } = await getAccountRow(client, integrator.databaseName)
  const key = createApiKey(pinnedAt === null ? 'live' : 'test')
  const { rows } = await client.query<Key>(
    `with k as (
       insert into access.api_keys
         (account_id, integrator_id, id, secret_hash, prefix, last_four, expires_date, legacy_padding)
       values ($1, $2, $3, $4, $5, $6, $7, $8) returning *)
     select ${KEY} from k ${OF_KEY}`,
    [
      integrator.accountId,
      integrator.id,
      key.id,
      key.secretHash,
      key.prefix,
      key.lastFour,
      expiresDate ?? null,
      legacyPadding ?? false,
    ],
  )
  return { ...onlyRow(rows), apiKey: key.text }
}

function notOneKey(integrator: string, count: number): AdministrationRefusal {
  return new AdministrationRefusal(
    count === 0
      ? {
          fr: `L'intégrateur « ${integrator} » n'a pas de clé à remplacer; créez-en une.`,
          en: `Integrator '${integrator}' has no key to rotate; create one.`,
        }
      : {
          fr: `L'intégrateur « ${integrator} » a déjà deux clés; révoquez l'ancienne d'abord.`,
          en: `Integrator '${integrator}' already has two keys; revoke the old one first.`,
        },
  )
}
