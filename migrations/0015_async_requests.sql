-- Requests that are answered later (Prefer: respond-async): who may ask how they fare, and their answers once they are
-- whole. Any process can be asked; one runs it.

create table async_requests (
  id           uuid not null,
  account_id   integer not null references accounts,
  user_id      integer not null,
  -- The process that runs it says so while it does. One that does not any longer has ended.
  alive_date   timestamptz not null default clock_timestamp(),
  expires_date timestamptz not null,
  -- Of the answer; null while it is not whole.
  status       smallint,
  headers      jsonb,
  -- Whether the bytes are sealed: those of changes are, which may tell secrets.
  sealed       boolean not null,
  primary key (account_id, id)
);
create index async_requests_user_idx on async_requests (account_id, user_id, expires_date);

create table async_answers (
  account_id integer not null,
  request_id uuid not null,
  number     integer not null,
  bytes      bytea not null,
  primary key (account_id, request_id, number),
  foreign key (account_id, request_id) references async_requests on delete cascade
);

alter table async_requests enable row level security, force row level security;
create policy account_only on async_requests
  using (account_id = (select nullif(current_setting('hapi.account_id', true), '')::integer));
alter table async_answers enable row level security, force row level security;
create policy account_only on async_answers
  using (account_id = (select nullif(current_setting('hapi.account_id', true), '')::integer));
