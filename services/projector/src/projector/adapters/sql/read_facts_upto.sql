-- The next facts of a lane, up to a lane position.
select lane, lane_position, org, "position", stream_kind, stream_id, version, event_id, type,
    recorded_at, occurred_at, bytes, prev_hash, hash
from log.facts
where lane = $1 and lane_position > $2 and lane_position <= $3
order by lane_position
limit $4
