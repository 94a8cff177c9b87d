-- The titles of opportunities as each of these versions leaves them.
select n.id, n.version, v.title
from unnest(%(ids)s::uuid[], %(versions)s::integer[]) as n (id, version)
join read.opportunity_versions v on v.org = %(org)s and v.id = n.id and v.version = n.version;
