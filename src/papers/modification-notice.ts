/**
 * The notice of modification of a lease (C.c.Q. 1942, 1943): what is to change from when, by how much, and for a
 * dwelling what the tenant may answer, until when, and what silence means (1945, 1947, 1955).
 */

import type { ModificationNoticeFacts } from './facts.ts'
import { beginPaper, endWithContact } from './letterhead.ts'
import { amountText, dayText, percentText } from './words.ts'

export async function writeModificationNotice(facts: ModificationNoticeFacts): Promise<Buffer> {
  const { language, isResidential } = facts
  const fr = language === 'F'
  const paper = beginPaper(facts)
  paper.paragraph(openingOf(facts))
  paper.values(rowsOf(facts))
  if (isResidential) {
    paper.heading('H2', fr ? 'Votre réponse' : 'Your answer')
    paper.paragraph(
      fr
        ? 'Vous avez un mois à compter de la réception de cet avis pour nous répondre, par écrit :'
        : 'You have one month from the day you receive this notice to answer us, in writing:',
      'strong',
    )
    paper.list(answersOf(facts))
    paper.paragraph(
      fr
        ? 'Si vous ne répondez pas dans ce délai, vous êtes réputé avoir accepté la modification (C.c.Q., art. 1945).'
        : 'If you do not answer within that time, you are deemed to have accepted the change (C.C.Q., art. 1945).',
      'strong',
    )
  }
  endWithContact(paper, facts)
  return paper.end()
}

function openingOf({
  language,
  currentEndDate,
  newStartDate,
  isResidential,
}: ModificationNoticeFacts): string {
  const from = dayText(newStartDate, language)
  if (language === 'F') {
    if (!isResidential)
      return `Nous vous proposons de poursuivre votre bail, à compter du ${from}, aux conditions suivantes.`
    return currentEndDate === null
      ? `Nous vous avisons que nous désirons modifier votre bail à durée indéterminée à compter du ${from}, comme suit.`
      : `Nous vous avisons que nous désirons modifier votre bail lors de sa reconduction, à compter du ${from}, comme suit.`
  }
  if (!isResidential)
    return `We offer to continue your lease, from ${from}, on the following conditions.`
  return currentEndDate === null
    ? `We give you notice that we wish to change your lease of indeterminate term from ${from}, as follows.`
    : `We give you notice that we wish to change your lease when it is renewed, from ${from}, as follows.`
}

function rowsOf(facts: ModificationNoticeFacts): readonly (readonly [string, string])[] {
  const { language, leaseNo, currentEndDate, newEndDate, guidelinePercent, otherChanges } = facts
  const fr = language === 'F'
  const day = (date: string): string => dayText(date, language)
  const amount = (value: string): string => amountText(value, language)
  const optional = (label: string, value: string | null): readonly (readonly [string, string])[] =>
    value === null || value === '' ? [] : [[label, value]]
  return [
    [fr ? 'Bail' : 'Lease', leaseNo],
    ...optional(
      fr ? 'Fin du terme courant' : 'End of the current term',
      currentEndDate === null ? null : day(currentEndDate),
    ),
    ...optional(
      fr ? 'Nouveau terme' : 'New term',
      newEndDate === null
        ? null
        : fr
          ? `Du ${day(facts.newStartDate)} au ${day(newEndDate)}`
          : `${day(facts.newStartDate)} to ${day(newEndDate)}`,
    ),
    [fr ? 'Loyer mensuel actuel' : 'Current monthly rent', amount(facts.currentRent)],
    [fr ? 'Nouveau loyer mensuel' : 'New monthly rent', amount(facts.newRent)],
    [fr ? 'Modification du loyer' : 'Change of the rent', changeText(facts)],
    ...optional(
      fr ? 'Indice publié, à titre indicatif' : 'Published index, for information',
      guidelinePercent === null ? null : percentText(guidelinePercent, language),
    ),
    ...optional(fr ? 'Autres modifications' : 'Other changes', otherChanges),
  ]
}

function changeText({
  language,
  increaseAmount,
  increasePercent,
}: ModificationNoticeFacts): string {
  if (Number(increaseAmount) === 0) return language === 'F' ? 'Aucune' : 'None'
  return `${amountText(increaseAmount, language)} (${percentText(increasePercent, language)})`
}

function answersOf(facts: ModificationNoticeFacts): readonly string[] {
  const { language, isSectionF } = facts
  const fr = language === 'F'
  const accept = fr
    ? 'Vous acceptez la modification : le bail se poursuit aux nouvelles conditions.'
    : 'You accept the change: the lease goes on under the new conditions.'
  const leave = leaveText(facts)
  if (isSectionF)
    return [
      accept,
      `${leave} ${
        fr
          ? 'Ce logement est visé par la section F du bail (C.c.Q., art. 1955) : qui refuse la modification doit quitter.'
          : 'This dwelling is under section F of the lease (C.C.Q., art. 1955): whoever refuses the change must leave.'
      }`,
    ]
  const stay = fr
    ? 'Vous refusez la modification et gardez le logement : nous pouvons alors, dans le mois qui suit la réception de votre refus, demander au Tribunal administratif du logement de fixer le loyer ou de statuer sur la modification; sinon, le bail est reconduit aux conditions actuelles (C.c.Q., art. 1947).'
    : 'You refuse the change and keep the dwelling: we may then, within one month after receiving your refusal, ask the Tribunal administratif du logement to fix the rent or rule on the change; otherwise the lease is renewed on its present conditions (C.C.Q., art. 1947).'
  return [accept, stay, leave]
}

function leaveText({ language, currentEndDate, newStartDate }: ModificationNoticeFacts): string {
  const fr = language === 'F'
  if (currentEndDate === null) {
    const before = dayText(newStartDate, language)
    return fr
      ? `Vous refusez la modification et quittez le logement avant le ${before}.`
      : `You refuse the change and leave the dwelling before ${before}.`
  }
  const end = dayText(currentEndDate, language)
  return fr
    ? `Vous refusez la modification et quittez le logement à la fin du bail, au plus tard le ${end}.`
    : `You refuse the change and leave the dwelling at the end of the lease, at the latest on ${end}.`
}
