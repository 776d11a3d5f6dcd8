/** From whom, to whom and about which place a paper is, as the rows say it. */

import type { PaperFacts, PaperLanguage, Party } from '../../../papers/facts.ts'
import { flagOf, type Row, requiredNumber, requiredText, textOf } from '../../command/row.ts'
import type { IsoDate } from '../../leasing/dates.ts'
import { languageOf } from './draft-of.ts'
import type { SnapshotRows } from './snapshot-rows.ts'

/** All but the title and the date. `unit` is the one that is leased; undefined: the tenant has none. */
export async function partiesOf(
  tenant: Row,
  unit: Row | undefined,
  rows: SnapshotRows,
  date: IsoDate,
): Promise<Omit<PaperFacts, 'title' | 'date'>> {
  const language = languageOf(tenant)
  const division = await rows.get('LedgerDivision', requiredNumber(tenant, 'LedgerDivisionId'))
  const company = await rows.get('Company', requiredNumber(division, 'CompanyId'))
  const place = unit === undefined ? [] : await placeOf(unit, rows, language)
  const postal = addressOf(tenant, language)
  return {
    language,
    lessor: lessorOf(division, company, language),
    tenant: {
      name: nameOf(tenant),
      address: postal.length > 0 ? postal : place,
      phone: null,
      email: null,
    },
    coTenants: await coTenantsOf(tenant, rows, date),
    place,
  }
}

/** The division's own address and telephone go before those of its company. */
function lessorOf(
  division: Row,
  company: Row,
  language: PaperLanguage,
): Party & { neq: string | null } {
  const own = addressOf(division, language)
  return {
    name: textOf(company, 'LegalName') ?? requiredText(company, 'Name'),
    address: own.length > 0 ? own : addressOf(company, language),
    phone: textOf(division, 'Phone') ?? textOf(company, 'Phone'),
    email: textOf(division, 'Email') ?? textOf(company, 'Email'),
    neq: textOf(company, 'Neq'),
  }
}

function nameOf(person: Row): string {
  return [textOf(person, 'FirstName'), requiredText(person, 'LastName')]
    .filter((part) => part !== null && part !== '')
    .join(' ')
}

/** Lessees who have signed too, on a date. */
async function coTenantsOf(
  tenant: Row,
  rows: SnapshotRows,
  date: IsoDate,
): Promise<readonly string[]> {
  const people = await rows.select(
    'CoTenant',
    "tenant_id = $2 and role = 'C' and (end_date is null or end_date >= $3)",
    [tenant['Id'], date],
  )
  return people.map(nameOf)
}

async function placeOf(
  unit: Row,
  rows: SnapshotRows,
  language: PaperLanguage,
): Promise<readonly string[]> {
  const building = await rows.get('Building', requiredNumber(unit, 'BuildingId'))
  const street = textOf(unit, 'CivicNoAndStreet') ?? requiredText(building, 'CivicNoAndStreet')
  const door = textOf(unit, 'DoorNo') ?? requiredText(unit, 'UnitCode').trim()
  return [`${street}, ${doorWord(unit, language)}\u00a0${door}`, cityLine(building, language)]
}

function doorWord(unit: Row, language: PaperLanguage): string {
  const fr = language === 'F'
  if (flagOf(unit, 'IsRoom')) return fr ? 'chambre' : 'room'
  if (['R', 'A'].includes(requiredText(unit, 'UsageType'))) return fr ? 'app.' : 'apt.'
  return fr ? 'local' : 'unit'
}

/** Empty when there is no street. */
function addressOf(row: Row, language: PaperLanguage): readonly string[] {
  const street = textOf(row, 'CivicNoAndStreet')
  return street === null || street === '' ? [] : [street, cityLine(row, language)]
}

/** `Québec (Québec)  G1M 2R4`, `Québec, QC  G1M 2R4`: two blanks before the code (Canada Post). */
function cityLine(row: Row, language: PaperLanguage): string {
  const city = textOf(row, 'City') ?? ''
  const province = textOf(row, 'Province') ?? 'QC'
  const code = textOf(row, 'PostalCode')
  const place =
    language === 'F'
      ? `${city} (${province === 'QC' ? 'Québec' : province})`
      : `${city}, ${province}`
  return code === null ? place : `${place}\u00a0\u00a0${code}`
}
