/**
 * For how long documents are kept, and which law says so: the one place that tells. The rules name no term. A kind is
 * kept for a number of years after what it is about has ended; of what has no end that the data tells, nothing falls due.
 *
 * What is kept longer than its purpose needs is to be destroyed (Act respecting the protection of personal information
 * in the private sector, s. 23): after its term a document is of no more use, and before it the law wants it kept.
 */

import type { Label } from '../../model/entity-type.ts'
import type { enumerations } from '../../model/enumerations.ts'

export type DocumentTypeCode = (typeof enumerations)['DocumentType']['members'][number]['code']

/** A term of the law; an operator may keep for longer. */
export interface LegalTerm extends Label {
  readonly years: number
  /** Counted from the end of the year, and not from the day. */
  readonly isFromYearEnd: boolean
}

/** Books and what supports them. */
export const ACCOUNTING: LegalTerm = {
  years: 6,
  isFromYearEnd: true,
  fr: "pièce comptable : 6 ans après la fin de l'année visée (Loi sur l'administration fiscale, art. 35.1; Loi de l'impôt sur le revenu, par. 230(4))",
  en: 'accounting record: 6 years after the end of its year (Tax Administration Act, s. 35.1; Income Tax Act, s. 230(4))',
}

/** What a claim could still be proved by. */
const PRESCRIPTION: LegalTerm = {
  years: 3,
  isFromYearEnd: false,
  fr: 'preuve : 3 ans, la prescription (Code civil du Québec, art. 2925)',
  en: 'evidence: 3 years, the prescription (Civil Code of Québec, art. 2925)',
}

/** What a kind of document is about, whose end is the beginning of its term. */
export type Subject =
  /** Its lease, else its service call, else its tenant: when none of them goes on, and nothing is owed or disputed. */
  | 'dealing'
  /** The debit agreement that it is, else as `dealing`. */
  | 'agreement'
  /** The invoice that it is: paid, and not of an asset, whose invoice is needed until it is sold. */
  | 'invoice'
  /** The year of the slip that it is, else its own date. */
  | 'slip'
  /** Its own date. */
  | 'date'

export interface DocumentTerm {
  readonly term: LegalTerm
  readonly after: Subject
}

/** `null`: its use has no end that the data tells. */
export const documentTerms: Readonly<Record<DocumentTypeCode, DocumentTerm | null>> = {
  BAIL: { term: ACCOUNTING, after: 'dealing' },
  // It says what the rent was.
  AVREN: { term: ACCOUNTING, after: 'dealing' },
  ANNEX: { term: ACCOUNTING, after: 'dealing' },
  AVRET: { term: PRESCRIPTION, after: 'dealing' },
  RL31: { term: ACCOUNTING, after: 'slip' },
  RECU: { term: ACCOUNTING, after: 'date' },
  ETAT: { term: ACCOUNTING, after: 'date' },
  // Of the building, and of every lease in it.
  REGL: null,
  INSP: { term: PRESCRIPTION, after: 'dealing' },
  PHOTO: { term: PRESCRIPTION, after: 'dealing' },
  FACT: { term: ACCOUNTING, after: 'invoice' },
  PPA: { term: PRESCRIPTION, after: 'agreement' },
  PREL: { term: ACCOUNTING, after: 'date' },
  // Nobody knows what it is: the longest of the terms.
  AUTRE: { term: ACCOUNTING, after: 'dealing' },
}

/** Years for which an operator keeps kinds of documents, where that is longer than the law says. */
export type LongerTerms = Readonly<Partial<Record<DocumentTypeCode, number>>>

const YEARS_MAX = 100

/** From `BAIL=10,FACT=8`; undefined when a kind has no term, or would be kept for less than the law says. */
export function readLongerTerms(text: string): LongerTerms | undefined {
  const longer: Record<string, number> = {}
  for (const part of text.split(',')) {
    const [, code = '', years = ''] = /^\s*([A-Z0-9]+)\s*=\s*(\d{1,3})\s*$/.exec(part) ?? []
    const legal = isDocumentTypeCode(code) ? documentTerms[code] : null
    if (legal === null || Number(years) < legal.term.years || Number(years) > YEARS_MAX)
      return undefined
    longer[code] = Number(years)
  }
  return longer
}

export function isDocumentTypeCode(text: string): text is DocumentTypeCode {
  return Object.hasOwn(documentTerms, text)
}

/** Kinds that have a term, with the years for which they are kept. */
export function termsInForce(
  longer: LongerTerms,
): readonly (DocumentTerm & { readonly code: DocumentTypeCode; readonly years: number })[] {
  return Object.entries(documentTerms).flatMap(([code, declared]) =>
    declared === null || !isDocumentTypeCode(code)
      ? []
      : [{ ...declared, code, years: longer[code] ?? declared.term.years }],
  )
}
