-- Forget what people searched for in reports that were ordered before an erasure, since it may be a name: the order of
-- one that is not made yet cannot be kept without it, and is cancelled.
update reports.reports r
set filters = r.filters - 'q', criteria = r.criteria - 'words', file = null,
    state = case r.state when 'done' then 'expired' when 'queued' then 'cancelled' when 'running' then 'cancelled'
        else r.state end,
    finished_at = coalesce(r.finished_at, clock_timestamp()),
    expires_at = case when r.state = 'done' then clock_timestamp() else r.expires_at end
from unnest(%(orgs)s::uuid[], %(erased)s::timestamptz[]) as e (org, erased_at)
where r.org = e.org and r.created_at <= e.erased_at and r.filters ? 'q'
returning r.id;
