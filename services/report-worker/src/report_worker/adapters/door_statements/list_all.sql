-- Reports of an organization before an id, newest first.
select id, org, ordered_by, kind, format, filters, language, state, progress, rows, bytes, sha256, position,
    erasures, log_erasures, file, error, created_at, expires_at
from reports.reports where org = $1 and ($2::uuid is null or id < $2::uuid)
order by id desc limit $3;
