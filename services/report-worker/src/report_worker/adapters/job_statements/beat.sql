-- Say that the attempt lives and how far it is; no row where it is no longer wanted.
update reports.reports
set heartbeat_at = clock_timestamp(), rows = %(rows)s, progress = %(progress)s
where id = %(id)s and attempt = %(attempt)s and state = 'running'
returning id;
