/** The late notice: what is late since when, and past three weeks what the law allows (C.c.Q. 1883, 1971). */

import type { LateNoticeFacts } from './facts.ts'
import { beginPaper, endWithContact } from './letterhead.ts'
import { amountText, dayText } from './words.ts'

/** C.c.Q. 1971: rent that is more than three weeks late. */
const THREE_WEEKS_DAYS = 21

export async function writeLateNotice(facts: LateNoticeFacts): Promise<Buffer> {
  const { language, daysLate, overdueAmount, entries } = facts
  const fr = language === 'F'
  const paper = beginPaper(facts)
  const amount = amountText(overdueAmount, language)
  const days = `${daysLate}\u00a0${fr ? (daysLate > 1 ? 'jours' : 'jour') : daysLate > 1 ? 'days' : 'day'}`
  paper.paragraph(
    fr
      ? `Sauf erreur, un montant de ${amount} demeure impayé à la date de cet avis.`
      : `Unless we are mistaken, an amount of ${amount} is unpaid on the date of this notice.`,
  )
  paper.values([
    [fr ? 'Montant en retard' : 'Amount overdue', amount],
    [fr ? 'Plus ancienne échéance' : 'Oldest due date', dayText(facts.oldestDueDate, language)],
    [fr ? 'Retard' : 'Late by', days],
  ])
  if (entries.length > 0) {
    paper.heading('H2', fr ? 'Détail' : 'Details')
    paper.table(
      [
        { title: fr ? 'Échéance' : 'Due date', width: 28 },
        { title: fr ? 'Description' : 'Description', width: 48 },
        { title: fr ? 'Solde' : 'Balance', width: 24, align: 'right' },
      ],
      entries.map((entry) => [
        dayText(entry.dueDate, language),
        entry.description,
        amountText(entry.amount, language),
      ]),
    )
  }
  paper.paragraph(
    fr
      ? "Veuillez acquitter ce montant sans délai. S'il l'a été entre-temps, ne tenez pas compte de cet avis."
      : 'Please pay this amount without delay. If you have paid it meanwhile, disregard this notice.',
    'strong',
  )
  if (daysLate > THREE_WEEKS_DAYS) paper.paragraph(remedyText(facts))
  endWithContact(paper, facts)
  return paper.end()
}

function remedyText({ language, isResidential }: LateNoticeFacts): string {
  if (language === 'F')
    return isResidential
      ? "Le retard dépasse trois semaines : le locateur peut demander au Tribunal administratif du logement la résiliation du bail (C.c.Q., art. 1971). Le locataire l'évite en payant, avant jugement, le loyer dû, les intérêts et les frais (C.c.Q., art. 1883)."
      : 'Le retard dépasse trois semaines : le locateur peut exercer les recours que le bail et la loi lui donnent.'
  return isResidential
    ? 'The delay exceeds three weeks: the lessor may apply to the Tribunal administratif du logement for the resiliation of the lease (C.C.Q., art. 1971). The tenant avoids it by paying, before judgment, the rent due, interest and costs (C.C.Q., art. 1883).'
    : 'The delay exceeds three weeks: the lessor may exercise the remedies that the lease and the law provide.'
}
