-- Feed accounts: with which a spreadsheet or a report refreshes itself, unattended, by HTTP Basic authentication.
-- They read and never write, of the modules that are chosen for them; none exists until an administrator makes it.

create table access.feeds (
  account_id     integer not null references public.accounts,
  -- From the numbers of users: what belongs to a user never belongs to a feed by chance.
  id             integer not null default nextval('access.users_id_seq'),
  name           varchar(120) collate public.french not null check (name = btrim(name) and name <> ''),
  -- Drawn, unique in the installation: it alone tells the account.
  user_name      varchar(20) not null unique,
  -- PHC string of argon2id, as of users.
  password_hash  text not null check (password_hash like '$argon2id$%'),
  -- Codes of the modules that it reads, as far as the account has them.
  modules        text[] not null check (cardinality(modules) > 0),
  created_date   timestamptz not null default now(),
  last_used_date timestamptz,
  revoked_date   timestamptz,
  primary key (account_id, id)
);
create unique index feeds_name on access.feeds (account_id, name) where revoked_date is null;

create trigger changed after insert or delete or update of password_hash, modules, revoked_date on access.feeds
  for each statement execute function access.changed();
