/** Which empty cells of a row say that they are an empty text: `""` does, nothing at all does not. */

/** @param raw the row as written: a legal one */
export function emptyTexts(raw: string, delimiter: string): ReadonlySet<number> {
  const found = new Set<number>()
  let at = 0
  for (let index = 0; at <= raw.length; index++) {
    const isQuoted = raw[at] === '"'
    const end = isQuoted ? closingQuote(raw, at) : at
    if (isQuoted && end === at + 1) found.add(index)
    const next = raw.indexOf(delimiter, end)
    if (next < 0) break
    at = next + 1
  }
  return found
}

/** Two quotes inside of quotes are one of the text. */
function closingQuote(raw: string, opening: number): number {
  let at = opening + 1
  for (;;) {
    const quote = raw.indexOf('"', at)
    if (quote < 0) return raw.length
    if (raw[quote + 1] !== '"') return quote
    at = quote + 2
  }
}
