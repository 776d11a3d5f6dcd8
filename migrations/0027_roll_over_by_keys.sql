-- What belongs to a lease is looked up by its key, whatever is known of the tables: of an account that has just been filled
-- nothing is, and joined in another order its tenants met all of its units. The rule is the same (R-039).
create or replace function roll_over_leases(account_id integer, day date, lease_ids integer[] default null)
returns void language plpgsql volatile as $$
declare
  -- Those that are due; null means every lease of the account.
  ids integer[] := coalesce($3, array(
    select o.id from leases o
     where o.account_id = $1 and o.end_date < $2 and o.is_renewable and o.lease_type = 'F'
       and o.cancelled_date is null));
  moved integer[];
begin
  loop
    with due as materialized (
      select l.id, l.end_date + 1 as term_start_date,
             coalesce(
               (select r.new_end_date from lease_renewals r
                 where r.account_id = $1 and r.lease_id = l.id and r.new_start_date = l.end_date + 1
                   and r.status in ('A', 'T', 'F', 'S') and r.new_end_date >= r.new_start_date),
               case when l.term_months is null then l.end_date + 1 + (l.end_date - l.term_start_date)
                    else add_months(l.end_date + 1, least(l.term_months, 12)) - 1 end) as end_date,
             l.lease_category,
             (select u.is_room from units u where u.account_id = $1 and u.id = l.unit_id) as is_room
        from leases l
       where l.account_id = $1 and l.id = any(ids) and l.end_date < $2 and l.is_renewable and l.lease_type = 'F'
         and l.cancelled_date is null
         and (select t.departure_date from tenants t
               where t.account_id = $1 and t.id = l.tenant_id) is null
    ), done as (
      update leases l
         set term_start_date = d.term_start_date, end_date = d.end_date,
             term_months = lease_term_months(d.term_start_date, d.end_date),
             renewal_count = l.renewal_count + 1,
             notice_window_start = w.first_day, notice_window_end = w.last_day
        from due d
        left join lateral lease_notice_window(d.term_start_date, d.end_date, d.is_room) w
          on d.lease_category = 'R'
       where l.account_id = $1 and l.id = any(ids) and l.id = d.id
      returning l.id
    )
    select array_agg(d.id) into moved from done d;
    exit when moved is null;
    update lease_renewals r
       set status = case when r.status = 'P' then 'X' else r.status end,
           applied_date = case when r.status = 'P' then r.applied_date else hapi_clock() end
      from leases l
     where l.account_id = $1 and l.id = any(moved)
       and r.account_id = $1 and r.lease_id = l.id
       and (r.status = 'P' and r.new_start_date <= l.term_start_date
            or r.status in ('A', 'T', 'F', 'S') and r.new_start_date = l.term_start_date
               and r.applied_date is null);
  end loop;
end
$$;
