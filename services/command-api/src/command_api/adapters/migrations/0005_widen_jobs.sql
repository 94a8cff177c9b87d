-- Jobs of every kind on one mechanism: imports, bulk commands by filter, large status deletions.
set local role cohoi_owner;

-- subject: what a job is about beside its options, to be found by it; a status deletion's status.
-- tally holds what a kind of job keeps between its batches: an import's counts, a bulk's place in its filter.
alter table log.jobs drop constraint jobs_kind_check;
alter table log.jobs add constraint jobs_kind_check check (kind in ('import', 'bulk', 'status_deletion'));
alter table log.jobs add column subject uuid;
alter table log.jobs add constraint jobs_subject_check check ((kind = 'status_deletion') = (subject is not null));
create unique index jobs_by_subject on log.jobs (org, subject) where subject is not null;

-- Make the job of a status deletion, in the transaction that appends its beginning: the lane's lock is held.
-- It has no receipt of its own (the command has), and keeps nothing that a key would have to seal.
create function log.add_deletion(
    p_org uuid, p_id uuid, p_status uuid, p_options json, p_actor text, p_user uuid, p_role text,
    p_causation uuid, p_correlation text, p_traceparent text, p_total integer, p_position bigint
) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_now timestamptz := clock_timestamp();
begin
    insert into log.jobs (id, org, kind, subject, state, options, actor, user_id, role, causation_id, correlation_id,
                          traceparent, position, total, created_at, expires_at)
    values (p_id, p_org, 'status_deletion', p_status, 'queued', p_options, p_actor, p_user, p_role, p_causation,
            p_correlation, p_traceparent, p_position, p_total, v_now, v_now + interval '24 hours');
    perform pg_notify('cohoi_jobs', '');
end $$;

-- The job of a status's deletion, running or ended.
create function log.deletion_of(p_org uuid, p_status uuid) returns uuid
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select j.id from log.jobs j where j.org = p_org and j.subject = p_status
$$;

-- Some live opportunities that stand in a status, in no order: whoever was moved out is in no later page.
create function log.some_occupants(p_org uuid, p_board uuid, p_status uuid, p_limit integer) returns table (id uuid)
language sql stable security definer set search_path = pg_catalog, pg_temp
set enable_seqscan = off set enable_bitmapscan = off as $$
    select t.id from log.streams t
    where t.org = p_org and t.board_id = p_board and t.status_id = p_status limit p_limit
$$;

-- Take the next job that waits, or whose owner is gone: of the organization that was served the longest ago,
-- the one that was served the longest ago. A job that gave its turn back stands behind all that wait.
create or replace function log.claim_job(p_owner text, p_lease_s double precision) returns setof log.jobs
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
        order by (select max(o.served_at) from log.jobs o where o.org = j.org) nulls first,
                 j.served_at nulls first, j.created_at, j.id
        limit 1 for update skip locked)
    returning t.*;
end $$;

-- Whether another job waits for its turn.
create function log.others_wait(p_id uuid) returns boolean
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
    select exists (
        select from log.jobs j
        where j.id <> p_id
            and (j.state = 'queued' or (j.state = 'running' and j.lease_until < clock_timestamp())))
$$;

-- Cancel a job; what it did stays. One that has ended is left as it is, and a status deletion has to finish.
create or replace function log.cancel_job(p_org uuid, p_id uuid) returns setof log.jobs
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
    update log.jobs as j set state = 'cancelled', lease_owner = null, lease_until = null,
        finished_at = clock_timestamp(), expires_at = clock_timestamp() + interval '24 hours'
    where j.org = p_org and j.id = p_id and j.state in ('queued', 'running') and j.kind <> 'status_deletion';
    if found then
        delete from log.uploads u where u.job = p_id;
    end if;
    return query select * from log.jobs j where j.org = p_org and j.id = p_id;
end $$;

-- Forget what is older than a day: files, refused rows and the keys that seal them, at most so many jobs at once.
-- A job that did not end by then fails, but a status deletion, which ends whenever it can. Jobs themselves go
-- after ninety days, like uploads that never became one.
create or replace function log.sweep_jobs(p_most integer) returns integer
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_ids uuid[];
    v_swept integer;
begin
    select array_agg(s.id) into v_ids from (
        select j.id from log.jobs j
        where j.swept_at is null and j.expires_at < clock_timestamp()
            and not (j.kind = 'status_deletion' and j.state in ('queued', 'running'))
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

revoke all on function log.add_deletion, log.deletion_of, log.some_occupants, log.others_wait from public;
grant execute on function log.add_deletion, log.deletion_of, log.some_occupants, log.others_wait to cohoi_command;
reset role;
