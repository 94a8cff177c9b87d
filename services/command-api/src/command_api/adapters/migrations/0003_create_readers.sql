-- Every question that a service may put to the log, as functions that take the organization or the lane.
set local role cohoi_owner;

-- Decision state of many streams at once; n is the place in the arrays, absent streams have no row.
create function log.load_streams(p_org uuid[], p_kind text[], p_id uuid[])
returns table (n integer, version integer, hash bytea, created_at timestamptz, occurred_at timestamptz,
               recorded_at timestamptz, last_actor text, state bytea)
language sql stable security definer set search_path = pg_catalog, pg_temp
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
    select q.n::integer, t.version, t.hash, t.created_at, t.occurred_at, t.recorded_at, t.last_actor, t.state
    from unnest(p_org, p_kind, p_id) with ordinality as q (org, kind, id, n)
    join log.streams t on t.org = q.org and t.kind = q.kind and t.id = q.id
$$;

-- Wrapped keys of people, by organization and subject.
create function vault.load_keys(p_org uuid[], p_subject text[])
returns table (n integer, key_id uuid, wrapped bytea)
language sql stable security definer set search_path = pg_catalog, pg_temp
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
    select q.n::integer, k.key_id, k.wrapped
    from unnest(p_org, p_subject) with ordinality as q (org, subject, n)
    join vault.keys k on k.org = q.org and k.subject = q.subject
$$;

-- Wrapped keys of people, by the key ids that sealed values name.
create function vault.open_keys(p_key_id uuid[])
returns table (key_id uuid, org uuid, subject text, wrapped bytea)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select k.key_id, k.org, k.subject, k.wrapped from vault.keys k where k.key_id = any (p_key_id)
$$;

-- Receipts of commands that were accepted before.
create function log.load_receipts(p_org uuid[], p_key text[])
returns table (n integer, request_hmac bytea, status smallint, answer bytea, "position" bigint)
language sql stable security definer set search_path = pg_catalog, pg_temp
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
    select q.n::integer, r.request_hmac, r.status, r.answer, r.position
    from unnest(p_org, p_key) with ordinality as q (org, key, n)
    join log.receipts r on r.generation in (0, 1) and r.org = q.org and r.key = q.key
$$;

-- Live opportunities that stand in a status, or on a whole board (status null), at most so many.
create function log.load_occupants(p_org uuid, p_board uuid, p_status uuid, p_limit integer)
returns table (id uuid)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select t.id from log.streams t
    where t.org = p_org and t.board_id = p_board and t.status_id is not null
        and t.status_id between coalesce(p_status, '00000000-0000-0000-0000-000000000000')
            and coalesce(p_status, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
    limit p_limit
$$;

-- How many live opportunities stand in a status, or on a whole board (status null).
create function log.count_occupants(p_org uuid, p_board uuid, p_status uuid) returns bigint
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select count(*) from log.streams t
    where t.org = p_org and t.board_id = p_board and t.status_id is not null
        and t.status_id between coalesce(p_status, '00000000-0000-0000-0000-000000000000')
            and coalesce(p_status, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
$$;

-- The boards of an organization, oldest first, at most a thousand.
create function log.load_boards(p_org uuid) returns table (id uuid)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select t.id from log.streams t where t.org = p_org and t.kind = 'board'
    order by t.created_at, t.id limit 1000
$$;

-- Every stream of a kind with its decision state, oldest first, at most so many.
create function log.load_states(p_org uuid, p_kind text, p_limit integer) returns table (id uuid, state bytea)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select t.id, t.state from log.streams t where t.org = p_org and t.kind = p_kind
    order by t.created_at, t.id limit p_limit
$$;

-- Facts of a stream after a version, oldest first.
create function log.stream_facts(p_org uuid, p_kind text, p_id uuid, p_after integer, p_limit integer)
returns setof log.facts
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select * from log.facts f
    where f.org = p_org and f.stream_kind = p_kind and f.stream_id = p_id and f.version > p_after
    order by f.version limit p_limit
$$;

-- Facts of a stream before a version and up to a position of the organization, newest first.
create function log.stream_history(
    p_org uuid, p_kind text, p_id uuid, p_before integer, p_position bigint, p_limit integer)
returns setof log.facts
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select * from log.facts f
    where f.org = p_org and f.stream_kind = p_kind and f.stream_id = p_id
        and f.version < p_before and f.position <= p_position
    order by f.version desc limit p_limit
$$;

-- An organization's own facts after a position, oldest first, gapless.
create function log.organization_facts(p_org uuid, p_after bigint, p_limit integer)
returns setof log.facts
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select * from log.facts f where f.org = p_org and f.position > p_after order by f.position limit p_limit
$$;

-- A lane's facts after a lane position, oldest first, gapless.
create function log.lane_facts(p_lane integer, p_after bigint, p_limit integer)
returns setof log.facts
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select * from log.facts f where f.lane = p_lane and f.lane_position > p_after
    order by f.lane_position limit p_limit
$$;

-- Where an organization stands: its lane, its head, the lane's epoch.
create function log.organization_head(p_org uuid)
returns table (lane integer, head bigint, epoch integer)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select o.lane, o.head, l.epoch from log.organizations o join log.lanes l on l.lane = o.lane where o.org = p_org
$$;

-- Where the lanes stand.
create function log.lane_heads()
returns table (lane integer, head bigint, recorded_at timestamptz, epoch integer)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select l.lane, l.head, l.recorded_at, l.epoch from log.lanes l order by l.lane
$$;

-- Every organization with its lane and name, for the command line and the projector.
create function log.organization_list()
returns table (org uuid, lane integer, head bigint, name text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select o.org, o.lane, o.head, convert_from(t.state, 'UTF8')::jsonb ->> 'name'
    from log.organizations o
    join log.streams t on t.org = o.org and t.kind = 'organization' and t.id = o.org
    order by t.created_at, o.org
$$;

-- Give a new organization its lane, for ever: the one with the fewest organizations.
create function log.register_organization(p_org uuid) returns integer
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_lane integer;
begin
    insert into log.organizations (org, lane)
    select p_org, l.lane from log.lanes l
    order by (select count(*) from log.organizations o where o.lane = l.lane), l.lane limit 1
    on conflict (org) do nothing;
    select o.lane into strict v_lane from log.organizations o where o.org = p_org;
    return v_lane;
end $$;

-- What is known now of a user that calls: role, team, whether active; no row where there is none.
create function log.caller_user(p_org uuid, p_user uuid)
returns table (role text, team_id uuid, active boolean, language text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select u.state ->> 'role', (u.state ->> 'team_id')::uuid, (u.state ->> 'active')::boolean, o.state ->> 'language'
    from (select convert_from(t.state, 'UTF8')::jsonb as state from log.streams t
          where t.org = p_org and t.kind = 'user' and t.id = p_user) as u,
         (select convert_from(t.state, 'UTF8')::jsonb as state from log.streams t
          where t.org = p_org and t.kind = 'organization' and t.id = p_org) as o
$$;

-- What is known of an API key.
create function log.caller_key(p_key_id text)
returns table (org uuid, key_uuid uuid, name text, role text, operator boolean, hash bytea, revoked_at timestamptz)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select k.org, k.key_uuid, k.name, k.role, k.operator, k.hash, k.revoked_at
    from log.api_keys k where k.key_id = p_key_id
$$;

-- The names of an organization's API keys, for histories that say who did it.
create function log.key_names(p_org uuid, p_key_uuid uuid[])
returns table (key_uuid uuid, name text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select k.key_uuid, k.name from log.api_keys k where k.org = p_org and k.key_uuid = any (p_key_uuid)
$$;

-- Add an API key.
create function log.add_api_key(
    p_key_id text, p_key_uuid uuid, p_org uuid, p_name text, p_role text, p_operator boolean, p_hash bytea)
returns void language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
    insert into log.api_keys (key_id, key_uuid, org, name, role, operator, hash, created_at)
    values (p_key_id, p_key_uuid, p_org, p_name, p_role, p_operator, p_hash, clock_timestamp())
$$;

-- Begin a new generation of receipts where the present one is older than thirty days; the one before goes.
create function log.rotate_receipts() returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_old smallint;
begin
    select g.generation into v_old from log.receipt_generation g
    where g.since < clock_timestamp() - interval '30 days' for update;
    if v_old is null then
        return false;
    end if;
    if v_old = 0 then
        truncate log.receipts_1;
    else
        truncate log.receipts_0;
    end if;
    update log.receipt_generation set generation = 1 - v_old, since = clock_timestamp();
    return true;
end $$;

revoke all on all functions in schema log, vault from public;
grant execute on all functions in schema log to cohoi_command;
grant execute on all functions in schema vault to cohoi_command, cohoi_query, cohoi_projector;
revoke execute on function vault.load_keys from cohoi_query, cohoi_projector;
grant execute on function log.lane_facts, log.lane_heads, log.organization_list to cohoi_projector;
grant execute on function log.stream_history, log.organization_facts, log.lane_facts, log.organization_head,
    log.lane_heads, log.caller_user, log.caller_key, log.key_names to cohoi_query;
grant execute on function log.organization_head, log.caller_user, log.caller_key to cohoi_report;
reset role;
