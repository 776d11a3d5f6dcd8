/** Companies and divisions of the demonstration portfolio (recipe §4). */

export interface DemoCompany {
  readonly id: number
  readonly no: number
  readonly name: string
}

export interface DemoDivision {
  readonly id: number
  readonly company: DemoCompany
  readonly no: number
  readonly name: string
  readonly divisionType: 'P' | 'S' | 'G'
  /** Generated buildings per unit of scale. */
  readonly buildings: number
  readonly buildingType: 'RES' | 'COP' | 'RPA' | 'COM'
  readonly tenantType: 'D' | 'A' | 'C'
}

const laurier: DemoCompany = { id: 1, no: 1, name: 'Immeubles Laurier inc.' }
const pins: DemoCompany = { id: 2, no: 3, name: 'Gestion des Pins inc.' }
const chevreau: DemoCompany = { id: 3, no: 4, name: 'Résidences Chevreau inc.' }
const boreal: DemoCompany = { id: 4, no: 5, name: 'Complexe Boréal S.E.C.' }

export const companies: readonly DemoCompany[] = [laurier, pins, chevreau, boreal]

export const divisionLaurier: DemoDivision = {
  id: 1,
  company: laurier,
  no: 1,
  name: 'Division Laurier',
  divisionType: 'P',
  buildings: 4,
  buildingType: 'RES',
  tenantType: 'D',
}
const divisionSyndicate: DemoDivision = {
  id: 2,
  company: laurier,
  no: 2,
  name: 'Syndicat Laurier',
  divisionType: 'S',
  buildings: 1,
  buildingType: 'COP',
  tenantType: 'D',
}
export const divisionQuebec: DemoDivision = {
  id: 3,
  company: pins,
  no: 1,
  name: 'Division Québec',
  divisionType: 'G',
  buildings: 8,
  buildingType: 'RES',
  tenantType: 'D',
}
export const divisionLevis: DemoDivision = {
  id: 4,
  company: pins,
  no: 2,
  name: 'Division Lévis',
  divisionType: 'G',
  buildings: 3,
  buildingType: 'RES',
  tenantType: 'D',
}
export const divisionChevreau: DemoDivision = {
  id: 5,
  company: chevreau,
  no: 1,
  name: 'Division Chevreau',
  divisionType: 'P',
  buildings: 3,
  buildingType: 'RPA',
  tenantType: 'A',
}
export const divisionBoreal: DemoDivision = {
  id: 6,
  company: boreal,
  no: 1,
  name: 'Division Boréal',
  divisionType: 'P',
  buildings: 1,
  buildingType: 'COM',
  tenantType: 'C',
}

export const divisions: readonly DemoDivision[] = [
  divisionLaurier,
  divisionSyndicate,
  divisionQuebec,
  divisionLevis,
  divisionChevreau,
  divisionBoreal,
]

/** Id of an account of the chart: that of company 2 bare, the others' shifted by 100 × company Id. */
export function glAccountId(company: DemoCompany, id: number): number {
  return company.id === 2 ? id : id + 100 * company.id
}

/** Legacy key of a division, as rows copy it. */
export function divisionKeys(division: DemoDivision) {
  return { CompanyNo: division.company.no, DivisionNo: division.no }
}
