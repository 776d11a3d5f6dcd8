/** A page that stands for a document: a title and some lines, a tagged PDF of a few kilobytes, always the same bytes. */

import Pdf from 'pdfkit'

/** The package's types leave it out. */
const SAID: object = { displayTitle: true }

/** A PDF says when it was made; this one is made each time anew. */
const MADE = new Date(0)

export function writePlaceholder(title: string, lines: readonly string[]): Buffer {
  const doc = new Pdf({
    ...SAID,
    size: 'LETTER',
    compress: false,
    tagged: true,
    lang: 'fr-CA',
    pdfVersion: '1.7',
    info: { Title: title, CreationDate: MADE },
  })
  const page = doc.struct('Document')
  doc.addStructure(page)
  page.add(doc.struct('H1', {}, () => doc.fontSize(18).text(title).moveDown()))
  for (const line of lines) page.add(doc.struct('P', {}, () => doc.fontSize(11).text(line)))
  page.end()
  doc.end()
  const bytes: unknown = doc.read()
  if (!(bytes instanceof Buffer)) throw new Error('A placeholder was not written at once')
  return bytes
}
