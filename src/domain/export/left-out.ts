/**
 * What an export cannot say so that an import would take it: rows that are history to the rules, rows whose state only
 * the server gives, what is kept elsewhere. What somebody may miss is counted and told with its reason; what every
 * account has of its own, wherever it is, is not.
 */

import { type EntityType, isOwnReference, type Property } from '../../model/entity-type.ts'
import { columnName, tableName } from '../../model/naming.ts'
import { isWritable } from '../../model/offered.ts'
import { importableTypes } from '../import/files/importable-types.ts'

export interface Reason {
  readonly fr: string
  readonly en: string
}

/** Rows of a type of which the condition is not true are left out. */
export interface RowRule {
  /** Over the row `t`, the account `$1` and its business date `$2`. */
  readonly keeps: string
  /** Undefined: nobody misses them. */
  readonly reason: Reason | undefined
}

const rulesByType: Readonly<Record<string, readonly RowRule[]>> = {
  LookupCode: [
    {
      keeps: 'not t.is_system',
      // Each version of the product brings them.
      reason: undefined,
    },
  ],
  Lease: [
    {
      keeps: 't.cancelled_date is null',
      reason: {
        fr: "baux annulés : l'annulation est une action, qu'une ligne ne dit pas",
        en: 'cancelled leases: a cancellation is an action, which a row does not say',
      },
    },
  ],
  LeasePriceChange: [
    {
      keeps: "t.status <> 'X'",
      reason: {
        fr: 'changements de loyer annulés',
        en: 'cancelled rent changes',
      },
    },
    {
      keeps: `exists (select from leases l
        where l.account_id = $1 and l.id = t.lease_id and t.effective_date > l.start_date
          and t.effective_date <= coalesce(l.end_date, 'infinity'))`,
      reason: {
        fr: 'changements de loyer hors du terme de leur bail (R-036)',
        en: 'rent changes outside the term of their lease (R-036)',
      },
    },
    {
      keeps: "t.effective_date <= $2 or t.change_type <> 'R' and t.lease_renewal_id is null",
      reason: {
        fr: 'changements de loyer à venir que le renouvellement fait de nouveau (R-041, R-042)',
        en: 'rent changes to come that the renewal makes again (R-041, R-042)',
      },
    },
  ],
  LeaseRenewal: [
    {
      keeps: `t.status not in ('Q', 'X') and t.applied_date is null
        and (t.new_start_date > $2 or t.status in ('P', 'E', 'R', 'D'))
        and exists (
        select from leases l join tenants n on n.account_id = $1 and n.id = l.tenant_id
         where l.account_id = $1 and l.id = t.lease_id and l.is_renewable and n.departure_date is null
           and (l.end_date is null or t.new_start_date = l.end_date + 1))`,
      reason: {
        fr: 'renouvellements dont le terme est commencé, annulés ou suivis du départ du locataire (R-040) : leurs loyers sont repris',
        en: 'renewals whose term has begun, cancelled, or followed by the departure of the tenant (R-040): their rents are kept',
      },
    },
  ],
  PreauthorizedDebit: [
    {
      keeps: 't.account_no is not null',
      reason: {
        fr: 'accords annulés dont le numéro de compte est perdu',
        en: 'cancelled agreements whose account number is lost',
      },
    },
  ],
}

/** Of the rows of a type; a row that cannot do without one that is left out is left out with it. */
export function rowRulesOf(type: EntityType): readonly RowRule[] {
  const required = referencesOf(type).filter(({ property }) => !property.nullable)
  return [
    ...(rulesByType[type.name] ?? []),
    ...required.flatMap(({ property, target }) => {
      const condition = isThere(property, target)
      if (condition === undefined) return []
      return [
        {
          keeps: condition,
          reason: {
            fr: `lignes dont ${property.name} désigne une ligne omise`,
            en: `rows whose ${property.name} names a row that is left out`,
          },
        },
      ]
    }),
  ]
}

interface Reference {
  readonly property: Property
  readonly target: EntityType | undefined
}

/** Those that a row says; `target` is undefined when none of its rows can be imported. */
function referencesOf(type: EntityType): readonly Reference[] {
  return type.navigation.filter(isOwnReference).flatMap(({ from, target }) => {
    const property = type.properties.find(({ name }) => name === from)
    if (property === undefined || !isWritable(property)) return []
    return [{ property, target: importableTypes.find(({ name }) => name === target) }]
  })
}

/** References to what cannot be imported: the column is left out. */
export function lostReferencesOf(type: EntityType): readonly Property[] {
  return referencesOf(type).flatMap(({ property, target }) =>
    target === undefined ? [property] : [],
  )
}

/** Whether an optional reference names a row that is exported; undefined when it always does. */
export function keptReference(type: EntityType, property: Property): string | undefined {
  const reference = referencesOf(type).find((each) => each.property === property)
  return reference === undefined ? undefined : isThere(property, reference.target)
}

function isThere(property: Property, target: EntityType | undefined): string | undefined {
  const rules = target === undefined ? [] : (rulesByType[target.name] ?? [])
  if (target === undefined || rules.length === 0) return undefined
  const conditions = rules.map(({ keeps }) => `(${keeps.replaceAll(/\bt\./g, 'r.')})`)
  return `exists (select from ${tableName(target)} r
    where r.account_id = $1 and r.id = t.${columnName(property)} and ${conditions.join(' and ')})`
}
