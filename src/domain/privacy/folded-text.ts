/** A text as people compare it: small letters without accents, of which each still knows where it stood. */

export interface FoldedText {
  readonly text: string
  /** By place in the folded text: from where to where it was in the original. */
  readonly starts: readonly number[]
  readonly ends: readonly number[]
}

/** Letters that are none with an accent. */
const LETTERS: Readonly<Record<string, string>> = {
  œ: 'oe',
  æ: 'ae',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ß: 'ss',
  ı: 'i',
}

export function foldText(text: string): FoldedText {
  const starts: number[] = []
  const ends: number[] = []
  let folded = ''
  let place = 0
  for (const character of text) {
    const end = place + character.length
    const plain = foldCharacter(character)
    for (let index = 0; index < plain.length; index++) {
      starts.push(place)
      ends.push(end)
    }
    // A mark of its own belongs to the letter before it.
    if (plain === '' && ends.length > 0) ends[ends.length - 1] = end
    folded += plain
    place = end
  }
  return { text: folded, starts, ends }
}

function foldCharacter(character: string): string {
  if (/^[a-z0-9 ]$/.test(character)) return character
  const plain = character.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()
  return LETTERS[plain] ?? plain
}
