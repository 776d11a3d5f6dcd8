-- $search without accents: one text of each row in which words are looked for, and its index.

create extension if not exists unaccent schema public;

-- Text search: without accents and letter case, œ as oe. The rules of unaccent are a file of the server's: stable
-- by its author's mark, and as good as immutable as long as nobody edits it.
create function search_text(parts text[]) returns text language plpgsql immutable parallel safe as $$
begin
  -- A line's end keeps what stands in one part from going on in the next.
  return lower(public.unaccent('public.unaccent', array_to_string(parts, E'\n')) collate public.french);
end
$$;

-- What LIKE takes to find a word or phrase as it is written in search_text: a wide % of the phrase may have become one.
create function search_pattern(term text) returns text language plpgsql immutable strict parallel safe as $$
begin
  return '%' || regexp_replace(public.search_text(array[term]), '([\\%_])', '\\\1', 'g') || '%';
end
$$;

create index ledger_divisions_search_idx on ledger_divisions using gin (search_text(array[name, civic_no_and_street, city, email]::text[]) gin_trgm_ops);
create index companies_search_idx on companies using gin (search_text(array[name, legal_name, civic_no_and_street, city, email]::text[]) gin_trgm_ops);
create index buildings_search_idx on buildings using gin (search_text(array[building_code, name, civic_no_and_street, city, email]::text[]) gin_trgm_ops);
create index units_search_idx on units using gin (search_text(array[unit_code, civic_no_and_street]::text[]) gin_trgm_ops);
create index characteristics_search_idx on characteristics using gin (search_text(array[characteristic_code]::text[]) gin_trgm_ops);
create index building_characteristics_search_idx on building_characteristics using gin (search_text(array[building_code, value]::text[]) gin_trgm_ops);
create index unit_characteristics_search_idx on unit_characteristics using gin (search_text(array[building_code, unit_code, value]::text[]) gin_trgm_ops);
create index unavailable_units_search_idx on unavailable_units using gin (search_text(array[building_code, unit_code, description]::text[]) gin_trgm_ops);
create index owners_search_idx on owners using gin (search_text(array[owner_code, last_name, first_name, civic_no_and_street, city, email]::text[]) gin_trgm_ops);
create index employees_search_idx on employees using gin (search_text(array[employee_code, last_name, first_name, email]::text[]) gin_trgm_ops);
create index lookup_codes_search_idx on lookup_codes using gin (search_text(array[code]::text[]) gin_trgm_ops);
create index tenants_search_idx on tenants using gin (search_text(array[last_name, first_name, email, civic_no_and_street, city]::text[]) gin_trgm_ops);
create index co_tenants_search_idx on co_tenants using gin (search_text(array[last_name, first_name, email]::text[]) gin_trgm_ops);
create index tenant_contacts_search_idx on tenant_contacts using gin (search_text(array[last_name, first_name, email, civic_no_and_street, city]::text[]) gin_trgm_ops);
create index leases_search_idx on leases using gin (search_text(array[building_code, unit_code, lease_no, cancel_reason, external_id, comment]::text[]) gin_trgm_ops);
create index lease_price_changes_search_idx on lease_price_changes using gin (search_text(array[reason]::text[]) gin_trgm_ops);
create index lease_renewals_search_idx on lease_renewals using gin (search_text(array[other_changes, tal_file_no, comment]::text[]) gin_trgm_ops);
create index services_search_idx on services using gin (search_text(array[service_code, gl_account_no]::text[]) gin_trgm_ops);
create index tenant_services_search_idx on tenant_services using gin (search_text(array[service_code, description, last_billed_period, external_id]::text[]) gin_trgm_ops);
create index parkings_search_idx on parkings using gin (search_text(array[parking_code]::text[]) gin_trgm_ops);
create index tenant_parkings_search_idx on tenant_parkings using gin (search_text(array[building_code, parking_code, license_plate, vehicle_make, vehicle_model, vehicle_color, sticker_no, last_billed_period, external_id]::text[]) gin_trgm_ops);
create index storages_search_idx on storages using gin (search_text(array[storage_code]::text[]) gin_trgm_ops);
create index tenant_storages_search_idx on tenant_storages using gin (search_text(array[building_code, storage_code, padlock_no, last_billed_period, external_id]::text[]) gin_trgm_ops);
create index inspections_search_idx on inspections using gin (search_text(array[building_code, unit_code, findings]::text[]) gin_trgm_ops);
create index access_keys_search_idx on access_keys using gin (search_text(array[key_code]::text[]) gin_trgm_ops);
create index meter_readings_search_idx on meter_readings using gin (search_text(array[building_code, unit_code, meter_no]::text[]) gin_trgm_ops);
create index prospects_search_idx on prospects using gin (search_text(array[last_name, first_name, email]::text[]) gin_trgm_ops);
create index visits_search_idx on visits using gin (search_text(array[building_code, unit_code, feedback, external_id]::text[]) gin_trgm_ops);
create index rental_applications_search_idx on rental_applications using gin (search_text(array[building_code, unit_code, decision_reason, external_id, comment]::text[]) gin_trgm_ops);
create index receivable_transactions_search_idx on receivable_transactions using gin (search_text(array[building_code, unit_code]::text[]) gin_trgm_ops);
create index payments_search_idx on payments using gin (search_text(array[reference_no, payer_name, external_system, external_reference, deposit_slip_no, comment]::text[]) gin_trgm_ops);
create index preauthorized_debits_search_idx on preauthorized_debits using gin (search_text(array[institution_no, transit_no, account_no_masked, account_holder_name]::text[]) gin_trgm_ops);
create index bank_accounts_search_idx on bank_accounts using gin (search_text(array[account_code, name]::text[]) gin_trgm_ops);
create index billing_runs_search_idx on billing_runs using gin (search_text(array[period, requested_by, error_message]::text[]) gin_trgm_ops);
create index rl31_slips_search_idx on rl31_slips using gin (search_text(array[slip_no, dwelling_no, recipient_last_name, recipient_first_name]::text[]) gin_trgm_ops);
create index service_call_categories_search_idx on service_call_categories using gin (search_text(array[category_code]::text[]) gin_trgm_ops);
create index service_calls_search_idx on service_calls using gin (search_text(array[building_code, unit_code, title, description, location, requested_by_name, requested_by_phone, requested_by_email, access_notes, on_hold_reason, cancel_reason, resolution, external_id]::text[]) gin_trgm_ops);
create index service_call_details_search_idx on service_call_details using gin (search_text(array[description]::text[]) gin_trgm_ops);
create index suppliers_search_idx on suppliers using gin (search_text(array[supplier_code, name, civic_no_and_street, city, email]::text[]) gin_trgm_ops);
create index invoices_search_idx on invoices using gin (search_text(array[supplier_code, invoice_no, period, description, purchase_order_no, payment_reference, external_system, external_reference]::text[]) gin_trgm_ops);
create index invoice_lines_search_idx on invoice_lines using gin (search_text(array[gl_account_no, building_code, unit_code, description]::text[]) gin_trgm_ops);
create index gl_accounts_search_idx on gl_accounts using gin (search_text(array[account_no]::text[]) gin_trgm_ops);
create index gl_entries_search_idx on gl_entries using gin (search_text(array[account_no]::text[]) gin_trgm_ops);
create index fiscal_periods_search_idx on fiscal_periods using gin (search_text(array[period]::text[]) gin_trgm_ops);
create index budgets_search_idx on budgets using gin (search_text(array[version]::text[]) gin_trgm_ops);
create index financial_statements_search_idx on financial_statements using gin (search_text(array[building_code, account_no]::text[]) gin_trgm_ops);
create index documents_search_idx on documents using gin (search_text(array[title, file_name, content_type, sha256, description, external_id]::text[]) gin_trgm_ops);
create index messages_search_idx on messages using gin (search_text(array[subject, body, external_id]::text[]) gin_trgm_ops);
create index notes_search_idx on notes using gin (search_text(array[subject, body, author_name]::text[]) gin_trgm_ops);
