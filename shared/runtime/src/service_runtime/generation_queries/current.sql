-- The number of the current generation of the read models.
select c.number from projection.current c
