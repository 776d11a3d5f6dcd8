/**
 * Why a person may not be anonymised yet: something still goes on that needs to know who it is, or the law wants records
 * kept. Each reason names what is in the way.
 */

import type { Label } from '../../model/entity-type.ts'
import type { PersonType } from '../../model/personal-information.ts'
import { amountText } from '../../papers/words.ts'
import type { IsoDate } from '../leasing/dates.ts'
import { ACCOUNTING } from '../retention/terms.ts'
import type { Ask } from './mentions.ts'
import { namesOf, type People, personText } from './people.ts'

export interface Reason extends Label {
  /** `Tenant:9101` */
  readonly person: string
  /** The operator may decide against it, having asked a jurist. */
  readonly isRetention: boolean
}

interface Obstacle extends Label {
  readonly person: PersonType
  /** Gives `key`, which the text shows, for each thing in the way. `$1` account, `$2` person, `$3` business date. */
  readonly sql: string
  /** Something is owed or disputed, so that whatever could prove it is needed. */
  readonly isClaim?: true
  /** `key` is one, of money. */
  readonly isAmount?: true
}

/** `{key}` stands for what is found. */
const obstacles: readonly Obstacle[] = [
  {
    person: 'Tenant',
    sql: `select lease_no as key from leases
           where account_id = $1 and tenant_id = $2 and status in ('P', 'S', 'A')`,
    fr: 'le bail {key} est en cours ou à venir',
    en: 'lease {key} is in force or to come',
  },
  {
    person: 'Tenant',
    sql: `select parking_id::text as key from tenant_parkings
           where account_id = $1 and tenant_id = $2 and coalesce(held_through_date, 'infinity') >= $3::date
          union all
          select storage_id::text from tenant_storages
           where account_id = $1 and tenant_id = $2 and coalesce(held_through_date, 'infinity') >= $3::date`,
    fr: "l'espace {key} est encore loué",
    en: 'space {key} is still rented',
  },
  {
    person: 'Tenant',
    sql: `select s.balance::text as key
            from (select t.balance from tenants t where t.account_id = $1 and t.id = $2
                  union all
                  select coalesce(sum(r.open_amount), 0) from receivable_transactions r
                   where r.account_id = $1 and r.tenant_id = $2) s
           where s.balance <> 0 limit 1`,
    isClaim: true,
    isAmount: true,
    fr: 'le solde est de {key}',
    en: 'the balance is {key}',
  },
  {
    person: 'Tenant',
    sql: `select id::text as key from preauthorized_debits
           where account_id = $1 and tenant_id = $2 and status <> 'X'`,
    fr: "l'accord de paiement préautorisé {key} n'est pas annulé",
    en: 'pre-authorized debit agreement {key} is not cancelled',
  },
  {
    person: 'Tenant',
    sql: `select service_call_no::text as key from service_calls
           where account_id = $1 and tenant_id = $2 and status not in ('T', 'F', 'X')`,
    fr: "l'appel de service {key} est ouvert",
    en: 'service call {key} is open',
  },
  {
    person: 'Tenant',
    sql: `select r.id::text as key from lease_renewals r join leases l using (account_id)
           where r.account_id = $1 and l.id = r.lease_id and l.tenant_id = $2 and r.status = 'D'`,
    isClaim: true,
    fr: 'le renouvellement {key} est devant le Tribunal',
    en: 'renewal {key} is before the tribunal',
  },
  {
    person: 'CoTenant',
    sql: `select coalesce(end_date::text, '∞') as key from co_tenants c join tenants t using (account_id)
           where account_id = $1 and c.id = $2 and t.id = c.tenant_id and t.status in ('A', 'F')
             and coalesce(c.end_date, 'infinity') >= $3::date`,
    fr: "la personne habite le logement jusqu'au {key}",
    en: 'the person lives there through {key}',
  },
  {
    person: 'TenantContact',
    sql: `select t.tenant_no::text as key from tenant_contacts c join tenants t using (account_id)
           where account_id = $1 and c.id = $2 and t.id = c.tenant_id and c.contact_type = 'G'
             and (t.status in ('A', 'F') or t.balance <> 0)
             and coalesce(c.guarantee_end_date, 'infinity') >= $3::date`,
    fr: 'la personne est garante du locataire {key}',
    en: 'the person is the guarantor of tenant {key}',
  },
  {
    person: 'Prospect',
    sql: `select id::text as key from rental_applications
           where account_id = $1 and prospect_id = $2 and status in ('S', 'E', 'A')`,
    fr: 'la demande de location {key} est ouverte',
    en: 'rental application {key} is open',
  },
  {
    person: 'Prospect',
    sql: `select id::text as key from visits
           where account_id = $1 and prospect_id = $2 and status in ('P', 'C')`,
    fr: 'la visite {key} est prévue',
    en: 'visit {key} is planned',
  },
  {
    person: 'Owner',
    sql: `select building_code as key from building_owners
           where account_id = $1 and owner_id = $2 and coalesce(end_date, 'infinity') >= $3::date
          union all
          select unit_code from units where account_id = $1 and owner_id = $2`,
    fr: 'la personne est propriétaire de {key}',
    en: 'the person owns {key}',
  },
  {
    person: 'Employee',
    sql: `select employee_code as key from employees where account_id = $1 and id = $2 and is_active`,
    fr: "l'employé {key} est actif",
    en: 'employee {key} is active',
  },
  {
    person: 'Supplier',
    sql: 'select supplier_code as key from suppliers where account_id = $1 and id = $2 and is_active',
    fr: 'le fournisseur {key} est actif',
    en: 'supplier {key} is active',
  },
  {
    person: 'Supplier',
    sql: `select invoice_no as key from invoices
           where account_id = $1 and supplier_id = $2 and balance_amount <> 0`,
    fr: "la facture {key} n'est pas payée",
    en: 'invoice {key} is not paid',
  },
  {
    person: 'Supplier',
    sql: `select service_call_no::text as key from service_calls
           where account_id = $1 and supplier_id = $2 and status not in ('T', 'F', 'X')`,
    fr: "l'appel de service {key} est ouvert",
    en: 'service call {key} is open',
  },
]

/**
 * A condition of SQL: something goes on with a tenant, or only that something is owed or disputed. `id` is an expression for
 * its Id, under an alias of more than a letter; `today` one for the business date; `$1` is the account.
 */
export function tenantCondition(which: 'ongoing' | 'claim', id: string, today: string): string {
  return obstacles
    .filter(
      ({ person, isClaim }) => person === 'Tenant' && (which === 'ongoing' || isClaim === true),
    )
    .map(({ sql }) => sql.replaceAll(/\$[23]/g, (place) => (place === '$2' ? id : today)))
    .map((sql) => `exists (${sql})`)
    .join(' or ')
}

/** The last year that accounting records are about. */
const lastRecords: Readonly<Partial<Record<PersonType, string>>> = {
  Tenant: `select greatest(
             (select max(extract(year from transaction_date)) from receivable_transactions where account_id = $1 and tenant_id = $2),
             (select max(extract(year from payment_date)) from payments where account_id = $1 and tenant_id = $2),
             (select max(tax_year) from rl31_slips where account_id = $1 and tenant_id = $2 and co_tenant_id is null),
             (select max(extract(year from held_through_date)) from leases
               where account_id = $1 and tenant_id = $2 and status <> 'X'))::integer as year`,
  CoTenant:
    'select max(tax_year) as year from rl31_slips where account_id = $1 and co_tenant_id = $2',
  Supplier: `select extract(year from max(invoice_date))::integer as year from invoices
              where account_id = $1 and supplier_id = $2`,
}

export async function reasonsToKeep(
  ask: Ask,
  accountId: number,
  people: People,
  today: IsoDate,
): Promise<readonly Reason[]> {
  const reasons: Reason[] = []
  for (const name of namesOf(people)) {
    const person = personText(name)
    for (const { sql, fr, en, isAmount } of obstacles.filter((each) => each.person === name.type)) {
      const values = [accountId, name.id, today].slice(0, sql.includes('$3') ? 3 : 2)
      for (const { key } of await ask(sql, values)) {
        const shown = (language: 'F' | 'A') => () =>
          isAmount === true ? amountText(key ?? '', language) : (key ?? '')
        reasons.push({
          person,
          isRetention: false,
          fr: fr.replace('{key}', shown('F')),
          en: en.replace('{key}', shown('A')),
        })
      }
    }
    const until = await retainedUntil(ask, accountId, name)
    if (until !== undefined && until >= today) reasons.push({ person, ...retention(until) })
  }
  return reasons
}

function retention(until: IsoDate): Omit<Reason, 'person'> {
  return {
    isRetention: true,
    fr: `les pièces comptables se conservent jusqu'au ${until} (${ACCOUNTING.years} ans après la dernière année)`,
    en: `accounting records are kept through ${until} (${ACCOUNTING.years} years after the last year)`,
  }
}

async function retainedUntil(
  ask: Ask,
  accountId: number,
  { type, id }: { readonly type: PersonType; readonly id: number },
): Promise<IsoDate | undefined> {
  const sql = lastRecords[type]
  if (sql === undefined) return undefined
  const [row] = await ask(sql, [accountId, id])
  const year = row?.['year'] ?? null
  return year === null ? undefined : `${Number(year) + ACCOUNTING.years}-12-31`
}
