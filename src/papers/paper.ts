/**
 * A paper as a tagged PDF (ISO 32000-1 §14.8, PDF/UA-1): whatever is drawn is part of the structure that a screen
 * reader follows, or an artifact. Its fonts are embedded, its language and title are said.
 */

import { join } from 'node:path'
import Pdf from 'pdfkit'
import type { PaperFacts, PaperLanguage } from './facts.ts'
import { unbroken } from './words.ts'

const FONTS = join(import.meta.dirname, 'fonts')

/** Points. Letter, as it is printed in Québec. */
const MARGIN = 54
const FOOT = 40
const TEXT_SIZE = 10.5
const SMALL_SIZE = 8.5
const HEADING_SIZES = { H1: 18, H2: 12.5 } as const
const LINE_GAP = 2
/** Between blocks. */
const GAP = 9
const CELL_PADDING = 4
const RULE = { color: '#8a8f98', width: 0.6 } as const
const INK = '#16191d'
const BLUE = '#1f4e79'

/** The package's types leave it out. */
const PDF_UA: object = { subset: 'PDF/UA' }

type Element = PDFKit.PDFStructureElement

/** A column of a table: how wide it is, as a part of the line, and on which side its text stands. */
export interface Column {
  readonly title: string
  readonly width: number
  readonly align?: 'left' | 'right'
}

export class Paper {
  readonly #language: PaperLanguage
  readonly #doc: PDFKit.PDFDocument
  readonly #root: Element
  readonly #chunks: Buffer[] = []
  readonly #ended: Promise<void>
  readonly #width: number

  constructor({ language, title, lessor }: PaperFacts) {
    this.#language = language
    this.#doc = new Pdf({
      ...PDF_UA,
      size: 'LETTER',
      margins: { top: MARGIN, left: MARGIN, right: MARGIN, bottom: MARGIN + FOOT / 2 },
      bufferPages: true,
      pdfVersion: '1.7',
      tagged: true,
      displayTitle: true,
      lang: language === 'F' ? 'fr-CA' : 'en-CA',
      info: { Title: title, Author: lessor.name, Creator: 'Primmo HApi' },
      font: join(FONTS, 'SourceSans3-Regular.ttf'),
    })
    this.#doc.registerFont('regular', join(FONTS, 'SourceSans3-Regular.ttf'))
    this.#doc.registerFont('strong', join(FONTS, 'SourceSans3-SemiBold.ttf'))
    this.#width = this.#doc.page.width - 2 * MARGIN
    this.#doc.on('data', (chunk: Buffer) => this.#chunks.push(chunk))
    this.#ended = new Promise((resolve, reject) => {
      this.#doc.on('end', resolve)
      this.#doc.on('error', reject)
    })
    this.#root = this.#doc.struct('Document')
    this.#doc.addStructure(this.#root)
  }

  heading(level: 'H1' | 'H2', text: string): void {
    const size = HEADING_SIZES[level]
    this.#space(GAP)
    // A heading does not stand alone at the end of a page.
    this.#keep(size * 2 + TEXT_SIZE * 3)
    this.#block(this.#root, level, () => {
      this.#doc.font('strong').fontSize(size).fillColor(BLUE)
      this.#doc.text(this.#said(text), MARGIN, undefined, { width: this.#width })
    })
    this.#space(level === 'H1' ? GAP : GAP / 2)
  }

  paragraph(text: string, look: 'plain' | 'strong' | 'small' = 'plain'): void {
    const size = look === 'small' ? SMALL_SIZE : TEXT_SIZE
    this.#keep(size * 2)
    this.#block(this.#root, 'P', () => {
      this.#doc
        .font(look === 'strong' ? 'strong' : 'regular')
        .fontSize(size)
        .fillColor(INK)
      this.#doc.text(this.#said(text), MARGIN, undefined, {
        width: this.#width,
        lineGap: LINE_GAP,
      })
    })
    this.#space(GAP)
  }

  /** Lines that belong together: an address. */
  lines(lines: readonly string[]): void {
    const [first, ...others] = lines
    if (first === undefined) return
    this.#keep(lines.length * (TEXT_SIZE + LINE_GAP + 2))
    this.#block(this.#root, 'P', () => {
      this.#doc.font('strong').fontSize(TEXT_SIZE).fillColor(INK)
      this.#doc.text(this.#said(first), MARGIN, undefined, { width: this.#width })
      this.#doc.font('regular')
      for (const line of others) this.#doc.text(this.#said(line), { width: this.#width })
    })
    this.#space(GAP)
  }

  list(items: readonly string[]): void {
    const list = this.#child(this.#root, 'L')
    for (const item of items) {
      this.#keep(TEXT_SIZE * 3)
      const entry = this.#child(list, 'LI')
      const top = this.#doc.y
      this.#doc.font('regular').fontSize(TEXT_SIZE).fillColor(INK)
      this.#block(entry, 'Lbl', () => this.#doc.text('•', MARGIN, top, { width: 12 }))
      this.#block(entry, 'LBody', () =>
        this.#doc.text(this.#said(item), MARGIN + 14, top, {
          width: this.#width - 14,
          lineGap: LINE_GAP,
        }),
      )
      entry.end()
      this.#space(GAP / 2)
    }
    list.end()
    this.#space(GAP / 2)
  }

  /** What something is, and its value: a table whose rows have their heading on the left. */
  values(rows: readonly (readonly [label: string, value: string])[]): void {
    const table = this.#child(this.#root, 'Table')
    const columns = [
      { left: 0, width: this.#width * 0.36 },
      { left: this.#width * 0.36, width: this.#width * 0.64 },
    ] as const
    for (const [label, value] of rows)
      this.#row(table, [
        { ...columns[0], text: label, tag: 'TH', scope: 'Row' },
        { ...columns[1], text: value, tag: 'TD' },
      ])
    table.end()
    this.#space(GAP)
  }

  table(columns: readonly Column[], rows: readonly (readonly string[])[]): void {
    const table = this.#child(this.#root, 'Table')
    const total = columns.reduce((sum, { width }) => sum + width, 0)
    let left = 0
    const places = columns.map(({ width, align = 'left' }) => {
      const place = { left, width: (this.#width * width) / total, align }
      left += place.width
      return place
    })
    const cells = (texts: readonly string[], heading: boolean): readonly Cell[] =>
      places.map((place, index) => ({
        ...place,
        text: texts[index] ?? '',
        ...(heading ? { tag: 'TH', scope: 'Column' } : { tag: 'TD' }),
      }))
    const head = cells(
      columns.map(({ title }) => title),
      true,
    )
    this.#row(table, head)
    for (const row of rows) this.#row(table, cells(row, false), head)
    table.end()
    this.#space(GAP)
  }

  /** The whole of it. */
  async end(): Promise<Buffer> {
    this.#root.end()
    this.#numberPages()
    this.#doc.end()
    await this.#ended
    return Buffer.concat(this.#chunks)
  }

  /** @param head shown again where the row begins a page */
  #row(table: Element, cells: readonly Cell[], head?: readonly Cell[]): void {
    const height = this.#rowHeightOf(cells)
    if (this.#keep(height) && head !== undefined) this.#showAgain(head)
    const { page, y: top } = this.#doc
    const row = this.#child(table, 'TR')
    for (const cell of cells) {
      const options: PDFKit.Mixins.StructureElementOptions & { readonly scope?: string } =
        cell.scope === undefined ? {} : { scope: cell.scope }
      this.#block(row, cell.tag, () => this.#write(cell, top), options)
    }
    row.end()
    // What is longer than a page ends where its last line does.
    this.#endRow(this.#doc.page === page ? top + height : this.#doc.y + CELL_PADDING)
  }

  /** Read aloud where the table begins, and not again. */
  #showAgain(head: readonly Cell[]): void {
    const top = this.#doc.y
    for (const cell of head) this.#artifact('Layout', () => this.#write(cell, top))
    this.#endRow(top + this.#rowHeightOf(head))
  }

  #write(cell: Cell, top: number): void {
    this.#dress(cell)
    this.#doc.fillColor(INK).text(this.#said(cell.text), MARGIN + cell.left, top + CELL_PADDING, {
      width: cell.width - 2 * CELL_PADDING,
      align: cell.align ?? 'left',
    })
  }

  #endRow(bottom: number): void {
    this.#rule(bottom)
    this.#doc.x = MARGIN
    this.#doc.y = bottom
  }

  #rowHeightOf(cells: readonly Cell[]): number {
    return Math.max(...cells.map((cell) => this.#heightOf(cell))) + 2 * CELL_PADDING
  }

  #dress({ tag }: Cell): void {
    this.#doc.font(tag === 'TH' ? 'strong' : 'regular').fontSize(TEXT_SIZE)
  }

  #heightOf(cell: Cell): number {
    this.#dress(cell)
    return this.#doc.heightOfString(this.#said(cell.text), { width: cell.width - 2 * CELL_PADDING })
  }

  #rule(y: number): void {
    this.#artifact('Layout', () =>
      this.#doc
        .moveTo(MARGIN, y)
        .lineTo(MARGIN + this.#width, y)
        .lineWidth(RULE.width)
        .strokeColor(RULE.color)
        .stroke(),
    )
  }

  #numberPages(): void {
    const { start, count } = this.#doc.bufferedPageRange()
    for (let index = 0; index < count; index++) {
      this.#doc.switchToPage(start + index)
      // Text below the margin would begin a page.
      this.#doc.page.margins.bottom = 0
      const text =
        this.#language === 'F' ? `Page ${index + 1} de ${count}` : `Page ${index + 1} of ${count}`
      this.#artifact('Pagination', () =>
        this.#doc
          .font('regular')
          .fontSize(SMALL_SIZE)
          .fillColor(INK)
          .text(text, MARGIN, this.#doc.page.height - FOOT, { width: this.#width, align: 'right' }),
      )
    }
  }

  #child(parent: Element, tag: string): Element {
    const element = this.#doc.struct(tag)
    parent.add(element)
    return element
  }

  #block(
    parent: Element,
    tag: string,
    draw: () => void,
    options: PDFKit.Mixins.StructureElementOptions = {},
  ): void {
    const element = this.#doc.struct(tag, options)
    parent.add(element)
    const content = this.#doc.markStructureContent(tag)
    draw()
    this.#doc.endMarkedContent()
    element.add(content)
    element.end()
  }

  #artifact(type: 'Pagination' | 'Layout', draw: () => void): void {
    this.#doc.markContent('Artifact', { type })
    draw()
    this.#doc.endMarkedContent()
  }

  #space(points: number): void {
    this.#doc.y += points
  }

  /** Begins a page when less than so much is left of this one, and says whether it did. */
  #keep(points: number): boolean {
    const { height, margins } = this.#doc.page
    if (this.#doc.y + points <= height - margins.bottom) return false
    this.#doc.addPage()
    return true
  }

  #said(text: string): string {
    return unbroken(text, this.#language)
  }
}

interface Cell {
  readonly text: string
  readonly tag: string
  readonly scope?: string
  /** From the margin. */
  readonly left: number
  readonly width: number
  readonly align?: 'left' | 'right'
}
