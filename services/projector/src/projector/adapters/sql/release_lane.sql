-- Let the next one have a lane at once.
update projection.checkpoints set owner = null, lease_until = null
where lane = $1 and owner_epoch = $2 and generation = $3
