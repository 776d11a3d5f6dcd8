/** Archives, also such as no program writes: PKWARE's APPNOTE 6.3.10, §4.3. */

import { crc32, deflateRawSync } from 'node:zlib'

export interface ZipEntry {
  readonly name: string
  readonly content: Buffer | string
  readonly stored?: boolean
  /** Its name is UTF-8 all the same. */
  readonly saysNoUtf8?: boolean
  /** What the headers say instead of what is true. */
  readonly says?: {
    readonly crc?: number
    readonly size?: number
    readonly flags?: number
    readonly method?: number
    readonly unixMode?: number
  }
}

export function zipBytes(entries: readonly ZipEntry[]): Buffer {
  const files: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const entry of entries) {
    const { says = {}, stored = false, saysNoUtf8 = false } = entry
    const name = Buffer.from(entry.name)
    const content = Buffer.from(entry.content)
    const packed = stored ? content : deflateRawSync(content)
    const common = Buffer.alloc(26)
    common.writeUInt16LE(20, 0)
    common.writeUInt16LE((says.flags ?? 0) | (saysNoUtf8 ? 0 : UTF8_NAMES), 2)
    common.writeUInt16LE(says.method ?? (stored ? 0 : 8), 4)
    common.writeUInt32LE(says.crc ?? crc32(content), 10)
    common.writeUInt32LE(packed.length, 14)
    common.writeUInt32LE(says.size ?? content.length, 18)
    common.writeUInt16LE(name.length, 22)
    const file = Buffer.concat([Buffer.from('PK\x03\x04'), common, name, packed])
    const rest = Buffer.alloc(14)
    rest.writeUInt32LE(((says.unixMode ?? 0) << 16) >>> 0, 6)
    rest.writeUInt32LE(offset, 10)
    const madeBy = Buffer.from([30, says.unixMode === undefined ? 0 : 3])
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02'), madeBy, common, rest, name]))
    files.push(file)
    offset += file.length
  }
  const listed = Buffer.concat(directory)
  const end = Buffer.alloc(18)
  end.writeUInt16LE(entries.length, 4)
  end.writeUInt16LE(entries.length, 6)
  end.writeUInt32LE(listed.length, 8)
  end.writeUInt32LE(offset, 12)
  return Buffer.concat([...files, listed, Buffer.from('PK\x05\x06'), end])
}

const UTF8_NAMES = 1 << 11
