-- Imports: how far each has come, so that one that was interrupted goes on where it stopped. All of it is written in the
-- transactions of the rows themselves.

create table imports (
  account_id   integer not null references accounts,
  id           uuid not null,
  -- Of the source's content and of the options that decide what it becomes: who comes with the same goes on.
  digest       text collate "C" not null,
  state        text collate "C" not null default 'running' check (state in ('running', 'done')),
  -- Rows of the source that are settled, taken or refused.
  position     integer not null default 0,
  created      integer not null default 0,
  updated      integer not null default 0,
  unchanged    integer not null default 0,
  refused      integer not null default 0,
  started_date timestamptz not null default clock_timestamp(),
  ended_date   timestamptz,
  primary key (account_id, id)
);
create index imports_digest_idx on imports (account_id, digest) where state = 'running';

-- How rows of the source are called in it, for those that refer to them.
create table import_labels (
  account_id integer not null,
  import_id  uuid not null,
  entity     character varying(30) collate "C" not null,
  label      text collate "C" not null,
  id         integer not null,
  primary key (account_id, import_id, entity, label),
  foreign key (account_id, import_id) references imports on delete cascade
);

create table import_refusals (
  account_id integer not null,
  import_id  uuid not null,
  number     integer not null,
  -- JSON, as text: it repeats what a source says, also halves of characters, which jsonb has no place for.
  refusal    text not null,
  primary key (account_id, import_id, number),
  foreign key (account_id, import_id) references imports on delete cascade
);

alter table imports enable row level security, force row level security;
create policy account_only on imports
  using (account_id = (select nullif(current_setting('hapi.account_id', true), '')::integer));
alter table import_labels enable row level security, force row level security;
create policy account_only on import_labels
  using (account_id = (select nullif(current_setting('hapi.account_id', true), '')::integer));
alter table import_refusals enable row level security, force row level security;
create policy account_only on import_refusals
  using (account_id = (select nullif(current_setting('hapi.account_id', true), '')::integer));

-- Of some leases alone: who enters one that is over need not look at all of the account (R-039).
drop function roll_over_leases(integer, date);
create function roll_over_leases(account_id integer, day date, lease_ids integer[] default null)
returns void language plpgsql volatile as $$
declare
  -- Those that are due; null means every lease of the account.
  ids integer[] := coalesce($3, array(
    select o.id from leases o
     where o.account_id = $1 and o.end_date < $2 and o.is_renewable and o.lease_type = 'F'
       and o.cancelled_date is null));
  moved integer[];
begin
  loop
    with due as (
      select l.id, l.end_date + 1 as term_start_date,
             coalesce(
               r.new_end_date,
               case when l.term_months is null then l.end_date + 1 + (l.end_date - l.term_start_date)
                    else add_months(l.end_date + 1, least(l.term_months, 12)) - 1 end) as end_date,
             l.lease_category, u.is_room
        from leases l
        join tenants t on t.account_id = $1 and t.id = l.tenant_id
        join units u on u.account_id = $1 and u.id = l.unit_id
        left join lease_renewals r
          on r.account_id = $1 and r.lease_id = l.id and r.new_start_date = l.end_date + 1
             and r.status in ('A', 'T', 'F', 'S') and r.new_end_date >= r.new_start_date
       where l.account_id = $1 and l.id = any(ids) and l.end_date < $2 and l.is_renewable and l.lease_type = 'F'
         and l.cancelled_date is null and t.departure_date is null
    ), done as (
      update leases l
         set term_start_date = d.term_start_date, end_date = d.end_date,
             term_months = lease_term_months(d.term_start_date, d.end_date),
             renewal_count = l.renewal_count + 1,
             notice_window_start = w.first_day, notice_window_end = w.last_day
        from due d
        left join lateral lease_notice_window(d.term_start_date, d.end_date, d.is_room) w
          on d.lease_category = 'R'
       where l.account_id = $1 and l.id = any(ids) and l.id = d.id
      returning l.id
    )
    select array_agg(d.id) into moved from done d;
    exit when moved is null;
    update lease_renewals r
       set status = case when r.status = 'P' then 'X' else r.status end,
           applied_date = case when r.status = 'P' then r.applied_date else hapi_clock() end
      from leases l
     where l.account_id = $1 and l.id = any(moved)
       and r.account_id = $1 and r.lease_id = l.id
       and (r.status = 'P' and r.new_start_date <= l.term_start_date
            or r.status in ('A', 'T', 'F', 'S') and r.new_start_date = l.term_start_date
               and r.applied_date is null);
  end loop;
end
$$;

-- What is known of a table's values decides by which index its rows are found. A table that an import fills is known as
-- empty until somebody looks again, and the application may not: this looks at those that hold more rows than are known
-- of, unless somebody else is at it. Names that are no tables of the product are left out.
create function analyze_grown(tables text[], counts integer[])
returns void language plpgsql volatile security definer
set search_path = pg_catalog, public as $$
declare
  grown text;
begin
  for grown in
    select c.relname
      from unnest($1, $2) as w (relname, rows)
      join pg_class c on c.relname = w.relname and c.relkind = 'r' and c.relnamespace = 'public'::regnamespace
     where c.reltuples < w.rows
  loop
    execute format('analyze (skip_locked) public.%I', grown);
  end loop;
end
$$;
