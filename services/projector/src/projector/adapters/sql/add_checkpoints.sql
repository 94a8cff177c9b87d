-- How far each lane is applied in a generation, and in which epoch of it, for its projector to go on from there.
insert into projection.checkpoints (generation, lane, lane_position, lane_epoch)
select $1, n.lane, n.lane_position, l.epoch
from unnest($2::integer[], $3::bigint[]) as n (lane, lane_position) join log.lanes l on l.lane = n.lane
