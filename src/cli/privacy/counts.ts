/** What the commands about a person answer: how many rows of which sets, and who may be the same person. */

import type { BilingualText } from '../../db/startup-refusal.ts'
import { type PersonName, personText } from '../../domain/privacy/people.ts'
import type { Column } from '../answer.ts'

export const COUNTS: readonly Column[] = [
  { key: 'set', fr: 'Ensemble', en: 'Set', essential: true },
  { key: 'what', fr: 'Quoi', en: 'What' },
  { key: 'rows', fr: 'Lignes', en: 'Rows', essential: true },
]

/** Programs read rows; people are told beside them. */
export function namesakeRows(found: readonly PersonName[]): readonly object[] {
  if (found.length === 0) return []
  const what = found.map(personText).join(', ')
  return [
    {
      set: '?',
      what: `Même courriel ou téléphone · Same e-mail or telephone: ${what}`,
      rows: found.length,
    },
  ]
}

export function withNamesakes(text: BilingualText, found: readonly PersonName[]): BilingualText {
  if (found.length === 0) return text
  return {
    fr: `${text.fr}\nD'autres ont le même courriel ou téléphone : peut-être la même personne.`,
    en: `${text.en}\nOthers have the same e-mail or telephone: maybe the same person.`,
  }
}
