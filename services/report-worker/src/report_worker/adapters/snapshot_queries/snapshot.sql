-- Where an organization stands in the read models, with all that a report pins; no row before its first fact.
select a.position, a.recorded_at, o.time_zone, o.language,
    coalesce((select e.count from read.erasures e where e.org = a.org), 0) as erasures
from read.applied a join read.organizations o on o.org = a.org
where a.org = $1;
