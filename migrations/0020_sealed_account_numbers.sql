-- R-120: the number of a bank account is stored sealed, under a key that the database does not hold. Nothing has
-- written the column so far.
alter table preauthorized_debits alter column account_no type bytea using null;

-- R-062: a tenant has one active or suspended agreement, also when two are entered at once.
create unique index preauthorized_debits_active_idx on preauthorized_debits (account_id, tenant_id) where status <> 'X';
