-- Days and what they change: states of single rows, the rules that follow the calendar by themselves, and the
-- move of an account from one business date to the next.

-- Two writers at once may both find a unit or a space free. Rules lock and look first and answer precisely;
-- these refuse what would get past them. A hold that ends before it starts holds nothing. That a lease is not
-- cancelled is said in words that no query uses: else the planner would take these indexes, which are slower,
-- for the ones that the availability of units is read from.
alter table leases
  add constraint leases_unit_hold_excl exclude using gist (
    account_id with =, unit_id with =,
    daterange(start_date, coalesce(held_through_date, 'infinity'), '[]') with &&
  ) where (num_nonnulls(cancelled_date) = 0 and coalesce(held_through_date, 'infinity') >= start_date)
    deferrable initially immediate,
  add constraint leases_tenant_hold_excl exclude using gist (
    account_id with =, tenant_id with =,
    daterange(start_date, coalesce(held_through_date, 'infinity'), '[]') with &&
  ) where (num_nonnulls(cancelled_date) = 0 and coalesce(held_through_date, 'infinity') >= start_date)
    deferrable initially immediate;
alter table tenant_parkings
  add constraint tenant_parkings_hold_excl exclude using gist (
    account_id with =, parking_id with =,
    daterange(start_date, coalesce(held_through_date, 'infinity'), '[]') with &&
  ) where (coalesce(held_through_date, 'infinity') >= start_date)
    deferrable initially immediate;
alter table tenant_storages
  add constraint tenant_storages_hold_excl exclude using gist (
    account_id with =, storage_id with =,
    daterange(start_date, coalesce(held_through_date, 'infinity'), '[]') with &&
  ) where (coalesce(held_through_date, 'infinity') >= start_date)
    deferrable initially immediate;
alter table unavailable_units
  add constraint unavailable_units_excl exclude using gist (
    account_id with =, unit_id with =,
    daterange(start_date, coalesce(end_date, 'infinity'), '[]') with &&
  ) where (coalesce(end_date, 'infinity') >= start_date)
    deferrable initially immediate;

-- The states of single rows. The rules are those of the functions that these replace; new is only that the
-- rows are named. Null ids mean every row of the account. The plans do not depend on the values, and planning
-- costs more than the work on one row (measured at 8,000 units: 9 ms and 0.6 ms for a unit): plan once.
drop function refresh_calendar_states(integer, date);
drop function refresh_lease_states(integer, date);
drop function refresh_unit_states(integer, date);
drop function unit_states(integer, date);
drop function refresh_tenant_states(integer, date);
drop function tenant_states(integer, date);
drop function refresh_parking_states(integer, date);
drop function refresh_storage_states(integer, date);

-- Leases: Status (R-021).
create function refresh_lease_states(account_id integer, business_date date, lease_ids integer[] default null)
returns void language plpgsql volatile
set plan_cache_mode = force_generic_plan as $$
declare
  ids integer[] := coalesce($3, array(select o.id from leases o where o.account_id = $1));
begin
  update leases l
     set status = lease_status(l.cancelled_date, l.signed_date, l.start_date, l.held_through_date, $2)
   where l.account_id = $1
     and l.id = any(ids)
     and l.status <> lease_status(l.cancelled_date, l.signed_date, l.start_date, l.held_through_date, $2);
end
$$;

-- Units: OccupancyStatus and the current lease (R-024), AvailableDate (R-025: any first day, however far),
-- LowestRentLast12Months (R-046), the next start, reservations (R-100).
create function unit_states(account_id integer, business_date date, unit_ids integer[])
returns table (
  unit_id integer, occupancy_status varchar, current_lease_id integer, current_tenant_id integer,
  current_rent numeric, lowest_rent numeric, available_date date, next_lease_start_date date,
  is_reserved boolean, reserved_until date
) language sql stable as $$
  select u.id,
         case when not u.is_rentable then 'A'
              when l.id is not null then 'L'
              when exists (
                select from unavailable_units n
                 where n.account_id = $1 and n.unit_id = u.id
                   and n.start_date <= $2 and coalesce(n.end_date, 'infinity') >= $2) then 'N'
              else 'V' end,
         l.id, l.tenant_id, l.rent_amount,
         (select w.amount from lowest_rent($1, u.id, ($2 - interval '12 months')::date, $2 - 1) w),
         case when u.is_active and u.is_rentable and b.is_active
                   and coalesce(b.management_end_date, 'infinity') >= $2 then
           (select f.first_day
              from first_free_run($1, u.id, $2, 'infinity', d.minimum_rental_days) f) end,
         (select min(n.start_date) from leases n
           where n.account_id = $1 and n.unit_id = u.id and n.cancelled_date is null
             and n.start_date > $2),
         coalesce(a.is_reserved, false), a.reserved_until
    from units u
    join buildings b on b.account_id = $1 and b.id = u.building_id
    join ledger_divisions d on d.account_id = $1 and d.id = b.ledger_division_id
    left join lateral (
      select c.id, c.tenant_id, c.rent_amount from leases c
       where c.account_id = $1 and c.unit_id = u.id and c.cancelled_date is null
         and c.start_date <= $2 and coalesce(c.held_through_date, 'infinity') >= $2
       order by c.start_date desc, c.id desc limit 1) l on true
    left join lateral (
      select max(r.reserved_until) as reserved_until,
             bool_or(r.reserved_until >= $2 and coalesce(r.decision_date, $2) <= $2) as is_reserved
        from rental_applications r
       where r.account_id = $1 and r.unit_id = u.id and r.status = 'A' and r.reserved_until is not null) a
      on true
   where u.account_id = $1 and u.id = any($3)
$$;

create function refresh_unit_states(account_id integer, business_date date, unit_ids integer[] default null)
returns void language plpgsql volatile
set plan_cache_mode = force_generic_plan as $$
declare
  ids integer[] := coalesce($3, array(select o.id from units o where o.account_id = $1));
begin
  update units u
     set occupancy_status = s.occupancy_status, current_lease_id = s.current_lease_id,
         current_tenant_id = s.current_tenant_id, current_rent = s.current_rent,
         lowest_rent_last12_months = s.lowest_rent, available_date = s.available_date,
         next_lease_start_date = s.next_lease_start_date, is_reserved = s.is_reserved,
         reserved_until = s.reserved_until
    from unit_states($1, $2, ids) s
   where u.account_id = $1 and u.id = any(ids) and u.id = s.unit_id
     and (u.occupancy_status, u.current_lease_id, u.current_tenant_id, u.current_rent,
          u.lowest_rent_last12_months, u.available_date, u.next_lease_start_date, u.is_reserved,
          u.reserved_until)
         is distinct from
         (s.occupancy_status, s.current_lease_id, s.current_tenant_id, s.current_rent,
          s.lowest_rent, s.available_date, s.next_lease_start_date, s.is_reserved, s.reserved_until);
end
$$;

-- Tenants: the lease that holds T, else the next one, else the last one gives the unit (R-023); Status tells
-- whether any hold, of a dwelling or of a space, contains T, follows it or is over. A tenant without a lease
-- keeps the unit that was entered.
create function tenant_states(account_id integer, business_date date, tenant_ids integer[])
returns table (
  tenant_id integer, status varchar, current_lease_id integer, unit_id integer,
  building_code varchar, unit_code varchar
) language sql stable as $$
  select t.id, coalesce(s.status, 'N'), h.current_lease_id,
         coalesce(h.unit_id, t.unit_id),
         case when h.unit_id is null then t.building_code else h.building_code end,
         case when h.unit_id is null then t.unit_code else h.unit_code end
    from tenants t
   cross join lateral (
      select case when bool_or(o.start_date <= $2 and o.last_day >= $2) then 'A'
                  when bool_or(o.start_date > $2) then 'F'
                  when count(*) > 0 then 'P' end as status
        from (select l.start_date, coalesce(l.held_through_date, 'infinity') as last_day
                from leases l
               where l.account_id = $1 and l.tenant_id = t.id and l.cancelled_date is null
              union all
              select p.start_date, coalesce(p.held_through_date, 'infinity')
                from tenant_parkings p where p.account_id = $1 and p.tenant_id = t.id
              union all
              select r.start_date, coalesce(r.held_through_date, 'infinity')
                from tenant_storages r where r.account_id = $1 and r.tenant_id = t.id) o
       where o.last_day >= o.start_date) s
    left join lateral (
      select l.unit_id, l.building_code, l.unit_code,
             case when l.start_date <= $2 and coalesce(l.held_through_date, 'infinity') >= $2
                  then l.id end as current_lease_id
        from leases l
       where l.account_id = $1 and l.tenant_id = t.id and l.cancelled_date is null
       order by case when l.start_date > $2 then 1
                     when coalesce(l.held_through_date, 'infinity') >= $2 then 0
                     else 2 end,
                case when l.start_date > $2 then l.start_date end,
                l.start_date desc, l.id desc
       limit 1) h on true
   where t.account_id = $1 and t.id = any($3)
$$;

create function refresh_tenant_states(account_id integer, business_date date, tenant_ids integer[] default null)
returns void language plpgsql volatile
set plan_cache_mode = force_generic_plan as $$
declare
  ids integer[] := coalesce($3, array(select o.id from tenants o where o.account_id = $1));
begin
  update tenants t
     set status = s.status, current_lease_id = s.current_lease_id, unit_id = s.unit_id,
         building_code = s.building_code, unit_code = s.unit_code
    from tenant_states($1, $2, ids) s
   where t.account_id = $1 and t.id = any(ids) and t.id = s.tenant_id
     and (t.status, t.current_lease_id, t.unit_id, t.building_code, t.unit_code)
         is distinct from
         (s.status, s.current_lease_id, s.unit_id, s.building_code, s.unit_code);
end
$$;

-- Parking spaces (R-033): held by rentals alone; AvailableDate is the first day from T that none holds.
create function refresh_parking_states(account_id integer, business_date date, parking_ids integer[] default null)
returns void language plpgsql volatile
set plan_cache_mode = force_generic_plan as $$
declare
  ids integer[] := coalesce($3, array(select o.id from parkings o where o.account_id = $1));
begin
  with states as (
    select p.id,
           (select r.tenant_id from tenant_parkings r
             where r.account_id = $1 and r.parking_id = p.id
               and r.start_date <= $2 and coalesce(r.held_through_date, 'infinity') >= $2
             order by r.start_date desc, r.id desc limit 1) as tenant_id,
           (select min(c.day)
              from (select $2 as day
                    union all
                    select r.held_through_date + 1 from tenant_parkings r
                     where r.account_id = $1 and r.parking_id = p.id and r.held_through_date >= $2) c
             where not exists (
               select from tenant_parkings r
                where r.account_id = $1 and r.parking_id = p.id and r.start_date <= c.day
                  and coalesce(r.held_through_date, 'infinity') >= c.day)) as available_date
      from parkings p
     where p.account_id = $1
       and p.id = any(ids)
  )
  update parkings p
     set is_occupied = s.tenant_id is not null, current_tenant_id = s.tenant_id,
         available_date = s.available_date
    from states s
   where p.account_id = $1 and p.id = any(ids) and p.id = s.id
     and (p.is_occupied, p.current_tenant_id, p.available_date)
         is distinct from (s.tenant_id is not null, s.tenant_id, s.available_date);
end
$$;

-- Storage spaces: the same rule.
create function refresh_storage_states(account_id integer, business_date date, storage_ids integer[] default null)
returns void language plpgsql volatile
set plan_cache_mode = force_generic_plan as $$
declare
  ids integer[] := coalesce($3, array(select o.id from storages o where o.account_id = $1));
begin
  with states as (
    select p.id,
           (select r.tenant_id from tenant_storages r
             where r.account_id = $1 and r.storage_id = p.id
               and r.start_date <= $2 and coalesce(r.held_through_date, 'infinity') >= $2
             order by r.start_date desc, r.id desc limit 1) as tenant_id,
           (select min(c.day)
              from (select $2 as day
                    union all
                    select r.held_through_date + 1 from tenant_storages r
                     where r.account_id = $1 and r.storage_id = p.id and r.held_through_date >= $2) c
             where not exists (
               select from tenant_storages r
                where r.account_id = $1 and r.storage_id = p.id and r.start_date <= c.day
                  and coalesce(r.held_through_date, 'infinity') >= c.day)) as available_date
      from storages p
     where p.account_id = $1
       and p.id = any(ids)
  )
  update storages p
     set is_occupied = s.tenant_id is not null, current_tenant_id = s.tenant_id,
         available_date = s.available_date
    from states s
   where p.account_id = $1 and p.id = any(ids) and p.id = s.id
     and (p.is_occupied, p.current_tenant_id, p.available_date)
         is distinct from (s.tenant_id is not null, s.tenant_id, s.available_date);
end
$$;

-- What a writer calls in its own transaction for the rows that it touched. A null or empty list is a kind
-- that it did not touch. Rows that do not change are left alone, so that ModifiedDate moves only with a
-- visible change (R-017).
create function refresh_states(
  account_id integer, business_date date, lease_ids integer[], unit_ids integer[], tenant_ids integer[],
  parking_ids integer[], storage_ids integer[]
)
returns void language plpgsql volatile as $$
begin
  if cardinality($3) > 0 then perform refresh_lease_states($1, $2, $3); end if;
  if cardinality($4) > 0 then perform refresh_unit_states($1, $2, $4); end if;
  if cardinality($5) > 0 then perform refresh_tenant_states($1, $2, $5); end if;
  if cardinality($6) > 0 then perform refresh_parking_states($1, $2, $6); end if;
  if cardinality($7) > 0 then perform refresh_storage_states($1, $2, $7); end if;
end
$$;

-- Keeps writers away while an account moves to another business date: they hold the same lock shared, so
-- that the states they find are those of their T until they commit. 7301 is the product's name of the lock.
create function lock_account_day(account_id integer)
returns void language sql volatile as $$
  select pg_advisory_xact_lock(7301, $1)
$$;

-- addMonths of the rules: the same day of the target month, else that month's last day.
create function add_months(day date, months integer)
returns date language sql immutable strict parallel safe as $$
  select ($1 + make_interval(months => $2))::date
$$;

-- Whole months of a term (R-021), or null when it is not made of whole months.
create function lease_term_months(term_start_date date, end_date date)
returns integer language sql immutable strict parallel safe as $$
  select case when add_months($1, m.months) = $2 + 1 then m.months end
    from (select ((extract(year from $2 + 1) - extract(year from $1)) * 12
                  + extract(month from $2 + 1) - extract(month from $1))::integer as months) m
$$;

-- R-040: days on which a notice about the term of a residential fixed-term lease may be received.
create function lease_notice_window(term_start_date date, end_date date, is_room boolean)
returns table (first_day date, last_day date) language sql immutable strict parallel safe as $$
  select case when $3 then $2 - 19
              when $2 + 1 >= add_months($1, 12) then add_months($2 + 1, -6)
              else add_months($2 + 1, -2) end,
         case when $3 then $2 - 10
              when $2 + 1 >= add_months($1, 12) then add_months($2 + 1, -3) - 1
              else add_months($2 + 1, -1) - 1 end
$$;

-- R-041: last day for the tenant's answer.
create function renewal_deadline(notice_received_date date)
returns date language sql immutable strict parallel safe as $$
  select add_months($1, 1)
$$;

-- R-037: the rent on a day is that of the latest price change that is not cancelled, else the initial one.
create function lease_rent_on(account_id integer, lease_id integer, day date)
returns numeric language sql stable parallel safe as $$
  select coalesce(
           (select c.new_amount from lease_price_changes c
             where c.account_id = $1 and c.lease_id = $2 and c.status <> 'X' and c.effective_date <= $3
             order by c.effective_date desc limit 1),
           (select l.initial_rent_amount from leases l where l.account_id = $1 and l.id = $2))
$$;

-- Gives terms that have begun what their renewals say, for renewals that were settled only then (R-039: E, R
-- and D apply later from their first day). A later term has made the end of an earlier one history.
create function apply_renewals(account_id integer, renewal_ids integer[])
returns void language plpgsql volatile as $$
begin
  update leases l
     set end_date = r.new_end_date,
         term_months = lease_term_months(l.term_start_date, r.new_end_date),
         notice_window_start = w.first_day, notice_window_end = w.last_day
    from lease_renewals r
    join leases o on o.account_id = $1 and o.id = r.lease_id
    join units u on u.account_id = $1 and u.id = o.unit_id
    left join lateral lease_notice_window(o.term_start_date, r.new_end_date, u.is_room) w
      on o.lease_category = 'R'
   where r.account_id = $1 and r.id = any($2) and r.status in ('A', 'T', 'F', 'S')
     and r.applied_date is null and r.new_end_date >= r.new_start_date
     and l.account_id = $1 and l.id = r.lease_id and l.lease_type = 'F'
     and l.term_start_date = r.new_start_date and l.end_date <> r.new_end_date;
  update lease_renewals r
     set applied_date = hapi_clock()
    from leases l
   where r.account_id = $1 and r.id = any($2) and r.status in ('A', 'T', 'F', 'S')
     and r.applied_date is null
     and l.account_id = $1 and l.id = r.lease_id and l.lease_type = 'F'
     and l.term_start_date >= r.new_start_date;
end
$$;

-- R-041, R-042: renewals become A (accepted), T (tacitly) or F (fixed by the tribunal). On A and T a planned
-- price change of type R follows when NewRent is not the rent in force on NewStartDate; on F one of type T with
-- TalRent. It takes the place of a change that was planned, or cancelled, for the same day; one that a billing
-- run has activated stays, and what was billed is adjusted by billing.
create function accept_renewals(
  account_id integer, renewal_ids integer[], new_status varchar, business_date date
)
returns void language plpgsql volatile as $$
declare
  changing integer[];
  first_id integer;
begin
  update lease_renewals r set status = $3
   where r.account_id = $1 and r.id = any($2) and r.status <> $3;
  changing := array(
    select r.id from lease_renewals r
     where r.account_id = $1 and r.id = any($2)
       and ($3 = 'F' or r.new_rent <> lease_rent_on($1, r.lease_id, r.new_start_date))
     order by r.id);
  if cardinality(changing) > 0 then
    first_id := allocate_ids($1, 'LeasePriceChange', cardinality(changing));
    insert into lease_price_changes as c (
           account_id, id, lease_id, company_no, division_no, tenant_type, tenant_no, effective_date,
           new_amount, change_type, lease_renewal_id)
    select $1, first_id + n.place::integer - 1, r.lease_id, r.company_no, r.division_no, r.tenant_type,
           r.tenant_no, r.new_start_date, case when $3 = 'F' then r.tal_rent else r.new_rent end,
           case when $3 = 'F' then 'T' else 'R' end, r.id
      from unnest(changing) with ordinality n (id, place)
      join lease_renewals r on r.account_id = $1 and r.id = n.id
    on conflict on constraint lease_price_changes_lease_id_effective_date_key do update
       set new_amount = excluded.new_amount, change_type = excluded.change_type, status = 'P',
           lease_renewal_id = excluded.lease_renewal_id
     where c.status <> 'A';
  end if;
  perform apply_renewals($1, $2);
  -- A change that takes effect in the past counts among the rents of the last 12 months.
  perform refresh_unit_states($1, $4, array(
    select l.unit_id from lease_renewals r
      join leases l on l.account_id = $1 and l.id = r.lease_id
     where r.account_id = $1 and r.id = any(changing) and r.new_start_date < $4));
end
$$;

-- One of them, for who answers in the tenant's name.
create function accept_renewal(account_id integer, renewal_id integer, new_status varchar, business_date date)
returns void language sql volatile as $$
  select accept_renewals($1, array[$2], $3, $4)
$$;

-- R-042: a refusal without an application in time; R-041: no answer in time.
create function settle_renewals(account_id integer, day date)
returns void language plpgsql volatile as $$
declare
  refused integer[];
  unanswered integer[];
begin
  refused := array(
    select r.id from lease_renewals r
     where r.account_id = $1 and r.status = 'R' and r.tal_deadline < $2 and r.tal_application_date is null);
  if cardinality(refused) > 0 then
    update lease_renewals r set status = 'S' where r.account_id = $1 and r.id = any(refused);
    perform apply_renewals($1, refused);
  end if;
  unanswered := array(
    select r.id from lease_renewals r
     where r.account_id = $1 and r.status = 'E' and r.response_deadline < $2);
  if cardinality(unanswered) > 0 then
    perform accept_renewals($1, unanswered, 'T', $2);
  end if;
end
$$;

-- R-039: the next term of each renewable fixed-term lease whose term is over and whose tenant has not entered
-- a departure; several terms when the job is late. A renewal's own end counts, the legal length else: 12 months
-- after more than 12, the same months, or the same days of a term without whole months.
create function roll_over_leases(account_id integer, day date)
returns void language plpgsql volatile as $$
declare
  moved integer[];
begin
  loop
    with due as (
      select l.id, l.end_date + 1 as term_start_date,
             coalesce(
               r.new_end_date,
               case when l.term_months is null then l.end_date + 1 + (l.end_date - l.term_start_date)
                    else add_months(l.end_date + 1, least(l.term_months, 12)) - 1 end) as end_date,
             l.lease_category, u.is_room
        from leases l
        join tenants t on t.account_id = $1 and t.id = l.tenant_id
        join units u on u.account_id = $1 and u.id = l.unit_id
        left join lease_renewals r
          on r.account_id = $1 and r.lease_id = l.id and r.new_start_date = l.end_date + 1
             and r.status in ('A', 'T', 'F', 'S') and r.new_end_date >= r.new_start_date
       where l.account_id = $1 and l.end_date < $2 and l.is_renewable and l.lease_type = 'F'
         and l.cancelled_date is null and t.departure_date is null
    ), done as (
      update leases l
         set term_start_date = d.term_start_date, end_date = d.end_date,
             term_months = lease_term_months(d.term_start_date, d.end_date),
             renewal_count = l.renewal_count + 1,
             notice_window_start = w.first_day, notice_window_end = w.last_day
        from due d
        left join lateral lease_notice_window(d.term_start_date, d.end_date, d.is_room) w
          on d.lease_category = 'R'
       where l.account_id = $1 and l.id = d.id
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

-- The day after whose every state differs from that of the day before: the first one after `after` on which
-- something may change by the calendar alone. Null: never. While a unit or a space is free, its AvailableDate
-- is T itself and moves each day (R-025).
--
-- lowest_rent looks at [T - 12 months, T - 1]: a rent enters the day after it takes effect and leaves on the
-- first T whose window begins after its last day. Where that is not the day 12 months later (29 February), it
-- is the next one.
create function next_calendar_day(account_id integer, after date)
returns date language plpgsql stable as $$
begin
  if exists (select from units u where u.account_id = $1 and u.available_date <= $2)
     or exists (select from parkings p where p.account_id = $1 and p.available_date <= $2)
     or exists (select from storages s where s.account_id = $1 and s.available_date <= $2) then
    return $2 + 1;
  end if;
  return (
    select min(b.day)
      from (
        select unnest(array[
                 l.start_date, l.start_date + 1, l.held_through_date + 1,
                 year_after(l.held_through_date + 1),
                 case when l.is_renewable and l.lease_type = 'F' and l.held_through_date is null
                      then l.end_date + 1 end]) as day
          from leases l where l.account_id = $1 and l.cancelled_date is null
        union all
        select unnest(array[c.effective_date + 1, year_after(c.effective_date)])
          from lease_price_changes c where c.account_id = $1 and c.status <> 'X'
        union all
        select case when r.status = 'E' then r.response_deadline
                    when r.tal_application_date is null then r.tal_deadline end + 1
          from lease_renewals r where r.account_id = $1 and r.status in ('E', 'R')
        union all
        select unnest(array[n.start_date, n.end_date + 1]) from unavailable_units n where n.account_id = $1
        union all
        select unnest(array[p.start_date, p.held_through_date + 1]) from tenant_parkings p where p.account_id = $1
        union all
        select unnest(array[s.start_date, s.held_through_date + 1]) from tenant_storages s where s.account_id = $1
        union all
        select unnest(array[a.decision_date, a.reserved_until + 1])
          from rental_applications a where a.account_id = $1 and a.status = 'A'
        union all
        select g.management_end_date + 1 from buildings g where g.account_id = $1
        union all
        select u.available_date + 1 from units u where u.account_id = $1
        union all
        select p.available_date + 1 from parkings p where p.account_id = $1
        union all
        select s.available_date + 1 from storages s where s.account_id = $1) b
     where b.day > $2);
end
$$;

-- The first day T with add_months(T, -12) >= day.
create function year_after(day date)
returns date language sql immutable strict parallel safe as $$
  select greatest(add_months($1, 12), add_months($1 - 1, 12) + 1)
$$;

-- The states that a day changes, when those of the day before are right: of the rows for which it is a day of
-- next_calendar_day. Like refreshing every row, and as cheap as what changes.
create function refresh_day_states(account_id integer, day date)
returns void language plpgsql volatile as $$
declare
  lease_ids integer[] := array(
    select l.id from leases l
     where l.account_id = $1 and l.cancelled_date is null
       and (l.start_date = $2 or l.held_through_date = $2 - 1));
begin
  perform refresh_states(
    $1, $2, lease_ids,
    array(
      select u.id from units u where u.account_id = $1 and u.available_date < $2
      union
      select l.unit_id from leases l
       where l.account_id = $1 and l.cancelled_date is null
         and (l.start_date in ($2, $2 - 1) or l.held_through_date = $2 - 1
              or year_after(l.held_through_date + 1) = $2)
      union
      select l.unit_id from lease_price_changes c
        join leases l on l.account_id = $1 and l.id = c.lease_id
       where c.account_id = $1 and (c.effective_date = $2 - 1 or year_after(c.effective_date) = $2)
      union
      select n.unit_id from unavailable_units n
       where n.account_id = $1 and (n.start_date = $2 or n.end_date = $2 - 1)
      union
      select a.unit_id from rental_applications a
       where a.account_id = $1 and (a.decision_date = $2 or a.reserved_until = $2 - 1)
      union
      select u.id from buildings b
        join units u on u.account_id = $1 and u.building_id = b.id
       where b.account_id = $1 and b.management_end_date = $2 - 1),
    array(
      select l.tenant_id from leases l where l.account_id = $1 and l.id = any(lease_ids)
      union
      select p.tenant_id from tenant_parkings p
       where p.account_id = $1 and (p.start_date = $2 or p.held_through_date = $2 - 1)
      union
      select s.tenant_id from tenant_storages s
       where s.account_id = $1 and (s.start_date = $2 or s.held_through_date = $2 - 1)),
    array(
      select p.id from parkings p where p.account_id = $1 and p.available_date < $2
      union
      select r.parking_id from tenant_parkings r
       where r.account_id = $1 and (r.start_date = $2 or r.held_through_date = $2 - 1)),
    array(
      select s.id from storages s where s.account_id = $1 and s.available_date < $2
      union
      select r.storage_id from tenant_storages r
       where r.account_id = $1 and (r.start_date = $2 or r.held_through_date = $2 - 1)));
end
$$;

-- R-005, the daily job: what the calendar changes by itself, then every state of the account. May run late,
-- twice, and at once with itself. Renewals are settled before terms roll over, which gives the same rows as the
-- order of the rule: a term that has begun takes over what its renewal says when that is settled.
create function run_account_day(account_id integer, day date)
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
  -- R-012: tombstones are kept for 90 days.
  perform prune_change_log($1, day_instant($2) - interval '90 days');
end
$$;

-- When the daily job runs on a day.
create function day_instant(day date)
returns timestamptz language sql stable strict parallel safe as $$
  select ($1 + time '00:05') at time zone 'America/Toronto'
$$;

-- Moves an account one step towards the business date `target`, or its pinned clock towards `pin_to`, and gives
-- the date that was reached; the caller commits and calls again until that is the target. So each day that
-- changes something has a transaction, and its events, of its own, in the order of the days; a crash between two
-- leaves the account on a day, and the next caller goes on from there. Callers at once wait for each other.
--
-- A step is a day of next_calendar_day, or the target; on the target every state is computed, which heals what a
-- writer may have forgotten. A pinned clock moves with the days: what happens on one is dated 00:05 in Toronto
-- of that day, never before an instant that the account has seen nor after the one it moves to. Under the real
-- clock dates stay real: a reader who follows ModifiedDate would miss what a late job dates back.
create function advance_account_day(account_id integer, target date, pin_to timestamptz default null)
returns date language plpgsql volatile as $$
declare
  account accounts%rowtype;
  outer_clock text := current_setting('hapi.clock', true);
  next_day date;
  day date;
  instant timestamptz;
begin
  perform lock_account_day($1);
  select a.* into strict account from accounts a where a.account_id = $1 for no key update;
  if pin_to is not null then
    if account.pinned_at is null then
      raise exception 'The clock of account % is not pinned', $1 using errcode = 'invalid_parameter_value';
    end if;
    -- Another caller has moved it farther meanwhile.
    if pin_to < account.pinned_at then
      return account.states_date;
    end if;
    target := (pin_to at time zone 'America/Toronto')::date;
  elsif account.pinned_at is not null then
    -- A caller who remembers another instant does not move the states away from the clock.
    target := (account.pinned_at at time zone 'America/Toronto')::date;
  end if;

  if account.states_date is null then
    -- A first time: whatever lies before the account's T is history, not a chain of events.
    day := least(target, (account.pinned_at at time zone 'America/Toronto')::date);
  elsif account.states_date >= target then
    day := account.states_date;
  else
    next_day := next_calendar_day($1, account.states_date);
    day := least(target, next_day);
  end if;
  instant := least(day_instant(day), coalesce(pin_to, account.pinned_at));
  if pin_to is not null then
    instant := greatest(instant, account.pinned_at);
  end if;

  if account.pinned_at is not null and coalesce(outer_clock, '') = '' then
    perform set_config('hapi.clock', instant::text, true);
  end if;
  if account.states_date > target and pin_to is null and account.pinned_at is not null then
    -- A pinned clock that somebody put back in the table: its states follow, what happened stays. A process
    -- whose real clock is behind must not undo the new day.
    day := target;
    perform refresh_lease_states($1, day);
    perform refresh_unit_states($1, day);
    perform refresh_tenant_states($1, day);
    perform refresh_parking_states($1, day);
    perform refresh_storage_states($1, day);
  elsif account.states_date is null or day > account.states_date and day = target then
    perform run_account_day($1, day);
  elsif day > account.states_date then
    perform settle_renewals($1, day);
    perform roll_over_leases($1, day);
    perform refresh_day_states($1, day);
  end if;
  perform set_config('hapi.clock', coalesce(outer_clock, ''), true);

  if account.states_date is distinct from day then
    update accounts a set states_date = day where a.account_id = $1;
  end if;
  -- Last, because it holds the number of the access state until the commit.
  if pin_to is not null then
    instant := case when day >= target then pin_to else instant end;
    if instant > account.pinned_at then
      update accounts a set pinned_at = instant where a.account_id = $1;
    end if;
  end if;
  return day;
end
$$;
