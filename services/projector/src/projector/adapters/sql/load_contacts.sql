-- Contacts of the customers that a batch touches, in the order in which they were added.
select c.org, c.customer_id, c.id, c.name, c.email, c.phone, c.title, c.erased_at
from unnest($1::uuid[], $2::uuid[]) as n (org, id)
join read.contacts c on c.org = n.org and c.customer_id = n.id
order by c.org, c.customer_id, c.ordinal
