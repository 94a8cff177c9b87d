-- Point the report to the file of this attempt; no row where another attempt or a cancellation came first.
update reports.reports
set state = 'done', progress = 1, rows = %(rows)s, bytes = %(bytes)s, sha256 = %(sha256)s,
    file = %(file)s, erasures = %(erasures)s, log_erasures = %(log_erasures)s, finished_at = clock_timestamp(),
    expires_at = clock_timestamp() + make_interval(secs => %(kept_s)s)
where id = %(id)s and attempt = %(attempt)s and state = 'running'
returning id;
