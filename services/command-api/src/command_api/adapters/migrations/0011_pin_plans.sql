-- Pins two plans that 0002 and 0003 left open: planned on empty tables, the question for receipts read all of
-- them, once for every command of a group, so that each receipt made every later command slower. A lateral
-- subquery with a limit can only be asked command by command, and then only the index answers it.
-- log.append is as in 0002, which explains it, but for that question and `enable_material`.
set local role cohoi_owner;

create or replace function log.append(
    p_lane integer,
    c_org uuid[], c_key text[], c_hmac bytea[], c_status smallint[], c_answer bytea[],
    s_org uuid[], s_kind text[], s_id uuid[], s_version integer[],
    l_cmd integer[], l_stream integer[],
    f_cmd integer[], f_stream integer[], f_version integer[], f_type text[], f_event uuid[],
    f_occurred timestamptz[], f_bytes bytea[], f_prev bytea[], f_hash bytea[],
    t_cmd integer[], t_stream integer[], t_version integer[], t_hash bytea[], t_occurred timestamptz[],
    t_actor text[], t_board uuid[], t_status uuid[], t_state bytea[],
    e_cmd integer[], e_board uuid[], e_status uuid[],
    x_empty integer[], x_id uuid[],
    k_cmd integer[], k_id uuid[], k_subject text[], k_wrapped bytea[],
    d_cmd integer[], d_key uuid[]
) returns table (
    cmd integer, outcome text, "position" bigint, recorded_at timestamptz,
    request_hmac bytea, status smallint, answer bytea
) language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
set enable_seqscan = off
set enable_hashjoin = off
set enable_mergejoin = off
set enable_bitmapscan = off
set enable_material = off
set plan_cache_mode = force_generic_plan
set jit = off
as $$
#variable_conflict use_column
declare
    v_head bigint;
    v_last timestamptz;
    v_now timestamptz;
    v_written integer;
    v_generation smallint;
    v_lost integer[] := '{}';
    v_receipt integer[];
    v_moved integer[];
    v_early integer[];
    v_occupied integer[] := '{}';
    v_more integer[];
begin
    if current_setting('transaction_isolation') <> 'read committed' then
        raise exception 'log.append needs READ COMMITTED' using errcode = 'invalid_transaction_state';
    end if;
    perform pg_advisory_xact_lock(7246, p_lane);

    select l.head, l.recorded_at into strict v_head, v_last from log.lanes l where l.lane = p_lane;
    v_now := greatest(clock_timestamp(), v_last);
    select g.generation into strict v_generation from log.receipt_generation g;

    select coalesce(array_agg(c.n::integer), '{}') into v_receipt
    from unnest(c_org, c_key) with ordinality as c (org, key, n)
    cross join lateral (
        select from log.receipts r
        where r.generation in (0, 1) and r.org = c.org and r.key = c.key limit 1) as r
    where c.key is not null;
    select coalesce(array_agg(distinct l.cmd), '{}') into v_moved
    from unnest(s_org, s_kind, s_id, s_version) with ordinality as s (org, kind, id, version, n)
    left join log.streams t on t.org = s.org and t.kind = s.kind and t.id = s.id
    join unnest(l_cmd, l_stream) as l (cmd, stream) on l.stream = s.n
    where coalesce(t.version, 0) <> s.version;
    select coalesce(array_agg(distinct f.cmd), '{}') into v_early
    from unnest(f_cmd, f_occurred) as f (cmd, occurred) where f.occurred > v_now;

    v_lost := v_receipt || v_moved || v_early;
    if v_lost <> '{}' then
        v_lost := log.close_over_losers(v_lost, l_cmd, l_stream, f_cmd, f_stream);
    end if;

    -- An emptiness must hold at the command's own place: the index, without what earlier survivors of this
    -- group touched, plus where those leave it. Each round can only lose more commands, so this ends.
    while cardinality(e_cmd) > 0 loop
        select array_agg(distinct e.cmd) into v_more
        from unnest(e_cmd, e_board, e_status) with ordinality as e (cmd, board, status, n)
        where e.cmd <> all (v_lost) and (
            exists (
                select from log.streams t
                where t.org = c_org[e.cmd] and t.board_id = e.board and t.status_id is not null
                    and t.status_id between coalesce(e.status, '00000000-0000-0000-0000-000000000000')
                        and coalesce(e.status, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
                    and not exists (select from unnest(x_empty, x_id) as x (empty, id) where x.empty = e.n and x.id = t.id)
                    and not exists (
                        select from unnest(t_cmd, t_stream) as o (cmd, stream)
                        where o.cmd < e.cmd and o.cmd <> all (v_lost)
                            and s_kind[o.stream] = 'opportunity' and s_id[o.stream] = t.id
                            and s_org[o.stream] = t.org))
            or exists (
                select from (
                    select distinct on (o.stream) o.stream, o.board, o.status
                    from unnest(t_cmd, t_stream, t_version, t_board, t_status)
                        as o (cmd, stream, version, board, status)
                    where o.cmd < e.cmd and o.cmd <> all (v_lost)
                    order by o.stream, o.version desc) as o
                where s_org[o.stream] = c_org[e.cmd] and o.board = e.board and o.status is not null
                    and (e.status is null or o.status = e.status)
                    and not exists (
                        select from unnest(x_empty, x_id) as x (empty, id)
                        where x.empty = e.n and x.id = s_id[o.stream])));
        exit when v_more is null;
        v_occupied := v_occupied || v_more;
        v_lost := log.close_over_losers(v_lost || v_more, l_cmd, l_stream, f_cmd, f_stream);
    end loop;

    insert into log.facts (lane, lane_position, org, position, stream_kind, stream_id, version, event_id, type,
                           recorded_at, occurred_at, bytes, prev_hash, hash)
    select p_lane, v_head + row_number() over (order by f.n),
           s_org[f.stream], o.head + row_number() over (partition by s_org[f.stream] order by f.n),
           s_kind[f.stream], s_id[f.stream], f.version, f.event, f.type,
           v_now, coalesce(f.occurred, v_now), f.bytes, f.prev, f.hash
    from unnest(f_cmd, f_stream, f_version, f_type, f_event, f_occurred, f_bytes, f_prev, f_hash)
        with ordinality as f (cmd, stream, version, type, event, occurred, bytes, prev, hash, n)
    join log.organizations o on o.org = s_org[f.stream]
    where f.cmd <> all (v_lost) and o.lane = p_lane
    order by f.n;
    get diagnostics v_written = row_count;
    if v_written <> (select count(*) from unnest(f_cmd) as f (cmd) where f.cmd <> all (v_lost)) then
        raise exception 'an organization of this group does not live in lane %', p_lane
            using errcode = 'foreign_key_violation';
    end if;

    insert into log.streams as old (org, kind, id, version, hash, created_at, occurred_at, recorded_at, last_actor,
                                    board_id, status_id, state)
    select s_org[t.stream], s_kind[t.stream], s_id[t.stream], t.version, t.hash,
           coalesce(b.occurred, v_now), coalesce(t.occurred, v_now), v_now, t.actor, t.board, t.status, t.state
    from (
        select distinct on (t.stream) t.*
        from unnest(t_cmd, t_stream, t_version, t_hash, t_occurred, t_actor, t_board, t_status, t_state)
            as t (cmd, stream, version, hash, occurred, actor, board, status, state)
        where t.cmd <> all (v_lost)
        order by t.stream, t.version desc) as t
    left join (
        select f.stream, f.occurred from unnest(f_cmd, f_stream, f_version, f_occurred)
            as f (cmd, stream, version, occurred)
        where f.version = 1 and f.cmd <> all (v_lost)) as b on b.stream = t.stream
    on conflict (org, kind, id) do update set
        version = excluded.version, hash = excluded.hash, occurred_at = excluded.occurred_at,
        recorded_at = excluded.recorded_at, last_actor = excluded.last_actor,
        board_id = excluded.board_id, status_id = excluded.status_id, state = excluded.state;

    insert into vault.keys (key_id, org, subject, wrapped, created_at)
    select k.id, c_org[k.cmd], k.subject, k.wrapped, v_now
    from unnest(k_cmd, k_id, k_subject, k_wrapped) as k (cmd, id, subject, wrapped)
    where k.cmd <> all (v_lost);
    delete from vault.keys v using unnest(d_cmd, d_key) as d (cmd, key)
    where d.cmd <> all (v_lost) and v.key_id = d.key and v.org = c_org[d.cmd];

    -- A command's position: that of its last fact, else where its organization stands at its place.
    return query
    with per_command as (
        select c.n::integer as cmd, c.org, c.key, c.hmac, c.status, c.answer,
               o.head + sum(coalesce(w.facts, 0)) over (partition by c.org order by c.n) as at
        from unnest(c_org, c_key, c_hmac, c_status, c_answer)
            with ordinality as c (org, key, hmac, status, answer, n)
        left join log.organizations o on o.org = c.org
        left join (
            select f.cmd, count(*) as facts from unnest(f_cmd) as f (cmd)
            where f.cmd <> all (v_lost) group by f.cmd) as w on w.cmd = c.n
    ), kept as (
        insert into log.receipts (generation, org, key, request_hmac, status, answer, position, created_at)
        select v_generation, p.org, p.key, p.hmac, p.status, p.answer, p.at, v_now
        from per_command p where p.key is not null and p.cmd <> all (v_lost)
    )
    select p.cmd,
           case when p.cmd = any (v_receipt) then 'receipt'
                when p.cmd <> all (v_lost) then 'done'
                when p.cmd = any (v_occupied) then 'occupied'
                when p.cmd = any (v_early) then 'early'
                else 'moved' end,
           case when r.org is not null then r.position else p.at::bigint end,
           coalesce(r.created_at, v_now), r.request_hmac, r.status, r.answer
    from per_command p
    left join log.receipts r on p.cmd = any (v_receipt) and r.generation in (0, 1)
        and r.org = p.org and r.key = p.key
    order by p.cmd;

    if v_written > 0 then
        update log.organizations o set head = o.head + w.facts
        from (select s_org[f.stream] as org, count(*) as facts
              from unnest(f_cmd, f_stream) as f (cmd, stream)
              where f.cmd <> all (v_lost) group by 1) as w
        where o.org = w.org;
        update log.lanes l set head = v_head + v_written, recorded_at = v_now where l.lane = p_lane;
        perform pg_notify('cohoi_facts', p_lane::text);
    end if;
end $$;

-- Receipts of commands that were accepted before.
create or replace function log.load_receipts(p_org uuid[], p_key text[])
returns table (n integer, request_hmac bytea, status smallint, answer bytea, "position" bigint)
language sql stable security definer set search_path = pg_catalog, pg_temp
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off
set enable_bitmapscan = off set enable_material = off as $$
    select q.n::integer, r.request_hmac, r.status, r.answer, r.position
    from unnest(p_org, p_key) with ordinality as q (org, key, n)
    cross join lateral (
        select * from log.receipts r
        where r.generation in (0, 1) and r.org = q.org and r.key = q.key limit 1) as r
$$;

-- The same for the other questions about many at once: only the index may answer them.
alter function log.load_streams set enable_material = off;
alter function log.load_streams set enable_bitmapscan = off;
alter function vault.load_keys set enable_material = off;
alter function vault.load_keys set enable_bitmapscan = off;
reset role;
