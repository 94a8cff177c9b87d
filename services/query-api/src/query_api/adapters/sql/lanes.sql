-- How far each lane is folded, and how it fares.

-- name: checkpoints
select p.lane, p.lane_position, p.stopped_position, p.stopped_reason,
    coalesce(p.lease_until < clock_timestamp() - interval '5 seconds', true) as forsaken
from projection.current c
join projection.checkpoints p on p.generation = c.number
order by p.lane

-- name: backlog
select h.lane, h.head, coalesce(extract(epoch from clock_timestamp() - f.recorded_at), 0)::float8 as oldest_s
from log.lane_heads() h
left join unnest($1::integer[], $2::bigint[]) as applied (lane, lane_position) using (lane)
left join lateral log.lane_facts(h.lane, coalesce(applied.lane_position, 0), 1) f on true
order by h.lane
