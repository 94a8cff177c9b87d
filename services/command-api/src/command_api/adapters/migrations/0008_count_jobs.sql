-- How many jobs wait and run, over all organizations: for the operator's numbers, which name no organization.
set local role cohoi_owner;

-- Open jobs by kind and state, with the age of the oldest in seconds.
create function log.job_standings()
returns table (kind text, state text, jobs bigint, oldest_s double precision)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select j.kind, j.state, count(*),
        extract(epoch from clock_timestamp() - min(j.created_at))::double precision
    from log.jobs j where j.state in ('queued', 'running') group by j.kind, j.state
$$;

revoke all on function log.job_standings from public;
grant execute on function log.job_standings to cohoi_command;
reset role;
