-- End what died on its last attempt too.
update reports.reports
set state = 'failed', error = %(error)s, finished_at = clock_timestamp()
where id in (
    select r.id from reports.reports r
    where r.state = 'running' and r.attempt >= %(max_attempts)s
        and r.heartbeat_at < clock_timestamp() - make_interval(secs => %(dead_after_s)s)
    order by r.id limit 500 for update skip locked
)
returning id;
