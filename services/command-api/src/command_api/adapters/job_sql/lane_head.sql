-- How many facts a lane has.
select head from log.lane_heads() where lane = $1
