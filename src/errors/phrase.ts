/** A value of a placeholder that is itself language: said in the language of the answer. */
export interface Phrase {
  readonly fr: string
  readonly en: string
}
