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

-- Brings the stored states of one account to a business date. Callers at once wait for each other, and all
-- but the first find the work done. ModifiedDate is the account's pinned instant, if any.
create function refresh_calendar_states(account_id integer, business_date date)
returns void language plpgsql volatile as $$
declare
  account accounts%rowtype;
  outer_clock text := current_setting('hapi.clock', true);
begin
  perform lock_account_day($1);
  select a.* into strict account from accounts a where a.account_id = $1;
  if account.states_date = $2 then
    return;
  end if;
  -- Around midnight a process whose clock is behind must not undo the new day. Only a pinned clock goes back.
  if account.states_date > $2
     and (account.pinned_at is null or (account.pinned_at at time zone 'America/Toronto')::date <> $2) then
    return;
  end if;
  if account.pinned_at is not null and coalesce(outer_clock, '') = '' then
    perform set_config('hapi.clock', account.pinned_at::text, true);
  end if;
  perform refresh_lease_states($1, $2);
  perform refresh_unit_states($1, $2);
  perform refresh_tenant_states($1, $2);
  perform refresh_parking_states($1, $2);
  perform refresh_storage_states($1, $2);
  update accounts a set states_date = $2 where a.account_id = $1;
  perform set_config('hapi.clock', coalesce(outer_clock, ''), true);
end
$$;
