-- Boards that a batch touches, as they are stored.
select b.org, b.id, b.version, b.name, b.created_at, b.archived_at
from unnest($1::uuid[], $2::uuid[]) as n (org, id)
join read.boards b on b.org = n.org and b.id = n.id
