/** Properties that people search and sort by, beyond what keys and references already index. */

/** Text of people, places and things that is searched by a part of it (`contains`, `$search`). */
export const searchedNames: readonly string[] = [
  'Name',
  'LegalName',
  'LastName',
  'FirstName',
  'Email',
  'City',
  'CivicNoAndStreet',
]

/** Orders of lists that screens and integrators ask for, by entity set; `Id` breaks ties. */
export const usualOrders: Readonly<Record<string, readonly (readonly string[])[]>> = {
  Buildings: [['CompanyNo', 'DivisionNo', 'Name'], ['Name']],
  Tenants: [['LastName', 'FirstName']],
}
