-- R-100: at most one accepted application reserves a unit on a day. The rule locks the unit and looks first, and answers
-- precisely; this refuses what would get past it.
alter table rental_applications
  add constraint rental_applications_reservation_excl exclude using gist (
    account_id with =, unit_id with =, daterange(decision_date, reserved_until, '[]') with &&
  ) where (status = 'A' and reserved_until >= decision_date)
    deferrable initially immediate;
