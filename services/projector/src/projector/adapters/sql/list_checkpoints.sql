-- How far each lane is applied.
select lane, lane_position from read.checkpoints order by lane
