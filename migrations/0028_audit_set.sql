-- The audit as a set that the administrators of an account read (docs/decisions/0029-readings-and-refusals.md).

-- What happened when, without a kind or an entity: administrators look at the last days first.
create index entries_at on audit.entries (account_id, at, id);

-- Whoever reads sees the account's own chain, and only by a session that was opened for its administrator. No condition
-- of a request is tried on a row before these are.
create view public.audit_entries with (security_barrier) as
select e.account_id,
       e.id,
       e.at as occurred_date,
       e.kind collate public.french as kind,
       upper(e.channel)::character varying(12) collate public.french as channel,
       e.integrator_name collate public.french as integrator_name,
       e.user_id,
       e.user_name collate public.french as user_name,
       e.key_id collate public.french as key_id,
       e.process collate public.french as process,
       e.request_id collate public.french as request_id,
       e.entity collate public.french as entity,
       e.entity_id,
       e.entity_key collate public.french as entity_key,
       e.changes::character varying(1000000) collate public.french as changes,
       e.code collate public.french as code,
       e.address collate public.french as address,
       e.request::character varying(1000) collate public.french as request,
       e.first_id,
       e.last_id,
       e.row_count,
       array_to_json(coalesce(e.entity_ids, '{}')) as entity_ids,
       e.occurrences,
       encode(e.hash, 'hex')::character varying(64) collate public.french as hash,
       e.at as created_date,
       e.at as modified_date
  from audit.entries e
 where e.account_id = (select nullif(current_setting('hapi.account_id', true), '')::integer)
   and (select current_setting('hapi.user_id', true) = 'all');

comment on view public.audit_entries is 'One thing done or refused in the account: by whom, when, by which request, and what has changed. Entries never change and are chained by their hashes.';
