-- The lanes' heads as the log's own table has them.
select lane, head, recorded_at from log.lanes order by lane
