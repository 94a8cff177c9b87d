-- Generations but one.
select g.number from projection.generations g where g.number <> $1 order by g.number
