-- Customers that had another name at a position than they have now, with the name of then.
select c.id, c.name
from read.customer_versions c
join read.customers pc on pc.org = c.org and pc.id = c.id
where c.org = %(org)s and c.name is not null and c.name_key <> pc.name_key
    and c.from_position <= %(position)s and (c.to_position is null or c.to_position > %(position)s);
