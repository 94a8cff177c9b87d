-- How far each lane is applied in a generation, for its projector to go on from there.
insert into projection.checkpoints (generation, lane, lane_position)
select $1, n.* from unnest($2::integer[], $3::bigint[]) as n (lane, lane_position)
