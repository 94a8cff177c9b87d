-- Let the next one have a lane at once.
update read.checkpoints set owner = null, lease_until = null where lane = $1 and owner_epoch = $2
