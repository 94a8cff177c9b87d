-- Forget reports that ended long ago; their files have gone before them.
delete from reports.reports
where id in (
    select r.id from reports.reports r
    where r.state in ('failed', 'cancelled', 'expired')
        and r.created_at < clock_timestamp() - make_interval(secs => %(remembered_s)s)
    limit 500
);
