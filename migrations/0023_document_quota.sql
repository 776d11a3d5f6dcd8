-- How much an account may keep in contents of documents, where it differs from what the settings say.
alter table accounts add column documents_mib_max integer check (documents_mib_max >= 0);
comment on column accounts.documents_mib_max is 'Mebibytes of contents of documents, at most. Null: HAPI_LIMIT_ACCOUNT_DOCUMENTS_MIB.';
