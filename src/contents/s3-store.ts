/** Contents in a bucket of any S3-compatible store. */

import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  ListMultipartUploadsCommand,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import type { ReadSession } from '../db/read-session.ts'
import { StartupRefusal } from '../db/startup-refusal.ts'
import { HapiError } from '../errors/hapi-error.ts'
import {
  type ContentPlace,
  type ContentRange,
  type ContentStore,
  type ContentWriter,
  MissingContent,
} from './content-store.ts'

/** The smallest part that S3 takes before the last one; so much of a content is in memory at a time. */
const PART_BYTES = 5 * 1024 * 1024
/** Attempts of one call, with the backoff of the SDK in between (at most 20 s each). */
const ATTEMPTS_MAX = 4
/** A store that does not take the connection, or sends nothing, for so long does not answer. */
const CONNECTION_TIMEOUT_MS = 3_000
const SILENCE_TIMEOUT_MS = 15_000
/** A content that stands still for so long is given up: longer than whoever receives it may rest. */
const STALLED_TIMEOUT_MS = 75_000
/** Connections at a time; more requests wait for one of them. */
const CONNECTIONS_MAX = 50

export interface S3Settings {
  /** Absent: the one of AWS for the region. */
  readonly endpoint: string | undefined
  readonly region: string
  readonly bucket: string
  /** Before every key, for a bucket that others use too. */
  readonly prefix: string
  /** The bucket in the path of the address and not in its host. */
  readonly pathStyle: boolean
  /** How the store is to encrypt what it keeps; absent: as the bucket says. */
  readonly encryption: 'AES256' | 'aws:kms' | undefined
  /** With `aws:kms`: its key; absent: the one of AWS. */
  readonly kmsKey: string | undefined
  /** Absent: what the SDK finds (environment, profile, role of the machine). */
  readonly credentials:
    | { readonly accessKeyId: string; readonly secretAccessKey: string }
    | undefined
}

export class S3Store implements ContentStore {
  readonly kind = 's3'
  readonly #client: S3Client
  readonly #settings: S3Settings

  constructor(settings: S3Settings) {
    const { endpoint, region, pathStyle, credentials } = settings
    this.#settings = settings
    this.#client = new S3Client({
      region,
      forcePathStyle: pathStyle,
      maxAttempts: ATTEMPTS_MAX,
      // Compatible servers know neither the trailing checksums nor the newer digests.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
      requestHandler: {
        connectionTimeout: CONNECTION_TIMEOUT_MS,
        requestTimeout: SILENCE_TIMEOUT_MS,
        throwOnRequestTimeout: true,
        socketTimeout: STALLED_TIMEOUT_MS,
        httpAgent: { maxSockets: CONNECTIONS_MAX },
        httpsAgent: { maxSockets: CONNECTIONS_MAX },
      },
      ...(endpoint === undefined ? {} : { endpoint }),
      ...(credentials === undefined ? {} : { credentials }),
    })
  }

  /** Random, so that it tells nothing and is never used twice. */
  keyOf(accountId: number, contentId: string): string {
    return `${this.#settings.prefix}${accountId}/${contentId}`
  }

  openWriter(place: ContentPlace): ContentWriter {
    const { bucket, encryption, kmsKey } = this.#settings
    return new S3Writer(
      this.#client,
      { Bucket: bucket, Key: keyIn(place) },
      encryption === undefined
        ? {}
        : {
            ServerSideEncryption: encryption,
            ...(kmsKey === undefined ? {} : { SSEKMSKeyId: kmsKey }),
          },
    )
  }

  async *read(
    place: ContentPlace,
    range: ContentRange,
    { session, signal }: { readonly session: ReadSession; readonly signal: AbortSignal },
  ): AsyncIterable<Buffer> {
    // A slow receiver holds no connection of the database.
    await session.release()
    yield* this.readObject(place, range, signal)
  }

  /** For whoever has no session of the database to give back. Throws UNAVAILABLE, MissingContent. */
  async *readObject(
    place: ContentPlace,
    { from, to }: ContentRange,
    signal: AbortSignal,
  ): AsyncIterable<Buffer> {
    const command = new GetObjectCommand({
      Bucket: this.#settings.bucket,
      Key: keyIn(place),
      Range: `bytes=${from}-${to - 1}`,
    })
    const { Body } = await answered(this.#client.send(command, { abortSignal: signal })).catch(
      (cause: unknown) => {
        throw statusOf(cause) === 404 ? new MissingContent(keyIn(place), { cause }) : cause
      },
    )
    if (Body === undefined) throw new Error('An object without a body')
    // In Node its body is a readable stream of buffers; to leave the loop destroys it.
    yield* Body as unknown as AsyncIterable<Buffer>
  }

  /**
   * Removes an object; to remove what is not there is no error.
   *
   * @param isPartial parts of it may be there too, of an upload that nobody has finished
   */
  async remove(objectKey: string, isPartial: boolean): Promise<void> {
    const object = { Bucket: this.#settings.bucket, Key: objectKey }
    await answered(unlessMissing(this.#client.send(new DeleteObjectCommand(object))))
    if (!isPartial) return
    const { Uploads = [] } = await answered(
      this.#client.send(
        new ListMultipartUploadsCommand({ Bucket: object.Bucket, Prefix: objectKey }),
      ),
    )
    for (const { UploadId } of Uploads) {
      const abortion = new AbortMultipartUploadCommand({ ...object, UploadId })
      await answered(unlessMissing(this.#client.send(abortion)))
    }
  }

  /** @throws {StartupRefusal} when the bucket cannot be used */
  async check(signal?: AbortSignal): Promise<void> {
    try {
      const command = new HeadBucketCommand({ Bucket: this.#settings.bucket })
      await this.#client.send(command, signal === undefined ? {} : { abortSignal: signal })
    } catch (cause) {
      throw refusalOf(cause, this.#settings.bucket)
    }
  }

  close(): void {
    this.#client.destroy()
  }
}

interface Encryption {
  readonly ServerSideEncryption?: 'AES256' | 'aws:kms'
  readonly SSEKMSKeyId?: string
}

/** One request for what fits in a part, parts for anything longer; each is sent from a buffer, so that it can be sent again. */
class S3Writer implements ContentWriter {
  readonly #client: S3Client
  readonly #object: { readonly Bucket: string; readonly Key: string }
  readonly #encryption: Encryption
  #waiting: Buffer[] = []
  #waitingBytes = 0
  #uploadId: string | undefined
  #parts: { ETag: string | undefined; PartNumber: number }[] = []

  constructor(
    client: S3Client,
    object: { readonly Bucket: string; readonly Key: string },
    encryption: Encryption,
  ) {
    this.#client = client
    this.#object = object
    this.#encryption = encryption
  }

  async add(piece: Buffer): Promise<void> {
    // More is to come, so that the last part is never empty.
    if (this.#waitingBytes >= PART_BYTES) await this.#sendPart()
    this.#waiting.push(piece)
    this.#waitingBytes += piece.length
  }

  async end(): Promise<void> {
    if (this.#uploadId === undefined) {
      const Body = Buffer.concat(this.#waiting)
      const command = new PutObjectCommand({ ...this.#object, ...this.#encryption, Body })
      await answered(this.#client.send(command))
      return
    }
    await this.#sendPart()
    const upload = { ...this.#object, UploadId: this.#uploadId }
    await answered(
      this.#client.send(
        new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts: this.#parts } }),
      ),
    )
  }

  async abort(): Promise<void> {
    if (this.#uploadId === undefined) return
    const upload = { ...this.#object, UploadId: this.#uploadId }
    // Where even this fails, the removal of its row finds the upload.
    await this.#client.send(new AbortMultipartUploadCommand(upload)).catch(() => undefined)
  }

  async #sendPart(): Promise<void> {
    const Body = Buffer.concat(this.#waiting)
    this.#waiting = []
    this.#waitingBytes = 0
    this.#uploadId ??= await this.#begin()
    const PartNumber = this.#parts.length + 1
    const part = { ...this.#object, UploadId: this.#uploadId, PartNumber, Body }
    const { ETag } = await answered(this.#client.send(new UploadPartCommand(part)))
    this.#parts.push({ ETag, PartNumber })
  }

  async #begin(): Promise<string> {
    const { UploadId } = await answered(
      this.#client.send(new CreateMultipartUploadCommand({ ...this.#object, ...this.#encryption })),
    )
    if (UploadId === undefined) throw new Error('An upload without an id')
    return UploadId
  }
}

function keyIn({ objectKey }: ContentPlace): string {
  if (objectKey === null) throw new Error('A content in the bucket has a key')
  return objectKey
}

async function unlessMissing(call: Promise<unknown>): Promise<void> {
  try {
    await call
  } catch (error) {
    if (statusOf(error) !== 404) throw error
  }
}

function statusOf(error: unknown): number | undefined {
  return error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined
}

/** What is wrong with the bucket, as far as the store says it. */
function refusalOf(cause: unknown, bucket: string): StartupRefusal {
  const status = statusOf(cause)
  if (status === 404)
    return new StartupRefusal(
      {
        fr: `Le compartiment S3 « ${bucket} » n'existe pas : créez-le, ou corrigez HAPI_S3_BUCKET.`,
        en: `S3 bucket '${bucket}' does not exist: create it, or correct HAPI_S3_BUCKET.`,
      },
      { cause },
    )
  if (status === 401 || status === 403)
    return new StartupRefusal(
      {
        fr: `Le service S3 refuse le compartiment « ${bucket} » à cette clé d'accès : vérifiez HAPI_S3_ACCESS_KEY, HAPI_S3_SECRET_KEY et les droits de la clé (s3:ListBucket, s3:GetObject, s3:PutObject, s3:DeleteObject, s3:AbortMultipartUpload, s3:ListBucketMultipartUploads).`,
        en: `The S3 service refuses bucket '${bucket}' to this access key: check HAPI_S3_ACCESS_KEY, HAPI_S3_SECRET_KEY and the rights of the key (s3:ListBucket, s3:GetObject, s3:PutObject, s3:DeleteObject, s3:AbortMultipartUpload, s3:ListBucketMultipartUploads).`,
      },
      { cause },
    )
  if (status === 301 || status === 400)
    return new StartupRefusal(
      {
        fr: `Le compartiment S3 « ${bucket} » est d'une autre région, ou d'un autre service : vérifiez HAPI_S3_REGION et HAPI_S3_ENDPOINT.`,
        en: `S3 bucket '${bucket}' is of another region, or of another service: check HAPI_S3_REGION and HAPI_S3_ENDPOINT.`,
      },
      { cause },
    )
  return new StartupRefusal(
    {
      fr: `Le service S3 du compartiment « ${bucket} » ne répond pas : vérifiez HAPI_S3_ENDPOINT, le réseau et, sans HAPI_S3_ACCESS_KEY, les droits de la machine.`,
      en: `The S3 service of bucket '${bucket}' does not answer: check HAPI_S3_ENDPOINT, the network and, without HAPI_S3_ACCESS_KEY, the rights of the machine.`,
    },
    { cause },
  )
}

/** A store that cannot be reached, or fails, is one that may answer in a moment; a content that is missing is a fault of ours. */
async function answered<T>(call: Promise<T>): Promise<T> {
  try {
    return await call
  } catch (cause) {
    if (statusOf(cause) === 404) throw cause
    throw new HapiError('UNAVAILABLE', {}, { headers: { 'Retry-After': '5' }, cause })
  }
}
