-- The epoch of a lane, and where it begins.
select epoch, begins_at, head, refusal from log.lane_epoch($1)
