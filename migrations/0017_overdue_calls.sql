-- R-093: IsOverdue of a service call follows the clock by the hour, where the calendar states (0004, 0006) follow it
-- by the day. It is stored like them, so that lists have their index and the change has its event and its
-- ModifiedDate; why so, and what brings it up to date: docs/decisions/0022-overdue-calls.md.

-- From when on a call is late, if nothing happens to it. Null: never, for it has no target or is done. Until somebody
-- has been assigned the response counts, and the resolution until the work is done.
create function overdue_after(
  status varchar, target_response_date timestamptz, target_resolution_date timestamptz
)
returns timestamptz language sql immutable parallel safe as $$
  select case when $1 = 'N' then least($2, $3)
              when $1 not in ('T', 'F', 'X') then $3 end
$$;

-- What the clock may make late, or has: the open calls, few among all.
create index service_calls_overdue_idx on service_calls
  (account_id, is_overdue, overdue_after(status, target_response_date, target_resolution_date))
  where overdue_after(status, target_response_date, target_resolution_date) is not null;

-- Makes late what is late at an instant; gives how many calls that were. A call that a writer holds is left to him:
-- he computes its state himself, and nobody waits. Under a pinned clock each change is dated when it happened, in the
-- order of the targets; under the real one dates stay real, as those of a late daily job.
create function refresh_overdue_calls(account_id integer, at timestamptz)
returns integer language plpgsql volatile as $$
declare
  outer_clock text := current_setting('hapi.clock', true);
  changed integer := 0;
  call record;
begin
  for call in
    select c.id, overdue_after(c.status, c.target_response_date, c.target_resolution_date) as target
      from service_calls c
     where c.account_id = $1 and not c.is_overdue
       and overdue_after(c.status, c.target_response_date, c.target_resolution_date) < $2
     order by target, c.id
       for no key update skip locked
  loop
    if coalesce(outer_clock, '') <> '' then
      perform set_config('hapi.clock', least(call.target + interval '1 millisecond', $2)::text, true);
    end if;
    update service_calls c set is_overdue = true where c.account_id = $1 and c.id = call.id;
    changed := changed + 1;
  end loop;
  perform set_config('hapi.clock', coalesce(outer_clock, ''), true);
  return changed;
end
$$;

-- As before (0006); a pinned clock that moves makes late on its way what is late where it goes.
create or replace function advance_account_day(account_id integer, target date, pin_to timestamptz default null)
returns date language plpgsql volatile as $$
declare
  account accounts%rowtype;
  outer_clock text := current_setting('hapi.clock', true);
  next_day date;
  day date;
  instant timestamptz;
begin
  perform lock_account_day($1);
  select a.* into strict account from accounts a where a.account_id = $1 for no key update;
  if pin_to is not null then
    if account.pinned_at is null then
      raise exception 'The clock of account % is not pinned', $1 using errcode = 'invalid_parameter_value';
    end if;
    -- Another caller has moved it farther meanwhile.
    if pin_to < account.pinned_at then
      return account.states_date;
    end if;
    target := (pin_to at time zone 'America/Toronto')::date;
  elsif account.pinned_at is not null then
    -- A caller who remembers another instant does not move the states away from the clock.
    target := (account.pinned_at at time zone 'America/Toronto')::date;
  end if;

  if account.states_date is null then
    -- A first time: whatever lies before the account's T is history, not a chain of events.
    day := least(target, (account.pinned_at at time zone 'America/Toronto')::date);
  elsif account.states_date >= target then
    day := account.states_date;
  else
    next_day := next_calendar_day($1, account.states_date);
    day := least(target, next_day);
  end if;
  instant := least(day_instant(day), coalesce(pin_to, account.pinned_at));
  if pin_to is not null then
    instant := greatest(instant, account.pinned_at);
  end if;

  if account.pinned_at is not null and coalesce(outer_clock, '') = '' then
    perform set_config('hapi.clock', instant::text, true);
  end if;
  if account.pinned_at is not null then
    perform refresh_overdue_calls($1, instant);
  end if;
  if account.states_date > target and pin_to is null and account.pinned_at is not null then
    -- A pinned clock that somebody put back in the table: its states follow, what happened stays. A process
    -- whose real clock is behind must not undo the new day.
    day := target;
    perform refresh_lease_states($1, day);
    perform refresh_unit_states($1, day);
    perform refresh_tenant_states($1, day);
    perform refresh_parking_states($1, day);
    perform refresh_storage_states($1, day);
  elsif account.states_date is null or day > account.states_date and day = target then
    perform run_account_day($1, day);
  elsif day > account.states_date then
    perform settle_renewals($1, day);
    perform roll_over_leases($1, day);
    perform refresh_day_states($1, day);
  end if;
  if pin_to is not null and day >= target then
    perform refresh_overdue_calls($1, pin_to);
  end if;
  perform set_config('hapi.clock', coalesce(outer_clock, ''), true);

  if account.states_date is distinct from day then
    update accounts a set states_date = day where a.account_id = $1;
  end if;
  -- Last, because it holds the number of the access state until the commit.
  if pin_to is not null then
    instant := case when day >= target then pin_to else instant end;
    if instant > account.pinned_at then
      update accounts a set pinned_at = instant where a.account_id = $1;
    end if;
  end if;
  return day;
end
$$;
