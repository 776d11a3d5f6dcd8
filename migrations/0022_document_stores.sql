-- Contents of documents in more than one store: the database, or a bucket of an S3-compatible one. Which of them holds a
-- content is a fact of its row, so that both can be in use after the configuration has changed.

-- A migration sees no account's rows otherwise, where its user is held by row-level security.
alter table document_contents no force row level security;
alter table document_pieces no force row level security;

alter table document_contents
  add column store text not null default 'postgres' check (store in ('postgres', 's3')),
  -- The whole key of the object, so that a prefix which changes later loses nothing.
  add column object_key text unique,
  -- Null while it arrives.
  add column byte_count integer check (byte_count > 0),
  -- Written to the database in the transaction of its document, to go on to the bucket by itself where there is one.
  add column is_passing boolean not null default false,
  add constraint document_contents_object_check check ((store = 's3') = (object_key is not null)),
  -- No row names what another account or content has.
  add constraint document_contents_key_check check (object_key ~ ('(^|/)' || account_id || '/' || id || '$'));

update document_contents c set byte_count = (
  select sum(octet_length(p.bytes)) from document_pieces p where p.account_id = c.account_id and p.content_id = c.id
) where document_id is not null;

alter table document_contents
  add constraint document_contents_whole_check check (document_id is null or byte_count is not null);
-- What an account keeps is added up from this index alone.
create index document_contents_kept_idx on document_contents (account_id) include (byte_count) where document_id is not null;
create index document_contents_passing_idx on document_contents (account_id) where is_passing;
create index document_contents_bucket_idx on document_contents (account_id) where store = 's3';

alter table document_contents force row level security;
alter table document_pieces force row level security;

-- Objects that nobody is to read any more. They are queued in the transaction that takes them from their document and
-- removed after its commit, again and again until the store has obeyed.
create table document_removals (
  account_id integer not null references accounts,
  object_key text not null,
  -- It never was a document's: parts of it may be there, and no object.
  is_partial boolean not null,
  -- Not at once: who has begun to read it finds it.
  due_date   timestamptz not null default clock_timestamp() + interval '1 minute',
  attempts   integer not null default 0,
  primary key (account_id, object_key)
);
create index document_removals_due_idx on document_removals (account_id, due_date);
comment on table document_removals is 'An object of a bucket that is to be removed.';
alter table document_removals enable row level security, force row level security;
create policy account_only on document_removals
  using (account_id = (select nullif(current_setting('hapi.account_id', true), '')::integer));

-- Whatever deletes a content, its document's deletion included.
create function queue_content_removal() returns trigger language plpgsql as $$
begin
  insert into document_removals (account_id, object_key, is_partial)
  values (old.account_id, old.object_key, old.document_id is null);
  return null;
end $$;
create trigger document_contents_removal after delete on document_contents
  for each row when (old.store = 's3') execute function queue_content_removal();

-- Whether any account has something in a bucket, be it to be removed: a start without one would not find it.
create function has_bucket_contents() returns boolean language plpgsql as $$
declare
  account integer;
begin
  for account in select account_id from accounts order by account_id loop
    perform set_config('hapi.account_id', account::text, true);
    if exists (select from document_contents where account_id = account and store = 's3')
      or exists (select from document_removals where account_id = account) then
      return true;
    end if;
  end loop;
  return false;
end $$;
