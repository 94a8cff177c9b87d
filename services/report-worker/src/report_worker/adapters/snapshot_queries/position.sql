-- The position up to which an organization is applied.
select coalesce((select a.position from read.applied a where a.org = $1), 0);
