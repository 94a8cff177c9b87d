-- The generation that is being built, and how far it is.
select g.number, g.phase, g.done, g.total, extract(epoch from clock_timestamp() - g.started_at)::float8 as seconds,
    (select sum(p.lane_position) from projection.checkpoints p where p.generation = g.number)::bigint as applied
from projection.generations g
where g.state = 'building'
order by g.number desc
limit 1
