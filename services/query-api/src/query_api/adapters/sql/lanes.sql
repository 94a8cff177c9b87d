-- How far each lane is folded, and how it fares.

-- Whether a projector holds a lane is judged by the clock of what is read: a hot standby shows the leases of when it
-- last replayed anything.
-- name: checkpoints
select p.lane, p.lane_position, p.stopped_position, p.stopped_reason,
    coalesce(p.lease_until < coalesce(t.shown_at, p.lease_until) - interval '5 seconds', true) as forsaken
from projection.current c
join projection.checkpoints p on p.generation = c.number
cross join (
    select case when pg_is_in_recovery() then pg_last_xact_replay_timestamp() else clock_timestamp() end as shown_at
) t
order by p.lane

-- name: backlog
select h.lane, h.head, coalesce(extract(epoch from clock_timestamp() - f.recorded_at), 0)::float8 as oldest_s
from log.lane_heads() h
left join unnest($1::integer[], $2::bigint[]) as applied (lane, lane_position) using (lane)
left join lateral log.lane_facts(h.lane, coalesce(applied.lane_position, 0), 1) f on true
order by h.lane
