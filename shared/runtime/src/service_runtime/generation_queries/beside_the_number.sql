-- A statement's rows beside the number that is current in the same snapshot; one row of nulls where it has none.
select (select c.number from projection.current c) as generation, q.*
from (values (true)) as one (answers)
left join lateral (select true as answered, t.* from ({statement}) as t) as q on true
