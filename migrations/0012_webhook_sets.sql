-- The webhooks as entity sets: views over schema webhooks, under the names and columns that the model gives them. The
-- role under which requests read has rights on the views alone, and they hold neither a secret nor a header's value.
--
-- A view shows rows of the account in hapi.account_id, and of these only what hapi.user_id may see: the rows of the
-- user with that number, or for 'all', an administrator's, every one. Without both settings it shows nothing.
--
-- The endpoints' is a security barrier: no condition of a request is tried on a row that its asker may not see. Of
-- deliveries and attempts there are millions, and a barrier hides the order of an index: the newest 50 of 20,000
-- took a sort of all. They hold no secret, and no condition that is made of a URL tells what it was tried on.

-- Deliveries of an endpoint by Id: what a console shows first, and what "Replay" looks through. Without it the newest
-- 50 of a quiet endpoint are found behind all those of its busy neighbours. It costs an entry per delivery.
create index deliveries_endpoint on webhooks.deliveries (account_id, endpoint_id, id);

create view public.webhook_endpoints with (security_barrier) as
select e.account_id,
       e.id,
       e.url collate public.french as url,
       e.description,
       array_to_json(e.entities) as entities,
       e.filter collate public.french as filter,
       (case when cardinality(e.header_names) > 0
             then array_to_string(e.header_names, ':••••••;') || ':••••••'
        end)::character varying(8192) collate public.french as response_headers,
       e.state collate public.french as state,
       e.state_reason collate public.french as state_reason,
       e.state_date,
       e.origin collate public.french as origin,
       e.user_id,
       (select u.user_name collate public.french
          from access.users u
         where u.account_id = e.account_id and u.id = e.user_id) as user_name,
       q.failing_since::timestamp(3) with time zone as failing_since,
       q.last_success_at::timestamp(3) with time zone as last_success_date,
       q.last_failure_at::timestamp(3) with time zone as last_failure_date,
       q.failures as consecutive_failures,
       e.previous_secret_until,
       -- Told by the transaction that made it, to its own answer.
       (case when (select current_setting('hapi.told_endpoint', true)) = e.id::text
             then (select current_setting('hapi.told_secret', true))
        end)::character varying(100) collate public.french as secret,
       e.created_date,
       e.modified_date
  from webhooks.endpoints e
  join webhooks.queues q on q.account_id = e.account_id and q.endpoint_id = e.id
 where e.account_id = (select nullif(current_setting('hapi.account_id', true), '')::integer)
   and ((select current_setting('hapi.user_id', true) = 'all')
        or e.user_id = (select nullif(nullif(current_setting('hapi.user_id', true), ''), 'all')::integer));

create view public.webhook_deliveries as
select d.account_id,
       d.id,
       d.endpoint_id,
       ('evt_' || d.seq)::character varying(30) collate public.french as webhook_id,
       d.entity collate public.french as entity,
       d.entity_id,
       d.status::integer as change_status,
       d.additional_information::character varying(200) collate public.french as additional_information_json,
       d.is_test,
       d.occurred_at as occurred_date,
       d.state collate public.french as state,
       d.state_reason collate public.french as state_reason,
       d.attempts as attempt_count,
       d.replays as replay_count,
       d.next_attempt_at as next_attempt_date,
       d.last_result collate public.french as last_result,
       d.last_response_status,
       d.created_date,
       d.modified_date
  from webhooks.deliveries d
 where d.account_id = (select nullif(current_setting('hapi.account_id', true), '')::integer)
   and ((select current_setting('hapi.user_id', true) = 'all')
        or d.endpoint_id = any (array(select e.id from public.webhook_endpoints e)));

create view public.webhook_attempts as
select a.account_id,
       a.id,
       a.delivery_id,
       a.endpoint_id,
       a.number,
       a.started_at as started_date,
       a.duration_ms,
       a.result collate public.french as result,
       a.response_status,
       a.response_body::character varying(4096) collate public.french as response_body,
       a.next_attempt_at as next_attempt_date,
       (a.started_at + a.duration_ms * interval '1 millisecond')::timestamp(3) with time zone as created_date,
       (a.started_at + a.duration_ms * interval '1 millisecond')::timestamp(3) with time zone as modified_date
  from webhooks.attempts a
 where a.account_id = (select nullif(current_setting('hapi.account_id', true), '')::integer)
   and ((select current_setting('hapi.user_id', true) = 'all')
        or a.endpoint_id = any (array(select e.id from public.webhook_endpoints e)));

comment on view public.webhook_endpoints is 'Where events of some entities are sent, with its filter and its state.';
comment on view public.webhook_deliveries is 'One event for one endpoint: what became of it and, while it is not delivered, when the next attempt takes place.';
comment on view public.webhook_attempts is 'One request made to deliver an event, how long it took and the beginning of the answer.';

-- Replay (rule W-06). These functions look through whole ranges, and without nested loops: while a backlog grows, the
-- statistics lag behind, and 50,000 events took minutes instead of a tenth of a second.

-- Changes of an account that have no delivery for an endpoint: made before it followed the entity, or not let through
-- by its filter.
create function webhooks.untold(account_id integer, endpoint_id integer, of_entities varchar[], since timestamptz, until timestamptz)
returns table (seq bigint, entity varchar, id integer, status smallint) language sql stable set enable_nestloop = off as $$
  select c.seq, c.entity, c.id, c.status
    from public.change_log c
   where c.account_id = $1 and c.entity = any ($3) and c.at between $4 and $5
     and not exists (
       select from webhooks.deliveries d where d.account_id = $1 and d.endpoint_id = $2 and d.seq = c.seq)
$$;

-- What a replay queues: deliveries that are finished (by their ids), and events without one (id null), of which
-- `chosen` are the numbers, null for all.
create function webhooks.replayable(
  account_id integer, endpoint_id integer, of_entities varchar[], since timestamptz, until timestamptz,
  only_failed boolean, chosen bigint[]
)
returns table (id bigint, seq bigint, entity varchar, entity_id integer) language sql stable set enable_nestloop = off as $$
  select d.id, d.seq, d.entity, d.entity_id
    from webhooks.deliveries d
   where d.account_id = $1 and d.endpoint_id = $2 and d.entity = any ($3) and d.occurred_at between $4 and $5
     and not d.is_test and (d.state = 'FAILED' or (not $6 and d.state in ('DELIVERED', 'CANCELLED')))
  union all
  select null, u.seq, u.entity, u.id
    from webhooks.untold($1, $2, $3, $4, $5) u
   where not $6 and ($7 is null or u.seq = any ($7))
$$;

-- Queues them, each written once: at its place in its row's order among what is unfinished. The endpoint's queue is
-- locked by the caller.
create function webhooks.replay(
  account_id integer, endpoint_id integer, of_entities varchar[], since timestamptz, until timestamptz,
  only_failed boolean, chosen bigint[],
  out queued integer, out made integer
) language plpgsql volatile set enable_nestloop = off as $$
begin
  -- What was to be sent next, and is newer than something of its row that is to be sent again, waits for it.
  update webhooks.deliveries p
     set state = 'WAITING', next_attempt_at = null
    from (select r.entity, r.entity_id, min(r.seq) as seq
            from webhooks.replayable($1, $2, $3, $4, $5, $6, $7) r group by r.entity, r.entity_id) older
   where p.account_id = $1 and p.endpoint_id = $2 and p.state = 'PENDING'
     and p.entity = older.entity and p.entity_id = older.entity_id and p.seq > older.seq;
  with unfinished as (
    select d.entity, d.entity_id, min(d.seq) as seq
      from webhooks.deliveries d
     where d.account_id = $1 and d.endpoint_id = $2 and d.state in ('PENDING', 'WAITING')
     group by d.entity, d.entity_id
  ), wanted as materialized (
    select r.id, r.seq,
           row_number() over (partition by r.entity, r.entity_id order by r.seq) = 1
             and (u.seq is null or u.seq > r.seq) as is_head
      from webhooks.replayable($1, $2, $3, $4, $5, $6, $7) r
      left join unfinished u on u.entity = r.entity and u.entity_id = r.entity_id
  ), again as (
    update webhooks.deliveries d
       set state = case when w.is_head then 'PENDING' else 'WAITING' end,
           next_attempt_at = case when w.is_head then clock_timestamp() end,
           state_reason = null, round_attempts = 0, replays = d.replays + 1,
           modified_date = greatest(clock_timestamp(), d.modified_date + interval '1 millisecond')
      from wanted w
     where d.account_id = $1 and d.endpoint_id = $2 and d.id = w.id
    returning d.id
  ), anew as (
    insert into webhooks.deliveries (account_id, endpoint_id, seq, entity, entity_id, status, additional_information,
      occurred_at, committed_at, replays, state, next_attempt_at)
    select $1, $2, c.seq, c.entity, c.id, c.status, c.additional_information, c.at, c.logged_at, 1,
           case when w.is_head then 'PENDING' else 'WAITING' end, case when w.is_head then clock_timestamp() end
      from wanted w
      join public.change_log c on c.account_id = $1 and c.seq = w.seq
     where w.id is null
     order by c.seq
    returning id
  )
  select (select count(*) from again), (select count(*) from anew) into queued, made;
  update webhooks.queues q set due_at = clock_timestamp()
   where q.account_id = $1 and q.endpoint_id = $2 and queued + made > 0;
end
$$;
