-- How far an organization is applied, and how many persons were erased, as this transaction sees it.
select coalesce((select a.position from read.applied a where a.org = %(org)s), 0) as position,
    coalesce((select e.count from read.erasures e where e.org = %(org)s), 0) as erasures;
