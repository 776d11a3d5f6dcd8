/** The words of the grammar in messages: what a syntax error found and expected, for people of either language. */

interface Words {
  readonly fr: string
  readonly en: string
}

/** The end of a text, as the parser names it. */
const END = '∅'

const END_WORDS: Words = { fr: 'la fin du texte', en: 'the end of the text' }

const words: Readonly<Record<string, Words>> = {
  [END]: END_WORDS,
  name: { fr: 'un nom', en: 'a name' },
  literal: { fr: 'une valeur', en: 'a value' },
  word: { fr: 'un mot', en: 'a word' },
}

/** A list of tokens with its words in one language; the tokens themselves have none. */
export function sayExpected(tokens: string, language: 'fr' | 'en'): string {
  return tokens.replace(
    /∅|(?<![@$\w])(?:name|literal|word)(?!\w)/g,
    (token) => words[token]?.[language] ?? token,
  )
}

/** What stands there: an excerpt of the request, as it is, or the end. */
export function sayFound(found: string, language: 'fr' | 'en'): string {
  return found === END ? END_WORDS[language] : found
}
