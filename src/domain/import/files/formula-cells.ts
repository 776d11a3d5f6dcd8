/**
 * Texts that a spreadsheet would run when it opens the file (OWASP, "CSV Injection"). Nobody enters such a text for a
 * tenant's name in good faith, and whoever opens an export next would run it: a source that has one is refused. An
 * apostrophe before it, as in a spreadsheet, says that it is text all the same. The export writes it, the import takes
 * it away; a telephone number in its international form and a number with its sign are no formulas.
 */

const FORMULA = /^[=@\t\r＝＠]|^[+\-＋－](?![\d\s().,/x-]*$)/
const GUARDED = /^'+[=+\-@\t\r＝＋－＠]/

export function isFormula(text: string): boolean {
  return FORMULA.test(text)
}

/** The text as a cell says it, for any text. */
export function guardFormula(text: string): string {
  return FORMULA.test(text) || GUARDED.test(text) ? `'${text}` : text
}

/** The text that a cell says; one that `isFormula` says none. */
export function unguardFormula(cell: string): string {
  return GUARDED.test(cell) ? cell.slice(1) : cell
}
