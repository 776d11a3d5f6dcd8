/** Modules that a property manager acquires; an optional one may be missing. */

import type { Module } from './entity-type.ts'

export const modules = [
  { code: 'core', fr: 'Immeubles et structure', en: 'Buildings and structure', optional: false },
  { code: 'leasing', fr: 'Location et baux', en: 'Leasing', optional: false },
  { code: 'crm', fr: 'Prospection (CRM)', en: 'Prospects (CRM)', optional: true },
  { code: 'receivables', fr: 'Comptes à recevoir', en: 'Receivables', optional: false },
  { code: 'pad', fr: 'Paiements préautorisés', en: 'Pre-authorized debits', optional: true },
  { code: 'maintenance', fr: 'Appels de service', en: 'Maintenance', optional: false },
  { code: 'payables', fr: 'Comptes à payer', en: 'Payables', optional: false },
  { code: 'accounting', fr: 'Grand livre', en: 'General ledger', optional: false },
  { code: 'financial-statements', fr: 'États financiers', en: 'Financial statements', optional: true },
  { code: 'documents', fr: 'Documents', en: 'Documents', optional: false },
  { code: 'communications', fr: 'Communications', en: 'Communications', optional: false },
  { code: 'webhooks', fr: 'Webhooks', en: 'Webhooks', optional: false },
] as const satisfies readonly Module[]
