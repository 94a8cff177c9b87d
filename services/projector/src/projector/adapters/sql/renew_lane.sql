-- Keep a lane, and say that nothing stops it.
update projection.checkpoints
set lease_until = clock_timestamp() + make_interval(secs => $3), stopped_at = null,
    stopped_position = null, stopped_event = null, stopped_reason = null
where lane = $1 and owner_epoch = $2 and generation = $4
    and ($5 or $4 = (select c.number from projection.current c))
