/**
 * What the documentation says of each bound function, with a call and its answer on the demonstration portfolio.
 * A test makes each call.
 */

import type { Label } from '../model/entity-type.ts'
import { enumerations } from '../model/enumerations.ts'
import type { Json } from './json.ts'

/** Calls and answers of one bound function. */
export interface FunctionExample {
  readonly what: Label
  /** The component that shows its 400. */
  readonly refusals: 'BadRange' | 'BadEntityRange' | 'BadEntityDate'
  /** `Id` of the entity that the example asks about; undefined for a function of the collection. */
  readonly id?: number
  readonly arguments: Readonly<Record<string, string>>
  /** The answer to the example; undefined where it is too long to print. */
  readonly answer?: Json
}

const summer = { StartDate: '2026-06-15', EndDate: '2026-12-31' }

/** Codes of AvailabilityState and what they mean. */
function states(language: 'fr' | 'en'): string {
  return enumerations.AvailabilityState.members
    .map((member) => `\`${member.code}\` ${member[language]}`)
    .join(', ')
}

const whyNot: Label = {
  fr: `Pourquoi l'enregistrement n'est pas disponible : la plage coupée en intervalles consécutifs, chacun avec son état, l'entité en cause et ce qui le libérerait. \`EndDate\` est nul quand l'intervalle n'a pas de fin connue. Une unité ou un espace hors location (inactif, non louable, réservé aux visiteurs) est \`IN\` les jours où personne ne le tient.\n\n\`State\` : ${states('fr')}.`,
  en: `Why the record is not available: the range cut into consecutive intervals, each with its state, the entity at cause and what would free it. \`EndDate\` is null when the interval has no known end. A unit or a space that is not for rent (inactive, not rentable, kept for visitors) is \`IN\` on the days when nobody holds it.\n\n\`State\`: ${states('en')}.`,
}

/** By `Set/Name`. */
export const functionExamples: Readonly<Record<string, FunctionExample>> = {
  'Units/ForRent': {
    what: {
      fr: 'Les unités qui deviennent libres dans la plage, pour la durée minimale demandée.',
      en: 'The units that become free within the range, for the minimum number of days asked.',
    },
    refusals: 'BadRange',
    arguments: { StartDate: '2026-07-01', EndDate: '2026-07-31', MinimumDays: '30' },
  },
  'Units/Availability': {
    what: whyNot,
    refusals: 'BadEntityRange',
    id: 9007,
    arguments: summer,
    answer: {
      value: [
        {
          StartDate: '2026-06-15',
          EndDate: '2026-06-30',
          State: 'BL',
          Entity: 'Lease',
          EntityId: 9207,
          MessageFr:
            "L'unité 3-2 900DEMO 107 est louée jusqu'au 2026-06-30 inclusivement, date de départ inscrite à la fiche du locataire 7.0 (bail L-9207).",
          MessageEn:
            'Unit 3-2 900DEMO 107 is leased through 2026-06-30, the departure date entered on tenant 7.0 (lease L-9207).',
        },
        {
          StartDate: '2026-07-01',
          EndDate: '2026-09-30',
          State: 'LI',
          Entity: null,
          EntityId: null,
          MessageFr: "L'unité 3-2 900DEMO 107 est libre jusqu'au 2026-09-30 inclusivement.",
          MessageEn: 'Unit 3-2 900DEMO 107 is free through 2026-09-30.',
        },
        {
          StartDate: '2026-10-01',
          EndDate: null,
          State: 'BR',
          Entity: 'Lease',
          EntityId: 9257,
          MessageFr:
            "L'unité 3-2 900DEMO 107 est conservée par le bail renouvelable L-9257 tant qu'aucune date de départ n'est inscrite à la fiche du locataire 57.0.",
          MessageEn:
            'Unit 3-2 900DEMO 107 is kept by renewable lease L-9257 until a departure date is entered on tenant 57.0.',
        },
      ],
    },
  },
  'Parkings/Availability': {
    what: whyNot,
    refusals: 'BadEntityRange',
    id: 9301,
    arguments: summer,
    answer: {
      value: [
        {
          StartDate: '2026-06-15',
          EndDate: null,
          State: 'LR',
          Entity: 'TenantParking',
          EntityId: 9401,
          MessageFr:
            "Le stationnement 3-2 900DEMO P01 est conservé par une location renouvelable tant qu'aucune date de départ n'est inscrite à la fiche du locataire 2.0.",
          MessageEn:
            'Parking space 3-2 900DEMO P01 is kept by a renewable rental until a departure date is entered on tenant 2.0.',
        },
      ],
    },
  },
  'Storages/Availability': {
    what: whyNot,
    refusals: 'BadEntityRange',
    id: 9351,
    arguments: summer,
    answer: {
      value: [
        {
          StartDate: '2026-06-15',
          EndDate: '2026-06-30',
          State: 'LO',
          Entity: 'TenantStorage',
          EntityId: 9451,
          MessageFr:
            "Le rangement 3-2 900DEMO R01 est loué jusqu'au 2026-06-30 inclusivement, date de départ inscrite à la fiche du locataire 1.0.",
          MessageEn:
            'Storage space 3-2 900DEMO R01 is rented through 2026-06-30, the departure date entered on tenant 1.0.',
        },
        {
          StartDate: '2026-07-01',
          EndDate: null,
          State: 'LI',
          Entity: null,
          EntityId: null,
          MessageFr: 'Le rangement 3-2 900DEMO R01 est libre, sans fin connue.',
          MessageEn: 'Storage space 3-2 900DEMO R01 is free, with no known end.',
        },
      ],
    },
  },
  'Leases/RentOn': {
    what: {
      fr: "Le loyer à une date : celui du dernier changement de loyer non annulé qui prend effet au plus tard ce jour-là, sinon le loyer initial. Avant le début du bail, la réponse est le loyer initial, et `EffectiveDate` dit qu'il est à venir.",
      en: 'The rent on a date: that of the latest price change that is not cancelled and takes effect on or before that day, else the initial rent. Before the start of the lease the answer is the initial rent, and `EffectiveDate` says that it is yet to come.',
    },
    refusals: 'BadEntityDate',
    id: 9211,
    arguments: { Date: '2028-06-30' },
    answer: {
      LeaseId: 9211,
      Date: '2028-06-30',
      RentAmount: 1020,
      EffectiveDate: '2027-07-01',
      LeasePriceChangeId: 701,
    },
  },
}
