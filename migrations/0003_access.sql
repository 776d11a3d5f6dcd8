-- Who may use the API: integrators, their keys and users, modules and rights.
--
-- A schema of its own, because these tables are the operator's, not an account's: they are read before the
-- account is known, so row-level security has nothing to compare with, and the role that serves requests
-- has no right on anything here. A statement compiled from a URL cannot reach a password hash.
create schema access;
revoke all on schema access from public;

-- What a process keeps in memory is right as long as this number is the one it loaded.
create table access.version (
  singleton boolean primary key default true check (singleton),
  value     bigint not null
);
insert into access.version (value) values (1);

create function access.changed() returns trigger language plpgsql as $$
begin
  update access.version set value = value + 1;
  perform pg_notify('hapi_access', '');
  return null;
end
$$;

-- One integration of one account: a CRM, a portal, the administration itself.
create table access.integrators (
  account_id   integer not null references public.accounts,
  id           integer generated always as identity,
  name         varchar(120) collate public.french not null check (name = btrim(name) and name <> ''),
  created_date timestamptz not null default now(),
  primary key (account_id, id),
  unique (account_id, name)
);

create table access.api_keys (
  account_id     integer not null,
  integrator_id  integer not null,
  -- Public part of the key, by which it is found; unique in the installation, since it tells the account.
  id             varchar(8) primary key,
  -- SHA-256 of the secret part. 32 random bytes cannot be guessed, so a slow hash would add nothing.
  secret_hash    bytea not null check (octet_length(secret_hash) = 32),
  -- What lists show: the beginning and the end of the key.
  prefix         varchar(20) not null,
  last_four      varchar(4) not null,
  -- Counted up to refuse the tokens that the key has given.
  epoch          integer not null default 1,
  created_date   timestamptz not null default now(),
  expires_date   timestamptz,
  last_used_date timestamptz,
  revoked_date   timestamptz,
  foreign key (account_id, integrator_id) references access.integrators
);
create index api_keys_integrator on access.api_keys (account_id, integrator_id);

create table access.users (
  account_id    integer not null,
  id            integer generated always as identity unique,
  integrator_id integer not null,
  user_name     varchar(120) not null,
  -- The user name as it is compared: without surrounding blanks and letter case.
  sign_in_name  varchar(120) not null,
  -- PHC string of argon2id: carries its own parameters, so that they can be raised.
  password_hash text not null check (password_hash like '$argon2id$%'),
  profile       text not null check (profile in ('integrator', 'administrator')),
  epoch         integer not null default 1,
  created_date  timestamptz not null default now(),
  revoked_date  timestamptz,
  primary key (account_id, id),
  foreign key (account_id, integrator_id) references access.integrators
);
-- The name belongs to the account: the key tells which account is meant, so two may have the same.
create unique index users_sign_in_name on access.users (account_id, sign_in_name) where revoked_date is null;
-- Contract A4: one user per integrator.
create unique index users_integrator on access.users (account_id, integrator_id) where revoked_date is null;

-- Optional modules that an account has acquired (R-011) …
create table access.account_modules (
  account_id integer not null references public.accounts,
  module     varchar(40) not null,
  primary key (account_id, module)
);

-- … and modules, optional or not, that one of its integrators may not use.
create table access.withheld_modules (
  account_id    integer not null,
  integrator_id integer not null,
  module        varchar(40) not null,
  primary key (account_id, integrator_id, module),
  foreign key (account_id, integrator_id) references access.integrators
);

-- A user has every right that the profile gives, but these.
create table access.withheld_rights (
  account_id integer not null,
  user_id    integer not null,
  entity_set varchar(60) not null,
  operation  text not null check (operation in ('read', 'create', 'update', 'delete')),
  primary key (account_id, user_id, entity_set, operation),
  foreign key (account_id, user_id) references access.users
);

-- Only what decides about access counts: neither the last use of a key nor the date of the stored states.
create trigger changed after insert or delete or update of database_name, pinned_at, revoked_date on public.accounts
  for each statement execute function access.changed();
create trigger changed after insert or delete or update of integrator_id, secret_hash, epoch, expires_date, revoked_date on access.api_keys
  for each statement execute function access.changed();
create trigger changed after insert or delete or update on access.users
  for each statement execute function access.changed();
create trigger changed after insert or delete or update on access.account_modules
  for each statement execute function access.changed();
create trigger changed after insert or delete or update on access.withheld_modules
  for each statement execute function access.changed();
create trigger changed after insert or delete or update on access.withheld_rights
  for each statement execute function access.changed();
