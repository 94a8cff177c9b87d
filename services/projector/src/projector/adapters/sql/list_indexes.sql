-- The indexes of a schema that no constraint needs, with what removes them and what makes them again.
select format('drop index %s', i.indexrelid::regclass) as removal, pg_get_indexdef(i.indexrelid) as definition
from pg_index i
join pg_class c on c.oid = i.indrelid
where c.relnamespace = $1::text::regnamespace and c.relkind = 'r'
    and not exists (select from pg_constraint o where o.conindid = i.indexrelid)
order by i.indexrelid
