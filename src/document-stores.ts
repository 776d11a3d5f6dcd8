/** Where the settings say that contents of documents are kept. */

import type { Config } from './config.ts'
import { ContentStores } from './contents/content-stores.ts'
import { PostgresStore } from './contents/postgres-store.ts'
import type { S3Store } from './contents/s3-store.ts'
import type { Database } from './db/database.ts'
import { StartupRefusal } from './db/startup-refusal.ts'
import type { ImportContents } from './domain/import/import-contents.ts'

/** @throws {StartupRefusal} when the settings do not go together */
export async function openContentStores(
  config: Config,
  database: Database,
): Promise<ContentStores> {
  const bucket = await openBucket(config)
  return new ContentStores(new PostgresStore(database), bucket, config.documentStore)
}

/** Where contents that are imported go, and how much of them there may be. */
export function importedContents(config: Config, { current }: ContentStores): ImportContents {
  const { limitDocumentBytes, limitAccountDocumentsMib } = config
  return {
    store: current,
    bytesMax: limitDocumentBytes,
    accountMibMax: limitAccountDocumentsMib.max ?? null,
  }
}

/** @throws {StartupRefusal} when the bucket cannot be used, or contents are in one that nobody names */
export async function checkContentStores(stores: ContentStores, database: Database): Promise<void> {
  if (stores.bucket !== undefined) return stores.bucket.check()
  const { rows } = await database.transaction((client) =>
    client.query<{ found: boolean }>('select has_bucket_contents() as found'),
  )
  if (rows[0]?.found === true)
    throw new StartupRefusal({
      fr: 'Des contenus de documents sont dans un compartiment S3 : nommez-le par HAPI_S3_BUCKET, puis rapatriez-les au besoin par « hapi documents move --to postgres ».',
      en: "Contents of documents are in an S3 bucket: name it with HAPI_S3_BUCKET; 'hapi documents move --to postgres' then brings them back.",
    })
}

async function openBucket(config: Config): Promise<S3Store | undefined> {
  const { s3Bucket: bucket, s3AccessKey, s3SecretKey } = config
  if (bucket === undefined) {
    if (config.documentStore === 'postgres') return undefined
    throw new StartupRefusal({
      fr: 'HAPI_DOCUMENT_STORE=s3 : nommez le compartiment par HAPI_S3_BUCKET.',
      en: 'HAPI_DOCUMENT_STORE=s3: name the bucket with HAPI_S3_BUCKET.',
    })
  }
  if ((s3AccessKey === undefined) !== (s3SecretKey === undefined))
    throw new StartupRefusal({
      fr: 'HAPI_S3_ACCESS_KEY et HAPI_S3_SECRET_KEY vont ensemble.',
      en: 'HAPI_S3_ACCESS_KEY and HAPI_S3_SECRET_KEY go together.',
    })
  // The client of S3 takes half a second to load: a start without a bucket does not wait for it.
  const { S3Store } = await import('./contents/s3-store.ts')
  return new S3Store({
    endpoint: config.s3Endpoint,
    region: config.s3Region,
    bucket,
    prefix: folderOf(config.s3Prefix),
    pathStyle: config.s3PathStyle,
    encryption: config.s3Encryption === 'aes256' ? 'AES256' : config.s3Encryption,
    kmsKey: config.s3KmsKey,
    credentials:
      s3AccessKey === undefined || s3SecretKey === undefined
        ? undefined
        : { accessKeyId: s3AccessKey, secretAccessKey: s3SecretKey },
  })
}

/** Ends with a slash, so that no account's number runs into it. */
function folderOf(prefix: string | undefined): string {
  return prefix === undefined || prefix.endsWith('/') ? (prefix ?? '') : `${prefix}/`
}
