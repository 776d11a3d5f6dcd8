/** Why a JSON body is refused, and where: the reasons of INVALID_BODY in both languages. */

import { sayExpected, sayFound } from '../errors/grammar-words.ts'
import { HapiError } from '../errors/hapi-error.ts'
import type { Phrase } from '../errors/phrase.ts'
import { END, wholeCharacters } from '../odata/parse/text-cursor.ts'

/** Characters of a wrong place, and of a member's name, that a message repeats. */
const EXCERPT_MAX = 20
const NAME_MAX = 100

/** Names of the members and positions of the elements around a value, outermost first. */
export type JsonPath = readonly (string | number)[]

/** What a refused value is, for `refuseMember`. */
export const memberProblems = {
  duplicate: { fr: "est donné plus d'une fois", en: 'is given more than once' },
  nul: { fr: 'contient le caractère NUL (U+0000)', en: 'contains the character NUL (U+0000)' },
  surrogate: {
    fr: "contient la moitié d'un caractère (U+D800 à U+DFFF)",
    en: 'contains half of a character (U+D800 to U+DFFF)',
  },
} as const satisfies Readonly<Record<string, Phrase>>

/** Something else stands at `index` than what may stand there: tokens, or words of the grammar. */
export function unexpected(text: string, index: number, expected: string): HapiError {
  const place = placeOf(text, index)
  const excerpt = `“${wholeCharacters(text.slice(index, index + EXCERPT_MAX))}”`
  const found = index >= text.length ? END : excerpt
  return invalid({
    fr: `${place.fr} : trouvé ${sayFound(found, 'fr')}; attendu : ${sayExpected(expected, 'fr')}`,
    en: `${place.en}: found ${sayFound(found, 'en')}; expected: ${sayExpected(expected, 'en')}`,
  })
}

/** A member, or its name, that may not be as it is. */
export function refusedMember(
  text: string,
  index: number,
  path: JsonPath,
  problem: Phrase,
): HapiError {
  const place = placeOf(text, index)
  const name = nameOf(path)
  return invalid(
    {
      fr: `${place.fr} : le membre « ${name} » ${problem.fr}`,
      en: `${place.en}: member '${name}' ${problem.en}`,
    },
    name,
  )
}

export function tooDeep(text: string, index: number, depthMax: number): HapiError {
  const place = placeOf(text, index)
  return invalid({
    fr: `${place.fr} : plus de ${depthMax} niveaux d'imbrication`,
    en: `${place.en}: more than ${depthMax} levels of nesting`,
  })
}

export function tooManyValues(text: string, index: number, propertiesMax: number): HapiError {
  const place = placeOf(text, index)
  return invalid({
    fr: `${place.fr} : plus de ${propertiesMax} membres et éléments de tableaux`,
    en: `${place.en}: more than ${propertiesMax} members and array elements`,
  })
}

export function emptyBody(): HapiError {
  return invalid({ fr: 'il est vide', en: 'it is empty' })
}

export function notUtf8(byte: number): HapiError {
  return invalid({ fr: `l'octet ${byte} n'est pas de l'UTF-8`, en: `byte ${byte} is not UTF-8` })
}

function invalid(reason: Phrase, target?: string): HapiError {
  return new HapiError('INVALID_BODY', { reason }, target === undefined ? {} : { target })
}

/** Line and character of the line, both from 1; a character counts once, whatever its code units. */
function placeOf(text: string, index: number): Phrase {
  let line = 1
  let character = 1
  for (let at = 0; at < index; at++) {
    const code = text.charCodeAt(at)
    if (code === 10) {
      line++
      character = 1
    } else if (code < 0xdc00 || code > 0xdfff) character++
  }
  return {
    fr: `ligne ${line}, caractère ${character}`,
    en: `line ${line}, character ${character}`,
  }
}

/** `Charges[2].Amount`; a name that is no identifier is quoted, with what cannot be read escaped. */
function nameOf(path: JsonPath): string {
  const name = path
    .map((step, depth) => {
      if (typeof step === 'number') return `[${step}]`
      const said = /^[\p{L}_@][\p{L}\p{N}_.@]*$/u.test(step) ? step : JSON.stringify(step)
      return depth === 0 ? said : `.${said}`
    })
    .join('')
  return name.length <= NAME_MAX ? name : `${wholeCharacters(name.slice(0, NAME_MAX))}…`
}
