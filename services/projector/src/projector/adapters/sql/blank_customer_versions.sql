-- Erased customers leave no name in their older versions.
update read.customer_versions v set name = null, name_key = '', words = ''
from unnest($1::uuid[], $2::uuid[]) as n (org, id)
where v.org = n.org and v.id = n.id
