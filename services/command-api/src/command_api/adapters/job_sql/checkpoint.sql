-- How far the read models are in a lane.
select lane_position from read.checkpoints where lane = $1
