-- How far each lane is applied now, for the next one to take it.
update read.checkpoints c
set lane_position = n.lane_position, owner = null, lease_until = null, stopped_at = null,
    stopped_position = null, stopped_event = null, stopped_reason = null
from unnest($1::integer[], $2::bigint[]) as n (lane, lane_position)
where c.lane = n.lane
