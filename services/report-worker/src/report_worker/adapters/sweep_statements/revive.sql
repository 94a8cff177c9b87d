-- Queue again, under the next token, what runs without a heartbeat: its worker is dead or cut off.
update reports.reports
set state = 'queued', attempt = attempt + 1, enqueued_at = null, not_before = null, progress = 0, rows = 0
where id in (
    select r.id from reports.reports r
    where r.state = 'running' and r.attempt < %(max_attempts)s
        and r.heartbeat_at < clock_timestamp() - make_interval(secs => %(dead_after_s)s)
    order by r.id limit 500 for update skip locked
)
returning id;
