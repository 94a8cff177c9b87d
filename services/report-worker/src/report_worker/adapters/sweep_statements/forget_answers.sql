-- Forget answers from before an erasure that repeat a search.
delete from reports.receipts r
using unnest(%(orgs)s::uuid[], %(erased)s::timestamptz[]) as e (org, erased_at)
where r.org = e.org and r.created_at <= e.erased_at and position('"q":' in convert_from(r.answer, 'UTF8')) > 0
returning r.org;
