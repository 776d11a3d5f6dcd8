/** SQL that needs an operand several times, written so that the operand's own text stands there once. */

/** Columns and parameters: short, free to read again, and open to indexes. */
const PLAIN = /^[\w.$":[\]]+$/

/**
 * Nested functions would otherwise double their text at each level, and fifteen levels are allowed.
 * @param write given SQL that may be repeated
 */
export function writeOnce(operand: string, write: (value: string) => string): string {
  if (PLAIN.test(operand)) return write(operand)
  return `(select ${write('once.v')} from (select ${operand} as v) once)`
}

/** The same for two operands. */
export function writeBothOnce(
  a: string,
  b: string,
  write: (a: string, b: string) => string,
): string {
  if (PLAIN.test(a) && PLAIN.test(b)) return write(a, b)
  return `(select ${write('once.a', 'once.b')} from (select ${a} as a, ${b} as b) once)`
}
