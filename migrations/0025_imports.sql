-- Imports: how far each has come, so that one that was interrupted goes on where it stopped. All of it is written in the
-- transactions of the rows themselves.

create table imports (
  account_id   integer not null references accounts,
  id           uuid not null,
  -- Of the source's content and of the options that decide what it becomes: who comes with the same goes on.
  digest       text collate "C" not null,
  state        text collate "C" not null default 'running' check (state in ('running', 'done', 'refused')),
  -- Rows of the source that are settled, taken or refused.
  position     integer not null default 0,
  created      integer not null default 0,
  updated      integer not null default 0,
  unchanged    integer not null default 0,
  refused      integer not null default 0,
  started_date timestamptz not null default clock_timestamp(),
  ended_date   timestamptz,
  primary key (account_id, id)
);
create index imports_digest_idx on imports (account_id, digest) where state = 'running';

-- How rows of the source are called in it, for those that refer to them.
create table import_labels (
  account_id integer not null,
  import_id  uuid not null,
  entity     character varying(30) collate "C" not null,
  label      text collate "C" not null,
  id         integer not null,
  primary key (account_id, import_id, entity, label),
  foreign key (account_id, import_id) references imports on delete cascade
);

create table import_refusals (
  account_id integer not null,
  import_id  uuid not null,
  number     integer not null,
  refusal    jsonb not null,
  primary key (account_id, import_id, number),
  foreign key (account_id, import_id) references imports on delete cascade
);

alter table imports enable row level security, force row level security;
create policy account_only on imports
  using (account_id = (select nullif(current_setting('hapi.account_id', true), '')::integer));
alter table import_labels enable row level security, force row level security;
create policy account_only on import_labels
  using (account_id = (select nullif(current_setting('hapi.account_id', true), '')::integer));
alter table import_refusals enable row level security, force row level security;
create policy account_only on import_refusals
  using (account_id = (select nullif(current_setting('hapi.account_id', true), '')::integer));
