-- Which keys of a filter name something that the organization does not have: asked of the present, also where the
-- rest of a statement is of the past (`known` says so).

-- name: any
array({each})

-- name: none
array[]::text[]

-- name: board
select 'board' where exists (select from unnest(:board::uuid[]) as n (id)
    where not exists (select from read.boards known where known.org = :org and known.id = n.id))

-- name: status
select 'status' where exists (select from unnest(:status::uuid[]) as n (id)
    where not exists (select from read.statuses known where known.org = :org and known.id = n.id))

-- name: owner
select 'owner' where exists (select from unnest(:owner::uuid[]) as n (id)
    where not exists (select from read.users known where known.org = :org and known.id = n.id))

-- name: team
select 'team' where exists (select from unnest(:team::uuid[]) as n (id)
    where not exists (select from read.teams known where known.org = :org and known.id = n.id))

-- name: customer
select 'customer' where exists (select from unnest(:customer::uuid[]) as n (id)
    where not exists (select from read.customers known where known.org = :org and known.id = n.id))
