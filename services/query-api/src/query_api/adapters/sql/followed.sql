-- What the one tail of a process asks of the log.

-- name: heads
select lane, head from log.lane_heads()

-- Facts of a lane after a lane position; of organizations that nobody follows only that there are some.
-- name: facts
select lane, lane_position, org, position, version, event_id, type, recorded_at, occurred_at,
    case when org = any($4::uuid[]) then bytes end as bytes, prev_hash, hash
from log.lane_facts($1, $2, $3) order by lane_position
