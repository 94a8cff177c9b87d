-- Teams that a batch touches, as they are stored.
select t.org, t.id, t.version, t.name
from unnest($1::uuid[], $2::uuid[]) as n (org, id)
join read.teams t on t.org = n.org and t.id = n.id
