/** How every paper begins: from whom, when, to whom, about what. */

import type { PaperFacts, Party } from './facts.ts'
import { Paper } from './paper.ts'
import { dayText, labelled } from './words.ts'

export function beginPaper(facts: PaperFacts): Paper {
  const { language, title, date, lessor, tenant, coTenants, place } = facts
  const paper = new Paper(facts)
  paper.lines([...linesOf(lessor), ...(lessor.neq === null ? [] : [`NEQ ${lessor.neq}`])])
  paper.paragraph(dayText(date, language))
  paper.lines([[tenant.name, ...coTenants].join(', '), ...tenant.address])
  paper.heading('H1', title)
  if (place.length > 0)
    paper.paragraph(
      labelled(language === 'F' ? 'Lieu loué' : 'Leased premises', place.join(', '), language),
    )
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

function linesOf({ name, address, phone, email }: Party): readonly string[] {
  return [name, ...address, ...[phone, email].filter((way) => way !== null)]
}
