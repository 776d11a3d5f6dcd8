-- R-001: a client whose keys of other systems are padded with blanks may have our codes so, in answers only.
alter table access.api_keys add legacy_padding boolean not null default false;

-- Processes keep the option in memory, like the rest of a key.
drop trigger changed on access.api_keys;
create trigger changed after insert or delete or update of integrator_id, secret_hash, epoch, expires_date, revoked_date, legacy_padding on access.api_keys
  for each statement execute function access.changed();
