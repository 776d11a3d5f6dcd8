/** Properties that people search and sort by, beyond what keys and references already index. */

/** Orders of lists that screens and integrators ask for, by entity set; `Id` breaks ties. */
export const usualOrders: Readonly<Record<string, readonly (readonly string[])[]>> = {
  Buildings: [['CompanyNo', 'DivisionNo', 'Name'], ['Name']],
  Tenants: [['LastName', 'FirstName']],
}
