/**
 * Units for rent in a range, written by hand as sets: the units whose stored date allows it, all their
 * holds after the range's start at once, the free runs between them by a window, spaces counted once per building and day, features made once per
 * catalogue entry. `$1` and `$2` are the range; the business date is the bench's.
 */

export const forRent = (columns: string): string => `
with candidate as materialized (
  select u.id as unit_id from units u
   where u.account_id = 1 and u.is_active and u.is_rentable and u.available_date <= $2::date
), held as materialized (
  select h.unit_id, h.first_day, h.last_day,
         max(h.last_day) over (partition by h.unit_id order by h.first_day, h.last_day
                               rows between unbounded preceding and 1 preceding) as held_before
    from (select l.unit_id, l.start_date as first_day, coalesce(l.held_through_date, 'infinity') as last_day
            from candidate k
            join leases l on l.account_id = 1 and l.unit_id = k.unit_id and l.cancelled_date is null
           where coalesce(l.held_through_date, 'infinity') >= $1::date
          union all
          select n.unit_id, n.start_date, coalesce(n.end_date, 'infinity')
            from candidate k
            join unavailable_units n on n.account_id = 1 and n.unit_id = k.unit_id
           where coalesce(n.end_date, 'infinity') >= $1::date) h
), free as (
  select unit_id, greatest(coalesce(held_before + 1, $1::date), $1::date) as first_day, first_day - 1 as last_day
    from held where first_day > greatest(coalesce(held_before + 1, $1::date), $1::date)
  union all
  select unit_id, max(last_day) + 1, null from held group by unit_id having max(last_day) < 'infinity'
  union all
  select k.unit_id, $1::date, null from candidate k
   where not exists (select from held h where h.unit_id = k.unit_id)
), found as materialized (
  select distinct on (u.id) u.id as unit_id, u.building_id, f.first_day, f.last_day
    from free f
    join units u on u.account_id = 1 and u.id = f.unit_id and u.is_active and u.is_rentable
    join buildings b on b.account_id = 1 and b.id = u.building_id and b.is_active
                    and coalesce(b.management_end_date, 'infinity') >= $1::date
    join ledger_divisions d on d.account_id = 1 and d.id = b.ledger_division_id
   where f.first_day <= $2::date
     and (f.last_day is null or f.last_day - f.first_day + 1 >= d.minimum_rental_days)
   order by u.id, f.first_day
), parking as (
  select k.building_id, k.first_day, count(*)::integer as spaces
    from (select distinct building_id, first_day from found) k
    join parkings p on p.account_id = 1 and p.building_id = k.building_id
                   and p.is_active and p.is_rentable and not p.is_visitor
   where not exists (select from tenant_parkings r where r.account_id = 1 and r.parking_id = p.id
                        and r.start_date <= k.first_day and coalesce(r.held_through_date, 'infinity') >= k.first_day)
   group by 1, 2
), storage as (
  select k.building_id, k.first_day, count(*)::integer as spaces
    from (select distinct building_id, first_day from found) k
    join storages p on p.account_id = 1 and p.building_id = k.building_id and p.is_active and p.is_rentable
   where not exists (select from tenant_storages r where r.account_id = 1 and r.storage_id = p.id
                        and r.start_date <= k.first_day and coalesce(r.held_through_date, 'infinity') >= k.first_day)
   group by 1, 2
), catalogue as materialized (
  select c.id, c.sort_order,
         '{"Code":' || to_json(c.characteristic_code) || ',"NameFr":' || to_json(c.name_fr) || ',"NameEn":'
           || to_json(c.name_en) || ',"Category":' || to_json(c.category) || ',"Value":' as head
    from characteristics c where c.account_id = 1 and c.is_active
), feature as (
  select x.unit_id, string_agg(x.text, ',' order by x.place, x.sort_order, x.id) as texts
    from (select f.unit_id, 1 as place, c.sort_order, c.id,
                 c.head || coalesce(to_json(i.value)::text, 'null') || ',"Source":"I"}' as text
            from found f
            join building_characteristics i on i.account_id = 1 and i.building_id = f.building_id
            join catalogue c on c.id = i.characteristic_id
           where not exists (select from unit_characteristics o where o.account_id = 1 and o.unit_id = f.unit_id
                                and o.characteristic_id = i.characteristic_id)
          union all
          select f.unit_id, 2, c.sort_order, c.id,
                 c.head || coalesce(to_json(o.value)::text, 'null') || ',"Source":"U"}'
            from found f
            join unit_characteristics o on o.account_id = 1 and o.unit_id = f.unit_id
            join catalogue c on c.id = o.characteristic_id) x
   group by x.unit_id
), photo as (
  select x.unit_id, string_agg(x.id::text, ',' order by x.place, x.id) as ids
    from (select f.unit_id, 1 as place, m.id from found f
            join documents m on m.account_id = 1 and m.unit_id = f.unit_id and m.is_public_listing
          union all
          select f.unit_id, 2, m.id from found f
            join documents m on m.account_id = 1 and m.building_id = f.building_id and m.unit_id is null and m.is_public_listing) x
   group by x.unit_id
), last_lease as (
  select distinct on (l.unit_id) l.unit_id, l.rent_amount
    from found f
    join leases l on l.account_id = 1 and l.unit_id = f.unit_id and l.cancelled_date is null and l.start_date <= '2026-06-15'
   order by l.unit_id, l.start_date desc
)
select ${columns}
  from (select u.id as unit_id, u.company_no, u.division_no, u.building_code, u.unit_code, b.id as building_id,
               b.name as building_name, coalesce(u.civic_no_and_street, b.civic_no_and_street) as civic_no_and_street,
               u.door_no, b.city, b.province, b.postal_code, b.sector, b.latitude, b.longitude,
               f.first_day as available_date, f.last_day as available_until, u.occupancy_status, u.is_reserved,
               u.reserved_until, u.is_listed, u.usage_type, u.housing_type, u.number_of_rooms,
               trunc(u.number_of_rooms)::text
                 || case when u.number_of_rooms = trunc(u.number_of_rooms) then '' else '½' end as rooms_label,
               u.number_of_bedrooms, u.number_of_bathrooms, u.area, u.area_unit, u.floor, u.asking_rent,
               l.rent_amount as last_rent, u.lowest_rent_last12_months, u.is_furnished, u.heating_included,
               u.hot_water_included, u.electricity_included, u.internet_included, u.appliances_included,
               u.has_air_conditioning, u.has_washer_dryer_hookup, u.has_dishwasher_hookup, u.has_balcony,
               u.has_fireplace, b.has_elevator, u.is_accessible, u.is_smoke_free,
               coalesce(u.pet_policy, b.pet_policy) as pet_policy, u.listing_title_fr, u.listing_title_en,
               u.listing_description_fr, u.listing_description_en, u.virtual_tour_url,
               coalesce(p.spaces, 0) as available_parkings, coalesce(s.spaces, 0) as available_storages,
               '[' || coalesce(c.texts, '') || ']' as characteristics,
               '[' || coalesce(m.ids, '') || ']' as photo_document_ids
          from found f
          join units u on u.account_id = 1 and u.id = f.unit_id
          join buildings b on b.account_id = 1 and b.id = u.building_id
          left join parking p on p.building_id = f.building_id and p.first_day = f.first_day
          left join storage s on s.building_id = f.building_id and s.first_day = f.first_day
          left join feature c on c.unit_id = f.unit_id
          left join photo m on m.unit_id = f.unit_id
          left join last_lease l on l.unit_id = f.unit_id) f
 order by f.company_no, f.division_no, f.building_code, f.unit_code`
