-- What the history of an opportunity needs beside the facts.

-- Whether the opportunity is there for the reader.
-- name: found
exists (select from read.opportunities o where {scope} and o.id = :id::uuid)

-- What the people and customers that facts mention are called now.
-- name: names
select 'user' as kind, u.id, u.name from read.users u where u.org = :org and u.id = any(:users::uuid[])
union all
select 'customer', c.id, c.name from read.customers c where c.org = :org and c.id = any(:customers::uuid[])
