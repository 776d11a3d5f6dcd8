/** The summary of a lease: what was agreed, on one or two pages; the lease itself is what counts. */

import type { LeaseSummaryFacts } from './facts.ts'
import { beginPaper, endWithContact } from './letterhead.ts'
import { amountText, dayText } from './words.ts'

const EVERY = {
  F: { month: 'par mois', quarter: 'par trimestre', year: 'par an', once: 'une fois' },
  A: { month: 'a month', quarter: 'a quarter', year: 'a year', once: 'once' },
} as const

type Row = readonly [label: string, value: string]

export async function writeLeaseSummary(facts: LeaseSummaryFacts): Promise<Buffer> {
  const { language, isResidential, extras } = facts
  const fr = language === 'F'
  const paper = beginPaper(facts)
  paper.paragraph(
    fr
      ? `Ce sommaire est produit à la signature du bail et ne le remplace pas : le bail signé${isResidential ? ', sur le formulaire obligatoire du Tribunal administratif du logement,' : ''} fait foi.`
      : `This summary is produced when the lease is signed and does not replace it: the signed lease${isResidential ? ', on the mandatory form of the Tribunal administratif du logement,' : ''} prevails.`,
  )
  paper.heading('H2', fr ? 'Durée' : 'Term')
  paper.values(termRows(facts))
  paper.heading('H2', fr ? 'Loyer' : 'Rent')
  paper.values(rentRows(facts))
  if (extras.length > 0) {
    paper.heading('H2', fr ? 'Services et espaces' : 'Services and spaces')
    paper.table(
      [
        { title: fr ? 'Description' : 'Description', width: 40 },
        { title: fr ? 'Période' : 'Period', width: 38 },
        { title: fr ? 'Montant' : 'Amount', width: 22, align: 'right' },
      ],
      extras.map((extra) => [
        extra.name,
        periodText(extra.startDate, extra.endDate, facts),
        `${amountText(extra.amount, language)} ${EVERY[language][extra.every]}`,
      ]),
    )
  }
  paper.heading('H2', fr ? 'Conditions' : 'Conditions')
  paper.values(conditionRows(facts))
  for (const mention of mentionsOf(facts)) paper.paragraph(mention)
  endWithContact(paper, facts)
  return paper.end()
}

function termRows(facts: LeaseSummaryFacts): readonly Row[] {
  const { language, leaseNo, startDate, endDate, months, isRenewable } = facts
  const fr = language === 'F'
  return [
    [fr ? 'Bail' : 'Lease', leaseNo],
    [fr ? 'Signé le' : 'Signed on', dayText(facts.date, language)],
    [fr ? 'Début' : 'Start', dayText(startDate, language)],
    [
      fr ? 'Fin' : 'End',
      endDate === null
        ? fr
          ? 'Durée indéterminée'
          : 'Indeterminate term'
        : dayText(endDate, language),
    ],
    ...(months === null ? [] : [monthsRow(months, fr)]),
    ...(endDate === null
      ? []
      : [[fr ? 'Reconduction' : 'Renewal', renewalText(facts, isRenewable)] as const]),
  ]
}

function monthsRow(months: number, fr: boolean): Row {
  return fr
    ? ['Durée', `${months}\u00a0mois`]
    : ['Length', `${months}\u00a0month${months === 1 ? '' : 's'}`]
}

function renewalText({ language, isResidential }: LeaseSummaryFacts, isRenewable: boolean): string {
  const fr = language === 'F'
  if (!isRenewable) return fr ? 'Non prévue' : 'Not provided for'
  if (!isResidential) return fr ? 'Prévue à la fin du terme' : 'Provided for at the end of the term'
  return fr
    ? 'De plein droit à la fin du terme (C.c.Q., art. 1941)'
    : 'Of right at the end of the term (C.C.Q., art. 1941)'
}

function rentRows(facts: LeaseSummaryFacts): readonly Row[] {
  const { language, rent, paymentDay, deposit, newLesseeRent } = facts
  const fr = language === 'F'
  const day = fr
    ? `Le ${paymentDay === 1 ? '1er' : paymentDay} de chaque mois`
    : `On day ${paymentDay} of each month`
  return [
    [fr ? 'Loyer mensuel' : 'Monthly rent', amountText(rent, language)],
    [fr ? 'Exigible' : 'Due', day],
    ...(deposit === null || Number(deposit) === 0
      ? []
      : [[fr ? 'Dépôt' : 'Deposit', amountText(deposit, language)] as const]),
    ...(newLesseeRent === null
      ? []
      : [
          [
            fr ? 'Loyer le plus bas des 12 mois précédents' : 'Lowest rent of the 12 months before',
            amountText(newLesseeRent, language),
          ] as const,
        ]),
  ]
}

function conditionRows(facts: LeaseSummaryFacts): readonly Row[] {
  const { language, byLawsDeliveredDate } = facts
  const fr = language === 'F'
  const included = (is: boolean): string =>
    fr
      ? is
        ? 'Compris dans le loyer'
        : 'À la charge du locataire'
      : is
        ? 'Included in the rent'
        : 'Paid by the tenant'
  const allowed = (is: boolean): string =>
    fr ? (is ? 'Permis' : 'Non permis') : is ? 'Allowed' : 'Not allowed'
  return [
    [fr ? 'Chauffage' : 'Heating', included(facts.heatingIncluded)],
    [fr ? 'Eau chaude' : 'Hot water', included(facts.hotWaterIncluded)],
    [fr ? 'Électricité' : 'Electricity', included(facts.electricityIncluded)],
    [fr ? 'Animaux' : 'Pets', allowed(facts.petsAllowed)],
    [fr ? 'Usage du tabac' : 'Smoking', allowed(facts.smokingAllowed)],
    ...(byLawsDeliveredDate === null
      ? []
      : [
          [
            fr ? "Règlement de l'immeuble remis le" : 'By-laws delivered on',
            dayText(byLawsDeliveredDate, language),
          ] as const,
        ]),
  ]
}

function mentionsOf(facts: LeaseSummaryFacts): readonly string[] {
  const { language, isResidential, isSectionF, sectionFMaximumRent, newLesseeRent, rent } = facts
  const fr = language === 'F'
  if (!isResidential) return []
  if (isSectionF) {
    const maximum =
      sectionFMaximumRent === null
        ? ''
        : fr
          ? ` Le loyer maximal déclaré est de ${amountText(sectionFMaximumRent, language)}.`
          : ` The maximum rent declared is ${amountText(sectionFMaximumRent, language)}.`
    return [
      (fr
        ? 'Ce logement est visé par la section F du bail : le droit de faire fixer le loyer et de faire modifier le bail par le Tribunal est restreint (C.c.Q., art. 1955), et le locataire qui refuse une modification quitte le logement à la fin du bail.'
        : 'This dwelling is under section F of the lease: the right to have the Tribunal fix the rent or change the lease is restricted (C.C.Q., art. 1955), and a tenant who refuses a change leaves the dwelling at the end of the lease.') +
        maximum,
    ]
  }
  if (newLesseeRent === null || Number(rent) <= Number(newLesseeRent)) return []
  return [
    fr
      ? 'Le nouveau locataire qui paie un loyer supérieur au plus bas des 12 mois précédents peut demander au Tribunal administratif du logement de le fixer, dans le mois qui suit la conclusion du bail (C.c.Q., art. 1950).'
      : 'A new tenant who pays more than the lowest rent of the 12 months before may ask the Tribunal administratif du logement to fix the rent, within one month after the lease is entered into (C.C.Q., art. 1950).',
  ]
}

function periodText(start: string, end: string | null, { language }: LeaseSummaryFacts): string {
  const from = dayText(start, language)
  if (end === null) return language === 'F' ? `À compter du ${from}` : `From ${from}`
  const to = dayText(end, language)
  return language === 'F' ? `Du ${from} au ${to}` : `${from} to ${to}`
}
