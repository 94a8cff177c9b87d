-- How many reports wait and run, over all organizations: for the operator's numbers, which name no organization.
set local role cohoi_owner;

-- Open reports by queue and state, with the age of the oldest in seconds.
create function reports.report_standings()
returns table (queue text, state text, reports bigint, oldest_s double precision)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select r.queue, r.state, count(*),
        extract(epoch from clock_timestamp() - min(r.created_at))::double precision
    from reports.reports r where r.state in ('queued', 'running') group by r.queue, r.state
$$;

revoke all on function reports.report_standings from public;
grant execute on function reports.report_standings to cohoi_report;
reset role;
