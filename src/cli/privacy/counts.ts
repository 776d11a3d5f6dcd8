/** What the commands about a person answer: how many rows of which sets, and who may be the same person. */

import type { BilingualText } from '../../db/startup-refusal.ts'
import { type PersonName, personText } from '../../domain/privacy/people.ts'
import type { Column } from '../answer.ts'
import type { Language } from '../speech.ts'

export const COUNTS: readonly Column[] = [
  { key: 'set', fr: 'Ensemble', en: 'Set', essential: true },
  { key: 'what', fr: 'Quoi', en: 'What' },
  { key: 'rows', fr: 'Lignes', en: 'Rows', essential: true },
]

export interface Count {
  readonly set: string
  readonly what: BilingualText
  readonly rows: number
}

/** As they are shown to who speaks the language. */
export function countRows(counts: readonly Count[], language: Language): readonly object[] {
  return counts.map((count) => ({ ...count, what: count.what[language] }))
}

/** Programs read rows; people are told beside them. */
export function namesakeCounts(found: readonly PersonName[]): readonly Count[] {
  if (found.length === 0) return []
  const who = found.map(personText).join(', ')
  const what = {
    fr: `Même courriel ou téléphone : ${who}`,
    en: `Same e-mail or telephone: ${who}`,
  }
  return [{ set: '?', what, rows: found.length }]
}

export function withNamesakes(text: BilingualText, found: readonly PersonName[]): BilingualText {
  if (found.length === 0) return text
  return {
    fr: `${text.fr}\nD'autres ont le même courriel ou téléphone : si c'est la même personne, nommez-les aussi.`,
    en: `${text.en}\nOthers have the same e-mail or telephone: if it is the same person, name them too.`,
  }
}
