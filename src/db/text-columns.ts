/** Texts of a row message's columns: after their number (16 bits) comes each one's length (32 bits); −1 is null. */
export function textColumns(message: Buffer, offset: number): (string | null)[] {
  const columns: (string | null)[] = []
  let at = offset + 2
  for (let left = message.readInt16BE(offset); left > 0; left--) {
    const length = message.readInt32BE(at)
    at += 4
    columns.push(length < 0 ? null : message.toString('utf8', at, at + length))
    at += Math.max(0, length)
  }
  return columns
}
