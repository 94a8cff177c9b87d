-- Take every lane from whoever projects it: the next epoch begins, and the rows are locked until it is done.
insert into read.checkpoints as old (lane, owner_epoch, owner)
select l.lane, 1, 'rebuild' from log.lanes l
on conflict (lane) do update set owner_epoch = old.owner_epoch + 1, owner = excluded.owner
