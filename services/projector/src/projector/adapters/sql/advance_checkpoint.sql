-- Move a lane's checkpoint, if it stands where its owner believes and the owner's epoch is the present one.
-- First in its transaction: the row's lock keeps every other writer of the lane, and the flip, out until the commit.
update projection.checkpoints
set lane_position = $4, lane_epoch = $8, lease_until = clock_timestamp() + make_interval(secs => $5), stopped_at = null,
    stopped_position = null, stopped_event = null, stopped_reason = null
where lane = $1 and owner_epoch = $2 and lane_position = $3 and generation = $6
    and ($7 or $6 = (select c.number from projection.current c))
