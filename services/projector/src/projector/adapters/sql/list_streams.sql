-- The decision state of every stream.
select org, kind, id, version, hash, created_at, occurred_at, recorded_at, last_actor, board_id, status_id, state
from log.streams
