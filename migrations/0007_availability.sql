-- Why a unit or a space is not available (R-029), and the rent of a lease on a date (R-037).
--
-- An interval without a known end is null in the tables and 'infinity' here, as in 0004.

-- One row of Availability: the columns are those of the complex type AvailabilityInterval, in its order.
create type availability_interval as (
  start_date date,
  end_date date,
  state character varying collate french,
  entity character varying collate french,
  entity_id integer,
  message_fr character varying collate french,
  message_en character varying collate french
);

-- Every word that an answer of Availability can hold. Each says until when, and what would free the unit or
-- the space. Arguments: 1 the unit or space, 2 the last day, 3 the lease's number or the period's Id,
-- 4 the tenant's number, 5 the reason.
create function availability_texts()
returns table (code text, fr text, en text) language sql immutable parallel safe as $$
  values
  ('Unit', 'L''unité %s', 'Unit %s'),
  ('Parking', 'Le stationnement %s', 'Parking space %s'),
  ('Storage', 'Le rangement %s', 'Storage space %s'),
  ('free', '%1$s est libre, sans fin connue.', '%1$s is free, with no known end.'),
  ('free_until', '%1$s est libre jusqu''au %2$s inclusivement.', '%1$s is free through %2$s.'),
  ('lease_renewable',
   '%1$s est conservée par le bail renouvelable %3$s tant qu''aucune date de départ n''est inscrite à la fiche du locataire %4$s.',
   '%1$s is kept by renewable lease %3$s until a departure date is entered on tenant %4$s.'),
  ('lease_indeterminate',
   '%1$s est conservée par le bail à durée indéterminée %3$s tant qu''aucune date de départ n''est inscrite à la fiche du locataire %4$s.',
   '%1$s is kept by indeterminate lease %3$s until a departure date is entered on tenant %4$s.'),
  ('lease_departure',
   '%1$s est louée jusqu''au %2$s inclusivement, date de départ inscrite à la fiche du locataire %4$s (bail %3$s).',
   '%1$s is leased through %2$s, the departure date entered on tenant %4$s (lease %3$s).'),
  ('lease_end',
   '%1$s est louée jusqu''au %2$s inclusivement, fin du bail non renouvelable %3$s du locataire %4$s.',
   '%1$s is leased through %2$s, the end of non-renewable lease %3$s of tenant %4$s.'),
  ('lease_unsigned',
   'Ce bail n''est pas signé; son annulation libérerait l''unité.',
   'This lease is not signed; cancelling it would free the unit.'),
  ('rental_renewable',
   '%1$s est conservé par une location renouvelable tant qu''aucune date de départ n''est inscrite à la fiche du locataire %4$s.',
   '%1$s is kept by a renewable rental until a departure date is entered on tenant %4$s.'),
  ('rental_open',
   '%1$s est conservé par une location sans date de fin tant qu''aucune date de fin ne lui est donnée et qu''aucune date de départ n''est inscrite à la fiche du locataire %4$s.',
   '%1$s is kept by a rental without an end date until it is given one or a departure date is entered on tenant %4$s.'),
  ('rental_departure',
   '%1$s est loué jusqu''au %2$s inclusivement, date de départ inscrite à la fiche du locataire %4$s.',
   '%1$s is rented through %2$s, the departure date entered on tenant %4$s.'),
  ('rental_end',
   '%1$s est loué jusqu''au %2$s inclusivement, fin de la location non renouvelable du locataire %4$s.',
   '%1$s is rented through %2$s, the end of the non-renewable rental of tenant %4$s.'),
  ('period_end',
   '%1$s est non disponible jusqu''au %2$s inclusivement, fin de la période d''indisponibilité %3$s (%5$s).',
   '%1$s is unavailable through %2$s, the end of unavailability period %3$s (%5$s).'),
  ('period_open',
   '%1$s est non disponible tant qu''aucune date de fin n''est inscrite à la période d''indisponibilité %3$s (%5$s).',
   '%1$s is unavailable until an end date is entered on unavailability period %3$s (%5$s).'),
  ('reason_R', 'rénovation', 'renovation'),
  ('reason_S', 'sinistre', 'casualty loss'),
  ('reason_T', 'travaux majeurs', 'major work'),
  ('reason_I', 'usage interne', 'internal use'),
  ('reason_V', 'en vente', 'for sale'),
  ('reason_P', 'réservé au propriétaire', 'reserved for the owner'),
  ('reason_X', 'autre', 'other'),
  ('not_active',
   '%1$s reste hors location tant que sa fiche est inactive.',
   '%1$s is not for rent as long as its record is inactive.'),
  ('not_rentable',
   '%1$s reste hors location tant que sa fiche indique « non louable ».',
   '%1$s is not for rent as long as its record says "not rentable".'),
  ('visitors',
   '%1$s reste hors location tant que sa fiche le réserve aux visiteurs.',
   '%1$s is not for rent as long as its record keeps it for visitors.'),
  ('building_not_active',
   '%1$s reste hors location tant que la fiche de son immeuble est inactive.',
   '%1$s is not for rent as long as the record of its building is inactive.'),
  ('building_left',
   '%1$s reste hors location après le %2$s, fin de la gestion de son immeuble.',
   '%1$s is not for rent after %2$s, the end of the management of its building.')
$$;

-- The unit or the space that is asked about; no row when it does not exist.
create function availability_subject(account_id integer, kind text, id integer)
returns table (
  id integer, key text, building_id integer, is_active boolean, is_rentable boolean, is_visitor boolean
) language sql stable parallel safe as $$
  select u.id, concat_ws(' ', u.company_no || '-' || u.division_no, u.building_code, nullif(u.unit_code, '')),
         u.building_id, u.is_active, u.is_rentable, false
    from units u where $2 = 'Unit' and u.account_id = $1 and u.id = $3
  union all
  select p.id, concat_ws(' ', p.company_no || '-' || p.division_no, p.building_code, p.parking_code),
         p.building_id, p.is_active, p.is_rentable, p.is_visitor
    from parkings p where $2 = 'Parking' and p.account_id = $1 and p.id = $3
  union all
  select s.id, concat_ws(' ', s.company_no || '-' || s.division_no, s.building_code, s.storage_code),
         s.building_id, s.is_active, s.is_rentable, false
    from storages s where $2 = 'Storage' and s.account_id = $1 and s.id = $3
$$;

-- What holds the unit or the space or keeps it from being rented, and on which days. Of several causes of a day
-- the lowest rank is named: a lease goes before a casualty (R-029), whatever takes time before what only a
-- change of a record ends. until is the day that the text names; detail its third argument.
--
-- A draft holds as a signed lease does; cancelled leases hold nothing, nor does one whose tenant left before its
-- start. What is not offered at all is IN on the days that nobody holds: it is not free, and R-029 has no other
-- state for it. The conditions are those of ForRent (R-026) and of spaces (R-033), day by day.
create function availability_causes(account_id integer, kind text, id integer)
returns table (
  first_day date, last_day date, rank integer, state text, entity text, entity_id integer, text_code text,
  until date, detail text, tenant_no numeric, reason_code text, is_draft boolean
) language sql stable parallel safe as $$
  select l.start_date, coalesce(l.held_through_date, 'infinity'), 1,
         case when l.held_through_date is not null then 'BL' when l.lease_type = 'I' then 'BI' else 'BR' end,
         'Lease', l.id,
         case when l.held_through_date is null and l.lease_type = 'I' then 'lease_indeterminate'
              when l.held_through_date is null then 'lease_renewable'
              when l.is_renewable or l.held_through_date is distinct from l.end_date then 'lease_departure'
              else 'lease_end' end,
         l.held_through_date, l.lease_no, l.tenant_no, null, l.signed_date is null
    from leases l
   where $2 = 'Unit' and l.account_id = $1 and l.unit_id = $3 and l.cancelled_date is null
     and coalesce(l.held_through_date, 'infinity') >= l.start_date
  union all
  select n.start_date, coalesce(n.end_date, 'infinity'), 2, 'IN', 'UnavailableUnit', n.id,
         case when n.end_date is null then 'period_open' else 'period_end' end,
         n.end_date, n.id::text, null, n.reason_code, false
    from unavailable_units n
   where $2 = 'Unit' and n.account_id = $1 and n.unit_id = $3
  union all
  select r.start_date, coalesce(r.held_through_date, 'infinity'), 1,
         case when r.held_through_date is null then 'LR' else 'LO' end, r.entity, r.id,
         case when r.held_through_date is null and r.is_renewable then 'rental_renewable'
              when r.held_through_date is null then 'rental_open'
              when r.is_renewable or r.held_through_date is distinct from r.end_date then 'rental_departure'
              else 'rental_end' end,
         r.held_through_date, null, r.tenant_no, null, false
    from (
      select 'TenantParking' as entity, p.id, p.start_date, p.end_date, p.held_through_date, p.is_renewable, p.tenant_no
        from tenant_parkings p where $2 = 'Parking' and p.account_id = $1 and p.parking_id = $3
      union all
      select 'TenantStorage', s.id, s.start_date, s.end_date, s.held_through_date, s.is_renewable, s.tenant_no
        from tenant_storages s where $2 = 'Storage' and s.account_id = $1 and s.storage_id = $3) r
   where coalesce(r.held_through_date, 'infinity') >= r.start_date
  union all
  select case when c.text_code = 'building_left' then b.management_end_date + 1 else '-infinity' end, 'infinity',
         c.rank, 'IN', c.entity, case when c.entity = 'Building' then b.id else o.id end, c.text_code,
         case when c.text_code = 'building_left' then b.management_end_date end, null, null, null, false
    from availability_subject($1, $2, $3) o
    join buildings b on b.account_id = $1 and b.id = o.building_id
   cross join lateral (
      values (3, $2, 'not_active', not o.is_active),
             (4, $2, 'visitors', o.is_visitor),
             (5, $2, 'not_rentable', not o.is_rentable),
             (6, 'Building', 'building_not_active', not b.is_active),
             (7, 'Building', 'building_left', b.management_end_date is not null)
    ) c (rank, entity, text_code, holds)
   where c.holds
$$;

-- R-029. The days from start_date on are cut wherever a cause begins or ends, each piece gets its cause, and
-- pieces of one cause are joined again; then the range takes its part. Pieces are made beyond the range too, so
-- that a text names the true last day, and an interval has no end only when it has none at all.
create function availability(account_id integer, kind text, id integer, start_date date, end_date date)
returns setof availability_interval language sql stable parallel safe as $$
  with causes as materialized (
    select c.* from availability_causes($1, $2, $3) c where c.last_day >= $4
  ), cuts as (
    select $4 as day
    union select c.first_day from causes c where c.first_day > $4
    union select c.last_day + 1 from causes c where c.last_day < 'infinity'
  ), pieces as (
    select k.day as first_day, coalesce(lead(k.day) over (order by k.day) - 1, 'infinity') as last_day,
           coalesce(c.state, 'LI') as state, c.entity, c.entity_id, c.text_code, c.until, c.detail,
           c.tenant_no, c.reason_code, coalesce(c.is_draft, false) as is_draft
      from cuts k
      left join lateral (
        select a.* from causes a
         where a.first_day <= k.day and a.last_day >= k.day
         order by a.rank, a.first_day desc, a.entity_id desc
         limit 1) c on true
  ), marked as (
    select p.*, (p.entity, p.entity_id) is distinct from (lag(p.entity) over w, lag(p.entity_id) over w) as is_new
      from pieces p window w as (order by p.first_day)
  ), numbered as (
    select m.*, count(*) filter (where m.is_new) over (order by m.first_day) as island from marked m
  ), intervals as (
    select min(n.first_day) as first_day, max(n.last_day) as last_day, n.state, n.entity, n.entity_id, n.text_code,
           n.until, n.detail, n.tenant_no, n.reason_code, n.is_draft
      from numbered n
     group by n.island, n.state, n.entity, n.entity_id, n.text_code, n.until, n.detail, n.tenant_no,
              n.reason_code, n.is_draft
  ), said as (
    select i.*, o.key,
           coalesce(i.text_code, case when i.last_day = 'infinity' then 'free' else 'free_until' end) as said_code,
           to_char(coalesce(i.until, i.last_day), 'YYYY-MM-DD') as said_until
      from intervals i, availability_subject($1, $2, $3) o
     where i.first_day <= $5
  )
  select s.first_day, case when s.last_day < 'infinity' then least(s.last_day, $5) end,
         s.state, s.entity, s.entity_id,
         concat_ws(' ', format(t.fr, format(k.fr, s.key), s.said_until, s.detail, s.tenant_no, r.fr), d.fr),
         concat_ws(' ', format(t.en, format(k.en, s.key), s.said_until, s.detail, s.tenant_no, r.en), d.en)
    from said s
    join availability_texts() t on t.code = s.said_code
    join availability_texts() k on k.code = $2
    left join availability_texts() r on r.code = 'reason_' || s.reason_code
    left join availability_texts() d on s.is_draft and d.code = 'lease_unsigned'
$$;

create function units_availability(
  account_id integer, business_date date, id integer, start_date date, end_date date
)
returns setof availability_interval language sql stable parallel safe as $$
  select * from availability($1, 'Unit', $3, $4, $5)
$$;

create function parkings_availability(
  account_id integer, business_date date, id integer, start_date date, end_date date
)
returns setof availability_interval language sql stable parallel safe as $$
  select * from availability($1, 'Parking', $3, $4, $5)
$$;

create function storages_availability(
  account_id integer, business_date date, id integer, start_date date, end_date date
)
returns setof availability_interval language sql stable parallel safe as $$
  select * from availability($1, 'Storage', $3, $4, $5)
$$;

-- R-037: the latest change that is not cancelled, else the initial rent, which is in force since the start of
-- the lease. The rule knows no date outside of a lease: before the start the answer is the initial rent, whose
-- EffectiveDate says that it is yet to come; after the end it is the last rent.
create function leases_rent_on(account_id integer, business_date date, id integer, on_date date)
returns table (
  lease_id integer, date date, rent_amount numeric, effective_date date, lease_price_change_id integer
) language sql stable parallel safe as $$
  select l.id, $4, coalesce(c.new_amount, l.initial_rent_amount), coalesce(c.effective_date, l.start_date), c.id
    from leases l
    left join lateral (
      select p.id, p.new_amount, p.effective_date from lease_price_changes p
       where p.account_id = $1 and p.lease_id = l.id and p.status <> 'X' and p.effective_date <= $4
       order by p.effective_date desc limit 1) c on true
   where l.account_id = $1 and l.id = $3
$$;
