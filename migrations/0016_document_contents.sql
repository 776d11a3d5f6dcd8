-- Contents of documents (R-110), in pieces, so that neither an upload nor a download is ever held in memory as a whole.
-- What is uploaded arrives piece by piece in transactions of its own and becomes the document's content in the one that
-- writes its length and digest; what never gets that far is swept away after a day.
create table document_contents (
  account_id   integer not null references accounts,
  id           uuid not null,
  -- Null while it arrives.
  document_id  integer,
  -- By the real clock, also in a sandbox whose own stands still.
  created_date timestamptz not null default clock_timestamp(),
  primary key (account_id, id),
  constraint document_contents_document_key unique (account_id, document_id),
  constraint document_contents_document_fkey foreign key (account_id, document_id)
    references documents (account_id, id) on delete cascade
);
create index document_contents_arriving_idx on document_contents (account_id, created_date) where document_id is null;
comment on table document_contents is 'The content of a document, or one that is arriving.';

create table document_pieces (
  account_id integer not null,
  content_id uuid not null,
  -- Where in the content the piece begins.
  start_byte integer not null check (start_byte >= 0),
  bytes      bytea not null check (octet_length(bytes) between 1 and 262144),
  primary key (account_id, content_id, start_byte),
  foreign key (account_id, content_id) references document_contents (account_id, id) on delete cascade
);
-- Pictures and archives are compressed already.
alter table document_pieces alter column bytes set storage external;
comment on table document_pieces is 'A piece of the content of a document.';

alter table document_contents enable row level security, force row level security;
create policy account_only on document_contents
  using (account_id = (select nullif(current_setting('hapi.account_id', true), '')::integer));
alter table document_pieces enable row level security, force row level security;
create policy account_only on document_pieces
  using (account_id = (select nullif(current_setting('hapi.account_id', true), '')::integer));
