-- Let the projector take the lanes of a generation at once; for a moment nobody calls them forsaken.
update projection.checkpoints set owner_epoch = owner_epoch + 1, owner = null, lease_until = clock_timestamp(),
    stopped_at = null, stopped_position = null, stopped_event = null, stopped_reason = null
where generation = $1
