-- Take back that these were enqueued: the broker did not take them.
update reports.reports set enqueued_at = null where id = any (%(ids)s) and state = 'queued';
