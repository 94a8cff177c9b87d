-- How far each lane is applied in a generation, and in which epoch of it, for its projector to go on from there.
insert into projection.checkpoints (generation, lane, lane_position, lane_epoch)
select $1, n.lane, n.lane_position, n.epoch
from unnest($2::integer[], $3::bigint[], $4::integer[]) as n (lane, lane_position, epoch)
