-- What users and customers are called at a position; null where they were erased since.
select 'user' as kind, u.id, u.name
from read.user_versions u
where u.org = %(org)s and u.id = any (%(users)s::uuid[])
    and u.from_position <= %(position)s and (u.to_position is null or u.to_position > %(position)s)
union all
select 'customer', c.id, c.name
from read.customer_versions c
where c.org = %(org)s and c.id = any (%(customers)s::uuid[])
    and c.from_position <= %(position)s and (c.to_position is null or c.to_position > %(position)s);
