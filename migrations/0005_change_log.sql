-- The change log: one row for each row of an entity that a transaction has changed, written by triggers in
-- that transaction, so that it is there if and only if the change is, whoever made it. And the Ids of new rows.
--
-- A session may switch the log off for one transaction, a first load of data that nobody is told of:
-- select set_config('hapi.change_log', 'off', true). TRUNCATE is not logged; nothing here uses it.

-- The net effect (R-013). xid and not seq tells what a reader has seen: numbers are given before the commit, and
-- transactions do not commit in the order of their numbers. Deletions are the tombstones of R-012. There is no
-- reference to accounts: the changed row has one, and here it would cost as much as the row itself.
create table change_log (
  account_id integer not null,
  seq bigint not null generated always as identity,
  xid xid8 not null default pg_current_xact_id(),
  -- Name of the entity type.
  entity character varying(30) collate "C" not null,
  id integer not null,
  -- As notifications say it: 1 updated, 2 deleted, 3 inserted.
  status smallint not null check (status in (1, 2, 3)),
  -- R-014: a JSON text for relational entities, else null.
  additional_information text collate "C",
  at timestamp(3) with time zone not null default hapi_clock(),
  constraint change_log_pkey primary key (account_id, seq),
  -- Nets the changes of a transaction, and finds what is new to a reader.
  constraint change_log_net_key unique (account_id, xid, entity, id)
);
comment on table change_log is 'One row per changed row and transaction; webhooks and delta links read it.';

-- The last Id given, or retired by a deletion, for an entity type of an account.
create table id_counters (
  account_id integer not null references accounts,
  entity character varying(30) collate "C" not null,
  last_id integer not null,
  constraint id_counters_pkey primary key (account_id, entity)
);
comment on table id_counters is 'Ids are never used again; see allocate_ids.';

alter table change_log enable row level security, force row level security;
create policy account_only on change_log using (account_id = (select nullif(current_setting('hapi.account_id', true), '')::integer));
alter table id_counters enable row level security, force row level security;
create policy account_only on id_counters using (account_id = (select nullif(current_setting('hapi.account_id', true), '')::integer));

-- Adds one change to what the transaction has done to the row: inserted then updated is inserted, updated then
-- deleted is deleted, inserted then deleted is nothing. The first change is one statement.
create function log_change(
  account_id integer, entity varchar, id integer, status integer, additional_information text
)
returns void language plpgsql volatile as $$
begin
  if $4 = 2 then
    if current_setting('hapi.change_log', true) = 'off' then
      return;
    end if;
    delete from change_log c
     where c.account_id = $1 and c.xid = pg_current_xact_id() and c.entity = $2 and c.id = $3
       and c.status = 3;
    if found then
      return;
    end if;
  end if;
  insert into change_log (account_id, entity, id, status, additional_information)
  values ($1, $2, $3, $4, $5)
  on conflict on constraint change_log_net_key do nothing;
  if not found then
    -- A row that comes back under the Id of one just deleted is, in sum, that row updated.
    update change_log c
       set status = case when $4 = 3 then 1 when $4 = 2 then 2 else c.status end,
           additional_information = $5,
           at = hapi_clock()
     where c.account_id = $1 and c.xid = pg_current_xact_id() and c.entity = $2 and c.id = $3
       and ($4 <> 1 or c.additional_information is distinct from $5);
  end if;
end
$$;

-- An Id that has existed is not given again. The counter is locked only when it must move.
create function retire_id(account_id integer, entity varchar, id integer)
returns void language plpgsql volatile as $$
begin
  if not exists (
    select from id_counters c where c.account_id = $1 and c.entity = $2 and c.last_id >= $3) then
    insert into id_counters as c (account_id, entity, last_id) values ($1, $2, $3)
    on conflict on constraint id_counters_pkey do update
       set last_id = greatest(c.last_id, excluded.last_id);
  end if;
end
$$;

-- The first of `wanted` consecutive Ids for new rows of an entity type, none of which exists or ever existed: also
-- above rows that were loaded with Ids of their own. The counter stays locked until the caller's transaction
-- ends, so that two callers never get the same; who needs Ids of several types asks in the order of their names,
-- else two callers may wait for each other. Errors: 22023 for an unknown type or a number below 1, 22003 when
-- the Ids of the type are used up.
create function allocate_ids(account_id integer, entity varchar, wanted integer)
returns integer language plpgsql volatile as $$
declare
  last integer;
begin
  if $3 is null or $3 < 1 then
    raise exception 'The number of Ids wanted must be 1 or more, not %', $3
      using errcode = 'invalid_parameter_value';
  end if;
  insert into id_counters (account_id, entity, last_id) values ($1, $2, 0)
  on conflict on constraint id_counters_pkey do nothing;
  select c.last_id into strict last from id_counters c
   where c.account_id = $1 and c.entity = $2 for no key update;
  last := greatest(last, greatest_id($1, $2));
  if last > 2147483647 - $3 then
    raise exception 'Account % has no % Ids left for entity type %: the last is %', $1, $3, $2, last
      using errcode = 'numeric_value_out_of_range';
  end if;
  update id_counters c set last_id = last + $3 where c.account_id = $1 and c.entity = $2;
  return last + 1;
end
$$;

-- R-012: tombstones are kept for 90 days, so callers give an instant 90 days ago. Gives the number of rows deleted.
create function prune_change_log(account_id integer, before timestamptz)
returns bigint language sql volatile as $$
  with pruned as (delete from change_log c where c.account_id = $1 and c.at < $2 returning 1)
  select count(*) from pruned
$$;

-- From here on as src/derive/change-log-ddl.ts wrote it from the model.

create function log_row_change() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and (new.account_id, new.id) = (old.account_id, old.id) then
    perform log_change(new.account_id, tg_argv[0], new.id, 1, null);
    return null;
  end if;
  if tg_op <> 'INSERT' then
    perform retire_id(old.account_id, tg_argv[0], old.id);
    perform log_change(old.account_id, tg_argv[0], old.id, 2, null);
  end if;
  if tg_op <> 'DELETE' then
    perform log_change(new.account_id, tg_argv[0], new.id, 3, null);
  end if;
  return null;
end
$$;

create function log_unit_characteristic_change() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and (new.account_id, new.id) = (old.account_id, old.id) then
    perform log_change(new.account_id, tg_argv[0], new.id, 1, '{"unitId": ' || new.unit_id || ', "characteristicId": ' || new.characteristic_id || '}');
    return null;
  end if;
  if tg_op <> 'INSERT' then
    perform retire_id(old.account_id, tg_argv[0], old.id);
    perform log_change(old.account_id, tg_argv[0], old.id, 2, '{"unitId": ' || old.unit_id || ', "characteristicId": ' || old.characteristic_id || '}');
  end if;
  if tg_op <> 'DELETE' then
    perform log_change(new.account_id, tg_argv[0], new.id, 3, '{"unitId": ' || new.unit_id || ', "characteristicId": ' || new.characteristic_id || '}');
  end if;
  return null;
end
$$;

create function log_tenant_service_change() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and (new.account_id, new.id) = (old.account_id, old.id) then
    perform log_change(new.account_id, tg_argv[0], new.id, 1, '{"tenantId": ' || new.tenant_id || ', "serviceId": ' || new.service_id || '}');
    return null;
  end if;
  if tg_op <> 'INSERT' then
    perform retire_id(old.account_id, tg_argv[0], old.id);
    perform log_change(old.account_id, tg_argv[0], old.id, 2, '{"tenantId": ' || old.tenant_id || ', "serviceId": ' || old.service_id || '}');
  end if;
  if tg_op <> 'DELETE' then
    perform log_change(new.account_id, tg_argv[0], new.id, 3, '{"tenantId": ' || new.tenant_id || ', "serviceId": ' || new.service_id || '}');
  end if;
  return null;
end
$$;

create function log_tenant_parking_change() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and (new.account_id, new.id) = (old.account_id, old.id) then
    perform log_change(new.account_id, tg_argv[0], new.id, 1, '{"tenantId": ' || new.tenant_id || ', "parkingId": ' || new.parking_id || '}');
    return null;
  end if;
  if tg_op <> 'INSERT' then
    perform retire_id(old.account_id, tg_argv[0], old.id);
    perform log_change(old.account_id, tg_argv[0], old.id, 2, '{"tenantId": ' || old.tenant_id || ', "parkingId": ' || old.parking_id || '}');
  end if;
  if tg_op <> 'DELETE' then
    perform log_change(new.account_id, tg_argv[0], new.id, 3, '{"tenantId": ' || new.tenant_id || ', "parkingId": ' || new.parking_id || '}');
  end if;
  return null;
end
$$;

create function log_tenant_storage_change() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and (new.account_id, new.id) = (old.account_id, old.id) then
    perform log_change(new.account_id, tg_argv[0], new.id, 1, '{"tenantId": ' || new.tenant_id || ', "storageId": ' || new.storage_id || '}');
    return null;
  end if;
  if tg_op <> 'INSERT' then
    perform retire_id(old.account_id, tg_argv[0], old.id);
    perform log_change(old.account_id, tg_argv[0], old.id, 2, '{"tenantId": ' || old.tenant_id || ', "storageId": ' || old.storage_id || '}');
  end if;
  if tg_op <> 'DELETE' then
    perform log_change(new.account_id, tg_argv[0], new.id, 3, '{"tenantId": ' || new.tenant_id || ', "storageId": ' || new.storage_id || '}');
  end if;
  return null;
end
$$;

create trigger log_insert after insert on ledger_divisions for each row
  when (current_setting('hapi.change_log', true) is distinct from 'off') execute function log_row_change('LedgerDivision');
create trigger log_update after update on ledger_divisions for each row
  when (old.modified_date <> new.modified_date and current_setting('hapi.change_log', true) is distinct from 'off') execute function log_row_change('LedgerDivision');
create trigger log_delete after delete on ledger_divisions for each row
  execute function log_row_change('LedgerDivision');

create trigger log_insert after insert on companies for each row
  when (current_setting('hapi.change_log', true) is distinct from 'off') execute function log_row_change('Company');
create trigger log_update after update on companies for each row
  when (old.modified_date <> new.modified_date and current_setting('hapi.change_log', true) is distinct from 'off') execute function log_row_change('Company');
create trigger log_delete after delete on companies for each row
  execute function log_row_change('Company');

create trigger log_insert after insert on buildings for each row
  when (current_setting('hapi.change_log', true) is distinct from 'off') execute function log_row_change('Building');
create trigger log_update after update on buildings for each row
  when (old.modified_date <> new.modified_date and current_setting('hapi.change_log', true) is distinct from 'off') execute function log_row_change('Building');
create trigger log_delete after delete on buildings for each row
  execute function log_row_change('Building');

create trigger log_insert after insert on units for each row
  when (current_setting('hapi.change_log', true) is distinct from 'off') execute function log_row_change('Unit');
create trigger log_update after update on units for each row
  when (old.modified_date <> new.modified_date and current_setting('hapi.change_log', true) is distinct from 'off') execute function log_row_change('Unit');
create trigger log_delete after delete on units for each row
  execute function log_row_change('Unit');

create trigger log_insert after insert on characteristics for each row
  when (current_setting('hapi.change_log', true) is distinct from 'off') execute function log_row_change('Characteristic');
create trigger log_update after update on characteristics for each row
  when (old.modified_date <> new.modified_date and current_setting('hapi.change_log', true) is distinct from 'off') execute function log_row_change('Characteristic');
create trigger log_delete after delete on characteristics for each row
  execute function log_row_change('Characteristic');

create trigger log_insert after insert on building_characteristics for each row
  when (current_setting('hapi.change_log', true) is distinct from 'off') execute function log_row_change('BuildingCharacteristic');
create trigger log_update after update on building_characteristics for each row
  when (old.modified_date <> new.modified_date and current_setting('hapi.change_log', true) is distinct from 'off') execute function log_row_change('BuildingCharacteristic');
create trigger log_delete after delete on building_characteristics for each row
  execute function log_row_change('BuildingCharacteristic');

create trigger log_insert after insert on unit_characteristics for each row
  when (current_setting('hapi.change_log', true) is distinct from 'off') execute function log_unit_characteristic_change('UnitCharacteristic');
create trigger log_update after update on unit_characteristics for each row
  when (old.modified_date <> new.modified_date and current_setting('hapi.change_log', true) is distinct from 'off') execute function log_unit_characteristic_change('UnitCharacteristic');
create trigger log_delete after delete on unit_characteristics for each row
  execute function log_unit_characteristic_change('UnitCharacteristic');

create trigger log_insert after insert on unavailable_units for each row
  when (current_setting('hapi.change_log', true) is distinct from 'off') execute function log_row_change('UnavailableUnit');
create trigger log_update after update on unavailable_units for each row
  when (old.modified_date <> new.modified_date and current_setting('hapi.change_log', true) is distinct from 'off') execute function log_row_change('UnavailableUnit');
create trigger log_delete after delete on unavailable_units for each row
  execute function log_row_change('UnavailableUnit');

create trigger log_insert after insert on owners for each row
  when (current_setting('hapi.change_log', true) is distinct from 'off') execute function log_row_change('Owner');
create trigger log_update after update on owners for each row
  when (old.modified_date <> new.modified_date and current_setting('hapi.change_log', true) is distinct from 'off') execute function log_row_change('Owner');
create trigger log_delete after delete on owners for each row
  execute function log_row_change('Owner');

create trigger log_insert after insert on building_owners for each row
  when (current_setting('hapi.change_log', true) is distinct from 'off') execute function log_row_change('BuildingOwner');
create trigger log_update after update on building_owners for each row
  when (old.modified_date <> new.modified_date and current_setting('hapi.change_log', true) is distinct from 'off') execute function log_row_change('BuildingOwner');
create trigger log_delete after delete on building_owners for each row
  execute function log_row_change('BuildingOwner');

create trigger log_insert after insert on employees for each row
  when (current_setting('hapi.change_log', true) is distinct from 'off') execute function log_row_change('Employee');
create trigger log_update after update on employees for each row
  when (old.modified_date <> new.modified_date and current_setting('hapi.change_log', true) is distinct from 'off') execute function log_row_change('Employee');
create trigger log_delete after delete on employees for each row
  execute function log_row_change('Employee');

create trigger log_insert after insert on lookup_codes for each row
  when (current_setting('hapi.change_log', true) is distinct from 'off') execute function log_row_change('LookupCode');
create trigger log_update after update on lookup_codes for each row
  when (old.modified_date <> new.modified_date and current_setting('hapi.change_log', true) is distinct from 'off') execute function log_row_change('LookupCode');
create trigger log_delete after delete on lookup_codes for each row
  execute function log_row_change('LookupCode');

create trigger log_insert after insert on tax_rates for each row
  when (current_setting('hapi.change_log', true) is distinct from 'off') execute function log_row_change('TaxRate');
create trigger log_update after update on tax_rates for each row
  when (old.modified_date <> new.modified_date and current_setting('hapi.change_log', true) is distinct from 'off') execute function log_row_change('TaxRate');
create trigger log_delete after delete on tax_rates for each row
  execute function log_row_change('TaxRate');

create trigger log_insert after insert on tenants for each row
  when (current_setting('hapi.change_log', true) is distinct from 'off') execute function log_row_change('Tenant');
create trigger log_update after update on tenants for each row
  when (old.modified_date <> new.modified_date and current_setting('hapi.change_log', true) is distinct from 'off') execute function log_row_change('Tenant');
create trigger log_delete after delete on tenants for each row
  execute function log_row_change('Tenant');

create trigger log_insert after insert on co_tenants for each row
  when (current_setting('hapi.change_log', true) is distinct from 'off') execute function log_row_change('CoTenant');
create trigger log_update after update on co_tenants for each row
  when (old.modified_date <> new.modified_date and current_setting('hapi.change_log', true) is distinct from 'off') execute function log_row_change('CoTenant');
create trigger log_delete after delete on co_tenants for each row
  execute function log_row_change('CoTenant');

create trigger log_insert after insert on tenant_contacts for each row
  when (current_setting('hapi.change_log', true) is distinct from 'off') execute function log_row_change('TenantContact');
create trigger log_update after update on tenant_contacts for each row
  when (old.modified_date <> new.modified_date and current_setting('hapi.change_log', true) is distinct from 'off') execute function log_row_change('TenantContact');
create trigger log_delete after delete on tenant_contacts for each row
  execute function log_row_change('TenantContact');

create trigger log_insert after insert on leases for each row
  when (current_setting('hapi.change_log', true) is distinct from 'off') execute function log_row_change('Lease');
create trigger log_update after update on leases for each row
  when (old.modified_date <> new.modified_date and current_setting('hapi.change_log', true) is distinct from 'off') execute function log_row_change('Lease');
create trigger log_delete after delete on leases for each row
  execute function log_row_change('Lease');

create trigger log_insert after insert on lease_price_changes for each row
  when (current_setting('hapi.change_log', true) is distinct from 'off') execute function log_row_change('LeasePriceChange');
create trigger log_update after update on lease_price_changes for each row
  when (old.modified_date <> new.modified_date and current_setting('hapi.change_log', true) is distinct from 'off') execute function log_row_change('LeasePriceChange');
create trigger log_delete after delete on lease_price_changes for each row
  execute function log_row_change('LeasePriceChange');

create trigger log_insert after insert on lease_renewals for each row
  when (current_setting('hapi.change_log', true) is distinct from 'off') execute function log_row_change('LeaseRenewal');
create trigger log_update after update on lease_renewals for each row
  when (old.modified_date <> new.modified_date and current_setting('hapi.change_log', true) is distinct from 'off') execute function log_row_change('LeaseRenewal');
create trigger log_delete after delete on lease_renewals for each row
  execute function log_row_change('LeaseRenewal');

create trigger log_insert after insert on services for each row
  when (current_setting('hapi.change_log', true) is distinct from 'off') execute function log_row_change('Service');
create trigger log_update after update on services for each row
  when (old.modified_date <> new.modified_date and current_setting('hapi.change_log', true) is distinct from 'off') execute function log_row_change('Service');
create trigger log_delete after delete on services for each row
  execute function log_row_change('Service');

create trigger log_insert after insert on tenant_services for each row
  when (current_setting('hapi.change_log', true) is distinct from 'off') execute function log_tenant_service_change('TenantService');
create trigger log_update after update on tenant_services for each row
  when (old.modified_date <> new.modified_date and current_setting('hapi.change_log', true) is distinct from 'off') execute function log_tenant_service_change('TenantService');
create trigger log_delete after delete on tenant_services for each row
  execute function log_tenant_service_change('TenantService');

create trigger log_insert after insert on parkings for each row
  when (current_setting('hapi.change_log', true) is distinct from 'off') execute function log_row_change('Parking');
create trigger log_update after update on parkings for each row
  when (old.modified_date <> new.modified_date and current_setting('hapi.change_log', true) is distinct from 'off') execute function log_row_change('Parking');
create trigger log_delete after delete on parkings for each row
  execute function log_row_change('Parking');

create trigger log_insert after insert on tenant_parkings for each row
  when (current_setting('hapi.change_log', true) is distinct from 'off') execute function log_tenant_parking_change('TenantParking');
create trigger log_update after update on tenant_parkings for each row
  when (old.modified_date <> new.modified_date and current_setting('hapi.change_log', true) is distinct from 'off') execute function log_tenant_parking_change('TenantParking');
create trigger log_delete after delete on tenant_parkings for each row
  execute function log_tenant_parking_change('TenantParking');

create trigger log_insert after insert on storages for each row
  when (current_setting('hapi.change_log', true) is distinct from 'off') execute function log_row_change('Storage');
create trigger log_update after update on storages for each row
  when (old.modified_date <> new.modified_date and current_setting('hapi.change_log', true) is distinct from 'off') execute function log_row_change('Storage');
create trigger log_delete after delete on storages for each row
  execute function log_row_change('Storage');

create trigger log_insert after insert on tenant_storages for each row
  when (current_setting('hapi.change_log', true) is distinct from 'off') execute function log_tenant_storage_change('TenantStorage');
create trigger log_update after update on tenant_storages for each row
  when (old.modified_date <> new.modified_date and current_setting('hapi.change_log', true) is distinct from 'off') execute function log_tenant_storage_change('TenantStorage');
create trigger log_delete after delete on tenant_storages for each row
  execute function log_tenant_storage_change('TenantStorage');

create trigger log_insert after insert on inspections for each row
  when (current_setting('hapi.change_log', true) is distinct from 'off') execute function log_row_change('Inspection');
create trigger log_update after update on inspections for each row
  when (old.modified_date <> new.modified_date and current_setting('hapi.change_log', true) is distinct from 'off') execute function log_row_change('Inspection');
create trigger log_delete after delete on inspections for each row
  execute function log_row_change('Inspection');

create trigger log_insert after insert on access_keys for each row
  when (current_setting('hapi.change_log', true) is distinct from 'off') execute function log_row_change('AccessKey');
create trigger log_update after update on access_keys for each row
  when (old.modified_date <> new.modified_date and current_setting('hapi.change_log', true) is distinct from 'off') execute function log_row_change('AccessKey');
create trigger log_delete after delete on access_keys for each row
  execute function log_row_change('AccessKey');

create trigger log_insert after insert on meter_readings for each row
  when (current_setting('hapi.change_log', true) is distinct from 'off') execute function log_row_change('MeterReading');
create trigger log_update after update on meter_readings for each row
  when (old.modified_date <> new.modified_date and current_setting('hapi.change_log', true) is distinct from 'off') execute function log_row_change('MeterReading');
create trigger log_delete after delete on meter_readings for each row
  execute function log_row_change('MeterReading');

create trigger log_insert after insert on prospects for each row
  when (current_setting('hapi.change_log', true) is distinct from 'off') execute function log_row_change('Prospect');
create trigger log_update after update on prospects for each row
  when (old.modified_date <> new.modified_date and current_setting('hapi.change_log', true) is distinct from 'off') execute function log_row_change('Prospect');
create trigger log_delete after delete on prospects for each row
  execute function log_row_change('Prospect');

create trigger log_insert after insert on visits for each row
  when (current_setting('hapi.change_log', true) is distinct from 'off') execute function log_row_change('Visit');
create trigger log_update after update on visits for each row
  when (old.modified_date <> new.modified_date and current_setting('hapi.change_log', true) is distinct from 'off') execute function log_row_change('Visit');
create trigger log_delete after delete on visits for each row
  execute function log_row_change('Visit');

create trigger log_insert after insert on rental_applications for each row
  when (current_setting('hapi.change_log', true) is distinct from 'off') execute function log_row_change('RentalApplication');
create trigger log_update after update on rental_applications for each row
  when (old.modified_date <> new.modified_date and current_setting('hapi.change_log', true) is distinct from 'off') execute function log_row_change('RentalApplication');
create trigger log_delete after delete on rental_applications for each row
  execute function log_row_change('RentalApplication');

create trigger log_insert after insert on receivable_transactions for each row
  when (current_setting('hapi.change_log', true) is distinct from 'off') execute function log_row_change('ReceivableTransaction');
create trigger log_update after update on receivable_transactions for each row
  when (old.modified_date <> new.modified_date and current_setting('hapi.change_log', true) is distinct from 'off') execute function log_row_change('ReceivableTransaction');
create trigger log_delete after delete on receivable_transactions for each row
  execute function log_row_change('ReceivableTransaction');

create trigger log_insert after insert on receivable_allocations for each row
  when (current_setting('hapi.change_log', true) is distinct from 'off') execute function log_row_change('ReceivableAllocation');
create trigger log_update after update on receivable_allocations for each row
  when (old.modified_date <> new.modified_date and current_setting('hapi.change_log', true) is distinct from 'off') execute function log_row_change('ReceivableAllocation');
create trigger log_delete after delete on receivable_allocations for each row
  execute function log_row_change('ReceivableAllocation');

create trigger log_insert after insert on payments for each row
  when (current_setting('hapi.change_log', true) is distinct from 'off') execute function log_row_change('Payment');
create trigger log_update after update on payments for each row
  when (old.modified_date <> new.modified_date and current_setting('hapi.change_log', true) is distinct from 'off') execute function log_row_change('Payment');
create trigger log_delete after delete on payments for each row
  execute function log_row_change('Payment');

create trigger log_insert after insert on preauthorized_debits for each row
  when (current_setting('hapi.change_log', true) is distinct from 'off') execute function log_row_change('PreauthorizedDebit');
create trigger log_update after update on preauthorized_debits for each row
  when (old.modified_date <> new.modified_date and current_setting('hapi.change_log', true) is distinct from 'off') execute function log_row_change('PreauthorizedDebit');
create trigger log_delete after delete on preauthorized_debits for each row
  execute function log_row_change('PreauthorizedDebit');

create trigger log_insert after insert on bank_accounts for each row
  when (current_setting('hapi.change_log', true) is distinct from 'off') execute function log_row_change('BankAccount');
create trigger log_update after update on bank_accounts for each row
  when (old.modified_date <> new.modified_date and current_setting('hapi.change_log', true) is distinct from 'off') execute function log_row_change('BankAccount');
create trigger log_delete after delete on bank_accounts for each row
  execute function log_row_change('BankAccount');

create trigger log_insert after insert on billing_runs for each row
  when (current_setting('hapi.change_log', true) is distinct from 'off') execute function log_row_change('BillingRun');
create trigger log_update after update on billing_runs for each row
  when (old.modified_date <> new.modified_date and current_setting('hapi.change_log', true) is distinct from 'off') execute function log_row_change('BillingRun');
create trigger log_delete after delete on billing_runs for each row
  execute function log_row_change('BillingRun');

create trigger log_insert after insert on late_notices for each row
  when (current_setting('hapi.change_log', true) is distinct from 'off') execute function log_row_change('LateNotice');
create trigger log_update after update on late_notices for each row
  when (old.modified_date <> new.modified_date and current_setting('hapi.change_log', true) is distinct from 'off') execute function log_row_change('LateNotice');
create trigger log_delete after delete on late_notices for each row
  execute function log_row_change('LateNotice');

create trigger log_insert after insert on rl31_slips for each row
  when (current_setting('hapi.change_log', true) is distinct from 'off') execute function log_row_change('Rl31Slip');
create trigger log_update after update on rl31_slips for each row
  when (old.modified_date <> new.modified_date and current_setting('hapi.change_log', true) is distinct from 'off') execute function log_row_change('Rl31Slip');
create trigger log_delete after delete on rl31_slips for each row
  execute function log_row_change('Rl31Slip');

create trigger log_insert after insert on service_call_categories for each row
  when (current_setting('hapi.change_log', true) is distinct from 'off') execute function log_row_change('ServiceCallCategory');
create trigger log_update after update on service_call_categories for each row
  when (old.modified_date <> new.modified_date and current_setting('hapi.change_log', true) is distinct from 'off') execute function log_row_change('ServiceCallCategory');
create trigger log_delete after delete on service_call_categories for each row
  execute function log_row_change('ServiceCallCategory');

create trigger log_insert after insert on service_calls for each row
  when (current_setting('hapi.change_log', true) is distinct from 'off') execute function log_row_change('ServiceCall');
create trigger log_update after update on service_calls for each row
  when (old.modified_date <> new.modified_date and current_setting('hapi.change_log', true) is distinct from 'off') execute function log_row_change('ServiceCall');
create trigger log_delete after delete on service_calls for each row
  execute function log_row_change('ServiceCall');

create trigger log_insert after insert on service_call_details for each row
  when (current_setting('hapi.change_log', true) is distinct from 'off') execute function log_row_change('ServiceCallDetail');
create trigger log_update after update on service_call_details for each row
  when (old.modified_date <> new.modified_date and current_setting('hapi.change_log', true) is distinct from 'off') execute function log_row_change('ServiceCallDetail');
create trigger log_delete after delete on service_call_details for each row
  execute function log_row_change('ServiceCallDetail');

create trigger log_insert after insert on suppliers for each row
  when (current_setting('hapi.change_log', true) is distinct from 'off') execute function log_row_change('Supplier');
create trigger log_update after update on suppliers for each row
  when (old.modified_date <> new.modified_date and current_setting('hapi.change_log', true) is distinct from 'off') execute function log_row_change('Supplier');
create trigger log_delete after delete on suppliers for each row
  execute function log_row_change('Supplier');

create trigger log_insert after insert on invoices for each row
  when (current_setting('hapi.change_log', true) is distinct from 'off') execute function log_row_change('Invoice');
create trigger log_update after update on invoices for each row
  when (old.modified_date <> new.modified_date and current_setting('hapi.change_log', true) is distinct from 'off') execute function log_row_change('Invoice');
create trigger log_delete after delete on invoices for each row
  execute function log_row_change('Invoice');

create trigger log_insert after insert on invoice_lines for each row
  when (current_setting('hapi.change_log', true) is distinct from 'off') execute function log_row_change('InvoiceLine');
create trigger log_update after update on invoice_lines for each row
  when (old.modified_date <> new.modified_date and current_setting('hapi.change_log', true) is distinct from 'off') execute function log_row_change('InvoiceLine');
create trigger log_delete after delete on invoice_lines for each row
  execute function log_row_change('InvoiceLine');

create trigger log_insert after insert on gl_accounts for each row
  when (current_setting('hapi.change_log', true) is distinct from 'off') execute function log_row_change('GlAccount');
create trigger log_update after update on gl_accounts for each row
  when (old.modified_date <> new.modified_date and current_setting('hapi.change_log', true) is distinct from 'off') execute function log_row_change('GlAccount');
create trigger log_delete after delete on gl_accounts for each row
  execute function log_row_change('GlAccount');

create trigger log_insert after insert on gl_entries for each row
  when (current_setting('hapi.change_log', true) is distinct from 'off') execute function log_row_change('GlEntry');
create trigger log_update after update on gl_entries for each row
  when (old.modified_date <> new.modified_date and current_setting('hapi.change_log', true) is distinct from 'off') execute function log_row_change('GlEntry');
create trigger log_delete after delete on gl_entries for each row
  execute function log_row_change('GlEntry');

create trigger log_insert after insert on fiscal_periods for each row
  when (current_setting('hapi.change_log', true) is distinct from 'off') execute function log_row_change('FiscalPeriod');
create trigger log_update after update on fiscal_periods for each row
  when (old.modified_date <> new.modified_date and current_setting('hapi.change_log', true) is distinct from 'off') execute function log_row_change('FiscalPeriod');
create trigger log_delete after delete on fiscal_periods for each row
  execute function log_row_change('FiscalPeriod');

create trigger log_insert after insert on budgets for each row
  when (current_setting('hapi.change_log', true) is distinct from 'off') execute function log_row_change('Budget');
create trigger log_update after update on budgets for each row
  when (old.modified_date <> new.modified_date and current_setting('hapi.change_log', true) is distinct from 'off') execute function log_row_change('Budget');
create trigger log_delete after delete on budgets for each row
  execute function log_row_change('Budget');

create trigger log_insert after insert on financial_statements for each row
  when (current_setting('hapi.change_log', true) is distinct from 'off') execute function log_row_change('FinancialStatement');
create trigger log_update after update on financial_statements for each row
  when (old.modified_date <> new.modified_date and current_setting('hapi.change_log', true) is distinct from 'off') execute function log_row_change('FinancialStatement');
create trigger log_delete after delete on financial_statements for each row
  execute function log_row_change('FinancialStatement');

create trigger log_insert after insert on documents for each row
  when (current_setting('hapi.change_log', true) is distinct from 'off') execute function log_row_change('Document');
create trigger log_update after update on documents for each row
  when (old.modified_date <> new.modified_date and current_setting('hapi.change_log', true) is distinct from 'off') execute function log_row_change('Document');
create trigger log_delete after delete on documents for each row
  execute function log_row_change('Document');

create trigger log_insert after insert on messages for each row
  when (current_setting('hapi.change_log', true) is distinct from 'off') execute function log_row_change('Message');
create trigger log_update after update on messages for each row
  when (old.modified_date <> new.modified_date and current_setting('hapi.change_log', true) is distinct from 'off') execute function log_row_change('Message');
create trigger log_delete after delete on messages for each row
  execute function log_row_change('Message');

create trigger log_insert after insert on notes for each row
  when (current_setting('hapi.change_log', true) is distinct from 'off') execute function log_row_change('Note');
create trigger log_update after update on notes for each row
  when (old.modified_date <> new.modified_date and current_setting('hapi.change_log', true) is distinct from 'off') execute function log_row_change('Note');
create trigger log_delete after delete on notes for each row
  execute function log_row_change('Note');

-- The greatest Id of an account's rows of one entity type; null when there is none.
create function greatest_id(account_id integer, entity varchar)
returns integer language plpgsql volatile as $$
begin
  case $2
  when 'LedgerDivision' then
    return (select max(t.id) from ledger_divisions t where t.account_id = $1);
  when 'Company' then
    return (select max(t.id) from companies t where t.account_id = $1);
  when 'Building' then
    return (select max(t.id) from buildings t where t.account_id = $1);
  when 'Unit' then
    return (select max(t.id) from units t where t.account_id = $1);
  when 'Characteristic' then
    return (select max(t.id) from characteristics t where t.account_id = $1);
  when 'BuildingCharacteristic' then
    return (select max(t.id) from building_characteristics t where t.account_id = $1);
  when 'UnitCharacteristic' then
    return (select max(t.id) from unit_characteristics t where t.account_id = $1);
  when 'UnavailableUnit' then
    return (select max(t.id) from unavailable_units t where t.account_id = $1);
  when 'Owner' then
    return (select max(t.id) from owners t where t.account_id = $1);
  when 'BuildingOwner' then
    return (select max(t.id) from building_owners t where t.account_id = $1);
  when 'Employee' then
    return (select max(t.id) from employees t where t.account_id = $1);
  when 'LookupCode' then
    return (select max(t.id) from lookup_codes t where t.account_id = $1);
  when 'TaxRate' then
    return (select max(t.id) from tax_rates t where t.account_id = $1);
  when 'Tenant' then
    return (select max(t.id) from tenants t where t.account_id = $1);
  when 'CoTenant' then
    return (select max(t.id) from co_tenants t where t.account_id = $1);
  when 'TenantContact' then
    return (select max(t.id) from tenant_contacts t where t.account_id = $1);
  when 'Lease' then
    return (select max(t.id) from leases t where t.account_id = $1);
  when 'LeasePriceChange' then
    return (select max(t.id) from lease_price_changes t where t.account_id = $1);
  when 'LeaseRenewal' then
    return (select max(t.id) from lease_renewals t where t.account_id = $1);
  when 'Service' then
    return (select max(t.id) from services t where t.account_id = $1);
  when 'TenantService' then
    return (select max(t.id) from tenant_services t where t.account_id = $1);
  when 'Parking' then
    return (select max(t.id) from parkings t where t.account_id = $1);
  when 'TenantParking' then
    return (select max(t.id) from tenant_parkings t where t.account_id = $1);
  when 'Storage' then
    return (select max(t.id) from storages t where t.account_id = $1);
  when 'TenantStorage' then
    return (select max(t.id) from tenant_storages t where t.account_id = $1);
  when 'Inspection' then
    return (select max(t.id) from inspections t where t.account_id = $1);
  when 'AccessKey' then
    return (select max(t.id) from access_keys t where t.account_id = $1);
  when 'MeterReading' then
    return (select max(t.id) from meter_readings t where t.account_id = $1);
  when 'Prospect' then
    return (select max(t.id) from prospects t where t.account_id = $1);
  when 'Visit' then
    return (select max(t.id) from visits t where t.account_id = $1);
  when 'RentalApplication' then
    return (select max(t.id) from rental_applications t where t.account_id = $1);
  when 'ReceivableTransaction' then
    return (select max(t.id) from receivable_transactions t where t.account_id = $1);
  when 'ReceivableAllocation' then
    return (select max(t.id) from receivable_allocations t where t.account_id = $1);
  when 'Payment' then
    return (select max(t.id) from payments t where t.account_id = $1);
  when 'PreauthorizedDebit' then
    return (select max(t.id) from preauthorized_debits t where t.account_id = $1);
  when 'BankAccount' then
    return (select max(t.id) from bank_accounts t where t.account_id = $1);
  when 'BillingRun' then
    return (select max(t.id) from billing_runs t where t.account_id = $1);
  when 'LateNotice' then
    return (select max(t.id) from late_notices t where t.account_id = $1);
  when 'Rl31Slip' then
    return (select max(t.id) from rl31_slips t where t.account_id = $1);
  when 'ServiceCallCategory' then
    return (select max(t.id) from service_call_categories t where t.account_id = $1);
  when 'ServiceCall' then
    return (select max(t.id) from service_calls t where t.account_id = $1);
  when 'ServiceCallDetail' then
    return (select max(t.id) from service_call_details t where t.account_id = $1);
  when 'Supplier' then
    return (select max(t.id) from suppliers t where t.account_id = $1);
  when 'Invoice' then
    return (select max(t.id) from invoices t where t.account_id = $1);
  when 'InvoiceLine' then
    return (select max(t.id) from invoice_lines t where t.account_id = $1);
  when 'GlAccount' then
    return (select max(t.id) from gl_accounts t where t.account_id = $1);
  when 'GlEntry' then
    return (select max(t.id) from gl_entries t where t.account_id = $1);
  when 'FiscalPeriod' then
    return (select max(t.id) from fiscal_periods t where t.account_id = $1);
  when 'Budget' then
    return (select max(t.id) from budgets t where t.account_id = $1);
  when 'FinancialStatement' then
    return (select max(t.id) from financial_statements t where t.account_id = $1);
  when 'Document' then
    return (select max(t.id) from documents t where t.account_id = $1);
  when 'Message' then
    return (select max(t.id) from messages t where t.account_id = $1);
  when 'Note' then
    return (select max(t.id) from notes t where t.account_id = $1);
  else
    raise exception 'There is no entity type "%"', $2 using errcode = 'invalid_parameter_value';
  end case;
end
$$;
