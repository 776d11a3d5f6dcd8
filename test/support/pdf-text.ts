/**
 * What a PDF says to whoever does not see it: its texts in the order of the pages, each with the tag of the structure it
 * is in. Reads what our own papers are made of (ISO 32000-1 §7.3, §9.10.3, §14.6), and nothing else.
 */

import { inflateSync } from 'node:zlib'

interface Piece {
  /** `P`, `TH`, `Artifact`; undefined: no screen reader finds it. */
  readonly tag: string | undefined
  readonly text: string
}

export interface ReadPdf {
  readonly pages: number
  readonly pieces: readonly Piece[]
  /** The file outside of its compressed streams. */
  readonly plain: string
}

export function readPdf(bytes: Buffer): ReadPdf {
  const file = bytes.toString('latin1')
  const objects = new Map(
    [...file.matchAll(/^(\d+) 0 obj\n([\s\S]*?)\nendobj$/gm)].map(([, id, body]) => [
      id,
      body ?? '',
    ]),
  )
  const object = (id: string | undefined): string => objects.get(id ?? '') ?? ''
  const pages = [...objects.values()].filter((body) => /\/Type \/Page\b/.test(body))
  const pieces = pages.flatMap((page) => {
    const fonts = [...object(reference(page, 'Resources')).matchAll(/\/(F\d+) (\d+) 0 R/g)]
    const maps = new Map(
      fonts.map(([, name, id]) => [
        name,
        glyphTexts(stream(object(reference(object(id), 'ToUnicode')))),
      ]),
    )
    return piecesOf(stream(object(reference(page, 'Contents'))), maps)
  })
  return {
    pages: pages.length,
    pieces,
    plain: [...objects.values()].map((body) => body.replace(/\nstream\n[\s\S]*/, '')).join('\n'),
  }
}

function reference(body: string, key: string): string | undefined {
  return new RegExp(`/${key} (\\d+) 0 R`).exec(body)?.[1]
}

function stream(body: string): string {
  const [, head = '', data = ''] = /^([\s\S]*?)\nstream\n([\s\S]*)\nendstream/.exec(body) ?? []
  const bytes = Buffer.from(data, 'latin1')
  return (head.includes('FlateDecode') ? inflateSync(bytes) : bytes).toString('latin1')
}

/** Glyph → what it stands for, by the font's own table. */
function glyphTexts(table: string): ReadonlyMap<number, string> {
  const texts = new Map<number, string>()
  for (const [, first = '', list = ''] of table.matchAll(/<(\w+)> <\w+> \[([^\]]*)\]/g))
    for (const [index, [, hex = '']] of [...list.matchAll(/<([\w ]*)>/g)].entries())
      texts.set(
        Number.parseInt(first, 16) + index,
        Buffer.from(hex.replaceAll(' ', ''), 'hex').swap16().toString('utf16le'),
      )
  return texts
}

function piecesOf(
  content: string,
  fonts: ReadonlyMap<string | undefined, ReadonlyMap<number, string>>,
): readonly Piece[] {
  const pieces: { tag: string | undefined; text: string; mark: number }[] = []
  const open: string[] = []
  let marks = 0
  let font: ReadonlyMap<number, string> = new Map()
  const operator = /\/(\w+) (?:<<[\s\S]*?>> )?B[DM]C|(EMC)|\/(F\d+) [\d.]+ Tf|\[([^\]]*)\] TJ/g
  for (const [, tag, end, name, shown] of content.matchAll(operator)) {
    if (tag !== undefined) {
      open.push(tag)
      marks++
    } else if (end !== undefined) open.pop()
    else if (name !== undefined) font = fonts.get(name) ?? new Map()
    else if (shown !== undefined) {
      const text = [...shown.matchAll(/<(\w+)>/g)]
        .flatMap(([, hex = '']) => hex.match(/.{4}/g) ?? [])
        .map((glyph) => font.get(Number.parseInt(glyph, 16)) ?? '\ufffd')
        .join('')
      const last = pieces.at(-1)
      if (last !== undefined && last.mark === marks) last.text += text
      else pieces.push({ tag: open.at(-1), text, mark: marks })
    }
  }
  return pieces.map(({ tag, text }) => ({ tag, text }))
}
