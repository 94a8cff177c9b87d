-- How far the read models are in a lane.
select p.lane_position
from projection.current c
join projection.checkpoints p on p.generation = c.number
where p.lane = $1
