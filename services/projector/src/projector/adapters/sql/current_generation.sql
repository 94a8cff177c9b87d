-- The number of the current generation.
select c.number from projection.current c
