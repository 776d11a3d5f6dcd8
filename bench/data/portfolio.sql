-- One account's portfolio of the size that the workloads are measured on, drawn from numbers alone: every
-- run loads the same rows. The account is that of hapi.account_id. Times and states are those of the business
-- date 2026-06-15, so that the refresh of the calendar states has next to nothing to correct.

-- An even choice out of `size`, the same for the same number and purpose.
create or replace function pg_temp.pick(number bigint, purpose integer, size integer) returns integer
language sql immutable as $$ select ((hashint8extended($1, $2) & 2147483647) % $3)::integer $$;

create or replace function pg_temp.word(words text[], number bigint, purpose integer) returns text
language sql immutable as $$ select $1[1 + pg_temp.pick($2, $3, array_length($1, 1))] $$;

create or replace function pg_temp.account() returns integer
language sql stable as $$ select current_setting('hapi.account_id')::integer $$;

create or replace function pg_temp.instant(number bigint) returns timestamptz
language sql immutable as $$
  select timestamptz '2025-01-01 05:00:00+00' + $1 * interval '97 seconds' + pg_temp.pick($1, 1, 1000) * interval '1 millisecond'
$$;

create or replace function pg_temp.street(number bigint) returns text
language sql immutable as $$
  select 100 + pg_temp.pick($1, 2, 9800) || ', ' || pg_temp.word(
    array['rue Sherbrooke', 'boulevard Saint-Laurent', 'chemin Sainte-Foy', 'avenue Cartier', 'rue des Érables',
          'côte d''Abraham', 'rue Principale', 'avenue du Parc', 'rue Notre-Dame', 'boulevard Laurier'], $1, 3)
$$;

create or replace function pg_temp.city(number bigint) returns text
language sql immutable as $$
  select pg_temp.word(array['Montréal', 'Québec', 'Lévis', 'Laval', 'Gatineau', 'Sherbrooke', 'Trois-Rivières'], $1, 4)
$$;

create or replace function pg_temp.postal_code(number bigint) returns text
language sql immutable as $$
  select 'H' || pg_temp.pick($1, 5, 10) || chr(65 + pg_temp.pick($1, 6, 22)) || ' '
         || pg_temp.pick($1, 7, 10) || chr(65 + pg_temp.pick($1, 8, 22)) || pg_temp.pick($1, 9, 10)
$$;

create or replace function pg_temp.phone(number bigint) returns text
language sql immutable as $$ select '514 555-' || lpad(pg_temp.pick($1, 10, 10000)::text, 4, '0') $$;

-- Six companies of four divisions: 26 buildings each.
insert into companies (account_id, id, company_no, name, legal_name, city, created_date, modified_date)
select pg_temp.account(), n, n, 'Gestion ' || n, 'Gestion immobilière ' || n || ' inc.', pg_temp.city(n),
       pg_temp.instant(n), pg_temp.instant(n)
  from generate_series(1, 6) n;

insert into ledger_divisions (account_id, id, company_no, division_no, company_id, name, company_name, created_date, modified_date)
select pg_temp.account(), n, 1 + (n - 1) / 4, 1 + (n - 1) % 4, 1 + (n - 1) / 4, 'Division ' || n,
       'Gestion ' || 1 + (n - 1) / 4, pg_temp.instant(n), pg_temp.instant(n)
  from generate_series(1, 24) n;

-- Building 9 is the guide's 1000PINS, of company 3, division 1.
insert into buildings (
  account_id, company_no, division_no, building_code, name, civic_no_and_street, city, postal_code, id,
  ledger_division_id, sector, latitude, longitude, building_type, construction_year, acquisition_date,
  number_of_floors, number_of_units, number_of_parkings, number_of_storages, lot_no, municipal_assessment,
  land_area, gross_area, heating_type, heating_energy, has_elevator, has_intercom, has_gym, is_smoke_free,
  pet_policy, description_fr, description_en, website, office_phone, email, created_date, modified_date)
select pg_temp.account(), d.company_no, d.division_no,
       case when n = 9 then '1000PINS'
            else 1000 + n || (array['ERAB', 'CEDR', 'PINS', 'BOUL', 'STLO', 'CART'])[1 + n % 6] end,
       case when n = 9 then 'Les Pins'
            else pg_temp.word(array['Les Érables', 'Le Cèdre', 'Tour du Parc', 'Résidence Cartier', 'Domaine "du Lac"'], n, 12) || ' ' || n end,
       pg_temp.street(n), pg_temp.city(n), pg_temp.postal_code(n), n, d.id,
       pg_temp.word(array['Centre', 'Nord', 'Sud', 'Rive-Sud'], n, 13),
       45.4 + pg_temp.pick(n, 14, 1000000) / 1000000.0, -73.9 + pg_temp.pick(n, 15, 1000000) / 1000000.0,
       pg_temp.word(array['RES', 'RES', 'RES', 'MIX', 'COP', 'RPA'], n, 16), 1920 + pg_temp.pick(n, 17, 105),
       date '1990-01-01' + pg_temp.pick(n, 18, 12000), 3 + pg_temp.pick(n, 19, 12), 25, 10, 0,
       (1000000 + n)::text, 1000000 + pg_temp.pick(n, 20, 9000000), 400 + pg_temp.pick(n, 21, 5000),
       2000 + pg_temp.pick(n, 22, 9000), pg_temp.word(array['PL', 'AC', 'EC', 'TP'], n, 23),
       pg_temp.word(array['E', 'G', 'B'], n, 24), n % 2 = 0, n % 3 > 0, n % 7 = 0, n % 4 > 0,
       pg_temp.word(array['N', 'C', 'P', 'O'], n, 25),
       'Immeuble de vingt-cinq logements, près des transports et des commerces du quartier.',
       'Building of twenty-five dwellings, near public transport and the shops of the neighbourhood.',
       'https://immeubles.example/' || n, pg_temp.phone(n), 'immeuble' || n || '@exemple.test',
       pg_temp.instant(n), pg_temp.instant(n + 500)
  from generate_series(1, 624) n
  join ledger_divisions d on d.account_id = pg_temp.account() and d.id = 1 + (n - 1) % 24;

insert into characteristics (account_id, id, characteristic_code, name_fr, name_en, scope, sort_order, created_date, modified_date)
select pg_temp.account(), n, 'CAR' || n, 'Caractéristique ' || n, 'Feature ' || n, 'X', n, pg_temp.instant(n), pg_temp.instant(n)
  from generate_series(1, 12) n;

insert into building_characteristics (account_id, id, company_no, division_no, building_code, building_id, characteristic_id, value, created_date, modified_date)
select pg_temp.account(), (b.id - 1) * 3 + c, b.company_no, b.division_no, b.building_code, b.id, c, 'O',
       pg_temp.instant(b.id), pg_temp.instant(b.id)
  from buildings b cross join generate_series(1, 3) c
 where b.account_id = pg_temp.account();

insert into parkings (account_id, id, company_no, division_no, building_code, parking_code, building_id, parking_type,
  is_occupied, available_date, created_date, modified_date)
select pg_temp.account(), (b.id - 1) * 10 + p, b.company_no, b.division_no, b.building_code, 'P' || p, b.id, 'I',
       false, date '2026-06-15', pg_temp.instant(b.id), pg_temp.instant(b.id)
  from buildings b cross join generate_series(1, 10) p
 where b.account_id = pg_temp.account();

-- Unit 1 to 25 of each building. One in fifty is vacant since a departure, one in thirty is about to be.
insert into units (
  account_id, company_no, division_no, building_code, unit_code, occupancy_status, housing_type, number_of_rooms, id,
  building_id, civic_no_and_street, door_no, floor, number_of_bedrooms, number_of_bathrooms, area, asking_rent,
  market_rent, current_rent, is_listed, listing_title_fr, listing_title_en, listing_description_fr, available_date,
  is_reserved, current_lease_id, current_tenant_id, heating_included, hot_water_included, has_balcony, is_smoke_free,
  meter_no, water_heater_year, comment, created_date, modified_date)
select pg_temp.account(), b.company_no, b.division_no, b.building_code, ((u - 1) / 5 + 1) * 100 + (u - 1) % 5 + 1,
       case when n % 50 = 7 then 'V' else 'L' end,
       case when n % 11 > 0 then pg_temp.word(array['AP', 'CO', 'LO', 'ST'], n, 30) end,
       1.5 + pg_temp.pick(n, 31, 6), n, b.id, pg_temp.street(n), u::text, (u - 1) / 5 + 1, 1 + pg_temp.pick(n, 32, 3),
       1.0 + pg_temp.pick(n, 33, 2) / 2.0, 450 + pg_temp.pick(n, 34, 900), 900 + pg_temp.pick(n, 35, 1400),
       950 + pg_temp.pick(n, 36, 1400), case when n % 50 <> 7 then 900 + pg_temp.pick(n, 37, 1100) end,
       n % 50 = 7, case when n % 50 = 7 then 'Logement lumineux nº ' || n end,
       case when n % 50 = 7 then 'Bright dwelling no. ' || n end,
       case when n % 50 = 7 then 'Beau logement rénové, « clé en main », libre bientôt.' end,
       case when n % 50 = 7 then date '2026-06-15' when n % 30 = 11 then date '2026-07-01' + pg_temp.pick(n, 38, 365) end,
       false, case when n % 50 <> 7 then n end, case when n % 50 <> 7 then n end,
       n % 2 = 0, n % 3 = 0, n % 4 > 0, n % 5 > 0, 'M' || 100000 + n, 2005 + pg_temp.pick(n, 39, 20),
       case when n % 9 = 0 then 'Clés au bureau' end, pg_temp.instant(n), pg_temp.instant(n + 900)
  from buildings b cross join generate_series(1, 25) u cross join lateral (select (b.id - 1) * 25 + u as n) k
 where b.account_id = pg_temp.account();

insert into unit_characteristics (account_id, id, company_no, division_no, building_code, unit_code, unit_id, characteristic_id, value, created_date, modified_date)
select pg_temp.account(), (u.id - 1) * 2 + c, u.company_no, u.division_no, u.building_code, u.unit_code, u.id, 3 + c, 'O',
       pg_temp.instant(u.id), pg_temp.instant(u.id)
  from units u cross join generate_series(1, 2) c
 where u.account_id = pg_temp.account();

-- Tenant n holds lease n, of the unit 1 + (n - 1) mod 15600: the first 15,600 are the last of their units, the
-- others were there in the years before. One name in ten is rare: syllables in any combination.
insert into tenants (
  account_id, company_no, division_no, tenant_type, tenant_no, building_code, unit_code, last_name, first_name, id,
  ledger_division_id, unit_id, salutation, birth_date, language, phone, mobile_phone, email, preferred_contact_method,
  email_consent, civic_no_and_street, city, province, postal_code, country, status, move_in_date, departure_date,
  number_of_occupants, has_pets, insurance_company, insurance_policy_no, payment_method, late_notice_level, nsf_count,
  balance, balance_due, last_payment_date, last_payment_amount, current_lease_id, external_id, comment,
  created_date, modified_date)
select pg_temp.account(), u.company_no, u.division_no, 'D', n, u.building_code, u.unit_code,
       case when n % 10 = 3 then
         initcap(pg_temp.word(array['kwa', 'zor', 'lym', 'vex', 'dju', 'fry', 'hob', 'jaq', 'nix', 'pym', 'tof', 'wug', 'yip', 'bex', 'gru', 'sko'], n, 40)
              || pg_temp.word(array['bil', 'dax', 'fen', 'gom', 'hyl', 'jul', 'kep', 'lox', 'mur', 'nav', 'piq', 'rud', 'sev', 'tam', 'vok', 'wyn'], n, 41)
              || pg_temp.word(array['aki', 'ebo', 'izu', 'oda', 'ura', 'yli', 'ash', 'ekt', 'ilv', 'omb', 'uft', 'yrd', 'ank', 'elt', 'ims', 'orv'], n, 42))
            else pg_temp.word(array['Tremblay', 'Gagnon', 'Roy', 'Côté', 'Bouchard', 'Gauthier', 'Morin', 'Lavoie', 'Fortin', 'Gagné', 'Ouellet', 'Pelletier', 'Bélanger', 'Lévesque', 'Bergeron', 'Leblanc', 'Paquette', 'Girard', 'Simard', 'Boucher', 'Caron', 'Beaulieu', 'Cloutier', 'Dubé', 'Poirier', 'Fournier', 'Lapointe', 'Leclerc', 'Lefebvre', 'Poulin', 'Thibault', 'St-Pierre', 'Nadeau', 'Martin', 'Landry', 'Martel', 'Bédard', 'Grenier', 'Lessard', 'Bernier'], n, 43) end,
       pg_temp.word(array['Marie', 'Jean', 'Sylvie', 'Luc', 'Émilie', 'Étienne', 'Chloé', 'Nathalie', 'Mathieu', 'Zoé', 'François', 'Geneviève', 'Olivier', 'Amélie', 'Guy', 'Hélène'], n, 44),
       n, b.ledger_division_id, u.id, pg_temp.word(array['M', 'MME', 'X'], n, 45), date '1940-01-01' + pg_temp.pick(n, 46, 24000),
       case when n % 5 = 0 then 'A' else 'F' end, pg_temp.phone(n), pg_temp.phone(n + 200000),
       'locataire' || n || '@exemple.test', pg_temp.word(array['C', 'T', 'S'], n, 47), n % 3 > 0, pg_temp.street(n),
       pg_temp.city(n), 'QC', pg_temp.postal_code(n), 'CA',
       case when n <= 15600 and n % 50 <> 7 then 'A' else 'P' end, k.start_date, k.departure_date,
       1 + pg_temp.pick(n, 48, 4), n % 4 = 0, 'Assurances ' || 1 + n % 9, 'P' || 1000000 + n,
       pg_temp.word(array['CHQ', 'PPA', 'INT', 'VIR'], n, 49), 0, 0, 0, 0,
       date '2026-06-01', 900 + pg_temp.pick(n, 37, 1100), case when n <= 15600 and n % 50 <> 7 then n end,
       'EXT-' || n, case when n % 13 = 0 then 'Note: "préfère" le courriel' end,
       pg_temp.instant(n), pg_temp.instant(n + 300)
  from generate_series(1, 100000) n
 cross join lateral (
    select date '2025-01-01' + make_interval(months => ((n - 1) % 12)::integer)
                             - make_interval(years => ((n - 1) / 15600)::integer) as start_at,
           n > 15600 as is_past, n % 50 = 7 as is_vacated, n % 30 = 11 as is_leaving) s
 cross join lateral (
    select s.start_at::date as start_date,
           case when s.is_past then (s.start_at + interval '1 year - 1 day')::date
                when s.is_vacated then date '2026-05-31'
                when s.is_leaving then date '2026-06-30' + pg_temp.pick(n, 38, 365) end as departure_date) k
  join units u on u.account_id = pg_temp.account() and u.id = 1 + (n - 1) % 15600
  join buildings b on b.account_id = u.account_id and b.id = u.building_id;

insert into leases (
  account_id, id, company_no, division_no, building_code, unit_code, tenant_type, tenant_no, lease_no,
  ledger_division_id, unit_id, tenant_id, status, start_date, end_date, term_start_date, term_months,
  held_through_date, initial_rent_amount, rent_amount, rent_effective_date, signed_date, heating_included,
  renewal_count, created_date, modified_date)
select pg_temp.account(), t.id, t.company_no, t.division_no, t.building_code, t.unit_code, 'D', t.tenant_no,
       'B' || t.id, t.ledger_division_id, t.unit_id, t.id,
       case when t.id > 15600 or t.id % 50 = 7 then 'T' else 'A' end, t.move_in_date,
       (t.move_in_date + interval '1 year - 1 day')::date, t.move_in_date, 12, t.departure_date,
       t.last_payment_amount, t.last_payment_amount, t.move_in_date, t.move_in_date - 30, t.id % 2 = 0, 0,
       t.created_date, t.modified_date
  from tenants t
 where t.account_id = pg_temp.account();

-- Works in progress or over; those without an end keep the unit out of the market.
insert into unavailable_units (account_id, id, company_no, division_no, building_code, unit_code, unit_id, start_date,
  end_date, reason_code, description, created_date, modified_date)
select pg_temp.account(), n, u.company_no, u.division_no, u.building_code, u.unit_code, u.id,
       date '2026-06-01' + (n % 20) * 15 - 150, case when n % 10 > 0 then date '2026-06-20' + (n % 20) * 15 - 150 end,
       'R', 'Travaux nº ' || n, pg_temp.instant(n), pg_temp.instant(n)
  from generate_series(1, 312) n
  join units u on u.account_id = pg_temp.account() and u.id = (n - 1) * 50 + 7;

insert into service_call_categories (account_id, id, category_code, name_fr, name_en, created_date, modified_date)
select pg_temp.account(), n, 'CAT' || n, 'Catégorie ' || n, 'Category ' || n, pg_temp.instant(n), pg_temp.instant(n)
  from generate_series(1, 10) n;

insert into service_calls (
  account_id, id, company_no, division_no, building_code, unit_code, service_call_no, ledger_division_id, building_id,
  unit_id, tenant_id, category_id, priority, status, title, description, requested_date, completed_date, actual_cost,
  is_overdue, created_date, modified_date)
select pg_temp.account(), n, u.company_no, u.division_no, u.building_code, u.unit_code, n, b.ledger_division_id, b.id,
       u.id, u.id, 1 + pg_temp.pick(n, 60, 10), pg_temp.word(array['U', 'H', 'N', 'B'], n, 61),
       case when n % 20 = 0 then 'N' else 'T' end, 'Appel nº ' || n, 'Fuite sous l''évier de la cuisine.',
       pg_temp.instant(n), case when n % 20 > 0 then pg_temp.instant(n + 2000) end, pg_temp.pick(n, 62, 400), false,
       pg_temp.instant(n), pg_temp.instant(n + 2000)
  from generate_series(1, 200000) n
  join units u on u.account_id = pg_temp.account() and u.id = 1 + pg_temp.pick(n, 63, 15600)
  join buildings b on b.account_id = u.account_id and b.id = u.building_id;
