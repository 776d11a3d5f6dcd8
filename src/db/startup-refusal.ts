/**
 * What the operator is told while the database starts: notices of progress, and the refusals that
 * end the process. Nothing here answers an HTTP request, so nothing here is in the error catalogue.
 */

/** A text for the operator in both languages. */
export interface BilingualText {
  readonly fr: string
  readonly en: string
}

/** Receives one line of progress; the caller chooses the language and the place. */
export type Notify = (text: BilingualText) => void

/** The product cannot start as it is configured; `message` says why and what to do, French first. */
export class StartupRefusal extends Error {
  override readonly name = 'StartupRefusal'
  readonly text: BilingualText

  constructor(text: BilingualText, options?: ErrorOptions) {
    super(`${text.fr}\n${text.en}`, options)
    this.text = text
  }
}
