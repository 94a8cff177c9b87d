-- Take a lane of a generation (null: the current one, if there is any) that nobody holds, or whose owner was silent for
-- too long; of the current one also from an owner who holds two lanes more than we do, so that lanes are shared out. Each
-- taking is an epoch of its own: whoever had the lane can write nothing more. A row that somebody is at is not waited for.
with wanted as (
    select coalesce($4::integer, (select c.number from projection.current c)) as generation, $1::integer as lane,
        $2::text as owner, clock_timestamp() + make_interval(secs => $3) as lease_until),
made as (
    insert into projection.checkpoints as old (generation, lane, owner_epoch, owner, lease_until)
    select w.generation, w.lane, 1, w.owner, w.lease_until from wanted w
    where w.generation is not null and not exists (
        select from projection.checkpoints c where c.generation = w.generation and c.lane = w.lane)
    on conflict (generation, lane) do nothing
    returning old.generation, old.owner_epoch, old.lane_position, old.lane_epoch),
free as (
    select c.generation, c.lane from projection.checkpoints c join wanted w using (generation, lane)
    where c.owner is null or c.owner = w.owner or c.lease_until is null or c.lease_until < clock_timestamp()
        or ($4::integer is null and (
            select count(*) filter (where o.owner = c.owner) - count(*) filter (where o.owner = w.owner)
            from projection.checkpoints o
            where o.generation = c.generation and o.lease_until >= clock_timestamp()) >= 2)
    for update of c skip locked),
taken as (
    update projection.checkpoints c
    set owner_epoch = c.owner_epoch + 1, owner = w.owner, lease_until = w.lease_until
    from free join wanted w using (generation, lane)
    where c.generation = free.generation and c.lane = free.lane
    returning c.generation, c.owner_epoch, c.lane_position, c.lane_epoch)
select generation, owner_epoch, lane_position, lane_epoch from made
union all
select generation, owner_epoch, lane_position, lane_epoch from taken
