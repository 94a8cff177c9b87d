-- What has to be enqueued now, oldest first: never done yet; or done long ago; or done a while ago into
-- a queue that is empty by now, which means that the message was lost.
update reports.reports q
set enqueued_at = clock_timestamp()
from (
    select r.id from reports.reports r
    where r.state = 'queued'
        and (r.not_before is null or r.not_before <= clock_timestamp())
        and (r.enqueued_at is null
            or r.enqueued_at < clock_timestamp() - make_interval(secs => %(repeat_after_s)s)
            or (r.queue = any (%(empty_queues)s)
                and r.enqueued_at < clock_timestamp() - make_interval(secs => %(lost_after_s)s)))
    order by r.id limit %(limit)s for update skip locked
) as due
where q.id = due.id
returning q.id, q.attempt, q.queue;
