-- Jobs: large work in batches. A job's progress moves in the transaction that appends its batch, so that a
-- crash at any point loses and doubles nothing. What people uploaded stands here sealed, for a day.
set local role cohoi_owner;

-- handled counts the rows of the file that are settled, in its order: done + unchanged + refused.
-- fence grows with every claim; whoever holds an older one can write nothing any more.
-- options, tally, columns, result and error hold no personal data; they are json, which keeps the order of keys.
create table log.jobs (
    id uuid primary key,
    org uuid not null references log.organizations,
    kind text not null check (kind in ('import')),
    state text not null check (state in ('queued', 'running', 'done', 'failed', 'cancelled')),
    options json not null,
    actor text not null,
    user_id uuid,
    role text not null,
    causation_id uuid not null,
    correlation_id text not null,
    traceparent text,
    position bigint not null,
    total integer not null default 0,
    handled integer not null default 0,
    done integer not null default 0,
    unchanged integer not null default 0,
    refused integer not null default 0,
    columns json,
    tally json,
    result json,
    error json,
    fence bigint not null default 0,
    attempts integer not null default 0,
    lease_owner text,
    lease_until timestamptz,
    served_at timestamptz,
    created_at timestamptz not null,
    finished_at timestamptz,
    expires_at timestamptz not null,
    swept_at timestamptz,
    check (handled = done + unchanged + refused),
    check ((state in ('done', 'failed', 'cancelled')) = (finished_at is not null)),
    check ((state = 'running') = (lease_owner is not null))
);
create index jobs_of_organization on log.jobs (org, id);
create index jobs_open on log.jobs (created_at) where state in ('queued', 'running');
create index jobs_to_sweep on log.jobs (expires_at) where swept_at is null;

-- The uploaded file in pieces, and the refused rows a batch a row: sealed under the job's key.
create table log.uploads (
    job uuid not null,
    ordinal integer not null,
    sealed bytea not null,
    created_at timestamptz not null,
    primary key (job, ordinal)
);
create index uploads_by_age on log.uploads (created_at);
create table log.refusals (
    job uuid not null references log.jobs,
    ordinal integer not null,
    sealed bytea not null,
    primary key (job, ordinal)
);

-- Keep a piece of a file whose job is about to be made in the same transaction.
create function log.add_upload(p_job uuid, p_ordinal integer, p_sealed bytea) returns void
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
    insert into log.uploads (job, ordinal, sealed, created_at) values (p_job, p_ordinal, p_sealed, clock_timestamp())
$$;

-- A piece of an uploaded file; null behind the last one.
create function log.upload(p_org uuid, p_job uuid, p_ordinal integer) returns bytea
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select u.sealed from log.uploads u join log.jobs j on j.id = u.job
    where j.org = p_org and u.job = p_job and u.ordinal = p_ordinal
$$;

-- Make a job with its receipt, exactly once a key: under the lane's lock, as log.append gives receipts. Where the
-- key has a receipt already, that comes back and nothing is made. A job with an owner is that one's from the start.
-- A queue that is full makes nothing and says `full`.
create function log.create_job(
    p_org uuid, p_id uuid, p_kind text, p_options json, p_actor text, p_user uuid, p_role text,
    p_causation uuid, p_correlation text, p_traceparent text, p_wrapped bytea, p_key_id uuid,
    p_key text, p_hmac bytea, p_answer bytea, p_owner text, p_lease_s double precision, p_most_open integer
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
    if (select count(*) from log.jobs j where j.org = p_org and j.state in ('queued', 'running')) >= p_most_open then
        return query select 'full', null::bigint, null::bytea, null::smallint, null::bytea;
        return;
    end if;
    select o.head into strict v_head from log.organizations o where o.org = p_org;
    v_now := clock_timestamp();
    insert into vault.keys (key_id, org, subject, wrapped, created_at)
    values (p_key_id, p_org, 'job/' || p_id, p_wrapped, v_now);
    insert into log.jobs (id, org, kind, state, options, actor, user_id, role, causation_id, correlation_id,
                          traceparent, position, fence, lease_owner, lease_until, served_at, created_at, expires_at)
    values (p_id, p_org, p_kind, case when p_owner is null then 'queued' else 'running' end, p_options, p_actor,
            p_user, p_role, p_causation, p_correlation, p_traceparent, v_head,
            case when p_owner is null then 0 else 1 end, p_owner,
            case when p_owner is null then null else v_now + make_interval(secs => p_lease_s) end,
            case when p_owner is null then null else v_now end, v_now, v_now + interval '24 hours');
    if p_key is not null then
        insert into log.receipts (generation, org, key, request_hmac, status, answer, position, created_at)
        select g.generation, p_org, p_key, p_hmac, 202, p_answer, v_head, v_now from log.receipt_generation g;
    end if;
    perform pg_notify('cohoi_jobs', '');
    return query select 'done', v_head, p_hmac, 202::smallint, p_answer;
end $$;

-- One job of an organization.
create function log.job(p_org uuid, p_id uuid) returns setof log.jobs
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select * from log.jobs j where j.org = p_org and j.id = p_id
$$;

-- Jobs of an organization, newest first, before an id.
create function log.jobs_page(p_org uuid, p_before uuid, p_limit integer) returns setof log.jobs
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select * from log.jobs j where j.org = p_org and (p_before is null or j.id < p_before)
    order by j.id desc limit p_limit
$$;

-- Take the next job that waits, or whose owner is gone: the organization that was served the longest ago first.
create function log.claim_job(p_owner text, p_lease_s double precision) returns setof log.jobs
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
    return query
    update log.jobs as t
    set state = 'running', fence = t.fence + 1, attempts = t.attempts + 1, lease_owner = p_owner,
        lease_until = clock_timestamp() + make_interval(secs => p_lease_s), served_at = clock_timestamp()
    where t.id = (
        select j.id from log.jobs j
        where j.state = 'queued' or (j.state = 'running' and j.lease_until < clock_timestamp())
        order by (select max(o.served_at) from log.jobs o where o.org = j.org and o.id <> j.id) nulls first,
                 j.created_at, j.id
        limit 1 for update skip locked)
    returning t.*;
end $$;

-- Hold on to a job; false where it is no longer this holder's.
create function log.hold_job(p_id uuid, p_fence bigint, p_lease_s double precision) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
    update log.jobs set lease_until = clock_timestamp() + make_interval(secs => p_lease_s)
    where id = p_id and fence = p_fence and state = 'running';
    return found;
end $$;

-- Give a job back, as far as it is; what it did so far counts.
create function log.release_job(p_id uuid, p_fence bigint) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
    update log.jobs set state = 'queued', attempts = greatest(attempts - 1, 0), lease_owner = null, lease_until = null
    where id = p_id and fence = p_fence and state = 'running';
    if found then
        perform pg_notify('cohoi_jobs', '');
    end if;
    return found;
end $$;

-- Say how many rows there are and what their columns are.
create function log.size_job(p_id uuid, p_fence bigint, p_total integer, p_columns json) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
    update log.jobs set total = p_total, columns = p_columns
    where id = p_id and fence = p_fence and state = 'running';
    return found;
end $$;

-- Move a job over a batch of rows, in the transaction that appends it. False where the job is no longer this
-- holder's, or does not stand where the batch begins: then nothing of the batch may stay.
create function log.advance_job(
    p_id uuid, p_fence bigint, p_from integer, p_done integer, p_unchanged integer, p_refused integer,
    p_position bigint, p_tally json, p_refusals bytea
) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
    update log.jobs set
        handled = handled + p_done + p_unchanged + p_refused, done = done + p_done,
        unchanged = unchanged + p_unchanged, refused = refused + p_refused,
        position = greatest(position, p_position), tally = p_tally, attempts = 0
    where id = p_id and fence = p_fence and state = 'running' and handled = p_from;
    if not found then
        return false;
    end if;
    if p_refusals is not null then
        insert into log.refusals (job, ordinal, sealed) values (p_id, p_from, p_refusals);
    end if;
    return true;
end $$;

-- End a job; its file goes at once, its refused rows a day later.
create function log.finish_job(p_id uuid, p_fence bigint, p_state text, p_result json, p_error json) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
    update log.jobs set state = p_state, result = p_result, error = p_error, lease_owner = null, lease_until = null,
        finished_at = clock_timestamp(), expires_at = clock_timestamp() + interval '24 hours'
    where id = p_id and fence = p_fence and state = 'running';
    if not found then
        return false;
    end if;
    delete from log.uploads where job = p_id;
    return true;
end $$;

-- Cancel a job; what it did stays. One that has ended is left as it is.
create function log.cancel_job(p_org uuid, p_id uuid) returns setof log.jobs
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
    update log.jobs as j set state = 'cancelled', lease_owner = null, lease_until = null,
        finished_at = clock_timestamp(), expires_at = clock_timestamp() + interval '24 hours'
    where j.org = p_org and j.id = p_id and j.state in ('queued', 'running');
    if found then
        delete from log.uploads u where u.job = p_id;
    end if;
    return query select * from log.jobs j where j.org = p_org and j.id = p_id;
end $$;

-- The next batch of refused rows behind one, sealed.
create function log.job_refusals(p_org uuid, p_id uuid, p_after integer)
returns table (ordinal integer, sealed bytea)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select r.ordinal, r.sealed from log.refusals r join log.jobs j on j.id = r.job
    where j.org = p_org and r.job = p_id and r.ordinal > p_after order by r.ordinal limit 1
$$;

-- Forget what is older than a day: files, refused rows and the keys that seal them, at most so many jobs at once.
-- A job that did not end by then fails. Jobs themselves go after ninety days, like uploads that never became one.
create function log.sweep_jobs(p_most integer) returns integer
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_ids uuid[];
    v_swept integer;
begin
    select array_agg(s.id) into v_ids from (
        select j.id from log.jobs j
        where j.swept_at is null and j.expires_at < clock_timestamp()
        order by j.expires_at limit p_most for update skip locked) as s;
    update log.jobs set state = 'failed', error = '[{"code": "expired-job"}]', lease_owner = null,
        lease_until = null, finished_at = clock_timestamp()
    where id = any (v_ids) and state in ('queued', 'running');
    delete from log.uploads where job = any (v_ids);
    delete from log.refusals where job = any (v_ids);
    delete from vault.keys k using log.jobs j
    where j.id = any (v_ids) and k.org = j.org and k.subject = 'job/' || j.id;
    update log.jobs set swept_at = clock_timestamp() where id = any (v_ids);
    get diagnostics v_swept = row_count;
    delete from log.uploads u where u.created_at < clock_timestamp() - interval '2 days'
        and not exists (select from log.jobs j where j.id = u.job);
    delete from log.jobs where swept_at is not null and created_at < clock_timestamp() - interval '90 days';
    return v_swept;
end $$;

revoke all on function log.add_upload, log.upload, log.create_job, log.job, log.jobs_page, log.claim_job,
    log.hold_job, log.release_job, log.size_job, log.advance_job, log.finish_job, log.cancel_job,
    log.job_refusals, log.sweep_jobs from public;
grant execute on function log.add_upload, log.upload, log.create_job, log.job, log.jobs_page, log.claim_job,
    log.hold_job, log.release_job, log.size_job, log.advance_job, log.finish_job, log.cancel_job,
    log.job_refusals, log.sweep_jobs to cohoi_command;
reset role;
