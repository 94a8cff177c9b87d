-- Give the report back to be tried again under the next token, not before so many seconds.
update reports.reports
set state = 'queued', attempt = attempt + 1, enqueued_at = null, progress = 0, rows = 0,
    not_before = clock_timestamp() + make_interval(secs => %(delay_s)s)
where id = %(id)s and attempt = %(attempt)s and state = 'running'
returning id;
