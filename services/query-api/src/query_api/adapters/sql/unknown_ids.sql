-- Which keys of a filter name something that the organization does not have.

-- name: any
array({each})

-- name: none
array[]::text[]

-- name: board
select 'board' where exists (select from unnest(:board::uuid[]) as n (id)
    where not exists (select from read.boards b where b.org = :org and b.id = n.id))

-- name: status
select 'status' where exists (select from unnest(:status::uuid[]) as n (id)
    where not exists (select from read.statuses s where s.org = :org and s.id = n.id))

-- name: owner
select 'owner' where exists (select from unnest(:owner::uuid[]) as n (id)
    where not exists (select from read.users u where u.org = :org and u.id = n.id))

-- name: team
select 'team' where exists (select from unnest(:team::uuid[]) as n (id)
    where not exists (select from read.teams t where t.org = :org and t.id = n.id))

-- name: customer
select 'customer' where exists (select from unnest(:customer::uuid[]) as n (id)
    where not exists (select from read.customers c where c.org = :org and c.id = n.id))
