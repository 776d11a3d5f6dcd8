/**
 * The files of an archive, read where they are: nothing is unpacked to a disk. An archive is refused when it lies about
 * itself, or says what no spreadsheet program writes.
 */

import { isUtf8 } from 'node:buffer'
import { crc32 } from 'node:zlib'
import yauzl, { type Entry } from 'yauzl'
import { HapiError } from '../../../errors/hapi-error.ts'
import type { Phrase } from '../../../errors/phrase.ts'
import { FileConstancy } from './constant-file.ts'
import { innerName } from './content-column.ts'
import { isLeftover } from './file-form.ts'
import {
  CONTENTS_MAX,
  type ContentFile,
  type FoundFiles,
  isOfSystem,
  SOURCE_BYTES_MAX,
  type SourceFile,
} from './source-file.ts'

/** There are less sets than that. */
const ENTRIES_MAX = 1_000

/** Pictures and documents are compressed already; of texts little is kept. */
const CONTENTS_RATIO_MAX = 20

/** Cells compress to a tenth, those that repeat themselves to a fiftieth; a bomb to a thousandth. */
const RATIO_MAX = 200

/** Below, no ratio hurts. */
const SMALL_BYTES = 1024 ** 2

/** First bytes of an archive, also of an empty one. */
export function isZip(head: Buffer): boolean {
  return head[0] === 0x50 && head[1] === 0x4b && (head[2] === 3 || head[2] === 5)
}

/** @param name of the archive, for what is wrong with all of it */
export async function zipFiles(path: string, name: string): Promise<FoundFiles> {
  const constancy = new FileConstancy(name)
  const entries: Entry[] = []
  const faults: FoundFiles['faults'][number][] = []
  const refuse = (file: string, reason: Phrase) => {
    faults.push({ file, line: 1, error: archiveError(reason) })
  }
  try {
    await constancy.check(path)
    const zip = await yauzl.openPromise(path, OPTIONS)
    if (zip.entryCount > ENTRIES_MAX + CONTENTS_MAX) {
      zip.close()
      refuse(name, reasons.tooMany)
    } else
      for await (const entry of zip.eachEntry()) {
        const wrong = wrongWith(entry)
        if (wrong !== undefined) refuse(nameOf(entry).slice(0, NAME_SHOWN_MAX), wrong)
        else if (!isFolder(entry) && !isLeftover(nameOf(entry))) entries.push(entry)
      }
    const wrong = wrongWithAll(entries, zip.fileSize)
    if (wrong !== undefined) refuse(name, wrong)
  } catch (error) {
    if (isOfSystem(error)) throw error
    refuse(name, reasons.broken)
  }
  const open = (entry: Entry) => () => entryBytes(path, entry, constancy)
  if (faults.length > 0) return { files: [], contents: [], faults }
  const files: SourceFile[] = []
  const contents: ContentFile[] = []
  for (const entry of entries) {
    const file = { name: nameOf(entry), open: open(entry) }
    const inner = innerName(file.name)
    if (inner === undefined) files.push(file)
    else {
      const { uncompressedSize: size, crc32: sum } = entry
      contents.push({ ...file, inner, size, mark: String(sum) })
    }
  }
  return { files, contents, faults }
}

/** Names are decoded and judged here: a wrong one is told like anything else. */
const OPTIONS = { lazyEntries: true, decodeStrings: false, autoClose: true } as const

const NAME_SHOWN_MAX = 200

/**
 * Archives of macOS write UTF-8 without saying so, and no other code page has these bytes for a name; some of Windows
 * write backslashes between folders.
 */
function nameOf({ generalPurposeBitFlag, fileNameRaw, extraFields }: Entry): string {
  const flags = isUtf8(fileNameRaw) ? generalPurposeBitFlag | UTF8_NAMES : generalPurposeBitFlag
  return yauzl.getFileNameLowLevel(flags, fileNameRaw, extraFields, false)
}

/** Of the flags of an entry (APPNOTE 4.4.4). */
const UTF8_NAMES = 1 << 11

function isFolder(entry: Entry): boolean {
  return nameOf(entry).endsWith('/')
}

const STORED = 0
const DEFLATED = 8
const FILE_TYPE_MASK = 0o170_000
const REGULAR = 0o100_000
const FOLDER = 0o040_000
const MADE_ON_UNIX = 3

function wrongWith(entry: Entry): Phrase | undefined {
  const name = nameOf(entry)
  if (name === '' || yauzl.validateFileName(name) !== null || name.includes('\0'))
    return reasons.name
  if (entry.isEncrypted()) return reasons.encrypted
  const { compressionMethod: method, compressedSize, uncompressedSize } = entry
  if (method !== STORED && method !== DEFLATED) return reasons.method
  const type = (entry.externalFileAttributes >>> 16) & FILE_TYPE_MASK
  const isOther = type !== 0 && type !== REGULAR && type !== FOLDER
  if (entry.versionMadeBy >>> 8 === MADE_ON_UNIX && isOther) return reasons.link
  if (/\.zip$/i.test(name)) return reasons.nested
  if (uncompressedSize > SMALL_BYTES && uncompressedSize > RATIO_MAX * compressedSize)
    return reasons.bomb
  return undefined
}

function wrongWithAll(entries: readonly Entry[], fileSize: number): Phrase | undefined {
  let packed = 0
  let whole = 0
  let ofContents = 0
  let contents = 0
  for (const entry of entries) {
    const { compressedSize, uncompressedSize } = entry
    packed += compressedSize
    if (innerName(nameOf(entry)) === undefined) whole += uncompressedSize
    else {
      ofContents += uncompressedSize
      contents++
    }
  }
  if (contents > CONTENTS_MAX || entries.length - contents > ENTRIES_MAX) return reasons.tooMany
  if (whole > SOURCE_BYTES_MAX) return reasons.tooLarge
  if (ofContents > SMALL_BYTES && ofContents > CONTENTS_RATIO_MAX * fileSize) return reasons.bomb
  // Bytes of one entry that serve for another as well.
  return packed > fileSize ? reasons.bomb : undefined
}

/** What is longer or shorter than the archive says is refused by yauzl; a sum it does not check. */
async function* entryBytes(
  path: string,
  entry: Entry,
  constancy: FileConstancy,
): AsyncGenerator<Buffer> {
  await constancy.check(path)
  const zip = await yauzl.openPromise(path, { ...OPTIONS, autoClose: false })
  try {
    let sum = 0
    for await (const chunk of await zip.openReadStreamPromise(entry)) {
      sum = crc32(chunk, sum)
      await constancy.check(path)
      yield chunk
    }
    if (sum !== entry.crc32) throw archiveError(reasons.damaged)
  } catch (error) {
    if (error instanceof HapiError || isOfSystem(error)) throw error
    await constancy.check(path)
    throw archiveError(reasons.damaged)
  } finally {
    zip.close()
  }
}

function archiveError(reason: Phrase): HapiError {
  return new HapiError('IMPORT_ARCHIVE_REFUSED', { reason })
}

const reasons = {
  broken: { fr: 'sa table des fichiers ne se lit pas', en: 'its list of files cannot be read' },
  tooMany: {
    fr: `elle compte plus de ${ENTRIES_MAX} fichiers, ou de ${CONTENTS_MAX} contenus`,
    en: `it has more than ${ENTRIES_MAX} files, or ${CONTENTS_MAX} contents`,
  },
  tooLarge: {
    fr: `ses fichiers dépassent ensemble ${SOURCE_BYTES_MAX} octets`,
    en: `its files exceed ${SOURCE_BYTES_MAX} bytes together`,
  },
  bomb: {
    fr: `un fichier se déploie à plus de ${RATIO_MAX} fois sa taille, les contenus à plus de ${CONTENTS_RATIO_MAX} fois celle de l'archive, ou plusieurs partagent leurs octets`,
    en: `a file unfolds to more than ${RATIO_MAX} times its size, the contents to more than ${CONTENTS_RATIO_MAX} times that of the archive, or several share their bytes`,
  },
  name: {
    fr: "un fichier porte un nom qui mène hors de l'archive, ou qui n'est pas permis",
    en: 'a file has a name that leads out of the archive, or that is not allowed',
  },
  encrypted: { fr: 'un fichier est chiffré', en: 'a file is encrypted' },
  method: {
    fr: 'un fichier est comprimé autrement que par « deflate »',
    en: "a file is compressed otherwise than by 'deflate'",
  },
  link: { fr: 'un fichier est un lien ou un appareil', en: 'a file is a link or a device' },
  nested: { fr: 'elle contient une autre archive', en: 'it contains another archive' },
  damaged: {
    fr: 'un fichier est abîmé, ou sa taille est autre que celle annoncée',
    en: 'a file is damaged, or its size is another than is said',
  },
} as const satisfies Readonly<Record<string, Phrase>>
