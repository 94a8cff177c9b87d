-- How far organizations are applied.
select a.org, a.position from read.applied a where a.org = any($1::uuid[])
