-- Between which positions a generation is further than the current one, lane by lane.
select n.lane, coalesce(o.lane_position, 0) as after, n.lane_position as upto
from projection.checkpoints n
join projection.current c on true
left join projection.checkpoints o on o.generation = c.number and o.lane = n.lane
where n.generation = $1 and n.lane_position > coalesce(o.lane_position, 0)
