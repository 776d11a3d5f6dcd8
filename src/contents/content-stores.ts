/** The stores of this process: the one that new contents go to, and the one that holds a given content. */

import { HapiError } from '../errors/hapi-error.ts'
import type { ContentStore, StoreKind } from './content-store.ts'
import type { PostgresStore } from './postgres-store.ts'
import type { S3Store } from './s3-store.ts'

export class ContentStores {
  /** Where new contents go. */
  readonly current: ContentStore
  /** Undefined: no bucket is configured. */
  readonly bucket: S3Store | undefined
  readonly #postgres: PostgresStore

  /** @param current a bucket that new contents go to is given */
  constructor(postgres: PostgresStore, bucket: S3Store | undefined, current: StoreKind) {
    this.#postgres = postgres
    this.bucket = bucket
    this.current = this.of(current)
  }

  /** @throws {HapiError} UNAVAILABLE for a content in a bucket that this process does not know */
  of(kind: StoreKind): ContentStore {
    return kind === 'postgres' ? this.#postgres : this.inBucket()
  }

  /** @throws {HapiError} UNAVAILABLE when this process knows no bucket */
  inBucket(): S3Store {
    if (this.bucket === undefined) throw new HapiError('UNAVAILABLE')
    return this.bucket
  }

  close(): void {
    this.bucket?.close()
  }
}
