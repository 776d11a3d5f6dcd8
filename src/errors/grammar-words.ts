/**
 * The words of the grammar in messages, for people of either language: what a syntax error found and expected, and which
 * limit a request exceeds. The parser speaks in tokens.
 */

import type { Phrase } from './phrase.ts'

/** The end of a text, as the parser names it. */
const END = '∅'

const END_WORDS: Phrase = { fr: 'la fin du texte', en: 'the end of the text' }

const words: Readonly<Record<string, Phrase>> = {
  [END]: END_WORDS,
  name: { fr: 'un nom', en: 'a name' },
  literal: { fr: 'une valeur', en: 'a value' },
  word: { fr: 'un mot', en: 'a word' },
  '@name': { fr: '@nom', en: '@name' },
  '#name': { fr: '#nom', en: '#name' },
  'name=': { fr: 'nom=', en: 'name=' },
}

/** A list of tokens with its words in one language; the tokens themselves have none. */
export function sayExpected(tokens: string, language: 'fr' | 'en'): string {
  return tokens.replace(
    /∅|(?<![$\w])(?:[@#]name|name=?|literal|word)(?!\w)/g,
    (token) => words[token]?.[language] ?? token,
  )
}

/** An excerpt of the request, between the quotes of the parser. */
const EXCERPT = /^“([\s\S]*)”$/

/** What stands there: an excerpt of the request, as it is, or the end. */
export function sayFound(found: string, language: 'fr' | 'en'): string {
  if (found === END) return END_WORDS[language]
  return language === 'fr' ? found.replace(EXCERPT, '«\u00a0$1\u00a0»') : found
}

const places: Readonly<Record<string, Phrase>> = {
  path: { fr: 'chemin', en: 'path' },
  query: { fr: 'options', en: 'query' },
}

/** Where it stands: an option, whose name is the same for everybody, or another part of the address. */
export function sayPlace(place: string, language: 'fr' | 'en'): string {
  return places[place]?.[language] ?? place
}

const measures: Readonly<Record<string, string>> = {
  'any/all depth': 'niveaux de any/all',
  'f(f(…)) depth': 'niveaux de f(f(…))',
  aggregates: 'agrégats',
  depth: 'niveaux',
  items: 'éléments',
  length: 'caractères',
  nodes: 'éléments',
}

/** `$filter (nodes)`: a place, and what of it is counted. */
export function sayLimited(what: string, language: 'fr' | 'en'): string {
  const [, place = what, measure] = /^(.+) \((.+)\)$/.exec(what) ?? []
  const said = sayPlace(place, language)
  if (measure === undefined) return said
  return `${said} (${language === 'fr' ? (measures[measure] ?? measure) : measure})`
}
