/** Operations bound to an entity set or to one entity. */

import type { Operation } from './entity-type.ts'

/** In characters: texts of parameters (reasons) are stored in fields of this length. */
export const PARAMETER_TEXT_MAX = 200

export const operations = [
  {
    name: 'ForRent',
    kind: 'function',
    set: 'Units',
    bindsTo: 'collection',
    returns: 'Collection(AvailableUnit)',
    rule: 'R-026',
    parameters: [
      { name: 'StartDate', type: 'Edm.Date', required: false, defaultText: 'business date', fr: 'Début de la plage', en: 'Range start' },
      { name: 'EndDate', type: 'Edm.Date', required: false, defaultText: 'StartDate + 90 days', fr: 'Fin de la plage', en: 'Range end' },
      { name: 'MinimumDays', type: 'Edm.Int32', required: false, defaultText: 'MinimumRentalDays of the division', fr: 'Durée libre minimale', en: 'Minimum free days' },
    ],
  },
  {
    name: 'Availability',
    kind: 'function',
    set: 'Units',
    bindsTo: 'entity',
    returns: 'Collection(AvailabilityInterval)',
    rule: 'R-029',
    parameters: [
      { name: 'StartDate', type: 'Edm.Date', required: false, defaultText: 'business date', fr: 'Début', en: 'Start' },
      { name: 'EndDate', type: 'Edm.Date', required: false, defaultText: 'StartDate + 365 days', fr: 'Fin', en: 'End' },
    ],
  },
  {
    name: 'Availability',
    kind: 'function',
    set: 'Parkings',
    bindsTo: 'entity',
    returns: 'Collection(AvailabilityInterval)',
    rule: 'R-029',
    parameters: [
      { name: 'StartDate', type: 'Edm.Date', required: false, defaultText: 'business date', fr: 'Début', en: 'Start' },
      { name: 'EndDate', type: 'Edm.Date', required: false, defaultText: 'StartDate + 365 days', fr: 'Fin', en: 'End' },
    ],
  },
  {
    name: 'Availability',
    kind: 'function',
    set: 'Storages',
    bindsTo: 'entity',
    returns: 'Collection(AvailabilityInterval)',
    rule: 'R-029',
    parameters: [
      { name: 'StartDate', type: 'Edm.Date', required: false, defaultText: 'business date', fr: 'Début', en: 'Start' },
      { name: 'EndDate', type: 'Edm.Date', required: false, defaultText: 'StartDate + 365 days', fr: 'Fin', en: 'End' },
    ],
  },
  {
    name: 'Aging',
    kind: 'function',
    set: 'Tenants',
    bindsTo: 'collection',
    returns: 'Collection(AgedBalance)',
    rule: 'R-058',
    parameters: [{ name: 'AsOfDate', type: 'Edm.Date', required: false, defaultText: 'business date', fr: 'En date du', en: 'As of' }],
  },
  {
    name: 'RentOn',
    kind: 'function',
    set: 'Leases',
    bindsTo: 'entity',
    returns: 'RentOnDate',
    rule: 'R-037',
    parameters: [{ name: 'Date', type: 'Edm.Date', required: true, fr: 'Date', en: 'Date' }],
  },
  {
    name: 'Cancel',
    kind: 'action',
    set: 'Leases',
    bindsTo: 'entity',
    returns: 'Lease',
    rule: 'R-047',
    parameters: [{ name: 'Reason', type: 'Edm.String', required: true, fr: 'Motif', en: 'Reason' }],
  },
  {
    name: 'Return',
    kind: 'action',
    set: 'Payments',
    bindsTo: 'entity',
    returns: 'Payment',
    rule: 'R-059',
    parameters: [
      { name: 'ReturnDate', type: 'Edm.Date', required: true, fr: 'Date de retour', en: 'Return date' },
      { name: 'ReturnReason', type: 'Edm.String', required: true, fr: 'Motif de retour', en: 'Return reason' },
    ],
  },
  {
    name: 'Cancel',
    kind: 'action',
    set: 'Payments',
    bindsTo: 'entity',
    returns: 'Payment',
    rule: 'R-056',
    parameters: [{ name: 'Reason', type: 'Edm.String', required: true, fr: 'Motif', en: 'Reason' }],
  },
  {
    name: 'Reverse',
    kind: 'action',
    set: 'ReceivableTransactions',
    bindsTo: 'entity',
    returns: 'ReceivableTransaction',
    rule: 'R-061',
    parameters: [
      { name: 'TransactionDate', type: 'Edm.Date', required: false, defaultText: 'business date', fr: 'Date', en: 'Date' },
      { name: 'Reason', type: 'Edm.String', required: true, fr: 'Motif', en: 'Reason' },
    ],
  },
  {
    name: 'Collect',
    kind: 'action',
    set: 'PreauthorizedDebits',
    bindsTo: 'collection',
    returns: 'CollectionResult',
    rule: 'R-063',
    parameters: [
      { name: 'BankAccountId', type: 'Edm.Int32', required: true, fr: 'Compte bancaire', en: 'Bank account' },
      { name: 'DebitDate', type: 'Edm.Date', required: true, fr: 'Date du débit', en: 'Debit date' },
    ],
  },
] as const satisfies readonly Operation[]
