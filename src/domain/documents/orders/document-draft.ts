/** A document before it is written. */

import type { ProducedDocument } from '../produce-document.ts'

export interface DocumentDraft {
  /** Of the row that it is about: another one as soon as the row has changed. */
  readonly version: string
  readonly document: ProducedDocument
  /** Its content. Needs no connection; what writes it is loaded when the first one is written. */
  readonly write: () => Promise<Buffer>
}
