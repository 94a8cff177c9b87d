-- Publishing a lane to the topic: who does it, how far it is, and what happens where log and topic do not agree.
set local role cohoi_owner;

-- One relay publishes a lane at a time: it holds the lane for some seconds, under an epoch of its own.
-- `published` is for people and metrics alone: what is published is what stands in the topic.
create table log.relays (
    lane integer primary key references log.lanes,
    owner text,
    owner_epoch bigint not null default 0,
    held_until timestamptz,
    published bigint not null default 0,
    published_at timestamptz
);

-- Where each epoch of a lane begins: whoever consumes the topic replays it from there.
create table log.lane_epochs (
    lane integer not null references log.lanes,
    epoch integer not null,
    begins_at bigint not null,
    declared_at timestamptz not null default clock_timestamp(),
    primary key (lane, epoch)
);
insert into log.lane_epochs (lane, epoch, begins_at) select l.lane, l.epoch, 1 from log.lanes l;

-- A lane whose topic says other things than its log takes no facts until an operator decided which is right.
alter table log.lanes add column refused_at timestamptz, add column refusal text;

create function log.refuse_growth() returns trigger language plpgsql as $$
begin
    raise exception 'lane % takes no facts: %', old.lane, old.refusal
        using errcode = 'object_not_in_prerequisite_state';
end $$;
create trigger lanes_that_are_refused_do_not_grow before update of head on log.lanes
    for each row when (old.refused_at is not null) execute function log.refuse_growth();

-- Choose the number of lanes, which is done before the first organization: it lives in its lane for ever, and a
-- lane is a partition of the topic. Says how many there are.
create function log.settle_lanes(p_lanes integer) returns bigint
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
    lock table log.organizations in share row exclusive mode;
    if not exists (select from log.organizations) then
        delete from log.relays r where r.lane >= p_lanes;
        delete from log.lane_epochs e where e.lane >= p_lanes;
        delete from log.lanes l where l.lane >= p_lanes;
        insert into log.lanes (lane) select n from generate_series(0, p_lanes - 1) as n on conflict do nothing;
        insert into log.lane_epochs (lane, epoch, begins_at)
        select n, 1, 1 from generate_series(0, p_lanes - 1) as n on conflict do nothing;
    end if;
    return (select count(*) from log.lanes);
end $$;

-- Take a lane that no relay holds, or whose relay was silent for too long; each taking is an epoch of its own.
create function log.acquire_relay(p_lane integer, p_owner text, p_lease_s double precision) returns bigint
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
    insert into log.relays as old (lane, owner, owner_epoch, held_until)
    values (p_lane, p_owner, 1, clock_timestamp() + make_interval(secs => p_lease_s))
    on conflict (lane) do update set
        owner = excluded.owner, owner_epoch = old.owner_epoch + 1, held_until = excluded.held_until
    where old.owner is null or old.owner = excluded.owner or old.held_until is null
        or old.held_until < clock_timestamp()
    returning owner_epoch
$$;

-- Keep a lane, and say how far it is published; false where another relay has it.
create function log.renew_relay(
    p_lane integer, p_owner_epoch bigint, p_lease_s double precision, p_published bigint) returns boolean
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
    with kept as (
        update log.relays r
        set held_until = clock_timestamp() + make_interval(secs => p_lease_s), published = p_published,
            published_at = case when r.published = p_published then r.published_at else clock_timestamp() end
        where r.lane = p_lane and r.owner_epoch = p_owner_epoch
        returning 1)
    select exists (select from kept)
$$;

-- Let the next relay have a lane at once.
create function log.release_relay(p_lane integer, p_owner_epoch bigint) returns void
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
    update log.relays r set owner = null, held_until = null
    where r.lane = p_lane and r.owner_epoch = p_owner_epoch
$$;

-- Let a lane take no more facts, and say why; the first reason stays.
create function log.refuse_lane(p_lane integer, p_refusal text) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
    perform pg_advisory_xact_lock(7246, p_lane);
    update log.lanes l set refused_at = clock_timestamp(), refusal = p_refusal
    where l.lane = p_lane and l.refused_at is null;
end $$;

-- Declare the log right: a new epoch, from a lane position on, and the lane takes facts again.
create function log.adopt_lane(p_lane integer, p_epoch integer, p_begins_at bigint) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
    perform pg_advisory_xact_lock(7246, p_lane);
    insert into log.lane_epochs (lane, epoch, begins_at) values (p_lane, p_epoch, p_begins_at);
    update log.lanes l set epoch = p_epoch, refused_at = null, refusal = null
    where l.lane = p_lane and l.epoch < p_epoch;
    if not found then
        raise exception 'lane % has an epoch that is not below %', p_lane, p_epoch
            using errcode = 'invalid_parameter_value';
    end if;
end $$;

-- Let a lane take facts again, where log and topic turned out to agree.
create function log.lift_refusal(p_lane integer) returns void
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
    update log.lanes l set refused_at = null, refusal = null where l.lane = p_lane
$$;

-- The epoch of a lane, where it begins, and why the lane takes no facts, if it takes none.
create function log.lane_epoch(p_lane integer)
returns table (epoch integer, begins_at bigint, head bigint, refusal text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select l.epoch, e.begins_at, l.head, l.refusal
    from log.lanes l join log.lane_epochs e on e.lane = l.lane and e.epoch = l.epoch
    where l.lane = p_lane
$$;

-- Where each epoch of a lane begins.
create function log.lane_epochs(p_lane integer)
returns table (epoch integer, begins_at bigint, declared_at timestamptz)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select e.epoch, e.begins_at, e.declared_at from log.lane_epochs e where e.lane = p_lane order by e.epoch
$$;

-- How far each lane is published, by whom, and since when its oldest unpublished fact waits.
create function log.relay_standings()
returns table (lane integer, epoch integer, head bigint, refused_at timestamptz, refusal text, relayed boolean, owner text,
               held_until timestamptz, published bigint, published_at timestamptz, waits_since timestamptz)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select l.lane, l.epoch, l.head, l.refused_at, l.refusal, r.lane is not null, r.owner, r.held_until,
        coalesce(r.published, 0), r.published_at,
        (select f.recorded_at from log.facts f
         where f.lane = l.lane and f.lane_position = coalesce(r.published, 0) + 1)
    from log.lanes l left join log.relays r on r.lane = l.lane
    order by l.lane
$$;

revoke all on function log.settle_lanes, log.acquire_relay, log.renew_relay, log.release_relay, log.refuse_lane, log.adopt_lane,
    log.lift_refusal, log.lane_epoch, log.lane_epochs, log.relay_standings, log.refuse_growth from public;
grant execute on function log.acquire_relay, log.renew_relay, log.release_relay, log.refuse_lane, log.lane_epoch,
    log.relay_standings to cohoi_command;
grant execute on function log.lane_epochs to cohoi_projector, cohoi_query;
reset role;
