/**
 * Values that stand where headers are due, since somebody forgot these: bank numbers perhaps, which reports, that travel
 * by mail, do not repeat.
 */

/** A number, a date, an amount, a telephone, an address of mail; more digits than any label has. */
export function isValue(cell: string): boolean {
  const digits = cell.replace(/\D/g, '').length
  return digits >= DIGITS_OF_VALUE || cell.includes('@') || (digits > 0 && NUMBER.test(cell.trim()))
}

const DIGITS_OF_VALUE = 5

const NUMBER = /^[\d\s.,:/$%()+-]+$/

/** What may be told of a cell that nobody knows. */
export function shownUnknown(cell: string): string {
  return isValue(cell) ? '•••' : cell
}
