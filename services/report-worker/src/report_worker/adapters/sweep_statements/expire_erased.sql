-- Expire files that are older than an erasure of their organization: they may name who was erased.
update reports.reports r
set state = 'expired', file = null, expires_at = least(r.expires_at, clock_timestamp())
from unnest(%(orgs)s::uuid[], %(counts)s::bigint[]) as e (org, erasures)
where r.org = e.org and r.state = 'done' and r.log_erasures < e.erasures
returning r.id;
