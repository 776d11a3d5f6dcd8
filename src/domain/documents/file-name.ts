/** Names of files that every system can save under, and that show a person what they are. */

/** Separators of folders. What one system alone forbids besides, browsers replace where they save. */
const SEPARATOR = /[/\\]/

/** Control characters, and those that reverse the direction of reading: `photo\u202egpj.exe`. */
const UNSEEN = /[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}\p{Cs}]/u

/** Devices of Windows, with any extension. */
const DEVICE = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?:\.|$)/i

/** Hidden files and parent folders begin with a dot; Windows drops a dot or a blank at the end. */
const EDGES = /^[.\s]|[.\s]$/

/** File systems take 255 bytes, of which a browser may need some for `(1)`. */
const BYTES_MAX = 240

/** What is not safe is refused and not changed: who sent it finds its document again under the name that he gave. */
export function isSafeFileName(name: string): boolean {
  return (
    Buffer.byteLength(name) <= BYTES_MAX &&
    ![SEPARATOR, UNSEEN, DEVICE, EDGES].some((pattern) => pattern.test(name))
  )
}

/**
 * Under which a content is saved beside others: no two have the same one, and every system takes it. Whatever could lead
 * elsewhere is left out.
 */
export function contentFileName(documentId: number, fileName: string): string {
  const name = fileName
    .normalize('NFC')
    .replace(/[^\p{L}\p{N}._ -]/gu, '_')
    .replace(/^[. ]+/, '')
  return `${documentId}-${Array.from(name).slice(-SAVED_CHARACTERS_MAX).join('')}`
}

/** Of which the end tells what the file is. */
const SAVED_CHARACTERS_MAX = 100
