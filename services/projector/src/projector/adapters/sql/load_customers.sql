-- Customers that a batch touches, as they are stored.
select c.org, c.id, c.version, c.name, c.external_ref, c.person, c.created_at, c.archived_at, c.erased_at
from unnest($1::uuid[], $2::uuid[]) as n (org, id)
join read.customers c on c.org = n.org and c.id = n.id
