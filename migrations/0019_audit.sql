-- The audit: who did what, when, from which request (docs/decisions/0021-audit.md).
--
-- Whatever changes a row (the API, a job, a person with psql) leaves an entry in audit.pending in the same
-- transaction, by triggers: it is there if and only if the change is. The sealer moves committed ones into
-- audit.entries, where each is numbered and carries the digest of itself and of the one before, by account. Account 0
-- is the installation.
--
-- The schema is the service's own. Who acts is told by the setting hapi.actor, a JSON text; without it, it was a
-- person with psql.

create schema audit;
revoke all on schema audit from public;

create table audit.pending (
  -- Given when the change is made, so that changes of one row stand in their order.
  id bigint not null generated always as identity,
  account_id integer not null,
  -- The real clock, also in a sandbox whose own stands still.
  at timestamp(3) with time zone not null default clock_timestamp(),
  -- {"channel","userId","keyId","requestId","process","userName"}, as far as there are.
  actor text collate "C" not null,
  kind character varying(12) collate "C" not null,
  entity character varying(60) collate "C",
  entity_id bigint,
  entity_key character varying(200) collate "C",
  -- A JSON text: {"City":["Québec","Lévis"]}. Personal and sensitive values are "***".
  changes text,
  -- {"code","address","request","firstId","lastId","rows","ids","count"}, as far as there are.
  details jsonb
);
comment on table audit.pending is 'What is not sealed yet.';

create table audit.entries (
  account_id integer not null,
  -- Its number in the account's chain, without gaps.
  id bigint not null,
  at timestamp(3) with time zone not null,
  kind character varying(12) collate "C" not null,
  channel character varying(12) collate "C" not null,
  user_id integer,
  user_name character varying(120),
  integrator_name character varying(120),
  key_id character varying(8) collate "C",
  process character varying(120),
  request_id character varying(64) collate "C",
  entity character varying(60) collate "C",
  entity_id bigint,
  entity_key character varying(200) collate "C",
  changes text,
  -- Of a refusal: the error's code, and where it came from.
  code character varying(60) collate "C",
  address character varying(45) collate "C",
  -- Of a reading: the address without its literals, and which rows the answer held.
  request text,
  first_id bigint,
  last_id bigint,
  row_count bigint,
  -- Their Ids, when they are few.
  entity_ids bigint[],
  -- How many times the same happened within a moment.
  occurrences integer not null,
  -- sha256 of the hash before (32 bytes 00 at the beginning) and of audit.line.
  hash bytea not null check (octet_length(hash) = 32),
  constraint entries_pkey primary key (account_id, id)
);
create index entries_entity on audit.entries (account_id, entity, entity_id, id);
comment on table audit.entries is 'What was done, in the order in which it was sealed; never changed.';

create table audit.chains (
  account_id integer not null,
  last_id bigint not null,
  hash bytea not null,
  constraint chains_pkey primary key (account_id)
);
comment on table audit.chains is 'Where the chain of each account ends.';

create function audit.refuse() returns trigger language plpgsql as $$
begin
  raise exception 'The audit is only ever added to: % of audit.% is refused', tg_op, tg_table_name
    using errcode = 'insufficient_privilege';
end
$$;
create trigger only_added before update or delete or truncate on audit.entries
  for each statement execute function audit.refuse();
create trigger only_added before update or truncate on audit.pending
  for each statement execute function audit.refuse();
create trigger only_sealed before delete on audit.pending
  for each statement when (current_setting('hapi.audit_sealing', true) is distinct from 'on')
  execute function audit.refuse();
create trigger only_added before delete or truncate on audit.chains
  for each statement execute function audit.refuse();
create trigger only_longer before update on audit.chains
  for each row when (new.account_id <> old.account_id or new.last_id <= old.last_id)
  execute function audit.refuse();

create function audit.actor() returns text language sql stable as $$
  select coalesce(nullif(current_setting('hapi.actor', true), ''),
                  json_build_object('channel', 'psql', 'process', session_user)::text)
$$;

-- These are inlined into the functions of the tables: '"City":["Québec","Lévis"]', or null when nothing has changed.
create function audit.change(name text, before anyelement, after anyelement) returns text language sql stable as $$
  select case when before is distinct from after
              then '"' || name || '":[' || coalesce(to_json(before)::text, 'null') || ',' || coalesce(to_json(after)::text, 'null') || ']' end
$$;
create function audit.masked(name text, before anyelement, after anyelement) returns text language sql stable as $$
  select case when before is distinct from after
              then '"' || name || '":[' || case when before is null then 'null' else '"***"' end || ',' || case when after is null then 'null' else '"***"' end || ']' end
$$;
create function audit.moved(name text, before anyelement, after anyelement) returns text language sql stable as $$
  select case when before <> after
              then '"' || name || '":[' || to_json(before)::text || ',' || to_json(after)::text || ']' end
$$;

-- A load that switches the change log off leaves one entry for each entity type and transaction; TRUNCATE, which knows
-- no account, is the installation's.
create function audit.log_load() returns trigger language plpgsql as $$
declare
  told text := coalesce(current_setting('hapi.audit_loaded', true), '');
  mark text := tg_argv[0] || '/' || case when tg_op = 'TRUNCATE' then 'TRUNCATE' else 'LOAD' end || ',';
begin
  if strpos(told, mark) = 0 then
    perform set_config('hapi.audit_loaded', told || mark, true);
    insert into audit.pending (account_id, actor, kind, entity)
    values (case when tg_op = 'TRUNCATE' then 0 else coalesce(nullif(current_setting('hapi.account_id', true), '')::integer, 0) end,
            audit.actor(), case when tg_op = 'TRUNCATE' then 'TRUNCATE' else 'LOAD' end, tg_argv[0]);
  end if;
  return null;
end
$$;

-- Tables outside of the model, whose rows are few. Arguments: the entity; the column of its number; those of its
-- name; those that are secret; those that do not count; the chain, when it is not the account's.
create function audit.log_row() returns trigger language plpgsql as $$
declare
  o jsonb := case when tg_op = 'INSERT' then '{}' else to_jsonb(old) end;
  n jsonb := case when tg_op = 'DELETE' then '{}' else to_jsonb(new) end;
  row jsonb := case when tg_op = 'DELETE' then o else n end;
  secret text[] := string_to_array(tg_argv[3], ',');
  changes text;
begin
  select string_agg(
           case when c.name = any (secret)
                then audit.masked(c.label, nullif(o -> c.name, 'null'), nullif(n -> c.name, 'null'))
                else audit.change(c.label, nullif(o -> c.name, 'null'), nullif(n -> c.name, 'null')) end,
           ',' order by c.name)
    into changes
    from (select k as name, replace(initcap(replace(k, '_', ' ')), ' ', '') as label
            from jsonb_object_keys(o || n) k
           where k <> 'account_id' and k <> all (string_to_array(tg_argv[4], ','))) c;
  if changes <> '' then
    insert into audit.pending (account_id, actor, kind, entity, entity_id, entity_key, changes)
    values (coalesce(nullif(tg_argv[5], ''), row ->> 'account_id')::integer, audit.actor(), tg_op, tg_argv[0],
            (row ->> nullif(tg_argv[1], ''))::bigint,
            (select string_agg(row ->> c, '/' order by i) from unnest(string_to_array(tg_argv[2], ',')) with ordinality as k(c, i)),
            '{' || changes || '}');
  end if;
  return null;
end
$$;
create trigger log_audit after insert or delete or update on public.accounts for each row
  execute function audit.log_row('Account', 'account_id', 'database_name', '', 'states_date,pinned_at,created_date', '0');
create trigger log_audit_clock after update of pinned_at on public.accounts for each row
  execute function audit.log_row('Account', 'account_id', 'database_name', '', 'states_date,database_name,name,revoked_date,created_date', '');
create trigger log_audit after insert or update or delete on access.integrators for each row
  execute function audit.log_row('Integrator', 'id', 'name', '', 'created_date', '');
create trigger log_audit after insert or update or delete on access.api_keys for each row
  execute function audit.log_row('ApiKey', '', 'id', 'secret_hash', 'created_date,last_used_date,epoch', '');
create trigger log_audit after insert or update or delete on access.users for each row
  execute function audit.log_row('User', 'id', 'user_name', 'password_hash', 'created_date,epoch,sign_in_name', '');
create trigger log_audit after insert or update or delete on access.account_modules for each row
  execute function audit.log_row('AccountModule', '', 'module', '', '', '');
create trigger log_audit after insert or update or delete on access.withheld_modules for each row
  execute function audit.log_row('WithheldModule', 'integrator_id', 'module', '', '', '');
create trigger log_audit after insert or update or delete on access.withheld_rights for each row
  execute function audit.log_row('WithheldRight', 'user_id', 'entity_set,operation', '', '', '');
create trigger log_audit after insert or update or delete on access.feeds for each row
  execute function audit.log_row('Feed', 'id', 'user_name', 'password_hash', 'created_date,last_used_date', '');
create trigger log_audit after insert or update or delete on webhooks.endpoints for each row
  execute function audit.log_row('WebhookEndpoint', 'id', '', 'headers,secret,previous_secret', 'created_date,modified_date,state_date', '');

-- What the digest of an entry is made of, besides the hash before it: a JSON list of texts, which anyone can write the
-- same.
create function audit.line(e audit.entries) returns text language sql stable as $$
  select json_build_array(
           e.account_id::text, e.id::text, to_char(e.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
           e.kind::text, e.channel::text, e.user_id::text, e.user_name::text, e.integrator_name::text, e.key_id::text,
           e.process::text, e.request_id::text, e.entity::text, e.entity_id::text, e.entity_key::text, e.changes,
           e.code::text, e.address::text, e.request, e.first_id::text, e.last_id::text, e.row_count::text,
           array_to_string(e.entity_ids, ','), e.occurrences::text)::text
$$;

create function audit.link(hash bytea, head bytea, line text) returns bytea language plpgsql immutable as $$
begin
  return sha256(coalesce(hash, head) || convert_to(line, 'UTF8'));
end
$$;
create aggregate audit.chained(head bytea, line text) (sfunc = audit.link, stype = bytea);

-- Seals up to `most` of what is committed; gives how many, or −1 when somebody else is at it and `waits` is false.
-- Nothing is skipped: what commits later is there next time. A crash leaves it all to be sealed again.
create function audit.seal(most integer, waits boolean) returns integer language plpgsql volatile as $$
declare
  sealed integer;
begin
  if waits then
    perform pg_advisory_xact_lock(7303, 0);
  elsif not pg_try_advisory_xact_lock(7303, 0) then
    return -1;
  end if;
  perform set_config('synchronous_commit', 'off', true), set_config('hapi.audit_sealing', 'on', true);
  with batch as materialized (
    select p.* from audit.pending p order by p.id limit most
  ), gone as (
    delete from audit.pending p using batch b where p.id = b.id
  ), head as materialized (
    select a.account_id, coalesce(c.last_id, 0) as last_id, coalesce(c.hash, decode(repeat('00', 32), 'hex')) as hash
      from (select distinct b.account_id from batch b) a
      left join audit.chains c using (account_id)
  ), named as (
    select b.account_id, h.last_id + row_number() over (partition by b.account_id order by b.id) as id, b.at, b.kind,
           a.channel, a."userId" as user_id, coalesce(a."userName", u.user_name, f.name) as user_name,
           i.name as integrator_name, a."keyId" as key_id, left(a.process, 120) as process, a."requestId" as request_id, b.entity,
           b.entity_id, b.entity_key, b.changes, d.code, d.address, d.request, d."firstId" as first_id,
           d."lastId" as last_id, d.rows as row_count, d.ids as entity_ids, coalesce(d.count, 1) as occurrences
      from batch b
      join head h using (account_id)
     cross join lateral jsonb_to_record(b.actor::jsonb)
             as a(channel text, "userId" integer, "userName" text, "keyId" text, process text, "requestId" text)
      left join lateral jsonb_to_record(b.details)
             as d(code text, address text, request text, "firstId" bigint, "lastId" bigint, rows bigint, ids bigint[], count integer) on true
      left join access.users u on u.id = a."userId"
      left join access.feeds f on f.account_id = b.account_id and f.id = a."userId"
      left join access.api_keys k on k.id = a."keyId"
      left join access.integrators i
        on i.account_id = coalesce(u.account_id, k.account_id) and i.id = coalesce(u.integrator_id, k.integrator_id)
  ), made as (
    select row(n.*, decode(repeat('00', 32), 'hex'))::audit.entries as e from named n
  ), entry as (
    select m.e, audit.chained(h.hash, audit.line(m.e)) over (partition by (m.e).account_id order by (m.e).id) as hash
      from made m
      join head h on h.account_id = (m.e).account_id
  ), added as (
    insert into audit.entries
    select (n.e).account_id, (n.e).id, (n.e).at, (n.e).kind, (n.e).channel, (n.e).user_id, (n.e).user_name,
           (n.e).integrator_name, (n.e).key_id, (n.e).process, (n.e).request_id, (n.e).entity, (n.e).entity_id,
           (n.e).entity_key, (n.e).changes, (n.e).code, (n.e).address, (n.e).request, (n.e).first_id, (n.e).last_id,
           (n.e).row_count, (n.e).entity_ids, (n.e).occurrences, n.hash
      from entry n
    returning account_id, id, hash
  ), ends as (
    insert into audit.chains as c (account_id, last_id, hash)
    select distinct on (a.account_id) a.account_id, a.id, a.hash from added a order by a.account_id, a.id desc
    on conflict on constraint chains_pkey do update set last_id = excluded.last_id, hash = excluded.hash
  )
  select count(*) into sealed from batch;
  return sealed;
end
$$;

-- From here on as src/derive/audit-ddl.ts writes it from the model.

create or replace function audit.log_ledger_divisions() returns trigger language plpgsql as $$
declare
  changes text := concat_ws(',',
    audit.moved('AccountId', old.account_id, new.account_id),
    audit.change('Id', old.id, new.id),
    audit.change('CompanyNo', old.company_no, new.company_no),
    audit.change('DivisionNo', old.division_no, new.division_no),
    audit.change('CompanyId', old.company_id, new.company_id),
    audit.change('Name', old.name, new.name),
    audit.change('CompanyName', old.company_name, new.company_name),
    audit.change('DivisionType', old.division_type, new.division_type),
    audit.change('CivicNoAndStreet', old.civic_no_and_street, new.civic_no_and_street),
    audit.change('City', old.city, new.city),
    audit.change('Province', old.province, new.province),
    audit.change('PostalCode', old.postal_code, new.postal_code),
    audit.change('Country', old.country, new.country),
    audit.change('Phone', old.phone, new.phone),
    audit.change('Email', old.email, new.email),
    audit.change('GstNo', old.gst_no, new.gst_no),
    audit.change('QstNo', old.qst_no, new.qst_no),
    audit.change('ManagerEmployeeId', old.manager_employee_id, new.manager_employee_id),
    audit.change('DefaultPaymentDay', old.default_payment_day, new.default_payment_day),
    audit.change('MinimumRentalDays', old.minimum_rental_days, new.minimum_rental_days),
    audit.change('NsfFeeAmount', old.nsf_fee_amount, new.nsf_fee_amount),
    audit.change('LateNoticeDays1', old.late_notice_days1, new.late_notice_days1),
    audit.change('LateNoticeDays2', old.late_notice_days2, new.late_notice_days2),
    audit.change('LateNoticeDays3', old.late_notice_days3, new.late_notice_days3),
    audit.change('LateNoticeMinimumAmount', old.late_notice_minimum_amount, new.late_notice_minimum_amount),
    audit.change('PadSuspensionCount', old.pad_suspension_count, new.pad_suspension_count),
    audit.change('RentServiceId', old.rent_service_id, new.rent_service_id),
    audit.change('NsfServiceId', old.nsf_service_id, new.nsf_service_id),
    audit.change('ReceivableGlAccountId', old.receivable_gl_account_id, new.receivable_gl_account_id),
    audit.change('PayableGlAccountId', old.payable_gl_account_id, new.payable_gl_account_id),
    audit.change('BankGlAccountId', old.bank_gl_account_id, new.bank_gl_account_id),
    audit.change('GstCollectedGlAccountId', old.gst_collected_gl_account_id, new.gst_collected_gl_account_id),
    audit.change('QstCollectedGlAccountId', old.qst_collected_gl_account_id, new.qst_collected_gl_account_id),
    audit.change('GstPaidGlAccountId', old.gst_paid_gl_account_id, new.gst_paid_gl_account_id),
    audit.change('QstPaidGlAccountId', old.qst_paid_gl_account_id, new.qst_paid_gl_account_id),
    audit.change('IsActive', old.is_active, new.is_active),
    audit.moved('CreatedDate', old.created_date, new.created_date));
begin
  if changes <> '' then
    insert into audit.pending (account_id, actor, kind, entity, entity_id, changes)
    values (coalesce(new.account_id, old.account_id), audit.actor(), tg_op, 'LedgerDivision', coalesce(new.id, old.id), '{' || changes || '}');
  end if;
  return null;
end
$$;

create or replace function audit.log_companies() returns trigger language plpgsql as $$
declare
  changes text := concat_ws(',',
    audit.moved('AccountId', old.account_id, new.account_id),
    audit.change('Id', old.id, new.id),
    audit.change('CompanyNo', old.company_no, new.company_no),
    audit.change('Name', old.name, new.name),
    audit.change('LegalName', old.legal_name, new.legal_name),
    audit.change('Neq', old.neq, new.neq),
    audit.change('GstNo', old.gst_no, new.gst_no),
    audit.change('QstNo', old.qst_no, new.qst_no),
    audit.change('CivicNoAndStreet', old.civic_no_and_street, new.civic_no_and_street),
    audit.change('City', old.city, new.city),
    audit.change('Province', old.province, new.province),
    audit.change('PostalCode', old.postal_code, new.postal_code),
    audit.change('Country', old.country, new.country),
    audit.change('Phone', old.phone, new.phone),
    audit.change('Email', old.email, new.email),
    audit.change('Website', old.website, new.website),
    audit.change('FiscalYearEndMonth', old.fiscal_year_end_month, new.fiscal_year_end_month),
    audit.change('FiscalYearEndDay', old.fiscal_year_end_day, new.fiscal_year_end_day),
    audit.change('Language', old.language, new.language),
    audit.change('IsActive', old.is_active, new.is_active),
    audit.moved('CreatedDate', old.created_date, new.created_date));
begin
  if changes <> '' then
    insert into audit.pending (account_id, actor, kind, entity, entity_id, changes)
    values (coalesce(new.account_id, old.account_id), audit.actor(), tg_op, 'Company', coalesce(new.id, old.id), '{' || changes || '}');
  end if;
  return null;
end
$$;

create or replace function audit.log_buildings() returns trigger language plpgsql as $$
declare
  changes text := concat_ws(',',
    audit.moved('AccountId', old.account_id, new.account_id),
    audit.change('CompanyNo', old.company_no, new.company_no),
    audit.change('DivisionNo', old.division_no, new.division_no),
    audit.change('BuildingCode', old.building_code, new.building_code),
    audit.change('Name', old.name, new.name),
    audit.change('CivicNoAndStreet', old.civic_no_and_street, new.civic_no_and_street),
    audit.change('City', old.city, new.city),
    audit.change('Province', old.province, new.province),
    audit.change('PostalCode', old.postal_code, new.postal_code),
    audit.change('Country', old.country, new.country),
    audit.change('Id', old.id, new.id),
    audit.change('LedgerDivisionId', old.ledger_division_id, new.ledger_division_id),
    audit.change('Sector', old.sector, new.sector),
    audit.change('Latitude', old.latitude, new.latitude),
    audit.change('Longitude', old.longitude, new.longitude),
    audit.change('BuildingType', old.building_type, new.building_type),
    audit.change('ConstructionYear', old.construction_year, new.construction_year),
    audit.change('ReadyForUseDate', old.ready_for_use_date, new.ready_for_use_date),
    audit.change('AcquisitionDate', old.acquisition_date, new.acquisition_date),
    audit.change('ManagementStartDate', old.management_start_date, new.management_start_date),
    audit.change('ManagementEndDate', old.management_end_date, new.management_end_date),
    audit.change('NumberOfFloors', old.number_of_floors, new.number_of_floors),
    audit.change('NumberOfUnits', old.number_of_units, new.number_of_units),
    audit.change('NumberOfParkings', old.number_of_parkings, new.number_of_parkings),
    audit.change('NumberOfStorages', old.number_of_storages, new.number_of_storages),
    audit.change('LotNo', old.lot_no, new.lot_no),
    audit.change('AssessmentRollNo', old.assessment_roll_no, new.assessment_roll_no),
    audit.change('MunicipalAssessment', old.municipal_assessment, new.municipal_assessment),
    audit.change('LandArea', old.land_area, new.land_area),
    audit.change('GrossArea', old.gross_area, new.gross_area),
    audit.change('AreaUnit', old.area_unit, new.area_unit),
    audit.change('HeatingType', old.heating_type, new.heating_type),
    audit.change('HeatingEnergy', old.heating_energy, new.heating_energy),
    audit.change('HotWaterEnergy', old.hot_water_energy, new.hot_water_energy),
    audit.change('HasElevator', old.has_elevator, new.has_elevator),
    audit.change('HasIntercom', old.has_intercom, new.has_intercom),
    audit.change('HasCameras', old.has_cameras, new.has_cameras),
    audit.change('HasSprinklers', old.has_sprinklers, new.has_sprinklers),
    audit.change('HasGenerator', old.has_generator, new.has_generator),
    audit.change('HasLaundryRoom', old.has_laundry_room, new.has_laundry_room),
    audit.change('HasGym', old.has_gym, new.has_gym),
    audit.change('HasPool', old.has_pool, new.has_pool),
    audit.change('HasRoofTerrace', old.has_roof_terrace, new.has_roof_terrace),
    audit.change('HasBikeStorage', old.has_bike_storage, new.has_bike_storage),
    audit.change('HasChargingStations', old.has_charging_stations, new.has_charging_stations),
    audit.change('IsAccessible', old.is_accessible, new.is_accessible),
    audit.change('IsSmokeFree', old.is_smoke_free, new.is_smoke_free),
    audit.change('PetPolicy', old.pet_policy, new.pet_policy),
    audit.change('IsSeniorResidence', old.is_senior_residence, new.is_senior_residence),
    audit.change('IsLowRental', old.is_low_rental, new.is_low_rental),
    audit.change('DescriptionFr', old.description_fr, new.description_fr),
    audit.change('DescriptionEn', old.description_en, new.description_en),
    audit.change('Website', old.website, new.website),
    audit.change('OfficePhone', old.office_phone, new.office_phone),
    audit.change('EmergencyPhone', old.emergency_phone, new.emergency_phone),
    audit.change('Email', old.email, new.email),
    audit.change('ManagerEmployeeId', old.manager_employee_id, new.manager_employee_id),
    audit.change('SuperintendentEmployeeId', old.superintendent_employee_id, new.superintendent_employee_id),
    audit.change('BankAccountId', old.bank_account_id, new.bank_account_id),
    audit.change('Comment', old.comment, new.comment),
    audit.change('IsActive', old.is_active, new.is_active),
    audit.moved('CreatedDate', old.created_date, new.created_date));
begin
  if changes <> '' then
    insert into audit.pending (account_id, actor, kind, entity, entity_id, changes)
    values (coalesce(new.account_id, old.account_id), audit.actor(), tg_op, 'Building', coalesce(new.id, old.id), '{' || changes || '}');
  end if;
  return null;
end
$$;

create or replace function audit.log_units() returns trigger language plpgsql as $$
declare
  changes text := concat_ws(',',
    audit.moved('AccountId', old.account_id, new.account_id),
    audit.change('CompanyNo', old.company_no, new.company_no),
    audit.change('DivisionNo', old.division_no, new.division_no),
    audit.change('BuildingCode', old.building_code, new.building_code),
    audit.change('UnitCode', old.unit_code, new.unit_code),
    audit.change('OccupancyStatus', old.occupancy_status, new.occupancy_status),
    audit.change('HousingType', old.housing_type, new.housing_type),
    audit.change('NumberOfRooms', old.number_of_rooms, new.number_of_rooms),
    audit.change('Id', old.id, new.id),
    audit.change('BuildingId', old.building_id, new.building_id),
    audit.change('UsageType', old.usage_type, new.usage_type),
    audit.change('CivicNoAndStreet', old.civic_no_and_street, new.civic_no_and_street),
    audit.change('DoorNo', old.door_no, new.door_no),
    audit.change('Floor', old.floor, new.floor),
    audit.change('NumberOfBedrooms', old.number_of_bedrooms, new.number_of_bedrooms),
    audit.change('NumberOfBathrooms', old.number_of_bathrooms, new.number_of_bathrooms),
    audit.change('Area', old.area, new.area),
    audit.change('AreaUnit', old.area_unit, new.area_unit),
    audit.change('AskingRent', old.asking_rent, new.asking_rent),
    audit.change('MarketRent', old.market_rent, new.market_rent),
    audit.change('CurrentRent', old.current_rent, new.current_rent),
    audit.change('LowestRentLast12Months', old.lowest_rent_last12_months, new.lowest_rent_last12_months),
    audit.change('IsRentable', old.is_rentable, new.is_rentable),
    audit.change('IsListed', old.is_listed, new.is_listed),
    audit.change('ListingTitleFr', old.listing_title_fr, new.listing_title_fr),
    audit.change('ListingTitleEn', old.listing_title_en, new.listing_title_en),
    audit.change('ListingDescriptionFr', old.listing_description_fr, new.listing_description_fr),
    audit.change('ListingDescriptionEn', old.listing_description_en, new.listing_description_en),
    audit.change('VirtualTourUrl', old.virtual_tour_url, new.virtual_tour_url),
    audit.change('AvailableDate', old.available_date, new.available_date),
    audit.change('NextLeaseStartDate', old.next_lease_start_date, new.next_lease_start_date),
    audit.change('IsReserved', old.is_reserved, new.is_reserved),
    audit.change('ReservedUntil', old.reserved_until, new.reserved_until),
    audit.change('CurrentLeaseId', old.current_lease_id, new.current_lease_id),
    audit.change('CurrentTenantId', old.current_tenant_id, new.current_tenant_id),
    audit.change('IsFurnished', old.is_furnished, new.is_furnished),
    audit.change('HeatingIncluded', old.heating_included, new.heating_included),
    audit.change('HotWaterIncluded', old.hot_water_included, new.hot_water_included),
    audit.change('ElectricityIncluded', old.electricity_included, new.electricity_included),
    audit.change('InternetIncluded', old.internet_included, new.internet_included),
    audit.change('AppliancesIncluded', old.appliances_included, new.appliances_included),
    audit.change('HasAirConditioning', old.has_air_conditioning, new.has_air_conditioning),
    audit.change('HasWasherDryerHookup', old.has_washer_dryer_hookup, new.has_washer_dryer_hookup),
    audit.change('HasDishwasherHookup', old.has_dishwasher_hookup, new.has_dishwasher_hookup),
    audit.change('HasBalcony', old.has_balcony, new.has_balcony),
    audit.change('HasFireplace', old.has_fireplace, new.has_fireplace),
    audit.change('IsAccessible', old.is_accessible, new.is_accessible),
    audit.change('IsSmokeFree', old.is_smoke_free, new.is_smoke_free),
    audit.change('PetPolicy', old.pet_policy, new.pet_policy),
    audit.change('IsRoom', old.is_room, new.is_room),
    audit.change('MeterNo', old.meter_no, new.meter_no),
    audit.change('WaterHeaterYear', old.water_heater_year, new.water_heater_year),
    audit.change('SmokeDetectorDate', old.smoke_detector_date, new.smoke_detector_date),
    audit.change('LastRenovationDate', old.last_renovation_date, new.last_renovation_date),
    audit.change('Rl31DwellingNo', old.rl31_dwelling_no, new.rl31_dwelling_no),
    audit.change('OwnerId', old.owner_id, new.owner_id),
    audit.change('CoOwnershipShare', old.co_ownership_share, new.co_ownership_share),
    audit.change('Comment', old.comment, new.comment),
    audit.change('IsActive', old.is_active, new.is_active),
    audit.moved('CreatedDate', old.created_date, new.created_date));
begin
  if changes <> '' then
    insert into audit.pending (account_id, actor, kind, entity, entity_id, changes)
    values (coalesce(new.account_id, old.account_id), audit.actor(), tg_op, 'Unit', coalesce(new.id, old.id), '{' || changes || '}');
  end if;
  return null;
end
$$;

create or replace function audit.log_characteristics() returns trigger language plpgsql as $$
declare
  changes text := concat_ws(',',
    audit.moved('AccountId', old.account_id, new.account_id),
    audit.change('Id', old.id, new.id),
    audit.change('CharacteristicCode', old.characteristic_code, new.characteristic_code),
    audit.change('NameFr', old.name_fr, new.name_fr),
    audit.change('NameEn', old.name_en, new.name_en),
    audit.change('Scope', old.scope, new.scope),
    audit.change('Category', old.category, new.category),
    audit.change('ValueType', old.value_type, new.value_type),
    audit.change('SortOrder', old.sort_order, new.sort_order),
    audit.change('IsActive', old.is_active, new.is_active),
    audit.moved('CreatedDate', old.created_date, new.created_date));
begin
  if changes <> '' then
    insert into audit.pending (account_id, actor, kind, entity, entity_id, changes)
    values (coalesce(new.account_id, old.account_id), audit.actor(), tg_op, 'Characteristic', coalesce(new.id, old.id), '{' || changes || '}');
  end if;
  return null;
end
$$;

create or replace function audit.log_building_characteristics() returns trigger language plpgsql as $$
declare
  changes text := concat_ws(',',
    audit.moved('AccountId', old.account_id, new.account_id),
    audit.change('Id', old.id, new.id),
    audit.change('CompanyNo', old.company_no, new.company_no),
    audit.change('DivisionNo', old.division_no, new.division_no),
    audit.change('BuildingCode', old.building_code, new.building_code),
    audit.change('BuildingId', old.building_id, new.building_id),
    audit.change('CharacteristicId', old.characteristic_id, new.characteristic_id),
    audit.change('Value', old.value, new.value),
    audit.moved('CreatedDate', old.created_date, new.created_date));
begin
  if changes <> '' then
    insert into audit.pending (account_id, actor, kind, entity, entity_id, changes)
    values (coalesce(new.account_id, old.account_id), audit.actor(), tg_op, 'BuildingCharacteristic', coalesce(new.id, old.id), '{' || changes || '}');
  end if;
  return null;
end
$$;

create or replace function audit.log_unit_characteristics() returns trigger language plpgsql as $$
declare
  changes text := concat_ws(',',
    audit.moved('AccountId', old.account_id, new.account_id),
    audit.change('Id', old.id, new.id),
    audit.change('CompanyNo', old.company_no, new.company_no),
    audit.change('DivisionNo', old.division_no, new.division_no),
    audit.change('BuildingCode', old.building_code, new.building_code),
    audit.change('UnitCode', old.unit_code, new.unit_code),
    audit.change('UnitId', old.unit_id, new.unit_id),
    audit.change('CharacteristicId', old.characteristic_id, new.characteristic_id),
    audit.change('Value', old.value, new.value),
    audit.moved('CreatedDate', old.created_date, new.created_date));
begin
  if changes <> '' then
    insert into audit.pending (account_id, actor, kind, entity, entity_id, changes)
    values (coalesce(new.account_id, old.account_id), audit.actor(), tg_op, 'UnitCharacteristic', coalesce(new.id, old.id), '{' || changes || '}');
  end if;
  return null;
end
$$;

create or replace function audit.log_unavailable_units() returns trigger language plpgsql as $$
declare
  changes text := concat_ws(',',
    audit.moved('AccountId', old.account_id, new.account_id),
    audit.change('Id', old.id, new.id),
    audit.change('CompanyNo', old.company_no, new.company_no),
    audit.change('DivisionNo', old.division_no, new.division_no),
    audit.change('BuildingCode', old.building_code, new.building_code),
    audit.change('UnitCode', old.unit_code, new.unit_code),
    audit.change('UnitId', old.unit_id, new.unit_id),
    audit.change('StartDate', old.start_date, new.start_date),
    audit.change('EndDate', old.end_date, new.end_date),
    audit.change('ReasonCode', old.reason_code, new.reason_code),
    audit.change('Description', old.description, new.description),
    audit.moved('CreatedDate', old.created_date, new.created_date));
begin
  if changes <> '' then
    insert into audit.pending (account_id, actor, kind, entity, entity_id, changes)
    values (coalesce(new.account_id, old.account_id), audit.actor(), tg_op, 'UnavailableUnit', coalesce(new.id, old.id), '{' || changes || '}');
  end if;
  return null;
end
$$;

create or replace function audit.log_owners() returns trigger language plpgsql as $$
declare
  changes text := concat_ws(',',
    audit.moved('AccountId', old.account_id, new.account_id),
    audit.change('Id', old.id, new.id),
    audit.change('OwnerCode', old.owner_code, new.owner_code),
    audit.change('CompanyNo', old.company_no, new.company_no),
    audit.change('CompanyId', old.company_id, new.company_id),
    audit.change('OwnerType', old.owner_type, new.owner_type),
    audit.masked('LastName', old.last_name, new.last_name),
    audit.masked('FirstName', old.first_name, new.first_name),
    audit.masked('CivicNoAndStreet', old.civic_no_and_street, new.civic_no_and_street),
    audit.masked('City', old.city, new.city),
    audit.change('Province', old.province, new.province),
    audit.masked('PostalCode', old.postal_code, new.postal_code),
    audit.change('Country', old.country, new.country),
    audit.masked('Phone', old.phone, new.phone),
    audit.masked('Email', old.email, new.email),
    audit.change('Language', old.language, new.language),
    audit.masked('GstNo', old.gst_no, new.gst_no),
    audit.masked('QstNo', old.qst_no, new.qst_no),
    audit.change('ManagementFeePercent', old.management_fee_percent, new.management_fee_percent),
    audit.change('StatementFrequency', old.statement_frequency, new.statement_frequency),
    audit.change('Comment', old.comment, new.comment),
    audit.change('IsActive', old.is_active, new.is_active),
    audit.moved('CreatedDate', old.created_date, new.created_date));
begin
  if changes <> '' then
    insert into audit.pending (account_id, actor, kind, entity, entity_id, changes)
    values (coalesce(new.account_id, old.account_id), audit.actor(), tg_op, 'Owner', coalesce(new.id, old.id), '{' || changes || '}');
  end if;
  return null;
end
$$;

create or replace function audit.log_building_owners() returns trigger language plpgsql as $$
declare
  changes text := concat_ws(',',
    audit.moved('AccountId', old.account_id, new.account_id),
    audit.change('Id', old.id, new.id),
    audit.change('CompanyNo', old.company_no, new.company_no),
    audit.change('DivisionNo', old.division_no, new.division_no),
    audit.change('BuildingCode', old.building_code, new.building_code),
    audit.change('BuildingId', old.building_id, new.building_id),
    audit.change('OwnerId', old.owner_id, new.owner_id),
    audit.change('SharePercent', old.share_percent, new.share_percent),
    audit.change('StartDate', old.start_date, new.start_date),
    audit.change('EndDate', old.end_date, new.end_date),
    audit.moved('CreatedDate', old.created_date, new.created_date));
begin
  if changes <> '' then
    insert into audit.pending (account_id, actor, kind, entity, entity_id, changes)
    values (coalesce(new.account_id, old.account_id), audit.actor(), tg_op, 'BuildingOwner', coalesce(new.id, old.id), '{' || changes || '}');
  end if;
  return null;
end
$$;

create or replace function audit.log_employees() returns trigger language plpgsql as $$
declare
  changes text := concat_ws(',',
    audit.moved('AccountId', old.account_id, new.account_id),
    audit.change('Id', old.id, new.id),
    audit.change('EmployeeCode', old.employee_code, new.employee_code),
    audit.masked('LastName', old.last_name, new.last_name),
    audit.masked('FirstName', old.first_name, new.first_name),
    audit.change('Role', old.role, new.role),
    audit.change('IsTechnician', old.is_technician, new.is_technician),
    audit.masked('Phone', old.phone, new.phone),
    audit.masked('MobilePhone', old.mobile_phone, new.mobile_phone),
    audit.masked('Email', old.email, new.email),
    audit.masked('HourlyRate', old.hourly_rate, new.hourly_rate),
    audit.change('Language', old.language, new.language),
    audit.change('IsActive', old.is_active, new.is_active),
    audit.moved('CreatedDate', old.created_date, new.created_date));
begin
  if changes <> '' then
    insert into audit.pending (account_id, actor, kind, entity, entity_id, changes)
    values (coalesce(new.account_id, old.account_id), audit.actor(), tg_op, 'Employee', coalesce(new.id, old.id), '{' || changes || '}');
  end if;
  return null;
end
$$;

create or replace function audit.log_lookup_codes() returns trigger language plpgsql as $$
declare
  changes text := concat_ws(',',
    audit.moved('AccountId', old.account_id, new.account_id),
    audit.change('Id', old.id, new.id),
    audit.change('Category', old.category, new.category),
    audit.change('Code', old.code, new.code),
    audit.change('NameFr', old.name_fr, new.name_fr),
    audit.change('NameEn', old.name_en, new.name_en),
    audit.change('IsSystem', old.is_system, new.is_system),
    audit.change('SortOrder', old.sort_order, new.sort_order),
    audit.change('IsActive', old.is_active, new.is_active),
    audit.moved('CreatedDate', old.created_date, new.created_date));
begin
  if changes <> '' then
    insert into audit.pending (account_id, actor, kind, entity, entity_id, changes)
    values (coalesce(new.account_id, old.account_id), audit.actor(), tg_op, 'LookupCode', coalesce(new.id, old.id), '{' || changes || '}');
  end if;
  return null;
end
$$;

create or replace function audit.log_tax_rates() returns trigger language plpgsql as $$
declare
  changes text := concat_ws(',',
    audit.moved('AccountId', old.account_id, new.account_id),
    audit.change('Id', old.id, new.id),
    audit.change('TaxCode', old.tax_code, new.tax_code),
    audit.change('RatePercent', old.rate_percent, new.rate_percent),
    audit.change('StartDate', old.start_date, new.start_date),
    audit.change('EndDate', old.end_date, new.end_date),
    audit.moved('CreatedDate', old.created_date, new.created_date));
begin
  if changes <> '' then
    insert into audit.pending (account_id, actor, kind, entity, entity_id, changes)
    values (coalesce(new.account_id, old.account_id), audit.actor(), tg_op, 'TaxRate', coalesce(new.id, old.id), '{' || changes || '}');
  end if;
  return null;
end
$$;

create or replace function audit.log_tenants() returns trigger language plpgsql as $$
declare
  changes text := concat_ws(',',
    audit.moved('AccountId', old.account_id, new.account_id),
    audit.change('CompanyNo', old.company_no, new.company_no),
    audit.change('DivisionNo', old.division_no, new.division_no),
    audit.change('TenantType', old.tenant_type, new.tenant_type),
    audit.change('TenantNo', old.tenant_no, new.tenant_no),
    audit.change('BuildingCode', old.building_code, new.building_code),
    audit.change('UnitCode', old.unit_code, new.unit_code),
    audit.masked('LastName', old.last_name, new.last_name),
    audit.masked('FirstName', old.first_name, new.first_name),
    audit.change('Id', old.id, new.id),
    audit.change('LedgerDivisionId', old.ledger_division_id, new.ledger_division_id),
    audit.change('UnitId', old.unit_id, new.unit_id),
    audit.change('IsCompany', old.is_company, new.is_company),
    audit.masked('Neq', old.neq, new.neq),
    audit.change('Salutation', old.salutation, new.salutation),
    audit.masked('BirthDate', old.birth_date, new.birth_date),
    audit.change('Language', old.language, new.language),
    audit.masked('Phone', old.phone, new.phone),
    audit.masked('MobilePhone', old.mobile_phone, new.mobile_phone),
    audit.masked('WorkPhone', old.work_phone, new.work_phone),
    audit.masked('Email', old.email, new.email),
    audit.masked('Email2', old.email2, new.email2),
    audit.change('PreferredContactMethod', old.preferred_contact_method, new.preferred_contact_method),
    audit.change('EmailConsent', old.email_consent, new.email_consent),
    audit.change('SmsConsent', old.sms_consent, new.sms_consent),
    audit.masked('CivicNoAndStreet', old.civic_no_and_street, new.civic_no_and_street),
    audit.masked('City', old.city, new.city),
    audit.change('Province', old.province, new.province),
    audit.masked('PostalCode', old.postal_code, new.postal_code),
    audit.change('Country', old.country, new.country),
    audit.masked('ForwardingStreet', old.forwarding_street, new.forwarding_street),
    audit.masked('ForwardingCity', old.forwarding_city, new.forwarding_city),
    audit.masked('ForwardingProvince', old.forwarding_province, new.forwarding_province),
    audit.masked('ForwardingPostalCode', old.forwarding_postal_code, new.forwarding_postal_code),
    audit.change('Status', old.status, new.status),
    audit.change('MoveInDate', old.move_in_date, new.move_in_date),
    audit.change('DepartureDate', old.departure_date, new.departure_date),
    audit.change('DepartureReason', old.departure_reason, new.departure_reason),
    audit.change('DepartureNoticeDate', old.departure_notice_date, new.departure_notice_date),
    audit.change('NumberOfOccupants', old.number_of_occupants, new.number_of_occupants),
    audit.change('HasPets', old.has_pets, new.has_pets),
    audit.masked('InsuranceCompany', old.insurance_company, new.insurance_company),
    audit.masked('InsurancePolicyNo', old.insurance_policy_no, new.insurance_policy_no),
    audit.change('InsuranceExpiryDate', old.insurance_expiry_date, new.insurance_expiry_date),
    audit.change('PaymentMethod', old.payment_method, new.payment_method),
    audit.change('IsLateNoticeExcluded', old.is_late_notice_excluded, new.is_late_notice_excluded),
    audit.change('LateNoticeLevel', old.late_notice_level, new.late_notice_level),
    audit.change('NsfCount', old.nsf_count, new.nsf_count),
    audit.change('Balance', old.balance, new.balance),
    audit.change('BalanceDue', old.balance_due, new.balance_due),
    audit.change('LastPaymentDate', old.last_payment_date, new.last_payment_date),
    audit.change('LastPaymentAmount', old.last_payment_amount, new.last_payment_amount),
    audit.change('CurrentLeaseId', old.current_lease_id, new.current_lease_id),
    audit.change('PortalAccess', old.portal_access, new.portal_access),
    audit.change('ExternalId', old.external_id, new.external_id),
    audit.change('Comment', old.comment, new.comment),
    audit.moved('CreatedDate', old.created_date, new.created_date));
begin
  if changes <> '' then
    insert into audit.pending (account_id, actor, kind, entity, entity_id, changes)
    values (coalesce(new.account_id, old.account_id), audit.actor(), tg_op, 'Tenant', coalesce(new.id, old.id), '{' || changes || '}');
  end if;
  return null;
end
$$;

create or replace function audit.log_co_tenants() returns trigger language plpgsql as $$
declare
  changes text := concat_ws(',',
    audit.moved('AccountId', old.account_id, new.account_id),
    audit.change('Id', old.id, new.id),
    audit.change('CompanyNo', old.company_no, new.company_no),
    audit.change('DivisionNo', old.division_no, new.division_no),
    audit.change('TenantType', old.tenant_type, new.tenant_type),
    audit.change('TenantNo', old.tenant_no, new.tenant_no),
    audit.change('TenantId', old.tenant_id, new.tenant_id),
    audit.change('Role', old.role, new.role),
    audit.masked('LastName', old.last_name, new.last_name),
    audit.masked('FirstName', old.first_name, new.first_name),
    audit.change('Language', old.language, new.language),
    audit.masked('Phone', old.phone, new.phone),
    audit.masked('Email', old.email, new.email),
    audit.masked('BirthDate', old.birth_date, new.birth_date),
    audit.change('StartDate', old.start_date, new.start_date),
    audit.change('EndDate', old.end_date, new.end_date),
    audit.change('ReceivesRl31', old.receives_rl31, new.receives_rl31),
    audit.change('PortalAccess', old.portal_access, new.portal_access),
    audit.moved('CreatedDate', old.created_date, new.created_date));
begin
  if changes <> '' then
    insert into audit.pending (account_id, actor, kind, entity, entity_id, changes)
    values (coalesce(new.account_id, old.account_id), audit.actor(), tg_op, 'CoTenant', coalesce(new.id, old.id), '{' || changes || '}');
  end if;
  return null;
end
$$;

create or replace function audit.log_tenant_contacts() returns trigger language plpgsql as $$
declare
  changes text := concat_ws(',',
    audit.moved('AccountId', old.account_id, new.account_id),
    audit.change('Id', old.id, new.id),
    audit.change('CompanyNo', old.company_no, new.company_no),
    audit.change('DivisionNo', old.division_no, new.division_no),
    audit.change('TenantType', old.tenant_type, new.tenant_type),
    audit.change('TenantNo', old.tenant_no, new.tenant_no),
    audit.change('TenantId', old.tenant_id, new.tenant_id),
    audit.change('ContactType', old.contact_type, new.contact_type),
    audit.masked('LastName', old.last_name, new.last_name),
    audit.masked('FirstName', old.first_name, new.first_name),
    audit.masked('Relationship', old.relationship, new.relationship),
    audit.masked('Phone', old.phone, new.phone),
    audit.masked('MobilePhone', old.mobile_phone, new.mobile_phone),
    audit.masked('Email', old.email, new.email),
    audit.masked('CivicNoAndStreet', old.civic_no_and_street, new.civic_no_and_street),
    audit.masked('City', old.city, new.city),
    audit.masked('PostalCode', old.postal_code, new.postal_code),
    audit.change('GuaranteeAmount', old.guarantee_amount, new.guarantee_amount),
    audit.change('GuaranteeEndDate', old.guarantee_end_date, new.guarantee_end_date),
    audit.change('Priority', old.priority, new.priority),
    audit.moved('CreatedDate', old.created_date, new.created_date));
begin
  if changes <> '' then
    insert into audit.pending (account_id, actor, kind, entity, entity_id, changes)
    values (coalesce(new.account_id, old.account_id), audit.actor(), tg_op, 'TenantContact', coalesce(new.id, old.id), '{' || changes || '}');
  end if;
  return null;
end
$$;

create or replace function audit.log_leases() returns trigger language plpgsql as $$
declare
  changes text := concat_ws(',',
    audit.moved('AccountId', old.account_id, new.account_id),
    audit.change('Id', old.id, new.id),
    audit.change('CompanyNo', old.company_no, new.company_no),
    audit.change('DivisionNo', old.division_no, new.division_no),
    audit.change('BuildingCode', old.building_code, new.building_code),
    audit.change('UnitCode', old.unit_code, new.unit_code),
    audit.change('TenantType', old.tenant_type, new.tenant_type),
    audit.change('TenantNo', old.tenant_no, new.tenant_no),
    audit.change('LeaseNo', old.lease_no, new.lease_no),
    audit.change('LedgerDivisionId', old.ledger_division_id, new.ledger_division_id),
    audit.change('UnitId', old.unit_id, new.unit_id),
    audit.change('TenantId', old.tenant_id, new.tenant_id),
    audit.change('LeaseCategory', old.lease_category, new.lease_category),
    audit.change('LeaseType', old.lease_type, new.lease_type),
    audit.change('Status', old.status, new.status),
    audit.change('StartDate', old.start_date, new.start_date),
    audit.change('EndDate', old.end_date, new.end_date),
    audit.change('TermStartDate', old.term_start_date, new.term_start_date),
    audit.change('TermMonths', old.term_months, new.term_months),
    audit.change('IsRenewable', old.is_renewable, new.is_renewable),
    audit.change('HeldThroughDate', old.held_through_date, new.held_through_date),
    audit.change('PaymentDay', old.payment_day, new.payment_day),
    audit.change('InitialRentAmount', old.initial_rent_amount, new.initial_rent_amount),
    audit.change('RentAmount', old.rent_amount, new.rent_amount),
    audit.change('RentEffectiveDate', old.rent_effective_date, new.rent_effective_date),
    audit.change('TaxMode', old.tax_mode, new.tax_mode),
    audit.change('NetLeaseType', old.net_lease_type, new.net_lease_type),
    audit.change('DepositAmount', old.deposit_amount, new.deposit_amount),
    audit.change('SignedDate', old.signed_date, new.signed_date),
    audit.change('CopyDeliveredDate', old.copy_delivered_date, new.copy_delivered_date),
    audit.change('ByLawsDeliveredDate', old.by_laws_delivered_date, new.by_laws_delivered_date),
    audit.change('NoticeNewLesseeRent', old.notice_new_lessee_rent, new.notice_new_lessee_rent),
    audit.change('IsSectionF', old.is_section_f, new.is_section_f),
    audit.change('SectionFMaximumRent', old.section_fmaximum_rent, new.section_fmaximum_rent),
    audit.change('HeatingIncluded', old.heating_included, new.heating_included),
    audit.change('HotWaterIncluded', old.hot_water_included, new.hot_water_included),
    audit.change('ElectricityIncluded', old.electricity_included, new.electricity_included),
    audit.change('PetsAllowed', old.pets_allowed, new.pets_allowed),
    audit.change('SmokingAllowed', old.smoking_allowed, new.smoking_allowed),
    audit.change('RenewalCount', old.renewal_count, new.renewal_count),
    audit.change('NoticeWindowStart', old.notice_window_start, new.notice_window_start),
    audit.change('NoticeWindowEnd', old.notice_window_end, new.notice_window_end),
    audit.change('CancelledDate', old.cancelled_date, new.cancelled_date),
    audit.change('CancelReason', old.cancel_reason, new.cancel_reason),
    audit.change('AssignedFromLeaseId', old.assigned_from_lease_id, new.assigned_from_lease_id),
    audit.change('RentalApplicationId', old.rental_application_id, new.rental_application_id),
    audit.change('ExternalId', old.external_id, new.external_id),
    audit.change('Comment', old.comment, new.comment),
    audit.moved('CreatedDate', old.created_date, new.created_date));
begin
  if changes <> '' then
    insert into audit.pending (account_id, actor, kind, entity, entity_id, changes)
    values (coalesce(new.account_id, old.account_id), audit.actor(), tg_op, 'Lease', coalesce(new.id, old.id), '{' || changes || '}');
  end if;
  return null;
end
$$;

create or replace function audit.log_lease_price_changes() returns trigger language plpgsql as $$
declare
  changes text := concat_ws(',',
    audit.moved('AccountId', old.account_id, new.account_id),
    audit.change('Id', old.id, new.id),
    audit.change('LeaseId', old.lease_id, new.lease_id),
    audit.change('CompanyNo', old.company_no, new.company_no),
    audit.change('DivisionNo', old.division_no, new.division_no),
    audit.change('TenantType', old.tenant_type, new.tenant_type),
    audit.change('TenantNo', old.tenant_no, new.tenant_no),
    audit.change('EffectiveDate', old.effective_date, new.effective_date),
    audit.change('NewAmount', old.new_amount, new.new_amount),
    audit.change('PreviousAmount', old.previous_amount, new.previous_amount),
    audit.change('ChangeType', old.change_type, new.change_type),
    audit.change('Reason', old.reason, new.reason),
    audit.change('Status', old.status, new.status),
    audit.change('ActivatedDate', old.activated_date, new.activated_date),
    audit.change('BillingRunId', old.billing_run_id, new.billing_run_id),
    audit.change('LeaseRenewalId', old.lease_renewal_id, new.lease_renewal_id),
    audit.moved('CreatedDate', old.created_date, new.created_date));
begin
  if changes <> '' then
    insert into audit.pending (account_id, actor, kind, entity, entity_id, changes)
    values (coalesce(new.account_id, old.account_id), audit.actor(), tg_op, 'LeasePriceChange', coalesce(new.id, old.id), '{' || changes || '}');
  end if;
  return null;
end
$$;

create or replace function audit.log_lease_renewals() returns trigger language plpgsql as $$
declare
  changes text := concat_ws(',',
    audit.moved('AccountId', old.account_id, new.account_id),
    audit.change('Id', old.id, new.id),
    audit.change('LeaseId', old.lease_id, new.lease_id),
    audit.change('CompanyNo', old.company_no, new.company_no),
    audit.change('DivisionNo', old.division_no, new.division_no),
    audit.change('TenantType', old.tenant_type, new.tenant_type),
    audit.change('TenantNo', old.tenant_no, new.tenant_no),
    audit.change('Status', old.status, new.status),
    audit.change('NoticeDate', old.notice_date, new.notice_date),
    audit.change('NoticeReceivedDate', old.notice_received_date, new.notice_received_date),
    audit.change('DeliveryMethod', old.delivery_method, new.delivery_method),
    audit.change('CurrentEndDate', old.current_end_date, new.current_end_date),
    audit.change('NewStartDate', old.new_start_date, new.new_start_date),
    audit.change('NewEndDate', old.new_end_date, new.new_end_date),
    audit.change('CurrentRent', old.current_rent, new.current_rent),
    audit.change('NewRent', old.new_rent, new.new_rent),
    audit.change('IncreaseAmount', old.increase_amount, new.increase_amount),
    audit.change('IncreasePercent', old.increase_percent, new.increase_percent),
    audit.change('GuidelinePercent', old.guideline_percent, new.guideline_percent),
    audit.change('OtherChanges', old.other_changes, new.other_changes),
    audit.change('WindowStart', old.window_start, new.window_start),
    audit.change('WindowEnd', old.window_end, new.window_end),
    audit.change('ResponseDeadline', old.response_deadline, new.response_deadline),
    audit.change('Response', old.response, new.response),
    audit.change('ResponseDate', old.response_date, new.response_date),
    audit.change('TalDeadline', old.tal_deadline, new.tal_deadline),
    audit.change('TalApplicationDate', old.tal_application_date, new.tal_application_date),
    audit.masked('TalFileNo', old.tal_file_no, new.tal_file_no),
    audit.change('TalDecisionDate', old.tal_decision_date, new.tal_decision_date),
    audit.change('TalRent', old.tal_rent, new.tal_rent),
    audit.change('AppliedDate', old.applied_date, new.applied_date),
    audit.change('DocumentId', old.document_id, new.document_id),
    audit.change('Comment', old.comment, new.comment),
    audit.moved('CreatedDate', old.created_date, new.created_date));
begin
  if changes <> '' then
    insert into audit.pending (account_id, actor, kind, entity, entity_id, changes)
    values (coalesce(new.account_id, old.account_id), audit.actor(), tg_op, 'LeaseRenewal', coalesce(new.id, old.id), '{' || changes || '}');
  end if;
  return null;
end
$$;

create or replace function audit.log_services() returns trigger language plpgsql as $$
declare
  changes text := concat_ws(',',
    audit.moved('AccountId', old.account_id, new.account_id),
    audit.change('Id', old.id, new.id),
    audit.change('ServiceCode', old.service_code, new.service_code),
    audit.change('NameFr', old.name_fr, new.name_fr),
    audit.change('NameEn', old.name_en, new.name_en),
    audit.change('ServiceKind', old.service_kind, new.service_kind),
    audit.change('DefaultAmount', old.default_amount, new.default_amount),
    audit.change('BillingFrequency', old.billing_frequency, new.billing_frequency),
    audit.change('ProrationMode', old.proration_mode, new.proration_mode),
    audit.change('TaxMode', old.tax_mode, new.tax_mode),
    audit.change('GlAccountNo', old.gl_account_no, new.gl_account_no),
    audit.change('SortOrder', old.sort_order, new.sort_order),
    audit.change('IsActive', old.is_active, new.is_active),
    audit.moved('CreatedDate', old.created_date, new.created_date));
begin
  if changes <> '' then
    insert into audit.pending (account_id, actor, kind, entity, entity_id, changes)
    values (coalesce(new.account_id, old.account_id), audit.actor(), tg_op, 'Service', coalesce(new.id, old.id), '{' || changes || '}');
  end if;
  return null;
end
$$;

create or replace function audit.log_tenant_services() returns trigger language plpgsql as $$
declare
  changes text := concat_ws(',',
    audit.moved('AccountId', old.account_id, new.account_id),
    audit.change('Id', old.id, new.id),
    audit.change('CompanyNo', old.company_no, new.company_no),
    audit.change('DivisionNo', old.division_no, new.division_no),
    audit.change('TenantType', old.tenant_type, new.tenant_type),
    audit.change('TenantNo', old.tenant_no, new.tenant_no),
    audit.change('TenantId', old.tenant_id, new.tenant_id),
    audit.change('ServiceId', old.service_id, new.service_id),
    audit.change('ServiceCode', old.service_code, new.service_code),
    audit.change('StartDate', old.start_date, new.start_date),
    audit.change('EndDate', old.end_date, new.end_date),
    audit.change('Amount', old.amount, new.amount),
    audit.change('Quantity', old.quantity, new.quantity),
    audit.change('BillingFrequency', old.billing_frequency, new.billing_frequency),
    audit.change('Description', old.description, new.description),
    audit.change('HeldThroughDate', old.held_through_date, new.held_through_date),
    audit.change('LastBilledPeriod', old.last_billed_period, new.last_billed_period),
    audit.change('ExternalId', old.external_id, new.external_id),
    audit.moved('CreatedDate', old.created_date, new.created_date));
begin
  if changes <> '' then
    insert into audit.pending (account_id, actor, kind, entity, entity_id, changes)
    values (coalesce(new.account_id, old.account_id), audit.actor(), tg_op, 'TenantService', coalesce(new.id, old.id), '{' || changes || '}');
  end if;
  return null;
end
$$;

create or replace function audit.log_parkings() returns trigger language plpgsql as $$
declare
  changes text := concat_ws(',',
    audit.moved('AccountId', old.account_id, new.account_id),
    audit.change('Id', old.id, new.id),
    audit.change('CompanyNo', old.company_no, new.company_no),
    audit.change('DivisionNo', old.division_no, new.division_no),
    audit.change('BuildingCode', old.building_code, new.building_code),
    audit.change('BuildingId', old.building_id, new.building_id),
    audit.change('ParkingCode', old.parking_code, new.parking_code),
    audit.change('ParkingType', old.parking_type, new.parking_type),
    audit.change('Level', old.level, new.level),
    audit.change('Location', old.location, new.location),
    audit.change('MonthlyPrice', old.monthly_price, new.monthly_price),
    audit.change('HasChargingStation', old.has_charging_station, new.has_charging_station),
    audit.change('HasBlockHeater', old.has_block_heater, new.has_block_heater),
    audit.change('IsVisitor', old.is_visitor, new.is_visitor),
    audit.change('IsAccessible', old.is_accessible, new.is_accessible),
    audit.change('IsRentable', old.is_rentable, new.is_rentable),
    audit.change('IsOccupied', old.is_occupied, new.is_occupied),
    audit.change('AvailableDate', old.available_date, new.available_date),
    audit.change('CurrentTenantId', old.current_tenant_id, new.current_tenant_id),
    audit.change('Comment', old.comment, new.comment),
    audit.change('IsActive', old.is_active, new.is_active),
    audit.moved('CreatedDate', old.created_date, new.created_date));
begin
  if changes <> '' then
    insert into audit.pending (account_id, actor, kind, entity, entity_id, changes)
    values (coalesce(new.account_id, old.account_id), audit.actor(), tg_op, 'Parking', coalesce(new.id, old.id), '{' || changes || '}');
  end if;
  return null;
end
$$;

create or replace function audit.log_tenant_parkings() returns trigger language plpgsql as $$
declare
  changes text := concat_ws(',',
    audit.moved('AccountId', old.account_id, new.account_id),
    audit.change('Id', old.id, new.id),
    audit.change('CompanyNo', old.company_no, new.company_no),
    audit.change('DivisionNo', old.division_no, new.division_no),
    audit.change('TenantType', old.tenant_type, new.tenant_type),
    audit.change('TenantNo', old.tenant_no, new.tenant_no),
    audit.change('TenantId', old.tenant_id, new.tenant_id),
    audit.change('ParkingId', old.parking_id, new.parking_id),
    audit.change('BuildingCode', old.building_code, new.building_code),
    audit.change('ParkingCode', old.parking_code, new.parking_code),
    audit.change('StartDate', old.start_date, new.start_date),
    audit.change('EndDate', old.end_date, new.end_date),
    audit.change('IsRenewable', old.is_renewable, new.is_renewable),
    audit.change('Amount', old.amount, new.amount),
    audit.change('HeldThroughDate', old.held_through_date, new.held_through_date),
    audit.masked('LicensePlate', old.license_plate, new.license_plate),
    audit.masked('VehicleMake', old.vehicle_make, new.vehicle_make),
    audit.masked('VehicleModel', old.vehicle_model, new.vehicle_model),
    audit.masked('VehicleColor', old.vehicle_color, new.vehicle_color),
    audit.masked('StickerNo', old.sticker_no, new.sticker_no),
    audit.change('LastBilledPeriod', old.last_billed_period, new.last_billed_period),
    audit.change('ExternalId', old.external_id, new.external_id),
    audit.moved('CreatedDate', old.created_date, new.created_date));
begin
  if changes <> '' then
    insert into audit.pending (account_id, actor, kind, entity, entity_id, changes)
    values (coalesce(new.account_id, old.account_id), audit.actor(), tg_op, 'TenantParking', coalesce(new.id, old.id), '{' || changes || '}');
  end if;
  return null;
end
$$;

create or replace function audit.log_storages() returns trigger language plpgsql as $$
declare
  changes text := concat_ws(',',
    audit.moved('AccountId', old.account_id, new.account_id),
    audit.change('Id', old.id, new.id),
    audit.change('CompanyNo', old.company_no, new.company_no),
    audit.change('DivisionNo', old.division_no, new.division_no),
    audit.change('BuildingCode', old.building_code, new.building_code),
    audit.change('BuildingId', old.building_id, new.building_id),
    audit.change('StorageCode', old.storage_code, new.storage_code),
    audit.change('StorageType', old.storage_type, new.storage_type),
    audit.change('Level', old.level, new.level),
    audit.change('Location', old.location, new.location),
    audit.change('MonthlyPrice', old.monthly_price, new.monthly_price),
    audit.change('Area', old.area, new.area),
    audit.change('IsAccessible', old.is_accessible, new.is_accessible),
    audit.change('IsRentable', old.is_rentable, new.is_rentable),
    audit.change('IsOccupied', old.is_occupied, new.is_occupied),
    audit.change('AvailableDate', old.available_date, new.available_date),
    audit.change('CurrentTenantId', old.current_tenant_id, new.current_tenant_id),
    audit.change('Comment', old.comment, new.comment),
    audit.change('IsActive', old.is_active, new.is_active),
    audit.moved('CreatedDate', old.created_date, new.created_date));
begin
  if changes <> '' then
    insert into audit.pending (account_id, actor, kind, entity, entity_id, changes)
    values (coalesce(new.account_id, old.account_id), audit.actor(), tg_op, 'Storage', coalesce(new.id, old.id), '{' || changes || '}');
  end if;
  return null;
end
$$;

create or replace function audit.log_tenant_storages() returns trigger language plpgsql as $$
declare
  changes text := concat_ws(',',
    audit.moved('AccountId', old.account_id, new.account_id),
    audit.change('Id', old.id, new.id),
    audit.change('CompanyNo', old.company_no, new.company_no),
    audit.change('DivisionNo', old.division_no, new.division_no),
    audit.change('TenantType', old.tenant_type, new.tenant_type),
    audit.change('TenantNo', old.tenant_no, new.tenant_no),
    audit.change('TenantId', old.tenant_id, new.tenant_id),
    audit.change('StorageId', old.storage_id, new.storage_id),
    audit.change('BuildingCode', old.building_code, new.building_code),
    audit.change('StorageCode', old.storage_code, new.storage_code),
    audit.change('StartDate', old.start_date, new.start_date),
    audit.change('EndDate', old.end_date, new.end_date),
    audit.change('IsRenewable', old.is_renewable, new.is_renewable),
    audit.change('Amount', old.amount, new.amount),
    audit.change('HeldThroughDate', old.held_through_date, new.held_through_date),
    audit.change('PadlockNo', old.padlock_no, new.padlock_no),
    audit.change('LastBilledPeriod', old.last_billed_period, new.last_billed_period),
    audit.change('ExternalId', old.external_id, new.external_id),
    audit.moved('CreatedDate', old.created_date, new.created_date));
begin
  if changes <> '' then
    insert into audit.pending (account_id, actor, kind, entity, entity_id, changes)
    values (coalesce(new.account_id, old.account_id), audit.actor(), tg_op, 'TenantStorage', coalesce(new.id, old.id), '{' || changes || '}');
  end if;
  return null;
end
$$;

create or replace function audit.log_inspections() returns trigger language plpgsql as $$
declare
  changes text := concat_ws(',',
    audit.moved('AccountId', old.account_id, new.account_id),
    audit.change('Id', old.id, new.id),
    audit.change('CompanyNo', old.company_no, new.company_no),
    audit.change('DivisionNo', old.division_no, new.division_no),
    audit.change('BuildingCode', old.building_code, new.building_code),
    audit.change('UnitCode', old.unit_code, new.unit_code),
    audit.change('UnitId', old.unit_id, new.unit_id),
    audit.change('TenantId', old.tenant_id, new.tenant_id),
    audit.change('InspectionType', old.inspection_type, new.inspection_type),
    audit.change('Status', old.status, new.status),
    audit.change('ScheduledStart', old.scheduled_start, new.scheduled_start),
    audit.change('NoticeSentDate', old.notice_sent_date, new.notice_sent_date),
    audit.change('CompletedDate', old.completed_date, new.completed_date),
    audit.change('EmployeeId', old.employee_id, new.employee_id),
    audit.change('OverallCondition', old.overall_condition, new.overall_condition),
    audit.change('Findings', old.findings, new.findings),
    audit.change('DocumentId', old.document_id, new.document_id),
    audit.moved('CreatedDate', old.created_date, new.created_date));
begin
  if changes <> '' then
    insert into audit.pending (account_id, actor, kind, entity, entity_id, changes)
    values (coalesce(new.account_id, old.account_id), audit.actor(), tg_op, 'Inspection', coalesce(new.id, old.id), '{' || changes || '}');
  end if;
  return null;
end
$$;

create or replace function audit.log_access_keys() returns trigger language plpgsql as $$
declare
  changes text := concat_ws(',',
    audit.moved('AccountId', old.account_id, new.account_id),
    audit.change('Id', old.id, new.id),
    audit.change('CompanyNo', old.company_no, new.company_no),
    audit.change('DivisionNo', old.division_no, new.division_no),
    audit.change('BuildingCode', old.building_code, new.building_code),
    audit.change('BuildingId', old.building_id, new.building_id),
    audit.change('UnitId', old.unit_id, new.unit_id),
    audit.change('KeyCode', old.key_code, new.key_code),
    audit.change('KeyType', old.key_type, new.key_type),
    audit.change('Quantity', old.quantity, new.quantity),
    audit.change('TenantId', old.tenant_id, new.tenant_id),
    audit.change('IssuedDate', old.issued_date, new.issued_date),
    audit.change('ReturnedDate', old.returned_date, new.returned_date),
    audit.change('Comment', old.comment, new.comment),
    audit.moved('CreatedDate', old.created_date, new.created_date));
begin
  if changes <> '' then
    insert into audit.pending (account_id, actor, kind, entity, entity_id, changes)
    values (coalesce(new.account_id, old.account_id), audit.actor(), tg_op, 'AccessKey', coalesce(new.id, old.id), '{' || changes || '}');
  end if;
  return null;
end
$$;

create or replace function audit.log_meter_readings() returns trigger language plpgsql as $$
declare
  changes text := concat_ws(',',
    audit.moved('AccountId', old.account_id, new.account_id),
    audit.change('Id', old.id, new.id),
    audit.change('CompanyNo', old.company_no, new.company_no),
    audit.change('DivisionNo', old.division_no, new.division_no),
    audit.change('BuildingCode', old.building_code, new.building_code),
    audit.change('UnitCode', old.unit_code, new.unit_code),
    audit.change('UnitId', old.unit_id, new.unit_id),
    audit.change('MeterNo', old.meter_no, new.meter_no),
    audit.change('UtilityType', old.utility_type, new.utility_type),
    audit.change('ReadingDate', old.reading_date, new.reading_date),
    audit.change('Reading', old.reading, new.reading),
    audit.change('Consumption', old.consumption, new.consumption),
    audit.change('IsEstimated', old.is_estimated, new.is_estimated),
    audit.moved('CreatedDate', old.created_date, new.created_date));
begin
  if changes <> '' then
    insert into audit.pending (account_id, actor, kind, entity, entity_id, changes)
    values (coalesce(new.account_id, old.account_id), audit.actor(), tg_op, 'MeterReading', coalesce(new.id, old.id), '{' || changes || '}');
  end if;
  return null;
end
$$;

create or replace function audit.log_prospects() returns trigger language plpgsql as $$
declare
  changes text := concat_ws(',',
    audit.moved('AccountId', old.account_id, new.account_id),
    audit.change('Id', old.id, new.id),
    audit.change('CompanyNo', old.company_no, new.company_no),
    audit.change('DivisionNo', old.division_no, new.division_no),
    audit.change('LedgerDivisionId', old.ledger_division_id, new.ledger_division_id),
    audit.masked('LastName', old.last_name, new.last_name),
    audit.masked('FirstName', old.first_name, new.first_name),
    audit.masked('Email', old.email, new.email),
    audit.masked('Phone', old.phone, new.phone),
    audit.change('Language', old.language, new.language),
    audit.change('Source', old.source, new.source),
    audit.change('Status', old.status, new.status),
    audit.change('BuildingId', old.building_id, new.building_id),
    audit.change('UnitId', old.unit_id, new.unit_id),
    audit.change('DesiredMoveInDate', old.desired_move_in_date, new.desired_move_in_date),
    audit.change('RoomsMin', old.rooms_min, new.rooms_min),
    audit.change('RoomsMax', old.rooms_max, new.rooms_max),
    audit.change('MaximumRent', old.maximum_rent, new.maximum_rent),
    audit.masked('DesiredCity', old.desired_city, new.desired_city),
    audit.change('NumberOfOccupants', old.number_of_occupants, new.number_of_occupants),
    audit.change('HasPets', old.has_pets, new.has_pets),
    audit.change('NeedsParking', old.needs_parking, new.needs_parking),
    audit.change('NeedsAccessible', old.needs_accessible, new.needs_accessible),
    audit.change('EmailConsent', old.email_consent, new.email_consent),
    audit.change('AssignedEmployeeId', old.assigned_employee_id, new.assigned_employee_id),
    audit.change('LastContactDate', old.last_contact_date, new.last_contact_date),
    audit.change('LostReason', old.lost_reason, new.lost_reason),
    audit.change('ExternalId', old.external_id, new.external_id),
    audit.change('Comment', old.comment, new.comment),
    audit.moved('CreatedDate', old.created_date, new.created_date));
begin
  if changes <> '' then
    insert into audit.pending (account_id, actor, kind, entity, entity_id, changes)
    values (coalesce(new.account_id, old.account_id), audit.actor(), tg_op, 'Prospect', coalesce(new.id, old.id), '{' || changes || '}');
  end if;
  return null;
end
$$;

create or replace function audit.log_visits() returns trigger language plpgsql as $$
declare
  changes text := concat_ws(',',
    audit.moved('AccountId', old.account_id, new.account_id),
    audit.change('Id', old.id, new.id),
    audit.change('CompanyNo', old.company_no, new.company_no),
    audit.change('DivisionNo', old.division_no, new.division_no),
    audit.change('BuildingCode', old.building_code, new.building_code),
    audit.change('UnitCode', old.unit_code, new.unit_code),
    audit.change('ProspectId', old.prospect_id, new.prospect_id),
    audit.change('UnitId', old.unit_id, new.unit_id),
    audit.change('ScheduledStart', old.scheduled_start, new.scheduled_start),
    audit.change('DurationMinutes', old.duration_minutes, new.duration_minutes),
    audit.change('Status', old.status, new.status),
    audit.change('IsVirtual', old.is_virtual, new.is_virtual),
    audit.change('EmployeeId', old.employee_id, new.employee_id),
    audit.change('TenantNotifiedDate', old.tenant_notified_date, new.tenant_notified_date),
    audit.change('Feedback', old.feedback, new.feedback),
    audit.change('ExternalId', old.external_id, new.external_id),
    audit.moved('CreatedDate', old.created_date, new.created_date));
begin
  if changes <> '' then
    insert into audit.pending (account_id, actor, kind, entity, entity_id, changes)
    values (coalesce(new.account_id, old.account_id), audit.actor(), tg_op, 'Visit', coalesce(new.id, old.id), '{' || changes || '}');
  end if;
  return null;
end
$$;

create or replace function audit.log_rental_applications() returns trigger language plpgsql as $$
declare
  changes text := concat_ws(',',
    audit.moved('AccountId', old.account_id, new.account_id),
    audit.change('Id', old.id, new.id),
    audit.change('CompanyNo', old.company_no, new.company_no),
    audit.change('DivisionNo', old.division_no, new.division_no),
    audit.change('BuildingCode', old.building_code, new.building_code),
    audit.change('UnitCode', old.unit_code, new.unit_code),
    audit.change('ProspectId', old.prospect_id, new.prospect_id),
    audit.change('UnitId', old.unit_id, new.unit_id),
    audit.change('ApplicationDate', old.application_date, new.application_date),
    audit.change('DesiredStartDate', old.desired_start_date, new.desired_start_date),
    audit.change('DesiredEndDate', old.desired_end_date, new.desired_end_date),
    audit.change('ProposedRent', old.proposed_rent, new.proposed_rent),
    audit.change('Status', old.status, new.status),
    audit.change('ReservedUntil', old.reserved_until, new.reserved_until),
    audit.change('ScreeningConsent', old.screening_consent, new.screening_consent),
    audit.masked('ScreeningDate', old.screening_date, new.screening_date),
    audit.masked('ScreeningResult', old.screening_result, new.screening_result),
    audit.change('DecisionDate', old.decision_date, new.decision_date),
    audit.change('DecisionReason', old.decision_reason, new.decision_reason),
    audit.change('ParkingRequested', old.parking_requested, new.parking_requested),
    audit.change('StorageRequested', old.storage_requested, new.storage_requested),
    audit.change('TenantId', old.tenant_id, new.tenant_id),
    audit.change('LeaseId', old.lease_id, new.lease_id),
    audit.change('ExternalId', old.external_id, new.external_id),
    audit.change('Comment', old.comment, new.comment),
    audit.moved('CreatedDate', old.created_date, new.created_date));
begin
  if changes <> '' then
    insert into audit.pending (account_id, actor, kind, entity, entity_id, changes)
    values (coalesce(new.account_id, old.account_id), audit.actor(), tg_op, 'RentalApplication', coalesce(new.id, old.id), '{' || changes || '}');
  end if;
  return null;
end
$$;

create or replace function audit.log_receivable_transactions() returns trigger language plpgsql as $$
declare
  changes text := concat_ws(',',
    audit.moved('AccountId', old.account_id, new.account_id),
    audit.change('Id', old.id, new.id),
    audit.change('CompanyNo', old.company_no, new.company_no),
    audit.change('DivisionNo', old.division_no, new.division_no),
    audit.change('TenantType', old.tenant_type, new.tenant_type),
    audit.change('TenantNo', old.tenant_no, new.tenant_no),
    audit.change('TransactionNo', old.transaction_no, new.transaction_no),
    audit.change('TenantId', old.tenant_id, new.tenant_id),
    audit.change('LedgerDivisionId', old.ledger_division_id, new.ledger_division_id),
    audit.change('BuildingCode', old.building_code, new.building_code),
    audit.change('UnitCode', old.unit_code, new.unit_code),
    audit.change('UnitId', old.unit_id, new.unit_id),
    audit.change('TransactionType', old.transaction_type, new.transaction_type),
    audit.change('TransactionDate', old.transaction_date, new.transaction_date),
    audit.change('DueDate', old.due_date, new.due_date),
    audit.change('Period', old.period, new.period),
    audit.change('Amount', old.amount, new.amount),
    audit.change('GstAmount', old.gst_amount, new.gst_amount),
    audit.change('QstAmount', old.qst_amount, new.qst_amount),
    audit.change('TotalAmount', old.total_amount, new.total_amount),
    audit.change('OpenAmount', old.open_amount, new.open_amount),
    audit.change('Description', old.description, new.description),
    audit.change('ServiceId', old.service_id, new.service_id),
    audit.change('LeaseId', old.lease_id, new.lease_id),
    audit.change('Source', old.source, new.source),
    audit.change('SourceId', old.source_id, new.source_id),
    audit.change('BillingRunId', old.billing_run_id, new.billing_run_id),
    audit.change('BillingKey', old.billing_key, new.billing_key),
    audit.change('PaymentId', old.payment_id, new.payment_id),
    audit.change('ReversesTransactionId', old.reverses_transaction_id, new.reverses_transaction_id),
    audit.change('IsReversed', old.is_reversed, new.is_reversed),
    audit.change('ExternalId', old.external_id, new.external_id),
    audit.moved('CreatedDate', old.created_date, new.created_date));
begin
  if changes <> '' then
    insert into audit.pending (account_id, actor, kind, entity, entity_id, changes)
    values (coalesce(new.account_id, old.account_id), audit.actor(), tg_op, 'ReceivableTransaction', coalesce(new.id, old.id), '{' || changes || '}');
  end if;
  return null;
end
$$;

create or replace function audit.log_receivable_allocations() returns trigger language plpgsql as $$
declare
  changes text := concat_ws(',',
    audit.moved('AccountId', old.account_id, new.account_id),
    audit.change('Id', old.id, new.id),
    audit.change('CreditTransactionId', old.credit_transaction_id, new.credit_transaction_id),
    audit.change('ChargeTransactionId', old.charge_transaction_id, new.charge_transaction_id),
    audit.change('Amount', old.amount, new.amount),
    audit.change('AllocatedDate', old.allocated_date, new.allocated_date),
    audit.moved('CreatedDate', old.created_date, new.created_date));
begin
  if changes <> '' then
    insert into audit.pending (account_id, actor, kind, entity, entity_id, changes)
    values (coalesce(new.account_id, old.account_id), audit.actor(), tg_op, 'ReceivableAllocation', coalesce(new.id, old.id), '{' || changes || '}');
  end if;
  return null;
end
$$;

create or replace function audit.log_payments() returns trigger language plpgsql as $$
declare
  changes text := concat_ws(',',
    audit.moved('AccountId', old.account_id, new.account_id),
    audit.change('Id', old.id, new.id),
    audit.change('CompanyNo', old.company_no, new.company_no),
    audit.change('DivisionNo', old.division_no, new.division_no),
    audit.change('TenantType', old.tenant_type, new.tenant_type),
    audit.change('TenantNo', old.tenant_no, new.tenant_no),
    audit.change('TenantId', old.tenant_id, new.tenant_id),
    audit.change('PaymentDate', old.payment_date, new.payment_date),
    audit.change('Amount', old.amount, new.amount),
    audit.change('PaymentMethod', old.payment_method, new.payment_method),
    audit.masked('ReferenceNo', old.reference_no, new.reference_no),
    audit.masked('PayerName', old.payer_name, new.payer_name),
    audit.change('ExternalSystem', old.external_system, new.external_system),
    audit.change('ExternalReference', old.external_reference, new.external_reference),
    audit.change('BankAccountId', old.bank_account_id, new.bank_account_id),
    audit.change('DepositDate', old.deposit_date, new.deposit_date),
    audit.change('DepositSlipNo', old.deposit_slip_no, new.deposit_slip_no),
    audit.change('Status', old.status, new.status),
    audit.change('ReturnDate', old.return_date, new.return_date),
    audit.change('ReturnReason', old.return_reason, new.return_reason),
    audit.change('PreauthorizedDebitId', old.preauthorized_debit_id, new.preauthorized_debit_id),
    audit.change('AllocatedAmount', old.allocated_amount, new.allocated_amount),
    audit.change('UnallocatedAmount', old.unallocated_amount, new.unallocated_amount),
    audit.change('Comment', old.comment, new.comment),
    audit.moved('CreatedDate', old.created_date, new.created_date));
begin
  if changes <> '' then
    insert into audit.pending (account_id, actor, kind, entity, entity_id, changes)
    values (coalesce(new.account_id, old.account_id), audit.actor(), tg_op, 'Payment', coalesce(new.id, old.id), '{' || changes || '}');
  end if;
  return null;
end
$$;

create or replace function audit.log_preauthorized_debits() returns trigger language plpgsql as $$
declare
  changes text := concat_ws(',',
    audit.moved('AccountId', old.account_id, new.account_id),
    audit.change('Id', old.id, new.id),
    audit.change('CompanyNo', old.company_no, new.company_no),
    audit.change('DivisionNo', old.division_no, new.division_no),
    audit.change('TenantType', old.tenant_type, new.tenant_type),
    audit.change('TenantNo', old.tenant_no, new.tenant_no),
    audit.change('TenantId', old.tenant_id, new.tenant_id),
    audit.change('Category', old.category, new.category),
    audit.masked('InstitutionNo', old.institution_no, new.institution_no),
    audit.masked('TransitNo', old.transit_no, new.transit_no),
    audit.masked('AccountNo', old.account_no, new.account_no),
    audit.masked('AccountNoMasked', old.account_no_masked, new.account_no_masked),
    audit.masked('AccountHolderName', old.account_holder_name, new.account_holder_name),
    audit.change('AgreementDate', old.agreement_date, new.agreement_date),
    audit.change('StartDate', old.start_date, new.start_date),
    audit.change('EndDate', old.end_date, new.end_date),
    audit.change('DebitDay', old.debit_day, new.debit_day),
    audit.change('AmountType', old.amount_type, new.amount_type),
    audit.change('FixedAmount', old.fixed_amount, new.fixed_amount),
    audit.change('NoticeWaived', old.notice_waived, new.notice_waived),
    audit.change('Status', old.status, new.status),
    audit.change('CancelledDate', old.cancelled_date, new.cancelled_date),
    audit.change('ConsecutiveReturns', old.consecutive_returns, new.consecutive_returns),
    audit.change('LastDebitDate', old.last_debit_date, new.last_debit_date),
    audit.change('DocumentId', old.document_id, new.document_id),
    audit.moved('CreatedDate', old.created_date, new.created_date));
begin
  if changes <> '' then
    insert into audit.pending (account_id, actor, kind, entity, entity_id, changes)
    values (coalesce(new.account_id, old.account_id), audit.actor(), tg_op, 'PreauthorizedDebit', coalesce(new.id, old.id), '{' || changes || '}');
  end if;
  return null;
end
$$;

create or replace function audit.log_bank_accounts() returns trigger language plpgsql as $$
declare
  changes text := concat_ws(',',
    audit.moved('AccountId', old.account_id, new.account_id),
    audit.change('Id', old.id, new.id),
    audit.change('CompanyNo', old.company_no, new.company_no),
    audit.change('DivisionNo', old.division_no, new.division_no),
    audit.change('LedgerDivisionId', old.ledger_division_id, new.ledger_division_id),
    audit.change('AccountCode', old.account_code, new.account_code),
    audit.change('Name', old.name, new.name),
    audit.change('InstitutionNo', old.institution_no, new.institution_no),
    audit.change('TransitNo', old.transit_no, new.transit_no),
    audit.change('AccountNoMasked', old.account_no_masked, new.account_no_masked),
    audit.change('GlAccountId', old.gl_account_id, new.gl_account_id),
    audit.change('OriginatorId', old.originator_id, new.originator_id),
    audit.change('OriginatorShortName', old.originator_short_name, new.originator_short_name),
    audit.change('OriginatorLongName', old.originator_long_name, new.originator_long_name),
    audit.change('ProcessingCentre', old.processing_centre, new.processing_centre),
    audit.change('NextFileCreationNo', old.next_file_creation_no, new.next_file_creation_no),
    audit.change('IsDefault', old.is_default, new.is_default),
    audit.change('IsActive', old.is_active, new.is_active),
    audit.moved('CreatedDate', old.created_date, new.created_date));
begin
  if changes <> '' then
    insert into audit.pending (account_id, actor, kind, entity, entity_id, changes)
    values (coalesce(new.account_id, old.account_id), audit.actor(), tg_op, 'BankAccount', coalesce(new.id, old.id), '{' || changes || '}');
  end if;
  return null;
end
$$;

create or replace function audit.log_billing_runs() returns trigger language plpgsql as $$
declare
  changes text := concat_ws(',',
    audit.moved('AccountId', old.account_id, new.account_id),
    audit.change('Id', old.id, new.id),
    audit.change('CompanyNo', old.company_no, new.company_no),
    audit.change('DivisionNo', old.division_no, new.division_no),
    audit.change('LedgerDivisionId', old.ledger_division_id, new.ledger_division_id),
    audit.change('Period', old.period, new.period),
    audit.change('RunType', old.run_type, new.run_type),
    audit.change('Status', old.status, new.status),
    audit.change('StartedDate', old.started_date, new.started_date),
    audit.change('CompletedDate', old.completed_date, new.completed_date),
    audit.change('ChargeCount', old.charge_count, new.charge_count),
    audit.change('SkippedCount', old.skipped_count, new.skipped_count),
    audit.change('ChargeAmount', old.charge_amount, new.charge_amount),
    audit.change('GstAmount', old.gst_amount, new.gst_amount),
    audit.change('QstAmount', old.qst_amount, new.qst_amount),
    audit.change('LeasesRenewedCount', old.leases_renewed_count, new.leases_renewed_count),
    audit.change('PriceChangesActivatedCount', old.price_changes_activated_count, new.price_changes_activated_count),
    audit.masked('RequestedBy', old.requested_by, new.requested_by),
    audit.change('ErrorMessage', old.error_message, new.error_message),
    audit.moved('CreatedDate', old.created_date, new.created_date));
begin
  if changes <> '' then
    insert into audit.pending (account_id, actor, kind, entity, entity_id, changes)
    values (coalesce(new.account_id, old.account_id), audit.actor(), tg_op, 'BillingRun', coalesce(new.id, old.id), '{' || changes || '}');
  end if;
  return null;
end
$$;

create or replace function audit.log_late_notices() returns trigger language plpgsql as $$
declare
  changes text := concat_ws(',',
    audit.moved('AccountId', old.account_id, new.account_id),
    audit.change('Id', old.id, new.id),
    audit.change('CompanyNo', old.company_no, new.company_no),
    audit.change('DivisionNo', old.division_no, new.division_no),
    audit.change('TenantType', old.tenant_type, new.tenant_type),
    audit.change('TenantNo', old.tenant_no, new.tenant_no),
    audit.change('TenantId', old.tenant_id, new.tenant_id),
    audit.change('Level', old.level, new.level),
    audit.change('NoticeDate', old.notice_date, new.notice_date),
    audit.change('OldestDueDate', old.oldest_due_date, new.oldest_due_date),
    audit.change('DaysLate', old.days_late, new.days_late),
    audit.change('OverdueAmount', old.overdue_amount, new.overdue_amount),
    audit.change('Status', old.status, new.status),
    audit.change('DocumentId', old.document_id, new.document_id),
    audit.moved('CreatedDate', old.created_date, new.created_date));
begin
  if changes <> '' then
    insert into audit.pending (account_id, actor, kind, entity, entity_id, changes)
    values (coalesce(new.account_id, old.account_id), audit.actor(), tg_op, 'LateNotice', coalesce(new.id, old.id), '{' || changes || '}');
  end if;
  return null;
end
$$;

create or replace function audit.log_rl31_slips() returns trigger language plpgsql as $$
declare
  changes text := concat_ws(',',
    audit.moved('AccountId', old.account_id, new.account_id),
    audit.change('Id', old.id, new.id),
    audit.change('CompanyNo', old.company_no, new.company_no),
    audit.change('DivisionNo', old.division_no, new.division_no),
    audit.change('TenantType', old.tenant_type, new.tenant_type),
    audit.change('TenantNo', old.tenant_no, new.tenant_no),
    audit.change('TenantId', old.tenant_id, new.tenant_id),
    audit.change('CoTenantId', old.co_tenant_id, new.co_tenant_id),
    audit.change('UnitId', old.unit_id, new.unit_id),
    audit.change('TaxYear', old.tax_year, new.tax_year),
    audit.masked('SlipNo', old.slip_no, new.slip_no),
    audit.change('SlipType', old.slip_type, new.slip_type),
    audit.change('DwellingNo', old.dwelling_no, new.dwelling_no),
    audit.masked('RecipientLastName', old.recipient_last_name, new.recipient_last_name),
    audit.masked('RecipientFirstName', old.recipient_first_name, new.recipient_first_name),
    audit.change('RecipientCount', old.recipient_count, new.recipient_count),
    audit.change('DeadlineDate', old.deadline_date, new.deadline_date),
    audit.change('IssuedDate', old.issued_date, new.issued_date),
    audit.change('SentDate', old.sent_date, new.sent_date),
    audit.change('DocumentId', old.document_id, new.document_id),
    audit.moved('CreatedDate', old.created_date, new.created_date));
begin
  if changes <> '' then
    insert into audit.pending (account_id, actor, kind, entity, entity_id, changes)
    values (coalesce(new.account_id, old.account_id), audit.actor(), tg_op, 'Rl31Slip', coalesce(new.id, old.id), '{' || changes || '}');
  end if;
  return null;
end
$$;

create or replace function audit.log_service_call_categories() returns trigger language plpgsql as $$
declare
  changes text := concat_ws(',',
    audit.moved('AccountId', old.account_id, new.account_id),
    audit.change('Id', old.id, new.id),
    audit.change('CategoryCode', old.category_code, new.category_code),
    audit.change('NameFr', old.name_fr, new.name_fr),
    audit.change('NameEn', old.name_en, new.name_en),
    audit.change('ParentId', old.parent_id, new.parent_id),
    audit.change('DefaultPriority', old.default_priority, new.default_priority),
    audit.change('ResponseHours', old.response_hours, new.response_hours),
    audit.change('ResolutionHours', old.resolution_hours, new.resolution_hours),
    audit.change('DefaultEmployeeId', old.default_employee_id, new.default_employee_id),
    audit.change('SortOrder', old.sort_order, new.sort_order),
    audit.change('IsActive', old.is_active, new.is_active),
    audit.moved('CreatedDate', old.created_date, new.created_date));
begin
  if changes <> '' then
    insert into audit.pending (account_id, actor, kind, entity, entity_id, changes)
    values (coalesce(new.account_id, old.account_id), audit.actor(), tg_op, 'ServiceCallCategory', coalesce(new.id, old.id), '{' || changes || '}');
  end if;
  return null;
end
$$;

create or replace function audit.log_service_calls() returns trigger language plpgsql as $$
declare
  changes text := concat_ws(',',
    audit.moved('AccountId', old.account_id, new.account_id),
    audit.change('Id', old.id, new.id),
    audit.change('CompanyNo', old.company_no, new.company_no),
    audit.change('DivisionNo', old.division_no, new.division_no),
    audit.change('BuildingCode', old.building_code, new.building_code),
    audit.change('UnitCode', old.unit_code, new.unit_code),
    audit.change('ServiceCallNo', old.service_call_no, new.service_call_no),
    audit.change('LedgerDivisionId', old.ledger_division_id, new.ledger_division_id),
    audit.change('BuildingId', old.building_id, new.building_id),
    audit.change('UnitId', old.unit_id, new.unit_id),
    audit.change('TenantId', old.tenant_id, new.tenant_id),
    audit.change('CategoryId', old.category_id, new.category_id),
    audit.change('Priority', old.priority, new.priority),
    audit.change('Status', old.status, new.status),
    audit.change('Source', old.source, new.source),
    audit.change('Title', old.title, new.title),
    audit.change('Description', old.description, new.description),
    audit.change('Location', old.location, new.location),
    audit.change('RequestedDate', old.requested_date, new.requested_date),
    audit.masked('RequestedByName', old.requested_by_name, new.requested_by_name),
    audit.masked('RequestedByPhone', old.requested_by_phone, new.requested_by_phone),
    audit.masked('RequestedByEmail', old.requested_by_email, new.requested_by_email),
    audit.change('AccessPermission', old.access_permission, new.access_permission),
    audit.change('AccessNotes', old.access_notes, new.access_notes),
    audit.change('AssignedEmployeeId', old.assigned_employee_id, new.assigned_employee_id),
    audit.change('SupplierId', old.supplier_id, new.supplier_id),
    audit.change('AssignedDate', old.assigned_date, new.assigned_date),
    audit.change('ScheduledStart', old.scheduled_start, new.scheduled_start),
    audit.change('ScheduledEnd', old.scheduled_end, new.scheduled_end),
    audit.change('AccessNoticeDate', old.access_notice_date, new.access_notice_date),
    audit.change('StartedDate', old.started_date, new.started_date),
    audit.change('CompletedDate', old.completed_date, new.completed_date),
    audit.change('ClosedDate', old.closed_date, new.closed_date),
    audit.change('CancelledDate', old.cancelled_date, new.cancelled_date),
    audit.change('OnHoldReason', old.on_hold_reason, new.on_hold_reason),
    audit.change('CancelReason', old.cancel_reason, new.cancel_reason),
    audit.change('Resolution', old.resolution, new.resolution),
    audit.change('EstimatedCost', old.estimated_cost, new.estimated_cost),
    audit.change('ActualCost', old.actual_cost, new.actual_cost),
    audit.change('IsBillableToTenant', old.is_billable_to_tenant, new.is_billable_to_tenant),
    audit.change('TargetResponseDate', old.target_response_date, new.target_response_date),
    audit.change('TargetResolutionDate', old.target_resolution_date, new.target_resolution_date),
    audit.change('IsOverdue', old.is_overdue, new.is_overdue),
    audit.change('SatisfactionRating', old.satisfaction_rating, new.satisfaction_rating),
    audit.change('ExternalId', old.external_id, new.external_id),
    audit.moved('CreatedDate', old.created_date, new.created_date));
begin
  if changes <> '' then
    insert into audit.pending (account_id, actor, kind, entity, entity_id, changes)
    values (coalesce(new.account_id, old.account_id), audit.actor(), tg_op, 'ServiceCall', coalesce(new.id, old.id), '{' || changes || '}');
  end if;
  return null;
end
$$;

create or replace function audit.log_service_call_details() returns trigger language plpgsql as $$
declare
  changes text := concat_ws(',',
    audit.moved('AccountId', old.account_id, new.account_id),
    audit.change('Id', old.id, new.id),
    audit.change('ServiceCallId', old.service_call_id, new.service_call_id),
    audit.change('LineNo', old.line_no, new.line_no),
    audit.change('DetailType', old.detail_type, new.detail_type),
    audit.change('DetailDate', old.detail_date, new.detail_date),
    audit.change('EmployeeId', old.employee_id, new.employee_id),
    audit.change('SupplierId', old.supplier_id, new.supplier_id),
    audit.change('Description', old.description, new.description),
    audit.change('Quantity', old.quantity, new.quantity),
    audit.change('UnitPrice', old.unit_price, new.unit_price),
    audit.change('Amount', old.amount, new.amount),
    audit.change('InvoiceId', old.invoice_id, new.invoice_id),
    audit.change('IsVisibleToTenant', old.is_visible_to_tenant, new.is_visible_to_tenant),
    audit.moved('CreatedDate', old.created_date, new.created_date));
begin
  if changes <> '' then
    insert into audit.pending (account_id, actor, kind, entity, entity_id, changes)
    values (coalesce(new.account_id, old.account_id), audit.actor(), tg_op, 'ServiceCallDetail', coalesce(new.id, old.id), '{' || changes || '}');
  end if;
  return null;
end
$$;

create or replace function audit.log_suppliers() returns trigger language plpgsql as $$
declare
  changes text := concat_ws(',',
    audit.moved('AccountId', old.account_id, new.account_id),
    audit.change('Id', old.id, new.id),
    audit.change('CompanyNo', old.company_no, new.company_no),
    audit.change('SupplierCode', old.supplier_code, new.supplier_code),
    audit.change('CompanyId', old.company_id, new.company_id),
    audit.change('Name', old.name, new.name),
    audit.masked('ContactName', old.contact_name, new.contact_name),
    audit.masked('CivicNoAndStreet', old.civic_no_and_street, new.civic_no_and_street),
    audit.change('City', old.city, new.city),
    audit.change('Province', old.province, new.province),
    audit.masked('PostalCode', old.postal_code, new.postal_code),
    audit.change('Country', old.country, new.country),
    audit.masked('Phone', old.phone, new.phone),
    audit.masked('Email', old.email, new.email),
    audit.change('Website', old.website, new.website),
    audit.change('Trade', old.trade, new.trade),
    audit.masked('GstNo', old.gst_no, new.gst_no),
    audit.masked('QstNo', old.qst_no, new.qst_no),
    audit.change('Neq', old.neq, new.neq),
    audit.change('RbqLicenceNo', old.rbq_licence_no, new.rbq_licence_no),
    audit.change('InsuranceExpiryDate', old.insurance_expiry_date, new.insurance_expiry_date),
    audit.change('PaymentTermsDays', old.payment_terms_days, new.payment_terms_days),
    audit.change('DefaultGlAccountId', old.default_gl_account_id, new.default_gl_account_id),
    audit.change('Language', old.language, new.language),
    audit.change('IsActive', old.is_active, new.is_active),
    audit.change('InactiveReason', old.inactive_reason, new.inactive_reason),
    audit.change('ExternalId', old.external_id, new.external_id),
    audit.moved('CreatedDate', old.created_date, new.created_date));
begin
  if changes <> '' then
    insert into audit.pending (account_id, actor, kind, entity, entity_id, changes)
    values (coalesce(new.account_id, old.account_id), audit.actor(), tg_op, 'Supplier', coalesce(new.id, old.id), '{' || changes || '}');
  end if;
  return null;
end
$$;

create or replace function audit.log_invoices() returns trigger language plpgsql as $$
declare
  changes text := concat_ws(',',
    audit.moved('AccountId', old.account_id, new.account_id),
    audit.change('Id', old.id, new.id),
    audit.change('CompanyNo', old.company_no, new.company_no),
    audit.change('DivisionNo', old.division_no, new.division_no),
    audit.change('LedgerDivisionId', old.ledger_division_id, new.ledger_division_id),
    audit.change('SupplierId', old.supplier_id, new.supplier_id),
    audit.change('SupplierCode', old.supplier_code, new.supplier_code),
    audit.change('InvoiceNo', old.invoice_no, new.invoice_no),
    audit.change('InvoiceDate', old.invoice_date, new.invoice_date),
    audit.change('DueDate', old.due_date, new.due_date),
    audit.change('Period', old.period, new.period),
    audit.change('Description', old.description, new.description),
    audit.change('SubtotalAmount', old.subtotal_amount, new.subtotal_amount),
    audit.change('GstAmount', old.gst_amount, new.gst_amount),
    audit.change('QstAmount', old.qst_amount, new.qst_amount),
    audit.change('TotalAmount', old.total_amount, new.total_amount),
    audit.change('BalanceAmount', old.balance_amount, new.balance_amount),
    audit.change('Status', old.status, new.status),
    audit.change('PurchaseOrderNo', old.purchase_order_no, new.purchase_order_no),
    audit.change('ServiceCallId', old.service_call_id, new.service_call_id),
    audit.change('DocumentId', old.document_id, new.document_id),
    audit.change('ApprovedByEmployeeId', old.approved_by_employee_id, new.approved_by_employee_id),
    audit.change('ApprovedDate', old.approved_date, new.approved_date),
    audit.change('PaidDate', old.paid_date, new.paid_date),
    audit.change('PaymentReference', old.payment_reference, new.payment_reference),
    audit.change('ExternalSystem', old.external_system, new.external_system),
    audit.change('ExternalReference', old.external_reference, new.external_reference),
    audit.moved('CreatedDate', old.created_date, new.created_date));
begin
  if changes <> '' then
    insert into audit.pending (account_id, actor, kind, entity, entity_id, changes)
    values (coalesce(new.account_id, old.account_id), audit.actor(), tg_op, 'Invoice', coalesce(new.id, old.id), '{' || changes || '}');
  end if;
  return null;
end
$$;

create or replace function audit.log_invoice_lines() returns trigger language plpgsql as $$
declare
  changes text := concat_ws(',',
    audit.moved('AccountId', old.account_id, new.account_id),
    audit.change('Id', old.id, new.id),
    audit.change('InvoiceId', old.invoice_id, new.invoice_id),
    audit.change('LineNo', old.line_no, new.line_no),
    audit.change('GlAccountId', old.gl_account_id, new.gl_account_id),
    audit.change('GlAccountNo', old.gl_account_no, new.gl_account_no),
    audit.change('BuildingId', old.building_id, new.building_id),
    audit.change('BuildingCode', old.building_code, new.building_code),
    audit.change('UnitId', old.unit_id, new.unit_id),
    audit.change('UnitCode', old.unit_code, new.unit_code),
    audit.change('Description', old.description, new.description),
    audit.change('Amount', old.amount, new.amount),
    audit.change('GstAmount', old.gst_amount, new.gst_amount),
    audit.change('QstAmount', old.qst_amount, new.qst_amount),
    audit.moved('CreatedDate', old.created_date, new.created_date));
begin
  if changes <> '' then
    insert into audit.pending (account_id, actor, kind, entity, entity_id, changes)
    values (coalesce(new.account_id, old.account_id), audit.actor(), tg_op, 'InvoiceLine', coalesce(new.id, old.id), '{' || changes || '}');
  end if;
  return null;
end
$$;

create or replace function audit.log_gl_accounts() returns trigger language plpgsql as $$
declare
  changes text := concat_ws(',',
    audit.moved('AccountId', old.account_id, new.account_id),
    audit.change('Id', old.id, new.id),
    audit.change('CompanyNo', old.company_no, new.company_no),
    audit.change('AccountNo', old.account_no, new.account_no),
    audit.change('CompanyId', old.company_id, new.company_id),
    audit.change('NameFr', old.name_fr, new.name_fr),
    audit.change('NameEn', old.name_en, new.name_en),
    audit.change('AccountType', old.account_type, new.account_type),
    audit.change('NormalBalance', old.normal_balance, new.normal_balance),
    audit.change('ParentAccountId', old.parent_account_id, new.parent_account_id),
    audit.change('IsPostable', old.is_postable, new.is_postable),
    audit.change('IsControl', old.is_control, new.is_control),
    audit.change('StatementSection', old.statement_section, new.statement_section),
    audit.change('IsActive', old.is_active, new.is_active),
    audit.moved('CreatedDate', old.created_date, new.created_date));
begin
  if changes <> '' then
    insert into audit.pending (account_id, actor, kind, entity, entity_id, changes)
    values (coalesce(new.account_id, old.account_id), audit.actor(), tg_op, 'GlAccount', coalesce(new.id, old.id), '{' || changes || '}');
  end if;
  return null;
end
$$;

create or replace function audit.log_gl_entries() returns trigger language plpgsql as $$
declare
  changes text := concat_ws(',',
    audit.moved('AccountId', old.account_id, new.account_id),
    audit.change('Id', old.id, new.id),
    audit.change('CompanyNo', old.company_no, new.company_no),
    audit.change('DivisionNo', old.division_no, new.division_no),
    audit.change('LedgerDivisionId', old.ledger_division_id, new.ledger_division_id),
    audit.change('EntryNo', old.entry_no, new.entry_no),
    audit.change('LineNo', old.line_no, new.line_no),
    audit.change('EntryDate', old.entry_date, new.entry_date),
    audit.change('Period', old.period, new.period),
    audit.change('GlAccountId', old.gl_account_id, new.gl_account_id),
    audit.change('AccountNo', old.account_no, new.account_no),
    audit.change('BuildingId', old.building_id, new.building_id),
    audit.change('DebitAmount', old.debit_amount, new.debit_amount),
    audit.change('CreditAmount', old.credit_amount, new.credit_amount),
    audit.change('Description', old.description, new.description),
    audit.change('Source', old.source, new.source),
    audit.change('SourceId', old.source_id, new.source_id),
    audit.moved('CreatedDate', old.created_date, new.created_date));
begin
  if changes <> '' then
    insert into audit.pending (account_id, actor, kind, entity, entity_id, changes)
    values (coalesce(new.account_id, old.account_id), audit.actor(), tg_op, 'GlEntry', coalesce(new.id, old.id), '{' || changes || '}');
  end if;
  return null;
end
$$;

create or replace function audit.log_fiscal_periods() returns trigger language plpgsql as $$
declare
  changes text := concat_ws(',',
    audit.moved('AccountId', old.account_id, new.account_id),
    audit.change('Id', old.id, new.id),
    audit.change('CompanyNo', old.company_no, new.company_no),
    audit.change('DivisionNo', old.division_no, new.division_no),
    audit.change('LedgerDivisionId', old.ledger_division_id, new.ledger_division_id),
    audit.change('Period', old.period, new.period),
    audit.change('FiscalYear', old.fiscal_year, new.fiscal_year),
    audit.change('PeriodNo', old.period_no, new.period_no),
    audit.change('StartDate', old.start_date, new.start_date),
    audit.change('EndDate', old.end_date, new.end_date),
    audit.change('Status', old.status, new.status),
    audit.change('ClosedDate', old.closed_date, new.closed_date),
    audit.moved('CreatedDate', old.created_date, new.created_date));
begin
  if changes <> '' then
    insert into audit.pending (account_id, actor, kind, entity, entity_id, changes)
    values (coalesce(new.account_id, old.account_id), audit.actor(), tg_op, 'FiscalPeriod', coalesce(new.id, old.id), '{' || changes || '}');
  end if;
  return null;
end
$$;

create or replace function audit.log_budgets() returns trigger language plpgsql as $$
declare
  changes text := concat_ws(',',
    audit.moved('AccountId', old.account_id, new.account_id),
    audit.change('Id', old.id, new.id),
    audit.change('CompanyNo', old.company_no, new.company_no),
    audit.change('DivisionNo', old.division_no, new.division_no),
    audit.change('LedgerDivisionId', old.ledger_division_id, new.ledger_division_id),
    audit.change('FiscalYear', old.fiscal_year, new.fiscal_year),
    audit.change('Version', old.version, new.version),
    audit.change('GlAccountId', old.gl_account_id, new.gl_account_id),
    audit.change('BuildingId', old.building_id, new.building_id),
    audit.change('Amount01', old.amount01, new.amount01),
    audit.change('Amount02', old.amount02, new.amount02),
    audit.change('Amount03', old.amount03, new.amount03),
    audit.change('Amount04', old.amount04, new.amount04),
    audit.change('Amount05', old.amount05, new.amount05),
    audit.change('Amount06', old.amount06, new.amount06),
    audit.change('Amount07', old.amount07, new.amount07),
    audit.change('Amount08', old.amount08, new.amount08),
    audit.change('Amount09', old.amount09, new.amount09),
    audit.change('Amount10', old.amount10, new.amount10),
    audit.change('Amount11', old.amount11, new.amount11),
    audit.change('Amount12', old.amount12, new.amount12),
    audit.change('TotalAmount', old.total_amount, new.total_amount),
    audit.moved('CreatedDate', old.created_date, new.created_date));
begin
  if changes <> '' then
    insert into audit.pending (account_id, actor, kind, entity, entity_id, changes)
    values (coalesce(new.account_id, old.account_id), audit.actor(), tg_op, 'Budget', coalesce(new.id, old.id), '{' || changes || '}');
  end if;
  return null;
end
$$;

create or replace function audit.log_financial_statements() returns trigger language plpgsql as $$
declare
  changes text := concat_ws(',',
    audit.moved('AccountId', old.account_id, new.account_id),
    audit.change('Id', old.id, new.id),
    audit.change('CompanyNo', old.company_no, new.company_no),
    audit.change('DivisionNo', old.division_no, new.division_no),
    audit.change('LedgerDivisionId', old.ledger_division_id, new.ledger_division_id),
    audit.change('BuildingId', old.building_id, new.building_id),
    audit.change('BuildingCode', old.building_code, new.building_code),
    audit.change('StatementType', old.statement_type, new.statement_type),
    audit.change('Period', old.period, new.period),
    audit.change('FiscalYear', old.fiscal_year, new.fiscal_year),
    audit.change('LineNo', old.line_no, new.line_no),
    audit.change('Section', old.section, new.section),
    audit.change('GlAccountId', old.gl_account_id, new.gl_account_id),
    audit.change('AccountNo', old.account_no, new.account_no),
    audit.change('NameFr', old.name_fr, new.name_fr),
    audit.change('NameEn', old.name_en, new.name_en),
    audit.change('IsTotal', old.is_total, new.is_total),
    audit.change('ActualMonth', old.actual_month, new.actual_month),
    audit.change('BudgetMonth', old.budget_month, new.budget_month),
    audit.change('PriorYearMonth', old.prior_year_month, new.prior_year_month),
    audit.change('ActualYtd', old.actual_ytd, new.actual_ytd),
    audit.change('BudgetYtd', old.budget_ytd, new.budget_ytd),
    audit.change('PriorYearYtd', old.prior_year_ytd, new.prior_year_ytd),
    audit.moved('CreatedDate', old.created_date, new.created_date));
begin
  if changes <> '' then
    insert into audit.pending (account_id, actor, kind, entity, entity_id, changes)
    values (coalesce(new.account_id, old.account_id), audit.actor(), tg_op, 'FinancialStatement', coalesce(new.id, old.id), '{' || changes || '}');
  end if;
  return null;
end
$$;

create or replace function audit.log_documents() returns trigger language plpgsql as $$
declare
  changes text := concat_ws(',',
    audit.moved('AccountId', old.account_id, new.account_id),
    audit.change('Id', old.id, new.id),
    audit.change('CompanyNo', old.company_no, new.company_no),
    audit.change('DivisionNo', old.division_no, new.division_no),
    audit.change('LedgerDivisionId', old.ledger_division_id, new.ledger_division_id),
    audit.change('DocumentType', old.document_type, new.document_type),
    audit.change('Title', old.title, new.title),
    audit.change('FileName', old.file_name, new.file_name),
    audit.change('ContentType', old.content_type, new.content_type),
    audit.change('FileSize', old.file_size, new.file_size),
    audit.change('Sha256', old.sha256, new.sha256),
    audit.change('DocumentDate', old.document_date, new.document_date),
    audit.change('Language', old.language, new.language),
    audit.change('Source', old.source, new.source),
    audit.change('BuildingId', old.building_id, new.building_id),
    audit.change('UnitId', old.unit_id, new.unit_id),
    audit.change('TenantId', old.tenant_id, new.tenant_id),
    audit.change('LeaseId', old.lease_id, new.lease_id),
    audit.change('ServiceCallId', old.service_call_id, new.service_call_id),
    audit.change('SupplierId', old.supplier_id, new.supplier_id),
    audit.change('IsVisibleToTenant', old.is_visible_to_tenant, new.is_visible_to_tenant),
    audit.change('PublishedDate', old.published_date, new.published_date),
    audit.change('ExpiryDate', old.expiry_date, new.expiry_date),
    audit.change('IsPublicListing', old.is_public_listing, new.is_public_listing),
    audit.change('Description', old.description, new.description),
    audit.change('ExternalId', old.external_id, new.external_id),
    audit.moved('CreatedDate', old.created_date, new.created_date));
begin
  if changes <> '' then
    insert into audit.pending (account_id, actor, kind, entity, entity_id, changes)
    values (coalesce(new.account_id, old.account_id), audit.actor(), tg_op, 'Document', coalesce(new.id, old.id), '{' || changes || '}');
  end if;
  return null;
end
$$;

create or replace function audit.log_messages() returns trigger language plpgsql as $$
declare
  changes text := concat_ws(',',
    audit.moved('AccountId', old.account_id, new.account_id),
    audit.change('Id', old.id, new.id),
    audit.change('CompanyNo', old.company_no, new.company_no),
    audit.change('DivisionNo', old.division_no, new.division_no),
    audit.change('TenantType', old.tenant_type, new.tenant_type),
    audit.change('TenantNo', old.tenant_no, new.tenant_no),
    audit.change('TenantId', old.tenant_id, new.tenant_id),
    audit.change('ThreadNo', old.thread_no, new.thread_no),
    audit.change('InReplyToId', old.in_reply_to_id, new.in_reply_to_id),
    audit.change('Direction', old.direction, new.direction),
    audit.change('Channel', old.channel, new.channel),
    audit.change('Subject', old.subject, new.subject),
    audit.masked('Body', old.body, new.body),
    audit.change('SentDate', old.sent_date, new.sent_date),
    audit.change('ReadDate', old.read_date, new.read_date),
    audit.change('Status', old.status, new.status),
    audit.change('EmployeeId', old.employee_id, new.employee_id),
    audit.change('ServiceCallId', old.service_call_id, new.service_call_id),
    audit.change('DocumentId', old.document_id, new.document_id),
    audit.change('ExternalId', old.external_id, new.external_id),
    audit.moved('CreatedDate', old.created_date, new.created_date));
begin
  if changes <> '' then
    insert into audit.pending (account_id, actor, kind, entity, entity_id, changes)
    values (coalesce(new.account_id, old.account_id), audit.actor(), tg_op, 'Message', coalesce(new.id, old.id), '{' || changes || '}');
  end if;
  return null;
end
$$;

create or replace function audit.log_notes() returns trigger language plpgsql as $$
declare
  changes text := concat_ws(',',
    audit.moved('AccountId', old.account_id, new.account_id),
    audit.change('Id', old.id, new.id),
    audit.change('CompanyNo', old.company_no, new.company_no),
    audit.change('DivisionNo', old.division_no, new.division_no),
    audit.change('LedgerDivisionId', old.ledger_division_id, new.ledger_division_id),
    audit.change('NoteType', old.note_type, new.note_type),
    audit.change('NoteDate', old.note_date, new.note_date),
    audit.change('BuildingId', old.building_id, new.building_id),
    audit.change('UnitId', old.unit_id, new.unit_id),
    audit.change('TenantId', old.tenant_id, new.tenant_id),
    audit.change('Subject', old.subject, new.subject),
    audit.masked('Body', old.body, new.body),
    audit.masked('AuthorName', old.author_name, new.author_name),
    audit.change('FollowUpDate', old.follow_up_date, new.follow_up_date),
    audit.change('IsPinned', old.is_pinned, new.is_pinned),
    audit.moved('CreatedDate', old.created_date, new.created_date));
begin
  if changes <> '' then
    insert into audit.pending (account_id, actor, kind, entity, entity_id, changes)
    values (coalesce(new.account_id, old.account_id), audit.actor(), tg_op, 'Note', coalesce(new.id, old.id), '{' || changes || '}');
  end if;
  return null;
end
$$;

create trigger log_audit after insert or update or delete on ledger_divisions for each row
  when (current_setting('hapi.change_log', true) is distinct from 'off') execute function audit.log_ledger_divisions();
create trigger log_audit_load after insert or update or delete on ledger_divisions for each statement
  when (current_setting('hapi.change_log', true) = 'off') execute function audit.log_load('LedgerDivision');
create trigger log_audit_truncate before truncate on ledger_divisions for each statement
  execute function audit.log_load('LedgerDivision');

create trigger log_audit after insert or update or delete on companies for each row
  when (current_setting('hapi.change_log', true) is distinct from 'off') execute function audit.log_companies();
create trigger log_audit_load after insert or update or delete on companies for each statement
  when (current_setting('hapi.change_log', true) = 'off') execute function audit.log_load('Company');
create trigger log_audit_truncate before truncate on companies for each statement
  execute function audit.log_load('Company');

create trigger log_audit after insert or update or delete on buildings for each row
  when (current_setting('hapi.change_log', true) is distinct from 'off') execute function audit.log_buildings();
create trigger log_audit_load after insert or update or delete on buildings for each statement
  when (current_setting('hapi.change_log', true) = 'off') execute function audit.log_load('Building');
create trigger log_audit_truncate before truncate on buildings for each statement
  execute function audit.log_load('Building');

create trigger log_audit after insert or update or delete on units for each row
  when (current_setting('hapi.change_log', true) is distinct from 'off') execute function audit.log_units();
create trigger log_audit_load after insert or update or delete on units for each statement
  when (current_setting('hapi.change_log', true) = 'off') execute function audit.log_load('Unit');
create trigger log_audit_truncate before truncate on units for each statement
  execute function audit.log_load('Unit');

create trigger log_audit after insert or update or delete on characteristics for each row
  when (current_setting('hapi.change_log', true) is distinct from 'off') execute function audit.log_characteristics();
create trigger log_audit_load after insert or update or delete on characteristics for each statement
  when (current_setting('hapi.change_log', true) = 'off') execute function audit.log_load('Characteristic');
create trigger log_audit_truncate before truncate on characteristics for each statement
  execute function audit.log_load('Characteristic');

create trigger log_audit after insert or update or delete on building_characteristics for each row
  when (current_setting('hapi.change_log', true) is distinct from 'off') execute function audit.log_building_characteristics();
create trigger log_audit_load after insert or update or delete on building_characteristics for each statement
  when (current_setting('hapi.change_log', true) = 'off') execute function audit.log_load('BuildingCharacteristic');
create trigger log_audit_truncate before truncate on building_characteristics for each statement
  execute function audit.log_load('BuildingCharacteristic');

create trigger log_audit after insert or update or delete on unit_characteristics for each row
  when (current_setting('hapi.change_log', true) is distinct from 'off') execute function audit.log_unit_characteristics();
create trigger log_audit_load after insert or update or delete on unit_characteristics for each statement
  when (current_setting('hapi.change_log', true) = 'off') execute function audit.log_load('UnitCharacteristic');
create trigger log_audit_truncate before truncate on unit_characteristics for each statement
  execute function audit.log_load('UnitCharacteristic');

create trigger log_audit after insert or update or delete on unavailable_units for each row
  when (current_setting('hapi.change_log', true) is distinct from 'off') execute function audit.log_unavailable_units();
create trigger log_audit_load after insert or update or delete on unavailable_units for each statement
  when (current_setting('hapi.change_log', true) = 'off') execute function audit.log_load('UnavailableUnit');
create trigger log_audit_truncate before truncate on unavailable_units for each statement
  execute function audit.log_load('UnavailableUnit');

create trigger log_audit after insert or update or delete on owners for each row
  when (current_setting('hapi.change_log', true) is distinct from 'off') execute function audit.log_owners();
create trigger log_audit_load after insert or update or delete on owners for each statement
  when (current_setting('hapi.change_log', true) = 'off') execute function audit.log_load('Owner');
create trigger log_audit_truncate before truncate on owners for each statement
  execute function audit.log_load('Owner');

create trigger log_audit after insert or update or delete on building_owners for each row
  when (current_setting('hapi.change_log', true) is distinct from 'off') execute function audit.log_building_owners();
create trigger log_audit_load after insert or update or delete on building_owners for each statement
  when (current_setting('hapi.change_log', true) = 'off') execute function audit.log_load('BuildingOwner');
create trigger log_audit_truncate before truncate on building_owners for each statement
  execute function audit.log_load('BuildingOwner');

create trigger log_audit after insert or update or delete on employees for each row
  when (current_setting('hapi.change_log', true) is distinct from 'off') execute function audit.log_employees();
create trigger log_audit_load after insert or update or delete on employees for each statement
  when (current_setting('hapi.change_log', true) = 'off') execute function audit.log_load('Employee');
create trigger log_audit_truncate before truncate on employees for each statement
  execute function audit.log_load('Employee');

create trigger log_audit after insert or update or delete on lookup_codes for each row
  when (current_setting('hapi.change_log', true) is distinct from 'off') execute function audit.log_lookup_codes();
create trigger log_audit_load after insert or update or delete on lookup_codes for each statement
  when (current_setting('hapi.change_log', true) = 'off') execute function audit.log_load('LookupCode');
create trigger log_audit_truncate before truncate on lookup_codes for each statement
  execute function audit.log_load('LookupCode');

create trigger log_audit after insert or update or delete on tax_rates for each row
  when (current_setting('hapi.change_log', true) is distinct from 'off') execute function audit.log_tax_rates();
create trigger log_audit_load after insert or update or delete on tax_rates for each statement
  when (current_setting('hapi.change_log', true) = 'off') execute function audit.log_load('TaxRate');
create trigger log_audit_truncate before truncate on tax_rates for each statement
  execute function audit.log_load('TaxRate');

create trigger log_audit after insert or update or delete on tenants for each row
  when (current_setting('hapi.change_log', true) is distinct from 'off') execute function audit.log_tenants();
create trigger log_audit_load after insert or update or delete on tenants for each statement
  when (current_setting('hapi.change_log', true) = 'off') execute function audit.log_load('Tenant');
create trigger log_audit_truncate before truncate on tenants for each statement
  execute function audit.log_load('Tenant');

create trigger log_audit after insert or update or delete on co_tenants for each row
  when (current_setting('hapi.change_log', true) is distinct from 'off') execute function audit.log_co_tenants();
create trigger log_audit_load after insert or update or delete on co_tenants for each statement
  when (current_setting('hapi.change_log', true) = 'off') execute function audit.log_load('CoTenant');
create trigger log_audit_truncate before truncate on co_tenants for each statement
  execute function audit.log_load('CoTenant');

create trigger log_audit after insert or update or delete on tenant_contacts for each row
  when (current_setting('hapi.change_log', true) is distinct from 'off') execute function audit.log_tenant_contacts();
create trigger log_audit_load after insert or update or delete on tenant_contacts for each statement
  when (current_setting('hapi.change_log', true) = 'off') execute function audit.log_load('TenantContact');
create trigger log_audit_truncate before truncate on tenant_contacts for each statement
  execute function audit.log_load('TenantContact');

create trigger log_audit after insert or update or delete on leases for each row
  when (current_setting('hapi.change_log', true) is distinct from 'off') execute function audit.log_leases();
create trigger log_audit_load after insert or update or delete on leases for each statement
  when (current_setting('hapi.change_log', true) = 'off') execute function audit.log_load('Lease');
create trigger log_audit_truncate before truncate on leases for each statement
  execute function audit.log_load('Lease');

create trigger log_audit after insert or update or delete on lease_price_changes for each row
  when (current_setting('hapi.change_log', true) is distinct from 'off') execute function audit.log_lease_price_changes();
create trigger log_audit_load after insert or update or delete on lease_price_changes for each statement
  when (current_setting('hapi.change_log', true) = 'off') execute function audit.log_load('LeasePriceChange');
create trigger log_audit_truncate before truncate on lease_price_changes for each statement
  execute function audit.log_load('LeasePriceChange');

create trigger log_audit after insert or update or delete on lease_renewals for each row
  when (current_setting('hapi.change_log', true) is distinct from 'off') execute function audit.log_lease_renewals();
create trigger log_audit_load after insert or update or delete on lease_renewals for each statement
  when (current_setting('hapi.change_log', true) = 'off') execute function audit.log_load('LeaseRenewal');
create trigger log_audit_truncate before truncate on lease_renewals for each statement
  execute function audit.log_load('LeaseRenewal');

create trigger log_audit after insert or update or delete on services for each row
  when (current_setting('hapi.change_log', true) is distinct from 'off') execute function audit.log_services();
create trigger log_audit_load after insert or update or delete on services for each statement
  when (current_setting('hapi.change_log', true) = 'off') execute function audit.log_load('Service');
create trigger log_audit_truncate before truncate on services for each statement
  execute function audit.log_load('Service');

create trigger log_audit after insert or update or delete on tenant_services for each row
  when (current_setting('hapi.change_log', true) is distinct from 'off') execute function audit.log_tenant_services();
create trigger log_audit_load after insert or update or delete on tenant_services for each statement
  when (current_setting('hapi.change_log', true) = 'off') execute function audit.log_load('TenantService');
create trigger log_audit_truncate before truncate on tenant_services for each statement
  execute function audit.log_load('TenantService');

create trigger log_audit after insert or update or delete on parkings for each row
  when (current_setting('hapi.change_log', true) is distinct from 'off') execute function audit.log_parkings();
create trigger log_audit_load after insert or update or delete on parkings for each statement
  when (current_setting('hapi.change_log', true) = 'off') execute function audit.log_load('Parking');
create trigger log_audit_truncate before truncate on parkings for each statement
  execute function audit.log_load('Parking');

create trigger log_audit after insert or update or delete on tenant_parkings for each row
  when (current_setting('hapi.change_log', true) is distinct from 'off') execute function audit.log_tenant_parkings();
create trigger log_audit_load after insert or update or delete on tenant_parkings for each statement
  when (current_setting('hapi.change_log', true) = 'off') execute function audit.log_load('TenantParking');
create trigger log_audit_truncate before truncate on tenant_parkings for each statement
  execute function audit.log_load('TenantParking');

create trigger log_audit after insert or update or delete on storages for each row
  when (current_setting('hapi.change_log', true) is distinct from 'off') execute function audit.log_storages();
create trigger log_audit_load after insert or update or delete on storages for each statement
  when (current_setting('hapi.change_log', true) = 'off') execute function audit.log_load('Storage');
create trigger log_audit_truncate before truncate on storages for each statement
  execute function audit.log_load('Storage');

create trigger log_audit after insert or update or delete on tenant_storages for each row
  when (current_setting('hapi.change_log', true) is distinct from 'off') execute function audit.log_tenant_storages();
create trigger log_audit_load after insert or update or delete on tenant_storages for each statement
  when (current_setting('hapi.change_log', true) = 'off') execute function audit.log_load('TenantStorage');
create trigger log_audit_truncate before truncate on tenant_storages for each statement
  execute function audit.log_load('TenantStorage');

create trigger log_audit after insert or update or delete on inspections for each row
  when (current_setting('hapi.change_log', true) is distinct from 'off') execute function audit.log_inspections();
create trigger log_audit_load after insert or update or delete on inspections for each statement
  when (current_setting('hapi.change_log', true) = 'off') execute function audit.log_load('Inspection');
create trigger log_audit_truncate before truncate on inspections for each statement
  execute function audit.log_load('Inspection');

create trigger log_audit after insert or update or delete on access_keys for each row
  when (current_setting('hapi.change_log', true) is distinct from 'off') execute function audit.log_access_keys();
create trigger log_audit_load after insert or update or delete on access_keys for each statement
  when (current_setting('hapi.change_log', true) = 'off') execute function audit.log_load('AccessKey');
create trigger log_audit_truncate before truncate on access_keys for each statement
  execute function audit.log_load('AccessKey');

create trigger log_audit after insert or update or delete on meter_readings for each row
  when (current_setting('hapi.change_log', true) is distinct from 'off') execute function audit.log_meter_readings();
create trigger log_audit_load after insert or update or delete on meter_readings for each statement
  when (current_setting('hapi.change_log', true) = 'off') execute function audit.log_load('MeterReading');
create trigger log_audit_truncate before truncate on meter_readings for each statement
  execute function audit.log_load('MeterReading');

create trigger log_audit after insert or update or delete on prospects for each row
  when (current_setting('hapi.change_log', true) is distinct from 'off') execute function audit.log_prospects();
create trigger log_audit_load after insert or update or delete on prospects for each statement
  when (current_setting('hapi.change_log', true) = 'off') execute function audit.log_load('Prospect');
create trigger log_audit_truncate before truncate on prospects for each statement
  execute function audit.log_load('Prospect');

create trigger log_audit after insert or update or delete on visits for each row
  when (current_setting('hapi.change_log', true) is distinct from 'off') execute function audit.log_visits();
create trigger log_audit_load after insert or update or delete on visits for each statement
  when (current_setting('hapi.change_log', true) = 'off') execute function audit.log_load('Visit');
create trigger log_audit_truncate before truncate on visits for each statement
  execute function audit.log_load('Visit');

create trigger log_audit after insert or update or delete on rental_applications for each row
  when (current_setting('hapi.change_log', true) is distinct from 'off') execute function audit.log_rental_applications();
create trigger log_audit_load after insert or update or delete on rental_applications for each statement
  when (current_setting('hapi.change_log', true) = 'off') execute function audit.log_load('RentalApplication');
create trigger log_audit_truncate before truncate on rental_applications for each statement
  execute function audit.log_load('RentalApplication');

create trigger log_audit after insert or update or delete on receivable_transactions for each row
  when (current_setting('hapi.change_log', true) is distinct from 'off') execute function audit.log_receivable_transactions();
create trigger log_audit_load after insert or update or delete on receivable_transactions for each statement
  when (current_setting('hapi.change_log', true) = 'off') execute function audit.log_load('ReceivableTransaction');
create trigger log_audit_truncate before truncate on receivable_transactions for each statement
  execute function audit.log_load('ReceivableTransaction');

create trigger log_audit after insert or update or delete on receivable_allocations for each row
  when (current_setting('hapi.change_log', true) is distinct from 'off') execute function audit.log_receivable_allocations();
create trigger log_audit_load after insert or update or delete on receivable_allocations for each statement
  when (current_setting('hapi.change_log', true) = 'off') execute function audit.log_load('ReceivableAllocation');
create trigger log_audit_truncate before truncate on receivable_allocations for each statement
  execute function audit.log_load('ReceivableAllocation');

create trigger log_audit after insert or update or delete on payments for each row
  when (current_setting('hapi.change_log', true) is distinct from 'off') execute function audit.log_payments();
create trigger log_audit_load after insert or update or delete on payments for each statement
  when (current_setting('hapi.change_log', true) = 'off') execute function audit.log_load('Payment');
create trigger log_audit_truncate before truncate on payments for each statement
  execute function audit.log_load('Payment');

create trigger log_audit after insert or update or delete on preauthorized_debits for each row
  when (current_setting('hapi.change_log', true) is distinct from 'off') execute function audit.log_preauthorized_debits();
create trigger log_audit_load after insert or update or delete on preauthorized_debits for each statement
  when (current_setting('hapi.change_log', true) = 'off') execute function audit.log_load('PreauthorizedDebit');
create trigger log_audit_truncate before truncate on preauthorized_debits for each statement
  execute function audit.log_load('PreauthorizedDebit');

create trigger log_audit after insert or update or delete on bank_accounts for each row
  when (current_setting('hapi.change_log', true) is distinct from 'off') execute function audit.log_bank_accounts();
create trigger log_audit_load after insert or update or delete on bank_accounts for each statement
  when (current_setting('hapi.change_log', true) = 'off') execute function audit.log_load('BankAccount');
create trigger log_audit_truncate before truncate on bank_accounts for each statement
  execute function audit.log_load('BankAccount');

create trigger log_audit after insert or update or delete on billing_runs for each row
  when (current_setting('hapi.change_log', true) is distinct from 'off') execute function audit.log_billing_runs();
create trigger log_audit_load after insert or update or delete on billing_runs for each statement
  when (current_setting('hapi.change_log', true) = 'off') execute function audit.log_load('BillingRun');
create trigger log_audit_truncate before truncate on billing_runs for each statement
  execute function audit.log_load('BillingRun');

create trigger log_audit after insert or update or delete on late_notices for each row
  when (current_setting('hapi.change_log', true) is distinct from 'off') execute function audit.log_late_notices();
create trigger log_audit_load after insert or update or delete on late_notices for each statement
  when (current_setting('hapi.change_log', true) = 'off') execute function audit.log_load('LateNotice');
create trigger log_audit_truncate before truncate on late_notices for each statement
  execute function audit.log_load('LateNotice');

create trigger log_audit after insert or update or delete on rl31_slips for each row
  when (current_setting('hapi.change_log', true) is distinct from 'off') execute function audit.log_rl31_slips();
create trigger log_audit_load after insert or update or delete on rl31_slips for each statement
  when (current_setting('hapi.change_log', true) = 'off') execute function audit.log_load('Rl31Slip');
create trigger log_audit_truncate before truncate on rl31_slips for each statement
  execute function audit.log_load('Rl31Slip');

create trigger log_audit after insert or update or delete on service_call_categories for each row
  when (current_setting('hapi.change_log', true) is distinct from 'off') execute function audit.log_service_call_categories();
create trigger log_audit_load after insert or update or delete on service_call_categories for each statement
  when (current_setting('hapi.change_log', true) = 'off') execute function audit.log_load('ServiceCallCategory');
create trigger log_audit_truncate before truncate on service_call_categories for each statement
  execute function audit.log_load('ServiceCallCategory');

create trigger log_audit after insert or update or delete on service_calls for each row
  when (current_setting('hapi.change_log', true) is distinct from 'off') execute function audit.log_service_calls();
create trigger log_audit_load after insert or update or delete on service_calls for each statement
  when (current_setting('hapi.change_log', true) = 'off') execute function audit.log_load('ServiceCall');
create trigger log_audit_truncate before truncate on service_calls for each statement
  execute function audit.log_load('ServiceCall');

create trigger log_audit after insert or update or delete on service_call_details for each row
  when (current_setting('hapi.change_log', true) is distinct from 'off') execute function audit.log_service_call_details();
create trigger log_audit_load after insert or update or delete on service_call_details for each statement
  when (current_setting('hapi.change_log', true) = 'off') execute function audit.log_load('ServiceCallDetail');
create trigger log_audit_truncate before truncate on service_call_details for each statement
  execute function audit.log_load('ServiceCallDetail');

create trigger log_audit after insert or update or delete on suppliers for each row
  when (current_setting('hapi.change_log', true) is distinct from 'off') execute function audit.log_suppliers();
create trigger log_audit_load after insert or update or delete on suppliers for each statement
  when (current_setting('hapi.change_log', true) = 'off') execute function audit.log_load('Supplier');
create trigger log_audit_truncate before truncate on suppliers for each statement
  execute function audit.log_load('Supplier');

create trigger log_audit after insert or update or delete on invoices for each row
  when (current_setting('hapi.change_log', true) is distinct from 'off') execute function audit.log_invoices();
create trigger log_audit_load after insert or update or delete on invoices for each statement
  when (current_setting('hapi.change_log', true) = 'off') execute function audit.log_load('Invoice');
create trigger log_audit_truncate before truncate on invoices for each statement
  execute function audit.log_load('Invoice');

create trigger log_audit after insert or update or delete on invoice_lines for each row
  when (current_setting('hapi.change_log', true) is distinct from 'off') execute function audit.log_invoice_lines();
create trigger log_audit_load after insert or update or delete on invoice_lines for each statement
  when (current_setting('hapi.change_log', true) = 'off') execute function audit.log_load('InvoiceLine');
create trigger log_audit_truncate before truncate on invoice_lines for each statement
  execute function audit.log_load('InvoiceLine');

create trigger log_audit after insert or update or delete on gl_accounts for each row
  when (current_setting('hapi.change_log', true) is distinct from 'off') execute function audit.log_gl_accounts();
create trigger log_audit_load after insert or update or delete on gl_accounts for each statement
  when (current_setting('hapi.change_log', true) = 'off') execute function audit.log_load('GlAccount');
create trigger log_audit_truncate before truncate on gl_accounts for each statement
  execute function audit.log_load('GlAccount');

create trigger log_audit after insert or update or delete on gl_entries for each row
  when (current_setting('hapi.change_log', true) is distinct from 'off') execute function audit.log_gl_entries();
create trigger log_audit_load after insert or update or delete on gl_entries for each statement
  when (current_setting('hapi.change_log', true) = 'off') execute function audit.log_load('GlEntry');
create trigger log_audit_truncate before truncate on gl_entries for each statement
  execute function audit.log_load('GlEntry');

create trigger log_audit after insert or update or delete on fiscal_periods for each row
  when (current_setting('hapi.change_log', true) is distinct from 'off') execute function audit.log_fiscal_periods();
create trigger log_audit_load after insert or update or delete on fiscal_periods for each statement
  when (current_setting('hapi.change_log', true) = 'off') execute function audit.log_load('FiscalPeriod');
create trigger log_audit_truncate before truncate on fiscal_periods for each statement
  execute function audit.log_load('FiscalPeriod');

create trigger log_audit after insert or update or delete on budgets for each row
  when (current_setting('hapi.change_log', true) is distinct from 'off') execute function audit.log_budgets();
create trigger log_audit_load after insert or update or delete on budgets for each statement
  when (current_setting('hapi.change_log', true) = 'off') execute function audit.log_load('Budget');
create trigger log_audit_truncate before truncate on budgets for each statement
  execute function audit.log_load('Budget');

create trigger log_audit after insert or update or delete on financial_statements for each row
  when (current_setting('hapi.change_log', true) is distinct from 'off') execute function audit.log_financial_statements();
create trigger log_audit_load after insert or update or delete on financial_statements for each statement
  when (current_setting('hapi.change_log', true) = 'off') execute function audit.log_load('FinancialStatement');
create trigger log_audit_truncate before truncate on financial_statements for each statement
  execute function audit.log_load('FinancialStatement');

create trigger log_audit after insert or update or delete on documents for each row
  when (current_setting('hapi.change_log', true) is distinct from 'off') execute function audit.log_documents();
create trigger log_audit_load after insert or update or delete on documents for each statement
  when (current_setting('hapi.change_log', true) = 'off') execute function audit.log_load('Document');
create trigger log_audit_truncate before truncate on documents for each statement
  execute function audit.log_load('Document');

create trigger log_audit after insert or update or delete on messages for each row
  when (current_setting('hapi.change_log', true) is distinct from 'off') execute function audit.log_messages();
create trigger log_audit_load after insert or update or delete on messages for each statement
  when (current_setting('hapi.change_log', true) = 'off') execute function audit.log_load('Message');
create trigger log_audit_truncate before truncate on messages for each statement
  execute function audit.log_load('Message');

create trigger log_audit after insert or update or delete on notes for each row
  when (current_setting('hapi.change_log', true) is distinct from 'off') execute function audit.log_notes();
create trigger log_audit_load after insert or update or delete on notes for each statement
  when (current_setting('hapi.change_log', true) = 'off') execute function audit.log_load('Note');
create trigger log_audit_truncate before truncate on notes for each statement
  execute function audit.log_load('Note');
