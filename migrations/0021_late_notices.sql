-- Balances of tenants (R-057) and late notices (R-060), which follow the calendar as other states do: a charge
-- falls due, and is late, by the passing of days alone.

-- What is open is little among all that was ever billed.
create index receivable_transactions_open_idx on receivable_transactions (account_id, due_date, tenant_id)
  include (open_amount) where open_amount <> 0;

-- R-057, and the end of arrears (R-060): a tenant who owes nothing that is due has no level, and his notices are
-- settled. Whoever writes transactions calls it for their tenants in the same transaction; null ids mean every
-- tenant of the account. Rows that do not change are not touched (R-017).
create function refresh_tenant_balances(account_id integer, business_date date, tenant_ids integer[] default null)
returns void language plpgsql volatile
set plan_cache_mode = force_generic_plan as $$
declare
  ids integer[] := coalesce($3, array(select o.id from tenants o where o.account_id = $1));
begin
  with balances as (
    select t.id, coalesce(sum(r.total_amount), 0) as balance,
           coalesce(sum(r.open_amount) filter (where r.open_amount < 0 or r.due_date <= $2), 0) as balance_due
      from tenants t
      left join receivable_transactions r on r.account_id = $1 and r.tenant_id = t.id
     where t.account_id = $1 and t.id = any(ids)
     group by t.id
  )
  update tenants t
     set balance = b.balance, balance_due = b.balance_due,
         late_notice_level = case when b.balance_due <= 0 then 0 else t.late_notice_level end
    from balances b
   where t.account_id = $1 and t.id = b.id
     and (t.balance, t.balance_due, t.late_notice_level) is distinct from
         (b.balance, b.balance_due, case when b.balance_due <= 0 then 0 else t.late_notice_level end);
  update late_notices n
     set status = 'R'
    from tenants t
   where n.account_id = $1 and n.tenant_id = any(ids) and n.status = 'E'
     and t.account_id = $1 and t.id = n.tenant_id and t.balance_due <= 0;
end
$$;

-- R-060: what is late on a day, by the tenants who owe it: open debits that fell due before it, less every open
-- credit. The level is the highest whose number of days has passed; null while there is none.
create function late_tenants(account_id integer, day date)
returns table (tenant_id integer, level integer, oldest_due_date date, overdue_amount numeric)
language sql stable as $$
  select o.tenant_id,
         case when $2 - o.oldest_due_date >= d.late_notice_days3 then 3
              when $2 - o.oldest_due_date >= d.late_notice_days2 then 2
              when $2 - o.oldest_due_date >= d.late_notice_days1 then 1 end,
         o.oldest_due_date, o.overdue_amount
    from (select r.tenant_id,
                 min(r.due_date) filter (where r.open_amount > 0 and r.due_date < $2) as oldest_due_date,
                 sum(r.open_amount) filter (where r.open_amount < 0 or r.due_date < $2) as overdue_amount
            from receivable_transactions r
           where r.account_id = $1 and r.open_amount <> 0
           group by r.tenant_id) o
    join tenants t on t.account_id = $1 and t.id = o.tenant_id
    join ledger_divisions d on d.account_id = $1 and d.id = t.ledger_division_id
   where o.oldest_due_date is not null and not t.is_late_notice_excluded
     and o.overdue_amount > 0 and o.overdue_amount >= d.late_notice_minimum_amount
$$;

-- One notice for each tenant whose level has risen; levels that were skipped are not issued.
create function issue_late_notices(account_id integer, day date)
returns void language plpgsql volatile as $$
declare
  risen integer[] := array(
    select l.tenant_id from late_tenants($1, $2) l
      join tenants t on t.account_id = $1 and t.id = l.tenant_id
     where l.level > t.late_notice_level and t.balance_due > 0
     order by l.tenant_id);
  first_id integer;
begin
  if cardinality(risen) = 0 then return; end if;
  first_id := allocate_ids($1, 'LateNotice', cardinality(risen));
  insert into late_notices (
         account_id, id, company_no, division_no, tenant_type, tenant_no, tenant_id, level, notice_date,
         oldest_due_date, days_late, overdue_amount)
  select $1, first_id + n.place::integer - 1, t.company_no, t.division_no, t.tenant_type, t.tenant_no, t.id,
         l.level, $2, l.oldest_due_date, $2 - l.oldest_due_date, l.overdue_amount
    from unnest(risen) with ordinality n (id, place)
    join tenants t on t.account_id = $1 and t.id = n.id
    join late_tenants($1, $2) l on l.tenant_id = t.id;
  update tenants t
     set late_notice_level = l.level
    from late_tenants($1, $2) l
   where t.account_id = $1 and t.id = any(risen) and l.tenant_id = t.id;
end
$$;

-- The days on which an open debit changes something: it falls due, is late the day after, and reaches a level.
-- `receivable_days` reads the open ones alone.
create function receivable_days(account_id integer)
returns table (tenant_id integer, day date) language sql stable as $$
  select r.tenant_id, unnest(array[
           r.due_date, r.due_date + 1, r.due_date + d.late_notice_days1, r.due_date + d.late_notice_days2,
           r.due_date + d.late_notice_days3])
    from receivable_transactions r
    join tenants t on t.account_id = $1 and t.id = r.tenant_id
    join ledger_divisions d on d.account_id = $1 and d.id = t.ledger_division_id
   where r.account_id = $1 and r.open_amount > 0
$$;

-- The day's step of before, with balances and notices after everything else (R-005).
alter function next_calendar_day(integer, date) rename to next_hold_day;
create function next_calendar_day(account_id integer, after date)
returns date language sql stable as $$
  -- least() passes over nulls: one of the two may never come.
  select least(next_hold_day($1, $2), (select min(r.day) from receivable_days($1) r where r.day > $2))
$$;

alter function refresh_day_states(integer, date) rename to refresh_day_holds;
create function refresh_day_states(account_id integer, day date)
returns void language plpgsql volatile as $$
declare
  touched integer[] := array(select distinct r.tenant_id from receivable_days($1) r where r.day = $2);
begin
  perform refresh_day_holds($1, $2);
  if cardinality(touched) > 0 then
    perform refresh_tenant_balances($1, $2, touched);
    perform issue_late_notices($1, $2);
  end if;
end
$$;

create or replace function run_account_day(account_id integer, day date)
returns void language plpgsql volatile as $$
begin
  perform lock_account_day($1);
  perform settle_renewals($1, $2);
  perform roll_over_leases($1, $2);
  perform refresh_lease_states($1, $2);
  perform refresh_unit_states($1, $2);
  perform refresh_tenant_states($1, $2);
  perform refresh_parking_states($1, $2);
  perform refresh_storage_states($1, $2);
  perform refresh_tenant_balances($1, $2);
  perform issue_late_notices($1, $2);
  -- R-012: tombstones are kept for 90 days.
  perform prune_change_log($1, day_instant($2) - interval '90 days');
end
$$;
