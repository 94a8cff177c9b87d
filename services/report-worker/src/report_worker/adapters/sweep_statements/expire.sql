-- Expire what has been kept long enough; its file may go afterwards.
update reports.reports
set state = 'expired', file = null
where id in (
    select r.id from reports.reports r
    where r.state = 'done' and r.expires_at <= clock_timestamp()
    order by r.expires_at limit 500 for update skip locked
)
returning id;
