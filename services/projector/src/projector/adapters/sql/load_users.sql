-- Users that a batch touches, as they are stored.
select u.org, u.id, u.version, u.name, u.email, u.role, u.team_id, u.active, u.created_at, u.erased_at
from unnest($1::uuid[], $2::uuid[]) as n (org, id)
join read.users u on u.org = n.org and u.id = n.id
