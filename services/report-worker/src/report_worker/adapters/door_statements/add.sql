-- A new report, queued.
insert into reports.reports (id, org, ordered_by, kind, format, filters, criteria, position, clock, time_zone,
    language, expected_rows, queue, erasures)
values ($1, $2, $3, $4, $5, $6::jsonb, $7::jsonb, $8, $9, $10, $11, $12, $13, $14)
returning id, org, ordered_by, kind, format, filters, language, state, progress, rows, bytes, sha256, position,
    erasures, log_erasures, file, error, created_at, expires_at;
