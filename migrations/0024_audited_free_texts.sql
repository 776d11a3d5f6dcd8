-- What the audit says of a change it says for ever. Texts that people write freely may be about a person too, who must
-- be forgotten one day: like personal fields they say only that they have changed.
drop trigger log_audit on webhooks.endpoints;
create trigger log_audit after insert or update or delete on webhooks.endpoints for each row
  execute function audit.log_row('WebhookEndpoint', 'id', '', 'headers,secret,previous_secret,description,filter', 'created_date,modified_date,state_date', '');

-- From here on as src/derive/audit-ddl.ts writes it from the model.

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
    audit.masked('Comment', old.comment, new.comment),
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
    audit.masked('Comment', old.comment, new.comment),
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
    audit.masked('Description', old.description, new.description),
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
    audit.masked('Comment', old.comment, new.comment),
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
    audit.masked('Comment', old.comment, new.comment),
    audit.moved('CreatedDate', old.created_date, new.created_date));
begin
  if changes <> '' then
    insert into audit.pending (account_id, actor, kind, entity, entity_id, changes)
    values (coalesce(new.account_id, old.account_id), audit.actor(), tg_op, 'Tenant', coalesce(new.id, old.id), '{' || changes || '}');
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
    audit.masked('CancelReason', old.cancel_reason, new.cancel_reason),
    audit.change('AssignedFromLeaseId', old.assigned_from_lease_id, new.assigned_from_lease_id),
    audit.change('RentalApplicationId', old.rental_application_id, new.rental_application_id),
    audit.change('ExternalId', old.external_id, new.external_id),
    audit.masked('Comment', old.comment, new.comment),
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
    audit.masked('Reason', old.reason, new.reason),
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
    audit.masked('OtherChanges', old.other_changes, new.other_changes),
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
    audit.masked('Comment', old.comment, new.comment),
    audit.moved('CreatedDate', old.created_date, new.created_date));
begin
  if changes <> '' then
    insert into audit.pending (account_id, actor, kind, entity, entity_id, changes)
    values (coalesce(new.account_id, old.account_id), audit.actor(), tg_op, 'LeaseRenewal', coalesce(new.id, old.id), '{' || changes || '}');
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
    audit.masked('Description', old.description, new.description),
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
    audit.masked('Comment', old.comment, new.comment),
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
    audit.masked('Comment', old.comment, new.comment),
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
    audit.masked('Findings', old.findings, new.findings),
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
    audit.masked('Comment', old.comment, new.comment),
    audit.moved('CreatedDate', old.created_date, new.created_date));
begin
  if changes <> '' then
    insert into audit.pending (account_id, actor, kind, entity, entity_id, changes)
    values (coalesce(new.account_id, old.account_id), audit.actor(), tg_op, 'AccessKey', coalesce(new.id, old.id), '{' || changes || '}');
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
    audit.masked('LostReason', old.lost_reason, new.lost_reason),
    audit.change('ExternalId', old.external_id, new.external_id),
    audit.masked('Comment', old.comment, new.comment),
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
    audit.masked('Feedback', old.feedback, new.feedback),
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
    audit.masked('DecisionReason', old.decision_reason, new.decision_reason),
    audit.change('ParkingRequested', old.parking_requested, new.parking_requested),
    audit.change('StorageRequested', old.storage_requested, new.storage_requested),
    audit.change('TenantId', old.tenant_id, new.tenant_id),
    audit.change('LeaseId', old.lease_id, new.lease_id),
    audit.change('ExternalId', old.external_id, new.external_id),
    audit.masked('Comment', old.comment, new.comment),
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
    audit.masked('Description', old.description, new.description),
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
    audit.masked('Comment', old.comment, new.comment),
    audit.moved('CreatedDate', old.created_date, new.created_date));
begin
  if changes <> '' then
    insert into audit.pending (account_id, actor, kind, entity, entity_id, changes)
    values (coalesce(new.account_id, old.account_id), audit.actor(), tg_op, 'Payment', coalesce(new.id, old.id), '{' || changes || '}');
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
    audit.masked('Title', old.title, new.title),
    audit.masked('Description', old.description, new.description),
    audit.masked('Location', old.location, new.location),
    audit.change('RequestedDate', old.requested_date, new.requested_date),
    audit.masked('RequestedByName', old.requested_by_name, new.requested_by_name),
    audit.masked('RequestedByPhone', old.requested_by_phone, new.requested_by_phone),
    audit.masked('RequestedByEmail', old.requested_by_email, new.requested_by_email),
    audit.change('AccessPermission', old.access_permission, new.access_permission),
    audit.masked('AccessNotes', old.access_notes, new.access_notes),
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
    audit.masked('OnHoldReason', old.on_hold_reason, new.on_hold_reason),
    audit.masked('CancelReason', old.cancel_reason, new.cancel_reason),
    audit.masked('Resolution', old.resolution, new.resolution),
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
    audit.masked('Description', old.description, new.description),
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
    audit.masked('Name', old.name, new.name),
    audit.masked('ContactName', old.contact_name, new.contact_name),
    audit.masked('CivicNoAndStreet', old.civic_no_and_street, new.civic_no_and_street),
    audit.masked('City', old.city, new.city),
    audit.change('Province', old.province, new.province),
    audit.masked('PostalCode', old.postal_code, new.postal_code),
    audit.change('Country', old.country, new.country),
    audit.masked('Phone', old.phone, new.phone),
    audit.masked('Email', old.email, new.email),
    audit.masked('Website', old.website, new.website),
    audit.change('Trade', old.trade, new.trade),
    audit.masked('GstNo', old.gst_no, new.gst_no),
    audit.masked('QstNo', old.qst_no, new.qst_no),
    audit.masked('Neq', old.neq, new.neq),
    audit.masked('RbqLicenceNo', old.rbq_licence_no, new.rbq_licence_no),
    audit.change('InsuranceExpiryDate', old.insurance_expiry_date, new.insurance_expiry_date),
    audit.change('PaymentTermsDays', old.payment_terms_days, new.payment_terms_days),
    audit.change('DefaultGlAccountId', old.default_gl_account_id, new.default_gl_account_id),
    audit.change('Language', old.language, new.language),
    audit.change('IsActive', old.is_active, new.is_active),
    audit.masked('InactiveReason', old.inactive_reason, new.inactive_reason),
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
    audit.masked('Description', old.description, new.description),
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
    audit.masked('Description', old.description, new.description),
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
    audit.masked('Description', old.description, new.description),
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

create or replace function audit.log_documents() returns trigger language plpgsql as $$
declare
  changes text := concat_ws(',',
    audit.moved('AccountId', old.account_id, new.account_id),
    audit.change('Id', old.id, new.id),
    audit.change('CompanyNo', old.company_no, new.company_no),
    audit.change('DivisionNo', old.division_no, new.division_no),
    audit.change('LedgerDivisionId', old.ledger_division_id, new.ledger_division_id),
    audit.change('DocumentType', old.document_type, new.document_type),
    audit.masked('Title', old.title, new.title),
    audit.masked('FileName', old.file_name, new.file_name),
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
    audit.masked('Description', old.description, new.description),
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
    audit.masked('Subject', old.subject, new.subject),
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
    audit.masked('Subject', old.subject, new.subject),
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
