-- The lanes that there are.
select lane from log.lane_heads()
