-- How far organizations are applied.
select a.org, a.position from read.applied_positions($1) a
