/** what the papers say, in both languages, to whoever reads them and to whoever has them read aloud. */

import { describe, expect, test } from 'vitest'
import type {
  LateNoticeFacts,
  LeaseSummaryFacts,
  ModificationNoticeFacts,
  PaperFacts,
} from '../../src/papers/facts.ts'
import { writeLateNotice } from '../../src/papers/late-notice.ts'
import { writeLeaseSummary } from '../../src/papers/lease-summary.ts'
import { writeModificationNotice } from '../../src/papers/modification-notice.ts'
import { readPdf } from '../support/pdf-text.ts'

const paper = (language: 'F' | 'A', title: string): PaperFacts => ({
  language,
  title,
  date: '2026-03-10',
  lessor: {
    name: 'Gestion immobilière des Pins inc.',
    address: ['1000 rue des Pins'],
    phone: '418-555-0130',
    email: 'info@example.com',
    neq: '1170000003',
  },
  tenant: {
    name: 'Thị Hồng Nguyễn',
    address: ['900 avenue des Érables'],
    phone: null,
    email: null,
  },
  coTenants: ['Noé Œuvrard'],
  place: ['900 avenue des Érables, app. 204'],
})

const summary = (
  language: 'F' | 'A',
  more: Partial<LeaseSummaryFacts> = {},
): LeaseSummaryFacts => ({
  ...paper(language, 'Bail L-9221'),
  leaseNo: 'L-9221',
  isResidential: true,
  startDate: '2026-07-01',
  endDate: '2027-06-30',
  months: 12,
  isRenewable: true,
  rent: '1234.50',
  paymentDay: 1,
  extras: [
    {
      name: 'Rabais',
      amount: '-50.00',
      every: 'month',
      startDate: '2026-07-01',
      endDate: '2026-08-31',
    },
  ],
  deposit: null,
  heatingIncluded: true,
  hotWaterIncluded: true,
  electricityIncluded: false,
  petsAllowed: false,
  smokingAllowed: false,
  newLesseeRent: '1150.00',
  isSectionF: false,
  sectionFMaximumRent: null,
  byLawsDeliveredDate: null,
  ...more,
})

const modification = (
  language: 'F' | 'A',
  more: Partial<ModificationNoticeFacts> = {},
): ModificationNoticeFacts => ({
  ...paper(language, 'Avis de modification du bail 2026-2027'),
  leaseNo: 'L-9221',
  isResidential: true,
  currentEndDate: '2026-06-30',
  newStartDate: '2026-07-01',
  newEndDate: '2027-06-30',
  currentRent: '950.00',
  newRent: '980.00',
  increaseAmount: '30.00',
  increasePercent: '3.158',
  guidelinePercent: null,
  otherChanges: null,
  isSectionF: false,
  ...more,
})

const late = (language: 'F' | 'A', more: Partial<LateNoticeFacts> = {}): LateNoticeFacts => ({
  ...paper(language, 'Avis de retard'),
  daysLate: 12,
  oldestDueDate: '2026-06-01',
  overdueAmount: '1910.00',
  entries: [{ dueDate: '2026-06-01', description: 'Loyer', amount: '1910.00' }],
  isResidential: true,
  ...more,
})

/** All of it as one text; blanks of any width are blanks. */
async function textOf(writing: Promise<Buffer>): Promise<string> {
  const { pieces } = readPdf(await writing)
  return pieces
    .map(({ text }) => text)
    .join('\n')
    .replaceAll('\u00a0', ' ')
}

describe('Each paper is a tagged PDF (PDF/UA-1)', () => {
  test.each([
    ['lease summary', () => writeLeaseSummary(summary('F')), 'fr-CA'],
    ['notice of modification', () => writeModificationNotice(modification('A')), 'en-CA'],
    ['late notice', () => writeLateNotice(late('F')), 'fr-CA'],
  ] as const)('%s', async (_, write, language) => {
    const bytes = await write()
    const { pieces, plain } = readPdf(bytes)
    expect(bytes.subarray(0, 8).toString()).toBe('%PDF-1.7')
    // §7.1, §7.2: marked, with its language and title; §7.21: every font is in the file.
    expect(plain).toMatch(/\/Marked true/)
    expect(plain).toContain(`/Lang (${language})`)
    expect(plain).toMatch(/\/DisplayDocTitle true/)
    expect(bytes.toString('latin1')).toContain('<pdfuaid:part>1</pdfuaid:part>')
    expect(plain.match(/\/FontFile2 /g)?.length).toBe(
      plain.match(/\/Type \/FontDescriptor/g)?.length,
    )
    expect(plain).not.toContain('/BaseFont /Helvetica')
    // All that is seen is read aloud, or said to be no content.
    expect(pieces.filter(({ tag }) => tag === undefined)).toEqual([])
    expect(pieces.filter(({ tag }) => tag === 'H1').length).toBe(1)
    expect(pieces.filter(({ tag }) => tag === 'Artifact').map(({ text }) => text)).toContainEqual(
      expect.stringMatching(/^Page 1 (?:de|of) \d$/),
    )
    expect(plain).toMatch(/\/Scope \/Row/)
    // No letter is without its glyph.
    const all = pieces.map(({ text }) => text).join('\n')
    expect(all).toContain('Thị Hồng Nguyễn, Noé Œuvrard')
    expect(all).not.toContain('\ufffd')
  })
})

describe('C.c.Q. 1942, 1943, 1945, 1947, 1955 The notice of modification', () => {
  test('says the rent in dollars, the new term, the time to answer and what silence means', async () => {
    const text = await textOf(writeModificationNotice(modification('F')))
    expect(text).toContain('980,00 $')
    expect(text).toContain('30,00 $ (3,16 %)')
    expect(text).toContain('Du 1er juillet 2026 au 30 juin 2027')
    expect(text).toMatch(/un mois à compter de la réception/)
    expect(text).toMatch(/réputé avoir accepté la modification/)
    expect(text).toMatch(/Vous refusez la modification et gardez le logement/)
    expect(text).toMatch(/au plus tard le 30 juin 2026/)
  })

  test('what is longer than a page goes on, and the answers follow it', async () => {
    const otherChanges = '§\n'.repeat(100)
    const { pages, pieces } = readPdf(
      await writeModificationNotice(modification('F', { otherChanges })),
    )
    expect(
      pieces
        .map(({ text }) => text)
        .join('')
        .match(/§/g),
    ).toHaveLength(100)
    expect(pages).toBe(4)
  })

  test('in English', async () => {
    const text = await textOf(writeModificationNotice(modification('A')))
    expect(text).toContain('$980.00')
    expect(text).toContain('July 1, 2026 to June 30, 2027')
    expect(text).toMatch(/one month from the day you receive this notice/)
    expect(text).toMatch(/deemed to have accepted/)
  })

  test('under section F the tenant accepts or leaves', async () => {
    const text = await textOf(writeModificationNotice(modification('F', { isSectionF: true })))
    expect(text).not.toMatch(/gardez le logement/)
    expect(text).toMatch(/doit quitter/)
  })

  test('a commercial tenant is told of no answers that the law gives to dwellings alone', async () => {
    const text = await textOf(writeModificationNotice(modification('F', { isResidential: false })))
    expect(text).not.toMatch(/réputé|Tribunal/)
  })
})

describe('R-060 The late notice', () => {
  test('says the amount and since when', async () => {
    const text = await textOf(writeLateNotice(late('F')))
    expect(text).toContain('1 910,00 $')
    expect(text).toContain('12 jours')
    expect(text).not.toContain('1971')
    expect(await textOf(writeLateNotice(late('A')))).toContain('$1,910.00')
  })

  test.each([
    [21, false],
    [22, true],
  ])('%i days late are more than three weeks: %s', async (daysLate, isMentioned) => {
    const text = await textOf(writeLateNotice(late('F', { daysLate })))
    expect(/art\. 1971/.test(text)).toBe(isMentioned)
  })

  test('many entries go on to other pages, rows whole', async () => {
    const entries = Array.from({ length: 40 }, (_, index) => ({
      dueDate: '2026-06-01',
      description: `Loyer ${index + 1}`,
      amount: '10.00',
    }))
    const { pages, pieces } = readPdf(await writeLateNotice(late('F', { entries })))
    expect(pages).toBe(3)
    expect(pieces.filter(({ text }) => /^Loyer \d+$/.test(text))).toHaveLength(40)
    // What the columns are is seen on each page with rows, and read aloud once.
    const heads = pieces.filter(({ text }) => text === 'Solde').map(({ tag }) => tag)
    expect(heads).toEqual(['TH', 'Artifact'])
  })
})

describe('The summary of a lease', () => {
  test('says the term, the rent and what goes with it, and that the lease prevails', async () => {
    const text = await textOf(writeLeaseSummary(summary('F')))
    for (const said of [
      '1 234,50 $',
      'Le 1er de chaque mois',
      '12 mois',
      '−50,00 $ par mois',
      'fait foi',
    ])
      expect(text).toContain(said)
    expect(text).toMatch(/art\. 1950/)
    expect(await textOf(writeLeaseSummary(summary('F', { newLesseeRent: null })))).not.toMatch(
      /1950/,
    )
  })

  test('of a commercial lease says its deposit and nothing of dwellings', async () => {
    const text = await textOf(
      writeLeaseSummary(
        summary('A', { isResidential: false, deposit: '2500.00', newLesseeRent: null }),
      ),
    )
    expect(text).toContain('$2,500.00')
    expect(text).not.toMatch(/Tribunal|1941/)
  })
})
