/** Names as people write them, with what they do not mind left out: marks, letter case, blanks, punctuation. */

/** `Loyer de base ($)` → `loyerdebase`; `N° de division`, `No division` and `Numéro de division` are one. */
export function plainName(text: string): string {
  const words = withoutMarks(text).replace(/n[°º]|\bnumero\b|\bnumber\b/g, 'no')
  return words.replace(/\b(?:d|de|du|des)\b|[^a-z0-9]/g, '')
}

/** `Baux 2026`, `BuildingCharacteristics`, `Caractéristiques d'immeuble` → their words in the singular. */
export function plainWords(text: string): readonly string[] {
  const words = withoutMarks(text.replace(/([a-z])([A-Z])/g, '$1 $2')).match(/[a-z]+/g) ?? []
  return words.filter((word) => !SMALL_WORDS.has(word)).map(singular)
}

/** They stand between the others or not. */
const SMALL_WORDS: ReadonlySet<string> = new Set(
  ['a', 'au', 'aux', 'd', 'de', 'des', 'du', 'l', 'la', 'le', 'les', 'of', 'the'].values(),
)

/** One form for singular and plural of both languages; not always a word. */
function singular(word: string): string {
  if (word === 'baux') return 'bail'
  return word.replace(/(?<=..)[sx]$/, '').replace(/y$/, 'ie')
}

function withoutMarks(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').replace(/[œŒ]/g, 'oe').toLowerCase()
}
