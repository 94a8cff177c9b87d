-- Organizations that a batch touches, as they are stored.
select o.org, o.version, o.name, o.currency, o.time_zone, o.language, o.visibility
from unnest($1::uuid[], $2::uuid[]) as n (org, id)
join read.organizations o on o.org = n.org
