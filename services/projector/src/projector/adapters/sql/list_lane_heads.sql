-- The lanes' heads and epochs as the log's own table has them.
select lane, head, recorded_at, epoch from log.lanes order by lane
