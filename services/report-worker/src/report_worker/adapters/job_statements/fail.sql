-- End the report without a file; no row where another attempt or a cancellation came first.
update reports.reports
set state = 'failed', error = %(error)s, finished_at = clock_timestamp()
where id = %(id)s and attempt = %(attempt)s and state = 'running'
returning id;
