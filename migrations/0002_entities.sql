-- The tables of the entity model, as src/derive/table-ddl.ts wrote them from it.

-- The clock of the rows: a session that loads or replays dated data may set hapi.clock to an instant.
create function hapi_clock() returns timestamptz language sql volatile parallel safe as $$
  select date_trunc('milliseconds', coalesce(nullif(current_setting('hapi.clock', true), '')::timestamptz, clock_timestamp()))
$$;

-- R-017: modified_date changes with every visible change, never otherwise, and never decreases. Two changes
-- within a millisecond differ too, so that a reader who kept the first instant sees the second.
create function keep_modified_date() returns trigger language plpgsql as $$
begin
  new.modified_date := old.modified_date;
  if new is distinct from old then
    new.modified_date := greatest(hapi_clock(), old.modified_date + interval '1 millisecond');
  end if;
  return new;
end
$$;

create table ledger_divisions (
  account_id integer not null,
  id integer not null,
  company_no integer not null,
  division_no integer not null,
  company_id integer not null,
  name character varying(60) collate french not null,
  company_name character varying(60) collate french not null,
  division_type character varying(1) collate french not null default 'P',
  civic_no_and_street character varying(80) collate french,
  city character varying(50) collate french,
  province character varying(2) collate french default 'QC',
  postal_code character varying(7) collate french,
  country character varying(2) collate french default 'CA',
  phone character varying(20) collate french,
  email character varying(100) collate french,
  gst_no character varying(20) collate french,
  qst_no character varying(20) collate french,
  manager_employee_id integer,
  default_payment_day integer not null default 1,
  minimum_rental_days integer not null default 30,
  nsf_fee_amount numeric(12,2) not null default 25,
  late_notice_days1 integer not null default 5,
  late_notice_days2 integer not null default 12,
  late_notice_days3 integer not null default 22,
  late_notice_minimum_amount numeric(12,2) not null default 25,
  pad_suspension_count integer not null default 2,
  rent_service_id integer,
  nsf_service_id integer,
  receivable_gl_account_id integer,
  payable_gl_account_id integer,
  bank_gl_account_id integer,
  gst_collected_gl_account_id integer,
  qst_collected_gl_account_id integer,
  gst_paid_gl_account_id integer,
  qst_paid_gl_account_id integer,
  is_active boolean not null default true,
  created_date timestamp(3) with time zone not null default hapi_clock(),
  modified_date timestamp(3) with time zone not null default hapi_clock(),
  constraint ledger_divisions_pkey primary key (account_id, id),
  constraint ledger_divisions_company_no_division_no_key unique (account_id, company_no, division_no),
  constraint ledger_divisions_division_no_range_check check (division_no >= 1),
  constraint ledger_divisions_division_type_code_check check (division_type in ('P', 'G', 'S')),
  constraint ledger_divisions_default_payment_day_range_check check (default_payment_day >= 1 and default_payment_day <= 28),
  constraint ledger_divisions_minimum_rental_days_range_check check (minimum_rental_days >= 1),
  constraint ledger_divisions_nsf_fee_amount_range_check check (nsf_fee_amount >= 0),
  constraint ledger_divisions_late_notice_days1_range_check check (late_notice_days1 >= 1),
  constraint ledger_divisions_late_notice_days2_range_check check (late_notice_days2 >= 1),
  constraint ledger_divisions_late_notice_days3_range_check check (late_notice_days3 >= 1),
  constraint ledger_divisions_late_notice_minimum_amount_range_check check (late_notice_minimum_amount >= 0),
  constraint ledger_divisions_pad_suspension_count_range_check check (pad_suspension_count >= 1)
);
comment on table ledger_divisions is 'Accounting division of a company; it partitions buildings, tenants and numbering.';

create table companies (
  account_id integer not null,
  id integer not null,
  company_no integer not null,
  name character varying(60) collate french not null,
  legal_name character varying(100) collate french,
  neq character varying(10) collate french,
  gst_no character varying(20) collate french,
  qst_no character varying(20) collate french,
  civic_no_and_street character varying(80) collate french,
  city character varying(50) collate french,
  province character varying(2) collate french default 'QC',
  postal_code character varying(7) collate french,
  country character varying(2) collate french default 'CA',
  phone character varying(20) collate french,
  email character varying(100) collate french,
  website character varying(150) collate french,
  fiscal_year_end_month integer not null default 12,
  fiscal_year_end_day integer not null default 31,
  language character varying(1) collate french not null default 'F',
  is_active boolean not null default true,
  created_date timestamp(3) with time zone not null default hapi_clock(),
  modified_date timestamp(3) with time zone not null default hapi_clock(),
  constraint companies_pkey primary key (account_id, id),
  constraint companies_company_no_key unique (account_id, company_no),
  constraint companies_company_no_range_check check (company_no >= 1),
  constraint companies_fiscal_year_end_month_range_check check (fiscal_year_end_month >= 1 and fiscal_year_end_month <= 12),
  constraint companies_fiscal_year_end_day_range_check check (fiscal_year_end_day >= 1 and fiscal_year_end_day <= 31),
  constraint companies_language_code_check check (language in ('F', 'A'))
);
comment on table companies is 'Legal entity that owns or manages divisions.';

create table buildings (
  account_id integer not null,
  company_no integer not null,
  division_no integer not null,
  building_code character varying(10) collate french not null,
  name character varying(60) collate french not null,
  civic_no_and_street character varying(80) collate french not null,
  city character varying(50) collate french not null,
  province character varying(2) collate french not null default 'QC',
  postal_code character varying(7) collate french,
  country character varying(2) collate french not null default 'CA',
  id integer not null,
  ledger_division_id integer not null,
  sector character varying(30) collate french,
  latitude numeric(9,6),
  longitude numeric(9,6),
  building_type character varying(3) collate french not null default 'RES',
  construction_year integer,
  ready_for_use_date date,
  acquisition_date date,
  management_start_date date,
  management_end_date date,
  number_of_floors integer,
  number_of_units integer not null,
  number_of_parkings integer not null,
  number_of_storages integer not null,
  lot_no character varying(40) collate french,
  assessment_roll_no character varying(30) collate french,
  municipal_assessment numeric(12,2),
  land_area numeric(10,2),
  gross_area numeric(10,2),
  area_unit character varying(1) collate french not null default 'P',
  heating_type character varying(2) collate french,
  heating_energy character varying(1) collate french,
  hot_water_energy character varying(1) collate french,
  has_elevator boolean not null default false,
  has_intercom boolean not null default false,
  has_cameras boolean not null default false,
  has_sprinklers boolean not null default false,
  has_generator boolean not null default false,
  has_laundry_room boolean not null default false,
  has_gym boolean not null default false,
  has_pool boolean not null default false,
  has_roof_terrace boolean not null default false,
  has_bike_storage boolean not null default false,
  has_charging_stations boolean not null default false,
  is_accessible boolean not null default false,
  is_smoke_free boolean not null default false,
  pet_policy character varying(1) collate french,
  is_senior_residence boolean not null default false,
  is_low_rental boolean not null default false,
  description_fr character varying(2000) collate french,
  description_en character varying(2000) collate french,
  website character varying(150) collate french,
  office_phone character varying(20) collate french,
  emergency_phone character varying(20) collate french,
  email character varying(100) collate french,
  manager_employee_id integer,
  superintendent_employee_id integer,
  bank_account_id integer,
  comment character varying(500) collate french,
  is_active boolean not null default true,
  created_date timestamp(3) with time zone not null default hapi_clock(),
  modified_date timestamp(3) with time zone not null default hapi_clock(),
  constraint buildings_pkey primary key (account_id, id),
  constraint buildings_ledger_division_id_building_code_key unique (account_id, ledger_division_id, building_code),
  constraint buildings_company_no_division_no_building_code_key unique (account_id, company_no, division_no, building_code),
  constraint buildings_building_code_code_check check (building_code = upper(btrim(building_code))),
  constraint buildings_latitude_range_check check (latitude >= -90 and latitude <= 90),
  constraint buildings_longitude_range_check check (longitude >= -180 and longitude <= 180),
  constraint buildings_building_type_code_check check (building_type in ('RES', 'COM', 'MIX', 'RPA', 'COP', 'COO', 'HLM', 'STA')),
  constraint buildings_construction_year_range_check check (construction_year >= 1600),
  constraint buildings_number_of_floors_range_check check (number_of_floors >= 0),
  constraint buildings_municipal_assessment_range_check check (municipal_assessment >= 0),
  constraint buildings_land_area_range_check check (land_area >= 0),
  constraint buildings_gross_area_range_check check (gross_area >= 0),
  constraint buildings_area_unit_code_check check (area_unit in ('P', 'M')),
  constraint buildings_heating_type_code_check check (heating_type in ('PL', 'AC', 'EC', 'TP', 'RA')),
  constraint buildings_heating_energy_code_check check (heating_energy in ('E', 'G', 'M', 'B', 'T')),
  constraint buildings_hot_water_energy_code_check check (hot_water_energy in ('E', 'G', 'M', 'B', 'T')),
  constraint buildings_pet_policy_code_check check (pet_policy in ('N', 'C', 'P', 'O'))
);
comment on table buildings is 'Managed building at an address, grouping units, parking spaces and storage spaces.';

create table units (
  account_id integer not null,
  company_no integer not null,
  division_no integer not null,
  building_code character varying(10) collate french not null,
  unit_code character varying(10) collate french not null,
  occupancy_status character varying(2) collate french not null,
  housing_type character varying(2) collate french,
  number_of_rooms numeric(4,1),
  id integer not null,
  building_id integer not null,
  usage_type character varying(1) collate french not null default 'R',
  civic_no_and_street character varying(80) collate french,
  door_no character varying(10) collate french,
  floor integer,
  number_of_bedrooms integer,
  number_of_bathrooms numeric(3,1),
  area numeric(9,2),
  area_unit character varying(1) collate french not null default 'P',
  asking_rent numeric(12,2),
  market_rent numeric(12,2),
  current_rent numeric(12,2),
  lowest_rent_last12_months numeric(12,2),
  is_rentable boolean not null default true,
  is_listed boolean not null default false,
  listing_title_fr character varying(100) collate french,
  listing_title_en character varying(100) collate french,
  listing_description_fr character varying(4000) collate french,
  listing_description_en character varying(4000) collate french,
  virtual_tour_url character varying(250) collate french,
  available_date date,
  next_lease_start_date date,
  is_reserved boolean not null,
  reserved_until date,
  current_lease_id integer,
  current_tenant_id integer,
  is_furnished boolean not null default false,
  heating_included boolean not null default false,
  hot_water_included boolean not null default false,
  electricity_included boolean not null default false,
  internet_included boolean not null default false,
  appliances_included boolean not null default false,
  has_air_conditioning boolean not null default false,
  has_washer_dryer_hookup boolean not null default false,
  has_dishwasher_hookup boolean not null default false,
  has_balcony boolean not null default false,
  has_fireplace boolean not null default false,
  is_accessible boolean not null default false,
  is_smoke_free boolean not null default false,
  pet_policy character varying(1) collate french,
  is_room boolean not null default false,
  meter_no character varying(20) collate french,
  water_heater_year integer,
  smoke_detector_date date,
  last_renovation_date date,
  rl31_dwelling_no character varying(20) collate french,
  owner_id integer,
  co_ownership_share numeric(7,4),
  comment character varying(500) collate french,
  is_active boolean not null default true,
  created_date timestamp(3) with time zone not null default hapi_clock(),
  modified_date timestamp(3) with time zone not null default hapi_clock(),
  constraint units_pkey primary key (account_id, id),
  constraint units_building_id_unit_code_key unique (account_id, building_id, unit_code),
  constraint units_company_no_division_no_building_code_unit_code_key unique (account_id, company_no, division_no, building_code, unit_code),
  constraint units_building_code_code_check check (building_code = upper(btrim(building_code))),
  constraint units_unit_code_code_check check (unit_code = upper(btrim(unit_code))),
  constraint units_occupancy_status_code_check check (occupancy_status in ('V', 'L', 'N', 'A')),
  constraint units_housing_type_code_check check (housing_type in ('ST', 'AP', 'LO', 'CH', 'CO', 'MV', 'MU', 'PH', 'CM', 'BU', 'EN', 'TE')),
  constraint units_number_of_rooms_range_check check (number_of_rooms >= 0),
  constraint units_usage_type_code_check check (usage_type in ('R', 'A', 'C', 'I')),
  constraint units_number_of_bedrooms_range_check check (number_of_bedrooms >= 0),
  constraint units_number_of_bathrooms_range_check check (number_of_bathrooms >= 0),
  constraint units_area_range_check check (area >= 0),
  constraint units_area_unit_code_check check (area_unit in ('P', 'M')),
  constraint units_asking_rent_range_check check (asking_rent >= 0),
  constraint units_market_rent_range_check check (market_rent >= 0),
  constraint units_pet_policy_code_check check (pet_policy in ('N', 'C', 'P', 'O')),
  constraint units_water_heater_year_range_check check (water_heater_year >= 1950),
  constraint units_co_ownership_share_range_check check (co_ownership_share >= 0 and co_ownership_share <= 100)
);
comment on table units is 'Rentable dwelling or premises of a building.';

create table characteristics (
  account_id integer not null,
  id integer not null,
  characteristic_code character varying(10) collate french not null,
  name_fr character varying(60) collate french not null,
  name_en character varying(60) collate french not null,
  scope character varying(1) collate french not null default 'X',
  category character varying(2) collate french not null default 'CO',
  value_type character varying(1) collate french not null default 'B',
  sort_order integer not null default 0,
  is_active boolean not null default true,
  created_date timestamp(3) with time zone not null default hapi_clock(),
  modified_date timestamp(3) with time zone not null default hapi_clock(),
  constraint characteristics_pkey primary key (account_id, id),
  constraint characteristics_characteristic_code_key unique (account_id, characteristic_code),
  constraint characteristics_characteristic_code_code_check check (characteristic_code = upper(btrim(characteristic_code))),
  constraint characteristics_scope_code_check check (scope in ('I', 'U', 'X')),
  constraint characteristics_category_code_check check (category in ('EQ', 'CO', 'SE', 'AC', 'EX', 'SV')),
  constraint characteristics_value_type_code_check check (value_type in ('B', 'N', 'T'))
);
comment on table characteristics is 'Catalogue of building and unit characteristics.';

create table building_characteristics (
  account_id integer not null,
  id integer not null,
  company_no integer not null,
  division_no integer not null,
  building_code character varying(10) collate french not null,
  building_id integer not null,
  characteristic_id integer not null,
  value character varying(100) collate french,
  created_date timestamp(3) with time zone not null default hapi_clock(),
  modified_date timestamp(3) with time zone not null default hapi_clock(),
  constraint building_characteristics_pkey primary key (account_id, id),
  constraint building_characteristics_building_id_characteristic_id_key unique (account_id, building_id, characteristic_id),
  constraint building_characteristics_building_code_code_check check (building_code = upper(btrim(building_code)))
);
comment on table building_characteristics is 'Value of a characteristic of the building.';

create table unit_characteristics (
  account_id integer not null,
  id integer not null,
  company_no integer not null,
  division_no integer not null,
  building_code character varying(10) collate french not null,
  unit_code character varying(10) collate french not null,
  unit_id integer not null,
  characteristic_id integer not null,
  value character varying(100) collate french,
  created_date timestamp(3) with time zone not null default hapi_clock(),
  modified_date timestamp(3) with time zone not null default hapi_clock(),
  constraint unit_characteristics_pkey primary key (account_id, id),
  constraint unit_characteristics_unit_id_characteristic_id_key unique (account_id, unit_id, characteristic_id),
  constraint unit_characteristics_building_code_code_check check (building_code = upper(btrim(building_code))),
  constraint unit_characteristics_unit_code_code_check check (unit_code = upper(btrim(unit_code)))
);
comment on table unit_characteristics is 'Value of a characteristic of the unit.';

create table unavailable_units (
  account_id integer not null,
  id integer not null,
  company_no integer not null,
  division_no integer not null,
  building_code character varying(10) collate french not null,
  unit_code character varying(10) collate french not null,
  unit_id integer not null,
  start_date date not null,
  end_date date,
  reason_code character varying(1) collate french not null default 'R',
  description character varying(250) collate french,
  created_date timestamp(3) with time zone not null default hapi_clock(),
  modified_date timestamp(3) with time zone not null default hapi_clock(),
  constraint unavailable_units_pkey primary key (account_id, id),
  constraint unavailable_units_building_code_code_check check (building_code = upper(btrim(building_code))),
  constraint unavailable_units_unit_code_code_check check (unit_code = upper(btrim(unit_code))),
  constraint unavailable_units_reason_code_code_check check (reason_code in ('R', 'S', 'T', 'I', 'V', 'P', 'X'))
);
comment on table unavailable_units is 'Period during which a unit is not available for rent.';

create table owners (
  account_id integer not null,
  id integer not null,
  owner_code character varying(10) collate french not null,
  company_no integer not null,
  company_id integer not null,
  owner_type character varying(1) collate french not null default 'P',
  last_name character varying(100) collate french not null,
  first_name character varying(50) collate french,
  civic_no_and_street character varying(80) collate french,
  city character varying(50) collate french,
  province character varying(2) collate french default 'QC',
  postal_code character varying(7) collate french,
  country character varying(2) collate french default 'CA',
  phone character varying(20) collate french,
  email character varying(100) collate french,
  language character varying(1) collate french not null default 'F',
  gst_no character varying(20) collate french,
  qst_no character varying(20) collate french,
  management_fee_percent numeric(6,3),
  statement_frequency character varying(1) collate french not null default 'M',
  comment character varying(500) collate french,
  is_active boolean not null default true,
  created_date timestamp(3) with time zone not null default hapi_clock(),
  modified_date timestamp(3) with time zone not null default hapi_clock(),
  constraint owners_pkey primary key (account_id, id),
  constraint owners_company_id_owner_code_key unique (account_id, company_id, owner_code),
  constraint owners_company_no_owner_code_key unique (account_id, company_no, owner_code),
  constraint owners_owner_code_code_check check (owner_code = upper(btrim(owner_code))),
  constraint owners_owner_type_code_check check (owner_type in ('P', 'S')),
  constraint owners_language_code_check check (language in ('F', 'A')),
  constraint owners_management_fee_percent_range_check check (management_fee_percent >= 0 and management_fee_percent <= 100),
  constraint owners_statement_frequency_code_check check (statement_frequency in ('M', 'T', 'A', 'U'))
);
comment on table owners is 'Owner of managed buildings or co-owner of a unit.';

create table building_owners (
  account_id integer not null,
  id integer not null,
  company_no integer not null,
  division_no integer not null,
  building_code character varying(10) collate french not null,
  building_id integer not null,
  owner_id integer not null,
  share_percent numeric(7,4) not null,
  start_date date not null,
  end_date date,
  created_date timestamp(3) with time zone not null default hapi_clock(),
  modified_date timestamp(3) with time zone not null default hapi_clock(),
  constraint building_owners_pkey primary key (account_id, id),
  constraint building_owners_building_id_owner_id_start_date_key unique (account_id, building_id, owner_id, start_date),
  constraint building_owners_building_code_code_check check (building_code = upper(btrim(building_code))),
  constraint building_owners_share_percent_range_check check (share_percent >= 0.0001 and share_percent <= 100)
);
comment on table building_owners is 'Share of an owner in a building for a period.';

create table employees (
  account_id integer not null,
  id integer not null,
  employee_code character varying(10) collate french not null,
  last_name character varying(50) collate french not null,
  first_name character varying(50) collate french not null,
  role character varying(1) collate french not null default 'G',
  is_technician boolean not null default false,
  phone character varying(20) collate french,
  mobile_phone character varying(20) collate french,
  email character varying(100) collate french,
  hourly_rate numeric(12,2),
  language character varying(1) collate french not null default 'F',
  is_active boolean not null default true,
  created_date timestamp(3) with time zone not null default hapi_clock(),
  modified_date timestamp(3) with time zone not null default hapi_clock(),
  constraint employees_pkey primary key (account_id, id),
  constraint employees_employee_code_key unique (account_id, employee_code),
  constraint employees_employee_code_code_check check (employee_code = upper(btrim(employee_code))),
  constraint employees_role_code_check check (role in ('G', 'C', 'T', 'L', 'P', 'A')),
  constraint employees_hourly_rate_range_check check (hourly_rate >= 0),
  constraint employees_language_code_check check (language in ('F', 'A'))
);
comment on table employees is 'Manager, superintendent, technician or leasing agent.';

create table lookup_codes (
  account_id integer not null,
  id integer not null,
  category character varying(40) collate french not null,
  code character varying(10) collate french not null,
  name_fr character varying(100) collate french not null,
  name_en character varying(100) collate french not null,
  is_system boolean not null default false,
  sort_order integer not null default 0,
  is_active boolean not null default true,
  created_date timestamp(3) with time zone not null default hapi_clock(),
  modified_date timestamp(3) with time zone not null default hapi_clock(),
  constraint lookup_codes_pkey primary key (account_id, id),
  constraint lookup_codes_category_code_key unique (account_id, category, code),
  constraint lookup_codes_code_code_check check (code = upper(btrim(code)))
);
comment on table lookup_codes is 'French and English labels of every code of the model and of client-specific lists.';

create table tax_rates (
  account_id integer not null,
  id integer not null,
  tax_code character varying(3) collate french not null,
  rate_percent numeric(7,4) not null,
  start_date date not null,
  end_date date,
  created_date timestamp(3) with time zone not null default hapi_clock(),
  modified_date timestamp(3) with time zone not null default hapi_clock(),
  constraint tax_rates_pkey primary key (account_id, id),
  constraint tax_rates_tax_code_start_date_key unique (account_id, tax_code, start_date),
  constraint tax_rates_tax_code_code_check check (tax_code in ('TPS', 'TVQ')),
  constraint tax_rates_rate_percent_range_check check (rate_percent >= 0 and rate_percent <= 100)
);
comment on table tax_rates is 'GST or QST rate in force for a period.';

create table tenants (
  account_id integer not null,
  company_no integer not null,
  division_no integer not null,
  tenant_type character varying(1) collate french not null default 'D',
  tenant_no numeric(9,1) not null,
  building_code character varying(10) collate french,
  unit_code character varying(10) collate french,
  last_name character varying(100) collate french not null,
  first_name character varying(50) collate french,
  id integer not null,
  ledger_division_id integer not null,
  unit_id integer,
  is_company boolean not null default false,
  neq character varying(10) collate french,
  salutation character varying(3) collate french,
  birth_date date,
  language character varying(1) collate french not null default 'F',
  phone character varying(20) collate french,
  mobile_phone character varying(20) collate french,
  work_phone character varying(20) collate french,
  email character varying(100) collate french,
  email2 character varying(100) collate french,
  preferred_contact_method character varying(1) collate french,
  email_consent boolean not null default false,
  sms_consent boolean not null default false,
  civic_no_and_street character varying(80) collate french,
  city character varying(50) collate french,
  province character varying(2) collate french,
  postal_code character varying(7) collate french,
  country character varying(2) collate french,
  forwarding_street character varying(80) collate french,
  forwarding_city character varying(50) collate french,
  forwarding_province character varying(2) collate french,
  forwarding_postal_code character varying(7) collate french,
  status character varying(1) collate french not null,
  move_in_date date,
  departure_date date,
  departure_reason character varying(1) collate french,
  departure_notice_date date,
  number_of_occupants integer,
  has_pets boolean not null default false,
  insurance_company character varying(60) collate french,
  insurance_policy_no character varying(30) collate french,
  insurance_expiry_date date,
  payment_method character varying(3) collate french,
  is_late_notice_excluded boolean not null default false,
  late_notice_level integer not null,
  nsf_count integer not null,
  balance numeric(12,2) not null,
  balance_due numeric(12,2) not null,
  last_payment_date date,
  last_payment_amount numeric(12,2),
  current_lease_id integer,
  portal_access boolean not null default false,
  external_id character varying(50) collate french,
  comment character varying(1000) collate french,
  created_date timestamp(3) with time zone not null default hapi_clock(),
  modified_date timestamp(3) with time zone not null default hapi_clock(),
  constraint tenants_pkey primary key (account_id, id),
  constraint tenants_ledger_division_id_tenant_type_tenant_no_key unique (account_id, ledger_division_id, tenant_type, tenant_no),
  constraint tenants_ledger_division_id_external_id_key unique (account_id, ledger_division_id, external_id),
  constraint tenants_company_no_division_no_tenant_type_tenant_no_key unique (account_id, company_no, division_no, tenant_type, tenant_no),
  constraint tenants_tenant_type_code_check check (tenant_type in ('D', 'A', 'C', 'S', 'X')),
  constraint tenants_building_code_code_check check (building_code = upper(btrim(building_code))),
  constraint tenants_unit_code_code_check check (unit_code = upper(btrim(unit_code))),
  constraint tenants_salutation_code_check check (salutation in ('M', 'MME', 'X')),
  constraint tenants_language_code_check check (language in ('F', 'A')),
  constraint tenants_preferred_contact_method_code_check check (preferred_contact_method in ('C', 'T', 'S', 'P', 'L')),
  constraint tenants_status_code_check check (status in ('F', 'A', 'P', 'N')),
  constraint tenants_departure_reason_code_check check (departure_reason in ('F', 'N', 'E', 'C', 'T', 'L', 'D', 'G', 'R', 'X')),
  constraint tenants_number_of_occupants_range_check check (number_of_occupants >= 0),
  constraint tenants_payment_method_code_check check (payment_method in ('CHQ', 'PPA', 'INT', 'VIR', 'CRD', 'CPT', 'MDT'))
);
comment on table tenants is 'Tenant account (lessee or other debtor) of a company-division; it carries the departure date.';

create table co_tenants (
  account_id integer not null,
  id integer not null,
  company_no integer not null,
  division_no integer not null,
  tenant_type character varying(1) collate french not null,
  tenant_no numeric(9,1) not null,
  tenant_id integer not null,
  role character varying(1) collate french not null default 'C',
  last_name character varying(100) collate french not null,
  first_name character varying(50) collate french not null,
  language character varying(1) collate french not null default 'F',
  phone character varying(20) collate french,
  email character varying(100) collate french,
  birth_date date,
  start_date date not null,
  end_date date,
  receives_rl31 boolean not null default true,
  portal_access boolean not null default false,
  created_date timestamp(3) with time zone not null default hapi_clock(),
  modified_date timestamp(3) with time zone not null default hapi_clock(),
  constraint co_tenants_pkey primary key (account_id, id),
  constraint co_tenants_tenant_type_code_check check (tenant_type in ('D', 'A', 'C', 'S', 'X')),
  constraint co_tenants_role_code_check check (role in ('C', 'O', 'S')),
  constraint co_tenants_language_code_check check (language in ('F', 'A'))
);
comment on table co_tenants is 'Person attached to a tenant account: co-tenant, occupant or subtenant.';

create table tenant_contacts (
  account_id integer not null,
  id integer not null,
  company_no integer not null,
  division_no integer not null,
  tenant_type character varying(1) collate french not null,
  tenant_no numeric(9,1) not null,
  tenant_id integer not null,
  contact_type character varying(1) collate french not null default 'U',
  last_name character varying(100) collate french not null,
  first_name character varying(50) collate french,
  relationship character varying(30) collate french,
  phone character varying(20) collate french,
  mobile_phone character varying(20) collate french,
  email character varying(100) collate french,
  civic_no_and_street character varying(80) collate french,
  city character varying(50) collate french,
  postal_code character varying(7) collate french,
  guarantee_amount numeric(12,2),
  guarantee_end_date date,
  priority integer not null default 1,
  created_date timestamp(3) with time zone not null default hapi_clock(),
  modified_date timestamp(3) with time zone not null default hapi_clock(),
  constraint tenant_contacts_pkey primary key (account_id, id),
  constraint tenant_contacts_tenant_type_code_check check (tenant_type in ('D', 'A', 'C', 'S', 'X')),
  constraint tenant_contacts_contact_type_code_check check (contact_type in ('U', 'G', 'R', 'P')),
  constraint tenant_contacts_guarantee_amount_range_check check (guarantee_amount >= 0),
  constraint tenant_contacts_priority_range_check check (priority >= 1)
);
comment on table tenant_contacts is 'Guarantor, emergency contact, representative or relative of a tenant.';

create table leases (
  account_id integer not null,
  id integer not null,
  company_no integer not null,
  division_no integer not null,
  building_code character varying(10) collate french not null,
  unit_code character varying(10) collate french not null,
  tenant_type character varying(1) collate french not null,
  tenant_no numeric(9,1) not null,
  lease_no character varying(20) collate french not null,
  ledger_division_id integer not null,
  unit_id integer not null,
  tenant_id integer not null,
  lease_category character varying(1) collate french not null default 'R',
  lease_type character varying(1) collate french not null default 'F',
  status character varying(1) collate french not null,
  start_date date not null,
  end_date date,
  term_start_date date not null,
  term_months integer,
  is_renewable boolean not null default true,
  held_through_date date,
  payment_day integer not null default 1,
  initial_rent_amount numeric(12,2) not null,
  rent_amount numeric(12,2) not null,
  rent_effective_date date not null,
  tax_mode character varying(1) collate french not null default 'B',
  net_lease_type character varying(1) collate french,
  deposit_amount numeric(12,2),
  signed_date date,
  copy_delivered_date date,
  by_laws_delivered_date date,
  notice_new_lessee_rent numeric(12,2),
  is_section_f boolean not null default false,
  section_fmaximum_rent numeric(12,2),
  heating_included boolean not null default false,
  hot_water_included boolean not null default false,
  electricity_included boolean not null default false,
  pets_allowed boolean not null default false,
  smoking_allowed boolean not null default false,
  renewal_count integer not null,
  notice_window_start date,
  notice_window_end date,
  cancelled_date date,
  cancel_reason character varying(200) collate french,
  assigned_from_lease_id integer,
  rental_application_id integer,
  external_id character varying(50) collate french,
  comment character varying(1000) collate french,
  created_date timestamp(3) with time zone not null default hapi_clock(),
  modified_date timestamp(3) with time zone not null default hapi_clock(),
  constraint leases_pkey primary key (account_id, id),
  constraint leases_ledger_division_id_lease_no_key unique (account_id, ledger_division_id, lease_no),
  constraint leases_ledger_division_id_external_id_key unique (account_id, ledger_division_id, external_id),
  constraint leases_company_no_division_no_lease_no_key unique (account_id, company_no, division_no, lease_no),
  constraint leases_building_code_code_check check (building_code = upper(btrim(building_code))),
  constraint leases_unit_code_code_check check (unit_code = upper(btrim(unit_code))),
  constraint leases_tenant_type_code_check check (tenant_type in ('D', 'A', 'C', 'S', 'X')),
  constraint leases_lease_category_code_check check (lease_category in ('R', 'C')),
  constraint leases_lease_type_code_check check (lease_type in ('F', 'I')),
  constraint leases_status_code_check check (status in ('P', 'S', 'A', 'T', 'X')),
  constraint leases_payment_day_range_check check (payment_day >= 1 and payment_day <= 28),
  constraint leases_rent_amount_range_check check (rent_amount >= 0),
  constraint leases_tax_mode_code_check check (tax_mode in ('E', 'T', 'B', 'S')),
  constraint leases_net_lease_type_code_check check (net_lease_type in ('B', 'S', 'N')),
  constraint leases_deposit_amount_range_check check (deposit_amount >= 0),
  constraint leases_notice_new_lessee_rent_range_check check (notice_new_lessee_rent >= 0),
  constraint leases_section_fmaximum_rent_range_check check (section_fmaximum_rent >= 0)
);
comment on table leases is 'Lease of a unit; one row covers the successive terms, a renewal moves the end date forward.';

create table lease_price_changes (
  account_id integer not null,
  id integer not null,
  lease_id integer not null,
  company_no integer not null,
  division_no integer not null,
  tenant_type character varying(1) collate french not null,
  tenant_no numeric(9,1) not null,
  effective_date date not null,
  new_amount numeric(12,2) not null,
  previous_amount numeric(12,2),
  change_type character varying(1) collate french not null default 'C',
  reason character varying(200) collate french,
  status character varying(1) collate french not null default 'P',
  activated_date timestamp(3) with time zone,
  billing_run_id integer,
  lease_renewal_id integer,
  created_date timestamp(3) with time zone not null default hapi_clock(),
  modified_date timestamp(3) with time zone not null default hapi_clock(),
  constraint lease_price_changes_pkey primary key (account_id, id),
  constraint lease_price_changes_lease_id_effective_date_key unique (account_id, lease_id, effective_date),
  constraint lease_price_changes_tenant_type_code_check check (tenant_type in ('D', 'A', 'C', 'S', 'X')),
  constraint lease_price_changes_new_amount_range_check check (new_amount >= 0),
  constraint lease_price_changes_change_type_code_check check (change_type in ('C', 'R', 'T', 'E', 'X')),
  constraint lease_price_changes_status_code_check check (status in ('P', 'A', 'X'))
);
comment on table lease_price_changes is 'Rent amount scheduled for a date; activated by the billing run.';

create table lease_renewals (
  account_id integer not null,
  id integer not null,
  lease_id integer not null,
  company_no integer not null,
  division_no integer not null,
  tenant_type character varying(1) collate french not null,
  tenant_no numeric(9,1) not null,
  status character varying(1) collate french not null default 'P',
  notice_date date,
  notice_received_date date,
  delivery_method character varying(1) collate french,
  current_end_date date,
  new_start_date date not null,
  new_end_date date,
  current_rent numeric(12,2) not null,
  new_rent numeric(12,2) not null,
  increase_amount numeric(12,2) not null,
  increase_percent numeric(7,3) not null,
  guideline_percent numeric(7,3),
  other_changes character varying(1000) collate french,
  window_start date,
  window_end date,
  response_deadline date,
  response character varying(1) collate french,
  response_date date,
  tal_deadline date,
  tal_application_date date,
  tal_file_no character varying(30) collate french,
  tal_decision_date date,
  tal_rent numeric(12,2),
  applied_date timestamp(3) with time zone,
  document_id integer,
  comment character varying(500) collate french,
  created_date timestamp(3) with time zone not null default hapi_clock(),
  modified_date timestamp(3) with time zone not null default hapi_clock(),
  constraint lease_renewals_pkey primary key (account_id, id),
  constraint lease_renewals_lease_id_new_start_date_key unique (account_id, lease_id, new_start_date),
  constraint lease_renewals_tenant_type_code_check check (tenant_type in ('D', 'A', 'C', 'S', 'X')),
  constraint lease_renewals_status_code_check check (status in ('P', 'E', 'A', 'T', 'R', 'D', 'F', 'S', 'Q', 'X')),
  constraint lease_renewals_delivery_method_code_check check (delivery_method in ('M', 'R', 'H', 'C', 'L')),
  constraint lease_renewals_new_rent_range_check check (new_rent >= 0),
  constraint lease_renewals_response_code_check check (response in ('A', 'R', 'Q')),
  constraint lease_renewals_tal_rent_range_check check (tal_rent >= 0)
);
comment on table lease_renewals is 'Notice of modification or renewal of a lease and the tenant''s answer.';

create table services (
  account_id integer not null,
  id integer not null,
  service_code character varying(10) collate french not null,
  name_fr character varying(60) collate french not null,
  name_en character varying(60) collate french not null,
  service_kind character varying(2) collate french not null default 'SE',
  default_amount numeric(12,2),
  billing_frequency character varying(1) collate french not null default 'M',
  proration_mode character varying(1) collate french not null default 'J',
  tax_mode character varying(1) collate french not null default 'B',
  gl_account_no character varying(15) collate french,
  sort_order integer not null default 0,
  is_active boolean not null default true,
  created_date timestamp(3) with time zone not null default hapi_clock(),
  modified_date timestamp(3) with time zone not null default hapi_clock(),
  constraint services_pkey primary key (account_id, id),
  constraint services_service_code_key unique (account_id, service_code),
  constraint services_service_code_code_check check (service_code = upper(btrim(service_code))),
  constraint services_service_kind_code_check check (service_kind in ('LO', 'SE', 'ST', 'RA', 'RB', 'FR')),
  constraint services_billing_frequency_code_check check (billing_frequency in ('M', 'T', 'A', 'U')),
  constraint services_proration_mode_code_check check (proration_mode in ('J', 'P')),
  constraint services_tax_mode_code_check check (tax_mode in ('E', 'T', 'B', 'S')),
  constraint services_gl_account_no_code_check check (gl_account_no = upper(btrim(gl_account_no)))
);
comment on table services is 'General list of billable services, fees and discounts.';

create table tenant_services (
  account_id integer not null,
  id integer not null,
  company_no integer not null,
  division_no integer not null,
  tenant_type character varying(1) collate french not null,
  tenant_no numeric(9,1) not null,
  tenant_id integer not null,
  service_id integer not null,
  service_code character varying(10) collate french not null,
  start_date date not null,
  end_date date,
  amount numeric(12,2) not null,
  quantity numeric(9,2) not null default 1,
  billing_frequency character varying(1) collate french not null default 'M',
  description character varying(100) collate french,
  held_through_date date,
  last_billed_period character varying(7) collate french,
  external_id character varying(50) collate french,
  created_date timestamp(3) with time zone not null default hapi_clock(),
  modified_date timestamp(3) with time zone not null default hapi_clock(),
  constraint tenant_services_pkey primary key (account_id, id),
  constraint tenant_services_tenant_id_external_id_key unique (account_id, tenant_id, external_id),
  constraint tenant_services_tenant_type_code_check check (tenant_type in ('D', 'A', 'C', 'S', 'X')),
  constraint tenant_services_service_code_code_check check (service_code = upper(btrim(service_code))),
  constraint tenant_services_quantity_range_check check (quantity >= 0),
  constraint tenant_services_billing_frequency_code_check check (billing_frequency in ('M', 'T', 'A', 'U'))
);
comment on table tenant_services is 'Service, fee or discount billed to a tenant over a date range.';

create table parkings (
  account_id integer not null,
  id integer not null,
  company_no integer not null,
  division_no integer not null,
  building_code character varying(10) collate french not null,
  building_id integer not null,
  parking_code character varying(10) collate french not null,
  parking_type character varying(1) collate french not null default 'E',
  level character varying(10) collate french,
  location character varying(60) collate french,
  monthly_price numeric(12,2),
  has_charging_station boolean not null default false,
  has_block_heater boolean not null default false,
  is_visitor boolean not null default false,
  is_accessible boolean not null default false,
  is_rentable boolean not null default true,
  is_occupied boolean not null,
  available_date date,
  current_tenant_id integer,
  comment character varying(200) collate french,
  is_active boolean not null default true,
  created_date timestamp(3) with time zone not null default hapi_clock(),
  modified_date timestamp(3) with time zone not null default hapi_clock(),
  constraint parkings_pkey primary key (account_id, id),
  constraint parkings_building_id_parking_code_key unique (account_id, building_id, parking_code),
  constraint parkings_company_no_division_no_building_code_parking_code_key unique (account_id, company_no, division_no, building_code, parking_code),
  constraint parkings_building_code_code_check check (building_code = upper(btrim(building_code))),
  constraint parkings_parking_code_code_check check (parking_code = upper(btrim(parking_code))),
  constraint parkings_parking_type_code_check check (parking_type in ('I', 'E', 'C', 'G')),
  constraint parkings_monthly_price_range_check check (monthly_price >= 0)
);
comment on table parkings is 'Parking space of a building.';

create table tenant_parkings (
  account_id integer not null,
  id integer not null,
  company_no integer not null,
  division_no integer not null,
  tenant_type character varying(1) collate french not null,
  tenant_no numeric(9,1) not null,
  tenant_id integer not null,
  parking_id integer not null,
  building_code character varying(10) collate french not null,
  parking_code character varying(10) collate french not null,
  start_date date not null,
  end_date date,
  is_renewable boolean not null default true,
  amount numeric(12,2) not null,
  held_through_date date,
  license_plate character varying(10) collate french,
  vehicle_make character varying(30) collate french,
  vehicle_model character varying(30) collate french,
  vehicle_color character varying(20) collate french,
  sticker_no character varying(15) collate french,
  last_billed_period character varying(7) collate french,
  external_id character varying(50) collate french,
  created_date timestamp(3) with time zone not null default hapi_clock(),
  modified_date timestamp(3) with time zone not null default hapi_clock(),
  constraint tenant_parkings_pkey primary key (account_id, id),
  constraint tenant_parkings_tenant_id_external_id_key unique (account_id, tenant_id, external_id),
  constraint tenant_parkings_tenant_type_code_check check (tenant_type in ('D', 'A', 'C', 'S', 'X')),
  constraint tenant_parkings_building_code_code_check check (building_code = upper(btrim(building_code))),
  constraint tenant_parkings_parking_code_code_check check (parking_code = upper(btrim(parking_code))),
  constraint tenant_parkings_amount_range_check check (amount >= 0)
);
comment on table tenant_parkings is 'Parking rental to a tenant.';

create table storages (
  account_id integer not null,
  id integer not null,
  company_no integer not null,
  division_no integer not null,
  building_code character varying(10) collate french not null,
  building_id integer not null,
  storage_code character varying(10) collate french not null,
  storage_type character varying(1) collate french not null default 'C',
  level character varying(10) collate french,
  location character varying(60) collate french,
  monthly_price numeric(12,2),
  area numeric(7,2),
  is_accessible boolean not null default false,
  is_rentable boolean not null default true,
  is_occupied boolean not null,
  available_date date,
  current_tenant_id integer,
  comment character varying(200) collate french,
  is_active boolean not null default true,
  created_date timestamp(3) with time zone not null default hapi_clock(),
  modified_date timestamp(3) with time zone not null default hapi_clock(),
  constraint storages_pkey primary key (account_id, id),
  constraint storages_building_id_storage_code_key unique (account_id, building_id, storage_code),
  constraint storages_company_no_division_no_building_code_storage_code_key unique (account_id, company_no, division_no, building_code, storage_code),
  constraint storages_building_code_code_check check (building_code = upper(btrim(building_code))),
  constraint storages_storage_code_code_check check (storage_code = upper(btrim(storage_code))),
  constraint storages_storage_type_code_check check (storage_type in ('C', 'L', 'R')),
  constraint storages_monthly_price_range_check check (monthly_price >= 0),
  constraint storages_area_range_check check (area >= 0)
);
comment on table storages is 'Storage space of a building.';

create table tenant_storages (
  account_id integer not null,
  id integer not null,
  company_no integer not null,
  division_no integer not null,
  tenant_type character varying(1) collate french not null,
  tenant_no numeric(9,1) not null,
  tenant_id integer not null,
  storage_id integer not null,
  building_code character varying(10) collate french not null,
  storage_code character varying(10) collate french not null,
  start_date date not null,
  end_date date,
  is_renewable boolean not null default true,
  amount numeric(12,2) not null,
  held_through_date date,
  padlock_no character varying(15) collate french,
  last_billed_period character varying(7) collate french,
  external_id character varying(50) collate french,
  created_date timestamp(3) with time zone not null default hapi_clock(),
  modified_date timestamp(3) with time zone not null default hapi_clock(),
  constraint tenant_storages_pkey primary key (account_id, id),
  constraint tenant_storages_tenant_id_external_id_key unique (account_id, tenant_id, external_id),
  constraint tenant_storages_tenant_type_code_check check (tenant_type in ('D', 'A', 'C', 'S', 'X')),
  constraint tenant_storages_building_code_code_check check (building_code = upper(btrim(building_code))),
  constraint tenant_storages_storage_code_code_check check (storage_code = upper(btrim(storage_code))),
  constraint tenant_storages_amount_range_check check (amount >= 0)
);
comment on table tenant_storages is 'Storage rental to a tenant.';

create table inspections (
  account_id integer not null,
  id integer not null,
  company_no integer not null,
  division_no integer not null,
  building_code character varying(10) collate french not null,
  unit_code character varying(10) collate french not null,
  unit_id integer not null,
  tenant_id integer,
  inspection_type character varying(1) collate french not null,
  status character varying(1) collate french not null default 'P',
  scheduled_start timestamp(3) with time zone not null,
  notice_sent_date timestamp(3) with time zone,
  completed_date timestamp(3) with time zone,
  employee_id integer,
  overall_condition character varying(1) collate french,
  findings character varying(4000) collate french,
  document_id integer,
  created_date timestamp(3) with time zone not null default hapi_clock(),
  modified_date timestamp(3) with time zone not null default hapi_clock(),
  constraint inspections_pkey primary key (account_id, id),
  constraint inspections_building_code_code_check check (building_code = upper(btrim(building_code))),
  constraint inspections_unit_code_code_check check (unit_code = upper(btrim(unit_code))),
  constraint inspections_inspection_type_code_check check (inspection_type in ('E', 'S', 'P', 'V')),
  constraint inspections_status_code_check check (status in ('P', 'F', 'A')),
  constraint inspections_overall_condition_code_check check (overall_condition in ('A', 'B', 'C', 'D'))
);
comment on table inspections is 'Move-in, move-out or periodic inspection of a unit.';

create table access_keys (
  account_id integer not null,
  id integer not null,
  company_no integer not null,
  division_no integer not null,
  building_code character varying(10) collate french not null,
  building_id integer not null,
  unit_id integer,
  key_code character varying(20) collate french not null,
  key_type character varying(1) collate french not null default 'C',
  quantity integer not null default 1,
  tenant_id integer,
  issued_date date,
  returned_date date,
  comment character varying(200) collate french,
  created_date timestamp(3) with time zone not null default hapi_clock(),
  modified_date timestamp(3) with time zone not null default hapi_clock(),
  constraint access_keys_pkey primary key (account_id, id),
  constraint access_keys_building_id_key_code_key unique (account_id, building_id, key_code),
  constraint access_keys_building_code_code_check check (building_code = upper(btrim(building_code))),
  constraint access_keys_key_code_code_check check (key_code = upper(btrim(key_code))),
  constraint access_keys_key_type_code_check check (key_type in ('C', 'P', 'T', 'N')),
  constraint access_keys_quantity_range_check check (quantity >= 1)
);
comment on table access_keys is 'Key, fob, remote control or code handed over for a building or a unit.';

create table meter_readings (
  account_id integer not null,
  id integer not null,
  company_no integer not null,
  division_no integer not null,
  building_code character varying(10) collate french not null,
  unit_code character varying(10) collate french not null,
  unit_id integer not null,
  meter_no character varying(20) collate french not null,
  utility_type character varying(1) collate french not null,
  reading_date date not null,
  reading numeric(12,3) not null,
  consumption numeric(12,3),
  is_estimated boolean not null default false,
  created_date timestamp(3) with time zone not null default hapi_clock(),
  modified_date timestamp(3) with time zone not null default hapi_clock(),
  constraint meter_readings_pkey primary key (account_id, id),
  constraint meter_readings_unit_id_meter_no_reading_date_key unique (account_id, unit_id, meter_no, reading_date),
  constraint meter_readings_building_code_code_check check (building_code = upper(btrim(building_code))),
  constraint meter_readings_unit_code_code_check check (unit_code = upper(btrim(unit_code))),
  constraint meter_readings_utility_type_code_check check (utility_type in ('E', 'G', 'C', 'F')),
  constraint meter_readings_reading_range_check check (reading >= 0)
);
comment on table meter_readings is 'Reading of an energy or water meter of a unit.';

create table prospects (
  account_id integer not null,
  id integer not null,
  company_no integer not null,
  division_no integer not null,
  ledger_division_id integer not null,
  last_name character varying(100) collate french not null,
  first_name character varying(50) collate french,
  email character varying(100) collate french,
  phone character varying(20) collate french,
  language character varying(1) collate french not null default 'F',
  source character varying(2) collate french not null default 'AU',
  status character varying(1) collate french not null default 'N',
  building_id integer,
  unit_id integer,
  desired_move_in_date date,
  rooms_min numeric(4,1),
  rooms_max numeric(4,1),
  maximum_rent numeric(12,2),
  desired_city character varying(50) collate french,
  number_of_occupants integer,
  has_pets boolean not null default false,
  needs_parking boolean not null default false,
  needs_accessible boolean not null default false,
  email_consent boolean not null default false,
  assigned_employee_id integer,
  last_contact_date timestamp(3) with time zone,
  lost_reason character varying(200) collate french,
  external_id character varying(50) collate french,
  comment character varying(1000) collate french,
  created_date timestamp(3) with time zone not null default hapi_clock(),
  modified_date timestamp(3) with time zone not null default hapi_clock(),
  constraint prospects_pkey primary key (account_id, id),
  constraint prospects_ledger_division_id_external_id_key unique (account_id, ledger_division_id, external_id),
  constraint prospects_language_code_check check (language in ('F', 'A')),
  constraint prospects_source_code_check check (source in ('WB', 'AN', 'RE', 'TE', 'PA', 'CR', 'AU')),
  constraint prospects_status_code_check check (status in ('N', 'C', 'V', 'D', 'G', 'P')),
  constraint prospects_rooms_min_range_check check (rooms_min >= 0),
  constraint prospects_rooms_max_range_check check (rooms_max >= 0),
  constraint prospects_maximum_rent_range_check check (maximum_rent >= 0),
  constraint prospects_number_of_occupants_range_check check (number_of_occupants >= 0)
);
comment on table prospects is 'Person interested in renting.';

create table visits (
  account_id integer not null,
  id integer not null,
  company_no integer not null,
  division_no integer not null,
  building_code character varying(10) collate french not null,
  unit_code character varying(10) collate french not null,
  prospect_id integer not null,
  unit_id integer not null,
  scheduled_start timestamp(3) with time zone not null,
  duration_minutes integer not null default 30,
  status character varying(1) collate french not null default 'P',
  is_virtual boolean not null default false,
  employee_id integer,
  tenant_notified_date timestamp(3) with time zone,
  feedback character varying(500) collate french,
  external_id character varying(50) collate french,
  created_date timestamp(3) with time zone not null default hapi_clock(),
  modified_date timestamp(3) with time zone not null default hapi_clock(),
  constraint visits_pkey primary key (account_id, id),
  constraint visits_prospect_id_external_id_key unique (account_id, prospect_id, external_id),
  constraint visits_building_code_code_check check (building_code = upper(btrim(building_code))),
  constraint visits_unit_code_code_check check (unit_code = upper(btrim(unit_code))),
  constraint visits_duration_minutes_range_check check (duration_minutes >= 5 and duration_minutes <= 480),
  constraint visits_status_code_check check (status in ('P', 'C', 'F', 'N', 'A'))
);
comment on table visits is 'Visit of a unit by a prospect.';

create table rental_applications (
  account_id integer not null,
  id integer not null,
  company_no integer not null,
  division_no integer not null,
  building_code character varying(10) collate french not null,
  unit_code character varying(10) collate french not null,
  prospect_id integer not null,
  unit_id integer not null,
  application_date date not null,
  desired_start_date date not null,
  desired_end_date date,
  proposed_rent numeric(12,2),
  status character varying(1) collate french not null default 'S',
  reserved_until date,
  screening_consent boolean not null default false,
  screening_date date,
  screening_result character varying(1) collate french,
  decision_date date,
  decision_reason character varying(200) collate french,
  parking_requested boolean not null default false,
  storage_requested boolean not null default false,
  tenant_id integer,
  lease_id integer,
  external_id character varying(50) collate french,
  comment character varying(1000) collate french,
  created_date timestamp(3) with time zone not null default hapi_clock(),
  modified_date timestamp(3) with time zone not null default hapi_clock(),
  constraint rental_applications_pkey primary key (account_id, id),
  constraint rental_applications_prospect_id_external_id_key unique (account_id, prospect_id, external_id),
  constraint rental_applications_building_code_code_check check (building_code = upper(btrim(building_code))),
  constraint rental_applications_unit_code_code_check check (unit_code = upper(btrim(unit_code))),
  constraint rental_applications_proposed_rent_range_check check (proposed_rent >= 0),
  constraint rental_applications_status_code_check check (status in ('S', 'E', 'A', 'R', 'X', 'B')),
  constraint rental_applications_screening_result_code_check check (screening_result in ('A', 'C', 'I', 'N'))
);
comment on table rental_applications is 'Application to rent a unit, up to its conversion into a lease.';

create table receivable_transactions (
  account_id integer not null,
  id integer not null,
  company_no integer not null,
  division_no integer not null,
  tenant_type character varying(1) collate french not null,
  tenant_no numeric(9,1) not null,
  transaction_no integer not null,
  tenant_id integer not null,
  ledger_division_id integer not null,
  building_code character varying(10) collate french,
  unit_code character varying(10) collate french,
  unit_id integer,
  transaction_type character varying(2) collate french not null,
  transaction_date date not null,
  due_date date not null,
  period character varying(7) collate french not null,
  amount numeric(12,2) not null,
  gst_amount numeric(12,2) not null default 0,
  qst_amount numeric(12,2) not null default 0,
  total_amount numeric(12,2) not null,
  open_amount numeric(12,2) not null,
  description character varying(150) collate french,
  service_id integer,
  lease_id integer,
  source character varying(1) collate french not null default 'M',
  source_id integer,
  billing_run_id integer,
  billing_key character varying(60) collate french,
  payment_id integer,
  reverses_transaction_id integer,
  is_reversed boolean not null default false,
  external_id character varying(50) collate french,
  created_date timestamp(3) with time zone not null default hapi_clock(),
  modified_date timestamp(3) with time zone not null default hapi_clock(),
  constraint receivable_transactions_pkey primary key (account_id, id),
  constraint receivable_transactions_ledger_division_id_transaction_no_key unique (account_id, ledger_division_id, transaction_no),
  constraint receivable_transactions_billing_key_key unique (account_id, billing_key),
  constraint receivable_transactions_tenant_id_external_id_key unique (account_id, tenant_id, external_id),
  constraint receivable_transactions_company_no_division_no_and_1_more_key unique (account_id, company_no, division_no, transaction_no),
  constraint receivable_transactions_tenant_type_code_check check (tenant_type in ('D', 'A', 'C', 'S', 'X')),
  constraint receivable_transactions_building_code_code_check check (building_code = upper(btrim(building_code))),
  constraint receivable_transactions_unit_code_code_check check (unit_code = upper(btrim(unit_code))),
  constraint receivable_transactions_transaction_type_code_check check (transaction_type in ('FA', 'FR', 'PA', 'CR', 'AJ', 'NS', 'RB')),
  constraint receivable_transactions_source_code_check check (source in ('L', 'S', 'P', 'R', 'E', 'N', 'M'))
);
comment on table receivable_transactions is 'Entry of a tenant account: charge, fee, payment, credit, adjustment, return or refund.';

create table receivable_allocations (
  account_id integer not null,
  id integer not null,
  credit_transaction_id integer not null,
  charge_transaction_id integer not null,
  amount numeric(12,2) not null,
  allocated_date date not null,
  created_date timestamp(3) with time zone not null default hapi_clock(),
  modified_date timestamp(3) with time zone not null default hapi_clock(),
  constraint receivable_allocations_pkey primary key (account_id, id),
  constraint receivable_allocations_credit_transaction_id_and_1_more_key unique (account_id, credit_transaction_id, charge_transaction_id),
  constraint receivable_allocations_amount_range_check check (amount >= 0.01)
);
comment on table receivable_allocations is 'Allocation of a payment or credit to a charge.';

create table payments (
  account_id integer not null,
  id integer not null,
  company_no integer not null,
  division_no integer not null,
  tenant_type character varying(1) collate french not null,
  tenant_no numeric(9,1) not null,
  tenant_id integer not null,
  payment_date date not null,
  amount numeric(12,2) not null,
  payment_method character varying(3) collate french not null,
  reference_no character varying(30) collate french,
  payer_name character varying(80) collate french,
  external_system character varying(30) collate french,
  external_reference character varying(60) collate french,
  bank_account_id integer,
  deposit_date date,
  deposit_slip_no character varying(20) collate french,
  status character varying(1) collate french not null default 'R',
  return_date date,
  return_reason character varying(3) collate french,
  preauthorized_debit_id integer,
  allocated_amount numeric(12,2) not null,
  unallocated_amount numeric(12,2) not null,
  comment character varying(200) collate french,
  created_date timestamp(3) with time zone not null default hapi_clock(),
  modified_date timestamp(3) with time zone not null default hapi_clock(),
  constraint payments_pkey primary key (account_id, id),
  constraint payments_external_system_external_reference_key unique (account_id, external_system, external_reference),
  constraint payments_tenant_type_code_check check (tenant_type in ('D', 'A', 'C', 'S', 'X')),
  constraint payments_amount_range_check check (amount >= 0.01),
  constraint payments_payment_method_code_check check (payment_method in ('CHQ', 'PPA', 'INT', 'VIR', 'CRD', 'CPT', 'MDT')),
  constraint payments_status_code_check check (status in ('R', 'D', 'N', 'X')),
  constraint payments_return_reason_code_check check (return_reason in ('901', '903', '905', '907', '911', '912', '915', '916', '917', '918', '919', '920', 'CHQ', 'AUT'))
);
comment on table payments is 'Receipt from a tenant.';

create table preauthorized_debits (
  account_id integer not null,
  id integer not null,
  company_no integer not null,
  division_no integer not null,
  tenant_type character varying(1) collate french not null,
  tenant_no numeric(9,1) not null,
  tenant_id integer not null,
  category character varying(1) collate french not null default 'P',
  institution_no character varying(3) collate french not null,
  transit_no character varying(5) collate french not null,
  account_no character varying(12) collate french,
  account_no_masked character varying(12) collate french not null,
  account_holder_name character varying(80) collate french not null,
  agreement_date date not null,
  start_date date not null,
  end_date date,
  debit_day integer not null default 1,
  amount_type character varying(1) collate french not null default 'S',
  fixed_amount numeric(12,2),
  notice_waived boolean not null default false,
  status character varying(1) collate french not null default 'A',
  cancelled_date date,
  consecutive_returns integer not null default 0,
  last_debit_date date,
  document_id integer,
  created_date timestamp(3) with time zone not null default hapi_clock(),
  modified_date timestamp(3) with time zone not null default hapi_clock(),
  constraint preauthorized_debits_pkey primary key (account_id, id),
  constraint preauthorized_debits_tenant_type_code_check check (tenant_type in ('D', 'A', 'C', 'S', 'X')),
  constraint preauthorized_debits_category_code_check check (category in ('P', 'E')),
  constraint preauthorized_debits_debit_day_range_check check (debit_day >= 1 and debit_day <= 28),
  constraint preauthorized_debits_amount_type_code_check check (amount_type in ('S', 'F')),
  constraint preauthorized_debits_fixed_amount_range_check check (fixed_amount >= 0.01),
  constraint preauthorized_debits_status_code_check check (status in ('A', 'S', 'X'))
);
comment on table preauthorized_debits is 'Authorisation to debit a tenant''s bank account.';

create table bank_accounts (
  account_id integer not null,
  id integer not null,
  company_no integer not null,
  division_no integer not null,
  ledger_division_id integer not null,
  account_code character varying(10) collate french not null,
  name character varying(60) collate french not null,
  institution_no character varying(3) collate french not null,
  transit_no character varying(5) collate french not null,
  account_no_masked character varying(12) collate french not null,
  gl_account_id integer,
  originator_id character varying(10) collate french,
  originator_short_name character varying(15) collate french,
  originator_long_name character varying(30) collate french,
  processing_centre character varying(5) collate french,
  next_file_creation_no integer not null default 1,
  is_default boolean not null default false,
  is_active boolean not null default true,
  created_date timestamp(3) with time zone not null default hapi_clock(),
  modified_date timestamp(3) with time zone not null default hapi_clock(),
  constraint bank_accounts_pkey primary key (account_id, id),
  constraint bank_accounts_ledger_division_id_account_code_key unique (account_id, ledger_division_id, account_code),
  constraint bank_accounts_company_no_division_no_account_code_key unique (account_id, company_no, division_no, account_code),
  constraint bank_accounts_account_code_code_check check (account_code = upper(btrim(account_code)))
);
comment on table bank_accounts is 'Bank account of a company-division.';

create table billing_runs (
  account_id integer not null,
  id integer not null,
  company_no integer not null,
  division_no integer not null,
  ledger_division_id integer not null,
  period character varying(7) collate french not null,
  run_type character varying(1) collate french not null default 'M',
  status character varying(1) collate french not null default 'E',
  started_date timestamp(3) with time zone,
  completed_date timestamp(3) with time zone,
  charge_count integer not null default 0,
  skipped_count integer not null default 0,
  charge_amount numeric(12,2) not null default 0,
  gst_amount numeric(12,2) not null default 0,
  qst_amount numeric(12,2) not null default 0,
  leases_renewed_count integer not null default 0,
  price_changes_activated_count integer not null default 0,
  requested_by character varying(50) collate french,
  error_message character varying(500) collate french,
  created_date timestamp(3) with time zone not null default hapi_clock(),
  modified_date timestamp(3) with time zone not null default hapi_clock(),
  constraint billing_runs_pkey primary key (account_id, id),
  constraint billing_runs_run_type_code_check check (run_type in ('M', 'S')),
  constraint billing_runs_status_code_check check (status in ('E', 'T', 'X'))
);
comment on table billing_runs is 'Billing of a company-division for a period.';

create table late_notices (
  account_id integer not null,
  id integer not null,
  company_no integer not null,
  division_no integer not null,
  tenant_type character varying(1) collate french not null,
  tenant_no numeric(9,1) not null,
  tenant_id integer not null,
  level integer not null,
  notice_date date not null,
  oldest_due_date date not null,
  days_late integer not null,
  overdue_amount numeric(12,2) not null,
  status character varying(1) collate french not null default 'E',
  document_id integer,
  created_date timestamp(3) with time zone not null default hapi_clock(),
  modified_date timestamp(3) with time zone not null default hapi_clock(),
  constraint late_notices_pkey primary key (account_id, id),
  constraint late_notices_tenant_type_code_check check (tenant_type in ('D', 'A', 'C', 'S', 'X')),
  constraint late_notices_level_range_check check (level >= 1 and level <= 3),
  constraint late_notices_status_code_check check (status in ('E', 'R', 'X'))
);
comment on table late_notices is 'Late notice issued to a tenant.';

create table rl31_slips (
  account_id integer not null,
  id integer not null,
  company_no integer not null,
  division_no integer not null,
  tenant_type character varying(1) collate french not null,
  tenant_no numeric(9,1) not null,
  tenant_id integer not null,
  co_tenant_id integer,
  unit_id integer not null,
  tax_year integer not null,
  slip_no character varying(12) collate french,
  slip_type character varying(1) collate french not null default 'R',
  dwelling_no character varying(20) collate french,
  recipient_last_name character varying(100) collate french not null,
  recipient_first_name character varying(50) collate french,
  recipient_count integer not null,
  deadline_date date not null,
  issued_date date,
  sent_date date,
  document_id integer,
  created_date timestamp(3) with time zone not null default hapi_clock(),
  modified_date timestamp(3) with time zone not null default hapi_clock(),
  constraint rl31_slips_pkey primary key (account_id, id),
  constraint rl31_slips_tax_year_unit_id_tenant_id_and_2_more_key unique (account_id, tax_year, unit_id, tenant_id, co_tenant_id, slip_type),
  constraint rl31_slips_tenant_type_code_check check (tenant_type in ('D', 'A', 'C', 'S', 'X')),
  constraint rl31_slips_slip_type_code_check check (slip_type in ('R', 'A', 'D'))
);
comment on table rl31_slips is 'Information on the occupancy of a dwelling on December 31.';

create table service_call_categories (
  account_id integer not null,
  id integer not null,
  category_code character varying(10) collate french not null,
  name_fr character varying(60) collate french not null,
  name_en character varying(60) collate french not null,
  parent_id integer,
  default_priority character varying(1) collate french not null default 'N',
  response_hours integer,
  resolution_hours integer,
  default_employee_id integer,
  sort_order integer not null default 0,
  is_active boolean not null default true,
  created_date timestamp(3) with time zone not null default hapi_clock(),
  modified_date timestamp(3) with time zone not null default hapi_clock(),
  constraint service_call_categories_pkey primary key (account_id, id),
  constraint service_call_categories_category_code_key unique (account_id, category_code),
  constraint service_call_categories_category_code_code_check check (category_code = upper(btrim(category_code))),
  constraint service_call_categories_default_priority_code_check check (default_priority in ('U', 'H', 'N', 'B')),
  constraint service_call_categories_response_hours_range_check check (response_hours >= 1),
  constraint service_call_categories_resolution_hours_range_check check (resolution_hours >= 1)
);
comment on table service_call_categories is 'Service call category and target delays.';

create table service_calls (
  account_id integer not null,
  id integer not null,
  company_no integer not null,
  division_no integer not null,
  building_code character varying(10) collate french not null,
  unit_code character varying(10) collate french,
  service_call_no integer not null,
  ledger_division_id integer not null,
  building_id integer not null,
  unit_id integer,
  tenant_id integer,
  category_id integer not null,
  priority character varying(1) collate french not null default 'N',
  status character varying(1) collate french not null default 'N',
  source character varying(1) collate french not null default 'A',
  title character varying(100) collate french not null,
  description character varying(4000) collate french not null,
  location character varying(60) collate french,
  requested_date timestamp(3) with time zone not null,
  requested_by_name character varying(80) collate french,
  requested_by_phone character varying(20) collate french,
  requested_by_email character varying(100) collate french,
  access_permission boolean not null default false,
  access_notes character varying(200) collate french,
  assigned_employee_id integer,
  supplier_id integer,
  assigned_date timestamp(3) with time zone,
  scheduled_start timestamp(3) with time zone,
  scheduled_end timestamp(3) with time zone,
  access_notice_date timestamp(3) with time zone,
  started_date timestamp(3) with time zone,
  completed_date timestamp(3) with time zone,
  closed_date timestamp(3) with time zone,
  cancelled_date timestamp(3) with time zone,
  on_hold_reason character varying(200) collate french,
  cancel_reason character varying(200) collate french,
  resolution character varying(2000) collate french,
  estimated_cost numeric(12,2),
  actual_cost numeric(12,2) not null,
  is_billable_to_tenant boolean not null default false,
  target_response_date timestamp(3) with time zone,
  target_resolution_date timestamp(3) with time zone,
  is_overdue boolean not null,
  satisfaction_rating integer,
  external_id character varying(50) collate french,
  created_date timestamp(3) with time zone not null default hapi_clock(),
  modified_date timestamp(3) with time zone not null default hapi_clock(),
  constraint service_calls_pkey primary key (account_id, id),
  constraint service_calls_ledger_division_id_service_call_no_key unique (account_id, ledger_division_id, service_call_no),
  constraint service_calls_ledger_division_id_external_id_key unique (account_id, ledger_division_id, external_id),
  constraint service_calls_company_no_division_no_service_call_no_key unique (account_id, company_no, division_no, service_call_no),
  constraint service_calls_building_code_code_check check (building_code = upper(btrim(building_code))),
  constraint service_calls_unit_code_code_check check (unit_code = upper(btrim(unit_code))),
  constraint service_calls_priority_code_check check (priority in ('U', 'H', 'N', 'B')),
  constraint service_calls_status_code_check check (status in ('N', 'A', 'P', 'E', 'S', 'T', 'F', 'X')),
  constraint service_calls_source_code_check check (source in ('A', 'P', 'T', 'C', 'I')),
  constraint service_calls_estimated_cost_range_check check (estimated_cost >= 0),
  constraint service_calls_satisfaction_rating_range_check check (satisfaction_rating >= 1 and satisfaction_rating <= 5)
);
comment on table service_calls is 'Maintenance or repair request.';

create table service_call_details (
  account_id integer not null,
  id integer not null,
  service_call_id integer not null,
  line_no integer not null,
  detail_type character varying(1) collate french not null default 'N',
  detail_date timestamp(3) with time zone not null,
  employee_id integer,
  supplier_id integer,
  description character varying(1000) collate french not null,
  quantity numeric(9,2) not null default 1,
  unit_price numeric(12,2),
  amount numeric(12,2) not null,
  invoice_id integer,
  is_visible_to_tenant boolean not null default false,
  created_date timestamp(3) with time zone not null default hapi_clock(),
  modified_date timestamp(3) with time zone not null default hapi_clock(),
  constraint service_call_details_pkey primary key (account_id, id),
  constraint service_call_details_service_call_id_line_no_key unique (account_id, service_call_id, line_no),
  constraint service_call_details_detail_type_code_check check (detail_type in ('M', 'P', 'D', 'F', 'N')),
  constraint service_call_details_quantity_range_check check (quantity >= 0),
  constraint service_call_details_unit_price_range_check check (unit_price >= 0)
);
comment on table service_call_details is 'Time, parts, travel, invoice or note of a service call.';

create table suppliers (
  account_id integer not null,
  id integer not null,
  company_no integer not null,
  supplier_code character varying(10) collate french not null,
  company_id integer not null,
  name character varying(80) collate french not null,
  contact_name character varying(80) collate french,
  civic_no_and_street character varying(80) collate french,
  city character varying(50) collate french,
  province character varying(2) collate french default 'QC',
  postal_code character varying(7) collate french,
  country character varying(2) collate french default 'CA',
  phone character varying(20) collate french,
  email character varying(100) collate french,
  website character varying(150) collate french,
  trade character varying(2) collate french,
  gst_no character varying(20) collate french,
  qst_no character varying(20) collate french,
  neq character varying(10) collate french,
  rbq_licence_no character varying(20) collate french,
  insurance_expiry_date date,
  payment_terms_days integer not null default 30,
  default_gl_account_id integer,
  language character varying(1) collate french not null default 'F',
  is_active boolean not null default true,
  inactive_reason character varying(200) collate french,
  external_id character varying(50) collate french,
  created_date timestamp(3) with time zone not null default hapi_clock(),
  modified_date timestamp(3) with time zone not null default hapi_clock(),
  constraint suppliers_pkey primary key (account_id, id),
  constraint suppliers_company_id_supplier_code_key unique (account_id, company_id, supplier_code),
  constraint suppliers_company_id_external_id_key unique (account_id, company_id, external_id),
  constraint suppliers_company_no_supplier_code_key unique (account_id, company_no, supplier_code),
  constraint suppliers_supplier_code_code_check check (supplier_code = upper(btrim(supplier_code))),
  constraint suppliers_trade_code_check check (trade in ('PL', 'EL', 'CV', 'ME', 'PE', 'TO', 'DN', 'EX', 'NE', 'AS', 'SE', 'PA', 'AU')),
  constraint suppliers_payment_terms_days_range_check check (payment_terms_days >= 0),
  constraint suppliers_language_code_check check (language in ('F', 'A'))
);
comment on table suppliers is 'Supplier or contractor of a company.';

create table invoices (
  account_id integer not null,
  id integer not null,
  company_no integer not null,
  division_no integer not null,
  ledger_division_id integer not null,
  supplier_id integer not null,
  supplier_code character varying(10) collate french not null,
  invoice_no character varying(30) collate french not null,
  invoice_date date not null,
  due_date date,
  period character varying(7) collate french not null,
  description character varying(200) collate french,
  subtotal_amount numeric(12,2) not null,
  gst_amount numeric(12,2) not null default 0,
  qst_amount numeric(12,2) not null default 0,
  total_amount numeric(12,2) not null,
  balance_amount numeric(12,2) not null,
  status character varying(1) collate french not null default 'S',
  purchase_order_no character varying(20) collate french,
  service_call_id integer,
  document_id integer,
  approved_by_employee_id integer,
  approved_date timestamp(3) with time zone,
  paid_date date,
  payment_reference character varying(30) collate french,
  external_system character varying(30) collate french,
  external_reference character varying(60) collate french,
  created_date timestamp(3) with time zone not null default hapi_clock(),
  modified_date timestamp(3) with time zone not null default hapi_clock(),
  constraint invoices_pkey primary key (account_id, id),
  constraint invoices_supplier_id_invoice_no_key unique (account_id, supplier_id, invoice_no),
  constraint invoices_external_system_external_reference_key unique (account_id, external_system, external_reference),
  constraint invoices_supplier_code_code_check check (supplier_code = upper(btrim(supplier_code))),
  constraint invoices_status_code_check check (status in ('S', 'A', 'P', 'X'))
);
comment on table invoices is 'Supplier invoice; creation only through the API.';

create table invoice_lines (
  account_id integer not null,
  id integer not null,
  invoice_id integer not null,
  line_no integer not null,
  gl_account_id integer not null,
  gl_account_no character varying(15) collate french not null,
  building_id integer,
  building_code character varying(10) collate french,
  unit_id integer,
  unit_code character varying(10) collate french,
  description character varying(200) collate french,
  amount numeric(12,2) not null,
  gst_amount numeric(12,2) not null default 0,
  qst_amount numeric(12,2) not null default 0,
  created_date timestamp(3) with time zone not null default hapi_clock(),
  modified_date timestamp(3) with time zone not null default hapi_clock(),
  constraint invoice_lines_pkey primary key (account_id, id),
  constraint invoice_lines_invoice_id_line_no_key unique (account_id, invoice_id, line_no),
  constraint invoice_lines_gl_account_no_code_check check (gl_account_no = upper(btrim(gl_account_no))),
  constraint invoice_lines_building_code_code_check check (building_code = upper(btrim(building_code))),
  constraint invoice_lines_unit_code_code_check check (unit_code = upper(btrim(unit_code)))
);
comment on table invoice_lines is 'Accounting distribution of an invoice.';

create table gl_accounts (
  account_id integer not null,
  id integer not null,
  company_no integer not null,
  account_no character varying(15) collate french not null,
  company_id integer not null,
  name_fr character varying(80) collate french not null,
  name_en character varying(80) collate french not null,
  account_type character varying(1) collate french not null,
  normal_balance character varying(1) collate french not null,
  parent_account_id integer,
  is_postable boolean not null default true,
  is_control boolean not null default false,
  statement_section character varying(30) collate french,
  is_active boolean not null default true,
  created_date timestamp(3) with time zone not null default hapi_clock(),
  modified_date timestamp(3) with time zone not null default hapi_clock(),
  constraint gl_accounts_pkey primary key (account_id, id),
  constraint gl_accounts_company_id_account_no_key unique (account_id, company_id, account_no),
  constraint gl_accounts_company_no_account_no_key unique (account_id, company_no, account_no),
  constraint gl_accounts_account_no_code_check check (account_no = upper(btrim(account_no))),
  constraint gl_accounts_account_type_code_check check (account_type in ('A', 'P', 'C', 'R', 'D')),
  constraint gl_accounts_normal_balance_code_check check (normal_balance in ('D', 'C'))
);
comment on table gl_accounts is 'Account of the chart of accounts of a company.';

create table gl_entries (
  account_id integer not null,
  id integer not null,
  company_no integer not null,
  division_no integer not null,
  ledger_division_id integer not null,
  entry_no integer not null,
  line_no integer not null,
  entry_date date not null,
  period character varying(7) collate french not null,
  gl_account_id integer not null,
  account_no character varying(15) collate french not null,
  building_id integer,
  debit_amount numeric(12,2) not null default 0,
  credit_amount numeric(12,2) not null default 0,
  description character varying(200) collate french,
  source character varying(1) collate french not null,
  source_id integer,
  created_date timestamp(3) with time zone not null default hapi_clock(),
  modified_date timestamp(3) with time zone not null default hapi_clock(),
  constraint gl_entries_pkey primary key (account_id, id),
  constraint gl_entries_ledger_division_id_entry_no_line_no_key unique (account_id, ledger_division_id, entry_no, line_no),
  constraint gl_entries_account_no_code_check check (account_no = upper(btrim(account_no))),
  constraint gl_entries_debit_amount_range_check check (debit_amount >= 0),
  constraint gl_entries_credit_amount_range_check check (credit_amount >= 0),
  constraint gl_entries_source_code_check check (source in ('F', 'E', 'R', 'A', 'M', 'O'))
);
comment on table gl_entries is 'Line of a general ledger entry.';

create table fiscal_periods (
  account_id integer not null,
  id integer not null,
  company_no integer not null,
  division_no integer not null,
  ledger_division_id integer not null,
  period character varying(7) collate french not null,
  fiscal_year integer not null,
  period_no integer not null,
  start_date date not null,
  end_date date not null,
  status character varying(1) collate french not null default 'O',
  closed_date timestamp(3) with time zone,
  created_date timestamp(3) with time zone not null default hapi_clock(),
  modified_date timestamp(3) with time zone not null default hapi_clock(),
  constraint fiscal_periods_pkey primary key (account_id, id),
  constraint fiscal_periods_ledger_division_id_period_key unique (account_id, ledger_division_id, period),
  constraint fiscal_periods_company_no_division_no_period_key unique (account_id, company_no, division_no, period),
  constraint fiscal_periods_period_no_range_check check (period_no >= 1 and period_no <= 12),
  constraint fiscal_periods_status_code_check check (status in ('O', 'F'))
);
comment on table fiscal_periods is 'Open or closed accounting month of a company-division.';

create table budgets (
  account_id integer not null,
  id integer not null,
  company_no integer not null,
  division_no integer not null,
  ledger_division_id integer not null,
  fiscal_year integer not null,
  version character varying(10) collate french not null default 'APPROUVE',
  gl_account_id integer not null,
  building_id integer,
  amount01 numeric(12,2) not null default 0,
  amount02 numeric(12,2) not null default 0,
  amount03 numeric(12,2) not null default 0,
  amount04 numeric(12,2) not null default 0,
  amount05 numeric(12,2) not null default 0,
  amount06 numeric(12,2) not null default 0,
  amount07 numeric(12,2) not null default 0,
  amount08 numeric(12,2) not null default 0,
  amount09 numeric(12,2) not null default 0,
  amount10 numeric(12,2) not null default 0,
  amount11 numeric(12,2) not null default 0,
  amount12 numeric(12,2) not null default 0,
  total_amount numeric(12,2) not null,
  created_date timestamp(3) with time zone not null default hapi_clock(),
  modified_date timestamp(3) with time zone not null default hapi_clock(),
  constraint budgets_pkey primary key (account_id, id),
  constraint budgets_ledger_division_id_fiscal_year_version_and_2_more_key unique (account_id, ledger_division_id, fiscal_year, version, gl_account_id, building_id)
);
comment on table budgets is 'Yearly budget of an account by building.';

create table financial_statements (
  account_id integer not null,
  id integer not null,
  company_no integer not null,
  division_no integer not null,
  ledger_division_id integer not null,
  building_id integer,
  building_code character varying(10) collate french,
  statement_type character varying(1) collate french not null,
  period character varying(7) collate french not null,
  fiscal_year integer not null,
  line_no integer not null,
  section character varying(30) collate french not null,
  gl_account_id integer,
  account_no character varying(15) collate french,
  name_fr character varying(80) collate french not null,
  name_en character varying(80) collate french not null,
  is_total boolean not null default false,
  actual_month numeric(12,2) not null,
  budget_month numeric(12,2) not null,
  prior_year_month numeric(12,2) not null,
  actual_ytd numeric(12,2) not null,
  budget_ytd numeric(12,2) not null,
  prior_year_ytd numeric(12,2) not null,
  created_date timestamp(3) with time zone not null default hapi_clock(),
  modified_date timestamp(3) with time zone not null default hapi_clock(),
  constraint financial_statements_pkey primary key (account_id, id),
  constraint financial_statements_ledger_division_id_and_4_more_key unique (account_id, ledger_division_id, building_id, statement_type, period, line_no),
  constraint financial_statements_building_code_code_check check (building_code = upper(btrim(building_code))),
  constraint financial_statements_statement_type_code_check check (statement_type in ('R', 'B')),
  constraint financial_statements_account_no_code_check check (account_no = upper(btrim(account_no)))
);
comment on table financial_statements is 'Line of an income statement or balance sheet of a division or building for a period.';

create table documents (
  account_id integer not null,
  id integer not null,
  company_no integer not null,
  division_no integer not null,
  ledger_division_id integer not null,
  document_type character varying(5) collate french not null,
  title character varying(150) collate french not null,
  file_name character varying(150) collate french not null,
  content_type character varying(100) collate french not null,
  file_size bigint not null,
  sha256 character varying(64) collate french,
  document_date date not null,
  language character varying(1) collate french,
  source character varying(1) collate french not null default 'T',
  building_id integer,
  unit_id integer,
  tenant_id integer,
  lease_id integer,
  service_call_id integer,
  supplier_id integer,
  is_visible_to_tenant boolean not null default false,
  published_date timestamp(3) with time zone,
  expiry_date date,
  is_public_listing boolean not null default false,
  description character varying(500) collate french,
  external_id character varying(50) collate french,
  created_date timestamp(3) with time zone not null default hapi_clock(),
  modified_date timestamp(3) with time zone not null default hapi_clock(),
  constraint documents_pkey primary key (account_id, id),
  constraint documents_ledger_division_id_external_id_key unique (account_id, ledger_division_id, external_id),
  constraint documents_document_type_code_check check (document_type in ('BAIL', 'AVREN', 'AVRET', 'RL31', 'RECU', 'ETAT', 'REGL', 'ANNEX', 'INSP', 'PHOTO', 'FACT', 'PPA', 'PREL', 'AUTRE')),
  constraint documents_language_code_check check (language in ('F', 'A')),
  constraint documents_source_code_check check (source in ('G', 'T'))
);
comment on table documents is 'Produced or uploaded document: lease, renewal notice, late notice, slip, photo. The content is a stream.';

create table messages (
  account_id integer not null,
  id integer not null,
  company_no integer not null,
  division_no integer not null,
  tenant_type character varying(1) collate french not null,
  tenant_no numeric(9,1) not null,
  tenant_id integer not null,
  thread_no integer not null,
  in_reply_to_id integer,
  direction character varying(1) collate french not null,
  channel character varying(1) collate french not null default 'L',
  subject character varying(150) collate french,
  body character varying(8000) collate french not null,
  sent_date timestamp(3) with time zone not null,
  read_date timestamp(3) with time zone,
  status character varying(1) collate french not null default 'E',
  employee_id integer,
  service_call_id integer,
  document_id integer,
  external_id character varying(50) collate french,
  created_date timestamp(3) with time zone not null default hapi_clock(),
  modified_date timestamp(3) with time zone not null default hapi_clock(),
  constraint messages_pkey primary key (account_id, id),
  constraint messages_tenant_id_external_id_key unique (account_id, tenant_id, external_id),
  constraint messages_tenant_type_code_check check (tenant_type in ('D', 'A', 'C', 'S', 'X')),
  constraint messages_direction_code_check check (direction in ('E', 'S')),
  constraint messages_channel_code_check check (channel in ('L', 'C', 'S')),
  constraint messages_status_code_check check (status in ('E', 'R', 'L', 'X'))
);
comment on table messages is 'Message between a tenant and the administration.';

create table notes (
  account_id integer not null,
  id integer not null,
  company_no integer not null,
  division_no integer not null,
  ledger_division_id integer not null,
  note_type character varying(1) collate french not null default 'G',
  note_date timestamp(3) with time zone not null,
  building_id integer,
  unit_id integer,
  tenant_id integer,
  subject character varying(100) collate french,
  body character varying(4000) collate french not null,
  author_name character varying(60) collate french,
  follow_up_date date,
  is_pinned boolean not null default false,
  created_date timestamp(3) with time zone not null default hapi_clock(),
  modified_date timestamp(3) with time zone not null default hapi_clock(),
  constraint notes_pkey primary key (account_id, id),
  constraint notes_note_type_code_check check (note_type in ('G', 'R', 'E', 'L'))
);
comment on table notes is 'Internal note on a building, unit or tenant file.';

alter table ledger_divisions
  add constraint ledger_divisions_account_id_fkey foreign key (account_id) references accounts (account_id) on delete restrict deferrable initially deferred,
  add constraint ledger_divisions_company_id_fkey foreign key (account_id, company_id) references companies (account_id, id) on delete restrict deferrable initially deferred,
  add constraint ledger_divisions_manager_employee_id_fkey foreign key (account_id, manager_employee_id) references employees (account_id, id) on delete restrict deferrable initially deferred,
  add constraint ledger_divisions_rent_service_id_fkey foreign key (account_id, rent_service_id) references services (account_id, id) on delete restrict deferrable initially deferred,
  add constraint ledger_divisions_nsf_service_id_fkey foreign key (account_id, nsf_service_id) references services (account_id, id) on delete restrict deferrable initially deferred,
  add constraint ledger_divisions_receivable_gl_account_id_fkey foreign key (account_id, receivable_gl_account_id) references gl_accounts (account_id, id) on delete restrict deferrable initially deferred,
  add constraint ledger_divisions_payable_gl_account_id_fkey foreign key (account_id, payable_gl_account_id) references gl_accounts (account_id, id) on delete restrict deferrable initially deferred,
  add constraint ledger_divisions_bank_gl_account_id_fkey foreign key (account_id, bank_gl_account_id) references gl_accounts (account_id, id) on delete restrict deferrable initially deferred,
  add constraint ledger_divisions_gst_collected_gl_account_id_fkey foreign key (account_id, gst_collected_gl_account_id) references gl_accounts (account_id, id) on delete restrict deferrable initially deferred,
  add constraint ledger_divisions_qst_collected_gl_account_id_fkey foreign key (account_id, qst_collected_gl_account_id) references gl_accounts (account_id, id) on delete restrict deferrable initially deferred,
  add constraint ledger_divisions_gst_paid_gl_account_id_fkey foreign key (account_id, gst_paid_gl_account_id) references gl_accounts (account_id, id) on delete restrict deferrable initially deferred,
  add constraint ledger_divisions_qst_paid_gl_account_id_fkey foreign key (account_id, qst_paid_gl_account_id) references gl_accounts (account_id, id) on delete restrict deferrable initially deferred;

alter table companies
  add constraint companies_account_id_fkey foreign key (account_id) references accounts (account_id) on delete restrict deferrable initially deferred;

alter table buildings
  add constraint buildings_account_id_fkey foreign key (account_id) references accounts (account_id) on delete restrict deferrable initially deferred,
  add constraint buildings_ledger_division_id_fkey foreign key (account_id, ledger_division_id) references ledger_divisions (account_id, id) on delete restrict deferrable initially deferred,
  add constraint buildings_manager_employee_id_fkey foreign key (account_id, manager_employee_id) references employees (account_id, id) on delete restrict deferrable initially deferred,
  add constraint buildings_superintendent_employee_id_fkey foreign key (account_id, superintendent_employee_id) references employees (account_id, id) on delete restrict deferrable initially deferred,
  add constraint buildings_bank_account_id_fkey foreign key (account_id, bank_account_id) references bank_accounts (account_id, id) on delete restrict deferrable initially deferred;

alter table units
  add constraint units_account_id_fkey foreign key (account_id) references accounts (account_id) on delete restrict deferrable initially deferred,
  add constraint units_building_id_fkey foreign key (account_id, building_id) references buildings (account_id, id) on delete restrict deferrable initially deferred,
  add constraint units_current_lease_id_fkey foreign key (account_id, current_lease_id) references leases (account_id, id) on delete restrict deferrable initially deferred,
  add constraint units_current_tenant_id_fkey foreign key (account_id, current_tenant_id) references tenants (account_id, id) on delete restrict deferrable initially deferred,
  add constraint units_owner_id_fkey foreign key (account_id, owner_id) references owners (account_id, id) on delete restrict deferrable initially deferred;

alter table characteristics
  add constraint characteristics_account_id_fkey foreign key (account_id) references accounts (account_id) on delete restrict deferrable initially deferred;

alter table building_characteristics
  add constraint building_characteristics_account_id_fkey foreign key (account_id) references accounts (account_id) on delete restrict deferrable initially deferred,
  add constraint building_characteristics_building_id_fkey foreign key (account_id, building_id) references buildings (account_id, id) on delete restrict deferrable initially deferred,
  add constraint building_characteristics_characteristic_id_fkey foreign key (account_id, characteristic_id) references characteristics (account_id, id) on delete restrict deferrable initially deferred;

alter table unit_characteristics
  add constraint unit_characteristics_account_id_fkey foreign key (account_id) references accounts (account_id) on delete restrict deferrable initially deferred,
  add constraint unit_characteristics_unit_id_fkey foreign key (account_id, unit_id) references units (account_id, id) on delete restrict deferrable initially deferred,
  add constraint unit_characteristics_characteristic_id_fkey foreign key (account_id, characteristic_id) references characteristics (account_id, id) on delete restrict deferrable initially deferred;

alter table unavailable_units
  add constraint unavailable_units_account_id_fkey foreign key (account_id) references accounts (account_id) on delete restrict deferrable initially deferred,
  add constraint unavailable_units_unit_id_fkey foreign key (account_id, unit_id) references units (account_id, id) on delete restrict deferrable initially deferred;

alter table owners
  add constraint owners_account_id_fkey foreign key (account_id) references accounts (account_id) on delete restrict deferrable initially deferred,
  add constraint owners_company_id_fkey foreign key (account_id, company_id) references companies (account_id, id) on delete restrict deferrable initially deferred;

alter table building_owners
  add constraint building_owners_account_id_fkey foreign key (account_id) references accounts (account_id) on delete restrict deferrable initially deferred,
  add constraint building_owners_building_id_fkey foreign key (account_id, building_id) references buildings (account_id, id) on delete restrict deferrable initially deferred,
  add constraint building_owners_owner_id_fkey foreign key (account_id, owner_id) references owners (account_id, id) on delete restrict deferrable initially deferred;

alter table employees
  add constraint employees_account_id_fkey foreign key (account_id) references accounts (account_id) on delete restrict deferrable initially deferred;

alter table lookup_codes
  add constraint lookup_codes_account_id_fkey foreign key (account_id) references accounts (account_id) on delete restrict deferrable initially deferred;

alter table tax_rates
  add constraint tax_rates_account_id_fkey foreign key (account_id) references accounts (account_id) on delete restrict deferrable initially deferred;

alter table tenants
  add constraint tenants_account_id_fkey foreign key (account_id) references accounts (account_id) on delete restrict deferrable initially deferred,
  add constraint tenants_ledger_division_id_fkey foreign key (account_id, ledger_division_id) references ledger_divisions (account_id, id) on delete restrict deferrable initially deferred,
  add constraint tenants_unit_id_fkey foreign key (account_id, unit_id) references units (account_id, id) on delete restrict deferrable initially deferred,
  add constraint tenants_current_lease_id_fkey foreign key (account_id, current_lease_id) references leases (account_id, id) on delete restrict deferrable initially deferred;

alter table co_tenants
  add constraint co_tenants_account_id_fkey foreign key (account_id) references accounts (account_id) on delete restrict deferrable initially deferred,
  add constraint co_tenants_tenant_id_fkey foreign key (account_id, tenant_id) references tenants (account_id, id) on delete restrict deferrable initially deferred;

alter table tenant_contacts
  add constraint tenant_contacts_account_id_fkey foreign key (account_id) references accounts (account_id) on delete restrict deferrable initially deferred,
  add constraint tenant_contacts_tenant_id_fkey foreign key (account_id, tenant_id) references tenants (account_id, id) on delete restrict deferrable initially deferred;

alter table leases
  add constraint leases_account_id_fkey foreign key (account_id) references accounts (account_id) on delete restrict deferrable initially deferred,
  add constraint leases_ledger_division_id_fkey foreign key (account_id, ledger_division_id) references ledger_divisions (account_id, id) on delete restrict deferrable initially deferred,
  add constraint leases_unit_id_fkey foreign key (account_id, unit_id) references units (account_id, id) on delete restrict deferrable initially deferred,
  add constraint leases_tenant_id_fkey foreign key (account_id, tenant_id) references tenants (account_id, id) on delete restrict deferrable initially deferred,
  add constraint leases_assigned_from_lease_id_fkey foreign key (account_id, assigned_from_lease_id) references leases (account_id, id) on delete restrict deferrable initially deferred,
  add constraint leases_rental_application_id_fkey foreign key (account_id, rental_application_id) references rental_applications (account_id, id) on delete restrict deferrable initially deferred;

alter table lease_price_changes
  add constraint lease_price_changes_account_id_fkey foreign key (account_id) references accounts (account_id) on delete restrict deferrable initially deferred,
  add constraint lease_price_changes_lease_id_fkey foreign key (account_id, lease_id) references leases (account_id, id) on delete restrict deferrable initially deferred,
  add constraint lease_price_changes_billing_run_id_fkey foreign key (account_id, billing_run_id) references billing_runs (account_id, id) on delete restrict deferrable initially deferred,
  add constraint lease_price_changes_lease_renewal_id_fkey foreign key (account_id, lease_renewal_id) references lease_renewals (account_id, id) on delete restrict deferrable initially deferred;

alter table lease_renewals
  add constraint lease_renewals_account_id_fkey foreign key (account_id) references accounts (account_id) on delete restrict deferrable initially deferred,
  add constraint lease_renewals_lease_id_fkey foreign key (account_id, lease_id) references leases (account_id, id) on delete restrict deferrable initially deferred,
  add constraint lease_renewals_document_id_fkey foreign key (account_id, document_id) references documents (account_id, id) on delete restrict deferrable initially deferred;

alter table services
  add constraint services_account_id_fkey foreign key (account_id) references accounts (account_id) on delete restrict deferrable initially deferred;

alter table tenant_services
  add constraint tenant_services_account_id_fkey foreign key (account_id) references accounts (account_id) on delete restrict deferrable initially deferred,
  add constraint tenant_services_tenant_id_fkey foreign key (account_id, tenant_id) references tenants (account_id, id) on delete restrict deferrable initially deferred,
  add constraint tenant_services_service_id_fkey foreign key (account_id, service_id) references services (account_id, id) on delete restrict deferrable initially deferred;

alter table parkings
  add constraint parkings_account_id_fkey foreign key (account_id) references accounts (account_id) on delete restrict deferrable initially deferred,
  add constraint parkings_building_id_fkey foreign key (account_id, building_id) references buildings (account_id, id) on delete restrict deferrable initially deferred,
  add constraint parkings_current_tenant_id_fkey foreign key (account_id, current_tenant_id) references tenants (account_id, id) on delete restrict deferrable initially deferred;

alter table tenant_parkings
  add constraint tenant_parkings_account_id_fkey foreign key (account_id) references accounts (account_id) on delete restrict deferrable initially deferred,
  add constraint tenant_parkings_tenant_id_fkey foreign key (account_id, tenant_id) references tenants (account_id, id) on delete restrict deferrable initially deferred,
  add constraint tenant_parkings_parking_id_fkey foreign key (account_id, parking_id) references parkings (account_id, id) on delete restrict deferrable initially deferred;

alter table storages
  add constraint storages_account_id_fkey foreign key (account_id) references accounts (account_id) on delete restrict deferrable initially deferred,
  add constraint storages_building_id_fkey foreign key (account_id, building_id) references buildings (account_id, id) on delete restrict deferrable initially deferred,
  add constraint storages_current_tenant_id_fkey foreign key (account_id, current_tenant_id) references tenants (account_id, id) on delete restrict deferrable initially deferred;

alter table tenant_storages
  add constraint tenant_storages_account_id_fkey foreign key (account_id) references accounts (account_id) on delete restrict deferrable initially deferred,
  add constraint tenant_storages_tenant_id_fkey foreign key (account_id, tenant_id) references tenants (account_id, id) on delete restrict deferrable initially deferred,
  add constraint tenant_storages_storage_id_fkey foreign key (account_id, storage_id) references storages (account_id, id) on delete restrict deferrable initially deferred;

alter table inspections
  add constraint inspections_account_id_fkey foreign key (account_id) references accounts (account_id) on delete restrict deferrable initially deferred,
  add constraint inspections_unit_id_fkey foreign key (account_id, unit_id) references units (account_id, id) on delete restrict deferrable initially deferred,
  add constraint inspections_tenant_id_fkey foreign key (account_id, tenant_id) references tenants (account_id, id) on delete restrict deferrable initially deferred,
  add constraint inspections_employee_id_fkey foreign key (account_id, employee_id) references employees (account_id, id) on delete restrict deferrable initially deferred,
  add constraint inspections_document_id_fkey foreign key (account_id, document_id) references documents (account_id, id) on delete restrict deferrable initially deferred;

alter table access_keys
  add constraint access_keys_account_id_fkey foreign key (account_id) references accounts (account_id) on delete restrict deferrable initially deferred,
  add constraint access_keys_building_id_fkey foreign key (account_id, building_id) references buildings (account_id, id) on delete restrict deferrable initially deferred,
  add constraint access_keys_unit_id_fkey foreign key (account_id, unit_id) references units (account_id, id) on delete restrict deferrable initially deferred,
  add constraint access_keys_tenant_id_fkey foreign key (account_id, tenant_id) references tenants (account_id, id) on delete restrict deferrable initially deferred;

alter table meter_readings
  add constraint meter_readings_account_id_fkey foreign key (account_id) references accounts (account_id) on delete restrict deferrable initially deferred,
  add constraint meter_readings_unit_id_fkey foreign key (account_id, unit_id) references units (account_id, id) on delete restrict deferrable initially deferred;

alter table prospects
  add constraint prospects_account_id_fkey foreign key (account_id) references accounts (account_id) on delete restrict deferrable initially deferred,
  add constraint prospects_ledger_division_id_fkey foreign key (account_id, ledger_division_id) references ledger_divisions (account_id, id) on delete restrict deferrable initially deferred,
  add constraint prospects_building_id_fkey foreign key (account_id, building_id) references buildings (account_id, id) on delete restrict deferrable initially deferred,
  add constraint prospects_unit_id_fkey foreign key (account_id, unit_id) references units (account_id, id) on delete restrict deferrable initially deferred,
  add constraint prospects_assigned_employee_id_fkey foreign key (account_id, assigned_employee_id) references employees (account_id, id) on delete restrict deferrable initially deferred;

alter table visits
  add constraint visits_account_id_fkey foreign key (account_id) references accounts (account_id) on delete restrict deferrable initially deferred,
  add constraint visits_prospect_id_fkey foreign key (account_id, prospect_id) references prospects (account_id, id) on delete restrict deferrable initially deferred,
  add constraint visits_unit_id_fkey foreign key (account_id, unit_id) references units (account_id, id) on delete restrict deferrable initially deferred,
  add constraint visits_employee_id_fkey foreign key (account_id, employee_id) references employees (account_id, id) on delete restrict deferrable initially deferred;

alter table rental_applications
  add constraint rental_applications_account_id_fkey foreign key (account_id) references accounts (account_id) on delete restrict deferrable initially deferred,
  add constraint rental_applications_prospect_id_fkey foreign key (account_id, prospect_id) references prospects (account_id, id) on delete restrict deferrable initially deferred,
  add constraint rental_applications_unit_id_fkey foreign key (account_id, unit_id) references units (account_id, id) on delete restrict deferrable initially deferred,
  add constraint rental_applications_tenant_id_fkey foreign key (account_id, tenant_id) references tenants (account_id, id) on delete restrict deferrable initially deferred,
  add constraint rental_applications_lease_id_fkey foreign key (account_id, lease_id) references leases (account_id, id) on delete restrict deferrable initially deferred;

alter table receivable_transactions
  add constraint receivable_transactions_account_id_fkey foreign key (account_id) references accounts (account_id) on delete restrict deferrable initially deferred,
  add constraint receivable_transactions_tenant_id_fkey foreign key (account_id, tenant_id) references tenants (account_id, id) on delete restrict deferrable initially deferred,
  add constraint receivable_transactions_ledger_division_id_fkey foreign key (account_id, ledger_division_id) references ledger_divisions (account_id, id) on delete restrict deferrable initially deferred,
  add constraint receivable_transactions_unit_id_fkey foreign key (account_id, unit_id) references units (account_id, id) on delete restrict deferrable initially deferred,
  add constraint receivable_transactions_service_id_fkey foreign key (account_id, service_id) references services (account_id, id) on delete restrict deferrable initially deferred,
  add constraint receivable_transactions_lease_id_fkey foreign key (account_id, lease_id) references leases (account_id, id) on delete restrict deferrable initially deferred,
  add constraint receivable_transactions_billing_run_id_fkey foreign key (account_id, billing_run_id) references billing_runs (account_id, id) on delete restrict deferrable initially deferred,
  add constraint receivable_transactions_payment_id_fkey foreign key (account_id, payment_id) references payments (account_id, id) on delete restrict deferrable initially deferred,
  add constraint receivable_transactions_reverses_transaction_id_fkey foreign key (account_id, reverses_transaction_id) references receivable_transactions (account_id, id) on delete restrict deferrable initially deferred;

alter table receivable_allocations
  add constraint receivable_allocations_account_id_fkey foreign key (account_id) references accounts (account_id) on delete restrict deferrable initially deferred,
  add constraint receivable_allocations_credit_transaction_id_fkey foreign key (account_id, credit_transaction_id) references receivable_transactions (account_id, id) on delete restrict deferrable initially deferred,
  add constraint receivable_allocations_charge_transaction_id_fkey foreign key (account_id, charge_transaction_id) references receivable_transactions (account_id, id) on delete restrict deferrable initially deferred;

alter table payments
  add constraint payments_account_id_fkey foreign key (account_id) references accounts (account_id) on delete restrict deferrable initially deferred,
  add constraint payments_tenant_id_fkey foreign key (account_id, tenant_id) references tenants (account_id, id) on delete restrict deferrable initially deferred,
  add constraint payments_bank_account_id_fkey foreign key (account_id, bank_account_id) references bank_accounts (account_id, id) on delete restrict deferrable initially deferred,
  add constraint payments_preauthorized_debit_id_fkey foreign key (account_id, preauthorized_debit_id) references preauthorized_debits (account_id, id) on delete restrict deferrable initially deferred;

alter table preauthorized_debits
  add constraint preauthorized_debits_account_id_fkey foreign key (account_id) references accounts (account_id) on delete restrict deferrable initially deferred,
  add constraint preauthorized_debits_tenant_id_fkey foreign key (account_id, tenant_id) references tenants (account_id, id) on delete restrict deferrable initially deferred,
  add constraint preauthorized_debits_document_id_fkey foreign key (account_id, document_id) references documents (account_id, id) on delete restrict deferrable initially deferred;

alter table bank_accounts
  add constraint bank_accounts_account_id_fkey foreign key (account_id) references accounts (account_id) on delete restrict deferrable initially deferred,
  add constraint bank_accounts_ledger_division_id_fkey foreign key (account_id, ledger_division_id) references ledger_divisions (account_id, id) on delete restrict deferrable initially deferred,
  add constraint bank_accounts_gl_account_id_fkey foreign key (account_id, gl_account_id) references gl_accounts (account_id, id) on delete restrict deferrable initially deferred;

alter table billing_runs
  add constraint billing_runs_account_id_fkey foreign key (account_id) references accounts (account_id) on delete restrict deferrable initially deferred,
  add constraint billing_runs_ledger_division_id_fkey foreign key (account_id, ledger_division_id) references ledger_divisions (account_id, id) on delete restrict deferrable initially deferred;

alter table late_notices
  add constraint late_notices_account_id_fkey foreign key (account_id) references accounts (account_id) on delete restrict deferrable initially deferred,
  add constraint late_notices_tenant_id_fkey foreign key (account_id, tenant_id) references tenants (account_id, id) on delete restrict deferrable initially deferred,
  add constraint late_notices_document_id_fkey foreign key (account_id, document_id) references documents (account_id, id) on delete restrict deferrable initially deferred;

alter table rl31_slips
  add constraint rl31_slips_account_id_fkey foreign key (account_id) references accounts (account_id) on delete restrict deferrable initially deferred,
  add constraint rl31_slips_tenant_id_fkey foreign key (account_id, tenant_id) references tenants (account_id, id) on delete restrict deferrable initially deferred,
  add constraint rl31_slips_co_tenant_id_fkey foreign key (account_id, co_tenant_id) references co_tenants (account_id, id) on delete restrict deferrable initially deferred,
  add constraint rl31_slips_unit_id_fkey foreign key (account_id, unit_id) references units (account_id, id) on delete restrict deferrable initially deferred,
  add constraint rl31_slips_document_id_fkey foreign key (account_id, document_id) references documents (account_id, id) on delete restrict deferrable initially deferred;

alter table service_call_categories
  add constraint service_call_categories_account_id_fkey foreign key (account_id) references accounts (account_id) on delete restrict deferrable initially deferred,
  add constraint service_call_categories_parent_id_fkey foreign key (account_id, parent_id) references service_call_categories (account_id, id) on delete restrict deferrable initially deferred,
  add constraint service_call_categories_default_employee_id_fkey foreign key (account_id, default_employee_id) references employees (account_id, id) on delete restrict deferrable initially deferred;

alter table service_calls
  add constraint service_calls_account_id_fkey foreign key (account_id) references accounts (account_id) on delete restrict deferrable initially deferred,
  add constraint service_calls_ledger_division_id_fkey foreign key (account_id, ledger_division_id) references ledger_divisions (account_id, id) on delete restrict deferrable initially deferred,
  add constraint service_calls_building_id_fkey foreign key (account_id, building_id) references buildings (account_id, id) on delete restrict deferrable initially deferred,
  add constraint service_calls_unit_id_fkey foreign key (account_id, unit_id) references units (account_id, id) on delete restrict deferrable initially deferred,
  add constraint service_calls_tenant_id_fkey foreign key (account_id, tenant_id) references tenants (account_id, id) on delete restrict deferrable initially deferred,
  add constraint service_calls_category_id_fkey foreign key (account_id, category_id) references service_call_categories (account_id, id) on delete restrict deferrable initially deferred,
  add constraint service_calls_assigned_employee_id_fkey foreign key (account_id, assigned_employee_id) references employees (account_id, id) on delete restrict deferrable initially deferred,
  add constraint service_calls_supplier_id_fkey foreign key (account_id, supplier_id) references suppliers (account_id, id) on delete restrict deferrable initially deferred;

alter table service_call_details
  add constraint service_call_details_account_id_fkey foreign key (account_id) references accounts (account_id) on delete restrict deferrable initially deferred,
  add constraint service_call_details_service_call_id_fkey foreign key (account_id, service_call_id) references service_calls (account_id, id) on delete restrict deferrable initially deferred,
  add constraint service_call_details_employee_id_fkey foreign key (account_id, employee_id) references employees (account_id, id) on delete restrict deferrable initially deferred,
  add constraint service_call_details_supplier_id_fkey foreign key (account_id, supplier_id) references suppliers (account_id, id) on delete restrict deferrable initially deferred,
  add constraint service_call_details_invoice_id_fkey foreign key (account_id, invoice_id) references invoices (account_id, id) on delete restrict deferrable initially deferred;

alter table suppliers
  add constraint suppliers_account_id_fkey foreign key (account_id) references accounts (account_id) on delete restrict deferrable initially deferred,
  add constraint suppliers_company_id_fkey foreign key (account_id, company_id) references companies (account_id, id) on delete restrict deferrable initially deferred,
  add constraint suppliers_default_gl_account_id_fkey foreign key (account_id, default_gl_account_id) references gl_accounts (account_id, id) on delete restrict deferrable initially deferred;

alter table invoices
  add constraint invoices_account_id_fkey foreign key (account_id) references accounts (account_id) on delete restrict deferrable initially deferred,
  add constraint invoices_ledger_division_id_fkey foreign key (account_id, ledger_division_id) references ledger_divisions (account_id, id) on delete restrict deferrable initially deferred,
  add constraint invoices_supplier_id_fkey foreign key (account_id, supplier_id) references suppliers (account_id, id) on delete restrict deferrable initially deferred,
  add constraint invoices_service_call_id_fkey foreign key (account_id, service_call_id) references service_calls (account_id, id) on delete restrict deferrable initially deferred,
  add constraint invoices_document_id_fkey foreign key (account_id, document_id) references documents (account_id, id) on delete restrict deferrable initially deferred,
  add constraint invoices_approved_by_employee_id_fkey foreign key (account_id, approved_by_employee_id) references employees (account_id, id) on delete restrict deferrable initially deferred;

alter table invoice_lines
  add constraint invoice_lines_account_id_fkey foreign key (account_id) references accounts (account_id) on delete restrict deferrable initially deferred,
  add constraint invoice_lines_invoice_id_fkey foreign key (account_id, invoice_id) references invoices (account_id, id) on delete restrict deferrable initially deferred,
  add constraint invoice_lines_gl_account_id_fkey foreign key (account_id, gl_account_id) references gl_accounts (account_id, id) on delete restrict deferrable initially deferred,
  add constraint invoice_lines_building_id_fkey foreign key (account_id, building_id) references buildings (account_id, id) on delete restrict deferrable initially deferred,
  add constraint invoice_lines_unit_id_fkey foreign key (account_id, unit_id) references units (account_id, id) on delete restrict deferrable initially deferred;

alter table gl_accounts
  add constraint gl_accounts_account_id_fkey foreign key (account_id) references accounts (account_id) on delete restrict deferrable initially deferred,
  add constraint gl_accounts_company_id_fkey foreign key (account_id, company_id) references companies (account_id, id) on delete restrict deferrable initially deferred,
  add constraint gl_accounts_parent_account_id_fkey foreign key (account_id, parent_account_id) references gl_accounts (account_id, id) on delete restrict deferrable initially deferred;

alter table gl_entries
  add constraint gl_entries_account_id_fkey foreign key (account_id) references accounts (account_id) on delete restrict deferrable initially deferred,
  add constraint gl_entries_ledger_division_id_fkey foreign key (account_id, ledger_division_id) references ledger_divisions (account_id, id) on delete restrict deferrable initially deferred,
  add constraint gl_entries_gl_account_id_fkey foreign key (account_id, gl_account_id) references gl_accounts (account_id, id) on delete restrict deferrable initially deferred,
  add constraint gl_entries_building_id_fkey foreign key (account_id, building_id) references buildings (account_id, id) on delete restrict deferrable initially deferred;

alter table fiscal_periods
  add constraint fiscal_periods_account_id_fkey foreign key (account_id) references accounts (account_id) on delete restrict deferrable initially deferred,
  add constraint fiscal_periods_ledger_division_id_fkey foreign key (account_id, ledger_division_id) references ledger_divisions (account_id, id) on delete restrict deferrable initially deferred;

alter table budgets
  add constraint budgets_account_id_fkey foreign key (account_id) references accounts (account_id) on delete restrict deferrable initially deferred,
  add constraint budgets_ledger_division_id_fkey foreign key (account_id, ledger_division_id) references ledger_divisions (account_id, id) on delete restrict deferrable initially deferred,
  add constraint budgets_gl_account_id_fkey foreign key (account_id, gl_account_id) references gl_accounts (account_id, id) on delete restrict deferrable initially deferred,
  add constraint budgets_building_id_fkey foreign key (account_id, building_id) references buildings (account_id, id) on delete restrict deferrable initially deferred;

alter table financial_statements
  add constraint financial_statements_account_id_fkey foreign key (account_id) references accounts (account_id) on delete restrict deferrable initially deferred,
  add constraint financial_statements_ledger_division_id_fkey foreign key (account_id, ledger_division_id) references ledger_divisions (account_id, id) on delete restrict deferrable initially deferred,
  add constraint financial_statements_building_id_fkey foreign key (account_id, building_id) references buildings (account_id, id) on delete restrict deferrable initially deferred,
  add constraint financial_statements_gl_account_id_fkey foreign key (account_id, gl_account_id) references gl_accounts (account_id, id) on delete restrict deferrable initially deferred;

alter table documents
  add constraint documents_account_id_fkey foreign key (account_id) references accounts (account_id) on delete restrict deferrable initially deferred,
  add constraint documents_ledger_division_id_fkey foreign key (account_id, ledger_division_id) references ledger_divisions (account_id, id) on delete restrict deferrable initially deferred,
  add constraint documents_building_id_fkey foreign key (account_id, building_id) references buildings (account_id, id) on delete restrict deferrable initially deferred,
  add constraint documents_unit_id_fkey foreign key (account_id, unit_id) references units (account_id, id) on delete restrict deferrable initially deferred,
  add constraint documents_tenant_id_fkey foreign key (account_id, tenant_id) references tenants (account_id, id) on delete restrict deferrable initially deferred,
  add constraint documents_lease_id_fkey foreign key (account_id, lease_id) references leases (account_id, id) on delete restrict deferrable initially deferred,
  add constraint documents_service_call_id_fkey foreign key (account_id, service_call_id) references service_calls (account_id, id) on delete restrict deferrable initially deferred,
  add constraint documents_supplier_id_fkey foreign key (account_id, supplier_id) references suppliers (account_id, id) on delete restrict deferrable initially deferred;

alter table messages
  add constraint messages_account_id_fkey foreign key (account_id) references accounts (account_id) on delete restrict deferrable initially deferred,
  add constraint messages_tenant_id_fkey foreign key (account_id, tenant_id) references tenants (account_id, id) on delete restrict deferrable initially deferred,
  add constraint messages_in_reply_to_id_fkey foreign key (account_id, in_reply_to_id) references messages (account_id, id) on delete restrict deferrable initially deferred,
  add constraint messages_employee_id_fkey foreign key (account_id, employee_id) references employees (account_id, id) on delete restrict deferrable initially deferred,
  add constraint messages_service_call_id_fkey foreign key (account_id, service_call_id) references service_calls (account_id, id) on delete restrict deferrable initially deferred,
  add constraint messages_document_id_fkey foreign key (account_id, document_id) references documents (account_id, id) on delete restrict deferrable initially deferred;

alter table notes
  add constraint notes_account_id_fkey foreign key (account_id) references accounts (account_id) on delete restrict deferrable initially deferred,
  add constraint notes_ledger_division_id_fkey foreign key (account_id, ledger_division_id) references ledger_divisions (account_id, id) on delete restrict deferrable initially deferred,
  add constraint notes_building_id_fkey foreign key (account_id, building_id) references buildings (account_id, id) on delete restrict deferrable initially deferred,
  add constraint notes_unit_id_fkey foreign key (account_id, unit_id) references units (account_id, id) on delete restrict deferrable initially deferred,
  add constraint notes_tenant_id_fkey foreign key (account_id, tenant_id) references tenants (account_id, id) on delete restrict deferrable initially deferred;

create index ledger_divisions_company_id_idx on ledger_divisions (account_id, company_id, id);
create index ledger_divisions_manager_employee_id_idx on ledger_divisions (account_id, manager_employee_id, id);
create index ledger_divisions_rent_service_id_idx on ledger_divisions (account_id, rent_service_id, id);
create index ledger_divisions_nsf_service_id_idx on ledger_divisions (account_id, nsf_service_id, id);
create index ledger_divisions_receivable_gl_account_id_idx on ledger_divisions (account_id, receivable_gl_account_id, id);
create index ledger_divisions_payable_gl_account_id_idx on ledger_divisions (account_id, payable_gl_account_id, id);
create index ledger_divisions_bank_gl_account_id_idx on ledger_divisions (account_id, bank_gl_account_id, id);
create index ledger_divisions_gst_collected_gl_account_id_idx on ledger_divisions (account_id, gst_collected_gl_account_id, id);
create index ledger_divisions_qst_collected_gl_account_id_idx on ledger_divisions (account_id, qst_collected_gl_account_id, id);
create index ledger_divisions_gst_paid_gl_account_id_idx on ledger_divisions (account_id, gst_paid_gl_account_id, id);
create index ledger_divisions_qst_paid_gl_account_id_idx on ledger_divisions (account_id, qst_paid_gl_account_id, id);
create index ledger_divisions_modified_date_idx on ledger_divisions (account_id, modified_date, id);
create index ledger_divisions_name_civic_no_and_street_city_email_trgm on ledger_divisions using gin (name gin_trgm_ops, civic_no_and_street gin_trgm_ops, city gin_trgm_ops, email gin_trgm_ops);

create index companies_modified_date_idx on companies (account_id, modified_date, id);
create index companies_name_legal_name_civic_no_and_street_city_email_trgm on companies using gin (name gin_trgm_ops, legal_name gin_trgm_ops, civic_no_and_street gin_trgm_ops, city gin_trgm_ops, email gin_trgm_ops);

create index buildings_ledger_division_id_idx on buildings (account_id, ledger_division_id, id);
create index buildings_manager_employee_id_idx on buildings (account_id, manager_employee_id, id);
create index buildings_superintendent_employee_id_idx on buildings (account_id, superintendent_employee_id, id);
create index buildings_bank_account_id_idx on buildings (account_id, bank_account_id, id);
create index buildings_company_no_division_no_name_idx on buildings (account_id, company_no, division_no, name, id);
create index buildings_name_idx on buildings (account_id, name, id);
create index buildings_modified_date_idx on buildings (account_id, modified_date, id);
create index buildings_name_civic_no_and_street_city_email_trgm on buildings using gin (name gin_trgm_ops, civic_no_and_street gin_trgm_ops, city gin_trgm_ops, email gin_trgm_ops);

create index units_building_id_idx on units (account_id, building_id, id);
create index units_current_lease_id_idx on units (account_id, current_lease_id, id);
create index units_current_tenant_id_idx on units (account_id, current_tenant_id, id);
create index units_owner_id_idx on units (account_id, owner_id, id);
create index units_modified_date_idx on units (account_id, modified_date, id);
create index units_civic_no_and_street_trgm on units using gin (civic_no_and_street gin_trgm_ops);

create index characteristics_modified_date_idx on characteristics (account_id, modified_date, id);

create index building_characteristics_building_id_idx on building_characteristics (account_id, building_id, id);
create index building_characteristics_characteristic_id_idx on building_characteristics (account_id, characteristic_id, id);
create index building_characteristics_modified_date_idx on building_characteristics (account_id, modified_date, id);
create index building_characteristics_building_id_legacy_idx on building_characteristics (account_id, company_no, division_no, building_code, id);

create index unit_characteristics_unit_id_idx on unit_characteristics (account_id, unit_id, id);
create index unit_characteristics_characteristic_id_idx on unit_characteristics (account_id, characteristic_id, id);
create index unit_characteristics_modified_date_idx on unit_characteristics (account_id, modified_date, id);
create index unit_characteristics_unit_id_legacy_idx on unit_characteristics (account_id, company_no, division_no, building_code, unit_code, id);

create index unavailable_units_unit_id_idx on unavailable_units (account_id, unit_id, id);
create index unavailable_units_modified_date_idx on unavailable_units (account_id, modified_date, id);
create index unavailable_units_unit_id_legacy_idx on unavailable_units (account_id, company_no, division_no, building_code, unit_code, id);

create index owners_company_id_idx on owners (account_id, company_id, id);
create index owners_modified_date_idx on owners (account_id, modified_date, id);
create index owners_last_name_first_name_civic_no_and_street_city_email_trgm on owners using gin (last_name gin_trgm_ops, first_name gin_trgm_ops, civic_no_and_street gin_trgm_ops, city gin_trgm_ops, email gin_trgm_ops);

create index building_owners_building_id_idx on building_owners (account_id, building_id, id);
create index building_owners_owner_id_idx on building_owners (account_id, owner_id, id);
create index building_owners_modified_date_idx on building_owners (account_id, modified_date, id);
create index building_owners_building_id_legacy_idx on building_owners (account_id, company_no, division_no, building_code, id);

create index employees_modified_date_idx on employees (account_id, modified_date, id);
create index employees_last_name_first_name_email_trgm on employees using gin (last_name gin_trgm_ops, first_name gin_trgm_ops, email gin_trgm_ops);

create index lookup_codes_modified_date_idx on lookup_codes (account_id, modified_date, id);

create index tax_rates_modified_date_idx on tax_rates (account_id, modified_date, id);

create index tenants_ledger_division_id_idx on tenants (account_id, ledger_division_id, id);
create index tenants_unit_id_idx on tenants (account_id, unit_id, id);
create index tenants_current_lease_id_idx on tenants (account_id, current_lease_id, id);
create index tenants_last_name_first_name_idx on tenants (account_id, last_name, first_name, id);
create index tenants_modified_date_idx on tenants (account_id, modified_date, id);
create index tenants_unit_id_legacy_idx on tenants (account_id, company_no, division_no, building_code, unit_code, id);
create index tenants_last_name_first_name_email_and_2_more_trgm on tenants using gin (last_name gin_trgm_ops, first_name gin_trgm_ops, email gin_trgm_ops, civic_no_and_street gin_trgm_ops, city gin_trgm_ops);

create index co_tenants_tenant_id_idx on co_tenants (account_id, tenant_id, id);
create index co_tenants_modified_date_idx on co_tenants (account_id, modified_date, id);
create index co_tenants_tenant_id_legacy_idx on co_tenants (account_id, company_no, division_no, tenant_type, tenant_no, id);
create index co_tenants_last_name_first_name_email_trgm on co_tenants using gin (last_name gin_trgm_ops, first_name gin_trgm_ops, email gin_trgm_ops);

create index tenant_contacts_tenant_id_idx on tenant_contacts (account_id, tenant_id, id);
create index tenant_contacts_modified_date_idx on tenant_contacts (account_id, modified_date, id);
create index tenant_contacts_tenant_id_legacy_idx on tenant_contacts (account_id, company_no, division_no, tenant_type, tenant_no, id);
create index tenant_contacts_last_name_first_name_email_and_2_more_trgm on tenant_contacts using gin (last_name gin_trgm_ops, first_name gin_trgm_ops, email gin_trgm_ops, civic_no_and_street gin_trgm_ops, city gin_trgm_ops);

create index leases_ledger_division_id_idx on leases (account_id, ledger_division_id, id);
create index leases_unit_id_idx on leases (account_id, unit_id, id);
create index leases_tenant_id_idx on leases (account_id, tenant_id, id);
create index leases_assigned_from_lease_id_idx on leases (account_id, assigned_from_lease_id, id);
create index leases_rental_application_id_idx on leases (account_id, rental_application_id, id);
create index leases_modified_date_idx on leases (account_id, modified_date, id);
create index leases_unit_id_legacy_idx on leases (account_id, company_no, division_no, building_code, unit_code, id);
create index leases_tenant_id_legacy_idx on leases (account_id, company_no, division_no, tenant_type, tenant_no, id);

create index lease_price_changes_lease_id_idx on lease_price_changes (account_id, lease_id, id);
create index lease_price_changes_billing_run_id_idx on lease_price_changes (account_id, billing_run_id, id);
create index lease_price_changes_lease_renewal_id_idx on lease_price_changes (account_id, lease_renewal_id, id);
create index lease_price_changes_modified_date_idx on lease_price_changes (account_id, modified_date, id);

create index lease_renewals_lease_id_idx on lease_renewals (account_id, lease_id, id);
create index lease_renewals_document_id_idx on lease_renewals (account_id, document_id, id);
create index lease_renewals_modified_date_idx on lease_renewals (account_id, modified_date, id);

create index services_modified_date_idx on services (account_id, modified_date, id);

create index tenant_services_tenant_id_idx on tenant_services (account_id, tenant_id, id);
create index tenant_services_service_id_idx on tenant_services (account_id, service_id, id);
create index tenant_services_modified_date_idx on tenant_services (account_id, modified_date, id);
create index tenant_services_tenant_id_legacy_idx on tenant_services (account_id, company_no, division_no, tenant_type, tenant_no, id);
create index tenant_services_service_id_legacy_idx on tenant_services (account_id, company_no, division_no, service_code, id);

create index parkings_building_id_idx on parkings (account_id, building_id, id);
create index parkings_current_tenant_id_idx on parkings (account_id, current_tenant_id, id);
create index parkings_modified_date_idx on parkings (account_id, modified_date, id);

create index tenant_parkings_tenant_id_idx on tenant_parkings (account_id, tenant_id, id);
create index tenant_parkings_parking_id_idx on tenant_parkings (account_id, parking_id, id);
create index tenant_parkings_modified_date_idx on tenant_parkings (account_id, modified_date, id);
create index tenant_parkings_tenant_id_legacy_idx on tenant_parkings (account_id, company_no, division_no, tenant_type, tenant_no, id);
create index tenant_parkings_parking_id_legacy_idx on tenant_parkings (account_id, company_no, division_no, building_code, parking_code, id);

create index storages_building_id_idx on storages (account_id, building_id, id);
create index storages_current_tenant_id_idx on storages (account_id, current_tenant_id, id);
create index storages_modified_date_idx on storages (account_id, modified_date, id);

create index tenant_storages_tenant_id_idx on tenant_storages (account_id, tenant_id, id);
create index tenant_storages_storage_id_idx on tenant_storages (account_id, storage_id, id);
create index tenant_storages_modified_date_idx on tenant_storages (account_id, modified_date, id);
create index tenant_storages_tenant_id_legacy_idx on tenant_storages (account_id, company_no, division_no, tenant_type, tenant_no, id);
create index tenant_storages_storage_id_legacy_idx on tenant_storages (account_id, company_no, division_no, building_code, storage_code, id);

create index inspections_unit_id_idx on inspections (account_id, unit_id, id);
create index inspections_tenant_id_idx on inspections (account_id, tenant_id, id);
create index inspections_employee_id_idx on inspections (account_id, employee_id, id);
create index inspections_document_id_idx on inspections (account_id, document_id, id);
create index inspections_modified_date_idx on inspections (account_id, modified_date, id);
create index inspections_unit_id_legacy_idx on inspections (account_id, company_no, division_no, building_code, unit_code, id);

create index access_keys_building_id_idx on access_keys (account_id, building_id, id);
create index access_keys_unit_id_idx on access_keys (account_id, unit_id, id);
create index access_keys_tenant_id_idx on access_keys (account_id, tenant_id, id);
create index access_keys_modified_date_idx on access_keys (account_id, modified_date, id);
create index access_keys_building_id_legacy_idx on access_keys (account_id, company_no, division_no, building_code, id);

create index meter_readings_unit_id_idx on meter_readings (account_id, unit_id, id);
create index meter_readings_modified_date_idx on meter_readings (account_id, modified_date, id);
create index meter_readings_unit_id_legacy_idx on meter_readings (account_id, company_no, division_no, building_code, unit_code, id);

create index prospects_ledger_division_id_idx on prospects (account_id, ledger_division_id, id);
create index prospects_building_id_idx on prospects (account_id, building_id, id);
create index prospects_unit_id_idx on prospects (account_id, unit_id, id);
create index prospects_assigned_employee_id_idx on prospects (account_id, assigned_employee_id, id);
create index prospects_modified_date_idx on prospects (account_id, modified_date, id);
create index prospects_last_name_first_name_email_trgm on prospects using gin (last_name gin_trgm_ops, first_name gin_trgm_ops, email gin_trgm_ops);

create index visits_prospect_id_idx on visits (account_id, prospect_id, id);
create index visits_unit_id_idx on visits (account_id, unit_id, id);
create index visits_employee_id_idx on visits (account_id, employee_id, id);
create index visits_modified_date_idx on visits (account_id, modified_date, id);
create index visits_unit_id_legacy_idx on visits (account_id, company_no, division_no, building_code, unit_code, id);

create index rental_applications_prospect_id_idx on rental_applications (account_id, prospect_id, id);
create index rental_applications_unit_id_idx on rental_applications (account_id, unit_id, id);
create index rental_applications_tenant_id_idx on rental_applications (account_id, tenant_id, id);
create index rental_applications_lease_id_idx on rental_applications (account_id, lease_id, id);
create index rental_applications_modified_date_idx on rental_applications (account_id, modified_date, id);
create index rental_applications_unit_id_legacy_idx on rental_applications (account_id, company_no, division_no, building_code, unit_code, id);

create index receivable_transactions_tenant_id_idx on receivable_transactions (account_id, tenant_id, id);
create index receivable_transactions_ledger_division_id_idx on receivable_transactions (account_id, ledger_division_id, id);
create index receivable_transactions_unit_id_idx on receivable_transactions (account_id, unit_id, id);
create index receivable_transactions_service_id_idx on receivable_transactions (account_id, service_id, id);
create index receivable_transactions_lease_id_idx on receivable_transactions (account_id, lease_id, id);
create index receivable_transactions_billing_run_id_idx on receivable_transactions (account_id, billing_run_id, id);
create index receivable_transactions_payment_id_idx on receivable_transactions (account_id, payment_id, id);
create index receivable_transactions_reverses_transaction_id_idx on receivable_transactions (account_id, reverses_transaction_id, id);
create index receivable_transactions_modified_date_idx on receivable_transactions (account_id, modified_date, id);
create index receivable_transactions_tenant_id_legacy_idx on receivable_transactions (account_id, company_no, division_no, tenant_type, tenant_no, id);

create index receivable_allocations_credit_transaction_id_idx on receivable_allocations (account_id, credit_transaction_id, id);
create index receivable_allocations_charge_transaction_id_idx on receivable_allocations (account_id, charge_transaction_id, id);
create index receivable_allocations_modified_date_idx on receivable_allocations (account_id, modified_date, id);

create index payments_tenant_id_idx on payments (account_id, tenant_id, id);
create index payments_bank_account_id_idx on payments (account_id, bank_account_id, id);
create index payments_preauthorized_debit_id_idx on payments (account_id, preauthorized_debit_id, id);
create index payments_modified_date_idx on payments (account_id, modified_date, id);
create index payments_tenant_id_legacy_idx on payments (account_id, company_no, division_no, tenant_type, tenant_no, id);

create index preauthorized_debits_tenant_id_idx on preauthorized_debits (account_id, tenant_id, id);
create index preauthorized_debits_document_id_idx on preauthorized_debits (account_id, document_id, id);
create index preauthorized_debits_modified_date_idx on preauthorized_debits (account_id, modified_date, id);
create index preauthorized_debits_tenant_id_legacy_idx on preauthorized_debits (account_id, company_no, division_no, tenant_type, tenant_no, id);

create index bank_accounts_ledger_division_id_idx on bank_accounts (account_id, ledger_division_id, id);
create index bank_accounts_gl_account_id_idx on bank_accounts (account_id, gl_account_id, id);
create index bank_accounts_modified_date_idx on bank_accounts (account_id, modified_date, id);
create index bank_accounts_name_trgm on bank_accounts using gin (name gin_trgm_ops);

create index billing_runs_ledger_division_id_idx on billing_runs (account_id, ledger_division_id, id);
create index billing_runs_modified_date_idx on billing_runs (account_id, modified_date, id);

create index late_notices_tenant_id_idx on late_notices (account_id, tenant_id, id);
create index late_notices_document_id_idx on late_notices (account_id, document_id, id);
create index late_notices_modified_date_idx on late_notices (account_id, modified_date, id);
create index late_notices_tenant_id_legacy_idx on late_notices (account_id, company_no, division_no, tenant_type, tenant_no, id);

create index rl31_slips_tenant_id_idx on rl31_slips (account_id, tenant_id, id);
create index rl31_slips_co_tenant_id_idx on rl31_slips (account_id, co_tenant_id, id);
create index rl31_slips_unit_id_idx on rl31_slips (account_id, unit_id, id);
create index rl31_slips_document_id_idx on rl31_slips (account_id, document_id, id);
create index rl31_slips_modified_date_idx on rl31_slips (account_id, modified_date, id);
create index rl31_slips_tenant_id_legacy_idx on rl31_slips (account_id, company_no, division_no, tenant_type, tenant_no, id);

create index service_call_categories_parent_id_idx on service_call_categories (account_id, parent_id, id);
create index service_call_categories_default_employee_id_idx on service_call_categories (account_id, default_employee_id, id);
create index service_call_categories_modified_date_idx on service_call_categories (account_id, modified_date, id);

create index service_calls_ledger_division_id_idx on service_calls (account_id, ledger_division_id, id);
create index service_calls_building_id_idx on service_calls (account_id, building_id, id);
create index service_calls_unit_id_idx on service_calls (account_id, unit_id, id);
create index service_calls_tenant_id_idx on service_calls (account_id, tenant_id, id);
create index service_calls_category_id_idx on service_calls (account_id, category_id, id);
create index service_calls_assigned_employee_id_idx on service_calls (account_id, assigned_employee_id, id);
create index service_calls_supplier_id_idx on service_calls (account_id, supplier_id, id);
create index service_calls_modified_date_idx on service_calls (account_id, modified_date, id);
create index service_calls_building_id_legacy_idx on service_calls (account_id, company_no, division_no, building_code, id);
create index service_calls_unit_id_legacy_idx on service_calls (account_id, company_no, division_no, unit_code, id);

create index service_call_details_service_call_id_idx on service_call_details (account_id, service_call_id, id);
create index service_call_details_employee_id_idx on service_call_details (account_id, employee_id, id);
create index service_call_details_supplier_id_idx on service_call_details (account_id, supplier_id, id);
create index service_call_details_invoice_id_idx on service_call_details (account_id, invoice_id, id);
create index service_call_details_modified_date_idx on service_call_details (account_id, modified_date, id);

create index suppliers_company_id_idx on suppliers (account_id, company_id, id);
create index suppliers_default_gl_account_id_idx on suppliers (account_id, default_gl_account_id, id);
create index suppliers_modified_date_idx on suppliers (account_id, modified_date, id);
create index suppliers_name_civic_no_and_street_city_email_trgm on suppliers using gin (name gin_trgm_ops, civic_no_and_street gin_trgm_ops, city gin_trgm_ops, email gin_trgm_ops);

create index invoices_ledger_division_id_idx on invoices (account_id, ledger_division_id, id);
create index invoices_supplier_id_idx on invoices (account_id, supplier_id, id);
create index invoices_service_call_id_idx on invoices (account_id, service_call_id, id);
create index invoices_document_id_idx on invoices (account_id, document_id, id);
create index invoices_approved_by_employee_id_idx on invoices (account_id, approved_by_employee_id, id);
create index invoices_modified_date_idx on invoices (account_id, modified_date, id);
create index invoices_supplier_id_legacy_idx on invoices (account_id, company_no, division_no, supplier_code, id);

create index invoice_lines_invoice_id_idx on invoice_lines (account_id, invoice_id, id);
create index invoice_lines_gl_account_id_idx on invoice_lines (account_id, gl_account_id, id);
create index invoice_lines_building_id_idx on invoice_lines (account_id, building_id, id);
create index invoice_lines_unit_id_idx on invoice_lines (account_id, unit_id, id);
create index invoice_lines_modified_date_idx on invoice_lines (account_id, modified_date, id);
create index invoice_lines_gl_account_id_legacy_idx on invoice_lines (account_id, gl_account_no, id);
create index invoice_lines_building_id_legacy_idx on invoice_lines (account_id, building_code, id);
create index invoice_lines_unit_id_legacy_idx on invoice_lines (account_id, unit_code, id);

create index gl_accounts_company_id_idx on gl_accounts (account_id, company_id, id);
create index gl_accounts_parent_account_id_idx on gl_accounts (account_id, parent_account_id, id);
create index gl_accounts_modified_date_idx on gl_accounts (account_id, modified_date, id);

create index gl_entries_ledger_division_id_idx on gl_entries (account_id, ledger_division_id, id);
create index gl_entries_gl_account_id_idx on gl_entries (account_id, gl_account_id, id);
create index gl_entries_building_id_idx on gl_entries (account_id, building_id, id);
create index gl_entries_modified_date_idx on gl_entries (account_id, modified_date, id);

create index fiscal_periods_ledger_division_id_idx on fiscal_periods (account_id, ledger_division_id, id);
create index fiscal_periods_modified_date_idx on fiscal_periods (account_id, modified_date, id);

create index budgets_ledger_division_id_idx on budgets (account_id, ledger_division_id, id);
create index budgets_gl_account_id_idx on budgets (account_id, gl_account_id, id);
create index budgets_building_id_idx on budgets (account_id, building_id, id);
create index budgets_modified_date_idx on budgets (account_id, modified_date, id);

create index financial_statements_ledger_division_id_idx on financial_statements (account_id, ledger_division_id, id);
create index financial_statements_building_id_idx on financial_statements (account_id, building_id, id);
create index financial_statements_gl_account_id_idx on financial_statements (account_id, gl_account_id, id);
create index financial_statements_modified_date_idx on financial_statements (account_id, modified_date, id);

create index documents_ledger_division_id_idx on documents (account_id, ledger_division_id, id);
create index documents_building_id_idx on documents (account_id, building_id, id);
create index documents_unit_id_idx on documents (account_id, unit_id, id);
create index documents_tenant_id_idx on documents (account_id, tenant_id, id);
create index documents_lease_id_idx on documents (account_id, lease_id, id);
create index documents_service_call_id_idx on documents (account_id, service_call_id, id);
create index documents_supplier_id_idx on documents (account_id, supplier_id, id);
create index documents_modified_date_idx on documents (account_id, modified_date, id);

create index messages_tenant_id_idx on messages (account_id, tenant_id, id);
create index messages_in_reply_to_id_idx on messages (account_id, in_reply_to_id, id);
create index messages_employee_id_idx on messages (account_id, employee_id, id);
create index messages_service_call_id_idx on messages (account_id, service_call_id, id);
create index messages_document_id_idx on messages (account_id, document_id, id);
create index messages_modified_date_idx on messages (account_id, modified_date, id);
create index messages_tenant_id_legacy_idx on messages (account_id, company_no, division_no, tenant_type, tenant_no, id);

create index notes_ledger_division_id_idx on notes (account_id, ledger_division_id, id);
create index notes_building_id_idx on notes (account_id, building_id, id);
create index notes_unit_id_idx on notes (account_id, unit_id, id);
create index notes_tenant_id_idx on notes (account_id, tenant_id, id);
create index notes_modified_date_idx on notes (account_id, modified_date, id);

alter table ledger_divisions enable row level security, force row level security;
create policy account_only on ledger_divisions using (account_id = (select nullif(current_setting('hapi.account_id', true), '')::integer));

alter table companies enable row level security, force row level security;
create policy account_only on companies using (account_id = (select nullif(current_setting('hapi.account_id', true), '')::integer));

alter table buildings enable row level security, force row level security;
create policy account_only on buildings using (account_id = (select nullif(current_setting('hapi.account_id', true), '')::integer));

alter table units enable row level security, force row level security;
create policy account_only on units using (account_id = (select nullif(current_setting('hapi.account_id', true), '')::integer));

alter table characteristics enable row level security, force row level security;
create policy account_only on characteristics using (account_id = (select nullif(current_setting('hapi.account_id', true), '')::integer));

alter table building_characteristics enable row level security, force row level security;
create policy account_only on building_characteristics using (account_id = (select nullif(current_setting('hapi.account_id', true), '')::integer));

alter table unit_characteristics enable row level security, force row level security;
create policy account_only on unit_characteristics using (account_id = (select nullif(current_setting('hapi.account_id', true), '')::integer));

alter table unavailable_units enable row level security, force row level security;
create policy account_only on unavailable_units using (account_id = (select nullif(current_setting('hapi.account_id', true), '')::integer));

alter table owners enable row level security, force row level security;
create policy account_only on owners using (account_id = (select nullif(current_setting('hapi.account_id', true), '')::integer));

alter table building_owners enable row level security, force row level security;
create policy account_only on building_owners using (account_id = (select nullif(current_setting('hapi.account_id', true), '')::integer));

alter table employees enable row level security, force row level security;
create policy account_only on employees using (account_id = (select nullif(current_setting('hapi.account_id', true), '')::integer));

alter table lookup_codes enable row level security, force row level security;
create policy account_only on lookup_codes using (account_id = (select nullif(current_setting('hapi.account_id', true), '')::integer));

alter table tax_rates enable row level security, force row level security;
create policy account_only on tax_rates using (account_id = (select nullif(current_setting('hapi.account_id', true), '')::integer));

alter table tenants enable row level security, force row level security;
create policy account_only on tenants using (account_id = (select nullif(current_setting('hapi.account_id', true), '')::integer));

alter table co_tenants enable row level security, force row level security;
create policy account_only on co_tenants using (account_id = (select nullif(current_setting('hapi.account_id', true), '')::integer));

alter table tenant_contacts enable row level security, force row level security;
create policy account_only on tenant_contacts using (account_id = (select nullif(current_setting('hapi.account_id', true), '')::integer));

alter table leases enable row level security, force row level security;
create policy account_only on leases using (account_id = (select nullif(current_setting('hapi.account_id', true), '')::integer));

alter table lease_price_changes enable row level security, force row level security;
create policy account_only on lease_price_changes using (account_id = (select nullif(current_setting('hapi.account_id', true), '')::integer));

alter table lease_renewals enable row level security, force row level security;
create policy account_only on lease_renewals using (account_id = (select nullif(current_setting('hapi.account_id', true), '')::integer));

alter table services enable row level security, force row level security;
create policy account_only on services using (account_id = (select nullif(current_setting('hapi.account_id', true), '')::integer));

alter table tenant_services enable row level security, force row level security;
create policy account_only on tenant_services using (account_id = (select nullif(current_setting('hapi.account_id', true), '')::integer));

alter table parkings enable row level security, force row level security;
create policy account_only on parkings using (account_id = (select nullif(current_setting('hapi.account_id', true), '')::integer));

alter table tenant_parkings enable row level security, force row level security;
create policy account_only on tenant_parkings using (account_id = (select nullif(current_setting('hapi.account_id', true), '')::integer));

alter table storages enable row level security, force row level security;
create policy account_only on storages using (account_id = (select nullif(current_setting('hapi.account_id', true), '')::integer));

alter table tenant_storages enable row level security, force row level security;
create policy account_only on tenant_storages using (account_id = (select nullif(current_setting('hapi.account_id', true), '')::integer));

alter table inspections enable row level security, force row level security;
create policy account_only on inspections using (account_id = (select nullif(current_setting('hapi.account_id', true), '')::integer));

alter table access_keys enable row level security, force row level security;
create policy account_only on access_keys using (account_id = (select nullif(current_setting('hapi.account_id', true), '')::integer));

alter table meter_readings enable row level security, force row level security;
create policy account_only on meter_readings using (account_id = (select nullif(current_setting('hapi.account_id', true), '')::integer));

alter table prospects enable row level security, force row level security;
create policy account_only on prospects using (account_id = (select nullif(current_setting('hapi.account_id', true), '')::integer));

alter table visits enable row level security, force row level security;
create policy account_only on visits using (account_id = (select nullif(current_setting('hapi.account_id', true), '')::integer));

alter table rental_applications enable row level security, force row level security;
create policy account_only on rental_applications using (account_id = (select nullif(current_setting('hapi.account_id', true), '')::integer));

alter table receivable_transactions enable row level security, force row level security;
create policy account_only on receivable_transactions using (account_id = (select nullif(current_setting('hapi.account_id', true), '')::integer));

alter table receivable_allocations enable row level security, force row level security;
create policy account_only on receivable_allocations using (account_id = (select nullif(current_setting('hapi.account_id', true), '')::integer));

alter table payments enable row level security, force row level security;
create policy account_only on payments using (account_id = (select nullif(current_setting('hapi.account_id', true), '')::integer));

alter table preauthorized_debits enable row level security, force row level security;
create policy account_only on preauthorized_debits using (account_id = (select nullif(current_setting('hapi.account_id', true), '')::integer));

alter table bank_accounts enable row level security, force row level security;
create policy account_only on bank_accounts using (account_id = (select nullif(current_setting('hapi.account_id', true), '')::integer));

alter table billing_runs enable row level security, force row level security;
create policy account_only on billing_runs using (account_id = (select nullif(current_setting('hapi.account_id', true), '')::integer));

alter table late_notices enable row level security, force row level security;
create policy account_only on late_notices using (account_id = (select nullif(current_setting('hapi.account_id', true), '')::integer));

alter table rl31_slips enable row level security, force row level security;
create policy account_only on rl31_slips using (account_id = (select nullif(current_setting('hapi.account_id', true), '')::integer));

alter table service_call_categories enable row level security, force row level security;
create policy account_only on service_call_categories using (account_id = (select nullif(current_setting('hapi.account_id', true), '')::integer));

alter table service_calls enable row level security, force row level security;
create policy account_only on service_calls using (account_id = (select nullif(current_setting('hapi.account_id', true), '')::integer));

alter table service_call_details enable row level security, force row level security;
create policy account_only on service_call_details using (account_id = (select nullif(current_setting('hapi.account_id', true), '')::integer));

alter table suppliers enable row level security, force row level security;
create policy account_only on suppliers using (account_id = (select nullif(current_setting('hapi.account_id', true), '')::integer));

alter table invoices enable row level security, force row level security;
create policy account_only on invoices using (account_id = (select nullif(current_setting('hapi.account_id', true), '')::integer));

alter table invoice_lines enable row level security, force row level security;
create policy account_only on invoice_lines using (account_id = (select nullif(current_setting('hapi.account_id', true), '')::integer));

alter table gl_accounts enable row level security, force row level security;
create policy account_only on gl_accounts using (account_id = (select nullif(current_setting('hapi.account_id', true), '')::integer));

alter table gl_entries enable row level security, force row level security;
create policy account_only on gl_entries using (account_id = (select nullif(current_setting('hapi.account_id', true), '')::integer));

alter table fiscal_periods enable row level security, force row level security;
create policy account_only on fiscal_periods using (account_id = (select nullif(current_setting('hapi.account_id', true), '')::integer));

alter table budgets enable row level security, force row level security;
create policy account_only on budgets using (account_id = (select nullif(current_setting('hapi.account_id', true), '')::integer));

alter table financial_statements enable row level security, force row level security;
create policy account_only on financial_statements using (account_id = (select nullif(current_setting('hapi.account_id', true), '')::integer));

alter table documents enable row level security, force row level security;
create policy account_only on documents using (account_id = (select nullif(current_setting('hapi.account_id', true), '')::integer));

alter table messages enable row level security, force row level security;
create policy account_only on messages using (account_id = (select nullif(current_setting('hapi.account_id', true), '')::integer));

alter table notes enable row level security, force row level security;
create policy account_only on notes using (account_id = (select nullif(current_setting('hapi.account_id', true), '')::integer));

create trigger keep_modified_date before update on ledger_divisions for each row
  when (old.* is distinct from new.*) execute function keep_modified_date();

create trigger keep_modified_date before update on companies for each row
  when (old.* is distinct from new.*) execute function keep_modified_date();

create trigger keep_modified_date before update on buildings for each row
  when (old.* is distinct from new.*) execute function keep_modified_date();

create trigger keep_modified_date before update on units for each row
  when (old.* is distinct from new.*) execute function keep_modified_date();

create trigger keep_modified_date before update on characteristics for each row
  when (old.* is distinct from new.*) execute function keep_modified_date();

create trigger keep_modified_date before update on building_characteristics for each row
  when (old.* is distinct from new.*) execute function keep_modified_date();

create trigger keep_modified_date before update on unit_characteristics for each row
  when (old.* is distinct from new.*) execute function keep_modified_date();

create trigger keep_modified_date before update on unavailable_units for each row
  when (old.* is distinct from new.*) execute function keep_modified_date();

create trigger keep_modified_date before update on owners for each row
  when (old.* is distinct from new.*) execute function keep_modified_date();

create trigger keep_modified_date before update on building_owners for each row
  when (old.* is distinct from new.*) execute function keep_modified_date();

create trigger keep_modified_date before update on employees for each row
  when (old.* is distinct from new.*) execute function keep_modified_date();

create trigger keep_modified_date before update on lookup_codes for each row
  when (old.* is distinct from new.*) execute function keep_modified_date();

create trigger keep_modified_date before update on tax_rates for each row
  when (old.* is distinct from new.*) execute function keep_modified_date();

create trigger keep_modified_date before update on tenants for each row
  when (old.* is distinct from new.*) execute function keep_modified_date();

create trigger keep_modified_date before update on co_tenants for each row
  when (old.* is distinct from new.*) execute function keep_modified_date();

create trigger keep_modified_date before update on tenant_contacts for each row
  when (old.* is distinct from new.*) execute function keep_modified_date();

create trigger keep_modified_date before update on leases for each row
  when (old.* is distinct from new.*) execute function keep_modified_date();

create trigger keep_modified_date before update on lease_price_changes for each row
  when (old.* is distinct from new.*) execute function keep_modified_date();

create trigger keep_modified_date before update on lease_renewals for each row
  when (old.* is distinct from new.*) execute function keep_modified_date();

create trigger keep_modified_date before update on services for each row
  when (old.* is distinct from new.*) execute function keep_modified_date();

create trigger keep_modified_date before update on tenant_services for each row
  when (old.* is distinct from new.*) execute function keep_modified_date();

create trigger keep_modified_date before update on parkings for each row
  when (old.* is distinct from new.*) execute function keep_modified_date();

create trigger keep_modified_date before update on tenant_parkings for each row
  when (old.* is distinct from new.*) execute function keep_modified_date();

create trigger keep_modified_date before update on storages for each row
  when (old.* is distinct from new.*) execute function keep_modified_date();

create trigger keep_modified_date before update on tenant_storages for each row
  when (old.* is distinct from new.*) execute function keep_modified_date();

create trigger keep_modified_date before update on inspections for each row
  when (old.* is distinct from new.*) execute function keep_modified_date();

create trigger keep_modified_date before update on access_keys for each row
  when (old.* is distinct from new.*) execute function keep_modified_date();

create trigger keep_modified_date before update on meter_readings for each row
  when (old.* is distinct from new.*) execute function keep_modified_date();

create trigger keep_modified_date before update on prospects for each row
  when (old.* is distinct from new.*) execute function keep_modified_date();

create trigger keep_modified_date before update on visits for each row
  when (old.* is distinct from new.*) execute function keep_modified_date();

create trigger keep_modified_date before update on rental_applications for each row
  when (old.* is distinct from new.*) execute function keep_modified_date();

create trigger keep_modified_date before update on receivable_transactions for each row
  when (old.* is distinct from new.*) execute function keep_modified_date();

create trigger keep_modified_date before update on receivable_allocations for each row
  when (old.* is distinct from new.*) execute function keep_modified_date();

create trigger keep_modified_date before update on payments for each row
  when (old.* is distinct from new.*) execute function keep_modified_date();

create trigger keep_modified_date before update on preauthorized_debits for each row
  when ((old.account_id, old.id, old.company_no, old.division_no, old.tenant_type, old.tenant_no, old.tenant_id, old.category, old.institution_no, old.transit_no, old.account_no_masked, old.account_holder_name, old.agreement_date, old.start_date, old.end_date, old.debit_day, old.amount_type, old.fixed_amount, old.notice_waived, old.status, old.cancelled_date, old.consecutive_returns, old.last_debit_date, old.document_id, old.created_date, old.modified_date) is distinct from (new.account_id, new.id, new.company_no, new.division_no, new.tenant_type, new.tenant_no, new.tenant_id, new.category, new.institution_no, new.transit_no, new.account_no_masked, new.account_holder_name, new.agreement_date, new.start_date, new.end_date, new.debit_day, new.amount_type, new.fixed_amount, new.notice_waived, new.status, new.cancelled_date, new.consecutive_returns, new.last_debit_date, new.document_id, new.created_date, new.modified_date)) execute function keep_modified_date();

create trigger keep_modified_date before update on bank_accounts for each row
  when (old.* is distinct from new.*) execute function keep_modified_date();

create trigger keep_modified_date before update on billing_runs for each row
  when (old.* is distinct from new.*) execute function keep_modified_date();

create trigger keep_modified_date before update on late_notices for each row
  when (old.* is distinct from new.*) execute function keep_modified_date();

create trigger keep_modified_date before update on rl31_slips for each row
  when (old.* is distinct from new.*) execute function keep_modified_date();

create trigger keep_modified_date before update on service_call_categories for each row
  when (old.* is distinct from new.*) execute function keep_modified_date();

create trigger keep_modified_date before update on service_calls for each row
  when (old.* is distinct from new.*) execute function keep_modified_date();

create trigger keep_modified_date before update on service_call_details for each row
  when (old.* is distinct from new.*) execute function keep_modified_date();

create trigger keep_modified_date before update on suppliers for each row
  when (old.* is distinct from new.*) execute function keep_modified_date();

create trigger keep_modified_date before update on invoices for each row
  when (old.* is distinct from new.*) execute function keep_modified_date();

create trigger keep_modified_date before update on invoice_lines for each row
  when (old.* is distinct from new.*) execute function keep_modified_date();

create trigger keep_modified_date before update on gl_accounts for each row
  when (old.* is distinct from new.*) execute function keep_modified_date();

create trigger keep_modified_date before update on gl_entries for each row
  when (old.* is distinct from new.*) execute function keep_modified_date();

create trigger keep_modified_date before update on fiscal_periods for each row
  when (old.* is distinct from new.*) execute function keep_modified_date();

create trigger keep_modified_date before update on budgets for each row
  when (old.* is distinct from new.*) execute function keep_modified_date();

create trigger keep_modified_date before update on financial_statements for each row
  when (old.* is distinct from new.*) execute function keep_modified_date();

create trigger keep_modified_date before update on documents for each row
  when (old.* is distinct from new.*) execute function keep_modified_date();

create trigger keep_modified_date before update on messages for each row
  when (old.* is distinct from new.*) execute function keep_modified_date();

create trigger keep_modified_date before update on notes for each row
  when (old.* is distinct from new.*) execute function keep_modified_date();
