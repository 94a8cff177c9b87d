-- What the history of an opportunity needs beside the facts.

-- Whether the opportunity is there for the reader.
-- name: found
exists (select from read.opportunities o where {scope} and o.id = :id::uuid)

-- What the people and customers that facts mention were called at the positions of those facts.
-- name: names
select 'user' as kind, m.position, u.id, u.name
from unnest(:user_positions::bigint[], :user_ids::uuid[]) as m (position, id)
join read.user_versions u on u.org = :org and u.id = m.id and u.from_position <= m.position
    and (u.to_position is null or u.to_position > m.position)
union all
select 'customer', m.position, c.id, c.name
from unnest(:customer_positions::bigint[], :customer_ids::uuid[]) as m (position, id)
join read.customer_versions c on c.org = :org and c.id = m.id and c.from_position <= m.position
    and (c.to_position is null or c.to_position > m.position)
