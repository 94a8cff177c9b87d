-- The number of the current generation; naming a table of the one that is meant keeps that from being dropped.
select c.number, (select true from read.applied limit 0) as held from projection.current c
