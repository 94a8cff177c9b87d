-- The next facts of a lane.
select lane, lane_position, org, "position", stream_kind, stream_id, version, event_id, type,
    recorded_at, occurred_at, bytes, prev_hash, hash
from log.lane_facts($1, $2, $3)
