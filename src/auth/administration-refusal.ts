/** An administrative command that cannot be carried out, told to the person who gave it. */

import type { BilingualText } from '../db/startup-refusal.ts'

export class AdministrationRefusal extends Error {
  override readonly name = 'AdministrationRefusal'
  readonly text: BilingualText

  constructor(text: BilingualText, options?: ErrorOptions) {
    super(text.en, options)
    this.text = text
  }
}

/** « {noun} {name} » is not there. */
export function notFound(noun: BilingualText, name: string): AdministrationRefusal {
  return new AdministrationRefusal({
    fr: `${noun.fr} « ${name} » n'existe pas.`,
    en: `${noun.en} '${name}' does not exist.`,
  })
}

/** Gives the refusal when the error is a violation of a unique key, else the error itself. */
export function refusalOfDuplicate(error: unknown, text: BilingualText): unknown {
  const isDuplicate = error instanceof Error && 'code' in error && error.code === '23505'
  return isDuplicate ? new AdministrationRefusal(text, { cause: error }) : error
}
