-- Contents that arrive for an import. An account has one import at a time: what an earlier one has left that is nobody's is
-- found by this, and removed at once instead of after a day.
alter table document_contents add column is_imported boolean not null default false;
create index document_contents_imported_idx on document_contents (account_id) where is_imported and document_id is null;
