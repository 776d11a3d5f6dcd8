-- Answers of requests that carry an Idempotency-Key, kept for a day. The answer is written in the
-- transaction of the change itself: a client that heard nothing and asks again gets the first answer, or,
-- when the first request left nothing, a new one; never a second row.
create table idempotency_keys (
  account_id   integer not null references accounts,
  user_id      integer not null,
  key          varchar(255) not null,
  -- SHA-256 of method, address and body.
  request_hash bytea not null check (octet_length(request_hash) = 32),
  status       smallint not null,
  headers      jsonb not null,
  body         bytea,
  -- By the real clock, also in a sandbox whose own stands still.
  created_date timestamptz not null default clock_timestamp(),
  primary key (account_id, user_id, key)
);
create index idempotency_keys_age_idx on idempotency_keys (account_id, created_date);

alter table idempotency_keys enable row level security, force row level security;
create policy account_only on idempotency_keys
  using (account_id = (select nullif(current_setting('hapi.account_id', true), '')::integer));
