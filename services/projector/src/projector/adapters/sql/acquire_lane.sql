-- Take a lane that nobody holds, or whose owner was silent for too long; each taking is an epoch of its own.
insert into read.checkpoints as old (lane, owner_epoch, owner, lease_until)
values ($1, 1, $2, clock_timestamp() + make_interval(secs => $3))
on conflict (lane) do update set
    owner_epoch = old.owner_epoch + 1, owner = excluded.owner, lease_until = excluded.lease_until
where old.owner is null or old.owner = excluded.owner or old.lease_until is null
    or old.lease_until < clock_timestamp()
returning owner_epoch, lane_position
