-- Cancel what waits or runs, let the file of what is done expire, leave the rest as it is.
update reports.reports
set state = case when state = 'done' then 'expired' else 'cancelled' end, file = null,
    finished_at = coalesce(finished_at, clock_timestamp()),
    expires_at = case when state = 'done' then clock_timestamp() end
where org = $1 and id = $2 and state in ('queued', 'running', 'done');
