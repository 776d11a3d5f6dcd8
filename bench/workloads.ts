/**
 * What is asked. Keys, months, offsets and patterns differ from one request to the next, so that no
 * memory of whole answers could hide the work; W1, W3 to W5 and the plain count have one request each.
 */

export interface Request {
  readonly method: 'GET' | 'POST'
  /** Path and query below the product's origin. */
  readonly product: string
  /** The same, as the ceiling reads it: the workload and its values. */
  readonly ceiling: string
  /** JSON, the same for both; empty without a body. */
  readonly body: string
}

export interface Workload {
  readonly name: string
  readonly title: string
  readonly requests: readonly Request[]
  /** Its answers take seconds at 32 connections: rounds last so many times longer. */
  readonly patience: number
}

const TENANTS = 100_000
const BUILDINGS = 624
const POINT_KEYS = 2_000

/** Two letters: thousands of names match, and no trigram. */
const COMMON = ['ou', 'an', 'er', 'le', 'ch', 'ar', 'in', 'ie']
/** The last two syllables of rare names: some forty names each. */
const MIDDLES = ['bil', 'dax', 'fen', 'gom', 'hyl', 'jul', 'kep', 'lox', 'mur', 'nav', 'piq', 'rud']
const ENDS = ['aki', 'ebo', 'izu', 'oda', 'ura', 'yli', 'ash', 'ekt', 'ilv', 'omb', 'uft', 'yrd']
const RARE = MIDDLES.flatMap((middle) => ENDS.map((end) => middle + end))

const STREETS = ['ERAB', 'CEDR', 'PINS', 'BOUL', 'STLO', 'CART']

export const workloads: readonly Workload[] = [
  workload('W1', 'Buildings, five columns', [
    request('Buildings?$select=Id,CompanyNo,DivisionNo,BuildingCode,Name', 'W1'),
  ]),
  workload(
    'W2',
    'units of one building, by its code',
    numbers(BUILDINGS).map((id) => {
      const { companyNo, divisionNo, code } = building(id)
      return request(
        `Units?$filter=CompanyNo eq ${companyNo} and DivisionNo eq ${divisionNo} and BuildingCode eq '${code}'`,
        `W2/${companyNo}/${divisionNo}/${code}`,
      )
    }),
  ),
  workload('W3', 'Buildings, all columns, ordered', [
    request('Buildings?$orderby=CompanyNo,DivisionNo,Name', 'W3'),
  ]),
  workload('W4', 'Tenants, first ten', [request('Tenants?$top=10', 'W4')]),
  {
    ...workload('W5', 'Buildings with their 15,600 units', [
      request('Buildings?$expand=Units', 'W5'),
    ]),
    patience: 5,
  },
  workload(
    'W6',
    "the guide's combined query, per division",
    numbers(24).map((id) => {
      const { companyNo, divisionNo } = building(id)
      return request(
        `Buildings?$select=CompanyNo,DivisionNo,BuildingCode,Id,Units&$expand=Units($select=Id,UnitCode,NumberOfRooms)&$orderby=BuildingCode&$filter=CompanyNo eq ${companyNo} and DivisionNo eq ${divisionNo}`,
        `W6/${companyNo}/${divisionNo}`,
      )
    }),
  ),
  workload(
    'W7',
    'one tenant by its key',
    numbers(POINT_KEYS).map((n) => request(`Tenants(${spread(n)})`, `W7/${spread(n)}`)),
  ),
  workload(
    'W8',
    'a co-tenant created, with its change-log row',
    numbers(POINT_KEYS).map((n) => creation('CoTenants', 'W8', coTenant(n))),
  ),
  workload(
    'W9',
    'Units/ForRent of a month',
    numbers(12).map((n) => {
      const [start, end] = month(n)
      return request(`Units/ForRent?StartDate=${start}&EndDate=${end}`, `W9/${start}/${end}`)
    }),
  ),
  workload(
    'W10',
    'Tenants, a page far down',
    offsets().map((skip) => request(`Tenants?$orderby=Id&$skip=${skip}&$top=100`, `W10/${skip}`)),
  ),
  workload(
    'W10c',
    'the same with $count=true',
    offsets().map((skip) =>
      request(`Tenants?$orderby=Id&$skip=${skip}&$top=100&$count=true`, `W10c/${skip}`),
    ),
  ),
  workload(
    'W10k',
    'the same page by Id gt n',
    offsets().map((id) =>
      request(`Tenants?$filter=Id gt ${id}&$orderby=Id&$top=100`, `W10k/${id}`),
    ),
  ),
  workload('W10n', 'Tenants/$count', [request('Tenants/$count', 'W10n')]),
  workload(
    'W11',
    'contains, common',
    COMMON.map((text) =>
      request(`Tenants?$filter=contains(LastName,'${text}')&$top=100`, `W11/%${text}%`),
    ),
  ),
  workload(
    'W11s',
    'contains, selective',
    RARE.map((text) =>
      request(`Tenants?$filter=contains(LastName,'${text}')&$top=100`, `W11s/%${text}%`),
    ),
  ),
  workload(
    'W11n',
    'contains, common, $count',
    COMMON.map((text) =>
      request(`Tenants/$count?$filter=contains(LastName,'${text}')`, `W11n/%${text}%`),
    ),
  ),
]

/** All tenants in one answer; measured by its first byte, its speed and the memory it takes. */
export const stream: Request = request('Tenants', 'STREAM')

function workload(name: string, title: string, requests: readonly Request[]): Workload {
  return { name, title, requests, patience: 1 }
}

function request(product: string, ceiling: string): Request {
  return {
    method: 'GET',
    product: `/api/${encode(product)}`,
    ceiling: `/${encode(ceiling)}`,
    body: '',
  }
}

function creation(set: string, ceiling: string, row: unknown): Request {
  return { ...request(set, ceiling), method: 'POST', body: JSON.stringify(row) }
}

/** Somebody who lives with a tenant: the rest of the row are its tenant's key and defaults. */
function coTenant(n: number): unknown {
  const name = RARE[n % RARE.length] ?? ''
  return {
    TenantId: spread(n),
    LastName: `Lavoie-${name}`,
    FirstName: `Zoé ${n}`,
    Phone: `514 555-${1000 + n}`,
    Email: `${name}${n}@exemple.test`,
    StartDate: `2026-${String(1 + (n % 6)).padStart(2, '0')}-01`,
  }
}

/** What a client must write otherwise in a URL; `$`, quotes and parentheses may stand. */
function encode(text: string): string {
  return text.replaceAll('%', '%25').replaceAll(' ', '%20')
}

/** From 1. */
function numbers(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index + 1)
}

/** Keys far apart: neighbours would share pages. */
function spread(n: number): number {
  return 1 + ((n * 48_271) % TENANTS)
}

function offsets(): readonly number[] {
  return numbers(50).map((n) => 50_000 + n * 37)
}

function month(n: number): readonly [string, string] {
  const day = (index: number, date: number): string =>
    new Date(Date.UTC(2026, 5 + index, date)).toISOString().slice(0, 10)
  return [day(n, 1), day(n + 1, 0)]
}

/** As `portfolio.sql` makes them. */
function building(id: number): { companyNo: number; divisionNo: number; code: string } {
  const division = (id - 1) % 24
  return {
    companyNo: 1 + Math.floor(division / 4),
    divisionNo: 1 + (division % 4),
    code: id === 9 ? '1000PINS' : `${1000 + id}${STREETS[id % STREETS.length]}`,
  }
}
