/** The chart of accounts of the recipe (§4): the same accounts in every company. */

import { type DemoRow, demoRow } from './demo-row.ts'
import { companies, glAccountId } from './divisions.ts'

interface Account {
  readonly id: number
  readonly no: string
  readonly fr: string
  readonly en: string
  readonly accountType: 'A' | 'P' | 'C' | 'R' | 'D'
  readonly section: string
  readonly isControl?: boolean
}

const accounts: readonly Account[] = [
  { id: 1, no: '1010', fr: 'Encaisse', en: 'Cash', accountType: 'A', section: 'ENCAISSE' },
  {
    id: 2,
    no: '1200',
    fr: 'Locataires débiteurs',
    en: 'Receivables',
    accountType: 'A',
    section: 'DEBITEURS',
    isControl: true,
  },
  { id: 3, no: '1310', fr: 'TPS à recevoir', en: 'GST paid', accountType: 'A', section: 'TAXES' },
  { id: 4, no: '1320', fr: 'TVQ à recevoir', en: 'QST paid', accountType: 'A', section: 'TAXES' },
  {
    id: 6,
    no: '2100',
    fr: 'Fournisseurs',
    en: 'Payables',
    accountType: 'P',
    section: 'FOURNISSEURS',
    isControl: true,
  },
  { id: 7, no: '2310', fr: 'TPS à payer', en: 'GST collected', accountType: 'P', section: 'TAXES' },
  { id: 8, no: '2320', fr: 'TVQ à payer', en: 'QST collected', accountType: 'P', section: 'TAXES' },
  {
    id: 10,
    no: '4100',
    fr: 'Loyers résidentiels',
    en: 'Residential rents',
    accountType: 'R',
    section: 'LOYERS',
  },
  {
    id: 11,
    no: '4200',
    fr: 'Loyers commerciaux',
    en: 'Commercial rents',
    accountType: 'R',
    section: 'LOYERS',
  },
  { id: 12, no: '4300', fr: 'Stationnements', en: 'Parking', accountType: 'R', section: 'AUTRES' },
  { id: 13, no: '4310', fr: 'Rangements', en: 'Storage', accountType: 'R', section: 'AUTRES' },
  {
    id: 14,
    no: '4190',
    fr: 'Rabais de loyer',
    en: 'Rent discounts',
    accountType: 'R',
    section: 'LOYERS',
  },
  {
    id: 15,
    no: '4400',
    fr: 'Autres services',
    en: 'Other services',
    accountType: 'R',
    section: 'AUTRES',
  },
  {
    id: 16,
    no: '4900',
    fr: 'Frais divers',
    en: 'Sundry fees',
    accountType: 'R',
    section: 'AUTRES',
  },
  {
    id: 20,
    no: '5100',
    fr: 'Entretien général',
    en: 'General maintenance',
    accountType: 'D',
    section: 'ENTRETIEN',
  },
  {
    id: 22,
    no: '5210',
    fr: 'Entretien - plomberie',
    en: 'Maintenance - plumbing',
    accountType: 'D',
    section: 'ENTRETIEN',
  },
  {
    id: 23,
    no: '5220',
    fr: 'Entretien - électricité',
    en: 'Maintenance - electricity',
    accountType: 'D',
    section: 'ENTRETIEN',
  },
  {
    id: 30,
    no: '3200',
    fr: 'Bénéfices non répartis',
    en: 'Retained earnings',
    accountType: 'C',
    section: 'CAPITAUX',
  },
]

/** Accounts that have a budget: revenues and expenses. */
export const budgetedAccounts = accounts.filter(
  ({ accountType }) => accountType === 'R' || accountType === 'D',
)

export function* glAccountRows(): Iterable<DemoRow> {
  for (const company of companies) {
    for (const account of accounts) {
      yield demoRow('GlAccount', {
        Id: glAccountId(company, account.id),
        CompanyNo: company.no,
        AccountNo: account.no,
        CompanyId: company.id,
        NameFr: account.fr,
        NameEn: account.en,
        AccountType: account.accountType,
        NormalBalance: account.accountType === 'A' || account.accountType === 'D' ? 'D' : 'C',
        IsControl: account.isControl ?? false,
        StatementSection: account.section,
      })
    }
  }
}
