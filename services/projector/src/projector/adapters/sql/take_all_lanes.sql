-- Take every lane of the current generation from whoever projects it, and hold them to the end of the transaction.
insert into projection.checkpoints as old (generation, lane, owner_epoch, owner)
select c.number, l.lane, 1, 'rebuild' from projection.current c cross join unnest($1::integer[]) as l (lane)
on conflict (generation, lane) do update set owner_epoch = old.owner_epoch + 1, owner = excluded.owner,
    lease_until = null
returning lane, lane_position
