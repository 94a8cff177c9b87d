-- The tables of a schema, to be looked at once they are filled: plans stand on what is in them.
select format('analyze %I.%I', c.relnamespace::regnamespace::text, c.relname) as statement
from pg_class c
where c.relnamespace = $1::text::regnamespace and c.relkind = 'r'
order by c.relname
