/**
 * The pattern of `matchesPattern`: ECMAScript's (URL Conventions 4.01 §5.1.1.6.1) in the words of PostgreSQL's engine,
 * and of a size that bounds the time of any text. That engine steps from set of states to set of states, so only
 * the size counts; back-references and look-around, which would make it try, are refused.
 */

/**
 * Product of the bounds of all repetitions, those of groups squared: PostgreSQL writes each repetition out, and a group
 * that may be empty leads from each of its repetitions to each later one (measured over 500 texts of 481
 * characters: `(a?){250}a{250}` takes longer than a statement may, `(a?){31}a{5}` less than a second).
 */
const WEIGHT_MAX = 5_000

/** Greatest bound of a repetition; PostgreSQL's own. */
const BOUND_MAX = 255

/** What PostgreSQL writes otherwise: a word's edge. Its `\b` is a backspace. */
const escapes: Readonly<Record<string, string>> = { b: '\\y', B: '\\Y' }

const BOUNDS = /^\{(\d{1,4})(?:(,)(\d{1,4})?)?\}/

/** undefined when the pattern may not be asked; whether it is one at all, PostgreSQL tells. */
export function encodePattern(pattern: string): string | undefined {
  // Three asterisks at the beginning change PostgreSQL's syntax, `(?` but for a group directs it.
  if (/\\[1-9]|\(\?(?!:)|^\*\*\*/.test(pattern)) return undefined
  let weight = 1
  let before = ''
  let encoded = ''
  for (let index = 0; index < pattern.length; ) {
    const piece = pieceAt(pattern, index)
    index += piece.length
    const bound = boundOf(piece)
    weight *= before === ')' ? bound ** 2 : bound
    if (bound > BOUND_MAX || weight > WEIGHT_MAX) return undefined
    encoded += piece.startsWith('\\') ? (escapes[piece.slice(1)] ?? piece) : piece
    before = piece
  }
  return encoded
}

/** An escape, a class in brackets, a bound, the beginning of a group, or one character. */
function pieceAt(pattern: string, index: number): string {
  const rest = pattern.slice(index)
  const match =
    /^\\[^]/.exec(rest) ??
    /^\[\^?\]?(?:\[[:.=][^\]]*[:.=]\]|\\[^]|[^\]\\])*\]/.exec(rest) ??
    BOUNDS.exec(rest) ??
    /^\(\?:/.exec(rest)
  return match?.[0] ?? rest.charAt(0)
}

/** The greater bound of a repetition, 1 for anything else. */
function boundOf(piece: string): number {
  const [, least = 1, , most = 1] = BOUNDS.exec(piece) ?? []
  return Math.max(1, Number(least), Number(most))
}
