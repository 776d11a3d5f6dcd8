/** How every paper begins: from whom, when, to whom, about what. */

import type { PaperFacts } from './facts.ts'
import { Paper } from './paper.ts'
import { dayText } from './words.ts'

export function beginPaper(facts: PaperFacts): Paper {
  const { language, title, date, lessor, tenant, coTenants, place } = facts
  const paper = new Paper(facts)
  paper.lines([
    lessor.name,
    ...lessor.address,
    ...joined([lessor.phone, lessor.email, lessor.neq === null ? null : `NEQ\u00a0${lessor.neq}`]),
  ])
  paper.paragraph(dayText(date, language))
  paper.lines([[tenant.name, ...coTenants].join(', '), ...tenant.address])
  paper.heading('H1', title)
  if (place.length > 0)
    paper.paragraph(`${language === 'F' ? 'Lieu loué :' : 'Leased premises:'} ${place.join(', ')}`)
  return paper
}

/** Whom to ask, at the end. */
export function endWithContact(paper: Paper, { language, lessor }: PaperFacts): void {
  const ways = [lessor.phone, lessor.email].filter((way) => way !== null)
  if (ways.length === 0) return
  paper.paragraph(
    language === 'F'
      ? `Pour toute question : ${ways.join(', ')}.`
      : `For any question: ${ways.join(', ')}.`,
  )
}

/** On one line: a notice is to fit on one page. */
function joined(parts: readonly (string | null)[]): readonly string[] {
  const said = parts.filter((part) => part !== null)
  return said.length === 0 ? [] : [said.join(' · ')]
}
