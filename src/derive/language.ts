/** The two languages of what users read, French first. */

import type { Label } from '../model/entity-type.ts'

export type Language = keyof Label

export function say(label: Label, language: Language): string {
  return label[language]
}
