-- What users and customers were called at a position (of that, at an instant); null where they were erased since.
select 'user' as kind, u.id, u.name
from read.user_versions u
where u.org = %(org)s and u.id = any (%(users)s::uuid[])
    and u.from_position <= %(position)s and (
        (%(instant)s::timestamptz is null or u.from_time <= %(instant)s)
            and (u.to_position is null or u.to_position > %(position)s or u.to_time > %(instant)s::timestamptz)
        or u.version = 1 and u.from_time > %(instant)s::timestamptz)
union all
select 'customer', c.id, c.name
from read.customer_versions c
where c.org = %(org)s and c.id = any (%(customers)s::uuid[])
    and c.from_position <= %(position)s and (
        (%(instant)s::timestamptz is null or c.from_time <= %(instant)s)
            and (c.to_position is null or c.to_position > %(position)s or c.to_time > %(instant)s::timestamptz)
        or c.version = 1 and c.from_time > %(instant)s::timestamptz);
