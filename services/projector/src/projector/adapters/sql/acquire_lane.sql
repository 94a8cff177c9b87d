-- Take a lane of a generation (null: the current one, if there is any) that nobody holds, or whose owner was silent for
-- too long; of the current one also from an owner who holds two lanes more than we do, so that lanes are shared out. Each
-- taking is an epoch of its own: whoever had the lane can write nothing more.
insert into projection.checkpoints as old (generation, lane, owner_epoch, owner, lease_until)
select wanted.generation, $1, 1, $2, clock_timestamp() + make_interval(secs => $3)
from (select coalesce($4::integer, (select c.number from projection.current c)) as generation) as wanted
where wanted.generation is not null
on conflict (generation, lane) do update set
    owner_epoch = old.owner_epoch + 1, owner = excluded.owner, lease_until = excluded.lease_until
where old.owner is null or old.owner = excluded.owner or old.lease_until is null
    or old.lease_until < clock_timestamp()
    or ($4::integer is null and (
        select count(*) filter (where c.owner = old.owner) - count(*) filter (where c.owner = excluded.owner)
        from projection.checkpoints c
        where c.generation = old.generation and c.lease_until >= clock_timestamp()) >= 2)
returning generation, owner_epoch, lane_position, lane_epoch
