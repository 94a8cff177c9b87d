-- How many reports of an organization wait or run, at most so many.
select count(*) from (
    select from reports.reports where org = $1 and state in ('queued', 'running') limit $2
) as open;
