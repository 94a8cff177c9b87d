-- How far each lane is applied in the current generation.
select p.lane, p.lane_position
from projection.current c
join projection.checkpoints p on p.generation = c.number
order by p.lane
