/** The service calls and the message of the guide's building 630 (recipe §6): the same at every scale. */

import type { DemoRow } from './demo-row.ts'
import type { DemoTenant } from './lease-rows.ts'
import { messageRow } from './message-rows.ts'
import type { DemoUnit } from './property-rows.ts'
import { serviceCallRows } from './service-call-rows.ts'

const plumbing = 2
const locks = 4

/** What tenant 7535 and his neighbours called for, and what he wrote of it. */
export function* guideServiceCallRows(unit: DemoUnit, tenant: DemoTenant): Iterable<DemoRow> {
  yield* leakRows(unit, tenant)
  yield* laundryRows(unit)
  yield* lockRows(unit, tenant)
  yield messageRow(tenant, {
    Id: 8801,
    Subject: "Fuite sous l'évier",
    Body: 'Bonjour, le siphon coule encore ce matin.',
    SentDate: '2026-06-13T11:45:00Z',
    ServiceCallId: 5001,
  })
}

/** Assigned, and past the end that its category promises (R-093, example 1). */
function leakRows(unit: DemoUnit, tenant: DemoTenant): Iterable<DemoRow> {
  return serviceCallRows({
    id: 5001,
    no: 812,
    building: unit.building,
    unit,
    tenantId: tenant.id,
    categoryId: plumbing,
    status: 'A',
    requested: new Date('2026-06-12T13:20:00Z'),
    details: [],
    given: {
      Source: 'P',
      Title: "Fuite sous l'évier",
      Description: "Le siphon de l'évier de cuisine coule.",
      Location: 'Cuisine',
      AccessPermission: true,
      AssignedDate: '2026-06-12T14:05:00Z',
      ExternalId: 'portail-4471',
    },
  })
}

/** Completed, with the costs of R-092's first example. */
function laundryRows({ building }: DemoUnit): Iterable<DemoRow> {
  return serviceCallRows({
    id: 5002,
    no: 811,
    building,
    unit: null,
    tenantId: null,
    categoryId: plumbing,
    status: 'T',
    requested: new Date('2026-06-09T12:10:00Z'),
    details: [
      {
        id: 9901,
        detailType: 'M',
        at: new Date('2026-06-10T15:00:00Z'),
        description: 'Remplacement du robinet',
        quantity: 150,
        unitPrice: 4_800,
      },
      {
        id: 9902,
        detailType: 'P',
        at: new Date('2026-06-10T15:00:00Z'),
        description: 'Robinet de buanderie',
        quantity: 100,
        unitPrice: 3_895,
      },
    ],
    given: {
      Source: 'T',
      Title: 'Robinet qui coule',
      Description: 'Le robinet de la buanderie coule même fermé.',
      Location: 'Buanderie',
      AssignedDate: '2026-06-09T13:00:00Z',
      StartedDate: '2026-06-10T13:30:00Z',
      CompletedDate: '2026-06-10T15:00:00Z',
      Resolution: 'Robinet remplacé.',
    },
  })
}

/** Closed: nothing but its rating may change (R-090, R-092 example 2). */
function lockRows(unit: DemoUnit, tenant: DemoTenant): Iterable<DemoRow> {
  return serviceCallRows({
    id: 5003,
    no: 810,
    building: unit.building,
    unit,
    tenantId: tenant.id,
    categoryId: locks,
    status: 'F',
    requested: new Date('2026-05-11T12:40:00Z'),
    details: [
      {
        id: 9903,
        detailType: 'M',
        at: new Date('2026-05-11T15:30:00Z'),
        description: 'Remplacement du barillet',
        quantity: 100,
        unitPrice: 4_800,
      },
    ],
    given: {
      Source: 'A',
      Title: 'Serrure bloquée',
      Description: "La clé tourne mal dans la porte d'entrée.",
      AccessPermission: true,
      AssignedDate: '2026-05-11T13:00:00Z',
      StartedDate: '2026-05-11T14:30:00Z',
      CompletedDate: '2026-05-11T15:30:00Z',
      ClosedDate: '2026-05-14T15:30:00Z',
      Resolution: 'Barillet remplacé.',
      SatisfactionRating: 5,
    },
  })
}
