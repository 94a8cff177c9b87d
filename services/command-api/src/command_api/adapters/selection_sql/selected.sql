-- Whom the filter of a bulk finds, at one position, among what its caller saw when it was ordered.

-- name: count
select count(*) as found from read.opportunities o where o.org = :org and {scope} and {conditions}

-- name: page
select o.id from read.opportunities o where o.org = :org and {scope} and {conditions} and o.id > :after::uuid
order by o.id limit :limit

-- name: everybody
true

-- name: owned
o.owner_id = any(:owners::uuid[])
