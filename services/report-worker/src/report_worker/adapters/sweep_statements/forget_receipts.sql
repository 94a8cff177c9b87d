-- Forget receipts that are older than they have to be kept.
delete from reports.receipts
where (org, key) in (
    select r.org, r.key from reports.receipts r
    where r.created_at < clock_timestamp() - make_interval(secs => %(kept_s)s)
    order by r.created_at limit 1000
);
