-- What the change log no longer holds, so that a reader who has been away too long is told instead of missing
-- changes without a word.

-- Of all that was pruned of an account: the greatest transaction and number, and how many times something was.
create table change_log_pruned (
  account_id integer not null references accounts,
  runs bigint not null,
  xid xid8 not null,
  seq bigint not null,
  constraint change_log_pruned_pkey primary key (account_id)
);
comment on table change_log_pruned is 'How far the change log of an account was pruned; see prune_change_log.';

alter table change_log_pruned enable row level security, force row level security;
create policy account_only on change_log_pruned using (account_id = (select nullif(current_setting('hapi.account_id', true), '')::integer));

-- R-012: tombstones are kept for 90 days, so callers give an instant 90 days ago. Gives the number of rows deleted.
create or replace function prune_change_log(account_id integer, before timestamptz)
returns bigint language sql volatile as $$
  with pruned as (
    delete from change_log c where c.account_id = $1 and c.at < $2 returning c.xid, c.seq
  ), noted as (
    insert into change_log_pruned as p (account_id, runs, xid, seq)
    select $1, 1, max(d.xid), max(d.seq) from pruned d having count(*) > 0
    on conflict on constraint change_log_pruned_pkey do update
       set runs = p.runs + 1, xid = greatest(p.xid, excluded.xid), seq = greatest(p.seq, excluded.seq)
  )
  select count(*) from pruned
$$;

-- Whether changes were pruned that a reader had still to read, who stands after the snapshot `seen`; inside a
-- window, after the number `last_seq` of what `until` shows besides. `runs` is how many times the log had been pruned
-- when the position was given: nothing was missed then. In doubt true: the greatest pruned transaction may stand for
-- one that ran beside it.
create function change_log_missed(
  account_id integer, seen pg_snapshot, until pg_snapshot, last_seq bigint, runs bigint
)
returns boolean language sql stable as $$
  select exists (
    select from change_log_pruned p
     where p.account_id = $1 and p.runs > $5
       and (p.xid >= pg_snapshot_xmin($2) and ($3 is null or p.seq > $4)
         or p.xid >= pg_snapshot_xmin($3)))
$$;
