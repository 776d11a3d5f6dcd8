/** What a batch asks, whichever of its two formats it came in (Protocol 4.01 §11.7). */

import type { IncomingHttpHeaders } from 'node:http'
import { HapiError } from '../../../errors/hapi-error.ts'
import type { Phrase } from '../../../errors/phrase.ts'

export type BatchFormat = 'multipart/mixed' | 'application/json'

/** Steps are taken one after the other, in their order. */
export type BatchStep =
  | { readonly kind: 'single'; readonly part: BatchPart }
  /** A change set or an atomicity group: all of its parts, or none. */
  | { readonly kind: 'group'; readonly group: string; readonly parts: readonly BatchPart[] }

/** One request of a batch. */
export interface BatchPart {
  /** `id`, or `Content-ID`; of parts with the same one the last counts. */
  readonly id: string | undefined
  readonly group: string | undefined
  /** In upper case. */
  readonly method: string
  /** As it was written: absolute, a path, or relative to the batch, perhaps with a reference before it. */
  readonly url: string
  /** Names in lower case. */
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
  /** Ids and groups that must have succeeded. */
  readonly dependsOn: readonly string[]
  /** Has an `if`, which this service does not understand. */
  readonly isConditional: boolean
  /** What is wrong with this part and does not keep the others from being answered. */
  readonly refusal: HapiError | undefined
}

export interface BatchLimits {
  readonly partsMax: number
  /** Of each part. */
  readonly bodyBytesMax: number
  /** Of each part. */
  readonly headersMax: number
}

/** As references and headers can hold them. Wider than the grammar's `request-id`, which some clients do not know. */
const REQUEST_ID = /^[\x21-\x7e]{1,128}$/

/** @throws {HapiError} BATCH_INVALID */
export function checkRequestId(id: string): string {
  if (!REQUEST_ID.test(id)) throw batchInvalid(batchProblems.id)
  return id
}

/** @throws {HapiError} LIMIT_EXCEEDED */
export function checkPartCount(count: number, { partsMax }: BatchLimits): void {
  if (count > partsMax)
    throw new HapiError('LIMIT_EXCEEDED', {
      limit: partsMax,
      what: { fr: 'requêtes par lot', en: 'requests per batch' },
    })
}

export function batchInvalid(reason: Phrase): HapiError {
  return new HapiError('BATCH_INVALID', { reason })
}

export const batchProblems = {
  boundary: {
    fr: "le paramètre « boundary » de « Content-Type » manque ou n'est pas permis",
    en: "the 'boundary' parameter of 'Content-Type' is missing or not allowed",
  },
  noPart: {
    fr: 'aucune ligne ne commence par « -- » et la valeur de « boundary »',
    en: "no line begins with '--' and the value of 'boundary'",
  },
  notClosed: {
    fr: 'la ligne de fin (« -- », boundary, « -- ») manque',
    en: "the closing line ('--', boundary, '--') is missing",
  },
  partType: {
    fr: 'chaque partie est de type application/http; un change set, au premier niveau, de type multipart/mixed',
    en: 'each part is of type application/http; a change set, at the first level, of type multipart/mixed',
  },
  headers: {
    fr: 'les en-têtes d’une partie ne peuvent être lus',
    en: 'the headers of a part cannot be read',
  },
  requestLine: {
    fr: 'une partie commence par une ligne « méthode URL HTTP/1.1 »',
    en: "a part begins with a line 'method URL HTTP/1.1'",
  },
  requests: {
    fr: "« requests » est une liste d'objets, chacun avec « id », « method » et « url »",
    en: "'requests' is a list of objects, each with 'id', 'method' and 'url'",
  },
  headerObject: {
    fr: '« headers » est un objet dont les valeurs sont des textes',
    en: "'headers' is an object whose values are texts",
  },
  body: {
    fr: '« body » est du JSON, un texte pour text/*, sinon un texte en base64url',
    en: "'body' is JSON, a text for text/*, otherwise a text in base64url",
  },
  id: {
    fr: 'un identifiant de requête compte de 1 à 128 caractères ASCII visibles',
    en: 'an identifier of a request has 1 to 128 visible ASCII characters',
  },
  sameId: {
    fr: 'deux requêtes, ou une requête et un groupe, ont le même identifiant',
    en: 'two requests, or a request and a group, have the same identifier',
  },
  groupApart: {
    fr: "les requêtes d'un « atomicityGroup » se suivent",
    en: "the requests of an 'atomicityGroup' stand together",
  },
  dependency: {
    fr: '« dependsOn » nomme des requêtes ou des groupes qui précèdent',
    en: "'dependsOn' names requests or groups that come before",
  },
  nested: {
    fr: 'un lot ne contient pas de lot',
    en: 'a batch contains no batch',
  },
  foreign: {
    fr: "l'URL n'est pas sous l'adresse de ce service",
    en: 'the URL is not under the address of this service',
  },
  readInGroup: {
    fr: 'un groupe atomique ne contient que des modifications et des actions',
    en: 'an atomic group contains changes and actions only',
  },
  mixedDryRun: {
    fr: "« dryRun » vaut pour toutes les requêtes d'un groupe atomique ou pour aucune",
    en: "'dryRun' holds for all requests of an atomic group or for none",
  },
} as const satisfies Record<string, Phrase>
