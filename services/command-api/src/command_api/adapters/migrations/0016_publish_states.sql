-- The topic of present states: who says it of a lane, how far, and up to which offset nobody else wrote in between.
-- A relay of before this migration stands by until it is started anew; nothing is lost meanwhile.
set local role cohoi_owner;

alter table log.relays
    add column topic text not null default 'facts' check (topic in ('facts', 'opportunities')),
    add column topic_name text,
    add column next_offset bigint,
    add column lane_epoch integer;
alter table log.relays drop constraint relays_pkey, add primary key (lane, topic), alter column topic drop default;

drop function log.acquire_relay(integer, text, double precision);
drop function log.renew_relay(integer, bigint, double precision, bigint);
drop function log.release_relay(integer, bigint);
drop function log.relay_standings();

-- Take a lane for a topic that no relay holds, or whose relay was silent for too long. Each taking is an epoch of its own,
-- by the clock, so that none comes twice where rows were forgotten.
create function log.acquire_relay(p_lane integer, p_topic text, p_owner text, p_lease_s double precision)
returns bigint
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
    insert into log.relays as old (lane, topic, owner, owner_epoch, held_until)
    values (p_lane, p_topic, p_owner, (extract(epoch from clock_timestamp()) * 1000000)::bigint,
        clock_timestamp() + make_interval(secs => p_lease_s))
    on conflict (lane, topic) do update set
        owner = excluded.owner, owner_epoch = greatest(old.owner_epoch + 1, excluded.owner_epoch),
        held_until = excluded.held_until
    where old.owner is null or old.owner = excluded.owner or old.held_until is null
        or old.held_until < clock_timestamp()
    returning owner_epoch
$$;

-- Keep a lane for a topic, and say how far it is published (null: what was said last stays); false where another relay
-- has it.
create function log.renew_relay(
    p_lane integer, p_topic text, p_owner_epoch bigint, p_lease_s double precision, p_published bigint,
    p_topic_name text, p_next_offset bigint, p_lane_epoch integer) returns boolean
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
    with kept as (
        update log.relays r
        set held_until = clock_timestamp() + make_interval(secs => p_lease_s),
            published = coalesce(p_published, r.published),
            published_at = case when coalesce(p_published, r.published) = r.published then r.published_at
                else clock_timestamp() end,
            topic_name = case when p_published is null then r.topic_name else p_topic_name end,
            next_offset = case when p_published is null then r.next_offset else p_next_offset end,
            lane_epoch = case when p_published is null then r.lane_epoch else p_lane_epoch end
        where r.lane = p_lane and r.topic = p_topic and r.owner_epoch = p_owner_epoch
        returning 1)
    select exists (select from kept)
$$;

-- Let the next relay have a lane at once.
create function log.release_relay(p_lane integer, p_topic text, p_owner_epoch bigint) returns void
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
    update log.relays r set owner = null, held_until = null
    where r.lane = p_lane and r.topic = p_topic and r.owner_epoch = p_owner_epoch
$$;

-- Forget how far lanes were published to a topic that is not wanted any more, where no relay holds them: wanted again, it
-- is said from the beginning.
create function log.forget_relays(p_topic text) returns void
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
    delete from log.relays r
    where r.topic = p_topic and (r.owner is null or r.held_until is null or r.held_until < clock_timestamp())
$$;

-- Up to where a lane was published when that was last said, and up to which offset of the topic.
create function log.relay_mark(p_lane integer, p_topic text)
returns table (published bigint, topic_name text, next_offset bigint, lane_epoch integer)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select r.published, r.topic_name, r.next_offset, r.lane_epoch from log.relays r
    where r.lane = p_lane and r.topic = p_topic
$$;

-- What of opportunities later facts do not repeat: all that was said of it before a version of each.
create function log.opportunity_particulars(p_org uuid[], p_id uuid[], p_before integer[])
returns table (org uuid, stream_id uuid, occurred_at timestamptz, bytes bytea)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select f.org, f.stream_id, f.occurred_at, f.bytes
    from unnest(p_org, p_id, p_before) as asked (org, id, before)
    cross join lateral (
        select g.org, g.stream_id, g.version, g.occurred_at, g.bytes from log.facts g
        where g.org = asked.org and g.stream_kind = 'opportunity' and g.stream_id = asked.id
            and g.version < asked.before
            and (g.type like 'opportunity\_created.%' or g.type like 'opportunity\_edited.%')
        order by g.version
        offset 0) f
    order by f.org, f.stream_id, f.version
$$;

-- Which of these opportunities the log knows.
create function log.known_opportunities(p_org uuid[], p_id uuid[]) returns table (org uuid, id uuid)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select s.org, s.id
    from unnest(p_org, p_id) as asked (org, id)
    join log.streams s on s.org = asked.org and s.kind = 'opportunity' and s.id = asked.id
$$;

-- How far each lane is published to each topic, by whom, and since when its oldest unpublished fact waits.
create function log.relay_standings()
returns table (lane integer, topic text, epoch integer, head bigint, refused_at timestamptz, refusal text, relayed boolean,
               owner text, held_until timestamptz, published bigint, published_at timestamptz, waits_since timestamptz)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select l.lane, t.topic, l.epoch, l.head, l.refused_at, l.refusal, r.lane is not null, r.owner, r.held_until,
        coalesce(r.published, 0), r.published_at,
        (select f.recorded_at from log.facts f
         where f.lane = l.lane and f.lane_position = coalesce(r.published, 0) + 1)
    from log.lanes l
    cross join (values ('facts'), ('opportunities')) as t (topic)
    left join log.relays r on r.lane = l.lane and r.topic = t.topic
    where t.topic = 'facts' or r.lane is not null
    order by l.lane, t.topic
$$;

revoke all on function log.acquire_relay, log.renew_relay, log.release_relay, log.forget_relays, log.relay_mark,
    log.opportunity_particulars, log.known_opportunities, log.relay_standings from public;
grant execute on function log.acquire_relay, log.renew_relay, log.release_relay, log.forget_relays, log.relay_mark,
    log.opportunity_particulars, log.known_opportunities, log.relay_standings to cohoi_command;
reset role;
