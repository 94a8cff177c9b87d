-- Leave word that a lane stands before a fact that cannot be folded, and keep the lane for another attempt.
update projection.checkpoints
set lease_until = clock_timestamp() + make_interval(secs => $3),
    stopped_at = coalesce(stopped_at, clock_timestamp()),
    stopped_position = $4, stopped_event = $5, stopped_reason = $6
where lane = $1 and owner_epoch = $2 and generation = $7
    and ($8 or $7 = (select c.number from projection.current c))
