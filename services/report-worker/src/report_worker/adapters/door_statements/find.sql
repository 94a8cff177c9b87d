-- One report of an organization.
select id, org, ordered_by, kind, format, filters, language, state, progress, rows, bytes, sha256, position,
    erasures, log_erasures, file, error, created_at, expires_at
from reports.reports where org = $1 and id = $2;
