-- States that follow the calendar. They are stored, right for accounts.states_date: a read first makes
-- sure that this is the account's business date T, else it calls refresh_calendar_states. Whoever writes a
-- lease, a rental or a period of unavailability refreshes the states of what it touched in the same
-- transaction. The roll-over of terms (R-039) is another job's: a renewable lease holds on without it.
--
-- An interval without a known end is null in the tables and 'infinity' here.

-- Everything below asks the same question, who holds this unit or space on those days, and these answer it
-- without reading a row of the tables.
create index leases_hold_idx on leases (account_id, unit_id, start_date, held_through_date)
  where cancelled_date is null;
create index unavailable_units_hold_idx on unavailable_units (account_id, unit_id, start_date, end_date);
create index tenant_parkings_hold_idx on tenant_parkings (account_id, parking_id, start_date, held_through_date);
create index tenant_storages_hold_idx on tenant_storages (account_id, storage_id, start_date, held_through_date);

-- What can be rented at all and becomes free some day: few among many.
create index units_rentable_idx on units (account_id, available_date, id) where is_active and is_rentable;
create index parkings_free_idx on parkings (account_id, building_id, available_date, id)
  where is_active and is_rentable and not is_visitor and available_date is not null;
create index storages_free_idx on storages (account_id, building_id, available_date, id)
  where is_active and is_rentable and available_date is not null;

-- R-020 and R-028: the days on which a unit is held, by leases that are not cancelled or by periods of
-- unavailability. Intervals may overlap. A departure before the start leaves an empty interval.
create function unit_holds(account_id integer, unit_id integer)
returns table (first_day date, last_day date) language sql stable parallel safe as $$
  select l.start_date, coalesce(l.held_through_date, 'infinity')
    from leases l
   where l.account_id = $1 and l.unit_id = $2 and l.cancelled_date is null
     and coalesce(l.held_through_date, 'infinity') >= l.start_date
  union all
  select n.start_date, coalesce(n.end_date, 'infinity')
    from unavailable_units n
   where n.account_id = $1 and n.unit_id = $2
$$;

-- R-026, steps 1 to 3: the first run of days from range_start onwards that are not held, that begins on or
-- before range_end and that has minimum_days days or no end; last_day is null without end. No row: none.
-- A run can only begin on range_start or the day after a hold, and it is long enough when no hold meets its
-- first minimum_days days; so overlapping and adjacent holds need no merging. No date passes the year 9999,
-- hence no run of three million days has an end.
create function first_free_run(
  account_id integer, unit_id integer, range_start date, range_end date, minimum_days integer
)
returns table (first_day date, last_day date) language sql stable parallel safe as $$
  select c.first_day,
         (select min(h.first_day) - 1 from unit_holds($1, $2) h where h.first_day > c.first_day)
    from (
      select $3 as first_day where $3 <= $4
      union all
      select h.last_day + 1 from unit_holds($1, $2) h where h.last_day >= $3 and h.last_day < $4
    ) c
   where not exists (
      select from unit_holds($1, $2) h
       where h.first_day < c.first_day + least(greatest($5, 1), 3000000) and h.last_day >= c.first_day)
   order by c.first_day
   limit 1
$$;

-- R-021.
create function lease_status(
  cancelled_date date, signed_date date, start_date date, held_through_date date, business_date date
)
returns varchar language sql immutable parallel safe as $$
  select case when $1 is not null then 'X'
              when $2 is null then 'P'
              when $3 > $5 then 'S'
              when coalesce($4, 'infinity') >= $5 then 'A'
              else 'T' end
$$;

-- R-046: the lowest rent in force on a day of [range_start, range_end], over the leases of a unit. The rent on
-- a day is that of the latest price change that is not cancelled, else the initial one (R-037). A table of one
-- row, so that PostgreSQL puts it in place of the call.
create function lowest_rent(account_id integer, unit_id integer, range_start date, range_end date)
returns table (amount numeric) language sql stable parallel safe as $$
  select min(least(
           coalesce(
             (select c.new_amount from lease_price_changes c
               where c.account_id = l.account_id and c.lease_id = l.id and c.status <> 'X'
                 and c.effective_date <= greatest(l.start_date, $3)
               order by c.effective_date desc limit 1),
             l.initial_rent_amount),
           (select min(c.new_amount) from lease_price_changes c
             where c.account_id = l.account_id and c.lease_id = l.id and c.status <> 'X'
               and c.effective_date > greatest(l.start_date, $3)
               and c.effective_date <= least(coalesce(l.held_through_date, 'infinity'), $4))))
    from leases l
   where l.account_id = $1 and l.unit_id = $2 and l.cancelled_date is null
     and l.start_date <= $4 and coalesce(l.held_through_date, 'infinity') >= greatest(l.start_date, $3)
$$;

-- Leases: Status (R-021).
create function refresh_lease_states(account_id integer, business_date date)
returns void language sql volatile as $$
  update leases l
     set status = lease_status(l.cancelled_date, l.signed_date, l.start_date, l.held_through_date, $2)
   where l.account_id = $1
     and l.status <> lease_status(l.cancelled_date, l.signed_date, l.start_date, l.held_through_date, $2)
$$;

-- Units: OccupancyStatus and the current lease (R-024), AvailableDate (R-025: any first day, however far),
-- LowestRentLast12Months (R-046), the next start, reservations (R-100).
create function unit_states(account_id integer, business_date date)
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
    left join (
      select r.unit_id, max(r.reserved_until) as reserved_until,
             bool_or(r.reserved_until >= $2 and coalesce(r.decision_date, $2) <= $2) as is_reserved
        from rental_applications r
       where r.account_id = $1 and r.status = 'A' and r.reserved_until is not null
       group by r.unit_id) a on a.unit_id = u.id
   where u.account_id = $1
$$;

create function refresh_unit_states(account_id integer, business_date date)
returns void language sql volatile as $$
  update units u
     set occupancy_status = s.occupancy_status, current_lease_id = s.current_lease_id,
         current_tenant_id = s.current_tenant_id, current_rent = s.current_rent,
         lowest_rent_last12_months = s.lowest_rent, available_date = s.available_date,
         next_lease_start_date = s.next_lease_start_date, is_reserved = s.is_reserved,
         reserved_until = s.reserved_until
    from unit_states($1, $2) s
   where u.account_id = $1 and u.id = s.unit_id
     and (u.occupancy_status, u.current_lease_id, u.current_tenant_id, u.current_rent,
          u.lowest_rent_last12_months, u.available_date, u.next_lease_start_date, u.is_reserved,
          u.reserved_until)
         is distinct from
         (s.occupancy_status, s.current_lease_id, s.current_tenant_id, s.current_rent,
          s.lowest_rent, s.available_date, s.next_lease_start_date, s.is_reserved, s.reserved_until)
$$;

-- Tenants: the lease that holds T, else the next one, else the last one gives the unit (R-023); Status tells
-- whether any hold, of a dwelling or of a space, contains T, follows it or is over. A tenant without a lease
-- keeps the unit that was entered.
create function tenant_states(account_id integer, business_date date)
returns table (
  tenant_id integer, status varchar, current_lease_id integer, unit_id integer,
  building_code varchar, unit_code varchar
) language sql stable as $$
  with holds as (
    select l.tenant_id, l.start_date, coalesce(l.held_through_date, 'infinity') as last_day
      from leases l where l.account_id = $1 and l.cancelled_date is null
    union all
    select p.tenant_id, p.start_date, coalesce(p.held_through_date, 'infinity')
      from tenant_parkings p where p.account_id = $1
    union all
    select s.tenant_id, s.start_date, coalesce(s.held_through_date, 'infinity')
      from tenant_storages s where s.account_id = $1
  ), summary as (
    select h.tenant_id,
           case when bool_or(h.start_date <= $2 and h.last_day >= $2) then 'A'
                when bool_or(h.start_date > $2) then 'F'
                else 'P' end as status
      from holds h where h.last_day >= h.start_date group by h.tenant_id
  ), home as (
    select distinct on (l.tenant_id)
           l.tenant_id, l.unit_id, l.building_code, l.unit_code,
           case when l.start_date <= $2 and coalesce(l.held_through_date, 'infinity') >= $2
                then l.id end as current_lease_id
      from leases l where l.account_id = $1 and l.cancelled_date is null
     order by l.tenant_id,
              case when l.start_date > $2 then 1
                   when coalesce(l.held_through_date, 'infinity') >= $2 then 0
                   else 2 end,
              case when l.start_date > $2 then l.start_date end,
              l.start_date desc, l.id desc
  )
  select t.id, coalesce(s.status, 'N'), h.current_lease_id,
         coalesce(h.unit_id, t.unit_id),
         case when h.unit_id is null then t.building_code else h.building_code end,
         case when h.unit_id is null then t.unit_code else h.unit_code end
    from tenants t
    left join summary s on s.tenant_id = t.id
    left join home h on h.tenant_id = t.id
   where t.account_id = $1
$$;

create function refresh_tenant_states(account_id integer, business_date date)
returns void language sql volatile as $$
  update tenants t
     set status = s.status, current_lease_id = s.current_lease_id, unit_id = s.unit_id,
         building_code = s.building_code, unit_code = s.unit_code
    from tenant_states($1, $2) s
   where t.account_id = $1 and t.id = s.tenant_id
     and (t.status, t.current_lease_id, t.unit_id, t.building_code, t.unit_code)
         is distinct from
         (s.status, s.current_lease_id, s.unit_id, s.building_code, s.unit_code)
$$;

-- Parking spaces (R-033): held by rentals alone; AvailableDate is the first day from T that none holds.
create function refresh_parking_states(account_id integer, business_date date)
returns void language sql volatile as $$
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
      from parkings p where p.account_id = $1
  )
  update parkings p
     set is_occupied = s.tenant_id is not null, current_tenant_id = s.tenant_id,
         available_date = s.available_date
    from states s
   where p.account_id = $1 and p.id = s.id
     and (p.is_occupied, p.current_tenant_id, p.available_date)
         is distinct from (s.tenant_id is not null, s.tenant_id, s.available_date)
$$;

-- Storage spaces: the same rule.
create function refresh_storage_states(account_id integer, business_date date)
returns void language sql volatile as $$
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
      from storages p where p.account_id = $1
  )
  update storages p
     set is_occupied = s.tenant_id is not null, current_tenant_id = s.tenant_id,
         available_date = s.available_date
    from states s
   where p.account_id = $1 and p.id = s.id
     and (p.is_occupied, p.current_tenant_id, p.available_date)
         is distinct from (s.tenant_id is not null, s.tenant_id, s.available_date)
$$;

-- Brings the stored states of one account to a business date. Callers at once wait for each other on the
-- account's row, and all but the first find the work done. Rows that do not change are not touched, so that
-- ModifiedDate moves only with a visible change (R-017); it moves to the account's pinned instant, if any.
create function refresh_calendar_states(account_id integer, business_date date)
returns void language plpgsql volatile as $$
declare
  account accounts%rowtype;
  outer_clock text := current_setting('hapi.clock', true);
begin
  select a.* into strict account from accounts a where a.account_id = $1 for update;
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

-- What all features of one catalogue entry have in common, up to their value: made once for each entry.
create function feature_head(code text, name_fr text, name_en text, category text)
returns text language sql stable parallel safe as $$
  select '{"Code":' || to_json($1) || ',"NameFr":' || to_json($2) || ',"NameEn":' || to_json($3)
    || ',"Category":' || to_json($4) || ',"Value":'
$$;

-- The rest of a feature: its value, and whether it is the building's (I) or the unit's (U).
create function feature_tail(value text, source text)
returns text language sql stable parallel safe as $$
  select coalesce(to_json($1)::text, 'null') || ',"Source":"' || $2 || '"}'
$$;

-- One row of Units/ForRent: the columns are those of the complex type AvailableUnit, in its order. A type and
-- not "returns table", because only a type's columns can have the collation that their order needs.
create type available_unit as (
  unit_id integer,
  company_no integer,
  division_no integer,
  building_code character varying collate french,
  unit_code character varying collate french,
  building_id integer,
  building_name character varying collate french,
  civic_no_and_street character varying collate french,
  door_no character varying collate french,
  city character varying collate french,
  province character varying collate french,
  postal_code character varying collate french,
  sector character varying collate french,
  latitude numeric,
  longitude numeric,
  available_date date,
  available_until date,
  occupancy_status character varying collate french,
  is_reserved boolean,
  reserved_until date,
  is_listed boolean,
  usage_type character varying collate french,
  housing_type character varying collate french,
  number_of_rooms numeric,
  rooms_label character varying collate french,
  number_of_bedrooms integer,
  number_of_bathrooms numeric,
  area numeric,
  area_unit character varying collate french,
  floor integer,
  asking_rent numeric,
  last_rent numeric,
  lowest_rent_last12_months numeric,
  is_furnished boolean,
  heating_included boolean,
  hot_water_included boolean,
  electricity_included boolean,
  internet_included boolean,
  appliances_included boolean,
  has_air_conditioning boolean,
  has_washer_dryer_hookup boolean,
  has_dishwasher_hookup boolean,
  has_balcony boolean,
  has_fireplace boolean,
  has_elevator boolean,
  is_accessible boolean,
  is_smoke_free boolean,
  pet_policy character varying collate french,
  listing_title_fr character varying collate french,
  listing_title_en character varying collate french,
  listing_description_fr character varying collate french,
  listing_description_en character varying collate french,
  virtual_tour_url character varying collate french,
  available_parkings integer,
  available_storages integer,
  characteristics json,
  photo_document_ids json
);

-- R-026 and R-027. Defaults: range_start T, range_end range_start + 90 days, minimum_days those of each
-- unit's division; a start before T is raised to T. One SELECT, so that PostgreSQL puts it in place of the
-- call: conditions, order and limits of the caller reach the tables, and what the caller does not select
-- is not computed.
--
-- The stored AvailableDate of the unit leaves out those that no range can find: the first day that is free for
-- the division's minimum lies after the range, or never comes. It says nothing for a shorter minimum. In the
-- same way the stored AvailableDate of a space tells at once whether it is held without end.
create function units_for_rent(
  account_id integer, business_date date, start_date date, end_date date, minimum_days integer
)
returns setof available_unit language sql stable parallel safe as $$
  with catalogue as materialized (
    select c.id, c.sort_order, feature_head(c.characteristic_code, c.name_fr, c.name_en, c.category) as head
      from characteristics c where c.account_id = $1 and c.is_active)
  select u.id, u.company_no, u.division_no, u.building_code, u.unit_code, b.id, b.name,
         coalesce(u.civic_no_and_street, b.civic_no_and_street),
         u.door_no, b.city, b.province, b.postal_code, b.sector, b.latitude, b.longitude,
         f.first_day, f.last_day,
         u.occupancy_status, u.is_reserved, u.reserved_until, u.is_listed, u.usage_type, u.housing_type,
         u.number_of_rooms,
         case when u.number_of_rooms = trunc(u.number_of_rooms) then trunc(u.number_of_rooms)::text
              else trunc(u.number_of_rooms)::text || '½' end,
         u.number_of_bedrooms, u.number_of_bathrooms, u.area, u.area_unit, u.floor, u.asking_rent,
         (select l.rent_amount from leases l
           where l.account_id = $1 and l.unit_id = u.id and l.cancelled_date is null
             and l.start_date <= $2
           order by l.start_date desc limit 1),
         u.lowest_rent_last12_months,
         u.is_furnished, u.heating_included, u.hot_water_included, u.electricity_included,
         u.internet_included, u.appliances_included, u.has_air_conditioning, u.has_washer_dryer_hookup,
         u.has_dishwasher_hookup, u.has_balcony, u.has_fireplace, b.has_elevator, u.is_accessible,
         u.is_smoke_free, coalesce(u.pet_policy, b.pet_policy),
         u.listing_title_fr, u.listing_title_en, u.listing_description_fr, u.listing_description_en,
         u.virtual_tour_url,
         (select count(*)::integer from parkings p
           where p.account_id = $1 and p.building_id = u.building_id
             and p.is_active and p.is_rentable and not p.is_visitor and p.available_date <= f.first_day
             and not exists (
               select from tenant_parkings r
                where r.account_id = $1 and r.parking_id = p.id and r.start_date <= f.first_day
                  and coalesce(r.held_through_date, 'infinity') >= f.first_day)),
         (select count(*)::integer from storages p
           where p.account_id = $1 and p.building_id = u.building_id
             and p.is_active and p.is_rentable and p.available_date <= f.first_day
             and not exists (
               select from tenant_storages r
                where r.account_id = $1 and r.storage_id = p.id and r.start_date <= f.first_day
                  and coalesce(r.held_through_date, 'infinity') >= f.first_day)),
         -- The building's (source I), then the unit's own (source U), which replace those of the same code.
         ('[' || concat_ws(',',
           (select string_agg(c.head || feature_tail(i.value, 'I'), ',' order by c.sort_order, c.id)
              from building_characteristics i
              join catalogue c on c.id = i.characteristic_id
             where i.account_id = $1 and i.building_id = u.building_id
               and not exists (
                 select from unit_characteristics o
                  where o.account_id = $1 and o.unit_id = u.id
                    and o.characteristic_id = i.characteristic_id)),
           (select string_agg(c.head || feature_tail(o.value, 'U'), ',' order by c.sort_order, c.id)
              from unit_characteristics o
              join catalogue c on c.id = o.characteristic_id
             where o.account_id = $1 and o.unit_id = u.id)) || ']')::json,
         (select ('[' || coalesce(string_agg(p.id::text, ',' order by p.place, p.id), '') || ']')::json
            from (select m.id, 1 as place from documents m
                   where m.account_id = $1 and m.unit_id = u.id and m.is_public_listing
                  union all
                  select m.id, 2 from documents m
                   where m.account_id = $1 and m.building_id = u.building_id
                     and m.unit_id is null and m.is_public_listing) p)
    from (select greatest(coalesce($3, $2), $2) as first_day) s
   cross join lateral (select s.first_day, coalesce($4, s.first_day + 90) as last_day) r
    join units u on u.account_id = $1 and u.is_active and u.is_rentable
    join buildings b on b.account_id = $1 and b.id = u.building_id
    join ledger_divisions d on d.account_id = $1 and d.id = b.ledger_division_id
   cross join lateral (
      select max(h.last_day) as last_day, min(h.first_day) filter (where h.last_day = 'infinity') as endless_from
        from unit_holds($1, u.id) h) held
   cross join lateral (
      -- Most units found are held no more from the start of the range on, most others are held for good:
      -- few need the search.
      select r.first_day, null::date as last_day
       where coalesce(held.last_day, '-infinity') < r.first_day and r.first_day <= r.last_day
      union all
      select w.first_day, w.last_day
        from first_free_run($1, u.id, r.first_day, r.last_day, coalesce($5, d.minimum_rental_days)) w
       where held.last_day >= r.first_day and coalesce(held.endless_from, 'infinity') > r.first_day) f
   where b.is_active and coalesce(b.management_end_date, 'infinity') >= r.first_day
     and (u.available_date <= r.last_day or $5 < d.minimum_rental_days)
$$;
