-- Whoever reads a generation for long names this table first: as long as it does, none of its tables is dropped.
select true from read.applied limit 0
