-- Saved and shared views: questions that people keep, as rows of command-api and not as facts (ADR 0017).
-- What people typed into them stands sealed, since it may name somebody; erasing that person empties it.
set local role cohoi_owner;

-- owner is who keeps it, as facts name actors. query is everything asked for but words; sealed holds the name and
-- the words under a key of the view, and is null where an erasure emptied it. names lists whom they name, as
-- subjects of the vault: set by whoever is about to erase them.
create table log.views (
    id uuid primary key,
    org uuid not null references log.organizations,
    owner text not null,
    kind text not null check (kind in ('list', 'board')),
    shared boolean not null,
    version integer not null default 1,
    query json not null,
    sealed bytea,
    names text[] not null default '{}',
    created_at timestamptz not null,
    updated_at timestamptz not null
);
create index views_own on log.views (org, owner, id);
create index views_shared on log.views (org, id) where shared;

-- One view with the wrapped key of its words.
create function log.view(p_org uuid, p_id uuid)
returns table (id uuid, owner text, kind text, shared boolean, version integer, query json, sealed bytea,
               created_at timestamptz, updated_at timestamptz, wrapped bytea)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select v.id, v.owner, v.kind, v.shared, v.version, v.query, v.sealed, v.created_at, v.updated_at, k.wrapped
    from log.views v left join vault.keys k on k.org = v.org and k.subject = 'view/' || v.id
    where v.org = p_org and v.id = p_id
$$;

-- Somebody's own views and the shared ones, newest first, before an id; of every owner where none is given.
create function log.views_page(p_org uuid, p_owner text, p_before uuid, p_limit integer)
returns table (id uuid, owner text, kind text, shared boolean, version integer, query json, sealed bytea,
               created_at timestamptz, updated_at timestamptz, wrapped bytea)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select v.id, v.owner, v.kind, v.shared, v.version, v.query, v.sealed, v.created_at, v.updated_at, k.wrapped
    from log.views v left join vault.keys k on k.org = v.org and k.subject = 'view/' || v.id
    where v.org = p_org and (p_owner is null or v.shared or v.owner = p_owner)
        and (p_before is null or v.id < p_before)
    order by v.id desc limit p_limit
$$;

-- Whether one more view fits: so many private ones an owner, so many shared ones an organization.
create function log.has_room_for_view(
    p_org uuid, p_id uuid, p_owner text, p_shared boolean, p_most_own integer, p_most_shared integer
) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select case when p_shared
        then (select count(*) from log.views v where v.org = p_org and v.shared and v.id <> p_id) < p_most_shared
        else (select count(*) from log.views v
              where v.org = p_org and v.owner = p_owner and not v.shared and v.id <> p_id) < p_most_own end
$$;

-- Write a view, new (p_from 0) or as the next version, or drop it (no query), or leave it as it is (p_to = p_from),
-- with its receipt, exactly once a key: under the lane's lock, as log.append gives receipts. Outcomes: done,
-- receipt (with what was answered), moved (it is not at p_from any more: decide again), full.
create function log.write_view(
    p_org uuid, p_id uuid, p_from integer, p_to integer, p_owner text, p_kind text, p_shared boolean,
    p_query json, p_sealed bytea, p_key_id uuid, p_wrapped bytea, p_most_own integer, p_most_shared integer,
    p_key text, p_hmac bytea, p_status smallint, p_answer bytea
) returns table (outcome text, "position" bigint, request_hmac bytea, status smallint, answer bytea)
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
    v_lane integer;
    v_head bigint;
    v_now timestamptz;
begin
    select o.lane into strict v_lane from log.organizations o where o.org = p_org;
    perform pg_advisory_xact_lock(7246, v_lane);
    return query
        select 'receipt', r.position, r.request_hmac, r.status, r.answer from log.receipts r
        where p_key is not null and r.generation in (0, 1) and r.org = p_org and r.key = p_key;
    if found then
        return;
    end if;
    if p_from <> coalesce((select v.version from log.views v where v.org = p_org and v.id = p_id), 0) then
        return query select 'moved', null::bigint, null::bytea, null::smallint, null::bytea;
        return;
    end if;
    select o.head into strict v_head from log.organizations o where o.org = p_org;
    v_now := clock_timestamp();
    if p_query is null then
        delete from log.views where org = p_org and id = p_id;
        delete from vault.keys where org = p_org and subject = 'view/' || p_id;
    elsif p_to <> p_from then
        if not log.has_room_for_view(p_org, p_id, p_owner, p_shared, p_most_own, p_most_shared) then
            return query select 'full', null::bigint, null::bytea, null::smallint, null::bytea;
            return;
        end if;
        delete from vault.keys where org = p_org and subject = 'view/' || p_id;
        if p_sealed is not null then
            insert into vault.keys (key_id, org, subject, wrapped, created_at)
            values (p_key_id, p_org, 'view/' || p_id, p_wrapped, v_now);
        end if;
        insert into log.views (id, org, owner, kind, shared, version, query, sealed, created_at, updated_at)
        values (p_id, p_org, p_owner, p_kind, p_shared, p_to, p_query, p_sealed, v_now, v_now)
        on conflict (id) do update set kind = excluded.kind, shared = excluded.shared, version = excluded.version,
            query = excluded.query, sealed = excluded.sealed, names = '{}', updated_at = excluded.updated_at;
    end if;
    if p_key is not null then
        insert into log.receipts (generation, org, key, request_hmac, status, answer, position, created_at)
        select g.generation, p_org, p_key, p_hmac, p_status, p_answer, v_head, v_now from log.receipt_generation g;
    end if;
    return query select 'done', v_head, p_hmac, p_status, p_answer;
end $$;

-- Note that views name somebody, where they still say what was looked at.
create function log.mark_views(p_org uuid, p_ids uuid[], p_versions integer[], p_subject text) returns void
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
    update log.views v set names = v.names || p_subject
    from unnest(p_ids, p_versions) as m (id, version)
    where v.org = p_org and v.id = m.id and v.version = m.version and p_subject <> all (v.names)
$$;

-- In the transaction that erases somebody: the private views of an erased user go, and whatever view names the
-- person loses its name and words.
create function log.erase_in_views() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_gone uuid[];
    v_emptied uuid[];
begin
    with gone as (
        delete from log.views v where v.org = old.org and v.owner = old.subject and not v.shared returning v.id)
    select array_agg(g.id) into v_gone from gone g;
    with emptied as (
        update log.views v set sealed = null, names = '{}', version = v.version + 1, updated_at = clock_timestamp()
        where v.org = old.org and old.subject = any (v.names) returning v.id)
    select array_agg(e.id) into v_emptied from emptied e;
    delete from vault.keys k
    where k.org = old.org and k.subject in (select 'view/' || u.id from unnest(v_gone || v_emptied) as u (id));
    return null;
end $$;
create trigger erase_in_views after delete on vault.keys for each row
    when (old.subject like 'user/%' or old.subject like 'customer/%' or old.subject like 'contact/%')
    execute function log.erase_in_views();

revoke all on function log.view, log.views_page, log.has_room_for_view, log.write_view, log.mark_views,
    log.erase_in_views from public;
grant execute on function log.view, log.views_page, log.write_view, log.mark_views to cohoi_command;
reset role;
