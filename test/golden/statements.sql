-- /Units?$filter=CompanyNo eq 3 and DivisionNo eq 1 and BuildingCode eq ' 1000pins '
select t0."company_no" as c0, t0."division_no" as c1, t0."building_code" as c2, t0."unit_code" as c3, t0."occupancy_status" as c4, t0."housing_type" as c5, t0."number_of_rooms" as c6, t0."id" as c7, t0."building_id" as c8, t0."usage_type" as c9, t0."civic_no_and_street" as c10, t0."door_no" as c11, t0."floor" as c12, t0."number_of_bedrooms" as c13, t0."number_of_bathrooms" as c14, t0."area" as c15, t0."area_unit" as c16, t0."asking_rent" as c17, t0."market_rent" as c18, t0."current_rent" as c19, t0."lowest_rent_last12_months" as c20, t0."is_rentable" as c21, t0."is_listed" as c22, t0."listing_title_fr" as c23, t0."listing_title_en" as c24, t0."listing_description_fr" as c25, t0."listing_description_en" as c26, t0."virtual_tour_url" as c27, t0."available_date" as c28, t0."next_lease_start_date" as c29, t0."is_reserved" as c30, t0."reserved_until" as c31, t0."current_lease_id" as c32, t0."current_tenant_id" as c33, t0."is_furnished" as c34, t0."heating_included" as c35, t0."hot_water_included" as c36, t0."electricity_included" as c37, t0."internet_included" as c38, t0."appliances_included" as c39, t0."has_air_conditioning" as c40, t0."has_washer_dryer_hookup" as c41, t0."has_dishwasher_hookup" as c42, t0."has_balcony" as c43, t0."has_fireplace" as c44, t0."is_accessible" as c45, t0."is_smoke_free" as c46, t0."pet_policy" as c47, t0."is_room" as c48, t0."meter_no" as c49, t0."water_heater_year" as c50, t0."smoke_detector_date" as c51, t0."last_renovation_date" as c52, t0."rl31_dwelling_no" as c53, t0."owner_id" as c54, t0."co_ownership_share" as c55, t0."comment" as c56, t0."is_active" as c57, t0."created_date" as c58, t0."modified_date" as c59 from "units" t0 where t0.account_id = $4::integer and (t0."company_no" = $1::bigint and t0."division_no" = $2::bigint and t0."building_code" = $3::text) order by t0."id"

-- /Buildings?$Select=CompanyNo, DivisionNo, BuildingCode, Id, Units&$expand=Units($select=Id,UnitCode,NumberOfRooms) &$orderby=BuildingCode&$filter=CompanyNo eq 3 and DivisionNo eq 1
select t0."id" as c0, t0."company_no" as c1, t0."division_no" as c2, t0."building_code" as c3 from "buildings" t0 where t0.account_id = $3::integer and (t0."company_no" = $1::bigint and t0."division_no" = $2::bigint) order by t0."building_code", t0."id"
select t0.ord, related.* from unnest($1::bigint[]) with ordinality as t0("id", ord) cross join lateral (select t1."id" as c0, t1."unit_code" as c1, t1."number_of_rooms" as c2 from "units" t1 where t1.account_id = $2::integer and t1."building_id" = t0."id" order by t1."id") related

-- /Tenants(7535)?$select=LastName
select t0."last_name" as c0, t0."id" as c1, t0."modified_date" as c2 from "tenants" t0 where t0.account_id = $2::integer and t0."id" = $1::bigint

-- /Tenants?$top=10&$select=Id
select t0."id" as c0 from "tenants" t0 where t0.account_id = $1::integer order by t0."id" limit 10

-- /Buildings(630)/Units(2910)?$select=Id
select t1."id" as c0, t1."modified_date" as c1 from "units" t1 where t1.account_id = $2::integer and t1."building_id" = (select t0."id" from "buildings" t0 where t0.account_id = $2::integer and t0."id" = $1::bigint) and t1."id" = $3::bigint
select 1 from "buildings" t0 where t0.account_id = $2::integer and t0."id" = $1::bigint

-- /Units(1448)/CurrentTenant/CoTenants?$select=Id
select t2."id" as c0 from "co_tenants" t2 where t2.account_id = $2::integer and t2."tenant_id" = (select t1."id" from "tenants" t1 where t1.account_id = $2::integer and t1."id" = (select t0."current_tenant_id" from "units" t0 where t0.account_id = $2::integer and t0."id" = $1::bigint)) order by t2."id"
select 1 from "tenants" t1 where t1.account_id = $2::integer and t1."id" = (select t0."current_tenant_id" from "units" t0 where t0.account_id = $2::integer and t0."id" = $1::bigint)

-- /Units?$select=Id&$filter=HousingType ne 'A' and not (AskingRent gt 1000)
select t0."id" as c0 from "units" t0 where t0.account_id = $3::integer and ((t0."housing_type" is distinct from $1::text) and (not coalesce(t0."asking_rent" > $2::numeric, false))) order by t0."id"

-- /Units?$select=Id&$filter=Building/City eq 'Lévis' and Leases/any(l:l/RentAmount gt 1000 and l/Tenant/LastName eq 'Roy')
select t0."id" as c0 from "units" t0 left join "buildings" t1 on t1.account_id = $4::integer and t1."id" = t0."building_id" where t0.account_id = $4::integer and (t1."city" = $1::text and exists (select 1 from "leases" t2 left join "tenants" t3 on t3.account_id = $4::integer and t3."id" = t2."tenant_id" where t2.account_id = $4::integer and t2."unit_id" = t0."id" and (t2."rent_amount" > $2::numeric and t3."last_name" = $3::text))) order by t0."id"

-- /Tenants?$select=Id&$orderby=FirstName desc,LastName&$skip=20&$top=10
select t0."id" as c0 from "tenants" t0 where t0.account_id = $2::integer and t0."id" = any(array(select t0."id" from "tenants" t0 where t0.account_id = $2::integer order by t0."first_name" desc nulls last, t0."last_name", t0."id" limit 10 offset $1::bigint)) order by t0."first_name" desc nulls last, t0."last_name", t0."id"

-- /Tenants?$select=Id&$filter=contains(LastName,'50%25_off')
select t0."id" as c0 from "tenants" t0 where t0.account_id = $2::integer and t0."last_name" like $1::text order by t0."id"

-- /Units?$select=Id&$filter=Id in (1440,1448,2731)
select t0."id" as c0 from "units" t0 where t0.account_id = $2::integer and (t0."id" = any($1::bigint[])) order by t0."id"

-- /Units(9007)/Availability(StartDate=2026-06-15)?$select=State,EndDate&$top=2
select t1."state" as c0, t1."end_date" as c1 from units_availability($3::integer, $4::date, (select t0."id" from "units" t0 where t0.account_id = $2::integer and t0."id" = $1::bigint), $5::date, $6::date) t1 order by t1."start_date" limit 2
select 1 from "units" t0 where t0.account_id = $2::integer and t0."id" = $1::bigint

-- /Units(9007)/Availability/$count
select count(*) from units_availability($3::integer, $4::date, (select t0."id" from "units" t0 where t0.account_id = $2::integer and t0."id" = $1::bigint), $5::date, $6::date) t1
select t1."start_date" as c0, t1."end_date" as c1, t1."state" as c2, t1."entity" as c3, t1."entity_id" as c4, t1."message_fr" as c5, t1."message_en" as c6 from units_availability($3::integer, $4::date, (select t0."id" from "units" t0 where t0.account_id = $2::integer and t0."id" = $1::bigint), $5::date, $6::date) t1
select 1 from "units" t0 where t0.account_id = $2::integer and t0."id" = $1::bigint

-- /Leases(9211)/RentOn(Date=2028-06-30)
select t1."lease_id" as c0, t1."date" as c1, t1."rent_amount" as c2, t1."effective_date" as c3, t1."lease_price_change_id" as c4 from leases_rent_on($3::integer, $4::date, (select t0."id" from "leases" t0 where t0.account_id = $2::integer and t0."id" = $1::bigint), $5::date) t1
select 1 from "leases" t0 where t0.account_id = $2::integer and t0."id" = $1::bigint

-- /Units/ForRent?$select=UnitCode,AvailableDate&$filter=Characteristics/any(c:c/Code eq 'CLIM')
select t0."unit_code" as c0, t0."available_date" as c1 from units_for_rent($2::integer, $3::date, $4::date, $5::date, $6::integer) t0 where exists (select 1 from json_to_recordset(t0."characteristics") as t1("Code" text, "NameFr" text, "NameEn" text, "Category" text, "Value" text, "Source" text) where t1."Code" = $1::text) order by t0."company_no", t0."division_no", t0."building_code", t0."unit_code", t0."unit_id"

-- /Units?$select=Id&$expand=Building($select=Name),Leases($select=Id;$orderby=StartDate desc;$top=1;$count=true)
select t1."name" as c0, t1."id" as c1, (select count(*) from "leases" t2 where t2.account_id = $1::integer and t2."unit_id" = t0."id") as c2, t0."id" as c3 from "units" t0 left join "buildings" t1 on t1.account_id = $1::integer and t1."id" = t0."building_id" where t0.account_id = $1::integer order by t0."id"
select t0.ord, related.* from unnest($1::bigint[]) with ordinality as t0("id", ord) cross join lateral (select t2."id" as c0 from "leases" t2 where t2.account_id = $3::integer and t2."unit_id" = t0."id" order by t2."start_date" desc, t2."id" limit $2::bigint) related

-- /Buildings/$count?$filter=Units/$count gt 10
select count(*) from "buildings" t0 where t0.account_id = $1::integer and (select count(*) from "units" t1 where t1.account_id = $1::integer and t1."building_id" = t0."id") > $2::bigint
select t0."company_no" as c0, t0."division_no" as c1, t0."building_code" as c2, t0."name" as c3, t0."civic_no_and_street" as c4, t0."city" as c5, t0."province" as c6, t0."postal_code" as c7, t0."country" as c8, t0."id" as c9, t0."ledger_division_id" as c10, t0."sector" as c11, t0."latitude" as c12, t0."longitude" as c13, t0."building_type" as c14, t0."construction_year" as c15, t0."ready_for_use_date" as c16, t0."acquisition_date" as c17, t0."management_start_date" as c18, t0."management_end_date" as c19, t0."number_of_floors" as c20, t0."number_of_units" as c21, t0."number_of_parkings" as c22, t0."number_of_storages" as c23, t0."lot_no" as c24, t0."assessment_roll_no" as c25, t0."municipal_assessment" as c26, t0."land_area" as c27, t0."gross_area" as c28, t0."area_unit" as c29, t0."heating_type" as c30, t0."heating_energy" as c31, t0."hot_water_energy" as c32, t0."has_elevator" as c33, t0."has_intercom" as c34, t0."has_cameras" as c35, t0."has_sprinklers" as c36, t0."has_generator" as c37, t0."has_laundry_room" as c38, t0."has_gym" as c39, t0."has_pool" as c40, t0."has_roof_terrace" as c41, t0."has_bike_storage" as c42, t0."has_charging_stations" as c43, t0."is_accessible" as c44, t0."is_smoke_free" as c45, t0."pet_policy" as c46, t0."is_senior_residence" as c47, t0."is_low_rental" as c48, t0."description_fr" as c49, t0."description_en" as c50, t0."website" as c51, t0."office_phone" as c52, t0."emergency_phone" as c53, t0."email" as c54, t0."manager_employee_id" as c55, t0."superintendent_employee_id" as c56, t0."bank_account_id" as c57, t0."comment" as c58, t0."is_active" as c59, t0."created_date" as c60, t0."modified_date" as c61 from "buildings" t0 where t0.account_id = $1::integer and (select count(*) from "units" t1 where t1.account_id = $1::integer and t1."building_id" = t0."id") > $2::bigint
