-- What reads ask of the log, through its functions.

-- name: organization_head
select head, epoch, pg_is_in_recovery() as late from log.organization_head($1)

-- name: lane_head
select head, epoch, pg_is_in_recovery() as late from log.lane_heads() where lane = $1

-- name: lane_epochs
select epoch, begins_at, declared_at from log.lane_epochs($1)

-- name: organization_facts
select lane, lane_position, org, position, version, event_id, type, recorded_at, occurred_at, bytes, prev_hash, hash
from log.organization_facts($1, $2, $3) order by position

-- name: lane_facts
select lane, lane_position, org, position, version, event_id, type, recorded_at, occurred_at, bytes, prev_hash, hash
from log.lane_facts($1, $2, $3) order by lane_position

-- name: history
select lane, lane_position, org, position, version, event_id, type, recorded_at, occurred_at, bytes, prev_hash, hash
from log.stream_history($1, 'opportunity', $2, $3, $4, $5) order by version desc

-- name: key_names
select key_uuid, name from log.key_names($1, $2)
