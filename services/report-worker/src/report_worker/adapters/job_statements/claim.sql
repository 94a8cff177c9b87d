-- Take a queued report under its fencing token; no row where another has it or it is no longer wanted.
update reports.reports
set state = 'running', heartbeat_at = clock_timestamp(), progress = 0, rows = 0
where id = %(id)s and attempt = %(attempt)s and state = 'queued'
returning org, id, kind, format, filters, criteria, position, clock, time_zone, language, expected_rows;
