/** Documents whose term has ended: since when, by which term, and what still refers to them. All of it is asked of PostgreSQL. */

import { domainTypes } from '../../model/model.ts'
import { columnName, tableName } from '../../model/naming.ts'
import type { IsoDate } from '../leasing/dates.ts'
import type { Ask } from '../privacy/mentions.ts'
import { tenantCondition } from '../privacy/retained.ts'
import {
  type DocumentTypeCode,
  isDocumentTypeCode,
  type LongerTerms,
  type Subject,
  termsInForce,
} from './terms.ts'

export interface DueDocument {
  readonly id: number
  readonly documentType: DocumentTypeCode
  readonly bytes: number
  readonly sha256: string | null
  /** The first day on which it need not be kept. */
  readonly since: IsoDate
  /** A row that refers to it, `Invoice:6001`: the document stays, without its content and its texts. */
  readonly referredBy: string | null
}

interface DueQuestion {
  readonly accountId: number
  /** What is due on this day. */
  readonly on: IsoDate
  readonly longer: LongerTerms
}

/** Whoever has put a document there has a use for it, however old it is. */
const KEPT_AFTER_CREATION = '1 year'

/** Documents of a page. */
const PAGE_MAX = 500

/** Of those with a greater Id than `after` the first ones, in the order of their Ids. */
export function findDueDocuments(
  ask: Ask,
  question: DueQuestion,
  after: number,
  max = PAGE_MAX,
): Promise<readonly DueDocument[]> {
  return askDue(
    ask,
    question,
    'd.id > $4::integer',
    [after, max],
    'order by d.id limit $5::integer',
  )
}

/** Those of these documents that are due. */
export function stillDue(
  ask: Ask,
  question: DueQuestion,
  ids: readonly number[],
): Promise<readonly DueDocument[]> {
  return askDue(ask, question, 'd.id = any ($4::integer[])', [ids], 'order by d.id')
}

async function askDue(
  ask: Ask,
  { accountId, on, longer }: DueQuestion,
  condition: string,
  values: readonly unknown[],
  order: string,
): Promise<readonly DueDocument[]> {
  const years = Object.fromEntries(termsInForce(longer).map((term) => [term.code, term.years]))
  const rows = await ask(`${SELECT_DUE} and ${condition} ${order}`, [
    accountId,
    on,
    JSON.stringify(years),
    ...values,
  ])
  return rows.map((row) => {
    const { id, document_type: documentType = '', file_size: bytes, sha256 = null } = row
    const { since, referred_by: referredBy = null } = row
    if (documentType === null || !isDocumentTypeCode(documentType) || !since)
      throw new Error('What is due has a kind and a day')
    return { id: Number(id), documentType, bytes: Number(bytes), sha256, since, referredBy }
  })
}

/** Null while it goes on. */
const DEALING_END = `case
    when l.id is not null then
      case l.status when 'T' then l.held_through_date when 'X' then coalesce(l.cancelled_date, l.end_date) end
    when c.id is not null then
      case when c.status in ('T', 'F', 'X')
           then (greatest(c.completed_date, c.closed_date, c.cancelled_date) at time zone 'America/Toronto')::date end
    when d.tenant_id is not null and not (${tenantCondition('ongoing', 'due_tenant.id', '$2::date')}) then
      (select greatest(t.departure_date,
                       (select max(x.held_through_date) from leases x where x.account_id = $1 and x.tenant_id = t.id and x.status <> 'X'),
                       (select max(x.held_through_date) from tenant_parkings x where x.account_id = $1 and x.tenant_id = t.id),
                       (select max(x.held_through_date) from tenant_storages x where x.account_id = $1 and x.tenant_id = t.id),
                       (select max(x.transaction_date) from receivable_transactions x where x.account_id = $1 and x.tenant_id = t.id),
                       (select max(x.payment_date) from payments x where x.account_id = $1 and x.tenant_id = t.id))
         from tenants t where t.account_id = $1 and t.id = d.tenant_id)
  end`

/** When what a document is about has ended; null while that is not known. */
const ends: Readonly<Record<Subject, string>> = {
  dealing: 'g.ended',
  agreement: `case when exists (select from preauthorized_debits p where p.account_id = $1 and p.document_id = d.id) then
      (select case when bool_and(p.status = 'X') then max(greatest(p.cancelled_date, p.end_date, p.last_debit_date)) end
         from preauthorized_debits p where p.account_id = $1 and p.document_id = d.id)
    else g.ended end`,
  invoice: `(select case when bool_and(i.status = 'X' or (i.status = 'P' and i.balance_amount = 0))
                    then greatest(max(i.invoice_date), max(i.paid_date)) end
      from invoices i
     where i.account_id = $1 and i.document_id = d.id
       and not exists (select from invoices o join invoice_lines n using (account_id)
                         join gl_accounts g using (account_id)
                        where account_id = $1 and o.document_id = d.id and n.invoice_id = o.id
                          and g.id = n.gl_account_id and g.account_type = 'A'))`,
  slip: `coalesce((select make_date(max(s.tax_year), 12, 31) from rl31_slips s where s.account_id = $1 and s.document_id = d.id),
                  d.document_date)`,
  date: 'd.document_date',
}

const terms = termsInForce({})

function codes(matches: (term: (typeof terms)[number]) => boolean): string {
  return terms
    .filter(matches)
    .map(({ code }) => `'${code}'`)
    .join(', ')
}

/** Nothing can have ended before its date, except a year for which a slip was made later. */
const LAST_DATE = `greatest(e.ended, d.expiry_date,
    case when d.document_type not in (${codes(({ after }) => after === 'slip')}) then d.document_date end)`

/** Of the calendar or the company's: whichever ends later. */
const YEAR_END = `greatest(
    make_date(extract(year from b.last)::integer, 12, 31),
    (select min(least((y.first + interval '1 month' - interval '1 day')::date, y.first + (k.fiscal_year_end_day - 1)))
              filter (where least((y.first + interval '1 month' - interval '1 day')::date, y.first + (k.fiscal_year_end_day - 1)) >= b.last)
       from ledger_divisions v join companies k on k.account_id = v.account_id and k.id = v.company_id,
            lateral (select make_date(extract(year from b.last)::integer + n, k.fiscal_year_end_month, 1) as first
                       from generate_series(0, 1) n) y
      where v.account_id = $1 and v.id = d.ledger_division_id))`

/** What refers to documents, by the model. */
const referrers = domainTypes.flatMap((type) =>
  type.navigation
    .filter(({ target, cardinality }) => target === 'Document' && cardinality !== 'many')
    .map(({ from }) => {
      const column = columnName({ name: from })
      return `select '${type.name}:' || id as by from ${tableName(type)} where account_id = $1 and ${column} = d.id`
    }),
)

/**
 * `$1` account, `$2` day, `$3` years by kind; more conditions on `d` follow. `offset 0`: each step is computed once, and
 * not again wherever the next one names it.
 */
const SELECT_DUE = `
select d.id, d.document_type, d.file_size, d.sha256, f.since::text as since, r.by as referred_by
  from documents d
  left join leases l on l.account_id = d.account_id and l.id = d.lease_id
  left join service_calls c on c.account_id = d.account_id and c.id = d.service_call_id
 cross join lateral (select coalesce(d.tenant_id, l.tenant_id, c.tenant_id) as id offset 0) due_tenant
 cross join lateral (select case when d.document_type in (${codes(({ after }) => after === 'dealing' || after === 'agreement')}) then
    ${DEALING_END} end as ended offset 0) g
 cross join lateral (select case when ${tenantCondition('claim', 'due_tenant.id', '$2::date')} then null else
    case ${Object.entries(ends)
      .map(
        ([subject, end]) =>
          `when d.document_type in (${codes(({ after }) => after === subject)}) then ${end}`,
      )
      .join('\n         ')} end end as ended offset 0) e
 cross join lateral (select case when e.ended is not null then ${LAST_DATE} end as last offset 0) b
 cross join lateral (select greatest(
    (case when d.document_type in (${codes(({ term }) => term.isFromYearEnd)}) then ${YEAR_END} else b.last end
      + make_interval(years => ($3::jsonb ->> d.document_type)::integer))::date + 1,
    ((d.created_date at time zone 'America/Toronto') + interval '${KEPT_AFTER_CREATION}')::date) as since offset 0) f
  left join lateral (select by from (${referrers.join(' union all ')}) x limit 1) r on true
 where d.account_id = $1
   and d.created_date <= $2::timestamp - interval '${KEPT_AFTER_CREATION}' + interval '2 days'
   and b.last is not null and f.since <= $2::date
   and (r.by is null or d.sha256 is not null)`
