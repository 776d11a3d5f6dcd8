-- Documents that the system produces (R-110): what has happened orders them, in the same transaction, and a worker
-- writes them soon afterwards (docs/decisions/0025-produced-documents.md).
--
-- The schema is the workers' own, as that of the webhooks: statements here serve many accounts at once, and the role
-- under which requests read has no right on it.

create schema production;
revoke all on schema production from public;

-- What is to be produced, until it is: an order goes in the transaction that stores its document, so that there is one
-- document for each order, whatever dies in between.
create table production.orders (
  account_id integer not null references public.accounts,
  -- The row that the document is about.
  entity character varying(30) collate "C" not null check (entity in ('Lease', 'LeaseRenewal', 'LateNotice')),
  row_id integer not null,
  -- By the real clock, also in a sandbox whose own stands still; so is due_date.
  ordered_date timestamptz(3) not null default clock_timestamp(),
  -- When a worker may take it. Of an order that is taken: when it may be taken again, since its worker must have died.
  -- Infinity: it has failed so often that a person has to look.
  due_date timestamptz(3) not null default clock_timestamp(),
  -- Whose it is; null: nobody's.
  claim uuid,
  -- How often it was taken.
  attempts integer not null default 0,
  -- Why the last attempt failed.
  fault character varying(500),
  constraint orders_pkey primary key (account_id, entity, row_id)
);
create index orders_due on production.orders (due_date);

-- Orders the document of a row, or orders it anew: who is at it will not store what he has read before. Silent where
-- the change log is, and in an import, whose leases and notices have had their papers elsewhere.
create function production.order_document() returns trigger language plpgsql as $$
begin
  if coalesce(nullif(current_setting('hapi.actor', true), '')::jsonb ->> 'channel', '') = 'import' then
    return null;
  end if;
  insert into production.orders as o (account_id, entity, row_id) values (new.account_id, tg_argv[0], new.id)
  on conflict on constraint orders_pkey do update
     set ordered_date = excluded.ordered_date, due_date = excluded.due_date, claim = null, attempts = 0, fault = null;
  return null;
end
$$;

-- The lease is signed.
create trigger order_document_of_new after insert on leases for each row
  when (new.signed_date is not null and current_setting('hapi.change_log', true) is distinct from 'off')
  execute function production.order_document('Lease');
create trigger order_document after update on leases for each row
  when (old.signed_date is null and new.signed_date is not null
        and current_setting('hapi.change_log', true) is distinct from 'off')
  execute function production.order_document('Lease');

-- The notice of modification is given, again with another date, or stands again after all (R-031).
create trigger order_document_of_new after insert on lease_renewals for each row
  when (new.notice_date is not null and current_setting('hapi.change_log', true) is distinct from 'off')
  execute function production.order_document('LeaseRenewal');
create trigger order_document after update on lease_renewals for each row
  when (new.notice_date is not null
        and (old.notice_date is distinct from new.notice_date
             or old.status = 'X' and new.status <> 'X' and new.document_id is null)
        and current_setting('hapi.change_log', true) is distinct from 'off')
  execute function production.order_document('LeaseRenewal');

-- R-060.
create trigger order_document_of_new after insert on late_notices for each row
  when (current_setting('hapi.change_log', true) is distinct from 'off')
  execute function production.order_document('LateNotice');

-- Takes the order that has waited longest among those that are due, of accounts in use, until `lease_ms` have passed.
-- Gives nothing when none is due or others have them all.
create function production.claim_order(lease_ms integer)
returns setof production.orders language sql volatile as $$
  update production.orders o
     set claim = gen_random_uuid(), attempts = o.attempts + 1,
         due_date = clock_timestamp() + $1 * interval '1 millisecond'
    from (select d.account_id, d.entity, d.row_id from production.orders d
           where d.due_date <= clock_timestamp()
             and exists (select from public.accounts a where a.account_id = d.account_id and a.revoked_date is null)
           order by d.due_date limit 1 for update of d skip locked) due
   where (o.account_id, o.entity, o.row_id) = (due.account_id, due.entity, due.row_id)
  returning o.*
$$;
